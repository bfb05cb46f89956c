"""Who comes to fulfil a new text of a definition, and who ceases to."""

from typing import Any

from django.db import DataError, transaction
from django.utils import timezone

from criteria.fields import RuleKind
from criteria.tree import CriteriaError, Group, parse
from partners.models import Partner
from partners.models.overrides import OverrideVersion
from partners.queries import overrides
from segmentation import engine
from segmentation.queries import previews

Movers = tuple[list[int], list[int]]


def of_versions(before: Any, after: Any) -> Movers:
    """Return the ids of the partners that a version of a category, tier or life stage gains and loses against another.

    Only partners count for whom these texts decide: not those in a region with criteria of its own, nor those whom a
    life stage checked before takes. Criteria that cannot be run move nobody.
    """
    definition = after.definition
    subject = definition.subject if isinstance(after, OverrideVersion) else definition
    kind = overrides.KINDS.get(type(subject), RuleKind.STAGE)
    draft = previews.Draft(kind, definition, after.criteria or {})
    visible = previews.movable(draft, previews.concerned(draft, Partner.objects.all()))
    try:
        with transaction.atomic():
            trees = (tree_of(after), tree_of(before, of=definition))
            new, old = (previews.in_turn(tree, draft) if tree is not None else None for tree in trees)
            return engine.movers(new, old, at=timezone.now(), visible=visible)
    except (CriteriaError, DataError):
        return [], []


def tree_of(version: Any, *, of: Any = None) -> Group | None:
    """Return what decides under a version: of a region that has no criteria of its own, those from above."""
    criteria = version.criteria if version is not None else None
    override = version.definition if version is not None else of
    inherits = version is None or not getattr(version, "overrides_criteria", True)
    if override is not None and hasattr(override, "subject") and inherits:
        above = overrides.inherited(override)
        criteria = above.version.criteria if above is not None else None
    return parse(criteria) if criteria is not None else None
