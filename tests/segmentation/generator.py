"""Criteria over the real catalog, for properties: everything the language has, put together at random."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from criteria.fields import Collection, Field, Kind
from criteria.operators import Operator, Shape
from tests.criteria.strategies import Document, Pool, made_once

#: Fields of records that name areas in the same words, so that what is asked in one can be needed in the other.
AREAS = (
    (("deals", "product_lines"), ("certifications", "product_line")),
    (("certifications", "product_line"), ("deals", "product_lines")),
    (("deals", "customer_country"), ("deals", "customer_country")),
    (("certifications", "level"), ("certifications", "level")),
)
GROWING: tuple[Document, ...] = (
    {"collection": "deals", "aggregate": "sum", "of": "amount"},
    {"collection": "deals", "aggregate": "count"},
    {"collection": "deals", "aggregate": "average", "of": "share_amount"},
    {"collection": "activity", "aggregate": "sum", "of": "times"},
    {"collection": "certifications", "aggregate": "count_distinct", "of": "person"},
)
#: What records can be held or done by, such as people.
HOLDERS = (("certifications", "person"), ("deals", "customer"), ("activity", "person"))
SPANS_BACK = ((1, "days"), (30, "days"), (1, "weeks"), (1, "months"), (3, "months"), (1, "years"))
SPANS_OVER_TIME = ((1, "days"), (10, "days"), (25, "days"), (59, "days"), (60, "days"), (61, "days"), (2, "months"))
CHANGES = {"changed_within_last", "unchanged_for"}
NOTES = ("agreed in spring", "100% sure: %(today)s")


@dataclass(frozen=True)
class Everything(Pool):
    """Documents with all that a `Pool` makes, and with what goes beyond a single record or day."""

    #: Fields that name rules, each with the keys of some of them.
    rules: Sequence[tuple[str, Sequence[str]]] = ()

    @made_once
    def leaves(self) -> st.SearchStrategy[Document]:
        """Single clauses of every kind, some of them switched off or with a note."""
        kinds = (super().leaves(), super().leaves(), *self.kinds_beyond_one_record())
        return st.tuples(_one_of_kinds(kinds), st.sampled_from(range(20))).map(_with_remark)

    @made_once
    def figures(self, collection: Collection) -> st.SearchStrategy[Document]:
        """Clauses on figures over a collection's records, those that compare stretches, groups and areas among them."""
        beyond = [each for each in self._beyond(collection.key) if each is not None]
        return _one_of_kinds((super().figures(collection), *beyond))

    @made_once
    def kinds_beyond_one_record(self) -> tuple[st.SearchStrategy[Document], ...]:
        """Clauses that a single record or value does not decide, each kind for itself."""
        of_collections = zip(*(self._beyond(key) for key in ("deals", "certifications", "activity")), strict=True)
        figures = [st.one_of([one for one in kind if one is not None]) for kind in of_collections]
        changing = [self.catalog.fields[key] for key in self.fields if self.catalog.fields[key].changed]
        changed = self.clauses(changing).filter(lambda clause: clause["operator"] in CHANGES)
        place = self.clauses([self.catalog.fields["location"]])
        now, over_time = (st.sampled_from(self.rules).flatmap(each) for each in (_rules_now, _rules_over_time))
        return (*figures, changed, place, now, over_time)

    @made_once
    def _beyond(self, key: str) -> list[st.SearchStrategy[Document] | None]:
        """Growth, holders and areas over a collection, where it has such."""
        growth = [self._growth(each) for each in GROWING if each["collection"] == key]
        holders = [self._holders(*each) for each in HOLDERS if each[0] == key]
        areas = [self._per_area(*each) for each in AREAS if each[0][0] == key]
        return [st.one_of(kind) if kind else None for kind in (growth, holders, areas)]

    @made_once
    def windows(self) -> st.SearchStrategy[Document]:
        """Every kind of window, some as of another day and some moved back."""
        moved = st.fixed_dictionaries({}, optional={"as_of": self.days(), "back": _spans(SPANS_BACK)})
        return st.tuples(super().windows(), st.one_of(st.just({}), moved)).map(lambda pair: pair[0] | pair[1])

    @made_once
    def _growth(self, figure: Document) -> st.SearchStrategy[Document]:
        """By how much a figure has grown."""
        parts = st.tuples(self.windows(), _spans(SPANS_BACK), self._compared_with_a_number())
        return parts.map(lambda one: figure | {"window": one[0], "growth_over": one[1]} | one[2])

    @made_once
    def _holders(self, key: str, of: str) -> st.SearchStrategy[Document]:
        """How many people (or others) have records of several kinds."""
        groups = self._groups(self.clauses(self.catalog.collections[key].fields), depth=1)
        base = {"collection": key, "aggregate": "count_holders", "of": of}
        extras = st.fixed_dictionaries({}, optional={"where": groups, "window": self.windows()})
        each = st.lists(groups, min_size=1, max_size=3)
        return st.tuples(each, st.integers(0, 3), extras, self._compared_with_a_number()).map(
            lambda parts: base | {"each": parts[0], "at_least": min(parts[1], len(parts[0]))} | parts[2] | parts[3]
        )

    @made_once
    def _per_area(self, areas: tuple[str, str], need: tuple[str, str]) -> st.SearchStrategy[Document]:
        """For each area where one thing holds, another must."""
        figures = st.sampled_from(["areas", "met", "missing", "share"])
        few = st.sampled_from([{"operator": sign, "value": n} for sign in (">=", "<", "=") for n in (0, 1, 2, 50)])
        compared = _one_of_kinds((few, few, self._compared_with_a_number()))
        return st.tuples(self._area(*areas), self._area(*need), figures, compared).map(
            lambda parts: {"per_area": {"areas": parts[0], "need": parts[1], "figure": parts[2]}} | parts[3]
        )

    @made_once
    def _area(self, key: str, by: str) -> st.SearchStrategy[Document]:
        collection = self.catalog.collections[key]
        value = self._clauses_on("", {}, NUMBER, [])
        return st.tuples(self._plain_figures(collection), value).map(lambda parts: {"by": by} | parts[0] | parts[1])

    @made_once
    def _plain_figures(self, collection: Collection) -> st.SearchStrategy[Document]:
        numbers = [one.key for one in collection.fields if one.kind in {Kind.NUMBER, Kind.MONEY}]
        figures: list[Document] = [{"aggregate": "count"}, {"aggregate": "count_months"}]
        figures += [{"aggregate": name, "of": one} for one in numbers for name in ("sum", "max", "count_distinct")]
        extras = st.fixed_dictionaries(
            {},
            optional={"where": self._groups(self.clauses(collection.fields), depth=1), "window": self.windows()},
        )
        return st.tuples(st.sampled_from(figures), extras).map(
            lambda parts: {"collection": collection.key} | parts[0] | parts[1]
        )

    @made_once
    def _compared_with_a_number(self) -> st.SearchStrategy[Document]:
        return self._clauses_on("", {}, NUMBER, [self.catalog.fields["employees"]])

    def _values(self, operator: Operator, one: Field) -> st.SearchStrategy[Any]:
        if operator.shape is Shape.CHOICES_SPAN:
            raise NotImplementedError("rules have clauses of their own")
        return super()._values(operator, one)


NUMBER = Field("", "", Kind.NUMBER, "")


def _spans(spans: Sequence[tuple[int, str]]) -> st.SearchStrategy[Document]:
    return st.sampled_from(spans).map(lambda span: {"n": span[0], "unit": span[1]})


def _rules_now(named: tuple[str, Sequence[str]]) -> st.SearchStrategy[Document]:
    return st.tuples(st.sampled_from(["any_of", "all_of", "none_of"]), _some(named[1])).map(
        lambda pair: {"field": named[0], "operator": pair[0], "value": pair[1]}
    )


def _rules_over_time(named: tuple[str, Sequence[str]]) -> st.SearchStrategy[Document]:
    operators = st.sampled_from(["for_at_least", "within_last"])
    return st.tuples(operators, _some(named[1]), _spans(SPANS_OVER_TIME)).map(
        lambda parts: {"field": named[0], "operator": parts[0], "value": parts[2] | {"of": parts[1]}}
    )


def _some(keys: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(keys)), min_size=1, max_size=2, unique=True)


def _one_of_kinds(kinds: Sequence[st.SearchStrategy[Document]]) -> st.SearchStrategy[Document]:
    """Draw from each kind as often as from the others, however many ways each has."""
    return st.sampled_from(range(len(kinds))).flatmap(lambda number: kinds[number])


def _with_remark(pair: tuple[Document, int]) -> Document:
    clause, lot = pair
    if lot == 0:
        return clause | {"disabled": True}
    return clause | {"note": NOTES[lot % 2]} if lot < 3 else clause
