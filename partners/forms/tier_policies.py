"""Forms about moving on a ladder: its policy, overrides, invitations, and decisions with a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, HubModelForm
from partners.models import ManualOverride, ManualOverrideKind, TierInvitation, TierTrack


class PolicyForm(HubModelForm):
    """When partners rise and fall on a track."""

    class Meta:
        model = TierTrack
        fields = TierTrack.policy_fields
        widgets = {"upward": forms.RadioSelect, "downward": forms.RadioSelect}
        help_texts = {
            "upward": _("What happens when a partner meets what a higher tier asks."),
            "downward": _("When a partner that no longer meets what its tier asks begins to lose it."),
            "grace_days": _("Whole days in which it keeps the tier and may make good. 0 lets it fall at once."),
            "notice_days": _("Days before the end of grace, with commas, such as 60, 30, 7, 1."),
            "up_dates": _("Days as MM-DD, with commas, such as 01-01, 07-01. Only for fixed days."),
            "down_dates": _("Days as MM-DD, with commas, such as 01-01, 07-01. Only for fixed days."),
            "up_months": _("On the first of the month, counted from the start of the fiscal year: 3 is every quarter."),
            "down_months": _(
                "On the first of the month, counted from the start of the fiscal year: 3 is every quarter."
            ),
            "minimum_stay_months": _(
                "12 keeps a tier until the anniversary of the day it was reached. 0 for no limit."
            ),
            "most_rungs_up": _("Empty for any number."),
            "most_rungs_down": _("Empty for any number."),
        }

    #: How the page groups the fields: a heading and names.
    groups = (
        (_("Rising"), ("upward", "up_calendar", "up_months", "up_dates", "most_rungs_up")),
        (
            _("Falling"),
            ("downward", "grace_days", "notice_days", "down_calendar", "down_months", "down_dates", "most_rungs_down"),
        ),
        (_("Reviews and stays"), ("minimum_stay_months", "any_day_counts", "reviews_wait")),
    )

    @property
    def grouped(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]


class ManualOverrideForm(HubModelForm):
    """A partner's tier decided by hand, until a day."""

    class Meta:
        model = ManualOverride
        fields = ("kind", "tier", "last_day_on", "reason", "wording")
        widgets = {"kind": forms.RadioSelect, "reason": forms.Textarea, "wording": forms.Textarea}
        help_texts = {
            "tier": _("The tier given, or the highest one allowed. To keep the tier held, leave it empty."),
            "last_day_on": _("It ends when this day is over. Both sides hear of it two weeks before."),
            "reason": _("Stays with us."),
            "wording": _("The partner reads it beside its tier."),
        }

    def __init__(self, *args: Any, track: TierTrack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier: Any = self.fields["tier"]
        tier.queryset = track.tiers.filter(retired_at__isnull=True).order_by("-rank")
        tier.empty_label = _("The tier held")
        tier.required = False
        self.fields["kind"].choices = ManualOverrideKind.choices  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Leave judging to the service."""


class TierInvitationForm(HubModelForm):
    """An invitation to a tier."""

    class Meta:
        model = TierInvitation
        fields = ("tier", "last_day_on", "message")
        widgets = {"message": forms.Textarea}
        help_texts = {
            "tier": _("Its criteria may ask for the invitation; alone it gives nothing."),
            "last_day_on": _("The invitation holds until this day is over."),
            "message": _("The partner reads it."),
        }

    def __init__(self, *args: Any, track: TierTrack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier: Any = self.fields["tier"]
        tier.queryset = track.tiers.filter(retired_at__isnull=True).order_by("-rank")
        tier.empty_label = _("Choose a tier")

    def _post_clean(self) -> None:
        """Leave judging to the service."""


class ReasonForm(HubForm):
    """A decision that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea)
