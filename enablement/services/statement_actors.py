"""By what statements name people, and who that is here.

People are known by their e-mail address, in clear or as its SHA-1, or by an account of ours: its `homePage` is the
address of this portal, its name the person's public id. Where several people have one address, the one who signs in
with it is meant, as it is where one learns here.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models.functions import Lower

from enablement.models import LearningStatement, StatementOutcome, StatementReason
from enablement.services.statement_shapes import UUID
from partners.models import Person

OURS, MBOX, SHA1 = "person:", "mailto:", "sha1:"
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a key names: a person, or nobody and why."""

    person: Person | None
    reason: str = ""


NOBODY = Found(None, StatementReason.NOBODY)


def key_of(actor: Mapping[str, Any]) -> str:
    """Return what somebody is found by, the same however it was written; empty for whom we cannot find."""
    if actor.get("objectType", "Agent") != "Agent":
        return ""
    if mbox := actor.get("mbox"):
        return str(mbox).lower()
    if digest := actor.get("mbox_sha1sum"):
        return f"{SHA1}{digest.lower()}"
    if account := actor.get("account"):
        home, name = account["homePage"].rstrip("/"), account["name"]
        if home.lower() == settings.PUBLIC_URL.lower():
            return f"{OURS}{name.lower()}"
        return f"account:{home} {name}"
    return ""


def keys_of(person: Person) -> set[str]:
    """Return every key that names a person."""
    written, small = f"{MBOX}{person.email}", f"{MBOX}{person.email.lower()}"
    return {small, digest_of(written), digest_of(small), f"{OURS}{person.public_id}"}


def digest_of(mbox: str) -> str:
    """Return the key of an address that is told as its SHA-1."""
    return SHA1 + hashlib.sha1(mbox.encode(), usedforsecurity=False).hexdigest()


def people_behind(keys: Collection[str], *, come: Collection[int] = ()) -> dict[str, Found]:
    """Return for each key whom it names, among those who work at a partner now; `come` are people who just came."""
    here = Person.objects.filter(left_at__isnull=True)
    mboxes = [key.removeprefix(MBOX) for key in keys if key.startswith(MBOX)]
    ids = [name for key in keys if key.startswith(OURS) and UUID.fullmatch(name := key.removeprefix(OURS))]
    digests = {key for key in keys if key.startswith(SHA1)}
    people = [
        *(here.alias(address=Lower("email")).filter(address__in=mboxes) if mboxes else ()),
        *(here.filter(public_id__in=ids) if ids else ()),
        *(here.filter(pk__in={*_by_digest(digests), *come}) if digests else ()),
    ]
    named: dict[str, dict[int, Person]] = {}
    for person in people:
        for key in keys_of(person) & set(keys):
            named.setdefault(key, {})[person.pk] = person
    return {key: _one(named.get(key, {}).values()) if key else _NOT_NAMED for key in keys}


_NOT_NAMED = Found(None, StatementReason.NOT_NAMED)


def _one(people: Iterable[Person]) -> Found:
    found = list(people)
    if len(found) > 1:
        found = [person for person in found if person.user_id is not None]
        return Found(found[0]) if len(found) == 1 else Found(None, StatementReason.SEVERAL)
    return Found(found[0]) if found else NOBODY


def _by_digest(digests: Collection[str]) -> set[int | None]:
    """Return people whose address has one of the digests.

    The database cannot reckon them: one is looked for among everybody, unless statements before know whom it means, or
    wait for whoever that is. People who come are told by the caller to those that wait.
    """
    before = LearningStatement.objects.filter(actor_key__in=digests)
    known = set(before.filter(person__left_at=None, person__isnull=False).values_list("actor_key", "person_id"))
    waiting = set(before.filter(outcome=StatementOutcome.NO_PERSON).values_list("actor_key", flat=True))
    found = {person_id for _key, person_id in known}
    if unheard := set(digests) - waiting - {key for key, _person_id in known}:
        addresses = Person.objects.filter(left_at__isnull=True).values_list("pk", "email")
        for pk, email in addresses.iterator(chunk_size=BATCH):
            if unheard & {digest_of(f"{MBOX}{email}"), digest_of(f"{MBOX}{email.lower()}")}:
                found.add(pk)
    return found
