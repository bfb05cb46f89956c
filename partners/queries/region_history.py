"""What happened to the region tree, newest first, and where each step can be taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Window
from django.db.models.functions import Lag
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Region, RegionMerge

#: So many rows of the trail are looked through; a tree of regions is small.
MOST_ROWS = 2000
#: Merges are told by their own records, not by every row that they touched.
TOLD_OTHERWISE = frozenset({"region.merge", "region.unmerge"})


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the tree. `back_url` leads to the page that takes it back; a merge is undone by its own button."""

    at: datetime
    by: str
    text: str
    back_url: str = ""
    merge: RegionMerge | None = None


def steps() -> list[Step]:
    """Return every change of the tree that the trail knows."""
    regions = {one.pk: one for one in Region.objects.all()}
    found = [*_changes(regions), *_merges(regions)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _changes(regions: dict[int, Region]) -> Iterator[Step]:
    events: Any = Region.events.rel.related_model  # type: ignore[attr-defined]
    rows = events.objects.annotate(was_name=_before("name"), was_parent=_before("parent_id"))
    names = {row.pgh_obj_id: row.name for row in rows.order_by("pgh_id")[:MOST_ROWS]}
    for row in rows.order_by("-pgh_id")[:MOST_ROWS]:
        context = row.pgh_context or {}
        if context.get("action") in TOLD_OTHERWISE:
            continue
        text, back_url = _told(row, regions, names)
        if text:
            yield Step(row.pgh_created_at, context.get("by_name", ""), text, back_url)


def _before(name: str) -> Window:
    """Return what a column said in the trail's row before, of the same region."""
    return Window(Lag(name), partition_by=F("pgh_obj_id"), order_by=F("pgh_id").asc())


def _told(row: Any, regions: dict[int, Region], names: dict[int, str]) -> tuple[str, str]:
    """Return what a row of the trail says, and where it is taken back."""
    here = regions.get(row.pgh_obj_id)
    words = {"name": row.name, "was": row.was_name}
    words |= {key: names.get(pk, "") for key, pk in (("to", row.parent_id), ("from", row.was_parent))}
    if row.pgh_label == "insert":
        text = _("%(name)s was added below %(to)s") if row.parent_id else _("%(name)s was added at the top")
        return text % words, ""
    if row.pgh_label == "delete":
        above = regions.get(row.parent_id or 0)
        again = {"name": row.name, "key": row.key, "below": above.key if above else ""}
        taken = any(one.key == row.key for one in regions.values())
        back = "" if taken else f"{reverse('vendor:region-create')}?{urlencode(again)}"
        return _("%(name)s was removed") % words, back
    if row.parent_id != row.was_parent:
        text = _("%(name)s was moved below %(to)s") if row.parent_id else _("%(name)s was moved to the top")
        return text % words, _move_back(here, row, regions)
    if row.name != row.was_name:
        stands = here is not None and here.name == row.name
        page = reverse("vendor:region-edit", args=[here.public_id]) if here is not None and stands else ""
        back = f"{page}?{urlencode({'name': row.was_name})}" if page else ""
        return _("%(was)s is called %(name)s now") % words, back
    return "", ""


def _move_back(here: Region | None, row: Any, regions: dict[int, Region]) -> str:
    """Return the page that puts a region where it stood, while it stands where this step put it."""
    above = regions.get(row.was_parent or 0)
    if here is None or here.parent_id != row.parent_id or (row.was_parent and above is None):
        return ""
    below = urlencode({"below": above.key if above else ""})
    return f"{reverse('vendor:region-move', args=[here.public_id])}?{below}"


def _merges(regions: dict[int, Region]) -> Iterator[Step]:
    keys = {one.key for one in regions.values()}
    for one in RegionMerge.objects.select_related("into", "merged_by", "undone_by").order_by("-pk")[:MOST_ROWS]:
        words = {"name": one.name, "into": one.into.name}
        can_undo = one.undone_at is None and one.key not in keys
        yield Step(
            one.merged_at,
            str(one.merged_by or ""),
            _("%(name)s became part of %(into)s") % words,
            merge=one if can_undo else None,
        )
        if one.undone_at is not None:
            text = _("%(name)s and %(into)s were taken apart again") % words
            yield Step(one.undone_at, str(one.undone_by or ""), text)
