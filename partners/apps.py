from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the guards who acts for a partner."""
        from partners import access  # noqa: F401 - registers itself
