"""Serializers of resources: unknown fields refused, public ids, money, references by our id or another system's."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.money import scale
from core.services import external_ids

AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,4})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class InstantField(serializers.DateTimeField):
    """A moment: RFC 3339 with offset in, UTC with Z out."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(default_timezone=UTC, **extra)

    def enforce_timezone(self, value: Any) -> Any:
        """Refuse a moment without offset: it would mean different moments to different readers."""
        if value.tzinfo is None:
            raise serializers.ValidationError(_("A moment needs an offset, such as Z."), code="offset_missing")
        return value.astimezone(UTC)


MONEY_SCHEMA = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?\d{1,15}(\.\d{1,4})?$", "example": "1234.50"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "example": "EUR"},
    },
    "additionalProperties": False,
}


@extend_schema_field(MONEY_SCHEMA)
class MoneyField(serializers.Field):  # type: ignore[type-arg]
    """{"amount": "1234.50", "currency": "EUR"}, kept in two columns: `MoneyField("amount", "currency")`."""

    default_error_messages = {
        "invalid": gettext_lazy("Send an object with amount and currency."),
        "amount": gettext_lazy('The amount is a decimal number in a string, such as "1234.50".'),
        "currency": gettext_lazy("The currency is a code of three capital letters, such as EUR."),
        "scale": gettext_lazy("%(currency)s has at most %(scale)d decimal places."),
    }

    def __init__(self, amount: str = "amount", currency: str = "currency", **extra: Any) -> None:
        self.columns = (amount, currency)
        super().__init__(source="*", **extra)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the values of both columns."""
        if not isinstance(data, dict) or set(data) != {"amount", "currency"}:
            self.fail("invalid")
        amount, currency = data["amount"], data["currency"]
        if not isinstance(amount, str) or not AMOUNT.fullmatch(amount):
            self.fail("amount")
        if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
            self.fail("currency")
        if -Decimal(amount).normalize().as_tuple().exponent > scale(currency):  # type: ignore[operator]
            message = _("%(currency)s has at most %(scale)d decimal places.")
            raise serializers.ValidationError(message % {"currency": currency, "scale": scale(currency)}, code="scale")
        return dict(zip(self.columns, (Decimal(amount), currency), strict=True))

    def to_representation(self, value: Any) -> dict[str, str] | None:
        """Return the money in the currency's own scale."""
        amount, currency = (getattr(value, column) for column in self.columns)
        if amount is None:
            return None
        return {"amount": format(amount.quantize(Decimal(1).scaleb(-scale(currency))), "f"), "currency": currency}


REFERENCE_SCHEMA = {
    "oneOf": [
        {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}},
        {
            "type": "object",
            "required": ["external_id"],
            "properties": {
                "external_id": {
                    "type": "object",
                    "required": ["source", "value"],
                    "properties": {"source": {"type": "string"}, "value": {"type": "string", "maxLength": 255}},
                }
            },
        },
    ]
}


@extend_schema_field(REFERENCE_SCHEMA)
class ReferenceField(serializers.Field):  # type: ignore[type-arg]
    """A record of another resource: {"id": …} or {"external_id": {"source": …, "value": …}} in, {"id": …} out.

    `rows` is a function of the caller that gives the rows they may refer to, such as `Partner.objects.visible_to`.
    """

    default_error_messages = {
        "invalid": gettext_lazy("Send an object with id, or with external_id."),
        "unresolved_reference": gettext_lazy("There is no such record that you may see."),
    }

    def __init__(self, resource: str, rows: Callable[[Any], models.QuerySet[Any]], **extra: Any) -> None:
        self.resource = resource
        self.rows = rows
        super().__init__(**extra)

    def to_internal_value(self, data: Any) -> Any:
        """Return the record referred to."""
        if not isinstance(data, dict) or len(data) != 1:
            self.fail("invalid")
        rows = self.rows(self.context["request"].user)
        found = rows.filter(**self._wanted(data)).first()
        if found is None:
            self.fail("unresolved_reference")
        return found

    def _wanted(self, data: dict[str, Any]) -> dict[str, Any]:
        name, value = next(iter(data.items()))
        if name == "id":
            return {"public_id": self._uuid(value)}
        if name != "external_id" or not isinstance(value, dict) or set(value) != {"source", "value"}:
            self.fail("invalid")
        if not all(isinstance(part, str) for part in value.values()):
            self.fail("invalid")
        return {"pk": self._by_external_id(value["source"], value["value"])}

    def _by_external_id(self, source: str, value: str) -> int | None:
        try:
            kept = external_ids.clean(source, value)
        except DjangoValidationError:
            self.fail("unresolved_reference")
        return external_ids.find_one(self.resource, source, kept) or 0

    def _uuid(self, value: Any) -> UUID:
        try:
            return UUID(value)
        except (ValueError, TypeError, AttributeError):
            self.fail("unresolved_reference")

    def to_representation(self, value: Any) -> dict[str, str]:
        """Return the public id."""
        return {"id": str(value.public_id)}


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string", "maxLength": 255}})
class ExternalIdsField(serializers.DictField):
    """The values by which sources know the record, by the key of the source. null takes one away."""

    child = serializers.CharField(max_length=external_ids.MAX_VALUE_LENGTH, allow_null=True, trim_whitespace=False)

    def get_attribute(self, instance: models.Model) -> dict[str, str]:
        """Return what the view has looked up for the whole page, or look it up."""
        known: Mapping[int, dict[str, str]] | None = self.context.get("external_ids")
        if known is None:
            resource = self.context["view"].resource
            known = external_ids.of_objects(resource, [instance.pk])
        return known.get(instance.pk, {})


class ResourceSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """Base of every resource: id, external_ids, what `Meta.fields` names, created_at, updated_at, version.

    `validated_data` holds model instances for references and both columns for money. Fields that only the vendor may
    see are named by `Meta.vendors_own`: for partners they are left out, not emptied.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    external_ids = ExternalIdsField(required=False)
    created_at = InstantField(read_only=True)
    updated_at = InstantField(read_only=True)
    version = serializers.IntegerField(read_only=True)

    HEAD = ("id", "external_ids")
    TAIL = ("created_at", "updated_at", "version")

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: InstantField,
    }

    def get_field_names(self, declared_fields: Any, info: Any) -> list[str]:
        """Return the common fields around those of the resource; sources are for resources that have external ids."""
        own = [name for name in self.Meta.fields if name not in {*self.HEAD, *self.TAIL}]
        head = self.HEAD if getattr(self.Meta, "has_external_ids", True) else ("id",)
        return [*head, *own, *self.TAIL]

    def get_fields(self) -> dict[str, Any]:
        """Return the fields the caller may see; `?fields=` narrows what is shown."""
        fields = super().get_fields()
        if not getattr(getattr(self.context.get("request"), "user", None), "is_vendor", False):
            for name in getattr(self.Meta, "vendors_own", ()):
                fields.pop(name, None)
        shown = self.context.get("shown_fields")
        return {name: field for name, field in fields.items() if name in shown} if shown else fields

    def get_validators(self) -> list[Any]:
        """None: services and the database judge uniqueness, since a look beforehand would race."""
        return []

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Leave uniqueness to the services here too."""
        field_class, extra = super().build_standard_field(field_name, model_field)
        validators = extra.get("validators") or []
        extra["validators"] = [each for each in validators if type(each).__name__ != "UniqueValidator"]
        if not extra["validators"]:
            del extra["validators"]
        return field_class, extra

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown and read-only fields together with everything else that is wrong."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        refused = self._refused_fields(data)
        accepted = {name: self._cleared(name, value) for name, value in data.items() if name not in refused}
        try:
            values = super().to_internal_value(accepted)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **refused}) from error  # type: ignore[dict-item]
        if refused:
            raise serializers.ValidationError(refused)
        return values

    def _refused_fields(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        refused = {}
        for name in data:
            field = self.fields.get(name)
            if field is None:
                refused[name] = [serializers.ErrorDetail(_("There is no such field."), code="unknown_field")]
            elif field.read_only:
                refused[name] = [serializers.ErrorDetail(_("This field is set by us."), code="read_only_field")]
        return refused

    def _cleared(self, name: str, value: Any) -> Any:
        """Return what null means: the empty value of a field whose column has no null."""
        if value is not None or self.fields[name].allow_null:
            return value
        if isinstance(self.fields[name], serializers.CharField | serializers.ChoiceField):
            return "" if getattr(self.fields[name], "allow_blank", False) else None
        if isinstance(self.fields[name], serializers.ListField) and getattr(self.fields[name], "allow_empty", True):
            return []
        return None


class PartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A part of a resource, or what an action says: fields it does not know are refused here too."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is unknown or ours to set, together with everything else that is wrong."""
        refused = {}
        for name in data if isinstance(data, Mapping) else ():
            if name not in self.fields:
                refused[name] = [serializers.ErrorDetail(_("There is no such field."), code="unknown_field")]
            elif self.fields[name].read_only:
                refused[name] = [serializers.ErrorDetail(_("This field is set by us."), code="read_only_field")]
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **refused}) from error  # type: ignore[dict-item]
        if refused:
            raise serializers.ValidationError(refused)
        return values


class ProblemErrorSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """One thing that is wrong."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body.")
    parameter = serializers.CharField(required=False)
    header = serializers.CharField(required=False)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A refusal (RFC 9457)."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    instance = serializers.CharField()
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class CountSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How many rows a list has."""

    count = serializers.IntegerField()
    exact = serializers.BooleanField()


__all__ = [
    "CountSerializer",
    "ExternalIdsField",
    "InstantField",
    "MoneyField",
    "PartSerializer",
    "ProblemSerializer",
    "ReferenceField",
    "ResourceSerializer",
]
