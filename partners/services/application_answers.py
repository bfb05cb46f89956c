"""Answers to the questions of the application form, checked as the place they go to checks them, and kept as JSON."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partners.models import AnswerGoesTo, ApplicationQuestion, AttributeDefinition
from partners.services import attributes, cleaning, profile

WHO: dict[str, cleaning.Cleaner] = {
    "name": cleaning.text(200, required=True),
    "domain": cleaning.domain,
    "tax_id": cleaning.text(40),
    "country": cleaning.country,
    "contact_name": cleaning.text(150, required=True),
    "contact_email": cleaning.email,
    "contact_phone": cleaning.text(40),
    "contact_title": cleaning.text(120),
}


def clean_who(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return who applies, cleaned. Raises one ValidationError that names every field at fault."""
    cleaned = cleaning.collect(values, WHO)
    if "country" in cleaned and not cleaned["country"]:
        raise ValidationError({"country": cleaning.refusal(_("This is needed."), "required")})
    return cleaned


def clean(questions: Iterable[ApplicationQuestion], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers by the question's public id, None for those left empty.

    Raises one ValidationError that names every question at fault by its public id.
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for question in questions:
        key = str(question.public_id)
        if key not in values:
            continue
        try:
            cleaned[key] = _one(question, values[key])
        except ValidationError as error:
            errors[key] = error.messages
    if errors:
        raise ValidationError(errors)
    return cleaned


def _one(question: ApplicationQuestion, value: Any) -> Any:
    """Return one answer as it is kept."""
    if question.goes_to == AnswerGoesTo.PROFILE:
        kept = profile.FIELDS[question.profile_field](value)
        if question.choices and isinstance(kept, list):
            kept = [one for one in question.choices if one in kept]
        return str(kept) if isinstance(kept, Decimal) else kept
    definition = question.attribute or AttributeDefinition(
        key="answer", label=question.text, kind=question.kind, choices=question.choices
    )
    return attributes.clean_values({definition.key: value}, definitions={definition.key: definition})[definition.key]
