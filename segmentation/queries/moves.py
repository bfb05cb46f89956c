"""What partners entered and left."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.periods import MOMENT_FORMAT
from criteria.fields import RuleKind
from partners.models import Partner
from segmentation.models import RuleTransition
from segmentation.queries.rules import DEFINITIONS

SHOWN_MOVES = 20


@dataclass(frozen=True, slots=True)
class Transition:
    """A partner entered or left something with a name; `definition` is None where that is gone."""

    move: RuleTransition
    definition: Any

    @property
    def name(self) -> str:
        """What it entered or left."""
        return "" if self.definition is None else str(self.definition)


def transitions(partner: Partner, *, limit: int = 50) -> list[Transition]:
    """Return what a partner entered and left, newest first, with the rules."""
    moves = list(RuleTransition.objects.filter(partner=partner).order_by("-at", "-id")[:limit])
    found = {
        (kind.value, definition.pk): definition
        for kind, model in DEFINITIONS.items()
        for definition in model._default_manager.filter(
            pk__in={move.rule_id for move in moves if move.kind == kind.value}
        )
    }
    return [Transition(move, found.get((move.kind, move.rule_id))) for move in moves]


def moves_of(*, partner: Partner, kind: RuleKind, definition: Any) -> list[RuleTransition]:
    """Return when a partner entered and left one rule, newest first."""
    rows = RuleTransition.objects.filter(partner=partner, kind=kind.value, rule_id=definition.pk)
    return list(rows.order_by("-at", "-id")[:SHOWN_MOVES])


def move_at(*, partner: Partner, kind: RuleKind, definition: Any, moment: str) -> RuleTransition | None:
    """Return the last time by a moment (as addresses write it) that a partner entered or left a rule, or None."""
    try:
        at = datetime.strptime(moment, MOMENT_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    moves = RuleTransition.objects.filter(partner=partner, kind=kind.value, rule_id=definition.pk, at__lte=at)
    return moves.order_by("-at", "-id").first()
