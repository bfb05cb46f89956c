"""Events as people enter them, in the event's own time zone."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import TIME_ZONES
from accounts.models import User
from core.forms import HubForm
from core.markdown import MAX_LENGTH
from core.models import Program
from enablement.forms.audiences import ForPeopleForm
from enablement.forms.content import owners
from enablement.models import Asset, EventKind
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from

MOMENTS = ("starts_at", "ends_at", "register_until_at")


class EventForm(ForPeopleForm):
    """An event. Its moments are typed as clocks show them in its own time zone."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(label=_("Summary"), max_length=500, required=False, widget=forms.Textarea)
    body = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Markdown: # heading, **bold**, - list, [link](https://…), tables with |."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EventKind.choices)
    timezone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("In which the times below are meant. Everybody reads them in their own.")
    )
    starts_at = forms.DateTimeField(label=_("Begins"))
    ends_at = forms.DateTimeField(label=_("Ends"))
    register_until_at = forms.DateTimeField(
        label=_("Registration closes"), required=False, help_text=_("Empty: when it begins.")
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    url = forms.URLField(
        label=_("Online address"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text=_("Shown only to those who have a seat."),
    )
    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=100_000, help_text=_("Empty: as many as want to come.")
    )
    audience = forms.ModelChoiceField(
        label=_("Audience"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner"),
        help_text=_("Nobody else sees it, finds it or is told of it."),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"timezone": Program.current().timezone, **(kwargs.pop("initial", None) or {})}
        zone = ZoneInfo(initial["timezone"])
        for name in MOMENTS:
            if moment := initial.get(name):
                initial[name] = timezone.make_naive(moment, zone)
        super().__init__(*args, initial=initial, **kwargs)
        fields: Any = self.fields
        zones = sorted({*TIME_ZONES, "UTC", initial["timezone"]})
        fields["timezone"].choices = [(name, name.replace("_", " ")) for name in zones]
        fields["audience"].queryset = to_choose_from(self.initial.get("audience"))
        fields["owner"].queryset = owners()

    def clean(self) -> dict[str, Any]:
        """Take the moments as clocks of the event's zone show them, not those of the reader's."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if zone := said.get("timezone"):
            for name in MOMENTS:
                if said.get(name):
                    said[name] = self._in_zone(name, said[name], ZoneInfo(zone))
        return said

    def _in_zone(self, name: str, moment: Any, zone: ZoneInfo) -> Any:
        shown = timezone.make_naive(moment, timezone.get_current_timezone())
        try:
            return timezone.make_aware(shown, zone)
        except (ValueError, OverflowError) as error:
            raise ValidationError({name: _("There is no such time in that zone.")}) from error


class CancelEventForm(HubForm):
    """Why an event does not take place."""

    reason = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea, help_text=_("Those who wanted to come read it.")
    )


class RecordingForm(HubForm):
    """The recording of an event, among the published assets."""

    recording = forms.ModelChoiceField(
        label=_("Recording"),
        queryset=Asset.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("A video or recording of the library. Who may see it is for its own audience."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Asset.objects.published().filter(media__overlap=["watch", "listen"])
        rows |= Asset.objects.filter(pk=self.initial.get("recording") or 0)
        self.fields["recording"].queryset = rows.without_words().order_by("title")  # type: ignore[attr-defined]
