from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    """Runs criteria over partners."""

    name = "segmentation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell criteria what may be asked, listen, examine partners and applicants for the app below."""
        from segmentation import criteria_fields, receivers  # noqa: F401
        from segmentation.queries import examinations, finder  # noqa: F401 - register themselves
