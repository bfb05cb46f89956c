from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the guards who acts for a partner, and criteria what may be asked."""
        from partners import access  # noqa: F401 - registers itself
        from partners.criteria_fields import definitions, records  # noqa: F401
