"""Which of an asset's parts somebody sees first: the medium, the language and the region that fit them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from enablement.models import Asset, AssetPart, Medium
from partners.models import Partner


@dataclass(frozen=True, slots=True)
class Shown:
    """An asset as one page shows it. `parts` are of one medium and language; the rest are a link away."""

    parts: list[AssetPart]
    media: list[Medium]
    medium: Medium | None
    languages: list[str]
    language: str

    @property
    def first(self) -> AssetPart | None:
        """The part that gives the page its words."""
        return self.parts[0] if self.parts else None


def show(
    parts: Iterable[AssetPart], *, languages: Sequence[str], medium: str = "", language: str = "", partner: Any = None
) -> Shown:
    """Choose among the parts that somebody may see. `medium` and `language` are wishes, followed where possible."""
    there = nearest(list(parts), partner)
    media = [one for one in Medium if any(part.medium == one for part in there)]
    if not media:
        return Shown([], [], None, [], "")
    chosen = Medium(medium) if medium in media else there[0].medium
    of_medium = [part for part in there if part.medium == chosen]
    spoken = list(dict.fromkeys(part.language for part in of_medium))
    wished = [language, *languages, there[0].language, *spoken]
    said = next(code for code in wished if code in spoken)
    return Shown([part for part in of_medium if part.language == said], media, chosen, spoken, said)


def nearest(parts: list[AssetPart], partner: Partner | None) -> list[AssetPart]:
    """Leave out what a variant of a nearer region replaces: the same kind in the same language."""
    path = list(partner.region.path) if partner is not None and partner.region is not None else []
    depth = {None: 0} | {pk: place for place, pk in enumerate(path, start=1)}
    if partner is None:
        return parts
    best: dict[tuple[str, str], int] = {}
    for part in parts:
        key = (part.kind, part.language)
        best[key] = max(best.get(key, 0), depth.get(part.region_id, 0))
    return [part for part in parts if depth.get(part.region_id, 0) == best[part.kind, part.language]]


def kit_items(asset: Asset, *, user: Any) -> QuerySet[Asset]:
    """Return what of a kit somebody may see, in its order."""
    rows = Asset.objects.visible_to(user).filter(in_kits__kit=asset).without_words()
    return rows.order_by("in_kits__position", "pk")


def more_like(asset: Asset, *, user: Any, limit: int = 3) -> QuerySet[Asset]:
    """Return others on the same product lines or for the same stages, the newest first."""
    alike = [word for word in asset.facets if word.startswith(("line:", "stage:"))]
    rows = Asset.objects.visible_to(user).filter(facets__overlap=alike).exclude(pk=asset.pk)
    return rows.exclude(in_kits__kit=asset).without_words().order_by("-published_at", "pk")[:limit]
