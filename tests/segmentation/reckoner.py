"""Formulas reckoned in exact fractions, one partner at a time: the second opinion on measures."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from partners.models import Partner
from tests.segmentation.evaluator import Evaluator
from tests.segmentation.kinds import FIELD_KINDS

Value = Fraction | None


@dataclass
class Reckoner:
    """Says what formulas are worth; `evaluator` knows what the operands are."""

    evaluator: Evaluator

    def value(self, formula: Any, partner: Partner) -> Value:
        """Return what a formula is worth for a partner, or None where that is not known."""
        if "number" in formula:
            return Fraction(str(formula["number"]))
        if "function" not in formula:
            found, _kind = self.evaluator.value(formula, partner)
            return None if found is None else Fraction(found)
        if formula["function"] == "points":
            return self._points(formula, partner)
        of = [self.value(one, partner) for one in formula["of"]]
        name = formula["function"]
        if name == "gate":
            opened = self.evaluator._whole(formula["where"], self.evaluator.facts(partner), FIELD_KINDS, partner)
            return of[0] if opened else Fraction(str(formula.get("otherwise", 0)))
        return getattr(self, f"_{name}")(of, formula)

    def _points(self, formula: Any, partner: Partner) -> Value:
        total = Fraction(0)
        for part in formula["parts"]:
            earned = (self.value(part["of"], partner) or 0) * Fraction(str(part.get("each", 1)))
            total += earned if part.get("cap") is None else min(earned, Fraction(str(part["cap"])))
        return min(total, Fraction(str(formula["cap"]))) if "cap" in formula else total

    def _sum(self, of: list[Value], _: Any) -> Value:
        return sum((one for one in of if one is not None), Fraction(0))

    def _difference(self, of: list[Value], _: Any) -> Value:
        return None if None in of else of[0] - sum(of[1:])  # type: ignore[arg-type, operator]

    def _product(self, of: list[Value], _: Any) -> Value:
        product = Fraction(1)
        for one in of:
            if one is None:
                return None
            product *= one
        return product

    def _ratio(self, of: list[Value], formula: Any) -> Value:
        top, bottom = of
        if bottom == 0:
            return Fraction(str(formula["if_zero"])) if "if_zero" in formula else None
        return None if top is None or bottom is None else top / bottom

    def _growth(self, of: list[Value], formula: Any) -> Value:
        now, before = of
        if before == 0:
            return Fraction(str(formula["if_zero"])) if "if_zero" in formula else None
        return None if now is None or before is None else 100 * (now - before) / abs(before)

    def _best(self, of: list[Value], _: Any) -> Value:
        return max((one for one in of if one is not None), default=None)

    def _worst(self, of: list[Value], _: Any) -> Value:
        return min((one for one in of if one is not None), default=None)

    def _average(self, of: list[Value], _: Any) -> Value:
        known = [one for one in of if one is not None]
        return sum(known, Fraction(0)) / len(known) if known else None

    def _first_known(self, of: list[Value], _: Any) -> Value:
        return next((one for one in of if one is not None), None)

    def _clamp(self, of: list[Value], formula: Any) -> Value:
        value = of[0]
        if value is not None and "from" in formula:
            value = max(value, Fraction(str(formula["from"])))
        if value is not None and "to" in formula:
            value = min(value, Fraction(str(formula["to"])))
        return value

    def _round(self, of: list[Value], formula: Any) -> Value:
        if of[0] is None:
            return None
        scaled = abs(of[0]) * 10 ** formula.get("places", 0)
        whole = int(scaled + Fraction(1, 2))  # a half goes away from zero, as the database does it with exact numbers
        return Fraction(whole if of[0] > 0 else -whole, 10 ** formula.get("places", 0))

    def _bands(self, of: list[Value], formula: Any) -> Value:
        reached = [band for band in formula["bands"] if of[0] is not None and of[0] >= Fraction(str(band["from"]))]
        return Fraction(str(reached[-1]["value"])) if reached else None

    def _credit(self, of: list[Value], formula: Any) -> Value:
        share = (of[0] or Fraction(0)) / Fraction(str(formula["target"]))
        return Fraction(str(formula.get("points", 100))) * max(Fraction(0), min(share, Fraction(1)))
