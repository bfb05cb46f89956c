"""The region tree: regions added, renamed, moved. Every region knows the ids on its way down from the root."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from partners.models import Partner, Region
from partners.services import cleaning
from partners.signals import announce_partners, region_going

NAME = cleaning.text(120, required=True)
KEY = cleaning.text(40, required=True)


class RegionInUseError(Refusal):
    """The region cannot be removed: partners or other regions are in it."""


def create(*, name: str, by: Any, at: datetime, parent: Region | None = None, key: str = "") -> Region:
    """Add a region, at the top or below another. Without a key it takes one from its name."""
    with audit.action("region.create", by=by):
        lock_tree()
        return add(name=name, parent=parent, key=key)


def add(*, name: str, parent: Region | None, key: str = "") -> Region:
    """Write a new region, for callers that hold the tree."""
    region = Region(name=NAME(name), key=KEY(key or slugify(name)[:40]), parent=parent)
    if Region.objects.filter(key=region.key).exists():
        taken = cleaning.refusal(_("There is a region with this key."), "already_exists")
        raise ValidationError({"name" if not key else "key": taken})
    above = Region.objects.get(pk=parent.pk).path if parent else []
    region.save(force_insert=True)
    region.path = [*above, region.pk]
    region.save(update_fields=["path"])
    return region


def rename(*, region: Region, name: str, by: Any, at: datetime) -> bool:
    """Give a region another name; its key stays. Returns whether that was a change."""
    cleaned = NAME(name)
    with audit.action("region.rename", by=by):
        return bool(Region.objects.filter(pk=region.pk).exclude(name=cleaned).update(name=cleaned))


def move(*, region: Region, parent: Region | None, by: Any, at: datetime) -> bool:
    """Put a region, with all below it, under another or at the top. Returns whether that was a change."""
    with audit.action("region.move", by=by):
        lock_tree()
        region = Region.objects.get(pk=region.pk)
        if region.parent_id == (parent.pk if parent else None):
            return False
        above = Region.objects.get(pk=parent.pk).path if parent else []
        if region.pk in above:
            cycle = cleaning.refusal(_("A region cannot stand below itself."), "cycle")
            raise ValidationError({"parent": cycle})
        below = put(region, parent)
        announce_partners(Partner.objects.filter(region__in=below).values_list("pk", flat=True))
    return True


def put(region: Region, parent: Region | None) -> list[Region]:
    """Write where a region stands now, for callers that hold the tree. Returns it with all below it."""
    above = Region.objects.get(pk=parent.pk).path if parent else []
    below = list(Region.objects.filter(path__contains=[region.pk]))
    for one in below:
        one.path = [*above, *one.path[one.path.index(region.pk) :]]
    Region.objects.filter(pk=region.pk).update(parent=parent)
    Region.objects.bulk_update(below, ["path"])
    return below


def remove(*, region: Region, by: Any, at: datetime) -> None:
    """Remove a region that nothing is in."""
    with audit.action("region.remove", by=by):
        try:
            with transaction.atomic():
                region_going.send(sender=Region, region=region)
                Region.objects.filter(pk=region.pk).delete()
        except IntegrityError as error:  # ProtectedError is one
            raise RegionInUseError(
                _("Partners, other regions or regional texts are in this region. Move them first."),
                code="in_use",
            ) from error


def lock_tree() -> None:
    """Let nobody else change the tree until the transaction ends: two moves at once could make a ring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('partners.regions', 0))")
