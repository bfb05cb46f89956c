"""Answers that count for scores."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from core.models import VersionState
from scorecards.models import Answer, AskedOf, AssessmentSide

#: From an answer up to its scorecard, and down again to what is published of it.
PUBLISHED = "assessment__scorecard_version__definition__versions"


def levels(partner_ids: Iterable[int], at: datetime) -> dict[tuple[int, str, int], int]:
    """Return the level that counts, by partner, key of the metric and scorecard.

    It is the last one given up to a moment: by the partner where only it is asked, else by the channel manager. An
    answer counts until there is a newer one, in whichever period, as long as the metric is on the published version.
    """
    counting = Q(**{f"{PUBLISHED}__metrics__asked_of": AskedOf.PARTNER}, assessment__side=AssessmentSide.PARTNER) | Q(
        **{f"{PUBLISHED}__metrics__asked_of__in": (AskedOf.CAM, AskedOf.BOTH)}, assessment__side=AssessmentSide.CAM
    )
    rows = (
        Answer.objects.filter(
            counting,
            **{f"{PUBLISHED}__state": VersionState.PUBLISHED, f"{PUBLISHED}__metrics__key": F("metric__key")},
            assessment__partner__in=list(partner_ids),
            level__isnull=False,
            answered_at__lte=at,
        )
        .order_by("assessment__period_starts_on", "answered_at", "pk")
        .values_list("assessment__partner_id", "metric__key", "assessment__scorecard_version__definition_id", "level")
    )
    return {(partner, key, scorecard): level for partner, key, scorecard, level in rows}
