"""Writes courses, quizzes and what certifications ask, and lets some people learn through the same services as pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from accounts.models import User
from enablement.models import Asset, Certification, Course, Lesson, Quiz, QuizPurpose
from enablement.services import (
    attempts,
    certifications,
    courses,
    learning,
    lessons,
    questions,
    quizzes,
    requirements,
    starters,
)
from partners.models import Partner, PartnerStatus, Person
from portal.seed.lot import Lot
from portal.seed.lumen import courses as lumen
from segmentation.models import Segment

AGE = timedelta(days=200)
LEARNERS = 24
COMPANIES = 4
#: Whose story is that nobody there does anything yet.
QUIET = "BrandTech"


def write(key: str, assets: Mapping[str, Asset], *, by: User, at: datetime) -> None:
    """Write the assessments that come with the portal; at Lumen the courses, too, and people who take them."""
    for quiz in starters.add(by=by, at=at - AGE):
        quizzes.publish(quiz=quiz, by=by, at=at - AGE)
    if key != "it":
        return
    for one in lumen.COURSES:
        _course(one, assets, by=by, at=at - AGE)
    for asking, asked in lumen.FIRST:
        certification, required = (Certification.objects.get(key=one) for one in (asking, asked))
        requirements.add(certification=certification, required=required, by=by, at=at - AGE)
    _companies(by=by, at=at)
    for place, person in enumerate(people()):
        _learn(person, place, at=at)


def _course(one: lumen.Course, assets: Mapping[str, Asset], *, by: User, at: datetime) -> None:
    audience = Segment.objects.filter(key=one.audience).first()
    quiz = quizzes.create(
        by=by, at=at, key=f"{one.key}-check", name=one.quiz, pass_percent=one.pass_percent, questions_asked=one.asked,
        max_attempts=one.attempts, minutes_limit=one.minutes, audience=audience,
        summary="Questions about what the lessons say. Open them beside it if you like.",
    )  # fmt: skip
    course = courses.create(
        by=by, at=at, key=one.key, name=one.name, summary=one.summary, product_line=one.line, audience=audience
    )
    made = []
    for lesson in one.lessons:
        made.append(
            lessons.add(
                course=course, by=by, at=at, title=lesson.title, body=lesson.body, asset=assets.get(lesson.asset),
                minutes=lesson.minutes,
            )
        )  # fmt: skip
    for question in one.questions:
        questions.add(
            quiz=quiz, by=by, at=at, kind=question.kind, text=question.text, explanation=question.why,
            points=question.points, read_again=made[question.again - 1],
            choices=[{"text": text.removeprefix("*"), "right": text.startswith("*")} for text in question.answers],
        )  # fmt: skip
    quizzes.publish(quiz=quiz, by=by, at=at)
    courses.update(course=course, by=by, at=at, changes={"quiz": quiz})
    courses.publish(course=course, by=by, at=at)
    for key in one.leads_to:
        certification = Certification.objects.get(key=key)
        requirements.add(certification=certification, course=course, by=by, at=at)
        requirements.add(certification=certification, quiz=quiz, again=True, by=by, at=at)


def _companies(*, by: User, at: datetime) -> None:
    """Record a certificate that companies hold, with a few of them; one lapses in a month."""
    key, name, issuer, months = lumen.OF_COMPANIES
    certification = certifications.create(
        by=by, at=at - AGE, key=key, name=name, issued_by=issuer, for_company=True, valid_months=months,
        summary="Information security is managed, and somebody independent looks at it every year.",
    )  # fmt: skip
    partners = Partner.objects.filter(status=PartnerStatus.ACTIVE).order_by("name", "pk")[:COMPANIES]
    for place, partner in enumerate(partners):
        earned_on = (at - timedelta(days=150 + 90 * place)).date()
        certifications.record(
            certification=certification, partner=partner, earned_on=earned_on, by=by, at=at,
            expires_on=(at + timedelta(days=30)).date() if place == 1 else None, reference=f"ISMS-{4200 + 37 * place}",
        )  # fmt: skip


def people() -> list[Person]:
    """Return those who sign in to the demo, then others."""
    here = Person.objects.filter(left_at__isnull=True, partner__status=PartnerStatus.ACTIVE)
    here = here.exclude(partner__name=QUIET)
    known = here.select_related("partner", "user").order_by(F("user").asc(nulls_last=True), "partner__name", "email")
    return list(known[:LEARNERS])


def _learn(person: Person, place: int, *, at: datetime) -> None:
    """Let a person take what is for their partner: some all of it, some half, the first one up to a lesson."""
    lot = Lot("lumen", "learning", person.email)
    skill = 0.55 + 0.4 * lot.random()
    for quiz in Quiz.objects.for_partner(person.partner).filter(purpose=QuizPurpose.ASSESSMENT).order_by("key"):
        if lot.happens(0.6):
            _answer(quiz, person, lot, skill, at=at - timedelta(days=lot.randint(20, 160)))
    for number, course in enumerate(Course.objects.for_partner(person.partner).order_by("key")):
        if number and not lot.happens(0.55):
            continue
        begun = at - timedelta(days=lot.randint(8, 150), hours=lot.randint(0, 9))
        stops_after = 2 if number == 0 and place < 2 else None if lot.happens(0.7) else lot.randint(1, 3)
        asked = course.lessons.open_to(person.user) if person.user else course.lessons.filter(asset=None)
        for step, lesson in enumerate(asked.select_related("course", "asset").order_by("position")):
            if stops_after is not None and step >= stops_after:
                break
            _finish(lesson, person, at=begun + timedelta(hours=step * 3))
        if stops_after is None and course.quiz:
            for day in (1, 3):
                if _answer(course.quiz, person, lot, skill, at=begun + timedelta(days=day)):
                    break


def _finish(lesson: Lesson, person: Person, *, at: datetime) -> None:
    learning.visit(lesson=lesson, person=person, by=person.user, at=at)
    learning.finish(lesson=lesson, person=person, by=person.user, at=at + timedelta(minutes=lesson.minutes or 5))


def _answer(quiz: Quiz, person: Person, lot: Lot, skill: float, *, at: datetime) -> bool:
    """Take a quiz as well as the person can. Returns whether it was passed."""
    attempt = attempts.start(quiz=quiz, person=person, by=person.user, at=at, chance=lot)
    answers: dict[str, Any] = {}
    for question in attempt.asked:
        right = attempt.solution[question["id"]]["right"]
        if lot.happens(skill):
            answers[question["id"]] = right[0] if question["kind"] in ("single", "text") else right
        elif question["kind"] == "single":
            answers[question["id"]] = next(one["id"] for one in question["choices"] if [one["id"]] != right)
    done = attempts.hand_in(attempt=attempt, answers=answers, by=person.user, at=at + timedelta(minutes=9))
    return bool(done.passed)
