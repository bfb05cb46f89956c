"""What is tried of a tier or category: its draft, else what holds, with other numbers in place of those written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.models import VersionState
from criteria.checks import check_tree
from criteria.fields import RuleKind, registry
from criteria.tree import CriteriaError, Group, parse
from partners.models import Category, Tier, TierVersion
from partners.queries import overrides
from partners.queries.texts import of_state
from segmentation.engine import Holders, Rung
from segmentation.queries.thresholds import Threshold, thresholds, with_thresholds
from segmentation.rulebook import RegionalText
from segmentation.wording import speaker


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: the rungs of a track from the highest down (or one category), ready to be run at any moment."""

    definition: Any
    rungs: Sequence[tuple[Any, Rung]]
    holders: Holders
    thresholds: list[Threshold]
    is_drafted: bool
    tried: Group | None = None
    error: str = ""

    @property
    def is_category(self) -> bool:
        """Whether members of a category are asked, not holders of tiers."""
        return isinstance(self.definition, Category)

    @property
    def changed(self) -> list[Threshold]:
        """The numbers that are tried otherwise than they stand."""
        return [one for one in self.thresholds if one.is_changed]

    @property
    def problems(self) -> bool:
        """Whether something was typed that is no number."""
        return any(one.error for one in self.thresholds)


def trial(definition: Tier | Category, *, typed: Mapping[str, str]) -> Trial:
    """Return what is to be tried of a definition: its draft, else what holds, with the numbers typed in place."""
    catalog = registry.catalog()
    current = list(definition.versions.exclude(state=VersionState.SUPERSEDED))
    draft, published = (of_state(current, state) for state in (VersionState.DRAFT, VersionState.PUBLISHED))
    own = draft or published
    rungs, holders = _rungs_of(definition, published)
    try:
        tree = parse(own.criteria) if own is not None and own.criteria is not None else None
        if tree is not None and (faults := check_tree(tree, catalog)):
            raise CriteriaError(faults)
    except CriteriaError as error:
        return Trial(definition, rungs, holders, [], draft is not None, error=str(error))
    told = _("Write a number, such as 250000.")
    found = thresholds(tree, catalog, speaker(catalog), typed, told) if tree is not None else []
    tried = with_thresholds(tree, {one.path: one.tried for one in found if one.is_changed}) if tree else None
    placed = [
        (each, Rung(rung.id, rung.before, tried if each.pk == definition.pk else rung.after, rung.regional))
        for each, rung in rungs
    ]
    return Trial(definition, placed, holders, found, draft is not None, tried)


def _rungs_of(definition: Any, published: Any) -> tuple[list[tuple[Any, Rung]], Holders]:
    regional = _regional(definition)
    if isinstance(definition, Category):
        tree = _tree(published.criteria) if published is not None else None
        rung = Rung(definition.pk, tree, tree, regional.get(definition.pk, ()))
        return [(definition, rung)], Holders.of_category(definition.pk)
    track = definition.track
    texts: dict[Any, Any] = {definition: None}  # a tier that nobody published yet has its place, too
    for version in TierVersion.objects.filter(
        definition__track=track, definition__retired_at__isnull=True, state=VersionState.PUBLISHED
    ).select_related("definition"):
        texts[version.definition] = version.criteria
    rungs = []
    for tier in sorted(texts, key=lambda tier: -tier.rank):
        tree = _tree(texts[tier])
        rungs.append((tier, Rung(tier.pk, tree, tree, regional.get(tier.pk, ()))))
    return rungs, Holders.of_track(track.pk, track.category_id)


def _tree(criteria: Any) -> Group | None:
    """Return criteria as a tree; those that cannot be read pick nobody, as long as they hold their last answers."""
    try:
        return parse(criteria) if criteria is not None else None
    except CriteriaError:
        return None


def _regional(definition: Any) -> dict[int, tuple[RegionalText, ...]]:
    kind = RuleKind.CATEGORY if isinstance(definition, Category) else RuleKind.TIER
    found: dict[int, list[RegionalText]] = {}
    for one in overrides.published(kind):
        text = RegionalText(one.region_id, one.override_id, one.number, _tree(one.criteria))
        found.setdefault(one.definition_id, []).append(text)
    return {pk: tuple(texts) for pk, texts in found.items()}
