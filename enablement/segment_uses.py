"""What needs a segment here: whatever is for its partners, branches of journeys, journeys it enrols in, ways of
working that it shows.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from core.models import VersionState
from enablement.models import FOR_PARTNERS, Event, JourneyStep, JourneyVersion, Process
from segmentation import uses

LIVE = [VersionState.DRAFT, VersionState.PUBLISHED]


def _names(model: Any) -> QuerySet[Any]:
    if model is Event:
        return Event.objects.filter(cancelled_at=None, ends_at__gt=Now()).values_list("title", flat=True)
    name = "title" if any(one.name == "title" for one in model._meta.fields) else "name"
    rows: QuerySet[Any] = model.objects.filter(retired_at=None).values_list(name, flat=True)
    return rows


def _in_journeys(rows: QuerySet[Any], version: str) -> QuerySet[Any]:
    live = Q(**{f"{version}state__in": LIVE, f"{version}definition__retired_at": None})
    return rows.filter(live).values_list(f"{version}definition__name", flat=True)


for _model in FOR_PARTNERS:
    uses.register(_names(_model), segment="audience")
uses.register(_in_journeys(JourneyStep.objects.all(), "journey_version__"), segment="only_for")
uses.register(_in_journeys(JourneyVersion.objects.all(), ""), segment="entry_segment")
uses.register(Process.objects.filter(retired_at=None).values_list("name", flat=True), segment="rule")
