"""The vendor's catalogue: every asset with its state, audience, owner and use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from core.models import PublishState
from enablement.models import Activity, ActivityKind, Asset, Medium


@dataclass(frozen=True)
class Search:
    """What somebody at the vendor looks for. Values that do not exist are dropped, so that an old link still opens."""

    text: str = ""
    medium: str = ""
    state: str = ""
    audience: str = ""
    mine: bool = False

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "Search":
        """Read the parameters of an address."""
        medium, state = parameters.get("medium", ""), parameters.get("state", "")
        return cls(
            text=parameters.get("q", "").strip().replace("\0", "")[:100],
            medium=medium if medium in Medium.values else "",
            state=state if state in PublishState.values else "",
            audience=parameters.get("audience", "").replace("\0", "")[:60],
            mine=parameters.get("mine") == "1",
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


def catalogue(*, user: object, search: Search) -> QuerySet[Asset]:
    """Return the vendor's assets, the ones changed last first."""
    found = Asset.objects.visible_to(user).matching(search.text, read_by=user).select_related("audience", "owner")
    if search.medium:
        found = found.filter(media__contains=[search.medium])
    if search.state:
        found = found.in_state(search.state)
    if search.audience:
        found = found.filter(audience__key=search.audience)
    if search.mine:
        found = found.filter(owner=user)
    first = [F("rank").desc()] if search.text else []
    return found.without_words().order_by(*first, F("updated_at").desc(), "pk")


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
