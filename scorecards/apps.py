from importlib import import_module

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "scorecards"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell criteria what may be asked about scores, and listen for partners that were recomputed."""
        import_module("scorecards.criteria_fields")
        import_module("scorecards.receivers")
        import_module("scorecards.segment_uses")
