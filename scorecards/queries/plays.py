"""The library of plays as pages show it, and the names of what plays move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from core.models import PublishState, VersionState
from scorecards.models import Metric, Play, PlayKind, PrescriptionState
from segmentation.models import Measure

Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Values that do not exist are dropped, so that an old link still opens."""

    text: str = ""
    kind: str = ""
    state: str = ""
    metric: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "Search":
        """Read the parameters of an address."""
        kind, state = parameters.get("kind", ""), parameters.get("state", "")
        return cls(
            text=parameters.get("q", "").strip().replace("\0", "")[:100],
            kind=kind if kind in PlayKind.values else "",
            state=state if state in PublishState.values else "",
            metric=parameters.get("metric", "").replace("\0", "")[:60],
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list."""
        return self == Search()


def library(search: Search) -> Any:
    """Return the plays that somebody looks for, with how many partners were given each; retired ones when asked for."""
    given = Q(prescriptions__state__in=[PrescriptionState.ACCEPTED, PrescriptionState.DONE])
    rows = Play.objects.in_state(search.state) if search.state else Play.objects.filter(retired_at__isnull=True)
    if search.text:
        rows = rows.filter(Q(name__icontains=search.text) | Q(objective__icontains=search.text))
    if search.kind:
        rows = rows.filter(kind=search.kind)
    if search.metric:
        rows = rows.filter(metric_keys__contains=[search.metric])
    rows = rows.select_related("owner", "asset", "journey", "certification")
    return rows.annotate(given_count=Count("prescriptions", filter=given)).order_by("position", "name", "pk")


def metric_choices() -> Choices:
    """Return the metrics that plays may move, by scorecard: key and name. A key on several stands at the first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    seen: set[str] = set()
    definition = "scorecard_version__definition"
    rows = Metric.objects.filter(scorecard_version__state=VersionState.PUBLISHED).order_by(
        f"-{definition}__is_main", f"{definition}__name", "section__position", "position"
    )
    for scorecard, key, name in rows.values_list(f"{definition}__name", "key", "name"):
        if key not in seen:
            seen.add(key)
            groups.setdefault(scorecard, []).append((key, name))
    return list(groups.items())


def measure_choices() -> list[tuple[str, str]]:
    """Return the measures in use: key and name."""
    return list(Measure.objects.filter(retired_at__isnull=True).order_by("name").values_list("key", "name"))


def names_of(choices: Choices, keys: Iterable[str]) -> list[str]:
    """Return the names of what a play moves; a key that nothing has any more stands for itself."""
    named = {key: name for _group, some in choices for key, name in some}
    return [named.get(key, key) for key in keys]
