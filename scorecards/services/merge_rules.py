"""How scores move when two partners become one."""

from django.utils.translation import gettext_lazy as _

from partners.services.merge_parts import Moves, Part
from scorecards.models import MetricScore, PartnerTask, Score


def move_scores(moves: Moves) -> None:
    """Scores on scorecards the survivor has none on go to it; others are kept with the record they were given to."""
    has = list(Score.objects.filter(partner_id=moves.survivor_id).values_list("scorecard_id", flat=True).distinct())
    moves.set_aside(Score.objects.filter(partner_id=moves.merged_id, scorecard_id__in=has))
    moves.take_all(Score)
    moves.set_aside(MetricScore.objects.filter(partner_id=moves.merged_id))


def move_tasks(moves: Moves) -> None:
    """Tasks go on with the survivor."""
    moves.take_all(PartnerTask)


#: What this app registers.
PARTS = (
    Part(
        "scores", _("Scores"), (Score, MetricScore), move_scores,
        _("Where both have scores on a scorecard, those of the surviving record stay; it is measured anew."),
    ),
    Part("tasks", _("Tasks"), (PartnerTask,), move_tasks),
)  # fmt: skip
