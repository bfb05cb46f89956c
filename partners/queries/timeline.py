"""What happened to a partner, out of the audit trail: who, what, when, in words.

One statement reads the newest events of the partner's own row and of the rows that are its, each with the event
before it, so that the difference can be told.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partners.models import (
    Assignment,
    AttributeDefinition,
    Category,
    CategoryMembership,
    LifeStage,
    Partner,
    Person,
    Region,
    Tier,
    TierHolding,
)

PAGE_SIZE = 30
#: Rows read at once; the moments they make are cut into pages.
MAX_ROWS = 200
#: Columns whose change says nothing to people.
SILENT = {"id", "public_id", "created_at", "updated_at", "version", "last_active_at", "path", "evidence"}
#: Which record a column of ids points at.
REFERENCES: dict[str, type[models.Model]] = {
    "region_id": Region, "parent_id": Partner, "user_id": User, "assigned_by_id": User, "category_id": Category,
    "tier_id": Tier, "stage_id": LifeStage,
}  # fmt: skip

_REFERENCED = [(model, column) for column, model in REFERENCES.items()]

OWN_ROWS: tuple[tuple[str, type[models.Model]], ...] = (
    ("person", Person),
    ("assignment", Assignment),
    ("membership", CategoryMembership),
    ("tier", TierHolding),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime
    by: str
    title: str
    icon: str = "pencil"
    tone: str = ""
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """The newest things, and the moment before which older ones lie."""

    entries: list[Entry]
    older_before: datetime | None


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of another app that tell of a partner. `sql` yields what `part_of` does; `tell` puts a row into words."""

    kind: str
    label: str | Promise
    sql: Callable[[], str]
    tell: Callable[["Row", Mapping[int, str]], tuple[Any, ...] | None]
    #: Whose names its rows need, and the column with their ids.
    names: tuple[type[models.Model], str] | None = None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add what another app knows of partners to their history."""
    _sources[source.kind] = source


def filters() -> list[tuple[str, Any]]:
    """Return what the history can be narrowed to, each with its label."""
    own = [("records", _("Profile, people and managers")), ("program", _("Categories, tiers and life stages"))]
    return [*own, *((one.kind, one.label) for one in _sources.values())]


#: Which of our own rows each filter keeps.
OWN_FILTERS = {"records": {"partner", "person", "assignment", "merge"}, "program": {"membership", "tier", "stage"}}


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    at: datetime
    context: Mapping[str, Any]
    label: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None


def timeline(partner: Partner, *, before: datetime | None = None, size: int = PAGE_SIZE, only: str = "") -> Page:
    """Return what happened to a partner, newest first; narrowed to one kind of thing where `only` names one."""
    rows = _rows(partner, before, only)
    moments = [list(group) for _at, group in groupby(rows, key=lambda row: row.at)]
    cut = len(rows) == MAX_ROWS
    if cut and len(moments) > 1:
        moments.pop()  # it may have been cut in the middle; the next page begins with it
    writer = _Writer(rows)
    entries: list[Entry] = []
    for number, group in enumerate(moments, start=1):
        entries += [entry for row in group if (entry := writer.entry(row))]
        if len(entries) >= size and number < len(moments):
            return Page(entries, group[0].at)
    return Page(entries, moments[-1][0].at if cut else None)


#: The partner, and what became part of it.
_RECORDS = (
    "event.pgh_obj_id IN (SELECT %(partner)s UNION ALL"
    " SELECT merged_id FROM partners_merge WHERE survivor_id = %(partner)s AND undone_at IS NULL)"
)


def _rows(partner: Partner, before: datetime | None, only: str) -> list[Row]:
    own = {"partner": part_of("partner", Partner, _RECORDS)}
    for kind, model in OWN_ROWS:
        table = model._meta.db_table
        own[kind] = part_of(kind, model, f"event.pgh_obj_id IN (SELECT id FROM {table} WHERE partner_id = %(partner)s)")  # noqa: S608 - our own names
    own["stage"] = (
        "SELECT 'stage', period.starts_at, 0, NULL::jsonb, 'insert', to_jsonb(period), NULL::jsonb"
        " FROM partners_lifestageperiod period WHERE period.partner_id = %(partner)s"
        " AND (%(before)s::timestamptz IS NULL OR period.starts_at < %(before)s)"
    )
    own["merge"] = (
        "SELECT 'merge', merge.merged_at, merge.id, jsonb_build_object('by_name', who.name), 'insert',"
        " to_jsonb(merge), NULL::jsonb FROM partners_merge merge"
        " LEFT JOIN accounts_user who ON who.id = merge.merged_by_id"
        " WHERE merge.survivor_id = %(partner)s AND (%(before)s::timestamptz IS NULL OR merge.merged_at < %(before)s)"
    )
    wanted = OWN_FILTERS.get(only, set() if only in _sources else set(own))
    parts = [part for kind, part in own.items() if kind in wanted]
    parts += [one.sql() for one in _sources.values() if only in {"", one.kind}]
    union = " UNION ALL ".join(f"({part} ORDER BY 2 DESC, 3 DESC LIMIT {MAX_ROWS})" for part in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({union}) events ORDER BY 2 DESC, 1, 3 DESC LIMIT {MAX_ROWS}",  # noqa: S608 - our own names
            {"partner": partner.pk, "before": before},
        )
        return [
            Row(kind, at, _read(context) or {}, label, _read(after), _read(earlier))
            for kind, at, _id, context, label, after, earlier in cursor.fetchall()
        ]


def _read(text: str | None) -> Any:
    """Return a JSON document, which Django leaves a text outside its own fields."""
    return json.loads(text, parse_float=Decimal) if text is not None else None


def part_of(kind: str, model: type[models.Model], condition: str) -> str:
    """Return the statement that reads events of a model, each with the one before it."""
    event = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    table = event._meta.db_table
    return (
        f"SELECT '{kind}' AS kind, event.pgh_created_at AS at, event.pgh_id, event.pgh_context, event.pgh_label,"  # noqa: S608 - our own names
        f" to_jsonb(event) AS after, (SELECT to_jsonb(earlier) FROM {table} earlier"
        " WHERE earlier.pgh_obj_id = event.pgh_obj_id AND earlier.pgh_id < event.pgh_id"
        " ORDER BY earlier.pgh_id DESC LIMIT 1) AS before"
        f" FROM {table} event WHERE {condition}"
        " AND (%(before)s::timestamptz IS NULL OR event.pgh_created_at < %(before)s)"
        " AND coalesce(event.pgh_context->>'action', '') <> 'partner.activity'"
    )


MODELS: dict[str, type[models.Model]] = {"partner": Partner, **dict(OWN_ROWS)}


class _Writer:
    """Puts rows into words. Names of the records they point at are read at once."""

    def __init__(self, rows: list[Row]) -> None:
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for row in rows:
            for document in filter(None, (row.before, row.after)):
                source = _sources.get(row.kind)
                references = ([source.names] if source.names else []) if source else _REFERENCED
                for model, column in references:
                    if document.get(column) is not None:
                        wanted[model].add(document[column])
        self.names = _names(wanted)
        asked = any((row.after.get("attributes") or (row.before or {}).get("attributes")) for row in rows)
        self.attributes = dict(AttributeDefinition.objects.values_list("key", "label")) if asked else {}

    def entry(self, row: Row) -> Entry | None:
        """Return the row in words, or nothing when it says nothing to people."""
        source = _sources.get(row.kind)
        if source is None:
            told = getattr(self, f"_{row.kind}")(row)
        else:
            model = source.names[0] if source.names else Partner
            told = source.tell(
                row, {pk: name for (kind, pk), name in self.names.items() if kind == model.__name__ and pk}
            )
        return Entry(row.at, self._by(row), *told) if told else None

    @staticmethod
    def _by(row: Row) -> str:
        return str(row.context.get("by_name") or _("The portal"))

    def _partner(self, row: Row) -> tuple[Any, ...] | None:
        if row.before is None:
            return _("Partner added"), "building-2", "success", []
        changed = list(self._differences(row))
        if not changed:
            return None
        labels = ", ".join(one.label for one in changed)
        return _("Profile changed: %(fields)s") % {"fields": labels}, "pencil", "", changed

    def _person(self, row: Row) -> tuple[Any, ...] | None:
        name = {"name": row.after["name"]}
        if row.before is None:
            return _("%(name)s was added") % name, "user-plus", "", []
        if row.after["left_at"] and not row.before["left_at"]:
            return _("%(name)s left") % name, "user-minus", "", []
        if row.after["user_id"] and not row.before["user_id"]:
            return _("%(name)s was invited") % name, "mail", "", []
        changed = [one for one in self._differences(row) if one.label]
        return (_("%(name)s was changed") % name, "user-pen", "", changed) if changed else None

    def _assignment(self, row: Row) -> tuple[Any, ...] | None:
        name = {"name": self._name(User, row.after["user_id"])}
        if row.before is None:
            return _("Assigned to %(name)s") % name, "user-check", "", []
        if row.after["ends_at"] and not row.before["ends_at"]:
            return _("No longer looked after by %(name)s") % name, "user-x", "", []
        return None

    def _membership(self, row: Row) -> tuple[Any, ...] | None:
        name = self._name(Category, row.after["category_id"])
        states = dict(CategoryMembership._meta.get_field("state").flatchoices)
        state, was = row.after["state"], (row.before or {}).get("state")
        if state != was:
            tone = {"active": "success", "grace": "warning"}.get(state, "")
            words = _("Category %(name)s: %(state)s") % {"name": name, "state": states.get(state, state)}
            return words, "shapes", tone, []
        if row.before is not None and row.after["is_primary"] and not row.before["is_primary"]:
            return _("%(name)s became the primary category") % {"name": name}, "shapes", "", []
        return None

    def _tier(self, row: Row) -> tuple[Any, ...] | None:
        name = {"name": self._name(Tier, row.after["tier_id"])}
        if row.before is None:
            return _("Holds the tier %(name)s") % name, "medal", "success", []
        if row.after["ends_at"] and not row.before["ends_at"]:
            return _("No longer holds the tier %(name)s") % name, "medal", "warning", []
        return None

    def _merge(self, row: Row) -> tuple[Any, ...]:
        name = {"name": row.after["merged_name"]}
        if row.after["undone_at"]:
            return _("%(name)s was merged into this partner, and taken out again") % name, "undo-2", "", []
        return _("%(name)s was merged into this partner") % name, "git-merge", "", []

    def _stage(self, row: Row) -> tuple[Any, ...]:
        name = self._name(LifeStage, row.after["stage_id"])
        return _("Entered the life stage %(name)s") % {"name": name}, "sprout", "", []

    def _differences(self, row: Row) -> Iterator[Difference]:
        model = MODELS[row.kind]
        for each in model._meta.concrete_fields:
            before, after = (row.before or {}).get(each.attname), row.after.get(each.attname)
            if each.attname in SILENT or before == after:
                continue
            if each.attname == "attributes":
                yield from self._attribute_differences(before or {}, after or {})
            else:
                yield Difference(_capital(each.verbose_name), self._words(each, before), self._words(each, after))

    def _attribute_differences(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                yield Difference(self.attributes.get(key, key), _plain(before.get(key)), _plain(after.get(key)))

    def _words(self, each: Any, value: Any) -> str:
        if each.attname in REFERENCES and value is not None:
            return self._name(REFERENCES[each.attname], value)
        if each.choices:
            return str(dict(each.flatchoices).get(value, value or "–"))
        return _plain(value)

    def _name(self, model: type[models.Model], pk: int | None) -> str:
        return self.names.get((model.__name__, pk), "–")


def _names(wanted: Mapping[type[models.Model], set[int]]) -> dict[tuple[str, int | None], str]:
    """Return the names of records by (model, id), read in one statement."""
    parts = [
        model._default_manager.filter(pk__in=ids)
        .annotate(model_=models.Value(model.__name__, output_field=models.CharField()))
        .values_list("model_", "pk", "name")
        for model, ids in wanted.items()
    ]
    if not parts:
        return {}
    return {(model, pk): name for model, pk, name in parts[0].union(*parts[1:], all=True)}


def _capital(label: str | Promise) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


YES, NO = gettext_lazy("Yes"), gettext_lazy("No")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(YES if value else NO)
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Decimal):
        return number_format(value.normalize() if value % 1 else value.to_integral_value(), force_grouping=True)
    return str(value)
