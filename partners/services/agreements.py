"""Agreements: written, published, accepted, countersigned, reminded of.

An acceptance keeps who agreed to which text, when and from where, and is never changed. What runs out closes its gates
on the day it names, in the program's time zone, without anybody doing anything.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Notification, User
from core import audit
from core import files as file_rules
from core.batches import batched
from core.models import Program
from core.periods import add_months, today
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import Acceptance, Agreement, AgreementVersion, Partner, Person, Signatory, Way
from partners.queries import agreements as reads
from partners.services import definitions
from partners.services.telling import tell
from partners.signals import announce_partners

PUBLISHED = "partners.agreement_published"
TEXTS = frozenset(
    {
        *("text", "way", "signers", "category_ids", "tier_ids", "region_ids", "audience_id", "valid_days"),
        *("valid_months", "valid_until_on", "notice_days", "gates", "asks_everybody_again", "note"),
    }
)
BATCH = 1000
#: So long after an agreement ran out people are still told, if no worker did so on the day.
TOLD_LATE_DAYS = 31


class NotEntitled(Refusal):
    """The person may not agree for their partner."""


def create(*, key: str, name: str, by: User | None, at: datetime, position: int = 0, **texts: Any) -> Agreement:
    """Make an agreement with its first draft."""
    agreement: Agreement = definitions.create(
        model=Agreement,
        by=by,
        at=at,
        fields={"key": key, "name": name, "position": position},
        texts=_known(texts),
    )
    return agreement


def edit(
    *,
    agreement: Agreement,
    by: User | None,
    at: datetime,
    changes: Mapping[str, Any],
    file: "File[bytes] | None" = None,
    expected: int | None = None,
) -> list[str]:
    """Write the draft; one is made when there is none. A file takes the place of the one before."""
    with transaction.atomic():
        draft = versions.existing_draft_of(agreement)
        if expected is None and draft is not None:
            expected = draft.version
        changed = definitions.edit(definition=agreement, by=by, at=at, changes=_known(changes), expected=expected)
        if file is not None:
            draft = versions.draft_of(definition=agreement, by=by, at=at)
            versions.save_draft(version=draft, by=by, at=at, changes=_kept(file))
            changed.append("file")
    return changed


def publish(*, version: AgreementVersion, by: User | None, at: datetime, note: str = "") -> bool:
    """Make a draft the text that is asked from now on. Where it asks everybody anew, older acceptances end."""
    if not version.text and not version.file:
        raise Refusal(_("Write the text, or add a file, first."))
    with transaction.atomic():
        if note and version.state == "draft":
            versions.save_draft(version=version, by=by, at=at, changes={"note": note})
        if not versions.publish(version=version, by=by, at=at):
            return False
        agreement = version.definition
        is_first = not agreement.versions.exclude(pk=version.pk).exists()
        if version.asks_everybody_again or is_first:
            with audit.action("agreement.require", by=by):
                agreement.required_number = version.number
                agreement.save(update_fields=["required_number"])
        announce_partners(agreement.acceptances.values_list("partner_id", flat=True))
        outbox.put(topic=PUBLISHED, payload={"agreement": agreement.pk})
    return True


def discard(*, version: AgreementVersion, by: User | None, at: datetime) -> None:
    """Throw a draft away."""
    versions.discard(version=version, by=by, at=at)


def retire(*, agreement: Agreement, by: User | None, at: datetime) -> bool:
    """Ask it of nobody any more. What was accepted stays."""
    with audit.action("agreement.retire", by=by):
        locked = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
        if locked.retired_at is not None:
            return False
        agreement.retired_at = at
        agreement.save(update_fields=["retired_at"])
    return True


def accept(
    *,
    version: AgreementVersion,
    person: Person,
    at: datetime,
    text_hash: str,
    signed_name: str = "",
    from_address: str | None = None,
) -> Acceptance:
    """Agree for one's partner to a text, as it was shown. Accepted already and not running out, it is as it was."""
    day = today(at=at, zone=Program.current().zone)
    with audit.action("agreement.accept", by=person.user):
        partner = Partner.objects.select_for_update(no_key=True).get(pk=person.partner_id)
        asked = reads.asked_of([partner.pk]).select_related("definition").filter(pk=version.pk).first()
        if asked is None:
            raise Refusal(_("This text is not asked of you any more. Look at what is due."))
        if text_hash != hash_of(asked):
            raise Refusal(_("The text changed since you read it. Read it again, please."))
        if not reads.signers_of(partner, asked).filter(pk=person.pk).exists():
            raise NotEntitled(_("You are not entitled to agree for %(partner)s.") % {"partner": partner})
        _expect_name(asked, person, signed_name)
        earlier = partner.acceptances.filter(agreement=asked.definition_id)
        known: Acceptance | None = earlier.order_by("accepted_at", "pk").last()
        if known is not None and known.number == asked.number and not reads.place(asked, known, day).wants_acting:
            return known
        ends_on = end_of(asked, day)
        if ends_on is not None and ends_on <= day:
            raise Refusal(_("This text has run out. Ask your vendor for a new one."))
        made: Acceptance = Acceptance.objects.create(
            partner=partner,
            agreement=asked.definition,
            agreement_version=asked,
            number=asked.number,
            person=person,
            signed_name=(signed_name.strip() or person.name)[:150],
            way=asked.way,
            text_hash=text_hash,
            accepted_at=at,
            from_address=from_address,
            ends_on=ends_on,
        )
        announce_partners([partner.pk])
    return made


def add_copy(*, acceptance: Acceptance, file: "File[bytes]", by: User, at: datetime) -> None:
    """Put a countersigned copy beside an acceptance. A new one takes its place; the trail knows of both."""
    kind = file_rules.recognise(file)
    if kind.content_type != "application/pdf":
        raise Refusal(_("A countersigned copy is a PDF."))
    acceptance.copy = File(file, name=file_rules.stored_name(kind))
    acceptance.copy_name, acceptance.copy_type = file_rules.shown_name(file.name or ""), kind.content_type
    acceptance.copied_at, acceptance.copied_by = at, by
    with audit.action("agreement.countersign", by=by):
        acceptance.save(update_fields=["copy", "copy_name", "copy_type", "copied_at", "copied_by"])


def name_signatory(*, person: Person, by: User, at: datetime, is_one: bool) -> bool:
    """Say that a person may sign for their partner, or no longer. Returns whether that is new."""
    with audit.action("signatory.name", by=by):
        if not is_one:
            return bool(Signatory.objects.filter(person=person).delete()[0])
        _row, is_new = Signatory.objects.get_or_create(person=person, defaults={"named_by": by, "named_at": at})
    return is_new


def remind(*, version: AgreementVersion, partners: Any, by: User, at: datetime) -> int:
    """Ask partners again for what is outstanding, once a day. Returns how many were asked."""
    day = today(at=at, zone=Program.current().zone)
    return _ask(partners, version, key=f"agreement-{version.pk}-reminder-{day}")


def ask_audience(payload: Mapping[str, Any]) -> None:
    """Tell everybody who has to accept what was published, and has not."""
    agreement = Agreement.objects.filter(pk=payload["agreement"]).first()
    version = versions.published_of(agreement) if agreement else None
    if agreement is None or version is None or agreement.retired_at:
        return
    day = reads.program_day()
    rows = reads.with_acceptance(reads.audience_of(version), agreement)
    outstanding = reads.narrowed(rows, version, "outstanding", day).order_by("pk")
    _ask(outstanding.iterator(chunk_size=BATCH), version, key=_due_key(version))


def review(*, at: datetime) -> int:
    """Tell of what is due, runs out soon, or has run out today. Each is told once; returns how many partners."""
    day = today(at=at, zone=Program.current().zone)
    told = 0
    for version in AgreementVersion.objects.filter(
        state="published", definition__retired_at__isnull=True
    ).select_related("definition"):
        for partners in batched(_to_tell(version, day).iterator(chunk_size=BATCH), BATCH):
            due = [one for one in partners if _is_due(one, version)]
            told += _ask(due, version, key=_due_key(version))
            told += sum(_tell_of_end(one, version, day) for one in partners if not _is_due(one, version))
    return told


def _to_tell(version: AgreementVersion, day: date) -> Any:
    """Return the partners that may have to be told something today. All others, most of them, are not looked at.

    Who has not accepted is looked at until somebody there was told, and each signer; who has, while the end is near or
    not long past.
    """
    rows = reads.with_acceptance(reads.audience_of(version), version.definition).order_by("pk")
    outstanding = Q(accepted_number__isnull=True) | Q(accepted_number__lt=version.definition.required_number)
    was_told = Exists(Notification.objects.filter(user=OuterRef("user"), dedupe_key=_due_key(version)))
    people = Person.objects.filter(partner=OuterRef("pk"), left_at__isnull=True, user__is_active=True)
    signers = reads.signers_of(OuterRef("pk"), version).filter(user__is_active=True)
    unheard = Exists(signers.filter(~was_told)) | (Exists(people) & ~Exists(people.filter(was_told)))
    near = (day - timedelta(days=TOLD_LATE_DAYS), day + timedelta(days=max(version.notice_days, default=0)))
    return rows.filter((outstanding & unheard) | (~outstanding & Q(ends_on__range=near)))


def _is_due(partner: Any, version: AgreementVersion) -> bool:
    return partner.accepted_number is None or bool(partner.accepted_number < version.definition.required_number)


def _tell_of_end(partner: Any, version: AgreementVersion, day: date) -> bool:
    """Tell one partner of what runs out, on the days on which something changes."""
    if partner.ends_on is None:
        return False
    left = (partner.ends_on - day).days
    marks = [mark for mark in sorted(version.notice_days) if left <= mark]
    if left > 0 and not marks:
        return False
    names = {"agreement": version.definition, "day": partner.ends_on, "days": left}
    if left <= 0:
        text, key = gettext_noop("%(agreement)s has run out."), f"agreement-ended-{partner.pk}-{partner.ends_on}"
    else:
        text = gettext_noop("%(agreement)s runs out in %(days)d days.")
        key = f"agreement-{partner.pk}-{version.definition_id}-{partner.ends_on}-{marks[0]}"
    _tell(_hearers([partner], version), version, text=text, names=names, key=key)
    return True


def _due_key(version: AgreementVersion) -> str:
    return f"agreement-{version.pk}-due"


def _ask(partners: Iterable[Partner], version: AgreementVersion, *, key: str) -> int:
    """Ask partners to accept, many at a time. Returns how many there are."""
    text, asked = gettext_noop("Please read and accept: %(agreement)s"), 0
    for some in batched(partners, BATCH):
        _tell(_hearers(some, version), version, text=text, names={"agreement": version.definition}, key=key)
        asked += len(some)
    return asked


def _hearers(partners: Sequence[Partner], version: AgreementVersion) -> list[User]:
    """Return who is told at each partner: who may accept; where nobody may, its admins; else everybody there."""
    people: dict[int, list[Person]] = {}
    signing_in = Person.objects.filter(partner__in=partners, left_at__isnull=True, user__is_active=True)
    for person in signing_in.select_related("user").order_by("partner_id", "pk"):
        people.setdefault(person.partner_id, []).append(person)
    may_accept = set(reads.signers_among(signing_in, version).values_list("pk", flat=True))
    told: list[User] = []
    for there in people.values():
        chosen = [one for one in there if one.pk in may_accept] or [one for one in there if one.is_admin] or there
        told += [one.user for one in chosen if one.user]
    return told


def _tell(users: Iterable[User], version: AgreementVersion, *, text: str, names: Mapping[str, Any], key: str) -> None:
    detail = (
        gettext_noop("Until it is accepted, parts of the portal are closed to you. The page says who may accept it.")
        if version.gates
        else gettext_noop("The page shows the text and who may accept it.")
    )
    tell(
        users,
        kind="agreement",
        text=text,
        names=names,
        url=reverse("partner:agreement-detail", args=[version.definition.public_id]),
        key=key,
        detail=detail,
        by_mail=True,
    )


def end_of(version: AgreementVersion, day: date) -> date | None:
    """Return the first day on which an acceptance of this day no longer counts; None for good."""
    if version.valid_days:
        return day + timedelta(days=version.valid_days)
    if version.valid_months:
        return add_months(day, version.valid_months)
    return version.valid_until_on


def hash_of(version: AgreementVersion) -> str:
    """Return what proves which text was shown."""
    said = f"{version.definition.key}\n{version.number}\n{version.text}\n{version.file_hash}"
    return hashlib.sha256(said.encode()).hexdigest()


def _expect_name(version: AgreementVersion, person: Person, signed_name: str) -> None:
    if version.way == Way.SIGNATURE and " ".join(signed_name.split()).casefold() != person.name.casefold():
        said = _("Type your name as we know it: %(name)s.") % {"name": person.name}
        raise ValidationError({"signed_name": ValidationError(said, code="wrong_name")})


def _known(texts: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := texts.keys() - TEXTS:
        raise TypeError(f"Not a text of agreements: {', '.join(sorted(unknown))}")
    return texts


def _kept(file: "File[bytes]") -> dict[str, Any]:
    try:
        kind = file_rules.recognise(file)
    except Refusal as refusal:
        raise Refusal({"file": refusal.messages}) from refusal
    digest = hashlib.sha256()
    file.seek(0)
    for piece in iter(partial(file.read, 65536), b""):
        digest.update(piece)
    file.seek(0)
    return {
        "file": File(file, name=file_rules.stored_name(kind)),
        "file_name": file_rules.shown_name(file.name or ""),
        "file_type": kind.content_type,
        "file_hash": digest.hexdigest(),
    }
