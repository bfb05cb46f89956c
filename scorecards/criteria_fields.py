"""What criteria may ask about scores."""

from collections.abc import Iterator

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.models import VersionState
from criteria.fields import Field, Join, Kind, registry
from scorecards.models import Scorecard
from scorecards.services.metric_checks import OWN_FIELD

SCORES = _("Scores")
#: With what the keys of the scores of single scorecards begin.
BEGINNING = f"{OWN_FIELD}."


def score_fields() -> Iterator[Field | Join]:
    """Yield a field for the score of every scorecard of which something is published."""
    for scorecard in Scorecard.objects.filter(versions__state=VersionState.PUBLISHED).order_by("name", "pk"):
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
