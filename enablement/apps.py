from django.apps import AppConfig


class EnablementConfig(AppConfig):
    name = "enablement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell criteria what may be asked and who needs segments, and listen."""
        from enablement import receivers, segment_uses  # noqa: F401
        from enablement.criteria_fields import events, learning, records, skills, surveys  # noqa: F401
