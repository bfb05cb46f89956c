"""The audit trail: who changed what, when, before and after — kept by database triggers.

Triggers catch bulk writes, imports and raw SQL alike; the trail keeps ids and names, no foreign keys, and only grows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
from django.db import models, transaction

Model = TypeVar("Model", bound=type[models.Model])


def tracked(*, exclude: tuple[str, ...] = ()) -> Callable[[Model], Model]:
    """Keep every insert, update and delete of the model's rows in `<Model>Event`."""
    return pghistory.track(  # type: ignore[no-any-return]
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["version", "updated_at", *exclude])),
        pghistory.DeleteEvent(),
        append_only=True,
        exclude=list(exclude),
        obj_field=pghistory.ObjForeignKey(related_name="events", related_query_name="+"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # None leaves the column out, which its types do not know
    )


@contextmanager
def through(caller: Any) -> Iterator[None]:
    """Note on every row of the trail which system the person named there acted through, where it was one."""
    if getattr(caller, "has", None) is not None:  # a person, and nobody else
        yield
        return
    with pghistory.context(through=str(caller)):
        yield


@contextmanager
def action(name: str, *, by: Any | None, **details: Any) -> Iterator[None]:
    """Run one write: one transaction, and one name, person and set of details on every row of the trail it causes.

    `by` is a user, an integration, or None for the system itself; anything with `pk` and a readable `str()`.
    """
    with (
        transaction.atomic(),
        pghistory.context(
            action=name,
            by=getattr(by, "pk", None),
            by_kind=type(by).__name__.lower() if by is not None else "system",
            by_name=str(by) if by is not None else "",
            **details,
        ),
    ):
        yield
