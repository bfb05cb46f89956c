"""Specializations as pages show them: what each asks, what a partner has, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from core.models import VersionState
from criteria.explain import Explanation
from criteria.tree import CriteriaError, Group, parse
from enablement.models import HeldSpecialization, HeldState, Specialization
from partners.models import Partner
from segmentation import engine
from segmentation.models import SegmentVersion
from segmentation.wording import speaker


@dataclass(frozen=True, slots=True)
class Standing:
    """A specialization for one partner: what it holds of it, and its criteria explained."""

    specialization: Specialization
    held: HeldSpecialization | None
    explanation: Explanation | None

    @property
    def leaves(self) -> list[Explanation]:
        """The criteria, one by one."""
        return self.explanation.leaves if self.explanation else []

    @property
    def met(self) -> int:
        """How many of the criteria are fulfilled."""
        return sum(leaf.met for leaf in self.leaves)


def standings(partner: Partner, at: datetime) -> list[Standing]:
    """Return every specialization with where a partner stands, those it holds first; explained in one statement."""
    rows = Specialization.objects.filter(retired_at__isnull=True).order_by("position", "name")
    held = {
        one.specialization_id: one
        for one in partner.specializations.filter(ends_at__isnull=True).select_related("specialization")
    }
    listed = list(rows)
    listed += [one.specialization for pk, one in held.items() if pk not in {each.pk for each in listed}]
    versions = SegmentVersion.objects.filter(
        definition__in=[one.rule_id for one in listed], state=VersionState.PUBLISHED
    )
    asked = {one.definition_id: one.criteria for one in versions}
    trees = {str(one.pk): tree for one in listed if (tree := _tree(asked.get(one.rule_id))) is not None}
    try:
        explained = engine.explain_many(trees, partner_id=partner.pk, at=at, speak=speaker)
    except CriteriaError:
        explained = {}
    found = [Standing(one, held.get(one.pk), explained.get(str(one.pk))) for one in listed]
    return sorted(found, key=lambda one: (one.held is None, -one.met))


def _tree(criteria: Any) -> Group | None:
    try:
        return parse(criteria) if criteria else None
    except CriteriaError:
        return None


def catalogue() -> Any:
    """Return every specialization with how many partners hold it, those in use first."""
    holding = Count("held", filter=Q(held__ends_at__isnull=True, held__state=HeldState.ACTIVE))
    rows = Specialization.objects.select_related("rule").annotate(holders=holding)
    return rows.order_by(F("retired_at").asc(nulls_first=True), "position", "name")


def waiting_for(user: Any) -> Any:
    """Return what waits for approval at the partners somebody sees, the longest first."""
    rows = HeldSpecialization.objects.visible_to(user).filter(state=HeldState.PENDING)
    return rows.select_related("partner", "specialization").order_by("starts_at", "pk")
