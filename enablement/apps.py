from django.apps import AppConfig


class EnablementConfig(AppConfig):
    name = "enablement"
    default_auto_field = "django.db.models.BigAutoField"
