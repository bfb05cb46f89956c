"""Certifications of many people at once, from files and other systems. See `core.rows`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.audit import action
from core.models import Source
from core.rows import Result, RowOutcome, failed
from enablement.models import Certification, HeldCertification
from enablement.services import enrollments
from enablement.services.fields import apply
from partners.models import Person
from partners.signals import announce_partners

Row = Mapping[str, Any]
Key = tuple[int | None, int | None, int, date]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows refer to, read once."""

    people: Mapping[tuple[int, str], Person]
    people_by_id: Mapping[int, Person]
    certifications: Mapping[str, Certification]

    def person(self, row: Row) -> Person | None:
        if row.get("person_id"):
            return self.people_by_id.get(row["person_id"])
        return self.people.get((row.get("partner_id") or 0, str(row.get("email") or "").strip().casefold()))

    def certification(self, row: Row) -> Certification | None:
        return self.certifications.get(_said(row.get("certification")))


def upsert_many(*, rows: Sequence[Row], source: Source | None, by: Any, at: datetime) -> list[RowOutcome]:
    """Record who holds what.

    A row names its person by `person_id`, or by `partner_id` and `email`; one that a company holds may name only its
    `partner_id`. The certification is told by `certification`, its key or name; the days by `earned_on` and
    `expires_on` (absent: as the definition says); `reference` is the number or address of the certificate.
    """
    known = _read(rows)
    wanted: dict[int, HeldCertification] = {}
    outcomes: dict[int, RowOutcome] = {}
    for index, row in enumerate(rows):
        found = _held(row, known)
        if isinstance(found, HeldCertification):
            wanted[index] = found
        else:
            outcomes[index] = failed(index, found)
    with action("certification.import", by=by, source=source.key if source else ""):
        outcomes |= _write(wanted)
        touched = {wanted[i].partner_id for i, one in outcomes.items() if one.result in _WRITTEN}
        if touched:
            enrollments.catch_up(partner_ids=touched, at=at)
            announce_partners(touched)
    return [outcomes[index] for index in range(len(rows))]


_WRITTEN = {Result.CREATED, Result.UPDATED}


def _read(rows: Sequence[Row]) -> _Known:
    partner_ids = {row["partner_id"] for row in rows if row.get("partner_id")}
    person_ids = {row["person_id"] for row in rows if row.get("person_id")}
    here = Person.objects.filter(left_at__isnull=True)
    people = here.filter(partner_id__in=partner_ids)
    certifications: dict[str, Certification] = {}
    for certification in Certification.objects.all():
        certifications.setdefault(_said(certification.name), certification)
        certifications[_said(certification.key)] = certification
    return _Known(
        people={(person.partner_id, person.email.casefold()): person for person in people},
        people_by_id={person.pk: person for person in here.filter(pk__in=person_ids)},
        certifications=certifications,
    )


def _held(row: Row, known: _Known) -> HeldCertification | tuple[str, str, str]:
    """Return what the row says, or what is wrong with it."""
    person, certification = known.person(row), known.certification(row)
    earned_on: date | None = row.get("earned_on")
    of_company = certification is not None and certification.for_company and bool(row.get("partner_id"))
    if person is None and (row.get("email") or row.get("person_id") or not of_company):
        return "email", "unresolved_reference", _("Nobody at this partner has this e-mail address.")
    if certification is None:
        return "certification", "unresolved_reference", _("There is no certification of this key or name.")
    if earned_on is None:
        return "earned_on", "required", _("Say when it was earned.")
    expires_on = row.get("expires_on") or certification.expiry(earned_on)
    if expires_on is not None and expires_on <= earned_on:
        return "expires_on", "invalid_period", _("It must expire after the day it was earned.")
    return HeldCertification(
        partner_id=person.partner_id if person else row["partner_id"],
        person=person,
        certification=certification,
        for_company=certification.for_company,
        earned_on=earned_on,
        expires_on=expires_on,
        reference=str(row.get("reference") or "")[:300],
    )


def _write(wanted: Mapping[int, HeldCertification]) -> dict[int, RowOutcome]:
    """Insert what is new and correct what differs, each in one statement. Of equal rows the last one counts."""
    theirs = Q(person__in={one.person_id for one in wanted.values()}) | Q(
        person=None, partner__in={one.partner_id for one in wanted.values() if one.person_id is None}
    )
    stored = {_key(held): held for held in HeldCertification.objects.select_for_update().filter(theirs)}
    new: dict[Key, HeldCertification] = {}
    results: dict[int, Result] = {}
    changed: dict[int, HeldCertification] = {}
    for index, one in wanted.items():
        key = _key(one)
        held = stored.get(key)
        if held is None:
            held = stored[key] = new[key] = one
            results[index] = Result.CREATED
        elif not apply(held, _says(one)):
            results[index] = Result.UNCHANGED
        else:
            results[index] = Result.UPDATED
            if key not in new:
                changed[held.pk] = held
    of_people = [one for one in new.values() if one.person_id is not None]
    HeldCertification.objects.bulk_create(
        of_people,
        update_conflicts=True,
        unique_fields=["person", "certification", "earned_on"],
        update_fields=["expires_on"],
    )
    HeldCertification.objects.bulk_create([one for one in new.values() if one.person_id is None])
    HeldCertification.objects.bulk_update(changed.values(), ["expires_on", "reference"], batch_size=1000)
    return {index: RowOutcome(index, result, stored[_key(wanted[index])].pk) for index, result in results.items()}


def _says(one: HeldCertification) -> dict[str, Any]:
    """Return what a row says of a certificate; a number it does not give stays as it is."""
    return {"expires_on": one.expires_on} | ({"reference": one.reference} if one.reference else {})


def _said(value: object) -> str:
    """Return a name without regard to case and white space."""
    return " ".join(str(value or "").split()).casefold()


def _key(held: HeldCertification) -> Key:
    return held.person_id, held.partner_id if held.person_id is None else None, held.certification_id, held.earned_on
