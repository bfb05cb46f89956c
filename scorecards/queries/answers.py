"""Answers that count for scores, as SQL beside what is measured."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from criteria.fragments import day_of
from scorecards.models import AskedOf, AssessmentSide, Metric
from segmentation.scope import Scope

#: Of an answer that counts, the newest by period and moment: the level, and the day it was given or confirmed.
_COUNTING = """
SELECT partner_id AS answered_by, jsonb_object_agg(metric_id, jsonb_build_array(level, answered_on)) AS answers FROM (
  SELECT DISTINCT ON (given.partner_id, asked.metric_id) given.partner_id, asked.metric_id, answer.level,
    {day} AS answered_on
  FROM jsonb_to_recordset(%(asked)s::jsonb) asked(metric_id bigint, scorecard_id bigint, key text, side text)
  JOIN scorecards_scorecardversion version ON version.definition_id = asked.scorecard_id
  JOIN scorecards_metric metric ON metric.scorecard_version_id = version.id AND metric.key = asked.key
  JOIN scorecards_answer answer ON answer.metric_id = metric.id
  JOIN scorecards_assessment given ON given.id = answer.assessment_id AND given.side = asked.side
  WHERE {scope} AND answer.level IS NOT NULL AND answer.answered_at <= %(now)s
  ORDER BY given.partner_id, asked.metric_id, given.period_starts_on DESC, answer.answered_at DESC, answer.id DESC
) counting GROUP BY partner_id"""


def counting(scope: Scope) -> str:
    """Return the select of the answers that count, by partner: `answers`, by metric the level and its day.

    It is the last one given up to `now`: by the partner where only it is asked, else by the channel manager. An answer
    counts until there is a newer one, in whichever period and on whichever version, as long as its key is asked for.
    """
    return _COUNTING.format(scope=scope.condition("given.partner_id"), day=day_of("answer.answered_at"))


def asked(metrics: Iterable[Metric]) -> Mapping[str, Any]:
    """Return the parameter that says which metrics are asked for, and of whom."""
    rows = [
        {
            "metric_id": metric.pk,
            "scorecard_id": metric.scorecard_version.definition_id,
            "key": metric.key,
            "side": AssessmentSide.PARTNER if metric.asked_of == AskedOf.PARTNER else AssessmentSide.CAM,
        }
        for metric in metrics
        if metric.is_assessed
    ]
    return {"asked": json.dumps(rows)}


def level(metric: Metric) -> str:
    """Return the level that was answered, as a column over `answers`."""
    return f"(answers #>> '{{{metric.pk},0}}')::numeric"


def answered_on(metric: Metric) -> str:
    """Return the day on which it was answered."""
    return f"(answers #>> '{{{metric.pk},1}}')::date"
