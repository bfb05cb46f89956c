"""Assets: items of content, each for everybody or for an audience."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from enablement.querysets import AudienceQuerySet
from partners.models.partners import text_list
from segmentation.models import Segment


class AssetKind(models.TextChoices):
    """The medium of an asset."""

    PAGE = "page", _("Page")
    FILE = "file", _("File")
    LINK = "link", _("Link")
    VIDEO = "video", _("Video")


@tracked()
class Asset(Record):
    """One item of content: a Markdown page, a file, a link or a video."""

    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=6, choices=AssetKind, default=AssetKind.PAGE)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown"))
    file = models.FileField(_("file"), upload_to="assets/", blank=True)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    product_lines = text_list(_("product lines"))
    audience = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="assets", verbose_name=_("audience"),
        help_text=_("Empty: for every partner"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("owner"),
    )
    published_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    review_on = models.DateField(_("review by"), null=True, blank=True)

    objects = AudienceQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(title=""), name="asset_titled")]
        indexes: ClassVar = [models.Index(fields=["audience", "published_at"], name="asset_by_audience")]

    def __str__(self) -> str:
        return self.title
