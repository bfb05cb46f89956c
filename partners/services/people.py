"""People at partners: added, changed, invited, gone; and upserted in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.services import invitations
from core import audit
from core.models import Source
from core.rows import RowOutcome
from core.services import external_ids
from partners.models import JobFunction, Partner, Person
from partners.services import cleaning, upserts
from partners.signals import announce_partners

RESOURCE = "people"

FIELDS: dict[str, cleaning.Cleaner] = {
    "name": cleaning.text(150, required=True),
    "email": cleaning.email,
    "phone": cleaning.text(40),
    "job_title": cleaning.text(120),
    "job_function": cleaning.choice(JobFunction.values, empty=True),
    "language": cleaning.language,
    "is_admin": cleaning.yes_no,
    "may_assess": cleaning.yes_no,
}


def add(*, partner: Partner, by: Any, at: datetime, invited: bool = False, **fields: Any) -> Person:
    """Add somebody who works at the partner, and invite them if wished: both or neither.

    `external_ids` may hold their values by source key.
    """
    ids = fields.pop("external_ids", None) or {}
    person = Person(partner=partner, **cleaning.collect({"name": "", "email": "", **fields}, FIELDS))
    with audit.action("person.add", by=by):
        _refuse_taken_address(person)
        _save(person, force_insert=True)
        person.refresh_from_db()
        for key, value in ids.items():
            external_ids.attach(RESOURCE, Source.objects.get(key=key), {person.pk: value})
        announce_partners([partner.pk])
        if invited:
            invite(person=person, by=by, at=at)
    return person


def update(*, person: Person, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change what is known of a person. Returns the names of the fields that changed.

    The address somebody signs in with stays: it belongs to their account.
    """
    values = cleaning.collect(changes, FIELDS)
    with audit.action("person.update", by=by):
        locked = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        changed = _put(locked, values)
        if "email" in changed:
            _refuse_taken_address(locked)
        if "is_admin" in changed and not locked.is_admin:
            _refuse_without_admin(locked, by)
        if changed:
            _save(locked, update_fields=changed)
            announce_partners([locked.partner_id])
    person.refresh_from_db()
    return changed


def leave(*, person: Person, by: Any, at: datetime) -> bool:
    """Note that a person left the partner: their access ends at once. Returns whether that was a change."""
    with audit.action("person.leave", by=by):
        locked = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        if locked.left_at:
            return False
        if locked.is_admin:
            _refuse_without_admin(locked, by)
        locked.left_at, locked.user, locked.is_admin = at, None, False
        locked.save(update_fields=["left_at", "user", "is_admin"])
        announce_partners([locked.partner_id])
    person.refresh_from_db()
    return True


def invite(*, person: Person, by: Any, at: datetime, by_mail: bool = True) -> Person:
    """Ask a person, by e-mail, to sign in: makes or uses their account. Asking again sends a new link.

    Without `by_mail` the caller writes to them.
    """
    with audit.action("person.invite", by=by):
        locked = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        if locked.left_at:
            raise ValidationError(_("This person has left the partner."), code="invalid")
        user = invitations.invite(email=locked.email, name=locked.name, role="", by=by, at=at, by_mail=by_mail)
        if user.is_vendor or Person.objects.filter(user=user).exclude(pk=locked.pk).exists():
            taken = cleaning.refusal(_("Somebody signs in with this address already."), "already_exists")
            raise ValidationError({"email": taken})
        if locked.user_id != user.pk:
            locked.user = user
            locked.save(update_fields=["user"])
            announce_partners([locked.partner_id])
    person.refresh_from_db()
    return person


def upsert_many(*, rows: Iterable[Mapping[str, Any]], source: Source | None, by: Any, at: datetime) -> list[RowOutcome]:
    """Create or merge people by the thousand; see `core.rows`. A row names its partner by `partner_id`.

    A row finds its person by `external_id`, else by the address at that partner.
    """
    return upserts.run(PersonWriter, rows=rows, source=source, by=by, at=at)


def _put(person: Person, values: Mapping[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, values[name])
    return changed


def _save(person: Person, **how: Any) -> None:
    try:
        with transaction.atomic():
            person.save(**how)
    except IntegrityError as error:
        if "person_email_once_per_partner" in str(error):
            raise _address_taken() from None
        raise


def _refuse_taken_address(person: Person) -> None:
    others = Person.objects.filter(partner=person.partner_id, email__iexact=person.email, left_at__isnull=True)
    if others.exclude(pk=person.pk).exists():
        raise _address_taken()


def _address_taken() -> ValidationError:
    error = cleaning.refusal(_("Somebody at this partner has this address."), "already_exists")
    return ValidationError({"email": error})


def _refuse_without_admin(person: Person, by: Any) -> None:
    """Keep partner people from locking themselves out; the vendor may take the last partner admin away."""
    if by is None or by.is_vendor:
        return
    Partner.objects.select_for_update(no_key=True).get(pk=person.partner_id)  # two admins removing each other at once
    others = Person.objects.filter(partner=person.partner_id, is_admin=True, left_at__isnull=True, user__is_active=True)
    if not others.exclude(pk=person.pk).exists():
        raise ValidationError(_("Make somebody else a partner admin first."), code="last_admin")


class PersonWriter(upserts.Writer):
    """People out of rows."""

    resource = RESOURCE
    model = Person

    def prepare(self, rows: Sequence[upserts.Row], known: Mapping[str, int]) -> None:
        """Read the people the rows name or share an address with, and the partners they name."""
        asked = {row["partner_id"] for row in rows if row.get("partner_id")}
        self.partners = set(Partner.objects.filter(pk__in=asked).values_list("pk", flat=True))
        addresses = {str(row.get("email") or "").strip().lower() for row in rows} - {""}
        same = Q(partner__in=self.partners, address__in=addresses, left_at__isnull=True)
        found = list(
            Person.objects.select_for_update(of=("self",), no_key=True)
            .alias(address=Lower("email"))
            .filter(Q(pk__in=set(known.values())) | same)
            .order_by("pk")
        )
        self.records: dict[int, Person] = {one.pk: one for one in found}
        self.by_address = {_place(one.partner_id, one.email): one for one in found if one.left_at is None}

    def record(self, object_id: int) -> Person:
        """Return a person read before."""
        return self.records[object_id]

    def alike(self, row: upserts.Row) -> Person | None:
        """Return the person with the row's address at the row's partner."""
        return self.by_address.get(_place(row.get("partner_id"), row.get("email")))

    def new(self, row: upserts.Row) -> Person:
        """Return an empty person. A new one needs a partner, a name and an address."""
        missing = [name for name in ("name", "email") if not row.get(name)]
        if not row.get("partner_id"):
            missing.append("partner")
        if missing:
            needed = {name: cleaning.refusal(_("This is needed."), "required") for name in missing}
            raise ValidationError(needed)
        return Person()

    def put(self, record: Person, row: upserts.Row) -> list[str]:
        """Set the row's values; a person stays at their partner."""
        values = cleaning.collect({k: v for k, v in row.items() if k not in {"external_id", "partner_id"}}, FIELDS)
        if row.get("partner_id"):
            values["partner_id"] = self._partner(record, row["partner_id"])
        where = values.get("partner_id", record.partner_id)
        place = _place(where, values.get("email", record.email))
        if record.left_at is None and self.by_address.get(place, record) is not record:
            raise _address_taken()
        self.by_address[place] = record
        return _put(record, values)

    def _partner(self, record: Person, partner_id: int) -> int:
        if partner_id not in self.partners:
            unknown = cleaning.refusal(_("There is no such partner."), "unresolved_reference")
            raise ValidationError({"partner": unknown})
        if record.partner_id not in (None, partner_id):
            moved = cleaning.refusal(_("This person works at another partner."), "invalid")
            raise ValidationError({"partner": moved})
        return partner_id

    def announce(self, records: Iterable[Person]) -> None:
        """Announce the partners of the people written."""
        announce_partners(one.partner_id for one in records)


def _place(partner_id: Any, email: Any) -> tuple[Any, str]:
    return partner_id, str(email or "").strip().lower()
