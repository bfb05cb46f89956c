"""Reads criteria back in words: "country is Germany or Austria, and at least 3 deals in the last 12 months"."""

from collections.abc import Callable
from typing import Any

from criteria.checks import as_number, field_of, kind_of
from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import BY_KIND, Operator, Shape
from criteria.tree import COUNTS, Clause, Group, Node, Operand, Window, parse

Translate = Callable[[str], str]

AGGREGATE_WORDS = {
    "count": "number of {records}",
    "count_months": "number of months with {records}",
    "count_quarters": "number of quarters with {records}",
    "count_distinct": "number of {ofs} with {records}",
    "sum": "total {of} of {records}",
    "min": "lowest {of} of {records}",
    "max": "highest {of} of {records}",
    "average": "average {of} of {records}",
    "first": "first {of} of {records}",
    "latest": "latest {of} of {records}",
}
UNIT_WORDS = {
    "days": ("day", "days"),
    "weeks": ("week", "weeks"),
    "months": ("month", "months"),
    "years": ("year", "years"),
}


def sentence(document: Any, catalog: Catalog, translate: Translate = str) -> str:
    """Return a document in words. Raises CriteriaError when it cannot be read."""
    return Speaker(catalog, translate).tree(parse(document))


class Speaker:
    """Puts nodes in words; `translate` is given by the door that knows the reader's language."""

    def __init__(self, catalog: Catalog, translate: Translate = str) -> None:
        self.catalog = catalog
        self.translate = translate

    def tree(self, tree: Group) -> str:
        """Return the whole of a tree."""
        if not tree.rules:
            return self.translate("no partner" if tree.negated else "every partner")
        return self._group(tree, top=True, collection=None)

    def clause(self, clause: Clause, collection: Collection | None = None) -> str:
        """Return one clause."""
        kind = kind_of(clause.operand, self.catalog, collection)
        operator = BY_KIND[kind].get(clause.operator) if kind else None
        if kind is Kind.YES_NO and operator is not None and operator.shape is Shape.NONE:
            about = self.operand(clause.operand, collection)
            return f"{self.translate('not')} {about}" if operator.negative else about
        words = self.translate(operator.words) if operator else clause.operator
        value = self.value(clause, operator, collection) if operator else str(clause.value)
        about = self.operand(clause.operand, collection)
        if clause.operand.where is not None or clause.operand.window is not None:
            about += ","
        return " ".join(part for part in (about, words, value) if part)

    def operand(self, operand: Operand, collection: Collection | None = None) -> str:
        """Return what is asked about."""
        if operand.field:
            one = field_of(operand, self.catalog, collection)
            return _lower_first(str(one.label)) if one else operand.field
        target = self.catalog.collections.get(operand.collection)
        of = target.field(operand.of) if target and operand.of else None
        records = _lower_first(str(target.label)) if target else operand.collection
        if operand.where is not None and target is not None:
            records += f" {self.translate('where')} {self._group(operand.where, top=True, collection=target)}"
        text = self.translate(AGGREGATE_WORDS[operand.aggregate]).format(
            records=records,
            of=_lower_first(str(of.label)) if of else operand.of,
            ofs=_lower_first(str(of.plural or of.label)) if of else operand.of,
        )
        if operand.window is not None:
            text += f", {self.window(operand.window)}"
        return text

    def window(self, window: Window) -> str:
        """Return a window of time."""
        if window.kind == "since":
            return f"{self.translate('since')} {window.day}"
        if window.kind in {"this", "previous"}:
            return f"{self.translate(f'in the {window.kind}')} {self.translate(window.unit.replace('_', ' '))}"
        return f"{self.translate(f'in the {window.kind}')} {self._span(window.n, window.unit)}"

    def value(self, clause: Clause, operator: Operator, collection: Collection | None = None) -> str:
        """Return the value of a clause as a person reads it."""
        value = clause.value
        if operator.shape is Shape.NONE:
            return ""
        if value is None or value in ("", ()):
            return "…"
        if isinstance(value, dict):
            return self._structured(value, clause, collection)
        one = self._field(clause.operand, collection)
        if isinstance(value, tuple):
            texts = [self._single(each, one) for each in value]
            if operator.shape in {Shape.RANGE, Shape.DAYS}:
                return f" {self.translate('and')} ".join(texts)
            return self._listed(texts, "and" if operator.key in {"all_of", "exactly"} else "or")
        return self._single(value, one) + self._unit(one)

    def _structured(self, value: dict[str, Any], clause: Clause, collection: Collection | None) -> str:
        if "field" in value:
            other = field_of(Operand(field=value["field"]), self.catalog, collection)
            return _lower_first(str(other.label)) if other else str(value["field"])
        if "unit" in value:
            return self._span(value["n"], value["unit"])
        one = self._field(clause.operand, collection)
        texts = self._listed([self._single(each, one) for each in value.get("of", ())], "or")
        return f"{value.get('n')} {self.translate('of')} {texts}"

    def _group(self, group: Group, *, top: bool, collection: Collection | None) -> str:
        parts = [self._node(rule, collection) for rule in group.rules]
        if group.combinator == "at_least":
            text = self.translate("at least {n} of these: ").format(n=group.at_least) + "; ".join(parts)
        else:
            joint = self.translate("or" if group.combinator == "or" else "and")
            text = f" {joint} ".join(parts)
        if group.negated:
            return f"{self.translate('not')} ({text})"
        return text if top or len(parts) == 1 else f"({text})"

    def _node(self, node: Node, collection: Collection | None) -> str:
        if isinstance(node, Group):
            return self._group(node, top=False, collection=collection)
        return self.clause(node, collection)

    def _field(self, operand: Operand, collection: Collection | None) -> Field | None:
        if operand.field:
            return field_of(operand, self.catalog, collection)
        if operand.aggregate in {*COUNTS, "count_distinct"}:
            return None
        target = self.catalog.collections.get(operand.collection)
        return target.field(operand.of) if target else None

    def _single(self, value: Any, one: Field | None) -> str:
        choices = self.catalog.choices(one) if one is not None else {}
        if value in choices:
            return str(choices[value].label)
        number = as_number(value) if one is None or one.kind in {Kind.NUMBER, Kind.MONEY} else None
        return f"{number.normalize():,f}" if number is not None else str(value)

    def _unit(self, one: Field | None) -> str:
        return f" {one.unit}" if one is not None and one.unit else ""

    def _span(self, n: int, unit: str) -> str:
        singular, plural = UNIT_WORDS.get(unit, (unit, unit))
        return self.translate(singular) if n == 1 else f"{n} {self.translate(plural)}"

    def _listed(self, texts: list[str], joint: str) -> str:
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {self.translate(joint)} {texts[-1]}"


def _lower_first(text: str) -> str:
    """Lower the first letter, unless the word is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or len(text) == 1 else text
