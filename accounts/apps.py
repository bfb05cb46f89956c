from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for the e-mails there are to send."""
        from accounts import receivers  # noqa: F401 - registers its handlers
