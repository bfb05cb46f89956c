from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    """Runs criteria over partners."""

    name = "segmentation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell criteria what may be asked, lists what partners are classed by; listen; examine for others."""
        from partners.queries.partners import class_filters
        from segmentation import criteria_fields, receivers  # noqa: F401
        from segmentation.queries import examinations, finder  # noqa: F401 - register themselves
        from segmentation.queries.bands import choices

        class_filters.append(choices)
