"""Assets: items of content, each for everybody or for an audience. What there is to read or watch are their parts."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import ShownForAWhile
from enablement.models.audiences import ForPartners
from enablement.querysets import AssetQuerySet
from partners.models.partners import text_list


class AssetKind(models.TextChoices):
    """What a part is; an asset is shown by the kind of its first part."""

    PAGE = "page", _("Page")
    FILE = "file", _("File")
    LINK = "link", _("Link")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    KIT = "kit", _("Kit")


class Medium(models.TextChoices):
    """How one takes something in."""

    READ = "read", _("Read")
    WATCH = "watch", _("Watch")
    LISTEN = "listen", _("Listen")
    KIT = "kit", _("Use a kit")


MEDIUM_OF: dict[AssetKind, Medium] = {
    AssetKind.PAGE: Medium.READ,
    AssetKind.FILE: Medium.READ,
    AssetKind.LINK: Medium.READ,
    AssetKind.VIDEO: Medium.WATCH,
    AssetKind.AUDIO: Medium.LISTEN,
    AssetKind.KIT: Medium.KIT,
}


class SalesStage(models.TextChoices):
    """Where in a deal something helps."""

    FIND = "find", _("Finding customers")
    QUALIFY = "qualify", _("First meetings")
    PROPOSE = "propose", _("Proposing")
    CLOSE = "close", _("Closing")
    DELIVER = "deliver", _("Delivering")
    GROW = "grow", _("Renewing and growing")


KEEP_WORDS = pgtrigger.Trigger(
    name="keep_words",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("title", "summary"),
    func="""
        NEW.words := setweight(to_tsvector('simple', NEW.title), 'A') ||
                     setweight(to_tsvector('simple', NEW.summary), 'B');
        RETURN NEW;
    """,
)

#: Every part is found by the title and summary of its asset as well: their words are worked out anew.
RENEW_PARTS = pgtrigger.Trigger(
    name="renew_parts",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("title", "summary"),
    func="UPDATE enablement_assetpart SET words = words WHERE asset_id = NEW.id; RETURN NULL;",
)

#: One array of marked words, so that all facets are filtered by one index and counted in one pass.
KEEP_FACETS = pgtrigger.Trigger(
    name="keep_facets",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf(
        *("product_lines", "business_units", "target_markets", "sales_stages", "media", "languages", "minutes")
    ),
    func="""
        NEW.facets := ARRAY(
            SELECT 'line:' || one FROM unnest(NEW.product_lines) one
            UNION SELECT 'unit:' || one FROM unnest(NEW.business_units) one
            UNION SELECT 'market:' || one FROM unnest(NEW.target_markets) one
            UNION SELECT 'stage:' || one FROM unnest(NEW.sales_stages) one
            UNION SELECT 'medium:' || one FROM unnest(NEW.media) one
            UNION SELECT 'language:' || one FROM unnest(NEW.languages) one
            UNION SELECT 'time:' || CASE WHEN NEW.minutes <= 5 THEN '5' WHEN NEW.minutes <= 15 THEN '15'
                                         WHEN NEW.minutes <= 30 THEN '30' ELSE '31' END
                  WHERE NEW.minutes IS NOT NULL
        );
        RETURN NEW;
    """,
)

#: Columns that triggers keep; nobody else writes them, and the audit trail leaves them out.
KEPT = (
    *("kind", "language", "minutes", "media", "languages", "region_ids", "has_variants"),
    *("facets", "words", "all_words"),
)


@tracked(exclude=KEPT)
class Asset(ForPartners, ShownForAWhile):
    """One item of content, in one or more media, languages and regional variants: its parts.

    `kind`, `language`, `minutes`, `media`, `languages`, `region_ids`, `has_variants` and `all_words` are kept by a
    trigger on the parts, `facets` and `words` by triggers here. `region_ids` is empty when some part is for every
    region, `has_variants` tells whether some part is for one only. `words` are those of title and summary with their
    weights; `all_words` are those of all parts for every region, to be found by and not to rank. Published in the
    future is scheduled; after `last_day_on` partners do not see it any more.
    """

    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    product_lines = text_list(_("product lines"))
    business_units = text_list(_("business units"))
    target_markets = text_list(_("target markets"))
    sales_stages = ArrayField(
        models.CharField(max_length=10, choices=SalesStage.choices),
        default=list,
        blank=True,
        verbose_name=_("sales stages"),
    )
    review_on = models.DateField(_("review by"), null=True, blank=True)
    told_on = models.DateField(null=True, editable=False, help_text="The day of review or end the owner was told of.")

    kind = models.CharField(max_length=6, choices=AssetKind, default=AssetKind.PAGE, editable=False)
    language = models.CharField(max_length=10, default="en", editable=False)
    minutes = models.PositiveSmallIntegerField(null=True, editable=False)
    media = ArrayField(models.CharField(max_length=6, choices=Medium.choices), default=list, editable=False)
    languages = ArrayField(models.CharField(max_length=10), default=list, editable=False)
    region_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    has_variants = models.BooleanField(default=False, editable=False)
    facets = ArrayField(models.TextField(), default=list, editable=False)
    words = SearchVectorField(null=True, editable=False)
    all_words = SearchVectorField(null=True, editable=False)

    objects = AssetQuerySet.as_manager()

    class Meta(ForPartners.Meta):
        triggers: ClassVar = [*ForPartners.Meta.triggers, KEEP_WORDS, KEEP_FACETS, RENEW_PARTS]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="asset_titled"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | ~models.Q(media=[]),
                name="asset_published_with_content",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="asset_words"),
            GinIndex(fields=["all_words"], name="asset_all_words"),
            models.Index(fields=["id"], condition=models.Q(has_variants=True), name="asset_with_variants"),
            GinIndex(OpClass("title", name="gin_trgm_ops"), name="asset_title_letters"),
            GinIndex(fields=["facets"], name="asset_facets"),
            models.Index(fields=["audience", "-published_at"], name="asset_of_audience"),
            models.Index(fields=["-published_at"], name="asset_newest"),
            models.Index(fields=["minutes", "-published_at", "id"], name="asset_shortest"),
        ]

    def __str__(self) -> str:
        return self.title
