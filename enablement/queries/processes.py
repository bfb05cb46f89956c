"""Ways of working of a partner: what each side says, or what the figures show, explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from core.models import VersionState
from criteria.explain import Explanation
from criteria.tree import CriteriaError, parse
from enablement.models import Adopted, Adoption, Process
from partners.models import Partner
from segmentation import engine
from segmentation.models import SegmentVersion
from segmentation.wording import speaker


@dataclass(frozen=True, slots=True)
class Standing:
    """One way of working for one partner."""

    process: Process
    told: Adoption | None
    confirmed: Adoption | None
    explanation: Explanation | None

    @property
    def leaves(self) -> list[Explanation]:
        """What the figures ask, one by one."""
        return self.explanation.leaves if self.explanation else []

    @property
    def state(self) -> Adopted:
        """How far the partner is: by the figures, else as the vendor says, else as the partner says."""
        if self.process.rule_id:
            return self._shown
        said = self.confirmed or self.told
        return Adopted(said.state) if said else Adopted.NOT_STARTED

    @property
    def is_only_told(self) -> bool:
        """Whether nobody but the partner says so."""
        return self.process.rule_id is None and self.confirmed is None and self.told is not None

    @property
    def _shown(self) -> Adopted:
        if self.explanation is None or not any(leaf.met for leaf in self.leaves):
            return Adopted.NOT_STARTED
        return Adopted.ADOPTED if self.explanation.met else Adopted.PARTLY


def standings(partner: Partner, *, at: datetime) -> list[Standing]:
    """Return every way of working that is asked for, with where a partner is; figures explained in one statement."""
    rows = list(Process.objects.offered().order_by("name"))
    said: dict[tuple[int, str], Adoption] = {
        (one.process_id, one.source): one
        for one in Adoption.objects.of(partner).filter(ended_at=None).select_related("said_by")
    }
    explained = _explained(rows, partner, at)
    return [
        Standing(one, said.get((one.pk, "told")), said.get((one.pk, "confirmed")), explained.get(str(one.pk)))
        for one in rows
    ]


def _explained(processes: Iterable[Process], partner: Partner, at: datetime) -> dict[str, Explanation]:
    rules = {one.rule_id: one for one in processes if one.rule_id}
    published = SegmentVersion.objects.filter(definition__in=list(rules), state=VersionState.PUBLISHED)
    try:
        trees = {str(rules[one.definition_id].pk): parse(one.criteria) for one in published if one.criteria}
        return engine.explain_many(trees, partner_id=partner.pk, at=at, speak=speaker) if trees else {}
    except CriteriaError:
        return {}


def catalogue() -> Any:
    """Return every way of working with how many partners say they have adopted it, and how many are confirmed to."""

    def counted(source: str) -> Count:
        return Count(
            "adoptions", filter=Q(adoptions__ended_at=None, adoptions__source=source, adoptions__state="adopted")
        )

    rows = Process.objects.select_related("rule").annotate(told=counted("told"), confirmed=counted("confirmed"))
    return rows.order_by(F("retired_at").asc(nulls_first=True), "name")
