"""Content as pages show it: found, filtered, in a good order, with how often it was used."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, F, Func, QuerySet, Sum, Value, When

from enablement.models import Activity, ActivityKind, Asset, AssetKind, AssetState
from partners.models import Partner


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Values that do not exist are dropped, so that an old link still opens."""

    text: str = ""
    kind: str = ""
    product_line: str = ""
    language: str = ""
    state: str = ""
    audience: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "Search":
        """Read the parameters of an address."""
        kind, state = parameters.get("kind", ""), parameters.get("state", "")
        return cls(
            text=parameters.get("q", "").strip().replace("\0", "")[:100],
            kind=kind if kind in AssetKind.values else "",
            product_line=parameters.get("product_line", "").replace("\0", "")[:80],
            language=parameters.get("language", "").replace("\0", "")[:10],
            state=state if state in AssetState.values else "",
            audience=parameters.get("audience", "").replace("\0", "")[:60],
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list."""
        return self == Search()


@dataclass
class Usage:
    """How often an asset was used."""

    views: int = 0
    downloads: int = 0


@dataclass(frozen=True)
class Options:
    """What the filters of the library offer."""

    product_lines: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def library(*, user: Any, partner: Partner, search: Search) -> QuerySet[Asset]:
    """Return what a partner's person finds: the best matches, or what was meant for them first, then the newest."""
    fits: Case | Value = Value(False)
    if partner.product_lines:
        overlap = When(product_lines__overlap=list(partner.product_lines), then=Value(True))
        fits = Case(overlap, default=Value(False), output_field=BooleanField())
    found = _narrowed(Asset.objects.visible_to(user), search).annotate(
        is_for_you=Case(When(audience__isnull=False, then=Value(True)), default=Value(False)), fits_you=fits
    )
    first = [F("rank").desc()] if search.text else [F("is_for_you").desc(), F("fits_you").desc()]
    return found.order_by(*first, F("published_at").desc(), "pk")


def options(*, user: Any) -> Options:
    """Return the product lines and languages that occur in what the person may see."""
    seen = Asset.objects.visible_to(user).order_by()
    lines = seen.values_list(Func("product_lines", function="unnest"), flat=True).distinct()
    return Options(sorted(lines), sorted(seen.values_list("language", flat=True).distinct()))


def catalogue(*, user: Any, search: Search) -> QuerySet[Asset]:
    """Return the vendor's assets, the ones changed last first."""
    found = _narrowed(Asset.objects.visible_to(user), search).select_related("audience", "owner")
    return found.order_by(*([F("rank").desc()] if search.text else []), F("updated_at").desc(), "pk")


def usage(assets: Iterable[Asset]) -> dict[int, Usage]:
    """Return how often each asset was viewed and downloaded."""
    found: dict[int, Usage] = defaultdict(Usage)
    rows = Activity.objects.filter(asset__in=[asset.pk for asset in assets]).order_by()
    for asset_id, kind, times in rows.values_list("asset", "kind").annotate(Sum("times")):
        if kind == ActivityKind.VIEW:
            found[asset_id].views = times
        if kind == ActivityKind.DOWNLOAD:
            found[asset_id].downloads = times
    return found


def _narrowed(found: QuerySet[Any], search: Search) -> QuerySet[Any]:
    if search.text:
        found = found.matching(search.text)  # type: ignore[attr-defined]
    if search.kind:
        found = found.filter(kind=search.kind)
    if search.product_line:
        found = found.filter(product_lines__contains=[search.product_line])
    if search.language:
        found = found.filter(language=search.language)
    if search.state:
        found = found.in_state(search.state)  # type: ignore[attr-defined]
    if search.audience:
        found = found.filter(audience__key=search.audience)
    return found.defer("body", "words")
