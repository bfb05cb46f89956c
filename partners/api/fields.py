"""Fields of partners that the API writes in a way of its own."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from accounts.models import User
from accounts.roles import VendorRole
from core.api.serializers import MONEY_SCHEMA, MoneyField
from core.models import Program
from core.money import Money, NoRateError, in_program_currency
from partners.models import Category, Region, Tier

PLACES = Decimal("0.01")


@extend_schema_field(MONEY_SCHEMA)
class ProgramMoneyField(MoneyField):
    """Money kept in the program's currency: an amount in another one is converted by the program's table of today."""

    def __init__(self, column: str, **extra: Any) -> None:
        self.column = column
        super().__init__(column, "", **extra)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the amount in the program's currency; null clears it."""
        if data is None:
            return {self.column: None}
        amount, currency = super().to_internal_value(data).values()
        try:
            own = in_program_currency(Money(amount, currency), on=timezone.now().date())
        except NoRateError:
            message = _("The program has no exchange rate for %(currency)s.") % {"currency": currency}
            raise serializers.ValidationError(message, code="no_rate") from None
        return {self.column: own.quantize(PLACES)}

    def get_attribute(self, instance: Any) -> Any:
        """Return the record: null is told in `to_representation`."""
        return instance

    def to_representation(self, value: Any) -> dict[str, str] | None:
        """Return the amount with the program's currency, read once per answer."""
        amount = getattr(value, self.column)
        if amount is None:
            return None
        if "currency" not in self.context:
            self.context["currency"] = Program.current().currency
        return {"amount": format(amount.quantize(PLACES), "f"), "currency": self.context["currency"]}


class DegreesField(serializers.FloatField):
    """A latitude or longitude as a number; what is more exact than six places is rounded."""

    def __init__(self, limit: int, **extra: Any) -> None:
        super().__init__(min_value=-limit, max_value=limit, **extra)


@extend_schema_field({"type": "string", "nullable": True, "maxLength": 40, "example": "emea"})
class RegionField(serializers.CharField):
    """A region by its key."""

    def to_representation(self, value: Region) -> str:  # type: ignore[override]
        """Return the key."""
        return value.key


@extend_schema_field({"type": "object", "additionalProperties": True, "example": {"certified_labs": 3}})
class AttributesField(serializers.DictField):
    """The program's own attributes by key. Those left out stay; null clears one."""

    child = serializers.JSONField(allow_null=True)


DEFINITION_SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "key": {"type": "string", "description": "Of a tier with its track: track.tier."},
        "name": {"type": "string", "readOnly": True},
    },
}


@extend_schema_field(DEFINITION_SCHEMA)
class DefinitionField(serializers.Field):
    """A category or tier in use: {"id": …} or {"key": …} in, id, key and name out. A tier's key is track.tier."""

    default_error_messages = {
        "invalid": gettext_lazy("Send an object with id, or with key."),
        "unresolved_reference": gettext_lazy("There is no such definition in use."),
    }

    def __init__(self, model: type[Category | Tier], **extra: Any) -> None:
        self.model = model
        super().__init__(**extra)

    def to_internal_value(self, data: Any) -> Any:
        """Return the definition."""
        if not isinstance(data, dict) or len(data) != 1:
            self.fail("invalid")
        name, value = next(iter(data.items()))
        if name not in {"id", "key"} or not isinstance(value, str):
            self.fail("invalid")
        found = self.model._default_manager.filter(retired_at__isnull=True, **self._wanted(name, value)).first()
        if found is None:
            self.fail("unresolved_reference")
        return found

    def _wanted(self, name: str, value: str) -> dict[str, Any]:
        if name == "id":
            try:
                return {"public_id": UUID(value)}
            except ValueError:
                self.fail("unresolved_reference")
        if self.model is Tier:
            track, _dot, key = value.partition(".")
            return {"track__key": track, "key": key}
        return {"key": value}

    def to_representation(self, value: Any) -> dict[str, str]:
        """Return id, key and name."""
        key = f"{value.track.key}.{value.key}" if isinstance(value, Tier) else value.key
        return {"id": str(value.public_id), "key": key, "name": value.name}


class ColleagueField(serializers.EmailField):
    """Somebody at the vendor, by e-mail address."""

    default_error_messages = {"unresolved_reference": gettext_lazy("Nobody at the vendor signs in with this address.")}

    def run_validation(self, data: Any = empty) -> Any:
        """Return the person, once what was sent is known to be an address."""
        email = super().run_validation(data)
        found = User.objects.filter(email__iexact=email, role__in=VendorRole.values, is_active=True).first()
        if found is None:
            self.fail("unresolved_reference")
        return found

    def to_representation(self, value: Any) -> str:
        """Return the address."""
        return str(value.email)
