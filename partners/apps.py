from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the guards who acts for a partner, and criteria what may be asked; take up follow-ups."""
        from partners import access, receivers  # noqa: F401 - register themselves
        from partners.criteria_fields import definitions, records, relations  # noqa: F401
