"""Views of a list that people keep: what it is narrowed to, which columns, in which order."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User
from accounts.querysets import SavedViewQuerySet
from core.models import Record


class SavedView(Record):
    """How somebody wants to see a page, under a name. Shared ones are there for everybody at the vendor to open.

    `page` names the page; `filters` are its parameters as they stand in the address.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(default=dict, blank=True)
    columns = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    sort = models.CharField(max_length=40, blank=True)
    is_shared = models.BooleanField(_("colleagues see it, too"), default=False)
    is_default = models.BooleanField(_("open the page with it"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint("user", "page", Lower("name"), name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["user", "page"], condition=models.Q(is_default=True), name="saved_view_one_default"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_view_named"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["page"], condition=models.Q(is_shared=True), name="saved_view_shared")
        ]

    def __str__(self) -> str:
        return self.name
