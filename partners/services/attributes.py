"""The program's own attributes: defined, changed, retired; and their values, checked by kind."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from partners.models import AttributeDefinition, AttributeKind
from partners.queries import attributes as attribute_queries
from partners.services import cleaning

KEY = re.compile(r"[a-z][a-z0-9_]*")
TEXT_LENGTH = 500
CHOICE_LENGTH = 120
NUMBER_DIGITS = 15
NUMBER_PLACES = 6
MAX_CHOICES = 200

DEFINITION_CLEANERS: dict[str, cleaning.Cleaner] = {
    "key": cleaning.text(40, required=True),
    "label": cleaning.text(120, required=True),
    "kind": cleaning.choice(AttributeKind.values),
    "choices": cleaning.text_list(CHOICE_LENGTH),
    "description": cleaning.text(300),
    "unit": cleaning.text(30),
    "section": cleaning.text(60),
    "is_required": cleaning.yes_no,
    "partner_may_edit": cleaning.yes_no,
    "partner_may_see": cleaning.yes_no,
    "position": cleaning.whole_number(0, 100_000),
}


#: A choice alone is a text, of several an array of texts.
_RENAME = """
    UPDATE partners_partner SET attributes = jsonb_set(attributes, ARRAY[%(key)s], CASE jsonb_typeof(value)
        WHEN 'array' THEN (SELECT jsonb_agg(CASE WHEN one = to_jsonb(%(before)s::text) THEN to_jsonb(%(after)s::text)
            ELSE one END) FROM jsonb_array_elements(value) AS one)
        ELSE to_jsonb(%(after)s::text) END)
    FROM (SELECT id, attributes->%(key)s AS value FROM partners_partner) AS had
    WHERE had.id = partners_partner.id AND value @> to_jsonb(%(before)s::text)
"""


class AttributeInUseError(Refusal):
    """The attribute cannot be retired: published criteria ask about it."""

    def __init__(self, users: list[attribute_queries.User]) -> None:
        self.users = users
        names = ", ".join(str(user) for user in users)
        super().__init__(_("Published criteria ask about this attribute: %(users)s.") % {"users": names}, code="in_use")


def create(*, by: Any, at: datetime, **fields: Any) -> AttributeDefinition:
    """Add an attribute to the profile, the API, the filters and the fields of criteria at once."""
    fields.setdefault("position", AttributeDefinition.objects.count())
    values = cleaning.collect(fields, DEFINITION_CLEANERS)
    definition = AttributeDefinition(**values)
    _check(definition)
    with audit.action("attribute.create", by=by):
        try:
            with transaction.atomic():
                definition.save(force_insert=True)
        except IntegrityError:
            raise ValidationError(
                {"key": cleaning.refusal(_("There is an attribute with this key."), "already_exists")}
            ) from None
    return definition


def update(*, definition: AttributeDefinition, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change an attribute's texts and choices. Its key and kind stay: values and criteria rest on them."""
    values = cleaning.collect(changes, {k: v for k, v in DEFINITION_CLEANERS.items() if k not in {"key", "kind"}})
    with audit.action("attribute.update", by=by):
        definition = AttributeDefinition.objects.select_for_update(no_key=True).get(pk=definition.pk)
        changed = [name for name, value in values.items() if getattr(definition, name) != value]
        for name in changed:
            setattr(definition, name, values[name])
        _check(definition)
        if changed:
            definition.save(update_fields=changed)
    return changed


def rename_choice(*, definition: AttributeDefinition, before: str, after: str, by: Any, at: datetime) -> int:
    """Give a choice another name, in the list and in every partner that has it. Returns how many partners had it.

    Refused while published criteria ask about the attribute: they name the choice as it is.
    """
    new = cleaning.text(CHOICE_LENGTH, required=True)(after)
    with audit.action("attribute.rename_choice", by=by, before=before, after=new):
        definition = AttributeDefinition.objects.select_for_update(no_key=True).get(pk=definition.pk)
        if before == new:
            return 0
        if before not in definition.choices:
            raise ValidationError({"before": cleaning.refusal(_("There is no such choice."), "invalid_choice")})
        if new in definition.choices:
            raise ValidationError({"after": cleaning.refusal(_("There is such a choice already."), "already_exists")})
        if users := attribute_queries.users_of(definition):
            raise AttributeInUseError(users)
        definition.choices = [new if one == before else one for one in definition.choices]
        definition.save(update_fields=["choices"])
        with connection.cursor() as cursor:
            cursor.execute(_RENAME, {"key": definition.key, "before": before, "after": new})
            renamed: int = cursor.rowcount
    return renamed


def retire(*, definition: AttributeDefinition, by: Any, at: datetime) -> bool:
    """Take an attribute out of use; values stay stored. Refused while published criteria ask about it.

    Returns whether anything changed.
    """
    with audit.action("attribute.retire", by=by):
        definition = AttributeDefinition.objects.select_for_update(no_key=True).get(pk=definition.pk)
        if definition.retired_at:
            return False
        if users := attribute_queries.users_of(definition):
            raise AttributeInUseError(users)
        definition.retired_at = at
        definition.save(update_fields=["retired_at"])
    return True


def restore(*, definition: AttributeDefinition, by: Any, at: datetime) -> bool:
    """Bring a retired attribute back, with the values it had. Returns whether anything changed."""
    with audit.action("attribute.restore", by=by):
        return bool(
            AttributeDefinition.objects.filter(pk=definition.pk, retired_at__isnull=False).update(retired_at=None)
        )


def _check(definition: AttributeDefinition) -> None:
    """Refuse what the constraints refuse, with a sentence for the field at fault."""
    errors = {}
    if not KEY.fullmatch(definition.key):
        errors["key"] = cleaning.refusal(
            _("Use lower-case letters, digits and underscores; begin with a letter."), "invalid"
        )
    picks = definition.kind in {AttributeKind.CHOICE, AttributeKind.MULTI_CHOICE}
    if picks and not definition.choices:
        errors["choices"] = cleaning.refusal(_("Give at least one choice."), "required")
    if errors:
        raise ValidationError(errors)


def clean_values(values: Any, *, definitions: Mapping[str, AttributeDefinition] | None = None) -> dict[str, Any]:
    """Return attribute values by key as they are stored: days as ISO texts, numbers as JSON numbers, None to clear.

    Raises a ValidationError that names each attribute at fault as `attributes.<key>`.
    """
    if not isinstance(values, Mapping):
        raise cleaning.refusal(_("Give an object of attributes by key."), "invalid")
    known = definitions if definitions is not None else attribute_queries.in_use()
    cleaned: dict[str, Any] = {}
    errors: dict[str, ValidationError] = {}
    for key, value in values.items():
        try:
            cleaned[key] = _clean_value(known.get(key), value)
        except ValidationError as error:
            errors[f"attributes.{key}"] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


def _clean_value(definition: AttributeDefinition | None, value: Any) -> Any:
    if definition is None:
        raise cleaning.refusal(_("There is no such attribute."), "unknown_field")
    if value is None or value == "" or value == []:
        return None
    match definition.kind:
        case AttributeKind.NUMBER:
            number = cleaning.amount(NUMBER_DIGITS, NUMBER_PLACES, low=None)(value)
            return _as_json_number(number)
        case AttributeKind.CHOICE:
            return cleaning.choice(definition.choices)(value)
        case AttributeKind.MULTI_CHOICE:
            chosen = cleaning.text_list(CHOICE_LENGTH, item=cleaning.choice(definition.choices))(value)
            return [one for one in definition.choices if one in chosen]
        case AttributeKind.DATE:
            found = cleaning.day(value)
            return found.isoformat() if found else None
        case AttributeKind.YES_NO:
            return cleaning.yes_no(value)
    return cleaning.text(TEXT_LENGTH)(value)


def _as_json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
