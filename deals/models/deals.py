"""Deals, their lines, and the partners on them with the role each plays on this deal."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import marks_stale
from deals.models.customers import Customer
from deals.models.products import Product
from deals.querysets import DealQuerySet
from partners.models import Partner
from partners.querysets import PartnerOwnedQuerySet


class DealStage(models.TextChoices):
    """Where a deal is on its way."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


@tracked()
class Deal(Record):
    """An opportunity with an end customer, in the currency it is made in.

    `program_amount` is the amount in the program's currency by its table on the closing day, else on the opening day.
    """

    name = models.CharField(_("name"), max_length=200)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="deals", verbose_name=_("end customer")
    )
    stage = models.CharField(_("stage"), max_length=8, choices=DealStage, default=DealStage.OPEN)
    amount = models.DecimalField(_("amount"), max_digits=19, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    program_amount = models.DecimalField(max_digits=19, decimal_places=4, editable=False)
    opened_on = models.DateField(_("opened on"))
    expected_close_on = models.DateField(_("expected to close on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )

    objects = DealQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale(
                "SELECT partner_id FROM deals_dealparticipant WHERE deal_id IN (SELECT id FROM changed)", source="deals"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="deal_named"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="deal_amount_not_negative"),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="deal_currency_shape"),
            models.CheckConstraint(
                condition=models.Q(stage=DealStage.OPEN, closed_on__isnull=True)
                | (~models.Q(stage=DealStage.OPEN) & models.Q(closed_on__isnull=False)),
                name="deal_closed_has_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["stage", "closed_on"], name="deal_by_stage")]

    def __str__(self) -> str:
        return self.name


@tracked()
class DealLine(Record):
    """One product on a deal."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="lines", db_index=False)  # deal_line_once
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(default=1)

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale(
                "SELECT partner_id FROM deals_dealparticipant WHERE deal_id IN (SELECT deal_id FROM changed)",
                source="deals",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deal", "product"], name="deal_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="deal_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"


class DealRole(models.TextChoices):
    """What a partner does on one deal."""

    REFER = "refer", _("Referral")
    RESELL = "resell", _("Resell")
    SERVICE = "service", _("Service")
    MANAGE = "manage", _("Manage")
    DISTRIBUTE = "distribute", _("Distribute")
    INFLUENCE = "influence", _("Influence")


@tracked()
class DealParticipant(Record):
    """A partner on a deal, in one role: a partner may manage here and refer there, on one record."""

    deal = models.ForeignKey(  # its index is deal_participant_once
        Deal, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="deal_participations")
    role = models.CharField(_("role"), max_length=10, choices=DealRole)
    split_percent = models.DecimalField(
        _("share in percent"),
        max_digits=5,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    objects = PartnerOwnedQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            *marks_stale("SELECT partner_id FROM changed", source="deals"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deal", "partner", "role"], name="deal_participant_once"),
            models.CheckConstraint(condition=models.Q(split_percent__range=(0, 100)), name="deal_split_range"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.role}"
