"""Attempts at quizzes: begun, answered, handed in once, ended by the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from enablement.models import ActivityKind, Quiz, QuizAttempt, QuizStanding
from enablement.services import achievements, activity, marking
from partners.models import Person
from partners.signals import announce_partners

#: What a page sends in the last second may arrive a little later.
GRACE = timedelta(seconds=10)


def start(*, quiz: Quiz, person: Person, by: User | None, at: datetime, chance: Random | None = None) -> QuizAttempt:
    """Begin an attempt, or carry on with the one that is open. After a pass a new round of attempts begins."""
    with action("quiz.start", by=by):
        standing = _standing(quiz, person)
        open_one: QuizAttempt | None = QuizAttempt.objects.filter(quiz=quiz, person=person, handed_in_at=None).first()
        if open_one is not None and not close_if_overdue(attempt=open_one, at=at):
            return open_one
        if not quiz.is_offered:
            raise Refusal(_("This quiz is not offered any more."))
        number = next_number(quiz=quiz, standing=standing)
        if number is None:
            raise Refusal(_("You have no attempt left. Your channel manager can open new ones."))
        if number == 1:
            standing.save(update_fields=["round"])
        asked, solution = marking.draw(
            quiz.questions.in_use().order_by("pk"), number=quiz.questions_asked, chance=chance or SystemRandom()
        )
        if not asked:
            raise Refusal(_("This quiz has no questions yet."))
        attempt: QuizAttempt = QuizAttempt.objects.create(
            quiz=quiz,
            person=person,
            round=standing.round,
            number=number,
            asked=asked,
            solution=solution,
            pass_percent=quiz.pass_percent,
            started_at=at,
            due_at=at + timedelta(minutes=quiz.minutes_limit) if quiz.minutes_limit else None,
        )
    return attempt


def next_number(*, quiz: Quiz, standing: QuizStanding) -> int | None:
    """Return the number of the next attempt; None when none is left. Moves the standing on after a pass."""
    there = QuizAttempt.objects.filter(quiz=quiz, person=standing.person, round=standing.round)
    last = there.order_by("-number").first()
    if last is None:
        return 1
    if last.passed:
        standing.round += 1
        return 1
    return None if quiz.max_attempts is not None and last.number >= quiz.max_attempts else last.number + 1


def save(*, attempt: QuizAttempt, answers: Mapping[str, Any], by: User | None, at: datetime) -> bool:
    """Keep answers while somebody is at it. Returns whether the attempt is still open."""
    with action("quiz.save", by=by):
        locked = _locked(attempt)
        if not locked.is_open or close_if_overdue(attempt=locked, at=at):
            return False
        _keep(locked, answers)
        locked.save(update_fields=["answers"])
    return True


def hand_in(*, attempt: QuizAttempt, answers: Mapping[str, Any], by: User | None, at: datetime) -> QuizAttempt:
    """Mark an attempt, once: handed in again, it stays as it was. What comes after its time does not count."""
    with action("quiz.hand_in", by=by):
        locked = _locked(attempt)
        if locked.is_open:
            locked.ran_out = _is_overdue(locked, at)
            if not locked.ran_out:
                _keep(locked, answers)
            _close(locked, at=at)
    return locked


def close_if_overdue(*, attempt: QuizAttempt, at: datetime) -> bool:
    """End an attempt whose time is over, with the answers that came in time. Returns whether it was."""
    if not _is_overdue(attempt, at):
        return False
    with action("quiz.run_out", by=None):
        locked = _locked(attempt)
        if locked.is_open:
            locked.ran_out = True
            _close(locked, at=at)
    return True


def close_overdue(*, at: datetime, limit: int = 500) -> int:
    """End attempts whose time is over though nobody came back to them. Returns how many."""
    overdue = QuizAttempt.objects.filter(handed_in_at=None, due_at__lt=at - GRACE).order_by("due_at", "pk")[:limit]
    return sum(close_if_overdue(attempt=attempt, at=at) for attempt in overdue)


def open_round(*, quiz: Quiz, person: Person, by: User, at: datetime) -> bool:
    """Give somebody who has no attempt left a new round of them. Returns False when they need none."""
    with action("quiz.open_round", by=by):
        standing = _standing(quiz, person)
        before = standing.round
        if next_number(quiz=quiz, standing=standing) is not None or standing.round != before:
            return False
        standing.round += 1
        standing.save(update_fields=["round"])
    return True


def _is_overdue(attempt: QuizAttempt, at: datetime) -> bool:
    return attempt.due_at is not None and at > attempt.due_at + GRACE


def _keep(attempt: QuizAttempt, answers: Mapping[str, Any]) -> None:
    attempt.answers = {**attempt.answers, **marking.read(attempt.asked, answers)}
    for question in attempt.asked:
        if question["id"] in answers and question["id"] not in marking.read(attempt.asked, answers):
            attempt.answers.pop(question["id"], None)  # taken back


def _close(attempt: QuizAttempt, *, at: datetime) -> None:
    mark = marking.mark(attempt.asked, attempt.solution, attempt.answers)
    attempt.points, attempt.percent, attempt.answered_rightly = mark
    attempt.passed = attempt.percent >= attempt.pass_percent
    attempt.handed_in_at = max(at, attempt.started_at)
    marked = ("answered_rightly", "points", "percent", "passed")
    attempt.save(update_fields=["answers", "handed_in_at", "ran_out", *marked])
    standing = _standing(attempt.quiz, attempt.person)
    standing.last_percent = attempt.percent
    standing.best_percent = max(standing.best_percent or 0, attempt.percent)
    standing.taken_on = today(at=at, zone=Program.current().zone)
    if attempt.passed:
        standing.passed_at = attempt.handed_in_at
    standing.save(update_fields=["last_percent", "best_percent", "taken_on", "passed_at"])
    activity.note(person=attempt.person, kind=ActivityKind.QUIZ, at=at)
    announce_partners([attempt.person.partner_id])
    if attempt.passed:
        achievements.follow(person=attempt.person, at=at)


def _standing(quiz: Quiz, person: Person) -> QuizStanding:
    """Return where the person stands, locked, so that two attempts are not begun or handed in at once."""
    QuizStanding.objects.get_or_create(quiz=quiz, person=person)
    locked: QuizStanding = QuizStanding.objects.select_for_update().get(quiz=quiz, person=person)
    return locked


def _locked(attempt: QuizAttempt) -> QuizAttempt:
    rows = QuizAttempt.objects.select_for_update(of=("self",)).select_related("quiz", "person__partner")
    locked: QuizAttempt = rows.get(pk=attempt.pk)
    return locked
