"""How scores move when two partners become one."""

from django.utils.translation import gettext_lazy as _

from partners.services.merge_parts import Moves, Part
from scorecards.models import (
    ActionChoice,
    Alert,
    GoalFigure,
    GoalTarget,
    PartnerTask,
    PeriodScore,
    Score,
    SuccessPlan,
)


def move_scores(moves: Moves) -> None:
    """Scores on scorecards the survivor has none on go to it; others are kept with the record they were given to."""
    models: tuple[type[Score | PeriodScore], ...] = (Score, PeriodScore)
    has = {pk for model in models for pk in _scorecards_of(model, moves.survivor_id)}
    for model in models:
        moves.set_aside(model.objects.filter(partner_id=moves.merged_id, scorecard_id__in=has))
        moves.take_all(model)


def _scorecards_of(model: type[Score | PeriodScore], partner_id: int) -> set[int]:
    return set(model.objects.filter(partner_id=partner_id).values_list("scorecard_id", flat=True))


def move_tasks(moves: Moves) -> None:
    """Tasks go on with the survivor."""
    moves.take_all(PartnerTask)


def move_plans(moves: Moves) -> None:
    """Success plans go on with the survivor, beside its own."""
    moves.take_all(SuccessPlan)


def move_goals(moves: Moves) -> None:
    """Parts of goals go to the survivor, unless it has one of its own; what was brought is measured anew."""
    own = GoalTarget.objects.filter(partner_id=moves.survivor_id).values_list("parent_id", flat=True)
    moves.set_aside(GoalTarget.objects.filter(partner_id=moves.merged_id, parent_id__in=list(own)))
    moves.take_all(GoalTarget)
    moves.set_aside(GoalFigure.objects.filter(partner_id=moves.merged_id))


def move_alerts(moves: Moves) -> None:
    """Past alerts go on with the survivor; open ones are settled with the record: the survivor is looked at anew."""
    moves.set_aside(Alert.objects.open().filter(partner_id=moves.merged_id))
    moves.take_all(Alert, ActionChoice)


#: What this app registers.
PARTS = (
    Part(
        "scores", _("Scores"), (Score, PeriodScore), move_scores,
        _("Where both have scores on a scorecard, those of the surviving record stay; it is measured anew."),
    ),
    Part("alerts", _("Alerts"), (Alert, ActionChoice), move_alerts, is_derived=True),
    Part("tasks", _("Tasks"), (PartnerTask,), move_tasks),
    Part("success_plans", _("Success plans"), (SuccessPlan,), move_plans),
    Part(
        "goals", _("Parts of goals"), (GoalTarget, GoalFigure), move_goals,
        _("Where both have a part of the same goal, that of the surviving record stays."),
    ),
)  # fmt: skip
