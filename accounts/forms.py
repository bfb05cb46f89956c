"""Shape and validity of what people type on the pages of accounts."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from accounts.models import Rhythm, User, Weekday
from accounts.models.notices import LAST_HOUR
from accounts.notice_kinds import NoticeKind
from accounts.roles import VendorRole
from accounts.scopes import SCOPES
from core.forms import HubForm, dress
from core.models import Program, Source

TIME_ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
)


class NoticeChoicesForm(HubForm):
    """How somebody wants each kind of notice that is for their side, and when the digest comes."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    weekday = forms.TypedChoiceField(label=_("On"), choices=Weekday.choices, coerce=int)
    hour = forms.TypedChoiceField(
        label=_("From"), choices=[(hour, f"{hour:02d}:00") for hour in range(LAST_HOUR + 1)], coerce=int
    )

    def __init__(self, *args: Any, kinds: Iterable[NoticeKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [kind for kind in kinds if kind.may_be_chosen]
        for kind in self.kinds:
            choices = [("", kind.suggestion), *((way.value, way.label) for way in kind.ways)]
            said: dict[str, Any] = {"label": kind.label, "help_text": kind.about}
            field = forms.ChoiceField(choices=choices, required=False, **said)
            self.fields[f"way-{kind.key}"] = field
            dress(field)

    @property
    def ways(self) -> dict[str, str]:
        """What was chosen, by kind."""
        return {kind.key: self.cleaned_data[f"way-{kind.key}"] for kind in self.kinds}

    @property
    def digest(self) -> dict[str, Any]:
        """When the digest is to come."""
        return {name: self.cleaned_data[name] for name in ("rhythm", "weekday", "hour")}

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields of the kinds."""
        return [self[f"way-{kind.key}"] for kind in self.kinds]


class SignInForm(HubForm):
    """Address and password."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class EmailForm(HubForm):
    """The address a link is sent to."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class NewPasswordForm(HubForm):
    """A new password, typed once: the reader can show it, and a link can mend it."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": 12}),
        help_text=_("At least 12 characters. Three or four words that belong only to you work well."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Return the password if it is long enough, not a common one and not one's own name."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class AcceptInvitationForm(NewPasswordForm):
    """What an invited person says about themselves."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "password"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")


class ChangePasswordForm(NewPasswordForm):
    """A new password, confirmed with the one in use."""

    current = forms.CharField(
        label=_("Current password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    field_order = ["current", "password"]

    def clean_current(self) -> str:
        """Return the current password if it is right."""
        current: str = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise forms.ValidationError(_("That is not your current password."))
        return current


class ProfileForm(HubForm):
    """What people set for themselves."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language and formats"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[("UTC", "UTC"), *((name, name.replace("_", " ")) for name in TIME_ZONES)],
        help_text=_("Dates and times are shown in this zone."),
    )
    reading_language = forms.ChoiceField(
        label=_("Language of definitions"),
        required=False,
        help_text=_("What categories and tiers mean is read in it, as far as it is translated."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = Program.current().further_languages
        reading: Any = self.fields["reading_language"]
        reading.choices = [("", _("The program's own")), *languages.items()]
        if not languages:
            del self.fields["reading_language"]


class RoleForm(HubForm):
    """A role at the vendor."""

    role = forms.ChoiceField(label=_("Role"), choices=VendorRole.choices)


class InviteUserForm(RoleForm):
    """Somebody to let in at the vendor."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("The invitation goes to this address."))
    field_order = ["name", "email", "role"]


class IntegrationForm(HubForm):
    """A system that may call the API."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Such as Salesforce production"))
    source = forms.ModelChoiceField(
        label=_("Writes as"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=_("A new source, named below"),
        help_text=_("The system whose ids the integration uses for our records."),
    )
    new_source = forms.SlugField(
        label=_("New source"),
        max_length=40,
        required=False,
        help_text=_("A short name in lower-case letters, digits and hyphens, such as salesforce"),
    )
    expires_on = forms.DateField(label=_("Ends on"), help_text=_("Within a year. You can make the next one before."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = Source.objects.order_by("label")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one source, and turn the last day into the moment after it."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("source")) == bool(cleaned.get("new_source")) and "new_source" not in self.errors:
            self.add_error("new_source", _("Choose a source above or name a new one here."))
        if day := cleaned.get("expires_on"):
            cleaned["expires_at"] = datetime.combine(day, time.min, tzinfo=UTC) + timedelta(days=1)
        return cleaned
