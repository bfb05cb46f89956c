"""Deals as systems read and write them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from rest_framework import serializers

from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, TEXT, ReferenceFilter, ResourceFilterSet
from core.api.serializers import MoneyField, PartSerializer, ReferenceField, ResourceSerializer
from core.api.viewsets import ResourceViewSet
from core.money import Money
from deals.models import Customer, Deal, DealParticipant, DealRole
from deals.services import customers, deals, products
from deals.services.deals import Line, Participation
from partners.models import Partner


class DealCustomerSerializer(PartSerializer):
    """The end customer: found again by domain, else by name and country."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(max_length=200)
    domain = serializers.CharField(max_length=253, required=False, allow_blank=True)
    country = serializers.RegexField(r"^([A-Z]{2})?\Z", required=False, allow_blank=True)
    industry = serializers.CharField(max_length=80, required=False, allow_blank=True)


class DealPartnerSerializer(PartSerializer):
    """A partner on the deal in one role, with its share of that role."""

    partner = ReferenceField("partners", Partner.objects.visible_to)
    role = serializers.ChoiceField(choices=DealRole.choices)
    split_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, default=Decimal(100)
    )


class DealProductSerializer(PartSerializer):
    """A product on the deal: found again by key or name."""

    key = serializers.CharField(source="product.key", read_only=True)
    name = serializers.CharField(source="product.name", max_length=200)
    quantity = serializers.IntegerField(min_value=1, max_value=2**31 - 1, default=1)


class DealSerializer(ResourceSerializer):
    """A deal. `partners` and `products` are replaced whole."""

    customer = DealCustomerSerializer()
    amount = MoneyField()
    opened_on = serializers.DateField(required=False)
    partners = DealPartnerSerializer(source="participants", many=True, required=False)
    products = DealProductSerializer(source="lines", many=True, required=False)

    class Meta:
        model = Deal
        fields = (
            "name",
            "customer",
            "amount",
            "stage",
            "opened_on",
            "expected_close_on",
            "closed_on",
            "partners",
            "products",
        )


class DealFilters(ResourceFilterSet):
    """What a list of deals can be narrowed by."""

    partner = django_filters.UUIDFilter(method="of_partner")
    customer = ReferenceFilter("customer")

    class Meta(ResourceFilterSet.Meta):
        model = Deal
        fields = {
            "name": TEXT,
            "stage": EXACT,
            "currency": EXACT,
            "opened_on": ORDERED,
            "expected_close_on": [*ORDERED, "isnull"],
            "closed_on": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }

    def of_partner(self, queryset: QuerySet[Any], _name: str, public_id: Any) -> QuerySet[Any]:
        """Keep the deals a partner takes part in, each once whatever its roles."""
        taking_part = DealParticipant.objects.filter(deal=OuterRef("pk"), partner__public_id=public_id)
        return queryset.filter(Exists(taking_part))


class DealViewSet(ResourceViewSet):
    """Deals with their customers, products and partners."""

    resource = "deals"
    idempotency_required = True
    permissions: ClassVar = {
        "GET": Permission.VIEW_DEALS,
        "POST": Permission.EDIT_DEALS,
        "PATCH": Permission.EDIT_DEALS,
    }
    serializer_class = DealSerializer
    filterset_class = DealFilters
    sorts = ("name", "opened_on", "created_at", "updated_at")

    def get_queryset(self) -> QuerySet[Deal]:
        """Deals the caller may see, with everything a row shows."""
        deals_seen = Deal.objects.visible_to(self.request.user).select_related("customer")
        return deals_seen.prefetch_related("participants__partner", "lines__product")

    def search(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Find deals by their own or their customer's name."""
        return queryset.matching(text)  # type: ignore[attr-defined]

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Deal:
        """Record a deal; without an opening day it opens when we hear of it."""
        opened_on = data.get("closed_on") or timezone.localdate(at)
        return deals.record(**{"opened_on": opened_on, **self._said(data, at=at)}, by=self.request.user, at=at)

    def update_record(self, record: Deal, changes: dict[str, Any], *, at: datetime) -> None:
        """Change a deal."""
        deals.update(deal=record, by=self.request.user, at=at, changes=self._said(changes, at=at))

    def _said(self, data: dict[str, Any], *, at: datetime) -> dict[str, Any]:
        """Return the service's words for what the serializer read."""
        said = dict(data)
        if "amount" in said:
            said["amount"] = Money(said["amount"], said.pop("currency"))
        if "customer" in said:
            said["customer"] = self._customer(said["customer"], at=at)
        if "participants" in said:
            said["partners"] = [Participation(**one) for one in said.pop("participants")]
        if "lines" in said:
            said["products"] = self._lines(said.pop("lines"), at=at)
        return said

    def _customer(self, parts: Mapping[str, str], *, at: datetime) -> Customer:
        return customers.find_or_create(**parts, by=self.request.user, at=at)

    def _lines(self, parts: list[dict[str, Any]], *, at: datetime) -> list[Line]:
        names = [part["product"]["name"] for part in parts]
        found = products.find_or_create_many(names=names, by=self.request.user, at=at)
        return [Line(found[name], part["quantity"]) for name, part in zip(names, parts, strict=True)]
