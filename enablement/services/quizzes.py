"""Quizzes: made, described, published, retired. Their questions are in `questions`, attempts in `attempts`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import publishing
from enablement.models import Quiz, QuizPurpose
from enablement.models.audiences import PEOPLE_COLUMNS
from enablement.services.fields import apply, known
from enablement.services.keys import free_key

EDITABLE = frozenset(
    {
        *("name", "summary", "purpose", "measures", "pass_percent", "questions_asked", "max_attempts"),
        *("minutes_limit", "audience", "owner", *PEOPLE_COLUMNS),
    }
)


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Quiz:
    """Make a draft without questions."""
    quiz = Quiz(name=name, key=key or free_key(Quiz, name), **known(fields, EDITABLE))
    if quiz.owner is None:
        quiz.owner = by
    _settle(quiz)
    quiz.full_clean(exclude=["public_id"], validate_constraints=False)
    with action("quiz.create", by=by):
        quiz.save()
    return quiz


def update(*, quiz: Quiz, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a quiz. Attempts under way keep the pass mark and time they began with. Returns what changed."""
    before = {name: getattr(quiz, name) for name in ("pass_percent", "measures")}
    changed = apply(quiz, known(changes, EDITABLE))
    _settle(quiz)
    changed += [name for name, value in before.items() if name not in changed and getattr(quiz, name) != value]
    if changed:
        quiz.clean_fields()
        if quiz.is_offered:
            _expect_enough_questions(quiz)
        with action("quiz.update", by=by):
            quiz.save(update_fields=changed)
    return changed


def publish(*, quiz: Quiz, by: User | None, at: datetime) -> bool:
    """Show a quiz to its audience, or show a retired one again. Returns whether it was not there before."""
    _expect_enough_questions(quiz)
    return publishing.publish(quiz, name="quiz", by=by, at=at)


def retire(*, quiz: Quiz, by: User | None, at: datetime) -> bool:
    """Take a quiz away from partners. Attempts under way can be handed in; results stay."""
    return publishing.retire(quiz, name="quiz", by=by, at=at)


def _settle(quiz: Quiz) -> None:
    """An assessment has no pass mark, a check measures nothing."""
    if quiz.purpose == QuizPurpose.ASSESSMENT:
        quiz.pass_percent = 0
    else:
        quiz.measures = ""


def _expect_enough_questions(quiz: Quiz) -> None:
    there, needed = quiz.questions.in_use().count(), quiz.questions_asked or 1
    if there < needed:
        raise Refusal(
            ngettext(
                "An attempt asks %(needed)d question; the pool has %(there)d. Add questions first.",
                "An attempt asks %(needed)d questions; the pool has %(there)d. Add questions first.",
                needed,
            )
            % {"needed": needed, "there": there}
        )
    if quiz.pass_percent == 0 and not quiz.is_assessment:
        raise Refusal(
            {"pass_percent": _("With a pass mark of 0 everybody passes. Make it an assessment, or say more.")}
        )
