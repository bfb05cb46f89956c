"""What criteria may ask about scores."""

from django.utils.translation import gettext_lazy as _

from criteria.fields import Field, Join, Kind, registry

registry.add_joins(
    Join(
        "main_score",
        "LEFT JOIN scorecards_score main_score ON main_score.partner_id = p.id AND main_score.is_current"
        " AND main_score.scorecard_id = (SELECT id FROM scorecards_scorecard WHERE is_main)",
    )
)
registry.add_fields(
    Field(
        "score",
        _("Score"),
        Kind.NUMBER,
        "main_score.value",
        description=_("The partner's score, 0 to 100, on the scorecard shown on the dashboard."),
        example="60",
        group=_("Scores"),
        join="main_score",
    )
)
