"""What a draft would do, for the page that edits it: whom it picks, who would move, and what is odd about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import DataError, OperationalError, transaction
from django.utils.translation import gettext as _

from core.money import program_currency
from core.services import versions
from criteria.fields import RuleKind
from criteria.tree import CriteriaError, Group, Problem, parse
from partners.models import Category, LifeStage, Partner, Region, Tier
from partners.models.overrides import Override
from partners.queries import overrides
from segmentation import engine
from segmentation.models import Segment, SegmentKind
from segmentation.queries.rules import sentence_of

BARS = 6
PAST_QUARTERS = 4
#: The rules of which a region may have a text of its own.
KINDS_WITH_REGIONS = (RuleKind.CATEGORY, RuleKind.TIER)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of the partners picked."""

    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The partners picked by one dimension, the largest parts first."""

    title: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom criteria pick, in numbers, in words and by example."""

    match: engine.Match | None = None
    error: str = ""
    left_out: int = 0
    sentence: str = ""
    is_everybody: bool = False
    sample: list[Partner] = field(default_factory=list)
    breakdowns: list[Breakdown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Movers:
    """Partners who would enter or leave."""

    count: int
    revenue: Decimal | None
    currency: str
    sample: list[Partner]
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Impact:
    """What publishing would change, and what is odd about the draft."""

    enters: Movers
    leaves: Movers
    stays: int
    is_first: bool
    cautions: list[Problem]

    @property
    def moves(self) -> int:
        """How many partners would enter or leave."""
        return self.enters.count + self.leaves.count


@dataclass(frozen=True, slots=True)
class Draft:
    """Criteria of a definition that somebody writes, with what is published of it.

    `left_out` unfinished rules are not in them. Criteria that are no rule of the book have no `kind`.
    """

    kind: RuleKind | None
    definition: Any
    criteria: dict[str, Any]
    left_out: int = 0
    published: Any = None


def preview(draft: Draft, *, visible: Any, at: datetime, exact: bool) -> Preview:
    """Return whom a draft picks among visible partners: about, or exactly."""
    ask = engine.preview if exact else engine.estimate
    try:
        match = _asked(lambda: ask(parse(draft.criteria), at=at, visible=visible))
    except (CriteriaError, UnansweredError) as error:
        return _unanswered(draft, error)
    return _preview(draft, match, _partners(match.sample, visible))


def weighed(draft: Draft, *, visible: Any, at: datetime) -> tuple[Preview, Impact | None]:
    """Return exactly whom a draft picks and what publishing it would change, from one scan.

    Where what is published cannot be run any more, there is nothing to compare with: None stands for the impact.
    """
    definition = draft.definition
    in_force = _in_force(definition, draft.published)
    try:
        tree, before = parse(draft.criteria), in_turn(parse(in_force), draft) if in_force is not None else None
        found = _asked(
            lambda: engine.weigh(
                tree,
                after=in_turn(tree, draft),
                before=before,
                at=at,
                visible=visible,
                movable=movable(draft, visible),
                segment_id=definition.pk if draft.kind is RuleKind.SEGMENT else None,
            )
        )
    except (CriteriaError, UnansweredError) as error:
        if isinstance(error.__cause__, OperationalError):  # asking for less would take as long again
            return _unanswered(draft, error), None
        return preview(draft, visible=visible, at=at, exact=True), None
    match, moved = found.match, found.impact
    partners = _partners([*match.sample, *moved.enters.sample, *moved.leaves.sample], visible)
    by_id = {one.pk: one for one in partners}
    regions = _names(Region, [key for side in (moved.enters, moved.leaves) for key, _n in side.regions])
    impact = Impact(
        enters=_movers(moved.enters, by_id, regions),
        leaves=_movers(moved.leaves, by_id, regions),
        stays=moved.stays,
        is_first=draft.published is None,
        cautions=found.cautions,
    )
    return _preview(draft, match, [by_id[pk] for pk in match.sample if pk in by_id]), impact


def over_time(draft: Draft, *, visible: Any, at: datetime) -> list[engine.Then] | None:
    """Return whom the draft and what is published pick at the end of past quarters, and now.

    None where either cannot be run. Where there are many partners a sample of them is asked.
    """
    in_force = _in_force(draft.definition, draft.published)
    try:
        after = in_turn(parse(draft.criteria), draft)
        before = in_turn(parse(in_force), draft) if in_force is not None else None
        return _asked(
            lambda: engine.compare_over(
                after,
                before,
                moments=_ends_of_quarters(at),
                visible=movable(draft, visible),
                exact=not engine.is_large(visible),
            )
        )
    except (CriteriaError, UnansweredError):
        return None


def _ends_of_quarters(at: datetime) -> list[datetime]:
    """Return the last second of each of the past quarters by the program's calendar, oldest first, and now."""
    clock = engine.clock(at)
    ends = (clock.period("fiscal_quarter", -n)[1] for n in range(PAST_QUARTERS, 0, -1))
    return [*(datetime.combine(end, time.min, clock.zone) - timedelta(seconds=1) for end in ends), at]


def _unanswered(draft: Draft, error: Exception) -> Preview:
    return Preview(error=str(error), left_out=draft.left_out, sentence=sentence_of(draft.criteria))


def _preview(draft: Draft, match: engine.Match, sample: list[Partner]) -> Preview:
    return Preview(
        match=match,
        left_out=draft.left_out,
        sentence=sentence_of(draft.criteria),
        is_everybody=not draft.criteria["rules"],
        sample=sample,
        breakdowns=list(_breakdowns(match)),
    )


class UnansweredError(Exception):
    """The database gave no answer: a rule fails for some partner, or it takes longer than a page may wait."""


def _asked(ask: Callable[[], Answer]) -> Answer:
    """Ask the database. Raises UnansweredError with words for whoever wrote the rules."""
    try:
        with transaction.atomic():
            return ask()
    except DataError as error:
        words = _("These rules fail for at least one partner: %(error)s")
        raise UnansweredError(words % {"error": str(error).split("\n")[0]}) from error
    except OperationalError as error:
        words = _("Counting takes too long just now. What you wrote is kept; try again later.")
        raise UnansweredError(words) from error


def proved(draft: Draft) -> list[Problem]:
    """Return what is odd about a draft by its text alone."""
    try:
        return engine.proved(parse(draft.criteria))
    except CriteriaError:
        return []


def concerned(draft: Draft, visible: Any) -> Any:
    """Return the partners whom a definition is about: of a regional text those in the region and below."""
    return visible.in_region(draft.definition.region) if isinstance(draft.definition, Override) else visible


def movable(draft: Draft, visible: Any) -> Any:
    """Return the partners for whom this text decides: not those pinned, or in a region with a text of its own."""
    definition = draft.definition
    if isinstance(definition, Segment) and definition.kind == SegmentKind.MIXED:
        return visible.exclude(pk__in=definition.pins.values("partner_id"))
    if draft.kind not in KINDS_WITH_REGIONS:
        return visible
    here = definition.region_id if isinstance(definition, Override) else None
    subject = definition.subject if isinstance(definition, Override) else definition
    own = [one for one in overrides.published() if (one.kind, one.definition_id) == (draft.kind, subject.pk)]
    for region in Region.objects.filter(pk__in=[one.region_id for one in own]):
        if region.pk != here and (here is None or here in region.path):
            visible = visible.exclude(region__path__contains=[region.pk])
    return visible


def _in_force(definition: Any, published: Any) -> Any:
    """Return the criteria that decide now: of a region that has none of its own, those from above."""
    if isinstance(definition, Override) and (published is None or not published.overrides_criteria):
        above = overrides.inherited(definition)
        return above.version.criteria if above is not None else None
    return published.criteria if published is not None else None


def in_turn(tree: Group, draft: Draft) -> Group:
    """Return the criteria as they decide: of a life stage only those count whom no stage before it takes."""
    if draft.kind is not RuleKind.STAGE:
        return tree
    stage = draft.definition
    in_use = LifeStage.objects.filter(retired_at__isnull=True)
    before = [one for one in in_use if (one.precedence, one.pk) < (stage.precedence, stage.pk)]
    texts = [versions.published_of(one) for one in before]
    taken = tuple(parse(text.criteria) for text in texts if text is not None and text.criteria is not None)
    return Group("and", (tree, Group("or", taken, negated=True))) if taken else tree


def _breakdowns(match: engine.Match) -> Iterable[Breakdown]:
    """Yield the partners picked by region, by tier held on each track, and by category held."""
    regions = _names(Region, [key for key, _n in match.regions])
    yield Breakdown(_("Where they are"), _bars(match.regions, regions, match.count))
    tiers = Tier.objects.filter(pk__in=[key for key, _n in match.tiers]).select_related("track")
    counts = dict(match.tiers)
    by_track: dict[Any, list[Tier]] = {}
    for tier in tiers.order_by("track__position", "track_id", "-rank"):
        by_track.setdefault(tier.track, []).append(tier)
    for track, held in by_track.items():
        bars = [_bar(tier.name, counts[tier.pk], match.count) for tier in held]
        yield Breakdown(_("%(track)s they hold") % {"track": track}, bars[:BARS])
    if match.categories:
        categories = _names(Category, [key for key, _n in match.categories])
        yield Breakdown(_("Categories they are in"), _bars(match.categories, categories, match.count))


def _bars(shares: list[tuple[int | None, int]], names: dict[int | None, str], whole: int) -> list[Bar]:
    bars = [_bar(names.get(key, _("No region")), n, whole) for key, n in shares[:BARS]]
    rest = sum(n for _key, n in shares[BARS:])
    return [*bars, _bar(_("Others"), rest, whole)] if rest else bars


def _bar(name: str, count: int, whole: int) -> Bar:
    return Bar(name, count, round(100 * count / max(whole, 1)))


def _names(model: Any, ids: list[int | None]) -> dict[int | None, str]:
    wanted = [pk for pk in ids if pk is not None]
    return dict(model._default_manager.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _partners(ids: list[int], visible: Any) -> list[Partner]:
    found = {one.pk: one for one in visible.filter(pk__in=ids).select_related("region")} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def movers_of(side: engine.Side, visible: Any) -> Movers:
    """Return one side of a comparison with its partners and regions by name."""
    partners = {one.pk: one for one in _partners(side.sample, visible)}
    return _movers(side, partners, _names(Region, [key for key, _n in side.regions]))


def _movers(side: engine.Side, partners: dict[int, Partner], regions: dict[int | None, str]) -> Movers:
    return Movers(
        count=side.count,
        revenue=side.revenue,
        currency=str(program_currency),
        sample=[partners[pk] for pk in side.sample if pk in partners],
        bars=_bars(side.regions, regions, side.count),
    )
