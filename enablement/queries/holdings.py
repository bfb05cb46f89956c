"""Who has which skill: what is told, what is confirmed and what is proven, side by side and never added up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q

from core.models import Program
from enablement.models import (
    CourseProgress,
    HeldCertification,
    HeldSkill,
    Skill,
    SkillEvidence,
    SkillLevel,
    SkillSource,
)
from partners.models import Partner, Person


@dataclass(frozen=True, slots=True)
class Proof:
    """A course or certificate that proves a skill."""

    level: SkillLevel
    by: str
    since_on: date
    expires_on: date | None


@dataclass(slots=True)
class Holding:
    """One person and one skill, as each side sees it now."""

    told: HeldSkill | None = None
    confirmed: HeldSkill | None = None
    proven: Proof | None = None

    @property
    def best(self) -> SkillLevel | None:
        """The highest level that somebody but the partner vouches for."""
        levels = [one.level for one in (self.confirmed, self.proven) if one is not None]
        return SkillLevel(max(levels)) if levels else None

    @property
    def lines(self) -> list[tuple[Any, SkillLevel, Any]]:
        """What each side says: who, the level, and the row that says so."""
        sides = (
            (SkillSource.PROVEN, self.proven),
            (SkillSource.CONFIRMED, self.confirmed),
            (SkillSource.TOLD, self.told),
        )
        return [(source, SkillLevel(one.level), one) for source, one in sides if one is not None]


Key = tuple[int, int]


def of_people(people: Iterable[int], *, day: date) -> dict[Key, Holding]:
    """Return what counts on a day, by person and skill: what is said, and the best of what proves it."""
    ids = list(people)
    found: dict[Key, Holding] = {}
    said = HeldSkill.objects.filter(person__in=ids, ended_at=None, since_on__lte=day)
    for one in said.filter(Q(expires_on=None) | Q(expires_on__gt=day)).select_related("said_by").order_by("pk"):
        setattr(found.setdefault((one.person_id, one.skill_id), Holding()), one.source, one)
    for key, proof in _proofs(ids, day):
        holding = found.setdefault(key, Holding())
        if holding.proven is None or _worth(proof) > _worth(holding.proven):
            holding.proven = proof
    return found


def _worth(proof: Proof) -> tuple[int, date]:
    return proof.level, proof.expires_on or date.max


def _proofs(people: list[int], day: date) -> Iterable[tuple[Key, Proof]]:
    evidence = list(SkillEvidence.objects.select_related("skill", "course", "certification"))
    by_certification: dict[int, list[SkillEvidence]] = {}
    by_course: dict[int, list[SkillEvidence]] = {}
    for one in evidence:
        if one.certification_id:
            by_certification.setdefault(one.certification_id, []).append(one)
        elif one.course_id:
            by_course.setdefault(one.course_id, []).append(one)
    held = HeldCertification.objects.valid_on(day).filter(earned_on__lte=day, person__in=people)
    for certificate in held.filter(certification__in=list(by_certification)).select_related("certification"):
        ends = [one for one in (certificate.expires_on, certificate.certification.credit_until_on) if one]
        for one in by_certification[certificate.certification_id]:
            proof = Proof(SkillLevel(one.level), str(one), certificate.earned_on, min(ends, default=None))
            yield (certificate.person_id, one.skill_id), proof
    zone = Program.current().zone
    done = CourseProgress.objects.filter(person__in=people, course__in=list(by_course), completed_at__isnull=False)
    for way in done.order_by("pk"):
        completed_on = way.completed_at.astimezone(zone).date()
        for one in by_course[way.course_id]:
            expires_on = one.skill.expiry(completed_on)
            if completed_on <= day and (expires_on is None or expires_on > day):
                proof = Proof(SkillLevel(one.level), str(one), completed_on, expires_on)
                yield (way.person_id, one.skill_id), proof


@dataclass(frozen=True, slots=True)
class Row:
    """A person with what they can, skill by skill in the order of the page."""

    person: Person
    cells: list[tuple[Skill, Holding]]


def team(partner: Partner, skills: list[Skill], *, day: date) -> list[Row]:
    """Return the people of a partner by skill."""
    people = list(partner.people.filter(left_at=None).select_related("user").order_by("name", "pk"))
    held = of_people([one.pk for one in people], day=day)
    return [Row(one, [(skill, held.get((one.pk, skill.pk), Holding())) for skill in skills]) for one in people]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people of a partner have a skill: whom somebody vouches for, and who only say so."""

    vouched: int
    told: int

    @property
    def is_gap(self) -> bool:
        """Whether nobody has it."""
        return not (self.vouched or self.told)


def coverage(
    partners: list[Partner], skills: list[Skill], *, day: date
) -> list[tuple[Partner, list[tuple[Skill, Counted]]]]:
    """Return how many people have each skill, partner by partner."""
    people = dict(Person.objects.filter(partner__in=partners, left_at=None).values_list("pk", "partner_id"))
    vouched: Counter[Key] = Counter()
    told: Counter[Key] = Counter()
    for (person, skill), holding in of_people(people, day=day).items():
        (vouched if holding.best else told)[people[person], skill] += 1

    def counted(partner: Partner, skill: Skill) -> Counted:
        return Counted(vouched[partner.pk, skill.pk], told[partner.pk, skill.pk])

    return [(one, [(skill, counted(one, skill)) for skill in skills]) for one in partners]


def offered() -> list[Skill]:
    """Return the skills that are asked for, with what proves each, area by area."""
    rows = Skill.objects.offered().order_by("area", "name")
    proving = SkillEvidence.objects.select_related("course", "certification").order_by("level", "pk")
    return list(rows.prefetch_related(Prefetch("evidence", proving)))


def holders(skill: Skill, *, user: Any, day: date) -> list[tuple[Person, Holding]]:
    """Return who has a skill at the partners somebody sees, the best vouched for first."""
    proving = Q(certifications__certification__proves__skill=skill) | Q(courses__course__proves__skill=skill)
    people = Person.objects.visible_to(user).filter(Q(skills__skill=skill) | proving, left_at=None)
    rows = list(people.select_related("partner").distinct())
    held = of_people([one.pk for one in rows], day=day)
    found = [(one, held[one.pk, skill.pk]) for one in rows if (one.pk, skill.pk) in held]
    return sorted(found, key=lambda pair: (-(pair[1].best or 0), -max(line[1] for line in pair[1].lines), pair[0].name))
