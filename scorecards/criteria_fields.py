"""What criteria may ask about scores: of each scorecard the whole, its sections and its metrics."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.models import VersionState
from criteria.fields import Field, Join, Kind, registry
from scorecards.models import Metric, Scorecard, ScorecardSection
from scorecards.score_fields import BEGINNING, OWN_FIELD, metric_field, section_field

SCORES = _("Scores")


def score_fields() -> Iterator[Field | Join]:
    """Yield a field for the score of every scorecard of which something is published, for its sections and metrics."""
    for scorecard in _published():
        key, alias = f"{BEGINNING}{scorecard.key}", f"score_{scorecard.pk}"
        on = f"{alias}.partner_id = p.id AND {alias}.is_current AND {alias}.scorecard_id = {scorecard.pk}"
        yield Join(key, f"LEFT JOIN scorecards_score {alias} ON {on}")
        yield Field(
            key,
            _now("Score: %(scorecard)s") % {"scorecard": scorecard},
            Kind.NUMBER,
            f"{alias}.value",
            description=scorecard.purpose or _now("The partner's score on this scorecard, 0 to 100."),
            example="60",
            group=SCORES,
            join=key,
            partner_may_see=scorecard.shows_score,
        )
        yield from _fields_of_parts(scorecard)


def _published() -> Any:
    """Return scorecards with something published, with `metrics` and `sections` of all versions ever published."""
    published = {"scorecard_version__definition": OuterRef("pk")}
    what = JSONObject(key=F("key"), name=F("name"), version=F("scorecard_version"), state=F("scorecard_version__state"))

    def parts(model: Any) -> ArraySubquery:
        rows = model.objects.filter(**published).exclude(scorecard_version__state=VersionState.DRAFT)
        return ArraySubquery(rows.order_by("pk").values(told=what))

    in_use = Scorecard.objects.filter(versions__state=VersionState.PUBLISHED).order_by("name", "pk")
    return in_use.annotate(metrics=parts(Metric), sections=parts(ScorecardSection))


def _fields_of_parts(scorecard: Any) -> Iterator[Field | Join]:
    """Yield what sections and metrics of the published version earned, wherever a partner's version has them."""
    alias = f"stands_{scorecard.pk}"
    on = f"{alias}.partner_id = p.id AND {alias}.is_current AND {alias}.scorecard_id = {scorecard.pk}"
    join = f"{BEGINNING}{scorecard.key}:parts"
    yield Join(join, f"LEFT JOIN scorecards_periodscore {alias} ON {on}")
    told = _now("Points, 0 to 100. Without an answer there are none.")
    for rows, column, key_of in (
        (scorecard.sections, "section_points", section_field),
        (scorecard.metrics, "points", metric_field),
    ):
        places = _places(rows)
        for row in rows:
            if row["state"] != VersionState.PUBLISHED:
                continue
            cases = " ".join(
                f"WHEN {version} THEN {alias}.{column}[{place}]" for version, place in places[row["key"]].items()
            )
            yield Field(
                key_of(scorecard.key, row["key"]),
                _now("Score: %(scorecard)s › %(part)s") % {"scorecard": scorecard, "part": row["name"]},
                Kind.NUMBER,
                f"(CASE {alias}.scorecard_version_id {cases} END)",
                description=told,
                example="60",
                group=SCORES,
                join=join,
                partner_may_see=scorecard.shows_everything,
            )


def _places(rows: Any) -> dict[str, dict[int, int]]:
    """Return by key where a part's element stands in the arrays of each version, counted from 1."""
    sizes: dict[int, int] = {}
    places: dict[str, dict[int, int]] = {}
    for row in rows:
        sizes[row["version"]] = place = sizes.get(row["version"], 0) + 1
        places.setdefault(row["key"], {})[int(row["version"])] = place
    return places


registry.add_provider(score_fields, beginning=BEGINNING)
registry.add_joins(
    Join(
        "main_score",
        "LEFT JOIN scorecards_score main_score ON main_score.partner_id = p.id AND main_score.is_current"
        " AND main_score.scorecard_id = (SELECT id FROM scorecards_scorecard WHERE is_main)",
    )
)
registry.add_fields(
    Field(
        OWN_FIELD,
        _("Score"),
        Kind.NUMBER,
        "main_score.value",
        description=_("The partner's score, 0 to 100, on the scorecard shown on the dashboard."),
        example="60",
        group=SCORES,
        join="main_score",
    )
)
