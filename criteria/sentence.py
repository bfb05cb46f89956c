"""Reads criteria back in words: "country is Germany or Austria, and at least 3 deals in the last 12 months"."""

from collections.abc import Callable
from datetime import date
from typing import Any

from criteria.checks import as_day, as_number, field_of, kind_of, measured_field, operator_of
from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import Operator, Shape
from criteria.tree import (
    Area,
    Clause,
    Formula,
    Function,
    Group,
    Node,
    Number,
    Operand,
    Part,
    PerArea,
    Span,
    Window,
    active,
    parse,
)

Translate = Callable[[str], str]
#: Makes who speaks to a reader about what a catalog holds.
Speak = Callable[[Catalog], "Speaker"]

AGGREGATE_WORDS = {
    "count": "number of {records}",
    "count_days": "number of days with {records}",
    "count_weeks": "number of weeks with {records}",
    "count_months": "number of months with {records}",
    "count_quarters": "number of quarters with {records}",
    "count_years": "number of years with {records}",
    "count_fiscal_quarters": "number of fiscal quarters with {records}",
    "count_fiscal_years": "number of fiscal years with {records}",
    "count_holders": "number of {ofs} with {records}",
    "count_distinct": "number of {ofs} with {records}",
    "sum": "total {of} of {records}",
    "min": "lowest {of} of {records}",
    "max": "highest {of} of {records}",
    "average": "average {of} of {records}",
    "first": "first {of} of {records}",
    "latest": "latest {of} of {records}",
}
AREA_WORDS = {
    "areas": "number of {by} where {wanted}",
    "met": "number of {by} where {wanted} and {needed}",
    "missing": "number of {by} where {wanted}, but not {needed}",
    "share": "share (in percent) of {by} where {wanted} that have {needed}",
}
FUNCTION_WORDS = {
    "sum": "the sum of {of}",
    "difference": "{first} less {rest}",
    "product": "the product of {of}",
    "ratio": "{first} divided by {rest}",
    "growth": "the growth in percent to {first} from {rest}",
    "best": "the highest of {of}",
    "worst": "the lowest of {of}",
    "average": "the average of {of}",
    "first_known": "the first known of {of}",
    "clamp": "{of}, kept {limits}",
    "round": "{of}, rounded to {places} places",
    "credit": "up to {points} points for {of} on the way to {target}",
    "gate": "{of} where {where}, else {otherwise}",
    "percentile": "the percentile of {of} among {peers}",
    "rank": "the rank of {of} among {peers}",
}
PEER_WORDS = {
    "everybody": "all partners",
    "country": "partners of the same country",
    "region": "partners of the same region",
    "category": "partners of the same primary category",
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
    """Puts nodes in words; `translate` and `day` are given by the door that knows the reader's language and formats."""

    def __init__(
        self, catalog: Catalog, translate: Translate = str, day: Callable[[date], str] = date.isoformat
    ) -> None:
        self.catalog = catalog
        self.translate = translate
        self.day = day

    def tree(self, tree: Group) -> str:
        """Return the whole of a tree."""
        tree = active(tree)
        if not tree.rules:
            return self.translate("no partner" if tree.negated else "every partner")
        return self._group(tree, top=True, collection=None)

    def clause(self, clause: Clause, collection: Collection | None = None) -> str:
        """Return one clause."""
        kind = kind_of(clause.operand, self.catalog, collection)
        operator = operator_of(clause, self.catalog, collection)
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
        if operand.per_area is not None:
            return self._areas(operand.per_area)
        target = self.catalog.collections.get(operand.collection)
        of = target.field(operand.of) if target and operand.of else None
        records = _lower_first(str(target.label)) if target else operand.collection
        if operand.where is not None and target is not None:
            records += f" {self.translate('where')} {self._inner(operand.where, target)}"
        if operand.each and target is not None:
            records += f" {self._each(operand, target)}"
        text = self.translate(AGGREGATE_WORDS[operand.aggregate]).format(
            records=records,
            of=_lower_first(str(of.label)) if of else operand.of,
            ofs=_lower_first(str(of.plural or of.label)) if of else operand.of,
        )
        if operand.window is not None:
            text += f", {self.window(operand.window)}"
        if operand.growth_over is not None:
            growth = self.translate("growth in percent of {figure} against {span} before")
            return growth.format(figure=text, span=self._spanned(operand.growth_over))
        return text

    def _inner(self, group: Group, collection: Collection) -> str:
        return self._group(active(group), top=True, collection=collection)

    def _each(self, operand: Operand, target: Collection) -> str:
        groups = "; ".join(self._inner(group, target) for group in operand.each)
        if operand.at_least and operand.at_least < len(operand.each):
            words = self.translate("in at least {n} of these ways: {groups}")
            return words.format(n=operand.at_least, groups=groups)
        return self.translate("in each of these ways: {groups}").format(groups=groups)

    def _areas(self, per_area: PerArea) -> str:
        target = self.catalog.collections.get(per_area.areas.clause.operand.collection)
        by = target.field(per_area.areas.by) if target else None
        return self.translate(AREA_WORDS[per_area.figure]).format(
            by=_lower_first(str(by.plural or by.label)) if by else per_area.areas.by,
            wanted=self._area(per_area.areas),
            needed=self._area(per_area.need),
        )

    def _area(self, area: Area) -> str:
        return self.clause(area.clause)

    # --- formulas

    def formula(self, formula: Formula) -> str:
        """Return a formula in words."""
        if isinstance(formula, Number):
            return self._number(formula.value)
        if isinstance(formula, Operand):
            return self.operand(formula)
        if formula.name == "points":
            return self._points(formula)
        if formula.name == "bands":
            return self._bands(formula)
        settings, of = formula.settings, [self._nested(one) for one in formula.of]
        return self.translate(FUNCTION_WORDS[formula.name]).format(
            of=self._listed(of, "and"),
            first="".join(of[:1]),
            rest=self._listed(of[1:], "and"),
            limits=self._limits(formula),
            places=settings.get("places", 0),
            points=self._number(settings.get("points", 100)),
            target=self._number(settings.get("target", "…")),
            otherwise=self._number(settings.get("otherwise", 0)),
            where=self.tree(formula.where) if formula.where is not None else "",
            peers=self._peers(formula),
        )

    def _nested(self, formula: Formula) -> str:
        text = self.formula(formula)
        return f"({text})" if isinstance(formula, Function) else text

    def _limits(self, one: Function) -> str:
        words = (("from", "at {n} or above"), ("to", "at {n} or below"))
        limits = [
            self.translate(text).format(n=self._number(one.settings[name]))
            for name, text in words
            if name in one.settings
        ]
        return self._listed(limits, "and")

    def _points(self, one: Function) -> str:
        text = self.translate("points: {parts}").format(parts=" + ".join(self._part(part) for part in one.parts))
        cap = one.settings.get("cap")
        return text if cap is None else f"{text}; {self.translate('{n} at most').format(n=self._number(cap))}"

    def _part(self, part: Part) -> str:
        return f"{self._number(part.each)} × {self._nested(part.of)}{self._at_most(part.cap)}"

    def _at_most(self, cap: Any) -> str:
        return "" if cap is None else f" {self.translate('(at most {n})').format(n=self._number(cap))}"

    def _bands(self, one: Function) -> str:
        each = self.translate("{value} from {start}")
        bands = [
            each.format(value=self._number(band["value"]), start=self._number(band["from"]))
            for band in one.settings.get("bands", ())
        ]
        words = self.translate("by bands of {of}: {bands}")
        return words.format(of=self._listed([self._nested(inner) for inner in one.of], "and"), bands=", ".join(bands))

    def _peers(self, one: Function) -> str:
        way, _, key = str(one.settings.get("peers", "everybody")).partition(":")
        if way == "segment":
            text = self.translate("partners of the segment {name}").format(name=self._named("segments", key))
        elif way == "tier":
            text = self.translate("partners of the same tier on the ladder {name}").format(name=key)
        else:
            text = self.translate(PEER_WORDS.get(way, way))
        if one.where is not None:
            text += f" {self.translate('where')} {self.tree(one.where)}"
        frozen = one.settings.get("frozen", "")
        return text if not frozen else f"{text}, {self.translate('fixed')} {self._frozen(str(frozen))}"

    def _frozen(self, frozen: str) -> str:
        if frozen[:1].isdigit():
            return f"{self.translate('on')} {self._day(frozen)}"
        return f"{self.translate('once a')} {self.translate(frozen.replace('_', ' '))}"

    def _named(self, field: str, key: str) -> str:
        one = self.catalog.fields.get(field)
        choice = self.catalog.choices(one).get(key) if one is not None else None
        return str(choice.label) if choice else key

    def _number(self, value: Any) -> str:
        number = as_number(value)
        return f"{number.normalize():,f}" if number is not None else str(value)

    # --- windows and values

    def window(self, window: Window) -> str:
        """Return a window of time."""
        if window.kind == "since":
            text = f"{self.translate('since')} {self._day(window.day)}"
        elif window.kind in {"this", "previous"}:
            text = f"{self.translate(f'in the {window.kind}')} {self.translate(window.unit.replace('_', ' '))}"
        else:
            text = f"{self.translate(f'in the {window.kind}')} {self._span(window.n, window.unit)}"
        if window.as_of:
            text += f" {self.translate('as of')} {self._day(window.as_of)}"
        if window.back is not None:
            text += f" {self.translate('{span} earlier').format(span=self._spanned(window.back))}"
        return text

    def value(self, clause: Clause, operator: Operator, collection: Collection | None = None) -> str:
        """Return the value of a clause as a person reads it."""
        value = clause.value
        if operator.shape is Shape.NONE:
            return ""
        if value is None or value in ("", ()):
            return "…"
        if isinstance(value, dict):
            return self._structured(value, clause, operator, collection)
        one = self._field(clause.operand, collection)
        if isinstance(value, tuple):
            texts = [self._single(each, one) for each in value]
            if operator.shape in {Shape.RANGE, Shape.DAYS}:
                return f" {self.translate('and')} ".join(texts)
            return self._listed(texts, "and" if operator.key in {"all_of", "exactly"} else "or")
        return self._single(value, one) + self._unit(one)

    def _structured(
        self, value: dict[str, Any], clause: Clause, operator: Operator, collection: Collection | None
    ) -> str:
        if "field" in value:
            other = field_of(Operand(field=value["field"]), self.catalog, collection)
            return _lower_first(str(other.label)) if other else str(value["field"])
        if operator.shape is Shape.CHOICES_SPAN:
            one = self._field(clause.operand, collection)
            which = self._listed([self._single(each, one) for each in value.get("of", ())], "or")
            return f"{self._span(value['n'], value['unit'], alone=False)}: {which}"
        if operator.shape is Shape.CIRCLE:
            return f"{self._number(value['km'])} km {self.translate('of')} {value['latitude']}, {value['longitude']}"
        if "unit" in value:
            return self._span(value["n"], value["unit"], alone=operator.key != "unchanged_for")
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
        return measured_field(operand, self.catalog, collection)

    def _single(self, value: Any, one: Field | None) -> str:
        choices = self.catalog.choices(one) if one is not None else {}
        if value in choices:
            return str(choices[value].label)
        if one is not None and one.kind in {Kind.DATE, Kind.MOMENT}:
            return self._day(str(value))
        number = as_number(value) if one is None or one.kind in {Kind.NUMBER, Kind.MONEY} else None
        return f"{number.normalize():,f}" if number is not None else str(value)

    def _day(self, text: str) -> str:
        day = as_day(text)
        return self.day(day) if day is not None else text

    def _unit(self, one: Field | None) -> str:
        return f" {one.unit}" if one is not None and one.unit else ""

    def _spanned(self, span: Span) -> str:
        return self._span(span.n, span.unit, alone=False)

    def _span(self, n: int, unit: str, *, alone: bool = True) -> str:
        """Return "3 months"; one alone is "month", which reads after "the last"."""
        singular, plural = UNIT_WORDS.get(unit, (unit, unit))
        if n == 1:
            return self.translate(singular) if alone else f"1 {self.translate(singular)}"
        return f"{n} {self.translate(plural)}"

    def _listed(self, texts: list[str], joint: str) -> str:
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {self.translate(joint)} {texts[-1]}"


def _lower_first(text: str) -> str:
    """Lower the first letter, unless the word is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or len(text) == 1 else text
