"""What there is to learn for members of a category: content and journeys whose audience asks for it."""

from dataclasses import dataclass
from typing import Any

from core.models import VersionState
from criteria.fields import RuleKind
from enablement.models import Asset, Journey
from partners.models import Category
from partners.queries.definitions import names
from segmentation.models import SegmentVersion

MOST = 6


@dataclass(frozen=True, slots=True)
class Training:
    """Journeys and content for members of a category, as far as one person may see them."""

    journeys: list[Journey]
    assets: list[Asset]


def of_category(category: Category, user: Any) -> Training:
    """Return what is meant for the members of a category, among what the person may see."""
    versions = SegmentVersion.objects.filter(state=VersionState.PUBLISHED, criteria__isnull=False)
    audiences = [
        definition_id
        for definition_id, criteria in versions.values_list("definition_id", "criteria")
        if names(criteria, RuleKind.CATEGORY, category.key)
    ]
    if not audiences:
        return Training([], [])
    journeys = Journey.objects.visible_to(user).filter(audience__in=audiences).order_by("name", "pk")
    assets = Asset.objects.visible_to(user).filter(audience__in=audiences).order_by("title", "pk")
    return Training(list(journeys[:MOST]), list(assets[:MOST]))
