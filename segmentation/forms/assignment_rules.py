"""A rule by which partners come to a manager, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm
from partners.queries.partners import managers


class AssignmentRuleForm(HubForm):
    """What a rule is called, whom it gives partners to, and whether it applies by itself."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Such as: Germany, Austria, Switzerland."))
    manager = forms.ModelChoiceField(label=_("Goes to"), queryset=User.objects.none())
    is_on = forms.BooleanField(
        label=_("Applies by itself"),
        required=False,
        help_text=_("To new partners, and whenever a partner comes to fulfil it. What a person chose stays."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        manager: Any = self.fields["manager"]
        manager.queryset = managers().order_by("name", "pk")


class NewAssignmentRuleForm(AssignmentRuleForm):
    """A new rule does not apply by itself before its criteria are written."""

    is_on = None  # type: ignore[assignment]
