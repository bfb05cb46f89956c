"""Triggers that note what a write changes: which partners are stale, and since when a row's values stand.

The ids of stale partners go to `segmentation_stalepartner` in the writer's own transaction: append-only, no unique key,
so a writer never waits for a recompute. Bulk writes, imports and hand-written SQL cannot forget it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pgtrigger

STALE_TABLE = "segmentation_stalepartner"


def marks_stale(select: str, *, source: str) -> list[pgtrigger.Trigger]:
    """Return the triggers that mark partners stale when rows of a table are written.

    `select` yields partner ids out of the changed rows, named `changed`, such as `SELECT partner_id FROM changed`;
    `source` says in a word what changed, for the page that shows why a partner was recomputed.
    """
    insert = (
        f"INSERT INTO {STALE_TABLE} (partner_id, source, marked_at)"
        f" SELECT DISTINCT ids.id, '{source}', now() FROM ({{}}) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;"
    )
    both = select.replace(
        "FROM changed",
        "FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS changed",
    )
    return [
        pgtrigger.Trigger(
            name="stale_on_insert",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="changed"),
            func=insert.format(select),
        ),
        pgtrigger.Trigger(
            name="stale_on_update",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
            func=insert.format(both),
        ),
        pgtrigger.Trigger(
            name="stale_on_delete",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Delete,
            referencing=pgtrigger.Referencing(old="changed"),
            func=insert.format(select),
        ),
    ]


class NoteChanges(pgtrigger.Trigger):
    """Keeps in the JSON column `changed_at` when each column last changed, and each key of some JSON columns.

    `keys_of` gives such columns the word before the key: a key `labs` of `attributes` may be noted as `attribute.labs`.
    The writer's own idea of `changed_at` does not count, so that a stale copy of a row cannot bring old moments back.
    Columns are compared one by one: that costs a fraction of turning rows into JSON.
    """

    def __init__(self, *, besides: Iterable[str], keys_of: Mapping[str, str]) -> None:
        self.besides = frozenset(besides)
        self.keys_of = dict(keys_of)
        super().__init__(
            name="note_changes",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=["version", "updated_at", "changed_at"]),
            declare=[("noted", "jsonb")],
            func="RETURN NEW;",
        )

    def get_func(self, model: Any) -> str:
        """Return the comparisons of the model's columns."""
        columns = [one.column for one in model._meta.concrete_fields if one.name not in self.besides]
        compared = [self._keys(one) if one in self.keys_of else self._column(one) for one in columns]
        return f"noted := OLD.changed_at; {' '.join(compared)} NEW.changed_at := noted; RETURN NEW;"

    def _column(self, column: str) -> str:
        note = f"noted := noted || jsonb_build_object('{column}', now());"
        return f'IF NEW."{column}" IS DISTINCT FROM OLD."{column}" THEN {note} END IF;'

    def _keys(self, column: str) -> str:
        return f"""
            IF NEW."{column}" IS DISTINCT FROM OLD."{column}" THEN
                SELECT noted || coalesce(jsonb_object_agg('{self.keys_of[column]}.' || key, now()), '{{}}') INTO noted
                FROM jsonb_each(NEW."{column}") AS after FULL JOIN jsonb_each(OLD."{column}") AS before USING (key)
                WHERE after.value IS DISTINCT FROM before.value;
            END IF;
        """
