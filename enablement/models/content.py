"""Assets: items of content, each for everybody or for an audience."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from enablement.models.audiences import ForPeople
from enablement.querysets import AssetQuerySet
from partners.models.partners import text_list
from segmentation.models import Segment


class AssetKind(models.TextChoices):
    """The medium of an asset."""

    PAGE = "page", _("Page")
    FILE = "file", _("File")
    LINK = "link", _("Link")
    VIDEO = "video", _("Video")


class AssetState(models.TextChoices):
    """Where an asset is in its life."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


KEEP_WORDS = pgtrigger.Trigger(
    name="keep_words",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("title", "summary", "body"),
    func="""
        NEW.words := setweight(to_tsvector('simple', NEW.title), 'A') ||
                     setweight(to_tsvector('simple', NEW.summary), 'B') ||
                     setweight(to_tsvector('simple', left(NEW.body, 200000)), 'D');
        RETURN NEW;
    """,
)

HAS_CONTENT = (
    (models.Q(kind="page") & ~models.Q(body=""))
    | (models.Q(kind="file") & ~models.Q(file=""))
    | (models.Q(kind="link") & ~models.Q(url=""))
    | (models.Q(kind="video") & (~models.Q(file="") | ~models.Q(url="")))
)


@tracked(exclude=("words",))
class Asset(ForPeople):
    """One item of content: a Markdown page, a file, a link or a video.

    A file lies in storage under a random name; `file_name` is what people see. `words` is kept by a trigger for search.
    """

    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=6, choices=AssetKind, default=AssetKind.PAGE)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown"))
    file = models.FileField(_("file"), upload_to="assets/", blank=True)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_bytes = models.PositiveBigIntegerField(null=True, editable=False)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    product_lines = text_list(_("product lines"))
    audience = models.ForeignKey(
        Segment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assets",
        verbose_name=_("audience"),
        help_text=_("Empty: for every partner"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    published_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    review_on = models.DateField(_("review by"), null=True, blank=True)
    words = SearchVectorField(null=True, editable=False)

    objects = AssetQuerySet.as_manager()

    class Meta(ForPeople.Meta):
        triggers: ClassVar = [*ForPeople.Meta.triggers, KEEP_WORDS]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title=""), name="asset_titled"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | HAS_CONTENT, name="asset_published_with_content"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="asset_words"),
            GinIndex(OpClass("title", name="gin_trgm_ops"), name="asset_title_letters"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> AssetState:
        """Draft, published or retired."""
        if self.retired_at:
            return AssetState.RETIRED
        return AssetState.PUBLISHED if self.published_at else AssetState.DRAFT

    @property
    def plays_here(self) -> bool:
        """Whether it is a video from our own storage."""
        return self.kind == AssetKind.VIDEO and bool(self.file)
