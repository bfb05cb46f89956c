from importlib import import_module

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "deals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell criteria what may be asked about deals, forecasts what may come of them, and listen to settings."""
        import_module("deals.criteria_fields")
        import_module("deals.outlooks")
        import_module("deals.receivers")
