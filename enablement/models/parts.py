"""What an asset consists of: the same thing to read, watch or hear, in several languages and for several regions."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from enablement.models.content import MEDIUM_OF, Asset, AssetKind, Medium
from enablement.querysets import PartQuerySet, WordQuerySet
from partners.models import Region


class TextState(models.TextChoices):
    """How far the text of a file has been read, for search."""

    NONE = "none", _("Nothing to read")
    WAITING = "waiting", _("Being read for search")
    DONE = "done", _("Found by its text")
    FAILED = "failed", _("Found by its title only")


class PartContent(Record):
    """What somebody sees of a part. Files lie in storage under random names; `file_name` is what people see."""

    #: The columns that together are one version of a part.
    CONTENT: ClassVar = (
        *("title", "summary", "body", "url", "minutes"),
        *("file", "file_name", "file_type", "file_bytes", "captions"),
    )

    title = models.CharField(_("title in this language"), max_length=200, blank=True)
    summary = models.CharField(_("summary in this language"), max_length=500, blank=True)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown"))
    url = models.URLField(_("address"), max_length=1000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to="assets/", blank=True)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_bytes = models.PositiveBigIntegerField(null=True, editable=False)
    captions = models.FileField(_("captions"), upload_to="captions/", blank=True)

    class Meta(Record.Meta):
        abstract = True


HAS_CONTENT = (
    models.Q(kind="kit")
    | (models.Q(kind="page") & ~models.Q(body=""))
    | (models.Q(kind__in=["file", "audio"]) & ~models.Q(file=""))
    | (models.Q(kind="link") & ~models.Q(url=""))
    | (models.Q(kind="video") & (~models.Q(file="") | ~models.Q(url="")))
)

#: A part is found by all that is said of it. New words go to the vocabulary, which forgives typing mistakes.
KEEP_PART_WORDS = pgtrigger.Trigger(
    name="keep_words",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("title", "summary", "body", "text", "words"),
    declare=[("asset_title", "text"), ("asset_summary", "text")],
    func="""
        SELECT title, summary INTO asset_title, asset_summary FROM enablement_asset WHERE id = NEW.asset_id;
        NEW.words := setweight(to_tsvector('simple', asset_title || ' ' || NEW.title), 'A') ||
                     setweight(to_tsvector('simple', asset_summary || ' ' || NEW.summary), 'B') ||
                     setweight(to_tsvector('simple', left(NEW.body, 200000)), 'C') ||
                     setweight(to_tsvector('simple', left(NEW.text, 200000)), 'D');
        INSERT INTO enablement_searchword (word)
        SELECT word FROM unnest(tsvector_to_array(NEW.words)) word
        WHERE length(word) BETWEEN 4 AND 40 AND word ~ '^[[:alpha:]]+$'
          AND NOT EXISTS (SELECT FROM enablement_searchword known WHERE known.word = word.word)
        ORDER BY word ON CONFLICT DO NOTHING;
        RETURN NEW;
    """,
)

KEEP_SHAPE = pgtrigger.Trigger(
    name="keep_shape",
    when=pgtrigger.After,
    operation=pgtrigger.Insert
    | pgtrigger.Delete
    | pgtrigger.UpdateOf(
        *("kind", "language", "region_id", "minutes", "position", "removed_at"),
        *("title", "summary", "body", "text", "words"),
    ),
    declare=[("of_asset", "bigint")],
    func="""
        of_asset := CASE TG_OP WHEN 'DELETE' THEN OLD.asset_id ELSE NEW.asset_id END;
        UPDATE enablement_asset SET kind = shape.kind, language = shape.language, minutes = shape.minutes,
            media = shape.media, languages = shape.languages, region_ids = shape.region_ids,
            has_variants = shape.has_variants, all_words = shape.all_words
        FROM (
            SELECT coalesce((array_agg(kind ORDER BY position, id))[1], 'page') AS kind,
                coalesce((array_agg(language ORDER BY position, id))[1], 'en') AS language,
                min(minutes) AS minutes,
                coalesce(array_agg(DISTINCT CASE kind WHEN 'video' THEN 'watch' WHEN 'audio' THEN 'listen'
                    WHEN 'kit' THEN 'kit' ELSE 'read' END), '{}') AS media,
                coalesce(array_agg(DISTINCT language), '{}') AS languages,
                CASE WHEN bool_or(region_id IS NULL) THEN '{}'
                    ELSE coalesce(array_agg(DISTINCT region_id), '{}') END AS region_ids,
                coalesce(bool_or(region_id IS NOT NULL), false) AS has_variants,
                (SELECT array_to_tsvector(array_agg(DISTINCT word))
                 FROM enablement_assetpart part, unnest(tsvector_to_array(part.words)) word
                 WHERE part.asset_id = of_asset AND part.removed_at IS NULL AND part.region_id IS NULL) AS all_words
            FROM enablement_assetpart WHERE asset_id = of_asset AND removed_at IS NULL
        ) AS shape
        WHERE id = of_asset AND (enablement_asset.kind, enablement_asset.language, enablement_asset.minutes,
            enablement_asset.media, enablement_asset.languages, enablement_asset.region_ids,
            enablement_asset.has_variants, enablement_asset.all_words) IS DISTINCT FROM
            (shape.kind, shape.language, shape.minutes, shape.media::varchar(6)[], shape.languages::varchar(10)[],
            shape.region_ids::bigint[], shape.has_variants, shape.all_words);
        RETURN NULL;
    """,
)


@tracked(exclude=("words", "text"))
class AssetPart(PartContent):
    """One way to have an asset: a page, file, link, video or recording, in a language, for a region or for all.

    `number` counts its versions; what it was before is in `AssetPartVersion`. `text` is what a worker read out of the
    file. A part that was taken away keeps its row, so that it can come back.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(_("kind"), max_length=6, choices=AssetKind)
    language = models.CharField(_("language"), max_length=10, default="en")
    region = models.ForeignKey(
        Region,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("only in"),
        help_text=_("Empty: in every region"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    number = models.PositiveIntegerField(default=1, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    text = models.TextField(blank=True, editable=False)
    text_state = models.CharField(max_length=8, choices=TextState, default=TextState.NONE, editable=False)
    text_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    text_due_at = models.DateTimeField(null=True, editable=False)
    words = SearchVectorField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    class Meta(PartContent.Meta):
        triggers: ClassVar = [*PartContent.Meta.triggers, KEEP_PART_WORDS, KEEP_SHAPE]
        constraints: ClassVar = [
            models.CheckConstraint(condition=HAS_CONTENT, name="asset_part_has_content"),
            models.CheckConstraint(
                condition=models.Q(url="") | models.Q(url__startswith="https://"), name="asset_part_url_is_https"
            ),
            models.CheckConstraint(
                condition=models.Q(captions="") | models.Q(kind="video"), name="asset_part_captions_of_video"
            ),
            models.UniqueConstraint(
                fields=["asset"],
                condition=models.Q(kind="kit", removed_at__isnull=True),
                name="asset_one_kit_part",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["text_due_at"], condition=models.Q(text_state="waiting"), name="asset_part_to_be_read"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.asset} ({self.get_kind_display()})"

    @property
    def medium(self) -> Medium:
        """How one takes it in."""
        return MEDIUM_OF[AssetKind(self.kind)]

    @property
    def plays_here(self) -> bool:
        """Whether it is a recording from our own storage."""
        return self.kind in {AssetKind.VIDEO, AssetKind.AUDIO} and bool(self.file)


ONLY_GROWS = pgtrigger.Trigger(
    name="only_grows",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="RAISE EXCEPTION 'A version is never changed.' USING ERRCODE = 'integrity_constraint_violation';",
)


class AssetPartVersion(PartContent):
    """What a part was before it was changed, by whom it was replaced and why."""

    part = models.ForeignKey(AssetPart, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kept_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("what changed"), max_length=200, blank=True)

    class Meta(PartContent.Meta):
        triggers: ClassVar = [ONLY_GROWS]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "number"], name="asset_part_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.number}"


@tracked()
class KitItem(Record):
    """One asset of a kit. Who sees the kit sees of it only what is for them."""

    kit = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="kit_items")
    item = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="in_kits")
    position = models.PositiveSmallIntegerField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kit", "item"], name="kit_item_once"),
            models.CheckConstraint(condition=~models.Q(kit=models.F("item")), name="kit_not_in_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.kit_id}: {self.item_id}"


class SearchWord(models.Model):
    """A word that occurs in some part: what a mistyped one may have meant. Kept by a trigger, shown to nobody."""

    word = models.CharField(max_length=40, primary_key=True)

    objects = WordQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_letters")]

    def __str__(self) -> str:
        return self.word
