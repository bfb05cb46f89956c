"""Kits: assets that belong together. Who sees a kit sees of it only what is for them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Asset, AssetKind, KitItem

MAX_ITEMS = 50


def add(*, kit: Asset, item: Asset, by: User | None, at: datetime) -> bool:
    """Put an asset into a kit, at its end. Returns whether it was not in it yet."""
    with action("kit.add", by=by):
        locked = Asset.objects.select_for_update(no_key=True).get(pk=kit.pk)
        if not locked.parts.current().filter(kind=AssetKind.KIT).exists():
            raise Refusal(_("This asset is no kit."))
        if item.parts.current().filter(kind=AssetKind.KIT).exists():
            raise Refusal({"item": _("A kit cannot hold another kit. Put in what that one holds.")})
        if locked.kit_items.filter(item=item).exists():
            return False
        if locked.kit_items.count() >= MAX_ITEMS:
            raise Refusal({"item": _("A kit holds up to %(limit)d assets.") % {"limit": MAX_ITEMS}})
        last = locked.kit_items.aggregate(last=Max("position"))["last"]
        KitItem.objects.create(kit=locked, item=item, position=0 if last is None else last + 1)
    return True


def remove(*, kit: Asset, item: Asset, by: User | None, at: datetime) -> bool:
    """Take an asset out of a kit. Returns whether it was in it."""
    with action("kit.remove", by=by):
        return bool(KitItem.objects.filter(kit=kit, item=item).delete()[0])


def order(*, kit: Asset, items: Sequence[str], by: User | None, at: datetime) -> bool:
    """Put what a kit holds in an order, by public ids of its assets. Returns whether it was another one."""
    with action("kit.order", by=by):
        Asset.objects.select_for_update(no_key=True).get(pk=kit.pk)
        rows = {str(one.item.public_id): one for one in kit.kit_items.select_related("item")}
        if sorted(items) != sorted(rows):
            raise Refusal(_("The kit has changed meanwhile. Look at it again."))
        moved = [(number, rows[key]) for number, key in enumerate(items) if rows[key].position != number]
        for number, one in moved:
            KitItem.objects.filter(pk=one.pk).update(position=number)
    return bool(moved)
