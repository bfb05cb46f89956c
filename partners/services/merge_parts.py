"""What belongs to a partner and how it moves when two become one: registered by every app, for its own rows.

A part names its models and a function that moves them, by three verbs: `take` rows to the survivor, `change` columns,
`set_aside` rows that cannot stand beside the survivor's. Each keeps what was before: nobody writes the way back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils.functional import Promise

from partners.models import Merge

Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of rows that belong to a partner. `rule` says, for people, what happens where both partners have one."""

    key: str
    label: str | Promise
    models: tuple[Model, ...]
    move: Callable[["Moves"], None]
    rule: str | Promise = ""
    #: How rows of the first model name their partner, and which of them count, for the preview.
    path: str = "partner"
    only: Mapping[str, Any] = field(default_factory=dict)
    #: Worked out from other rows: not worth a line in the preview.
    is_derived: bool = False


_parts: dict[str, Part] = {}


def register(*new: Part) -> None:
    """Add parts. They move in this order, those of lower apps first."""
    _parts.update({part.key: part for part in new})


def parts() -> list[Part]:
    """Return what is registered."""
    return list(_parts.values())


@dataclass
class Moves:
    """One merge while it is done. `twins` are people of both partners with one address: merged → survivor's."""

    merge: Merge
    at: datetime
    twins: dict[int, int] = field(default_factory=dict)
    part: str = ""
    step: int = 0

    @property
    def survivor_id(self) -> int:
        """The partner that stays."""
        return self.merge.survivor_id

    @property
    def merged_id(self) -> int:
        """The partner that becomes part of it."""
        return self.merge.merged_id

    def take(self, rows: "models.QuerySet[Any]", column: str = "partner") -> None:
        """Give rows to the survivor."""
        self.change(rows, **{f"{rows.model._meta.get_field(column).attname}": self.survivor_id})

    def take_all(self, *kinds: Model) -> None:
        """Give all rows of these models to the survivor."""
        for model in kinds:
            self.take(model._default_manager.filter(partner_id=self.merged_id))

    def change(self, rows: "models.QuerySet[Any]", **values: Any) -> None:
        """Set columns of rows, and keep what they were."""
        ids = self._ids(rows)
        if not ids:
            return
        model = rows.model
        columns = [model._meta.get_field(name).column for name in values]
        self._keep(model, ids, _object_of(columns))
        model._default_manager.filter(pk__in=ids).update(**values)
        self._keep_after(model, _object_of(columns))

    def set_aside(self, rows: "models.QuerySet[Any]") -> None:
        """Take rows out of their table, and keep them whole. Rows that refer to them are to be set aside before."""
        ids = self._ids(rows)
        if not ids:
            return
        self._keep(rows.model, ids, "to_jsonb(t)")
        table, key = _names(rows.model)
        self._run(f"DELETE FROM {table} WHERE {key} = ANY(%s)", [ids])  # noqa: S608 - our own names

    @staticmethod
    def _ids(rows: "models.QuerySet[Any]") -> list[int]:
        return sorted(rows.order_by().values_list("pk", flat=True))

    def _keep(self, model: Model, ids: Sequence[int], document: str) -> None:
        table, key = _names(model)
        self.step += 1
        self._run(
            "INSERT INTO partners_mergemove (merge_id, step, part, model, row_id, before)"  # noqa: S608 - our own names
            f" SELECT %s, %s, %s, %s, t.{key}, {document} FROM {table} t WHERE t.{key} = ANY(%s) ORDER BY t.{key}",
            [self.merge.pk, self.step, self.part, model._meta.label, list(ids)],
        )

    def _keep_after(self, model: Model, document: str) -> None:
        table, key = _names(model)
        self._run(
            f"UPDATE partners_mergemove move SET after = {document} FROM {table} t"  # noqa: S608 - our own names
            f" WHERE t.{key} = move.row_id AND move.merge_id = %s AND move.step = %s",
            [self.merge.pk, self.step],
        )

    @staticmethod
    def _run(statement: str, parameters: Sequence[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def take_back(merge: Merge, model: Model, step: int) -> int:
    """Undo one step. Columns that somebody changed since keep their newer value. Returns how many rows it found."""
    moves = merge.moves.filter(step=step)
    table, key = _names(model)
    first = moves.values_list("before", "after").first()
    if first is None:
        return 0
    parameters = [merge.pk, step]
    source = "FROM partners_mergemove move, jsonb_populate_record(NULL::{table}, move.before) was"
    where = "WHERE move.merge_id = %s AND move.step = %s"
    if first[1] is None:
        statement = f"INSERT INTO {{table}} SELECT was.* {source} {where}"
    else:
        columns = ", ".join(
            f"{column} = CASE WHEN coalesce(to_jsonb(t.{column}), 'null') = move.after->'{name}'"
            f" THEN was.{column} ELSE t.{column} END"
            for name in first[0]
            for column in [connection.ops.quote_name(name)]
        )
        statement = f"UPDATE {{table}} t SET {columns} {source} {where} AND t.{key} = move.row_id"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=table), parameters)
        return int(cursor.rowcount)


def _names(model: Model) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), quote(model._meta.pk.column)


def _object_of(columns: Iterable[str]) -> str:
    pairs = ", ".join(f"'{column}', t.{connection.ops.quote_name(column)}" for column in columns)
    return f"jsonb_build_object({pairs})"


def keep_best(
    rows: Iterable[Any], *, group: Callable[[Any], Any], rank: Callable[[Any], Any]
) -> tuple[list[Any], list[Any]]:
    """Of rows of which a group may have one, return the best of each group, and the rest."""
    best: dict[Any, Any] = {}
    rest: list[Any] = []
    for row in rows:
        other = best.get(group(row))
        if other is None or rank(row) > rank(other):
            best[group(row)] = row
            if other is not None:
                rest.append(other)
        else:
            rest.append(row)
    return list(best.values()), rest
