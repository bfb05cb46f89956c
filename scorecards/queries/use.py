"""Which scorecards are in use for a partner, and which ones would fit, with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core.models import VersionState
from criteria.explain import Explanation
from criteria.tree import CriteriaError, parse
from partners.models import LifeStage, Partner
from scorecards.models import ASKED, PartnerScorecard, Reach, Scorecard, ScorecardVersion
from segmentation import engine
from segmentation.models import Classification


@dataclass(frozen=True, slots=True)
class InUse:
    """A scorecard a partner is measured by; `use` since when it is switched on, None where it measures everybody."""

    version: ScorecardVersion
    use: PartnerScorecard | None

    @property
    def scorecard(self) -> Scorecard:
        """Its definition."""
        return self.version.definition

    def asked(self, side: str) -> int:
        """How many questions it has for a side."""
        return int(getattr(self.version, f"asked_{side}"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A scorecard that would fit a partner: by its life stage, by its criteria, or both."""

    version: ScorecardVersion
    stage: LifeStage | None
    explanation: Explanation | None

    @property
    def scorecard(self) -> Scorecard:
        """Its definition."""
        return self.version.definition

    @property
    def reason(self) -> str:
        """Why it is proposed, in a sentence."""
        met = [leaf.asked for leaf in self.explanation.leaves] if self.explanation else []
        if self.stage and met:
            names = {"stage": self.stage.name, "asked": "; ".join(met)}
            return _("Made for the life stage %(stage)s, and it applies: %(asked)s.") % names
        if self.stage:
            return _("Made for the life stage %(stage)s.") % {"stage": self.stage.name}
        return _("It applies: %(asked)s.") % {"asked": "; ".join(met)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a partner is measured by now, what would fit it, and what else could be switched on."""

    in_use: Sequence[InUse]
    proposals: Sequence[Proposal]
    others: Sequence[Scorecard]
    ended: Sequence[PartnerScorecard]


def standing(partner: Partner, *, at: datetime, classification: Classification | None) -> Standing:
    """Return how a partner, as it is classified, and the published scorecards stand to each other."""
    versions = list(_published())
    times = PartnerScorecard.objects.filter(partner=partner).select_related("scorecard", "switched_off_by")
    ended = sorted((one for one in times if one.ends_at), key=lambda one: (one.ends_at, one.pk), reverse=True)
    on = {one.scorecard_id: one for one in times if one.ends_at is None}
    answered = explained(partner, versions, at=at)
    rest = [one for one in versions if _is_switched(one) and one.definition_id not in on]
    since = classification.stage_since if classification else None
    decided = {one.scorecard_id for one in ended if since and one.ends_at and one.ends_at >= since}
    stage = classification.stage if classification else None
    proposals = list(_proposals([one for one in rest if one.definition_id not in decided], stage, answered))
    proposed = {one.version.pk for one in proposals}
    return Standing(
        _in_use(versions, on, answered),
        proposals,
        [one.definition for one in rest if one.pk not in proposed],
        ended,
    )


def in_use(partner: Partner, *, at: datetime) -> list[InUse]:
    """Return the scorecards a partner is measured by now, the main one first."""
    versions = list(_published())
    on = {one.scorecard_id: one for one in PartnerScorecard.objects.open().filter(partner=partner)}
    wanted = [one for one in versions if not _is_switched(one) or one.definition_id in on]
    return _in_use(wanted, on, explained(partner, [one for one in wanted if not _is_switched(one)], at=at))


def _published() -> QuerySet[ScorecardVersion]:
    """Return what is published, each with how many questions it has for either side."""
    published = ScorecardVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
    counts = {f"asked_{side}": Count("metrics", filter=Q(metrics__asked_of__in=asked)) for side, asked in ASKED.items()}
    main_first = ("-definition__is_main", "definition__name", "pk")
    return published.select_related("definition").annotate(**counts).order_by(*main_first)


def _in_use(
    versions: Iterable[ScorecardVersion],
    on: Mapping[int, PartnerScorecard],
    answered: Mapping[int, Explanation],
) -> list[InUse]:
    return [
        InUse(one, on.get(one.definition_id))
        for one in versions
        if (one.definition_id in on if _is_switched(one) else _applies(one, answered))
    ]


def is_in_use(partner: Partner, version: ScorecardVersion, *, at: datetime) -> bool:
    """Whether a partner is measured by a published scorecard now."""
    if _is_switched(version):
        return PartnerScorecard.objects.open().filter(partner=partner, scorecard=version.definition_id).exists()
    return _applies(version, explained(partner, [version], at=at))


def _is_switched(version: ScorecardVersion) -> bool:
    return version.definition.reach == Reach.SWITCHED_ON


def _asks(version: ScorecardVersion) -> bool:
    return bool(version.criteria and version.criteria.get("rules"))


def _applies(version: ScorecardVersion, answered: Mapping[int, Explanation]) -> bool:
    return not _asks(version) or (version.pk in answered and answered[version.pk].met)


def explained(partner: Partner, versions: Iterable[ScorecardVersion], *, at: datetime) -> dict[int, Explanation]:
    """Return why the criteria of versions hold for a partner or not, in one statement; broken ones are left out."""
    trees = {}
    for version in versions:
        if _asks(version):
            try:
                trees[str(version.pk)] = parse(version.criteria)
            except CriteriaError:
                continue
    try:
        return {int(key): one for key, one in engine.explain_many(trees, partner_id=partner.pk, at=at).items()}
    except CriteriaError:
        return dict(_one_by_one(trees, partner, at))


def _one_by_one(trees: Mapping[str, Any], partner: Partner, at: datetime) -> Iterable[tuple[int, Explanation]]:
    for key, tree in trees.items():
        try:
            yield int(key), engine.explain(tree, partner_id=partner.pk, at=at)
        except CriteriaError:
            continue


def _proposals(
    versions: Iterable[ScorecardVersion], stage: LifeStage | None, answered: Mapping[int, Explanation]
) -> Iterable[Proposal]:
    """Yield what fits. What was switched off in this very stage was decided, and is not among the versions."""
    for version in versions:
        why = answered.get(version.pk)
        fits_stage = stage is not None and stage.key in version.stages
        if (version.stages and not fits_stage) or not _applies(version, answered):
            continue
        if fits_stage or why is not None:
            yield Proposal(version, stage if fits_stage else None, why)
