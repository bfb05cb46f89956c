"""The points that partners have now on a metric, whichever version of its scorecard they are measured by."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, F, IntegerField, When
from django.db.models.functions import Abs

from scorecards.models import Metric, PeriodScore


def points_of(scorecard_id: int, metric_key: str, partner_ids: Collection[int]) -> dict[int, int]:
    """Return the points of partners; those that were never measured or answered are left out."""
    rows = _all(scorecard_id, metric_key).filter(partner__in=partner_ids)
    return dict(rows.values_list("partner_id", "earned"))


def nearest(scorecard_id: int, metric_key: str, points: int, *, within: int, besides: Any, most: int) -> dict[int, int]:
    """Return the partners whose points lie nearest, `within` so many, with their points; not those of `besides`."""
    near = (
        _all(scorecard_id, metric_key)
        .filter(earned__range=(points - within, points + within))
        .exclude(partner__in=besides)
        .annotate(far=Abs(F("earned") - points, output_field=IntegerField()))
        .order_by("far", "partner_id")
    )
    return dict(near.values_list("partner_id", "earned")[:most])


def _all(scorecard_id: int, metric_key: str) -> Any:
    """Return how everybody stands now, with what each earned on the metric: its place differs by version."""
    places: dict[int, int] = {}
    counted: dict[int, int] = {}
    metrics = Metric.objects.filter(scorecard_version__definition=scorecard_id).order_by("pk")
    for version, key in metrics.values_list("scorecard_version_id", "key"):
        if key == metric_key:
            places[version] = counted.get(version, 0)
        counted[version] = counted.get(version, 0) + 1
    cases = [When(scorecard_version=version, then=F(f"points__{place}")) for version, place in places.items()]
    earned = Case(*cases, default=None, output_field=IntegerField())
    current = PeriodScore.objects.filter(scorecard=scorecard_id, is_current=True, scorecard_version__in=list(places))
    return current.annotate(earned=earned).filter(earned__isnull=False)
