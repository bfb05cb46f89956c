"""What may be answered to the questions of a survey: the shape of each answer, checked before anything is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.refusals import Refusal
from enablement.models.survey_questions import MAX_NPS, SurveyQuestionKind, shown

ANSWER_LENGTH = 4_000
LARGEST = 10**12


def as_draft(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the answers can be kept for now; what does not fit yet is left out."""
    kept = {}
    for one in questions:
        given = _given(answers.get(one["key"]))
        if given is None:
            continue
        try:
            kept[one["key"]] = _read(one, given)
        except ValueError:
            continue
    return kept


def handed_in(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to the questions that were shown. Raises Refusal by the key of each question at fault."""
    seen = shown(questions, as_draft(questions, answers))
    wrong: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for one in seen:
        given = _given(answers.get(one["key"]))
        if given is None:
            if one["is_required"]:
                wrong[one["key"]] = _("Please answer this.")
            continue
        try:
            kept[one["key"]] = _read(one, given)
        except ValueError as error:
            wrong[one["key"]] = str(error)
    if wrong:
        raise Refusal(wrong)
    return kept


def _given(answer: Any) -> Any:
    """Return an answer, or nothing where somebody gave none."""
    if isinstance(answer, str):
        answer = answer.replace("\x00", "").strip()
    return None if answer in (None, "", []) else answer


def _read(question: Mapping[str, Any], given: Any) -> Any:
    """Return an answer in the shape of its question. Raises ValueError in words for whoever answers."""
    kind = question["kind"]
    if kind == SurveyQuestionKind.TEXT:
        return str(given)[:ANSWER_LENGTH]
    if kind == SurveyQuestionKind.NUMBER:
        return _number(question, given)
    if kind == SurveyQuestionKind.NPS:
        return _whole(given, 0, MAX_NPS)
    if kind == SurveyQuestionKind.SCALE:
        return _whole(given, 1, question["points"])
    keys = [one["key"] for one in question["choices"]]
    if kind == SurveyQuestionKind.SINGLE:
        if given not in keys:
            raise ValueError(_("This is not one of the answers that are possible here."))
        return given
    chosen = list(dict.fromkeys(given)) if isinstance(given, list) else [given]
    if not set(chosen) <= set(keys):
        raise ValueError(_("This is not one of the answers that are possible here."))
    if kind == SurveyQuestionKind.RANKING:
        if len(chosen) < len(keys):
            raise ValueError(_("Give each its place."))
        return chosen
    return [key for key in keys if key in chosen]


def _whole(given: Any, lowest: int, highest: int) -> int:
    try:
        number = int(str(given))
    except ValueError:
        number = lowest - 1
    if not lowest <= number <= highest:
        raise ValueError(_("Choose one of the numbers."))
    return number


def _number(question: Mapping[str, Any], given: Any) -> int | float:
    try:
        number = float(str(given).replace(",", "."))
    except ValueError:
        raise ValueError(_("Write a number, such as 12 or 12.5.")) from None
    if not -LARGEST < number < LARGEST:
        raise ValueError(_("Write a number, such as 12 or 12.5."))
    minimum, maximum = question.get("minimum"), question.get("maximum")
    if minimum is not None and number < minimum:
        raise ValueError(_("Write %(minimum)s or more.") % {"minimum": minimum})
    if maximum is not None and number > maximum:
        raise ValueError(_("Write %(maximum)s or less.") % {"maximum": maximum})
    return int(number) if number.is_integer() else number
