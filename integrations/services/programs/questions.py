"""The application form in a document: its questions, found by their keys."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from integrations.services.programs.home import Home, Values, Writer
from integrations.services.programs.layout import BY_NAME
from partners.models import ApplicationQuestion, Category
from partners.services import application_questions

#: What stays, for answers rest on it.
FIXED = ("goes_to", "profile_field", "attribute", "kind")


def _values(question: ApplicationQuestion) -> dict[str, Any]:
    asked_of = Category.objects.filter(pk__in=question.category_ids).order_by("key")
    return {
        **{name: getattr(question, name) for name in ("key", "text", "help_text", "goes_to", "choices", "is_required")},
        "profile_field": question.profile_field or None,
        "attribute": question.attribute.key if question.attribute else None,
        "kind": question.kind or None,
        "categories": list(asked_of.values_list("key", flat=True)) if question.category_ids else [],
        "position": question.position,
    }


def _fields(writer: Writer, values: Values) -> dict[str, Any]:
    """Return values as the services take them."""
    fields = {name: value for name, value in values.items() if value is not None}
    if "attribute" in fields:
        fields["attribute"] = writer.referred("attributes", fields["attribute"], "attribute")
    if "categories" in fields:
        fields["categories"] = [writer.referred("categories", key, "categories") for key in fields["categories"]]
    return fields


def _update(writer: Writer, question: ApplicationQuestion, changes: Values) -> None:
    if fixed := [name for name in FIXED if name in changes]:
        message = _("Where an answer goes, and its kind, stay: answers rest on them. Ask another question.")
        raise ValidationError({name: ValidationError(message, code="fixed") for name in fixed})
    application_questions.update(question=question, changes=_fields(writer, changes), **writer.who)


HOME = Home(
    section=BY_NAME["questions"],
    rows=lambda: ApplicationQuestion.objects.select_related("attribute").order_by("position", "pk"),
    values=_values,
    create=lambda writer, values, above: application_questions.create(**_fields(writer, values), **writer.who),
    update=_update,
)
