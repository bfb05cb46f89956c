"""What partners entered and left."""

from dataclasses import dataclass

from partners.models import Partner
from segmentation.models import RuleTransition
from segmentation.queries.rules import DEFINITIONS


def transitions(partner: Partner, *, limit: int = 50) -> list["Transition"]:
    """Return what a partner entered and left, newest first, with the names of the rules."""
    moves = list(RuleTransition.objects.filter(partner=partner).order_by("-at", "-id")[:limit])
    names = {
        (kind.value, pk): name
        for kind, model in DEFINITIONS.items()
        for pk, name in model._default_manager.filter(
            pk__in={move.rule_id for move in moves if move.kind == kind.value}
        ).values_list("pk", "name")
    }
    return [Transition(move, names.get((move.kind, move.rule_id), "")) for move in moves]


@dataclass(frozen=True, slots=True)
class Transition:
    """A partner entered or left something with a name."""

    move: RuleTransition
    name: str
