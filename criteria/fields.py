"""What criteria may ask about: typed fields of a partner, and collections of records that belong to one.

Every app registers its own in `criteria_fields.py`. SQL texts here are written by developers, never by people in the
browser: values always travel as parameters.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from criteria.nodes import Formula


class Kind(StrEnum):
    """The type of a field's value; it decides which operators fit."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"
    MULTI = "multi"
    RULES = "rules"
    PLACE = "place"


class RuleKind(StrEnum):
    """The kinds of rule that other rules may ask for; a region is no rule, yet rules name it, too."""

    SEGMENT = "segment"
    STAGE = "stage"
    CATEGORY = "category"
    TIER = "tier"
    MEASURE = "measure"
    REGION = "region"


#: Before the key of a measure, in the key of the field that it is.
MEASURE_PREFIX = "measure_"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value people may pick. `stored` is what the database holds where it differs, such as a row's id."""

    value: str
    label: Any
    stored: Any = None

    @property
    def parameter(self) -> Any:
        """The value as the database holds it."""
        return self.value if self.stored is None else self.stored


def no_choices() -> Sequence[Choice]:
    """Return nothing: the field is not picked from a list."""
    return ()


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that may be asked.

    `sql` is an expression over the subject's or collection's tables; `join` names the `Join` it needs beyond the
    partner's own row. A MULTI field's expression is an array, a PLACE field's a `point(longitude, latitude)` in
    degrees. A measure has a `formula` instead; one whose values are kept has both. `changed` is the moment since which
    the value is what it is, where that is recorded. `from_clock` marks a value that changes with the day alone,
    `plural` is the label of several.
    """

    key: str
    label: Any
    kind: Kind
    sql: str
    description: Any = ""
    example: str = ""
    unit: Any = ""
    group: Any = ""
    join: str = ""
    choices: Callable[[], Sequence[Choice]] = no_choices
    rule_kind: RuleKind | None = None
    plural: Any = ""
    partner_may_see: bool = True
    from_clock: bool = False
    changed: str = ""
    formula: Formula | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """A table beside the partner's row `p`, one row or none per partner.

    In a derived table `{scope:column}` stands for the limit to the partners being computed, on that column.
    """

    key: str
    sql: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Records that belong to a partner, such as its deals.

    `source` is a FROM clause, `partner_id` the column that says whose a record is, `record_id` what counts as one
    record, `name` an expression that names a record for people, `day` the key of the date field that windows look at.
    """

    key: str
    label: Any
    source: str
    partner_id: str
    record_id: str
    name: str
    day: str
    fields: tuple[Field, ...]
    always: str = ""
    description: Any = ""
    partner_may_see: bool = True

    def field(self, key: str) -> Field | None:
        """Return the collection's field, or None."""
        return next((one for one in self.fields if one.key == key), None)


@dataclass(frozen=True)
class Catalog:
    """Everything that may be asked, as it stands at one moment. Choices are read once, when first needed."""

    fields: Mapping[str, Field]
    joins: Mapping[str, Join]
    collections: Mapping[str, Collection]
    _choices: dict[Callable[[], Sequence[Choice]], Mapping[str, Choice]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def choices(self, one: Field) -> Mapping[str, Choice]:
        """Return the field's choices by value; those that come from the same function are read once."""
        found = self._choices.get(one.choices)
        if found is None:
            found = self._choices[one.choices] = {choice.value: choice for choice in one.choices()}
        return found

    @cached_property
    def groups(self) -> Mapping[str, list[Field]]:
        """The fields by group, in the order of registration."""
        grouped: dict[str, list[Field]] = {}
        for one in self.fields.values():
            grouped.setdefault(str(one.group), []).append(one)
        return grouped


class Registry:
    """Collects what apps tell at start-up."""

    def __init__(self) -> None:
        self._fields: dict[str, Field] = {}
        self._joins: dict[str, Join] = {}
        self._collections: dict[str, Collection] = {}
        self._providers: list[tuple[str, Provider]] = []

    def add_fields(self, *fields: Field) -> None:
        """Register fields of a partner. A key is registered once."""
        for one in fields:
            self._once(self._fields, one.key, one)

    def add_joins(self, *joins: Join) -> None:
        """Register tables that fields need."""
        for one in joins:
            self._once(self._joins, one.key, one)

    def add_collections(self, *collections: Collection) -> None:
        """Register collections of a partner."""
        for one in collections:
            self._once(self._collections, one.key, one)

    def add_provider(self, provider: "Provider", *, beginning: str = "") -> None:
        """Register a function that yields fields known only in the database, and joins that they need.

        With a `beginning`, which all its keys have, it is not asked when somebody looks for another one.
        """
        self._providers.append((beginning, provider))

    def catalog(self) -> Catalog:
        """Return what may be asked now. Providers are asked when somebody first needs what they know."""
        provided = _Provided(self._providers)
        fields, joins = _WithProvided(self._fields, provided, Field), _WithProvided(self._joins, provided, Join)
        return Catalog(fields, joins, dict(self._collections))

    @staticmethod
    def _once(where: dict[str, Any], key: str, one: Any) -> None:
        if key in where:
            raise ValueError(f"{key} is registered already.")
        where[key] = one


Provider = Callable[[], Iterable[Field | Join]]
Keyed = TypeVar("Keyed", Field, Join)


class _Provided:
    """What providers know, asked for once and only when somebody needs it."""

    def __init__(self, providers: "Iterable[tuple[str, Provider]]") -> None:
        self._providers = tuple(providers)
        self._known: dict[Provider, dict[tuple[type, str], Field | Join]] = {}

    def by_those_who_may_know(self, key: str) -> "Iterator[Mapping[tuple[type, str], Field | Join]]":
        """Yield what each provider knows, by kind and key, that may know a key; of an empty one, all of them."""
        for beginning, provider in self._providers:
            if not key or key.startswith(beginning):
                if provider not in self._known:
                    self._known[provider] = {(type(one), one.key): one for one in provider()}
                yield self._known[provider]


class _WithProvided(Mapping[str, Keyed], Generic[Keyed]):
    """What is registered by key, and what providers know from the moment one of theirs is asked for."""

    def __init__(self, known: Mapping[str, Keyed], provided: _Provided, kind: type[Keyed]) -> None:
        self._known: Mapping[str, Keyed] = known
        self._provided = provided
        self._kind: type[Keyed] = kind

    @cached_property
    def _all(self) -> dict[str, Keyed]:
        provided = (one for known in self._provided.by_those_who_may_know("") for one in known.values())
        return {**self._known, **{one.key: one for one in provided if isinstance(one, self._kind)}}

    def __getitem__(self, key: str) -> Keyed:
        if key in self._known:
            return self._known[key]
        for known in self._provided.by_those_who_may_know(key):
            if isinstance(one := known.get((self._kind, key)), self._kind):
                return one
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


registry = Registry()
