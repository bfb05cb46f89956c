"""The glossary: what categories, tiers and life stages mean, in the reader's language and region."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core.models import VersionState
from partners.models import (
    CategoryMembership,
    CategoryVersion,
    LifeStageVersion,
    Partner,
    Region,
    TierHolding,
    TierVersion,
)
from partners.queries import languages, overrides, texts
from partners.queries.languages import Read
from partners.queries.overrides import Applied

MOST_COMPARED = 3
#: What stands side by side when categories are compared.
COMPARED = (
    *("meaning", "examples", "counter_examples", "objective", "eligibility", "requirements", "benefits", "incentives"),
    *("obligations", "training", "co_selling", "deal_terms"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """One definition as it is read: its kind, name and words, and whether it is the reader's own."""

    kind: str
    key: str
    name: str
    over: str
    read: Read
    is_mine: bool
    region: Region | None
    definition: Any

    def says(self, text: str) -> bool:
        """Whether the words stand anywhere in it."""
        version = self.read.version
        words = [self.name, *(str(getattr(version, name, "")) for name in version.translatable)]
        return text.casefold() in "\n".join(words).casefold()


@dataclass(frozen=True, slots=True)
class Row:
    """One text of several definitions, side by side."""

    label: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the way up the region tree, and the texts that come from there. `region` None is the program."""

    region: Region | None
    labels: list[str]


def terms(partner: Partner | None, language: str, *, text: str = "") -> dict[str, list[Term]]:
    """Return what is published, by kind; without a partner as it holds everywhere, for readers from outside."""
    found = {
        "category": [*_terms("category", _categories(partner), partner, language, _own_categories(partner))],
        "tier": [*_terms("tier", _tiers(), partner, language, _own_tiers(partner))],
        "stage": [*_terms("stage", _stages(), partner, language, _own_stage(partner))],
    }
    if text:
        found = {kind: [one for one in some if one.says(text)] for kind, some in found.items()}
    return found


def compared(chosen: list[Term]) -> list[Row]:
    """Return the texts of some categories side by side; what none of them says is left out."""
    rows = []
    for name in COMPARED:
        values = [getattr(one.read.version, name) for one in chosen]
        if any(values):
            rows.append(Row(languages.label_of(chosen[0].read.version, name), values))
    return rows


def way_up(applied: Applied, partner: Partner) -> list[Step]:
    """Return from where each text comes: the partner's region, those above it, and at last the program."""
    if partner.region is None:
        return []
    regions = {region.pk: region for region in Region.objects.filter(pk__in=partner.region.path)}
    said = {region.pk: labels for region, labels in applied.by_region}
    steps = [Step(regions[pk], said.get(pk, [])) for pk in reversed(partner.region.path) if pk in regions]
    others = [one.label for one in texts.texts_for_readers(applied.version)]
    taken = {label.casefold() for labels in said.values() for label in labels}
    return [*steps, Step(None, [label for label in others if label.casefold() not in taken])] if said else []


def _terms(kind: str, versions: Iterable[Any], partner: Partner | None, language: str, own: set[int]) -> Iterable[Term]:
    versions = list(versions)
    said = overrides.applied(versions, partner) if partner is not None and kind != "stage" else {}
    for version in versions:
        applied = said.get(version.definition_id)
        read = languages.read(applied.version if applied else version, language)
        definition = version.definition
        if kind == "tier":
            languages.name_tracks_in(language, definition.track)
        yield Term(
            kind=kind,
            key=f"{definition.track.key}.{definition.key}" if kind == "tier" else definition.key,
            name=read.name,
            over=definition.track.name if kind == "tier" else "",
            read=read,
            is_mine=version.definition_id in own,
            region=applied.region if applied else None,
            definition=definition,
        )


def _categories(partner: Partner | None) -> Any:
    own = Q(definition__in=_own_categories(partner)) if partner is not None else Q(pk__in=[])
    rows = CategoryVersion.objects.filter(Q(definition__retired_at__isnull=True) | own, state=VersionState.PUBLISHED)
    return rows.select_related("definition").order_by("definition__position", "definition_id")


def _tiers() -> Any:
    rows = TierVersion.objects.filter(definition__retired_at__isnull=True, state=VersionState.PUBLISHED)
    order = ("definition__track__position", "definition__track_id", "definition__rank")
    return rows.select_related("definition__track").order_by(*order)


def _stages() -> Any:
    rows = LifeStageVersion.objects.filter(definition__retired_at__isnull=True, state=VersionState.PUBLISHED)
    return rows.select_related("definition").order_by("definition__position", "definition_id")


def _own_categories(partner: Partner | None) -> set[int]:
    if partner is None:
        return set()
    rows = CategoryMembership.objects.open().filter(partner=partner)
    return set(rows.values_list("category_id", flat=True))


def _own_tiers(partner: Partner | None) -> set[int]:
    if partner is None:
        return set()
    return set(TierHolding.objects.open().filter(partner=partner).values_list("tier_id", flat=True))


def _own_stage(partner: Partner | None) -> set[int]:
    if partner is None:
        return set()
    found = Partner.objects.filter(pk=partner.pk).values_list("classification__stage", flat=True)
    return {pk for pk in found if pk is not None}
