"""The questions of a pool: written, changed, asked no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Question, QuestionKind, Quiz
from enablement.models.quizzes import MAX_CHOICES
from enablement.services.fields import apply, known

EDITABLE = frozenset({"kind", "text", "choices", "explanation", "points", "read_again", "asset"})
MAX_CHOICE_LENGTH = 300


def add(*, quiz: Quiz, by: User | None, at: datetime, kind: str, text: str, **fields: Any) -> Question:
    """Write a question into the pool. Of a published quiz it is asked from the next attempt on."""
    question = Question(quiz=quiz, kind=kind, text=text, **known(fields, EDITABLE))
    _check(question)
    with action("question.add", by=by):
        question.save()
    return question


def change(*, question: Question, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a question. Attempts that were begun keep it as it was. Returns the names of what changed."""
    known(changes, EDITABLE)
    changed = apply(question, {**changes, **({"choices": _tidy(changes["choices"])} if "choices" in changes else {})})
    if changed:
        _check(question)
        with action("question.change", by=by):
            question.save(update_fields=changed)
    return changed


def retire(*, question: Question, by: User | None, at: datetime) -> bool:
    """Ask a question no more. A published quiz keeps as many as an attempt needs."""
    if question.retired_at:
        return False
    with action("question.retire", by=by):
        quiz = Quiz.objects.select_for_update().get(pk=question.quiz_id)
        needed = quiz.questions_asked or 1
        if quiz.is_offered and quiz.questions.in_use().count() <= needed:
            raise Refusal(
                ngettext(
                    "An attempt asks %(needed)d question, and there are no more than that. Add another one first.",
                    "An attempt asks %(needed)d questions, and there are no more than that. Add another one first.",
                    needed,
                )
                % {"needed": needed}
            )
        question.retired_at = at
        question.save(update_fields=["retired_at"])
    return True


def restore(*, question: Question, by: User | None, at: datetime) -> bool:
    """Ask a question again."""
    if question.retired_at is None:
        return False
    question.retired_at = None
    with action("question.restore", by=by):
        question.save(update_fields=["retired_at"])
    return True


def _tidy(choices: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the answers without empty ones and without white space around them."""
    said = [(" ".join(str(one.get("text") or "").split()), bool(one.get("right"))) for one in choices]
    return [{"text": text, "right": right} for text, right in said if text]


def _check(question: Question) -> None:
    question.choices = choices = _tidy(question.choices)
    right = sum(1 for one in choices if one["right"])
    if len(choices) > MAX_CHOICES:
        raise Refusal({"choices": _("At most %(most)d answers.") % {"most": MAX_CHOICES}})
    if any(len(one["text"]) > MAX_CHOICE_LENGTH for one in choices):
        raise Refusal({"choices": _("An answer has at most %(most)d letters.") % {"most": MAX_CHOICE_LENGTH}})
    if len({one["text"].casefold() for one in choices}) < len(choices):
        raise Refusal({"choices": _("Two answers say the same.")})
    if question.kind == QuestionKind.TEXT:
        if not choices:
            raise Refusal({"choices": _("Say at least one answer that is right.")})
    elif len(choices) < 2:
        raise Refusal({"choices": _("Give at least two answers.")})
    if question.kind in {QuestionKind.TEXT, QuestionKind.ORDERING}:
        for one in choices:
            one["right"] = True
    elif question.kind == QuestionKind.SINGLE and right != 1:
        raise Refusal({"choices": _("Mark the one answer that is right.")})
    elif question.kind == QuestionKind.MULTIPLE and right == 0:
        raise Refusal({"choices": _("Mark every answer that is right.")})
    question.clean_fields(exclude=["public_id"])
