"""What applicants are asked: the questions in use, for whom, and answers as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core.models import Program
from partners.models import AnswerGoesTo, ApplicationQuestion, AttributeKind, Category
from partners.profile_fields import BY_NAME, PLACE, PROFILE_FIELDS, ProfileField, Shape

#: Fields of the profile that applicants may be asked for; who they are is asked first, and the rest is the vendor's.
ASKABLE: Mapping[str, ProfileField] = {
    one.name: one for one in PROFILE_FIELDS if (one.own and one.name not in PLACE) or one.name == "legal_name"
}
PICKED_FROM_LISTS = frozenset({Shape.LIST})


def live() -> QuerySet[ApplicationQuestion]:
    """Questions in use, in the order of the form."""
    rows = ApplicationQuestion.objects.filter(retired_at__isnull=True).select_related("attribute")
    return rows.filter(Q(attribute__isnull=True) | Q(attribute__retired_at__isnull=True)).order_by("position", "id")


def retired() -> QuerySet[ApplicationQuestion]:
    """Questions out of use."""
    return ApplicationQuestion.objects.filter(retired_at__isnull=False).order_by(F("retired_at").desc(), "id")


def about_business() -> list[ApplicationQuestion]:
    """Questions that everybody is asked, before there is any choice of categories."""
    return [one for one in live() if not one.category_ids]


def about_categories(category_ids: Iterable[int]) -> list[ApplicationQuestion]:
    """Questions for those who chose one of these categories."""
    chosen = set(category_ids)
    return [one for one in live() if chosen & set(one.category_ids)]


def asked_of(category_ids: Iterable[int]) -> list[ApplicationQuestion]:
    """Everything somebody is asked who chose these categories."""
    chosen = set(category_ids)
    return [one for one in live() if not one.category_ids or chosen & set(one.category_ids)]


def kept_of(answers: Mapping[str, Any]) -> list[ApplicationQuestion]:
    """Return the questions that were answered, those out of use among them, in the order of the form."""
    rows = ApplicationQuestion.objects.filter(public_id__in=list(answers)).select_related("attribute")
    return list(rows.order_by("position", "id"))


def unanswered(questions: Iterable[ApplicationQuestion], answers: Mapping[str, Any]) -> list[ApplicationQuestion]:
    """Return the needed questions without an answer."""
    return [one for one in questions if one.is_required and answers.get(str(one.public_id)) in (None, "", [])]


def kind_of(question: ApplicationQuestion) -> str:
    """Return in words what kind of answer a question takes."""
    if question.goes_to == AnswerGoesTo.PROFILE:
        return _("Profile: %(field)s") % {"field": BY_NAME[question.profile_field].label}
    if question.attribute is not None:
        return _("Attribute: %(label)s") % {"label": question.attribute.label}
    return str(AttributeKind(question.kind).label)


def shown(question: ApplicationQuestion, value: Any) -> str:
    """Return an answer as people read it; nothing for none."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, int | float):
        grouped = BY_NAME[question.profile_field].name != "founded_year" if question.profile_field else True
        return _with_unit(question, number_format(value, use_l10n=True, force_grouping=grouped))
    shape = BY_NAME[question.profile_field].shape if question.profile_field else None
    if shape is Shape.MONEY:
        return f"{number_format(value, force_grouping=True)} {Program.current().currency}"
    kind = question.attribute.kind if question.attribute is not None else question.kind
    return date_format(date.fromisoformat(value)) if kind == AttributeKind.DATE else str(value)


def answered(questions: Sequence[ApplicationQuestion], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return questions with their answers as people read them, unanswered ones too."""
    return [(one.text, shown(one, answers.get(str(one.public_id)))) for one in questions]


def category_names() -> dict[int, str]:
    """Return the names of all categories by id."""
    return dict(Category.objects.values_list("pk", "name"))


def _with_unit(question: ApplicationQuestion, text: str) -> str:
    unit = question.attribute.unit if question.attribute is not None else ""
    return f"{text} {unit}".strip()
