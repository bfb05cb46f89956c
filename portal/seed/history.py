"""Replays two years: at each of several moments it writes what happened until then, and lets the verdicts follow.

So every partner has a past that can be read back: when it came, when it entered a life stage, which tiers it held before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from accounts.models import Integration, User
from core.models import OutboxMessage, Source
from core.rows import RowOutcome
from deals.services import deals as deal_services
from enablement.models import ActivityKind, Asset
from enablement.services import activity, certifications
from partners.models import Partner, Person
from partners.services import assignments, people
from partners.services import partners as partner_services
from portal.seed import assessing, library, memberships, setup, tiers, walks
from portal.seed.population import InventedPartner
from portal.seed.shapes import MOMENTS, Programme
from portal.seed.skills import InventedCertificate
from portal.seed.trade import InventedDeal
from portal.seed.visits import InventedVisit
from scorecards.services import scores
from segmentation.services import follow_ups, peers, recompute

Thing = TypeVar("Thing")

BATCH_ROWS = 500
ROUNDS = 4


@dataclass
class Past:
    """What happened, and who may be named as the one who wrote it."""

    programme: Programme
    partners: Sequence[InventedPartner]
    deals: Sequence[InventedDeal]
    certificates: Sequence[InventedCertificate]
    visits: Sequence[InventedVisit]
    admin: User
    managers: Mapping[str, User]
    integration: Integration
    source: Source
    assets: Mapping[str, Asset]


def replay(past: Past, *, at: datetime) -> None:
    """Write the past up to now."""
    before, last = date.min, datetime.min.replace(tzinfo=at.tzinfo)
    for ago in MOMENTS:
        moment = at - ago
        until = moment.date()
        _write_newcomers(past, _newcomers(past, before, until), at=moment)
        _write_certificates(past, _between(past.certificates, "earned_on", before, until), at=moment)
        _write_deals(past, [deal for deal in past.deals if _is_due(deal, before, until, is_last=not ago)], at=moment)
        _write_visits(past, _between(past.visits, "day", before, until), at=moment)
        settle(at=moment)
        tiers.keep(at=moment, approve_all=bool(ago))
        settle(at=moment)
        library.publish_journeys(past.programme, by=past.admin, first=before, last=until, at=moment, now=at)
        assessing.follow(after=last, at=moment, now=at)
        scores.recompute(partner_ids=None, at=moment)
        walks.carry_on(past.programme, past.partners, source=past.source, by=past.integration, at=moment, now=at)
        if ago:
            _forget_messages()
        before, last = until, moment


def settle(*, at: datetime) -> None:
    """Bring every verdict, and what follows from it, up to date as of a moment."""
    peers.refresh(at=at)
    recompute.everything(at=at)
    for _round in range(ROUNDS):
        if not _follow_up(at=at):
            return
        recompute.all_stale(at=at)


def _follow_up(*, at: datetime) -> bool:
    """Do what the outbox asks for after a recompute, as of that moment instead of by the clock on the wall."""
    messages = list(OutboxMessage.objects.filter(topic="segmentation.classified").order_by("id"))
    touched = sorted({pk for message in messages for pk in message.payload["partner_ids"]})
    if not touched:
        return False
    follow_ups.apply(partner_ids=touched, at=at)
    OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).delete()
    return True


def _forget_messages() -> None:
    """Drop follow-ups of the past: whom they would have told was told then."""
    OutboxMessage.objects.all().delete()


# --- what is due


def _newcomers(past: Past, before: date, until: date) -> list[InventedPartner]:
    """Return who joined, or came to be known, since the last moment."""
    return [one for one in past.partners if before < one.known_on <= until]


def _is_due(deal: InventedDeal, before: date, until: date, *, is_last: bool) -> bool:
    if deal.closed_on is None:
        return is_last
    return before < deal.closed_on <= until


def _between(things: Iterable[Thing], name: str, before: date, until: date) -> list[Thing]:
    return [thing for thing in things if before < getattr(thing, name) <= until]


def _batches(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), BATCH_ROWS):
        yield things[start : start + BATCH_ROWS]


def _ids(outcomes: Sequence[RowOutcome]) -> list[int]:
    """Return the ids of rows that were all written. A refused row is a mistake in the demo."""
    for outcome in outcomes:
        if outcome.failed or outcome.object_id is None:
            raise ValueError(f"Row {outcome.index} of the demo was refused: {outcome.errors}")
    return [outcome.object_id for outcome in outcomes if outcome.object_id is not None]


# --- writing


def _write_newcomers(past: Past, newcomers: Sequence[InventedPartner], *, at: datetime) -> None:
    rows = [
        {
            "name": one.name,
            "domain": one.domain,
            "status": _status(one),
            "joined_on": one.joined_on,
            "external_id": one.external_id,
            **one.profile,
        }
        for one in newcomers
    ]
    by = past.integration
    for one, pk in zip(
        newcomers, _ids(partner_services.upsert_many(rows=rows, source=past.source, by=by, at=at)), strict=True
    ):
        one.id = pk
    _write_people(past, newcomers, at=at)
    records = Partner.objects.in_bulk([one.id for one in newcomers])
    for region, manager in past.managers.items():
        theirs = [records[one.id] for one in newcomers if one.place.region == region]
        assignments.assign(partners=theirs, user=manager, by=None, at=at)
    memberships.write(past.programme, newcomers, by=past.managers, at=at)


def _status(one: InventedPartner) -> str:
    return {"prospect": "prospect", "ended": "ended"}.get(one.course, "active")


def _write_people(past: Past, newcomers: Sequence[InventedPartner], *, at: datetime) -> None:
    pairs = [(one, person) for one in newcomers for person in one.people]
    rows = [
        {
            "partner_id": one.id,
            "name": person.name,
            "email": person.email,
            "job_title": person.job_title,
            "job_function": person.job_function,
            "is_admin": person.is_admin,
            "language": one.place.language,
        }
        for one, person in pairs
    ]
    outcomes = people.upsert_many(rows=rows, source=past.source, by=past.integration, at=at)
    for (_one, person), pk in zip(pairs, _ids(outcomes), strict=True):
        person.id = pk
    for one, person in pairs:
        if person.signs_in:
            invited = people.invite(person=Person.objects.get(pk=person.id), by=past.managers[one.place.region], at=at)
            if invited.user:
                setup.let_in(invited.user, at=at)


def _write_certificates(past: Past, due: Sequence[InventedCertificate], *, at: datetime) -> None:
    rows = [{"person_id": one.person.id, "certification": one.key, "earned_on": one.earned_on} for one in due]
    _ids(certifications.upsert_many(rows=rows, source=past.source, by=past.integration, at=at))


def _write_deals(past: Past, due: Sequence[InventedDeal], *, at: datetime) -> None:
    for batch in _batches(due):
        rows = [deal.row(past.managers[deal.partners[0][0].place.region]) for deal in batch]
        _ids(deal_services.upsert_many(rows=rows, source=past.source, by=past.integration, at=at))


def _write_visits(past: Past, due: Sequence[InventedVisit], *, at: datetime) -> None:
    for batch in _batches(due):
        activity.note_many(
            rows=[
                activity.Noted(
                    person_id=one.person.id,
                    partner_id=one.partner.id,
                    kind=ActivityKind(one.kind),
                    day=one.day,
                    asset_id=past.assets[one.asset].pk if one.asset else None,
                )
                for one in batch
            ],
            at=at,
        )
    newest = {one.partner.id: one.day for one in due}
    for day in sorted(set(newest.values())):
        noon = min(at, datetime(day.year, day.month, day.day, 12, tzinfo=at.tzinfo))
        partner_services.note_activity(partner_ids=[pk for pk, last in newest.items() if last == day], at=noon)
