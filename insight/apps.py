from importlib import import_module

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what was given to a whole cell, and for regions that are to be merged."""
        import_module("insight.receivers")
