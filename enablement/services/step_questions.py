"""What a form asks, and what may be answered: a list of questions on the step, and answers by the question's key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Refusal
from partners.models import AttributeDefinition, AttributeKind, Partner
from partners.services import partners

MAX_QUESTIONS = 10
TEXT_LENGTH = 300
ANSWER_LENGTH = 2_000


class QuestionForm(models.TextChoices):
    """How a question is answered."""

    TEXT = "text", gettext_lazy("In words")
    CHOICE = "choice", gettext_lazy("One of these")
    NUMBER = "number", gettext_lazy("A number")
    YES_NO = "yes_no", gettext_lazy("Yes or no")


#: Attributes that an answer may fill, by how it is given.
FITTING = {
    QuestionForm.TEXT: AttributeKind.TEXT,
    QuestionForm.CHOICE: AttributeKind.CHOICE,
    QuestionForm.NUMBER: AttributeKind.NUMBER,
    QuestionForm.YES_NO: AttributeKind.YES_NO,
}


def cleaned(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions as they are kept, each with a key that later versions keep."""
    if not questions:
        raise Refusal({"questions": _("Write at least one question.")})
    if len(questions) > MAX_QUESTIONS:
        raise Refusal({"questions": _("A form asks %(most)d questions at most.") % {"most": MAX_QUESTIONS}})
    attributes = {one.key: one for one in AttributeDefinition.objects.filter(retired_at__isnull=True)}
    return [_cleaned(place, one, attributes) for place, one in enumerate(questions, start=1)]


def _cleaned(place: int, asked: Mapping[str, Any], attributes: Mapping[str, AttributeDefinition]) -> dict[str, Any]:
    text, kind = str(asked.get("text") or "").strip(), str(asked.get("kind") or QuestionForm.TEXT)
    choices = [one for one in (str(choice).strip() for choice in asked.get("choices") or []) if one]
    attribute = str(asked.get("attribute") or "")
    wrong = ""
    if not text:
        wrong = _("Question %(place)d has no text.")
    elif len(text) > TEXT_LENGTH:
        wrong = _("Question %(place)d is too long.")
    elif kind not in QuestionForm.values:
        wrong = _("Say how question %(place)d is answered.")
    elif kind == QuestionForm.CHOICE and len(choices) < 2:
        wrong = _("Question %(place)d needs two choices or more, one a line.")
    elif attribute and (attribute not in attributes or attributes[attribute].kind != FITTING[QuestionForm(kind)]):
        wrong = _("Question %(place)d cannot fill that attribute: it is of another kind.")
    elif attribute and kind == QuestionForm.CHOICE and not set(choices) <= set(attributes[attribute].choices):
        wrong = _("Question %(place)d offers a choice that its attribute does not have.")
    if wrong:
        raise Refusal({"questions": wrong % {"place": place}})
    return {
        "key": str(asked.get("key") or uuid4().hex[:12]),
        "text": text,
        "kind": kind,
        "choices": choices if kind == QuestionForm.CHOICE else [],
        "is_required": bool(asked.get("is_required", True)),
        "attribute": attribute,
    }


def cleaned_answers(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to these questions, in the shape of each. Raises Refusal by the key of the question."""
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {}
    for one in questions:
        given = answers.get(one["key"])
        if given in (None, ""):
            if one["is_required"]:
                wrong[one["key"]] = _("Please answer this.")
            continue
        try:
            found[one["key"]] = _answer(one, given)
        except (ValueError, ArithmeticError):
            wrong[one["key"]] = _("This is not one of the answers that are possible here.")
    if wrong:
        raise Refusal(wrong)
    return found


def _answer(asked: Mapping[str, Any], given: Any) -> Any:
    if asked["kind"] == QuestionForm.YES_NO:
        if not isinstance(given, bool):
            raise ValueError(given)
        return given
    if asked["kind"] == QuestionForm.NUMBER:
        number = float(given)
        if not -1e15 < number < 1e15:
            raise ValueError(given)
        return int(number) if number.is_integer() else number
    text = str(given).strip()
    if asked["kind"] == QuestionForm.CHOICE and text not in asked["choices"]:
        raise ValueError(given)
    return text[:ANSWER_LENGTH]


def fill_attributes(
    *, partner: Partner, questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], by: Any, at: datetime
) -> None:
    """Write answers into the attributes that their questions name. Raises Refusal by the key of the question."""
    named = {one["attribute"]: one["key"] for one in questions if one.get("attribute") and one["key"] in answers}
    there = set(AttributeDefinition.objects.filter(key__in=named, retired_at=None).values_list("key", flat=True))
    values = {attribute: answers[key] for attribute, key in named.items() if attribute in there}
    if not values:
        return
    try:
        partners.update(partner=partner, by=by, at=at, changes={"attributes": values})
    except ValidationError as error:
        raise Refusal("; ".join(error.messages)) from error
