"""What may be talked about: each kind of record with a thread of its own tells here who is concerned.

An app registers its kinds in `receivers.py`, through `partners.services.conversations.register`. Who may *see* a thread
is never told here: it is whoever sees the record, as the record's own `visible_to` says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody without a user who takes part by e-mail, such as an applicant."""

    name: str
    email: str
    language: str = "en"


def _own_partner(record: Any) -> Iterable[Any]:
    return [record.partner] if record.partner else []


def _nobody(record: Any) -> Iterable[Any]:
    return []


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of record people talk about.

    `vendor_page` and `partner_page` name the page of a record by its public id; without one its thread is a page of its
    own. `colleagues` are people at the vendor who hear of everything besides the managers of the record's partners.
    """

    kind: str
    model: type[models.Model]
    label: str | Promise
    partners_of: Callable[[Any], Iterable[Any]] = _own_partner
    vendor_page: str = ""
    partner_page: str = ""
    open_to_partners: bool = True
    colleagues: Callable[[Any], Iterable[Any]] = _nobody
    outsiders: Callable[[Any], Iterable[Outsider]] = _nobody
    select_related: tuple[str, ...] = field(default=())

    def visible_to(self, user: Any) -> Any:
        """Return the records of the kind whose thread a person may read."""
        rows: Any = self.model._default_manager.all()
        if not self.open_to_partners and not user.is_vendor:
            return rows.none()
        return rows.visible_to(user)

    def page_of(self, public_id: Any, *, at_vendor: bool) -> str:
        """Return the address where a record and its thread stand."""
        side = "vendor" if at_vendor else "partner"
        if page := self.vendor_page if at_vendor else self.partner_page:
            return reverse(page, args=[public_id]) + "#conversation"
        return reverse(f"{side}:conversation-detail", args=[self.kind, public_id])


_subjects: dict[str, Subject] = {}


def register(kind: str, model: type[models.Model], label: str | Promise, **how: Any) -> Subject:
    """Give records of a kind threads of their own."""
    subject = Subject(kind, model, label, **how)
    if _subjects.get(kind, subject).model is not model:
        raise RuntimeError(f"Threads of the kind {kind} are about other records already.")
    _subjects[kind] = subject
    return subject


def subjects() -> list[Subject]:
    """Return every kind there is."""
    return list(_subjects.values())


def subject_of(kind: str) -> Subject | None:
    """Return a kind by its name."""
    return _subjects.get(kind)


def subject_for(record: models.Model) -> Subject:
    """Return the kind of a record."""
    return next(one for one in _subjects.values() if isinstance(record, one.model))
