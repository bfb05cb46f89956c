"""Statement triggers that note which partners a write may have changed.

The ids go to `segmentation_stalepartner` in the writer's own transaction: append-only, no unique key, so a writer never
waits for a recompute. Bulk writes, imports and hand-written SQL cannot forget it.
"""

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
