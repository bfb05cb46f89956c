"""The form of how the program treats memberships."""

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from core.forms import HubModelForm
from partners.models import MembershipPolicy, MembershipSource


class PolicyForm(HubModelForm):
    """How the program treats memberships."""

    grace_sources = forms.MultipleChoiceField(
        label=_("Memberships that go into grace"),
        choices=MembershipSource.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("When their criteria cease to hold. Others stay as somebody decided, and are shown as different."),
    )
    grace_notice_days = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=365),
        label=_("Notices before grace ends"),
        required=False,
        help_text=_("Days before the last day of grace, with commas."),
    )
    review_reminder_days = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=365),
        label=_("Reminders before a review is due"),
        required=False,
        help_text=_("Days before the due day, with commas."),
    )

    class Meta:
        model = MembershipPolicy
        fields = (
            "accepting_asks_review",
            "grace_days",
            "grace_sources",
            "grace_notice_days",
            "review_lead_days",
            "review_reminder_days",
            "review_escalate_days",
            "flag_due_days",
        )
