"""What a survey asks, written in the draft of its version: added, changed, put in order, taken out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import versions
from enablement.models import Survey, SurveyQuestionKind, SurveyVersion
from enablement.models.survey_questions import DECIDING, WITH_CHOICES, possible_answers

MAX_QUESTIONS = 30
MAX_CHOICES = 12
TEXT_LENGTH = 300
HELP_LENGTH = 500
END_LENGTH = 60
POINTS = (3, 4, 5, 7, 10)


def add(*, survey: Survey, by: User | None, at: datetime, **said: Any) -> dict[str, Any]:
    """Add a question at the end of the draft, which is begun when there is none. Returns it as it is kept."""

    def added(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(questions) >= MAX_QUESTIONS:
            raise Refusal(_("A survey asks %(most)d questions at most.") % {"most": MAX_QUESTIONS})
        return [*questions, cleaned({**said, "key": said.get("key") or uuid4().hex[:12]}, before=questions)]

    return _write(survey, by, at, "survey.add_question", added)[-1]


def change(*, survey: Survey, by: User | None, at: datetime, key: str, **said: Any) -> dict[str, Any]:
    """Say a question of the draft anew. Choices that are still there keep their keys."""

    def changed(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        place = _place(questions, key)
        was = questions[place]
        kept = {one["text"]: one["key"] for one in was.get("choices", [])}
        new = cleaned({**said, "key": key}, before=questions[:place], kept=kept)
        return _in_order([*questions[:place], new, *questions[place + 1 :]])

    return next(one for one in _write(survey, by, at, "survey.change_question", changed) if one["key"] == key)


def remove(*, survey: Survey, by: User | None, at: datetime, key: str) -> None:
    """Take a question out of the draft. Gone already, nothing happens."""

    def without(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        waiting = [one["text"] for one in questions if (one.get("shown_if") or {}).get("question") == key]
        if waiting:
            raise Refusal(
                _("“%(question)s” is shown by the answer to this one. Change that first.") % {"question": waiting[0]}
            )
        return [one for one in questions if one["key"] != key]

    _write(survey, by, at, "survey.remove_question", without)


def move(*, survey: Survey, by: User | None, at: datetime, key: str, places: int) -> None:
    """Move a question towards the start (negative) or the end; beyond either, it stays there."""

    def moved(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        here = _place(questions, key)
        rest = [one for one in questions if one["key"] != key]
        there = min(max(here + places, 0), len(rest))
        return _in_order([*rest[:there], questions[here], *rest[there:]])

    _write(survey, by, at, "survey.move_question", moved)


def reorder(*, survey: Survey, by: User | None, at: datetime, order: Sequence[str]) -> None:
    """Put the questions in the order of these keys; those not named come last, as they were."""

    def sorted_by_order(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        places = {key: place for place, key in enumerate(order)}
        return _in_order(sorted(questions, key=lambda one: places.get(one["key"], len(places))))

    _write(survey, by, at, "survey.reorder_questions", sorted_by_order)


def cleaned(
    said: Mapping[str, Any], *, before: Sequence[Mapping[str, Any]], kept: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return a question as it is kept. Raises Refusal by the field at fault."""
    text, kind = str(said.get("text") or "").strip(), str(said.get("kind") or "")
    if not text:
        raise Refusal({"text": _("Write the question.")})
    if len(text) > TEXT_LENGTH:
        raise Refusal({"text": _("A question has %(most)d characters at most.") % {"most": TEXT_LENGTH}})
    if kind not in SurveyQuestionKind.values:
        raise Refusal({"kind": _("Say how it is answered.")})
    question = {
        "key": str(said["key"]),
        "kind": kind,
        "text": text,
        "help": str(said.get("help") or "").strip()[:HELP_LENGTH],
        "is_required": bool(said.get("is_required", False)),
    }
    if kind in {SurveyQuestionKind.SCALE, SurveyQuestionKind.NPS}:
        question |= _ends(said, kind)
    if kind in WITH_CHOICES:
        question["choices"] = _choices(said, kept or {})
    if kind == SurveyQuestionKind.NUMBER:
        question |= _bounds(said)
    if condition := _condition(said, before):
        question["shown_if"] = condition
    return question


def _write(
    survey: Survey,
    by: User | None,
    at: datetime,
    name: str,
    change_them: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    with action(name, by=by):
        draft: SurveyVersion = versions.draft_of(definition=survey, by=by, at=at)
        draft = SurveyVersion.objects.select_for_update(no_key=True).get(pk=draft.pk)
        questions = change_them(list(draft.questions))
        versions.save_draft(version=draft, by=by, at=at, changes={"questions": questions})
    return questions


def _place(questions: Sequence[Mapping[str, Any]], key: str) -> int:
    for place, one in enumerate(questions):
        if one["key"] == key:
            return place
    raise Refusal(_("This question is not in the draft any more."))


def _in_order(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions, when each comes after the one whose answer shows it, and that can still be answered so."""
    earlier: dict[str, dict[str, Any]] = {}
    for one in questions:
        if condition := one.get("shown_if"):
            decides = earlier.get(condition["question"])
            possible = {answer for answer, _words in possible_answers(decides)} if decides else set()
            if not set(condition["is"]) <= possible:
                raise Refusal(
                    _("“%(question)s” is shown by the answer to an earlier question, and has to stay after it.")
                    % {"question": one["text"]}
                )
        earlier[one["key"]] = one
    return questions


def _ends(said: Mapping[str, Any], kind: str) -> dict[str, Any]:
    low, high = (str(said.get(name) or "").strip()[:END_LENGTH] for name in ("low", "high"))
    if kind == SurveyQuestionKind.NPS:
        return {"low": low or _("Not at all likely"), "high": high or _("Extremely likely")}
    if not low or not high:
        raise Refusal({"low" if not low else "high": _("Say in words what this end of the scale means.")})
    points = said.get("points") or 5
    if points not in POINTS:
        raise Refusal({"points": _("Choose how many points the scale has.")})
    return {"low": low, "high": high, "points": points}


def _choices(said: Mapping[str, Any], kept: Mapping[str, str]) -> list[dict[str, str]]:
    texts = [str(one["text"] if isinstance(one, Mapping) else one).strip() for one in said.get("choices") or []]
    texts = [one for one in texts if one]
    if len(texts) < 2:
        raise Refusal({"choices": _("Write two or more, one a line.")})
    if len(texts) > MAX_CHOICES:
        raise Refusal({"choices": _("There is room for %(most)d at most.") % {"most": MAX_CHOICES}})
    if len(set(texts)) < len(texts):
        raise Refusal({"choices": _("Two of these say the same.")})
    if any(len(one) > TEXT_LENGTH for one in texts):
        raise Refusal({"choices": _("One of these is too long.")})
    return [{"key": kept.get(text) or uuid4().hex[:8], "text": text} for text in texts]


def _bounds(said: Mapping[str, Any]) -> dict[str, Any]:
    minimum, maximum = said.get("minimum"), said.get("maximum")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise Refusal({"maximum": _("The largest number is below the smallest.")})
    return {"minimum": minimum, "maximum": maximum, "unit": str(said.get("unit") or "").strip()[:END_LENGTH]}


def _condition(said: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    condition = said.get("shown_if") or {}
    if not condition.get("question"):
        return None
    decides = next((one for one in before if one["key"] == condition["question"]), None)
    if decides is None or decides["kind"] not in DECIDING:
        raise Refusal({"shown_if": _("It can only depend on an earlier question that offers answers.")})
    possible = {str(answer): answer for answer, _words in possible_answers(decides)}
    wanted = [str(one) for one in condition.get("is") or []]
    if not wanted:
        raise Refusal({"shown_if": _("Say with which answers it is shown.")})
    if not set(wanted) <= set(possible):
        raise Refusal({"shown_if": _("One of these answers is not among those of that question.")})
    return {"question": decides["key"], "is": [possible[one] for one in dict.fromkeys(wanted)]}
