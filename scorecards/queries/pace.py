"""How long assessments take: measured on those that were finished, and foreseen for those to come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from scorecards.models import AssessmentSide

#: What an answer takes while too few assessments were finished to say.
USUAL_SECONDS_PER_ANSWER = 25
ENOUGH_FINISHED = 5
_TIMES = """
SELECT version.definition_id, assessment.side, count(*), avg(assessment.seconds_spent),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY assessment.seconds_spent),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY assessment.seconds_spent::float / greatest(answered.number, 1))
FROM scorecards_assessment assessment
JOIN scorecards_scorecardversion version ON version.id = assessment.scorecard_version_id
CROSS JOIN LATERAL (
  SELECT count(*) AS number FROM scorecards_answer WHERE assessment_id = assessment.id AND level IS NOT NULL
) answered
WHERE assessment.finished_at IS NOT NULL AND version.definition_id = ANY(%s)
GROUP BY version.definition_id, assessment.side"""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long finished assessments of a scorecard took one side: time at work, without breaks."""

    finished: int
    mean_seconds: int
    median_seconds: int
    seconds_per_answer: float


def paces(scorecard_ids: Iterable[int]) -> dict[tuple[int, str], Pace]:
    """Return how long each side needed for each scorecard; nothing where no assessment was finished."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, [sorted(set(scorecard_ids))])
        rows = cursor.fetchall()
    return {
        (scorecard, side): Pace(count, round(mean), round(median), each)
        for scorecard, side, count, mean, median, each in rows
    }


def minutes(answers: int, pace: Pace | None) -> int:
    """Return how many minutes so many answers will take, one at least where there are any."""
    known = pace is not None and pace.finished >= ENOUGH_FINISHED and pace.seconds_per_answer > 0
    seconds = pace.seconds_per_answer if known and pace else USUAL_SECONDS_PER_ANSWER
    return max(1, round(answers * seconds / 60)) if answers else 0


def of(paces_known: Mapping[tuple[int, str], Pace], scorecard_id: int) -> list[tuple[str, Pace]]:
    """Return the paces of both sides on one scorecard, in words."""
    sides = [side for side in AssessmentSide if (scorecard_id, side) in paces_known]
    return [(str(side.label), paces_known[scorecard_id, side]) for side in sides]
