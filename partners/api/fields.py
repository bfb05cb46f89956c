"""Fields of partners that the API writes in a way of its own."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import MONEY_SCHEMA, MoneyField
from core.models import Program
from core.money import Money, NoRateError, in_program_currency
from partners.models import Region

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
