"""Regional overrides: which hold for whom. The nearest one up the region tree wins, text by text."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from core.models import VersionState
from core.services import versions
from criteria.fields import RuleKind
from partners.models import (
    Category,
    CategoryOverride,
    CategoryOverrideVersion,
    CategoryVersion,
    Partner,
    Region,
    Tier,
    TierOverride,
    TierOverrideVersion,
    TierVersion,
)
from partners.models.overrides import Override, OverrideVersion

VERSIONS: Mapping[RuleKind, type[OverrideVersion]] = {
    RuleKind.CATEGORY: CategoryOverrideVersion,
    RuleKind.TIER: TierOverrideVersion,
}
KINDS: Mapping[type[Any], RuleKind] = {
    **dict.fromkeys((Category, CategoryVersion), RuleKind.CATEGORY),
    **dict.fromkeys((Tier, TierVersion), RuleKind.TIER),
}


@dataclass(frozen=True, slots=True)
class PublishedOverride:
    """Own criteria of a definition in a region and below. `criteria` None means nobody; the deepest region wins."""

    kind: RuleKind
    definition_id: int
    region_id: int
    depth: int
    criteria: Any
    number: int
    override_id: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What a definition says to one partner: its published version with the texts of the regions laid over it.

    `sources` holds, by the name of a text (or `criteria`), the region that it comes from; what is not there is the
    definition's own. `version` is a copy in memory, never to be saved.
    """

    version: Any
    number: int
    sources: Mapping[str, Region] = field(default_factory=dict)

    @property
    def regions(self) -> list[Region]:
        """The regions whose texts apply, the nearest first."""
        found = {region.pk: region for region in self.sources.values()}
        return sorted(found.values(), key=lambda region: -len(region.path))

    @property
    def region(self) -> Region | None:
        """The nearest region that says something of its own."""
        return next(iter(self.regions), None)

    @property
    def by_region(self) -> list[tuple[Region, list[str]]]:
        """The names of the texts that come from each region, the nearest region first."""
        return [
            (region, [_label(self.version, name) for name, one in self.sources.items() if one == region])
            for region in self.regions
        ]

    @property
    def criteria_region(self) -> Region | None:
        """The region whose criteria hold."""
        return self.sources.get("criteria")


def published(*kinds: RuleKind) -> list[PublishedOverride]:
    """Return the own criteria of all regions, of definitions in use, by definition, the deepest region first.

    Of some kinds only, where they are named.
    """
    return [row for kind in kinds or VERSIONS for row in _published(kind)]


def applying(definition: Category | Tier, partner: Partner) -> Applied | None:
    """Return what a definition says to a partner, and which regions say it; None when nothing is published."""
    version = versions.published_of(definition)
    return applied([version], partner)[definition.pk] if version is not None else None


def applied(published_versions: Iterable[Any], partner: Partner) -> dict[int, Applied]:
    """Return the same for published versions of several definitions of one kind, by the definition's id."""
    return _said_in(list(published_versions), partner.region.path if partner.region else [])


def inherited(override: Override) -> Applied | None:
    """Return what would be said in an override's region without it; None when its definition is not published."""
    version = versions.published_of(override.subject)
    return _said_in([version], override.region.path[:-1])[version.definition_id] if version is not None else None


@dataclass(frozen=True, slots=True)
class OverrideText:
    """One text of an override: its own, and what is inherited where it has none. `region` None is the definition."""

    label: str
    own: str
    inherited: str
    region: Region | None


def texts_of(version: OverrideVersion, above: Applied | None) -> list[OverrideText]:
    """Return every text that an override may have, and what stands in for those it leaves empty."""
    return [
        OverrideText(
            str(version._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            _as_text(getattr(version, name)),
            _as_text(getattr(above.version, name)) if above else "",
            above.sources.get(name) if above else None,
        )
        for name in _texts(version)
    ]


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def own_labels(version: OverrideVersion) -> list[str]:
    """Return the names of what an override says of its own."""
    names = [name for name in _texts(version) if getattr(version, name) not in ("", None)]
    names += ["overrides_criteria"] if version.overrides_criteria else []
    return [str(version._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]


def of_definition(definition: Category | Tier) -> list[Any]:
    """Return the overrides of a definition with their versions prefetched, down the region tree, retired ones last."""
    current: Any = VERSIONS[KINDS[type(definition)]]._default_manager.exclude(state=VersionState.SUPERSEDED)
    rows = definition.overrides.select_related("region").prefetch_related(Prefetch("versions", queryset=current))
    names = {region.pk: region.name for region in Region.objects.all()}
    return sorted(
        rows, key=lambda one: (one.retired_at is not None, [(names.get(pk, ""), pk) for pk in one.region.path], one.pk)
    )


def _published(kind: RuleKind) -> list[PublishedOverride]:
    model = VERSIONS[kind]
    subject = _subject_field(model)
    columns = (f"definition__{subject}_id", "definition__region_id", "definition__region__path")
    own = _in_use(model, subject).filter(overrides_criteria=True)
    rows = own.values_list(*columns, "criteria", "number", "definition_id")
    return [
        PublishedOverride(kind, definition_id, region_id, len(path), criteria, number, override_id)
        for definition_id, region_id, path, criteria, number, override_id in sorted(
            rows, key=lambda row: (row[0], -len(row[2]), row[1])
        )
    ]


def _said_in(published_versions: list[Any], path: list[int]) -> dict[int, Applied]:
    """Return what published versions say at the end of a way down the region tree, by definition id."""
    overlays = _overlays(published_versions, path) if published_versions and path else {}
    return {one.definition_id: _laid_over(one, overlays.get(one.definition_id, [])) for one in published_versions}


def _overlays(published_versions: list[Any], path: list[int]) -> dict[int, list[Any]]:
    """Return the override versions on a way down the region tree, by definition id, the nearest first."""
    kind = KINDS[type(published_versions[0])]
    model = VERSIONS[kind]
    subject = _subject_field(model)
    rows = _in_use(model, subject).filter(
        **{f"definition__{subject}_id__in": [one.definition_id for one in published_versions]},
        definition__region_id__in=path,
    )
    by_definition: dict[int, list[Any]] = {}
    for row in sorted(rows.select_related("definition__region"), key=lambda row: -len(row.definition.region.path)):
        by_definition.setdefault(getattr(row.definition, f"{subject}_id"), []).append(row)
    return by_definition


def _laid_over(published_version: Any, overlays: list[Any]) -> Applied:
    merged = copy(published_version)
    sources: dict[str, Region] = {}
    translations = {code: dict(texts) for code, texts in published_version.translations.items()}
    for overlay in overlays:
        said = {name: value for name in _texts(overlay) if (value := getattr(overlay, name)) not in ("", None)}
        if overlay.overrides_criteria:
            said["criteria"] = overlay.criteria
        for name, value in said.items():
            if name not in sources:
                setattr(merged, name, value)
                sources[name] = overlay.definition.region
                _translate(translations, name, overlay)
    merged.translations = translations
    return Applied(merged, published_version.number, sources)


def _translate(translations: dict[str, dict[str, str]], name: str, overlay: OverrideVersion) -> None:
    """Take a text's translations from the version that says the text, and no others: they would say something else."""
    for code in {*translations, *overlay.translations}:
        words = overlay.translations.get(code, {}).get(name, "")
        texts = translations.setdefault(code, {})
        if words:
            texts[name] = words
        else:
            texts.pop(name, None)


def _texts(version: OverrideVersion) -> list[str]:
    others = {"criteria", "note", "overrides_criteria", "translations"}
    return [name for name in versions.texts_of(type(version)) if name not in others]


def _label(version: Any, name: str) -> str:
    return _("criteria") if name == "criteria" else str(version._meta.get_field(name).verbose_name)


def _in_use(model: Any, subject: str) -> Any:
    return model.objects.filter(
        state=VersionState.PUBLISHED,
        definition__retired_at__isnull=True,
        **{f"definition__{subject}__retired_at__isnull": True},
    )


def _subject_field(model: type[OverrideVersion]) -> str:
    overrides: type[Override] = CategoryOverride if model is CategoryOverrideVersion else TierOverride
    return overrides.subject_field
