"""The application form as program admins write it: its questions, and how applications are taken."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from partners.models import AnswerGoesTo, ApplicationQuestion, ApplicationTerms, AttributeKind, Category
from partners.profile_fields import BY_NAME
from partners.queries.application_questions import ASKABLE, PICKED_FROM_LISTS
from partners.services import cleaning

CHOICE_LENGTH = 120
KEY_LENGTH = 60
CLEANERS: dict[str, cleaning.Cleaner] = {
    "text": cleaning.text(200, required=True),
    "help_text": cleaning.text(300),
    "choices": cleaning.text_list(CHOICE_LENGTH),
    "is_required": cleaning.yes_no,
    "position": cleaning.whole_number(0, 100_000),
}


def create(
    *,
    by: Any,
    at: datetime,
    goes_to: str,
    profile_field: str = "",
    attribute: Any = None,
    kind: str = "",
    categories: Sequence[Category] = (),
    key: str = "",
    position: int | None = None,
    **texts: Any,
) -> ApplicationQuestion:
    """Add a question, at the end of the form unless it says otherwise, with a key made from what it fills or asks.

    Where its answer goes, and its kind, stay: answers rest on them.
    """
    question = ApplicationQuestion(
        goes_to=goes_to,
        profile_field=profile_field if goes_to == AnswerGoesTo.PROFILE else "",
        attribute=attribute if goes_to == AnswerGoesTo.ATTRIBUTE else None,
        kind=kind if goes_to == AnswerGoesTo.NOWHERE else "",
        category_ids=sorted(category.pk for category in categories),
        **cleaning.collect({"text": "", **texts}, CLEANERS),
    )
    _check(question)
    with audit.action("application_question.create", by=by):
        last = ApplicationQuestion.objects.aggregate(last=Max("position"))["last"]
        question.position = position if position is not None else 0 if last is None else last + 1
        question.key = _key(question, key)
        _save(question, force_insert=True)
        question.refresh_from_db()
    return question


def update(*, question: ApplicationQuestion, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a question's words, choices, whether it is needed, and for which `categories` it is asked."""
    values = cleaning.collect({name: one for name, one in changes.items() if name != "categories"}, CLEANERS)
    if "categories" in changes:
        values["category_ids"] = sorted(category.pk for category in changes["categories"])
    with audit.action("application_question.update", by=by):
        locked = ApplicationQuestion.objects.select_for_update(no_key=True, of=("self",)).get(pk=question.pk)
        changed = [name for name, value in values.items() if getattr(locked, name) != value]
        for name in changed:
            setattr(locked, name, values[name])
        _check(locked)
        if changed:
            locked.save(update_fields=changed)
    question.refresh_from_db()
    return changed


def reorder(*, questions: Sequence[ApplicationQuestion], by: Any, at: datetime) -> bool:
    """Put the questions in use into this order. Returns whether it is another one."""
    with audit.action("application_question.reorder", by=by):
        rows = ApplicationQuestion.objects.select_for_update(no_key=True, of=("self",)).filter(retired_at__isnull=True)
        before = list(rows.order_by("position", "id"))
        after = [one.pk for one in questions]
        if sorted(one.pk for one in before) != sorted(after):
            raise Refusal(_("The questions changed meanwhile. Look at them again."), code="other_questions")
        if [one.pk for one in before] == after:
            return False
        for position, pk in enumerate(after):
            ApplicationQuestion.objects.filter(pk=pk).exclude(position=position).update(position=position)
    return True


def retire(*, question: ApplicationQuestion, by: Any, at: datetime) -> bool:
    """Ask a question no more; answers that were given stay. Returns whether anything changed."""
    with audit.action("application_question.retire", by=by):
        rows = ApplicationQuestion.objects.filter(pk=question.pk, retired_at__isnull=True)
        changed = bool(rows.update(retired_at=at))
    question.refresh_from_db()
    return changed


def restore(*, question: ApplicationQuestion, by: Any, at: datetime) -> bool:
    """Ask a retired question again. Refused while another one asks for the same. Returns whether anything changed."""
    with audit.action("application_question.restore", by=by):
        locked = ApplicationQuestion.objects.select_for_update(no_key=True, of=("self",)).get(pk=question.pk)
        if locked.retired_at is None:
            return False
        locked.retired_at = None
        _save(locked, update_fields=["retired_at"])
    question.refresh_from_db()
    return True


def set_terms(*, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change how applications are taken. Returns the names of what changed. Clocks that run already stay."""
    with audit.action("application_terms.set", by=by):
        terms = ApplicationTerms.objects.select_for_update().get_or_create(pk=1)[0]
        changed = [name for name, value in changes.items() if getattr(terms, name) != value]
        for name in changed:
            setattr(terms, name, changes[name])
        if changed:
            terms.full_clean(exclude=["id", "public_id"])
            terms.save(update_fields=changed)
    return changed


def _key(question: ApplicationQuestion, wished: str) -> str:
    """Return a key that no other question has: the one wished, else one that tells what the answer is."""
    if wished:
        if ApplicationQuestion.objects.filter(key=wished).exists():
            raise ValidationError({"key": cleaning.refusal(_("Another question has this key."), "already_exists")})
        return wished
    attribute = question.attribute.key if question.attribute is not None else ""
    told = question.profile_field or attribute or slugify(question.text)[: KEY_LENGTH - 8].strip("-") or "question"
    taken = set(ApplicationQuestion.objects.filter(key__startswith=told).values_list("key", flat=True))
    return next(key for n in count(1) if (key := told if n == 1 else f"{told}-{n}") not in taken)


def _save(question: ApplicationQuestion, **how: Any) -> None:
    try:
        with transaction.atomic():
            question.save(**how)
    except IntegrityError as error:
        field = "profile_field" if "profile_field_once" in str(error) else "attribute"
        if f"{field}_once" not in str(error):
            raise
        taken = _("Another question asks for it already. Change or retire that one.")
        raise ValidationError({field: cleaning.refusal(taken, "already_exists")}) from None


def _check(question: ApplicationQuestion) -> None:
    """Refuse what the constraints refuse, with a sentence for the field at fault."""
    errors: dict[str, Any] = {}
    match question.goes_to:
        case AnswerGoesTo.PROFILE:
            if question.profile_field not in ASKABLE:
                errors["profile_field"] = cleaning.refusal(_("Choose a field of the profile."), "required")
            elif question.choices and BY_NAME[question.profile_field].shape not in PICKED_FROM_LISTS:
                told = _("Only fields that hold several texts can be picked from a list.")
                errors["choices"] = cleaning.refusal(told, "invalid")
        case AnswerGoesTo.ATTRIBUTE:
            if question.attribute is None:
                errors["attribute"] = cleaning.refusal(_("Choose one of your attributes."), "required")
            elif question.choices:
                errors["choices"] = cleaning.refusal(_("The attribute has its choices itself."), "invalid")
        case AnswerGoesTo.NOWHERE:
            picks = question.kind in (AttributeKind.CHOICE, AttributeKind.MULTI_CHOICE)
            if question.kind not in AttributeKind.values:
                errors["kind"] = cleaning.refusal(_("Choose the kind of answer."), "required")
            elif picks and not question.choices:
                errors["choices"] = cleaning.refusal(_("Give at least one choice."), "required")
            elif question.choices and not picks:
                errors["choices"] = cleaning.refusal(_("Choices belong to the kinds with choices."), "invalid")
        case _:
            errors["goes_to"] = cleaning.refusal(_("Say where the answer goes."), "required")
    if errors:
        raise ValidationError(errors)
