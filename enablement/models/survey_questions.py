"""What a question of a survey is: how it is answered, what may be answered, and when it is shown.

A question is `{key, kind, text, help, is_required, …}` with what its kind needs: `low`, `high` and `points` of a scale,
`choices` (each `{key, text}`), `minimum`, `maximum` and `unit` of a number; `shown_if` is `{question, is}`: the key of
an earlier question, and the answers to it with which this one is shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_NPS = 10


class SurveyQuestionKind(models.TextChoices):
    """How a question of a survey is answered."""

    NPS = "nps", _("Would you recommend us, 0 to 10")
    SCALE = "scale", _("A scale with worded ends")
    SINGLE = "single", _("One of these")
    MULTIPLE = "multiple", _("Any of these")
    RANKING = "ranking", _("Put in order")
    NUMBER = "number", _("A number")
    TEXT = "text", _("In words")


WITH_CHOICES = frozenset({SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE, SurveyQuestionKind.RANKING})
#: Kinds on whose answer it may depend whether another question is shown.
DECIDING = frozenset(
    {SurveyQuestionKind.NPS, SurveyQuestionKind.SCALE, SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE}
)


def shown(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the questions that somebody sees who has answered like this so far."""
    seen: list[Mapping[str, Any]] = []
    for one in questions:
        condition = one.get("shown_if")
        asked = {question["key"] for question in seen}
        if not condition or (condition["question"] in asked and _holds(condition, answers.get(condition["question"]))):
            seen.append(one)
    return seen


def possible_answers(question: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """Return the answers on which another question may depend, with their words."""
    if question["kind"] == SurveyQuestionKind.NPS:
        return [(number, str(number)) for number in range(MAX_NPS + 1)]
    if question["kind"] == SurveyQuestionKind.SCALE:
        return [(number, str(number)) for number in range(1, question["points"] + 1)]
    return [(one["key"], one["text"]) for one in question.get("choices", [])]


def _holds(condition: Mapping[str, Any], answer: Any) -> bool:
    given = answer if isinstance(answer, list) else [answer]
    return any(one in condition["is"] for one in given)
