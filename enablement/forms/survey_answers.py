"""Answers to the questions of a survey, as a page sends them and as it shows them again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from enablement.forms.answers import place
from enablement.models.survey_questions import MAX_NPS, SurveyQuestionKind


def read(questions: Sequence[Mapping[str, Any]], data: QueryDict) -> dict[str, Any]:
    """Return an answer to every question: what the page sent, or nothing where it sent nothing."""
    return {one["key"]: _answer(one, data) for one in questions}


def _answer(question: Mapping[str, Any], data: QueryDict) -> Any:
    key = question["key"]
    if question["kind"] == SurveyQuestionKind.MULTIPLE:
        return data.getlist(key)
    if question["kind"] != SurveyQuestionKind.RANKING:
        return data.get(key, "")
    places = {one["key"]: place(data.get(f"{key}-{one['key']}", "")) for one in question["choices"]}
    return sorted((one for one in places if places[one]), key=lambda one: places[one])


def as_shown(
    questions: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    """Return the questions with what was answered so far, as `_question.html` shows them."""
    texts = {one["key"]: one for one in questions}
    return [_shown(one, answers.get(one["key"]), (errors or {}).get(one["key"], ()), texts) for one in questions]


def _shown(
    question: Mapping[str, Any], answer: Any, errors: Sequence[str], texts: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    given = [str(one) for one in (answer if isinstance(answer, list) else [answer])]
    places = {one: number for number, one in enumerate(given, start=1)}
    kind = question["kind"]
    if kind in {SurveyQuestionKind.NPS, SurveyQuestionKind.SCALE}:
        first = 0 if kind == SurveyQuestionKind.NPS else 1
        last = MAX_NPS if kind == SurveyQuestionKind.NPS else question["points"]
        choices = [{"key": str(number), "text": str(number)} for number in range(first, last + 1)]
    else:
        choices = question.get("choices", [])
    condition = question.get("shown_if")
    words = {one["key"]: one["text"] for one in choices}
    return {
        **question,
        "choices": [{**one, "is_chosen": one["key"] in given, "place": places.get(one["key"])} for one in choices],
        "answer": "" if answer in (None, []) else answer,
        "ranked": [words[one] for one in given if one in words],
        "errors": list(errors),
        "shown_by": condition["question"] if condition else "",
        "shown_with": " ".join(str(one) for one in condition["is"]) if condition else "",
        "shown_after": texts[condition["question"]]["text"] if condition else "",
    }
