"""On the way to certifications: what each asks, what a person has of it, when a certificate is renewed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from core.models import Program
from core.periods import today
from enablement.models import (
    Certification,
    CertificationEnrollment,
    CertificationRequirement,
    Course,
    CourseProgress,
    HeldCertification,
    Quiz,
    QuizStanding,
    RequirementKind,
)
from enablement.queries.certifications import Held
from partners.models import Partner, Person


@dataclass(frozen=True, slots=True)
class Achieved:
    """What a person has to show, read once. `held` are the newest certificates by certification."""

    courses: frozenset[int]
    passed_at: Mapping[int, datetime]
    held: Mapping[int, HeldCertification]
    day: date
    zone: Any

    @classmethod
    def of(cls, person: Person, day: date) -> "Achieved":
        """Read what a person has to show on a day; what their company holds is theirs to show as well."""
        completed = CourseProgress.objects.filter(person=person, completed_at__isnull=False)
        passed = QuizStanding.objects.filter(person=person, passed_at__isnull=False)
        theirs = Q(person=person, for_company=False) | Q(partner=person.partner_id, for_company=True)
        held = HeldCertification.objects.filter(theirs, revoked_at=None).select_related("certification")
        newest = {one.certification_id: one for one in held.order_by("earned_on", "pk")}
        return cls(
            frozenset(completed.values_list("course_id", flat=True)),
            dict(passed.values_list("quiz_id", "passed_at")),
            newest,
            day,
            Program.current().zone,
        )

    def fulfils(self, requirement: CertificationRequirement, *, since: date | None) -> bool:
        """Whether a requirement is met; `since` is the day from which a quiz is passed anew for a renewal."""
        if requirement.kind == RequirementKind.COURSE:
            return requirement.course_id in self.courses
        if requirement.kind == RequirementKind.CERTIFICATION:
            held = self.held.get(requirement.required_id or 0)
            return held is not None and held.is_valid_on(self.day)
        passed_at = self.passed_at.get(requirement.quiz_id or 0)
        if passed_at is None or since is None or not requirement.again:
            return passed_at is not None
        return today(at=passed_at, zone=self.zone) >= since


@dataclass(frozen=True)
class Asked:
    """A requirement as one person sees it. `subject` is the course, quiz or certification."""

    requirement: CertificationRequirement
    is_done: bool

    @property
    def subject(self) -> Any:
        """What is asked for."""
        return self.requirement.course or self.requirement.quiz or self.requirement.required


@dataclass(frozen=True)
class Path:
    """A certification as one person sees it: what it asks, what they hold, what they may do."""

    certification: Certification
    asked: list[Asked]
    held: Held | None
    enrollment: CertificationEnrollment | None

    @property
    def done(self) -> int:
        """How many requirements are met."""
        return sum(one.is_done for one in self.asked)

    @property
    def is_valid(self) -> bool:
        """Whether the person holds it today."""
        return self.held is not None and not self.held.is_expired

    @property
    def may_begin(self) -> bool:
        """Whether the person may set out for it for the first time."""
        return self.held is None and self.enrollment is None and self.certification.retired_at is None

    @property
    def may_renew(self) -> bool:
        """Whether the time to renew it has come, or is over."""
        if self.held is None or self.enrollment is not None or self.certification.retired_at is not None:
            return False
        from_on = self.held.held.renewable_from_on
        return from_on is not None and from_on <= self.held.today


def paths_of(*, user: Any, person: Person, today: date) -> list[Path]:
    """Return the certifications a person can earn here: those they set out for, then open ones, then held ones."""
    paths = _paths(offered_to(user), person=person, day=today)
    return sorted(paths, key=lambda one: (one.enrollment is None, one.is_valid, one.certification.name))


def path_of(certification: Certification, *, person: Person, today: date) -> Path:
    """Return one certification as a person sees it."""
    return _paths([certification], person=person, day=today)[0]


def offered_to(user: Any) -> QuerySet[Certification]:
    """Return the certifications that can be earned by what the person may see: one closed requirement closes it."""
    courses, quizzes = Course.objects.visible_to(user).values("pk"), Quiz.objects.visible_to(user).values("pk")
    closed = CertificationRequirement.objects.filter(
        (Q(course__isnull=False) & ~Q(course__in=courses)) | (Q(quiz__isnull=False) & ~Q(quiz__in=quizzes))
    )
    offered = Certification.objects.filter(retired_at=None, requirements__isnull=False)
    return offered.exclude(pk__in=closed.values("certification")).distinct()


def that_ask(*, course: Course | None = None, quiz: Quiz | None = None) -> QuerySet[Certification]:
    """Return the certifications on offer that ask for a course or a quiz."""
    asked = {"requirements__course": course} if course else {"requirements__quiz": quiz}
    return Certification.objects.filter(retired_at=None, **asked).order_by("name").distinct()


def _paths(certifications: Any, *, person: Person, day: date) -> list[Path]:
    rows = list(certifications)
    requirements = CertificationRequirement.objects.filter(certification__in=rows)
    by_certification: dict[int, list[CertificationRequirement]] = {}
    for one in requirements.select_related("course", "quiz", "required").order_by("pk"):
        by_certification.setdefault(one.certification_id, []).append(one)
    achieved = Achieved.of(person, day)
    under_way = CertificationEnrollment.objects.filter(person=person, completed_at=None)
    enrollments = {one.certification_id: one for one in under_way}
    paths = []
    for certification in rows:
        held = achieved.held.get(certification.pk)
        since = held.renewable_from_on if held else None
        asked = [Asked(one, achieved.fulfils(one, since=since)) for one in by_certification.get(certification.pk, [])]
        shown = Held(held, day) if held else None
        paths.append(Path(certification, asked, shown, enrollments.get(certification.pk)))
    return paths


def certificates_of(*, person: Person, today: date) -> list[Held]:
    """Return what a person holds or held: the newest certificate of each certification, those that count first."""
    rows = HeldCertification.objects.filter(person=person).select_related("certification", "badge", "partner")
    newest = {one.certification_id: one for one in rows.order_by("earned_on", "pk")}
    found = [Held(one, today) for one in newest.values()]
    return sorted(found, key=lambda one: (one.is_expired, one.held.certification.name))


def renewable(certificates: list[Held], *, user: Any, person: Person) -> set[int]:
    """Return the certifications among these that the person may renew now."""
    due = [
        one.held.certification_id
        for one in certificates
        if one.held.revoked_at is None and (day := one.held.renewable_from_on) is not None and day <= one.today
    ]
    if not due:
        return set()
    under_way = CertificationEnrollment.objects.filter(person=person, completed_at=None)
    offered = offered_to(user).filter(pk__in=due).exclude(pk__in=under_way.values("certification"))
    return set(offered.values_list("pk", flat=True))


def holders(certification: Certification, *, user: Any) -> QuerySet[HeldCertification]:
    """Return who holds or held a certification, at partners the reader may see, those earned last first."""
    rows = HeldCertification.objects.visible_to(user).filter(certification=certification)
    return rows.select_related("person", "partner").order_by("-earned_on", "-pk")


def of_company(partner: Partner) -> QuerySet[HeldCertification]:
    """Return what a partner holds as a company."""
    rows = HeldCertification.objects.filter(partner=partner, for_company=True, revoked_at=None)
    return rows.select_related("person", "certification").order_by("certification__name", F("expires_on").desc())
