"""The rules there are: which definitions have them, what they say, and where their pages are."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from criteria.fields import RuleKind, registry
from criteria.tree import CriteriaError, parse
from partners.models import Category, LifeStage, Tier
from segmentation import uses
from segmentation.models import Measure, Segment
from segmentation.models import RuleKind as StoredKind
from segmentation.wording import speaker

#: The definitions that have criteria, by the kind of rule they are.
DEFINITIONS: Mapping[RuleKind, type[models.Model]] = {
    RuleKind.SEGMENT: Segment,
    RuleKind.CATEGORY: Category,
    RuleKind.TIER: Tier,
    RuleKind.STAGE: LifeStage,
}
#: Everything of the rule book that can fail, by the name its kind is stored under.
RULES: Mapping[str, type[models.Model]] = {
    **{kind.value: model for kind, model in DEFINITIONS.items()},
    StoredKind.MEASURE.value: Measure,
}
PAGES: Mapping[str, str] = {
    "segment": "vendor:segment-detail",
    "category": "vendor:category-detail",
    "tier": "vendor:tier-detail",
    "stage": "vendor:life-stage-detail",
    "measure": "vendor:measure-detail",
}


MOST_CHOICES = 500
SHOWN_DECISIONS = 10


def rule_choices(
    kinds: Collection[RuleKind], *, published: bool = False, named: str = ""
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the rules in use as groups of choices, each named `kind:public id`; only published ones if asked so.

    Of each group there are `MOST_CHOICES` at most, of those whose name contains a text.
    """
    segments = Segment.objects.filter(retired_at__isnull=True).order_by("name", "id")
    groups: list[tuple[RuleKind, str, Any]] = [
        (RuleKind.SEGMENT, gettext("Segments"), segments.filter(is_audience=False)),
        (RuleKind.SEGMENT, gettext("Audiences of content and journeys"), segments.filter(is_audience=True)),
        (
            RuleKind.CATEGORY,
            gettext("Categories"),
            Category.objects.filter(retired_at__isnull=True).order_by("position", "id"),
        ),
        (
            RuleKind.TIER,
            gettext("Tiers"),
            Tier.objects.filter(retired_at__isnull=True).select_related("track").order_by("track__position", "rank"),
        ),
        (
            RuleKind.STAGE,
            gettext("Life stages"),
            LifeStage.objects.filter(retired_at__isnull=True).order_by("position", "id"),
        ),
    ]
    return [
        (label, [(f"{kind.value}:{row.public_id}", name_of(row)) for row in _some(rows, published, named)])
        for kind, label, rows in groups
        if kind in kinds
    ]


def _some(rows: Any, published: bool, named: str) -> Any:
    rows = rows.filter(name__icontains=named) if named else rows
    return (rows.filter(versions__state="published") if published else rows)[:MOST_CHOICES]


def rule_named(choice: str, kinds: Collection[RuleKind]) -> tuple[RuleKind, Any] | None:
    """Return the rule that a choice names (`kind:public id`), of these kinds; None where there is none."""
    kind, _colon, public_id = choice.partition(":")
    if kind not in {each.value for each in kinds}:
        return None
    try:
        found: Any = DEFINITIONS[RuleKind(kind)]._default_manager.filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None
    return (RuleKind(kind), found) if found is not None and found.retired_at is None else None


def name_of(row: Any) -> str:
    """Return the name of a rule as lists of all rules have it: a tier with its track."""
    return f"{row.track}: {row}" if isinstance(row, Tier) else str(row)


def decided_by(segment: Segment) -> list[str]:
    """Return the names of what only partners in a segment see, as apps above refer to it."""
    return uses.of_segment(segment, most=SHOWN_DECISIONS)


def kind_label(kind: str) -> str:
    """Return what a kind of rule is called."""
    return str(StoredKind(kind).label)


def page_of(kind: str, definition: Any) -> str:
    """Return the address of a rule's page at the vendor; nothing where it has none."""
    try:
        return reverse(PAGES[kind], args=[definition.public_id])
    except NoReverseMatch:
        return ""


def sentence_of(criteria: Any) -> str:
    """Return criteria in words; what is wrong with them, where they cannot be read."""
    if criteria is None:
        return gettext("Nobody yet")
    try:
        return speaker(registry.catalog()).tree(parse(criteria))
    except CriteriaError as error:
        return str(error)
