"""Partner organisations: one record, ever."""

from decimal import Decimal
from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from core.triggers import NoteChanges, marks_stale
from partners.models.groups import KEEP_GROUPS
from partners.models.regions import Region
from partners.querysets import PartnerQuerySet


class PartnerStatus(models.TextChoices):
    """Whether the organisation is with us."""

    PROSPECT = "prospect", _("Prospect")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


def text_list(label: Any, length: int = 80) -> ArrayField:
    """Return a field that holds several short texts."""
    return ArrayField(models.CharField(max_length=length), default=list, blank=True, verbose_name=label)


#: Words that say of what kind a company is; with and without them it is the same one.
LEGAL_FORMS = (
    "ab", "ag", "aps", "as", "bhd", "bv", "co", "company", "corp", "corporation", "e v", "gbr", "gmbh", "group",
    "holding", "holdings", "inc", "incorporated", "kg", "kgaa", "kk", "limited", "llc", "llp", "ltd", "mbh", "nv",
    "ohg", "oy", "oyj", "plc", "pte", "pty", "pvt", "s a", "s l", "b v", "n v", "sa",
    "sas", "sarl", "sdn", "se", "sl", "spa", "srl", "ug", "und", "and",
)  # fmt: skip


class PlainName(models.Func):
    """A name without its legal form, marks and case: what two spellings of one company have in common."""

    template = (
        r"regexp_replace(regexp_replace(lower(%(expressions)s), '[^[:alnum:]]+', ' ', 'g'),"
        rf" '\m({'|'.join(LEGAL_FORMS)})\M', ' ', 'g')"
    )
    output_field = models.TextField()


#: Columns that say nothing of the partner itself: nobody asks when they changed.
BOOKKEEPING = frozenset({"id", "public_id", "created_at", "updated_at", "version", "changed_at"})


#: Columns by which a partner may turn out to be the same organisation as another.
TELLING = ("name", "legal_name", "domain", "websites", "tax_id", "city", "country")
_QUEUE = "INSERT INTO partners_duplicatecheck (partner_id)"
_SAID = ", ".join(f"{{0}}.{name}" for name in TELLING)
NOTE_LIKENESS = [
    pgtrigger.Trigger(
        name="alike_on_insert",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func=f"{_QUEUE} SELECT id FROM new_rows; RETURN NULL;",  # noqa: S608 - our own names
    ),
    pgtrigger.Trigger(
        name="alike_on_update",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
        func=(
            f"{_QUEUE} SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)"  # noqa: S608 - our own names
            f" WHERE ({_SAID.format('new_rows')}) IS DISTINCT FROM ({_SAID.format('old_rows')}); RETURN NULL;"
        ),
    ),
]


@tracked(exclude=("changed_at",))
class Partner(Record):
    """An organisation that sells, serves or builds with the vendor."""

    name = models.CharField(_("name"), max_length=200)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    domain = models.CharField(_("domain"), max_length=253, blank=True, help_text=_("Such as pinewood.example"))
    websites = text_list(_("websites"), 300)
    tax_id = models.CharField(_("tax id"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=PartnerStatus, default=PartnerStatus.PROSPECT)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166"))
    region = models.ForeignKey(
        Region,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="partners",
        verbose_name=_("region"),
        db_index=False,  # partner_by_region
    )
    city = models.CharField(_("city"), max_length=120, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
        help_text=_("Degrees north of the equator"),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
        help_text=_("Degrees east of Greenwich"),
    )
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    annual_revenue = models.DecimalField(
        _("annual revenue"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("In the program's currency"),
    )
    founded_year = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    industries = text_list(_("industries"))
    languages = text_list(_("languages"), 12)
    selling_motions = text_list(_("selling motions"))
    capabilities = text_list(_("capabilities"))
    product_lines = text_list(_("product lines"))
    target_markets = text_list(_("target markets"))
    business_units = text_list(_("business units"))
    locations = text_list(_("other locations"), 120)
    resources = text_list(_("resources"), 120)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("parent organisation"),
    )
    joined_on = models.DateField(_("partner since"), null=True, blank=True)
    last_active_at = models.DateTimeField(_("last active"), null=True, editable=False)
    attributes = models.JSONField(default=dict, blank=True, help_text=_("Values of the program's own attributes."))
    changed_at = models.JSONField(
        editable=False,
        db_default=models.Value({}, models.JSONField()),
        help_text=_("When each column, or `attribute.<key>`, last changed; kept by the database."),
    )

    objects = PartnerQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [
            *Record.Meta.triggers,
            NoteChanges(besides=BOOKKEEPING, keys_of={"attributes": "attribute"}),
            *marks_stale("SELECT id FROM changed", source="profile"),
            *KEEP_GROUPS,
            *NOTE_LIKENESS,
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="partner_named"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="partner_not_own_parent"),
            models.CheckConstraint(condition=models.Q(country__regex=r"^([A-Z]{2})?$"), name="partner_country_shape"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    *(models.Q(latitude__isnull=False), models.Q(longitude__isnull=False)),
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="partner_place_on_earth",
            ),
            models.UniqueConstraint(fields=["domain"], condition=~models.Q(domain=""), name="partner_domain_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="partner_by_name"),
            models.Index(fields=["region", "status"], name="partner_by_region"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="partner_name_words"),
            GinIndex(OpClass(PlainName("name"), name="gin_trgm_ops"), name="partner_plain_name"),
        ]

    def __str__(self) -> str:
        return self.name
