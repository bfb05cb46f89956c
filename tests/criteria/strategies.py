"""Sound criteria documents over a catalog, for properties."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from hypothesis import strategies as st

from criteria.fields import Catalog, Collection, Field, Kind
from criteria.nodes import PERIOD_COUNTS
from criteria.operators import PERIODS, Operator, Shape, operators_of

Made = TypeVar("Made", bound=Callable[..., Any])
Document = dict[str, Any]
OFFSETS = (-730, -400, -366, -365, -91, -90, -32, -31, -30, -29, -8, -7, -6, -1, 0, 1, 2, 6, 7, 8, 30, 31, 365, 366)
NUMBERS = (0, 1, 2, 3, 7, 10, 50, 100, 1000, 2500.5, "12.50", -1)
SPANS = ((1, "days"), (7, "days"), (30, "days"), (1, "months"), (3, "months"), (1, "years"), (2, "years"), (1, "weeks"))
PLACES = ({"latitude": 48.137, "longitude": 11.575}, {"latitude": -33.9, "longitude": "151.2"})
DISTANCES = (0, 50, 1000, "19999.5")
AGAINST_FIELDS = {
    "number": (">=", "<", "=", "!="),
    "text": ("equals", "not_equals"),
    "day": ("on", "before", "on_or_after"),
}


def made_once(method: Made) -> Made:
    """Keep what a pool's method returned for the same arguments: strategies may be shared, and are dear to make."""

    @functools.wraps(method)
    def kept(pool: "Pool", *args: Any, **kwargs: Any) -> Any:
        made: dict[Any, Any] = vars(pool).setdefault("_made", {})
        key = (method.__qualname__, *map(_as_key, (*args, *kwargs.items())))
        if key not in made:
            made[key] = method(pool, *args, **kwargs)
        return made[key]

    return cast(Made, kept)


def _as_key(argument: Any) -> Any:
    if isinstance(argument, dict):
        return tuple((name, _as_key(one)) for name, one in argument.items())
    return tuple(map(_as_key, argument)) if isinstance(argument, list | tuple) else argument


@dataclass(frozen=True)
class Pool:
    """What documents may ask: some fields, some collections, with texts and days likely to matter."""

    catalog: Catalog
    fields: Sequence[str]
    collections: Sequence[str]
    texts: Sequence[str]
    tags: Sequence[str]
    today: date

    @made_once
    def documents(self, *, rules: Sequence[str] = ()) -> st.SearchStrategy[Document]:
        """Groups up to three deep over clauses on fields and on collections; `rules`: keys of segments to build on."""
        leaves = st.one_of(self.leaves(), _segment_clauses(rules)) if rules else self.leaves()
        return self._groups(leaves, depth=3)

    @made_once
    def leaves(self) -> st.SearchStrategy[Document]:
        """Single clauses: on fields, and on figures over records."""
        fields = self.clauses([self.catalog.fields[key] for key in self.fields])
        return st.one_of(fields, *(self.figures(self.catalog.collections[key]) for key in self.collections))

    def every_clause(self) -> Iterator[Document]:
        """Every operator of every field with every value likely to matter; those of records as "at least one where"."""
        asked = [self.catalog.fields[key] for key in self.fields]
        for clause in self._every_clause_on(asked):
            yield clause
        for key in self.collections:
            any_record = {"collection": key, "aggregate": "count", "operator": ">=", "value": 1}
            for clause in self._every_clause_on(self.catalog.collections[key].fields):
                yield any_record | {"where": {"combinator": "and", "not": False, "rules": [clause]}}
            for window in self._every_window():
                yield any_record | {"window": window}

    def _every_clause_on(self, fields: Sequence[Field]) -> Iterator[Document]:
        for one in fields:
            for operator in operators_of(one.kind, one).values():
                for value in self._every_value(operator, one):
                    yield {"field": one.key, "operator": operator.key, "value": value}
            family = _family(one.kind)
            for other in fields:
                if family and _family(other.kind) == family and other is not one:
                    for key in AGAINST_FIELDS[family]:
                        yield {"field": one.key, "operator": key, "value": {"field": other.key}}

    def _every_value(self, operator: Operator, one: Field) -> Sequence[Any]:
        picks = list(self.catalog.choices(one)) or list(self.tags)
        some = [picks[:1], picks[:2], picks[1:3], picks[-1:]]
        days = [(self.today + timedelta(days=offset)).isoformat() for offset in OFFSETS]
        shapes: Mapping[Shape, Sequence[Any]] = {
            Shape.NONE: [None],
            Shape.TEXT: self.texts,
            Shape.TEXTS: [[one, other] for one, other in itertools.pairwise(self.texts)],
            Shape.NUMBER: NUMBERS,
            Shape.RANGE: [sorted(pair, key=float) for pair in itertools.pairwise(NUMBERS)],
            Shape.DAY: days,
            Shape.DAYS: [sorted(pair) for pair in itertools.pairwise(days)],
            Shape.SPAN: [{"n": n, "unit": unit} for n, unit in SPANS],
            Shape.PERIOD: PERIODS,
            Shape.CHOICE: picks,
            Shape.CHOICES: [each for each in some if each],
            Shape.CHOICES_N: [{"n": n, "of": each} for each in some for n in (1, 2) if n <= len(each)],
            Shape.CIRCLE: [{**place, "km": km} for place in PLACES for km in DISTANCES],
        }
        return shapes[operator.shape]

    def _every_window(self) -> Iterator[Document]:
        for n, unit in SPANS:
            yield from ({kind: n, "unit": unit} for kind in ("last", "trailing", "next"))
        for unit in PERIODS:
            yield from ({kind: unit} for kind in ("this", "previous"))
        yield from ({"since": (self.today + timedelta(days=offset)).isoformat()} for offset in OFFSETS)

    @made_once
    def clauses(self, fields: Sequence[Field]) -> st.SearchStrategy[Document]:
        """Clauses on one of some fields of the same subject."""
        return st.one_of([self._clauses_on(one.key, {"field": one.key}, one, fields) for one in fields])

    @made_once
    def figures(self, collection: Collection) -> st.SearchStrategy[Document]:
        """Clauses on a figure over a collection's records, with or without nested rules and a window."""
        extras = st.fixed_dictionaries(
            {},
            optional={"where": self._groups(self.clauses(collection.fields), depth=2), "window": self.windows()},
        )
        counts = [
            ("count", ""),
            *((aggregate, "") for aggregate in PERIOD_COUNTS),
            *(("count_distinct", one.key) for one in collection.fields if one.kind is not Kind.MULTI),
        ]
        numbers = [one for one in collection.fields if one.kind in {Kind.NUMBER, Kind.MONEY}]
        days = [one for one in collection.fields if one.kind in {Kind.DATE, Kind.MOMENT}]
        plain = [one for one in collection.fields if one.kind in {Kind.TEXT, Kind.CHOICE}]
        figures = [(Field("", "", Kind.NUMBER, ""), aggregate, of) for aggregate, of in counts]
        figures += [
            (one, name, one.key) for one in numbers for name in ("sum", "average", "min", "max", "first", "latest")
        ]
        figures += [(one, name, one.key) for one in days for name in ("min", "max", "first", "latest")]
        figures += [(one, name, one.key) for one in plain for name in ("first", "latest")]
        partner_fields = [self.catalog.fields[key] for key in self.fields]

        def clause(figure: tuple[Field, str, str]) -> st.SearchStrategy[Document]:
            one, aggregate, of = figure
            base = {"collection": collection.key, "aggregate": aggregate} | ({"of": of} if of else {})
            return self._clauses_on("", base, one, partner_fields)

        return st.tuples(st.sampled_from(figures).flatmap(clause), extras).map(lambda pair: pair[0] | pair[1])

    @made_once
    def windows(self) -> st.SearchStrategy[Document]:
        """Every kind of window."""
        spans = st.sampled_from(SPANS)
        return st.one_of(
            spans.map(lambda span: {"last": span[0], "unit": span[1]}),
            spans.map(lambda span: {"trailing": span[0], "unit": span[1]}),
            spans.map(lambda span: {"next": span[0], "unit": span[1]}),
            st.sampled_from(PERIODS).map(lambda unit: {"this": unit}),
            st.sampled_from(PERIODS).map(lambda unit: {"previous": unit}),
            self.days().map(lambda day: {"since": day}),
        )

    @made_once
    def days(self) -> st.SearchStrategy[str]:
        """Days around today's edges."""
        return st.sampled_from(OFFSETS).map(lambda offset: (self.today + timedelta(days=offset)).isoformat())

    @staticmethod
    def _groups(leaves: st.SearchStrategy[Document], *, depth: int) -> st.SearchStrategy[Document]:
        inner = leaves
        for _ in range(depth):
            rules = st.lists(st.one_of(leaves, inner), min_size=1, max_size=3)
            combinators = st.sampled_from(["and", "or", "at_least"])
            inner = st.tuples(rules, combinators, st.integers(1, 3), st.booleans()).map(_as_group)
        return inner

    @made_once
    def _clauses_on(
        self, key: str, base: Document, one: Field, comparable: Sequence[Field]
    ) -> st.SearchStrategy[Document]:
        options = [
            self._values(operator, one).map(
                lambda value, operator=operator: base | {"operator": operator.key, "value": value}
            )
            for operator in operators_of(one.kind, one).values()
        ]
        family = _family(one.kind)
        others = [other.key for other in comparable if _family(other.kind) == family and other.key != key]
        if family and others:
            options.append(
                st.tuples(st.sampled_from(AGAINST_FIELDS[family]), st.sampled_from(others)).map(
                    lambda pair: base | {"operator": pair[0], "value": {"field": pair[1]}}
                )
            )
        return st.one_of(options)

    @made_once
    def _values(self, operator: Operator, one: Field) -> st.SearchStrategy[Any]:
        texts, numbers = st.sampled_from(self.texts), st.sampled_from(NUMBERS)
        picks = st.sampled_from(list(self.catalog.choices(one)) or list(self.tags))
        some = st.lists(picks, min_size=1, max_size=3, unique=True)
        spans = st.sampled_from(SPANS)
        shapes: Mapping[Shape, st.SearchStrategy[Any]] = {
            Shape.NONE: st.none(),
            Shape.TEXT: texts,
            Shape.TEXTS: st.lists(texts, min_size=1, max_size=3),
            Shape.NUMBER: numbers,
            Shape.RANGE: st.tuples(numbers, numbers).map(lambda pair: sorted(pair, key=float)),
            Shape.DAY: self.days(),
            Shape.DAYS: st.tuples(self.days(), self.days()).map(sorted),
            Shape.SPAN: spans.map(lambda span: {"n": span[0], "unit": span[1]}),
            Shape.PERIOD: st.sampled_from(PERIODS),
            Shape.CHOICE: picks,
            Shape.CHOICES: some,
            Shape.CHOICES_N: st.tuples(some, st.integers(1, 3)).map(
                lambda pair: {"n": min(pair[1], len(pair[0])), "of": pair[0]}
            ),
            Shape.CIRCLE: st.tuples(st.sampled_from(PLACES), st.sampled_from(DISTANCES)).map(
                lambda pair: {**pair[0], "km": pair[1]}
            ),
        }
        return shapes[operator.shape]


def _segment_clauses(keys: Sequence[str]) -> st.SearchStrategy[Document]:
    some = st.lists(st.sampled_from(list(keys)), min_size=1, max_size=2, unique=True)
    operators = st.sampled_from(["any_of", "all_of", "none_of"])
    return st.tuples(operators, some).map(lambda pair: {"field": "segments", "operator": pair[0], "value": pair[1]})


def _as_group(parts: tuple[list[Document], str, int, bool]) -> Document:
    rules, combinator, at_least, negated = parts
    group: Document = {"combinator": combinator, "not": negated, "rules": rules}
    return group | {"at_least": min(at_least, len(rules))} if combinator == "at_least" else group


def _family(kind: Kind) -> str:
    return {
        Kind.NUMBER: "number", Kind.MONEY: "number", Kind.DATE: "day", Kind.MOMENT: "day", Kind.TEXT: "text",
    }.get(kind, "")  # fmt: skip
