"""Invents who holds which certification: renewed in time, about to expire, expired. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.seed.lot import Lot
from portal.seed.population import Course, InventedPartner, InventedPerson
from portal.seed.shapes import Programme

DEEPER = {"associate": 0.0, "professional": 0.45, "expert": 0.75}
BUSY = (Course.GROWING, Course.STEADY)


@dataclass(frozen=True)
class InventedCertificate:
    """A certification earned."""

    partner: InventedPartner
    person: InventedPerson
    key: str
    earned_on: date


def invent(programme: Programme, partners: Sequence[InventedPartner], *, today: date) -> list[InventedCertificate]:
    """Return everything earned, the oldest first."""
    found = [one for partner in partners for one in _of_partner(programme, partner, today)]
    return sorted(found, key=lambda one: (one.earned_on, one.person.email, one.key))


def _of_partner(programme: Programme, partner: InventedPartner, today: date) -> list[InventedCertificate]:
    lot = Lot(programme.key, "skills", partner.domain)
    if partner.joined_on is None:
        return []
    technical = [one for one in partner.people if one.job_function == "technical"]
    others = [one for one in partner.people if one.job_function in ("sales", "operations", "executive")]
    if partner.story:
        people = [*technical, *others][: partner.story.certifications]
    else:
        share = min(1.0, partner.kind.certified_share * (1.25 if partner.course in BUSY else 0.7))
        people = [one for one in [*technical, *others[:2]] if lot.happens(share)]
    return [each for person in people for each in _of_person(programme, partner, person, lot, today)]


def _of_person(
    programme: Programme, partner: InventedPartner, person: InventedPerson, lot: Lot, today: date
) -> list[InventedCertificate]:
    lines = set(partner.profile["product_lines"])
    technical = person.job_function == "technical"
    fitting = [one for one in programme.certifications if (one[3] in lines if technical else one[3] == "")]
    earned = [one for one in fitting if technical is False or not lot.happens(DEEPER[one[2]])][:3] or fitting[:1]
    first = max(partner.joined_on or today, today - timedelta(days=900)) + timedelta(days=12)
    last = partner.active_until or first
    if last <= first:
        return []
    found = []
    for key, _name, _level, _line, months in earned:
        day = first + timedelta(days=lot.randrange(max(1, (last - first).days)))
        found.append(InventedCertificate(partner, person, key, day))
        renewal = day + timedelta(days=months * 30 - lot.randint(5, 60))
        if renewal < last and lot.happens(0.6):
            found.append(InventedCertificate(partner, person, key, renewal))
    return found
