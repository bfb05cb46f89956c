"""People who sign in, how they are invited, and failed sign-ins."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.roles import VendorRole, permissions_of
from core.audit import tracked
from core.models import Record


class UserManager(BaseUserManager["User"]):
    """Makes users; finds them by e-mail whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this e-mail address, ignoring case."""
        return self.by_email(username or "").get()

    def by_email(self, email: str) -> models.QuerySet["User"]:
        """Return the user with this e-mail address, ignoring case, as a query on the index that keeps it unique."""
        return self.alias(address=Lower("email")).filter(address=email.strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password nobody can sign in until an invitation is accepted."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@tracked(exclude=("password", "last_login"))
class User(AbstractBaseUser, Record):
    """A person who may sign in, at the vendor (with a role) or at a partner (through `partners.Person`)."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(
        _("vendor role"), max_length=20, choices=VendorRole, blank=True, help_text=_("Empty for people of partners.")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    reading_language = models.CharField(
        _("language of definitions"), max_length=35, blank=True, help_text=_("Empty for the program's own.")
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = UserManager()

    class Meta(Record.Meta):
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_vendor(self) -> bool:
        """Whether the person works for the vendor."""
        return bool(self.role)

    @property
    def is_staff(self) -> bool:
        """Nobody: there is no framework back office here."""
        return False

    @property
    def initials(self) -> str:
        """Up to two letters for an avatar."""
        parts = [part for part in self.name.split() if part[:1].isalnum()]
        return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()

    def has(self, permission: Permission) -> bool:
        """Whether the person's vendor role grants a permission. People of partners are asked in `accounts.access`."""
        return self.is_active and self.is_vendor and permission in permissions_of(self.role)


@tracked(exclude=("token_digest",))
class Invitation(Record):
    """A link by which an invited person chooses a password. Only the digest of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.user}"


class SignInAttempt(models.Model):
    """A failed sign-in, counted per (address, network) so that nobody can lock out somebody else."""

    id = models.BigAutoField(primary_key=True)
    email = models.CharField(max_length=254)
    network = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["email", "network", "at"], name="sign_in_attempt_lookup")]

    def __str__(self) -> str:
        return f"{self.email} {self.at}"
