"""Loads a demo programme: the order of the steps, all in one transaction, so that there is a whole programme or none."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from core.models import Program
from core.periods import today as day_at
from core.services import outbox
from enablement.services import specializations
from insight.services import figures, findings
from portal.seed import (
    abilities,
    applications,
    assessing,
    courses,
    definitions,
    desk,
    elsewhere,
    events,
    gap_plays,
    history,
    library,
    matrices,
    news,
    opinions,
    packages,
    plans,
    population,
    records,
    scorecard,
    searches,
    setup,
    skills,
    surveys,
    talk,
    tiers,
    trade,
    visits,
    voice,
)
from portal.seed.shapes import Programme
from scorecards.services import scores

#: A program is older than the partners in it.
PROGRAM_AGE = timedelta(days=800)
#: Messages put in this very transaction are due from its start, which is a moment after `at`.
DUE_ROOM = timedelta(minutes=1)
OUTBOX_ROUND = 500

Tell = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class SignIn:
    """Somebody who may sign in to the demo."""

    who: str
    email: str


def load(programme: Programme, *, at: datetime, tell: Tell, size: int | None = None) -> list[SignIn]:
    """Write the programme as of a moment and return who may sign in. The database must hold no partners yet."""
    with transaction.atomic():
        _take_time()
        with tell("Inventing partners and their years"):
            setup.write_program(programme)
            today = day_at(at=at, zone=Program.current().zone)
            partners = population.invent(programme, size=size or programme.default_size, today=today)
            deals = trade.invent(programme, partners, today=today)
            certificates = skills.invent(programme, partners, today=today)
            seen = visits.invent(programme, partners, today=today)
        began = at - PROGRAM_AGE
        with tell("Writing staff, regions, products"):
            staff = setup.write_staff(programme, at=began)
            admin = staff[programme.staff[0].email]
            setup.write_rates(programme, by=admin, at=at)
            setup.write_regions(programme, by=admin, at=began)
            setup.write_regional_admins(programme, by=admin, at=began)
            setup.write_vocabulary(programme, by=admin, at=began)
            integration, source = setup.write_integration(by=admin, at=at)
        with tell("Publishing categories, tiers, segments"):
            definitions.write(programme, by=admin, at=began)
        with tell("Filling the library, drawing journeys"):
            assets = library.write_assets(programme, by=admin, at=at)
            library.write_journeys(programme, assets, by=admin, at=at)
            scorecard.write(programme, by=admin, at=began)
            assessing.install(by=admin, at=began)
            talk.write_specializations(by=admin, at=began)
        with tell(f"Replaying two years of {len(partners)} partners, {len(deals)} deals"):
            managers = {region: staff[one.email] for one in programme.staff for region in one.regions}
            history.replay(
                history.Past(
                    programme, partners, deals, certificates, seen, admin, managers, integration, source, assets
                ),
                at=at,
            )
        surveys.write_first_weeks(by=admin, at=at)
        library.renew_journeys(programme, by=admin, at=at)
        opinions.write(seen, assets, at=at)
        searches.write(programme.key, seen, at=at)
        with tell("Writing what people said, did and agreed to"):
            talk.write(programme.key, by=admin, at=at)
            courses.write(programme.key, assets, by=admin, at=at)
            packages.write(programme.key, courses.people(), by=admin, at=at)
            elsewhere.write(programme.key, courses.people(), by=admin, at=at)
            news.write(programme, by=admin, at=at)
            events.write(programme, assets, by=admin, at=at)
            abilities.write(programme.key, by=admin, at=at)
        with tell("Bringing every verdict up to date"):
            definitions.pin(programme, partners, by=admin, at=at)
            definitions.plan(programme, by=admin, at=at)
            tiers.write_by_hand(by=admin, at=at)
            _analyze()
            history.settle(at=at)
            voice.write(by=admin, programme=programme, at=at)
            applications.write(programme, by=admin, at=at)
            history.settle(at=at)
            specializations.review(at=at)
            records.write(programme, by=admin, managers=managers, at=at)
            surveys.write(programme.key, by=admin, at=at)
            history.settle(at=at)
            while outbox.deliver_due(at=at + DUE_ROOM, limit=OUTBOX_ROUND) == OUTBOX_ROUND:
                pass
            history.settle(at=at)
            scores.recompute(partner_ids=None, at=at)
            desk.write(programme.key, managers.values(), by=admin, at=at)
        with tell("Agreeing on plans, goals and plays"):
            plans.write(by=admin, at=at)
            gap_plays.write(by=admin, at=at)
            matrices.write(by=admin, at=at)
            while outbox.deliver_due(at=at + DUE_ROOM, limit=OUTBOX_ROUND) == OUTBOX_ROUND:
                pass
            news.be_read(programme, at=at)
        with tell("Reckoning how categories do"):
            figures.refresh(at=at)
            findings.refresh(at=at)
    return sign_ins(programme, partners)


def _take_time() -> None:
    """Let statements of this transaction take longer than a page's may, and wait for a vacuum at the same tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = 0")


def _analyze() -> None:
    """Let the planner know what was written, since nobody else has had a chance to tell it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def sign_ins(programme: Programme, partners: Any) -> list[SignIn]:
    """Return who may sign in: staff first, then people of partners."""
    titles = {"program_admin": "Program admin", "cam": "Channel manager", "executive": "Executive"}
    found = [SignIn(f"{titles[one.role]}, {one.name}", one.email) for one in programme.staff[:3]]
    found += [SignIn(f"Regional admin, {name}", email) for name, email, _regions in programme.regional_admins[:1]]
    for partner in partners:
        for person in partner.people:
            if person.signs_in:
                what = "Partner admin" if person.is_admin else "Partner user"
                found.append(SignIn(f"{what}, {person.name} at {partner.name}", person.email))
    return found


def write_sign_ins(path: Path, found: list[SignIn]) -> str:
    """Write down how to sign in, for `make run` to print at each start. Returns the text."""
    width = max(len(one.who) for one in found)
    lines = [f"  {one.who:<{width}}  {one.email}" for one in found]
    text = f"Sign in with the password {setup.PASSWORD} as\n" + "\n".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return text
