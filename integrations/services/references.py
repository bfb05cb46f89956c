"""Partners and people that rows refer to, found for a whole chunk with a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from core.models import Source
from core.services import external_ids
from integrations.models import ImportFile
from partners.models import Partner, Person
from partners.services import cleaning

if TYPE_CHECKING:
    from integrations.services.converting import Converted, Converter

PARTNER_KEYS = ("partner.external_id", "partner.domain", "partner.name")


class References:
    """What the rows of one chunk refer to."""

    def __init__(self, file: ImportFile, rows: Sequence[Mapping[str, Any]]) -> None:
        self.source = file.source
        self.partner_ids = self._by_external_id("partners", rows, "partner.external_id", "parent.external_id")
        self.person_ids = self._by_external_id("people", rows, "person.external_id")
        self.by_domain = _by_domain(_given(rows, "partner.domain"))
        self.by_name = _by_name(_given(rows, "partner.name"))
        self.by_email = _by_email(_given(rows, "email")) if file.resource == "certifications" else {}

    def partner(self, converter: Converter, row: Converted, *, needed: bool) -> int | None:
        """Return the partner a row names: by its id, else its domain, else its exact name if only one has it."""
        given = [key for key in PARTNER_KEYS if row.values.get(key)]
        if not given:
            if needed:
                converter.fault(row, "partner", "required", _("Name the partner."))
            return None
        for key in given:
            found = self._partners(key, row.values[key])
            if len(found) == 1:
                return found[0]
            if len(found) > 1:
                message = _("%(count)d partners are called “%(name)s”. Give the id or the domain.")
                text = message % {"count": len(found), "name": row.values[key][:60]}
                converter.fault(row, key, "ambiguous_reference", text)
                return None
        self._not_found(converter, row, given[0], _("There is no partner “%(name)s”."))
        return None

    def parent(self, converter: Converter, row: Converted) -> int | None:
        """Return the partner a row names as the one above."""
        value = row.values["parent.external_id"]
        if not value:
            return None
        found = self._known(self.partner_ids, value)
        if found is None:
            self._not_found(converter, row, "parent.external_id", _("There is no partner “%(name)s” above this one."))
        return found

    def person(self, converter: Converter, row: Converted) -> int | None:
        """Return the person a row names: by id, else by e-mail address, at the partner if it names one."""
        value = row.values.get("person.external_id")
        if value and (found := self._known(self.person_ids, value)):
            return found
        email = str(row.values.get("email") or "").casefold()
        if not email:
            key = "person.external_id" if value else "person"
            self._not_found(converter, row, key, _("There is nobody with the id “%(name)s”."))
            return None
        people = self.by_email.get(email, [])
        if any(row.values.get(key) for key in PARTNER_KEYS):
            partner_id = self.partner(converter, row, needed=True)
            if partner_id is None:
                return None
            people = [pair for pair in people if pair[1] == partner_id]
        if len(people) == 1:
            return people[0][0]
        if people:
            message = _("Somebody with this address is at %(count)d partners. Name the partner.")
            converter.fault(row, "email", "ambiguous_reference", message % {"count": len(people)})
        else:
            self._not_found(converter, row, "email", _("There is nobody with the address “%(name)s”."))
        return None

    def _not_found(self, converter: Converter, row: Converted, key: str, message: str) -> None:
        name = str(row.values.get(key) or "")[:60]
        converter.fault(row, key, "unresolved_reference", message % {"name": name})

    def _partners(self, key: str, value: str) -> list[int]:
        if key == "partner.external_id":
            found = self._known(self.partner_ids, value)
            return [found] if found else []
        if key == "partner.domain":
            found = self.by_domain.get(domain_of(value))
            return [found] if found else []
        return self.by_name.get(value, [])

    def _known(self, ids: Mapping[str, int], value: str) -> int | None:
        return ids.get(cleaned_id(self.source, value) or "")

    def _by_external_id(self, resource: str, rows: Sequence[Mapping[str, Any]], *keys: str) -> dict[str, int]:
        given = {cleaned_id(self.source, value) for key in keys for value in _given(rows, key)}
        wanted = {value for value in given if value}
        return external_ids.find(resource, self.source, wanted) if wanted else {}


def domain_of(text: str) -> str:
    """Return the bare domain of a domain or web address, or nothing."""
    try:
        found: str = cleaning.domain(text)
    except ValidationError:
        return ""
    return found


def _given(rows: Iterable[Mapping[str, Any]], key: str) -> set[str]:
    return {str(row[key]) for row in rows if row.get(key)}


def cleaned_id(source: Source, value: str) -> str | None:
    """Return an id as it is kept, or None when it cannot be one."""
    try:
        return external_ids.clean(source, value)
    except ValidationError:
        return None


def _by_domain(given: set[str]) -> dict[str, int]:
    domains = {domain_of(value) for value in given} - {""}
    if not domains:
        return {}
    return dict(Partner.objects.filter(domain__in=domains).values_list("domain", "pk"))


def _by_name(names: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    if names:
        for name, pk in Partner.objects.filter(name__in=names).order_by("pk").values_list("name", "pk"):
            found[name].append(pk)
    return found


def _by_email(emails: set[str]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    people = Person.objects.filter(left_at__isnull=True).alias(address=Lower("email"))
    wanted = people.filter(address__in={email.casefold() for email in emails}) if emails else people.none()
    for pk, partner_id, email in wanted.order_by("pk").values_list("pk", "partner_id", "email"):
        found[email.casefold()].append((pk, partner_id))
    return found
