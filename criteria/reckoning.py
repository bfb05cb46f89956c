"""Formulas as SQL: what a measure is worth, over the short names of a book.

Arithmetic is exact (`numeric`). What is not known is empty: it counts as nothing in sums, points and credits, and makes
ratios, differences, products and growth empty; dividing by nothing gives nothing unless a value is named for it.
"""

from typing import TYPE_CHECKING, Any

from criteria.checks import as_number
from criteria.fragments import settled, unusable
from criteria.tree import PEER_FUNCTIONS, Formula, Function, Number, Part

if TYPE_CHECKING:
    from criteria.sql import Book


class Reckoning:
    """Turns formulas into expressions."""

    def __init__(self, book: "Book") -> None:
        self.book = book

    def formula(self, formula: Formula) -> str:
        """Return the expression of a formula. Raises CriteriaError when something in it cannot be reckoned."""
        if isinstance(formula, Number):
            return self.number(formula.value)
        if isinstance(formula, Function):
            return self.function(formula)
        return f"({self.book.operand(formula)})::numeric"

    def number(self, value: Any) -> str:
        return f"{self.book.parameter(as_number(value))}::numeric"

    def function(self, one: Function) -> str:
        if one.name in PEER_FUNCTIONS:
            raise unusable("A place among peers is a measure of its own.")
        of = [self.formula(each) for each in one.of]
        match one.name:
            case "sum":
                return "(" + " + ".join(f"coalesce({each}, 0)" for each in of) + ")"
            case "difference":
                return "(" + " - ".join(of) + ")"
            case "product":
                return "(" + " * ".join(of) + ")"
            case "best":
                return f"greatest({', '.join(of)})"
            case "worst":
                return f"least({', '.join(of)})"
            case "first_known":
                return f"coalesce({', '.join(of)})"
            case "average":
                known = " + ".join(f"({each} IS NOT NULL)::int" for each in of)
                total = " + ".join(f"coalesce({each}, 0)" for each in of)
                return f"(({total}) / nullif({known}, 0))"
            case "ratio":
                return self.divided(of[0], of[1], one)
            case "growth":
                return self.divided(f"100 * ({of[0]} - {of[1]})", f"abs({of[1]})", one)
            case "round":
                return f"round({of[0]}, {int(one.settings.get('places', 0))})"
            case "clamp":
                return self.clamped(of[0], one)
            case "points":
                return self.points(one)
            case "bands":
                return self.bands(of[0], one)
            case "credit":
                return self.credit(of[0], one)
        return self.gate(of[0], one)

    def divided(self, top: str, bottom: str, one: Function) -> str:
        otherwise = self.number(one.settings["if_zero"]) if "if_zero" in one.settings else "NULL"
        return f"(CASE WHEN {bottom} = 0 THEN {otherwise} ELSE {top} / {bottom} END)"

    def clamped(self, value: str, one: Function) -> str:
        """Return the value between its limits; what is empty stays so, which `greatest` alone would fill."""
        inside = value
        if "from" in one.settings:
            inside = f"greatest({inside}, {self.number(one.settings['from'])})"
        if "to" in one.settings:
            inside = f"least({inside}, {self.number(one.settings['to'])})"
        return f"(CASE WHEN {value} IS NOT NULL THEN {inside} END)"

    def points(self, one: Function) -> str:
        total = "(" + " + ".join(self.part(part) for part in one.parts) + ")"
        return f"least({total}, {self.number(one.settings['cap'])})" if "cap" in one.settings else total

    def part(self, part: Part) -> str:
        earned = f"coalesce({self.formula(part.of)}, 0) * {self.number(part.each)}"
        return f"({earned})" if part.cap is None else f"least({earned}, {self.number(part.cap)})"

    def bands(self, value: str, one: Function) -> str:
        cases = " ".join(
            f"WHEN {settled(value)} >= {self.number(band['from'])} THEN {self.number(band['value'])}"
            for band in reversed(one.settings["bands"])
        )
        return f"(CASE {cases} END)"

    def credit(self, value: str, one: Function) -> str:
        share = f"coalesce({value}, 0) / {self.number(one.settings['target'])}"
        return f"({self.number(one.settings.get('points', 100))} * least(greatest({share}, 0), 1))"

    def gate(self, value: str, one: Function) -> str:
        if one.where is None:
            raise unusable("The gate has no condition.")
        otherwise = self.number(one.settings.get("otherwise", 0))
        return f"(CASE WHEN {self.book.predicate(one.where)} THEN {value} ELSE {otherwise} END)"
