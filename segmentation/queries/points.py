"""Measures that are weighted points, taken apart for one partner: where missing points are earned nearest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from criteria.explain import Explanation
from criteria.fields import Catalog
from criteria.points import Earning, Source, earnings
from criteria.tree import COUNTING, CriteriaError, Formula, Function, Operand, dump_formula
from criteria.ways import move_of
from partners.models import Partner
from segmentation import engine
from segmentation.wording import speaker


@dataclass(frozen=True, slots=True)
class Gain:
    """Points that could be earned: of what, how many units more, and the points they bring."""

    about: str
    units: Decimal
    points: Decimal


class PointsOf:
    """Measures that are weighted points, taken apart: where a missing point is earned with the least to do."""

    def __init__(self, partner: Partner, at: datetime, catalog: Catalog) -> None:
        self.partner, self.at, self.catalog = partner, at, catalog
        self._sources: dict[str, list[tuple[str, Source]]] = {}

    def read(self, explanations: Sequence[Explanation]) -> None:
        """Read what the partner has of every part of the points asked for, in one statement."""
        formulas = {
            leaf.clause.operand.field: formula
            for whole in explanations
            for leaf in whole.leaves
            if not leaf.met and leaf.clause is not None and (formula := self._points_of(leaf.clause.operand))
        }
        asked = {
            f"{key} {place}": dump_formula(part.of)
            for key, formula in formulas.items()
            for place, part in enumerate(formula.parts)
        }
        try:
            found = engine.values(asked, partner_ids=[self.partner.pk], at=self.at) if asked else {}
        except CriteriaError:
            return
        has = found.get(self.partner.pk, {})
        speak = speaker(self.catalog)
        for key, formula in formulas.items():
            self._sources[key] = [
                (
                    speak.formula(part.of),
                    Source(
                        Decimal(has.get(f"{key} {place}") or 0),
                        Decimal(str(part.each)),
                        Decimal(str(part.cap)) if part.cap is not None else None,
                        whole=_is_counted(part.of),
                    ),
                )
                for place, part in enumerate(formula.parts)
            ]

    def _points_of(self, operand: Operand) -> Function | None:
        one = self.catalog.fields.get(operand.field) if operand.field else None
        formula = one.formula if one is not None else None
        return formula if isinstance(formula, Function) and formula.name == "points" else None

    def cost_of(self, leaf: Explanation) -> float | None:
        """Return what the points missing for a clause cost; None for a clause that asks for something else."""
        earning = self._best(leaf)
        return earning.cost if earning is not None else None

    def gains_of(self, leaf: Explanation) -> list[Gain]:
        """Return where the points missing for a clause are earned with the least to do."""
        earning = self._best(leaf)
        if earning is None or leaf.clause is None:
            return []
        names = [name for name, _source in self._sources[leaf.clause.operand.field]]
        return [Gain(names[gain.place], gain.units, gain.points) for gain in earning.gains]

    def _best(self, leaf: Explanation) -> Earning | None:
        sources = self._sources.get(leaf.clause.operand.field) if leaf.clause is not None else None
        move = move_of(leaf, self.catalog) if sources else None
        if not sources or move is None or move.mark <= move.has:
            return None
        return next(iter(earnings([source for _name, source in sources], move.mark - move.has)), None)


def _is_counted(formula: Formula) -> bool:
    return isinstance(formula, Operand) and formula.aggregate in COUNTING
