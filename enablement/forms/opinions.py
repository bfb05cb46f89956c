"""What people think of an asset, as they enter it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from enablement.models.opinions import MOST_STARS

#: One to five stars, each with its words: the number alone would mean something else to everybody.
STARS = [
    (1, _("No help")),
    (2, _("Little help")),
    (3, _("Some help")),
    (4, _("Good")),
    (5, _("Very good")),
]
assert len(STARS) == MOST_STARS


class RatingForm(HubForm):
    """Stars, and what would make it better."""

    stars = forms.TypedChoiceField(
        label=_("How much does it help you?"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five.")},
    )
    comment = forms.CharField(
        label=_("What would make it better?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The owner reads it."),
    )
