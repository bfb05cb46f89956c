"""Plays of segments as people enter them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import FieldPicker, HubForm
from enablement.forms.content import owners
from scorecards.models import Cadence, Direction, OnLeaving, Play, SegmentPlay, SupportLevel
from scorecards.queries import figures
from segmentation.models import Segment

MAX_TEXT_LENGTH = 10_000


class SegmentPlayForm(HubForm):
    """How the partners of a segment are treated, what for, and by which figure that is judged."""

    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.none())
    name = forms.CharField(label=_("Name"), max_length=160)
    objective = forms.CharField(label=_("Objective"), max_length=300)
    field_key = forms.ChoiceField(label=_("Figure that is to move"), widget=FieldPicker)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    target = forms.DecimalField(
        label=_("Target"),
        required=False,
        max_digits=18,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("On average, over the partners who are given it."),
    )
    support_level = forms.ChoiceField(label=_("Support"), choices=SupportLevel.choices, initial=SupportLevel.SHARED)
    cadence = forms.ChoiceField(label=_("In touch"), choices=Cadence.choices, initial=Cadence.QUARTERLY)
    plays = forms.ModelMultipleChoiceField(
        label=_("Plays they get"),
        queryset=Play.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Content, journeys, certifications and activities from the library; each partner gets a task."),
    )
    treatment = forms.CharField(
        label=_("Treatment"),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Markdown. What else these partners get from us."),
    )
    incentives = forms.CharField(
        label=_("Incentives"), required=False, max_length=MAX_TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)
    starts_on = forms.DateField(
        label=_("Starts on"), required=False, help_text=_("By itself on this day; leave it open to start it by hand.")
    )
    takes_newcomers = forms.BooleanField(
        label=_("Partners who come into the segment later get it, too"), required=False, initial=True
    )
    on_leaving = forms.ChoiceField(
        label=_("When a partner leaves the segment"), choices=OnLeaving.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, segment_play: SegmentPlay | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segments = Segment.objects.filter(is_audience=False, retired_at__isnull=True).order_by("name")
        plays = Play.objects.published()
        if segment_play is not None:
            del self.fields["segment"]
            plays = plays | Play.objects.filter(segment_plays=segment_play)
            if segment_play.started_at:
                del self.fields["starts_on"]
        else:
            self.fields["segment"].queryset = segments  # type: ignore[attr-defined]
        self.fields["plays"].queryset = plays.distinct().order_by("position", "name")  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners()  # type: ignore[attr-defined]
        fields = figures.numeric_fields()
        known = segment_play.field_key if segment_play else ""
        gone = [(known, known)] if known and known not in fields else []
        picker = self.fields["field_key"]
        picker.choices = [("", ""), *gone, *figures.grouped(fields)]  # type: ignore[attr-defined]
        picker.widget.descriptions = {key: str(field.description) for key, field in fields.items()}

    @property
    def changes(self) -> dict[str, Any]:
        """Return the answers in the service's words, the plays apart."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"segment", "plays"}}
