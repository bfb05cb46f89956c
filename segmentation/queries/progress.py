"""Where a partner stands on its ladders, the cheapest way up, and what the next review would find.

Every number comes from the compiled criteria, asked of one partner: now, on the day of the review, and with what may
come until then. A forecast is told as one: it takes today's profile, people and rules for granted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from criteria.clock import Clock
from criteria.explain import Explanation
from criteria.fields import Catalog, registry
from criteria.tree import CriteriaError, Group, parse
from criteria.ways import Way, cheapest, ways
from partners.models import Partner, Tier
from partners.queries import tier_outlooks
from partners.queries.tier_outlooks import Foreseen, Look
from partners.queries.tiers import Ladder, Rung, ladders_in_short, ladders_of
from segmentation import engine
from segmentation.engine import AS_STORED, StandIns
from segmentation.outlooks import Outlook, outlooks
from segmentation.queries.points import Gain, PointsOf
from segmentation.queries.why import for_partner
from segmentation.wording import speaker

#: More ways than this help nobody to decide.
SHOWN_WAYS = 3
NOON = time(12)


@dataclass(frozen=True, slots=True)
class StepUp:
    """One thing to do on a way: the clause, and for points where they could be earned."""

    leaf: Explanation
    cost: float | None
    gains: list[Gain] = field(default_factory=list)

    @property
    def percent(self) -> int | None:
        """How far it is, in percent of what is asked; None where nobody knows."""
        return None if self.cost is None else min(round(100 * self.cost), 100)


@dataclass(frozen=True, slots=True)
class WayUp:
    """A way to the next tier: what to do, and how many of those steps have no known cost."""

    steps: list[StepUp]
    unknown: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What would be reached on a day under one assumption, what the policy would do, and what is missing for what."""

    label: str
    says: str
    reached: Tier | None
    foreseen: Foreseen
    aim: Tier | None
    missing: list[Explanation]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would happen on the next day that matters. `quiet` is without anything new, `others` with what may come."""

    look: Look
    quiet: Expected
    others: list[Expected]


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """A partner on one ladder. `explained` is what the next tier asks, clause by clause; None at the top.

    `rescue` is what would end a grace period: the least that is missing for the tier held.
    """

    ladder: Ladder
    explained: Explanation | None
    ways: list[WayUp]
    below: Rung | None
    look: Look
    rescue: list[Explanation] = field(default_factory=list)

    @property
    def missing(self) -> list[Explanation]:
        """The clauses of the next tier that are not fulfilled."""
        return [leaf for leaf in self.explained.leaves if not leaf.met] if self.explained else []

    @property
    def least(self) -> int:
        """How many of them are enough."""
        return len(self.ways[0].steps) if self.ways else len(self.missing)


def progress(partner: Partner, *, at: datetime, is_own: bool, language: str = "") -> list[TrackProgress]:
    """Return every ladder open to a partner. `is_own` veils clauses about what partners may not see."""
    ladders = ladders_of(partner, language=language)
    asking = _Asking(partner, _trees(ladders), is_own)
    now, clock = asking.explained(at), engine.clock(at)
    points = PointsOf(partner, at, asking.catalog)
    points.read([now[key] for ladder in ladders if (key := _key(ladder.next_rung)) in now])
    return [
        TrackProgress(
            ladder,
            asking.seen(now[key]) if (key := _key(ladder.next_rung)) in now else None,
            _ways(now[key], points, asking) if key in now else [],
            _below(ladder),
            _look(ladder, clock),
            _rescue(ladder, now, asking),
        )
        for ladder in ladders
    ]


def forecasts(
    partner: Partner, *, at: datetime, is_own: bool, language: str = ""
) -> list[tuple[Ladder, Forecast | None]]:
    """Return for every ladder open to a partner what the next review would find, where criteria can be run."""
    ladders = ladders_in_short(partner, language=language)
    asking = _Asking(partner, _trees(ladders), is_own)
    clock = engine.clock(at)
    looks = {ladder.track.pk: _look(ladder, clock) for ladder in ladders}
    expected = {day: asking.expected(day, clock) for day in {look.day for look in looks.values()}}
    return [
        (ladder, _forecast(ladder, look := looks[ladder.track.pk], expected[look.day], asking)) for ladder in ladders
    ]


def _look(ladder: Ladder, clock: Clock) -> Look:
    """Return the next day that matters on a ladder; without reviews, the first of the coming fiscal quarter."""
    quarter = clock.period("fiscal_quarter", 1)[0]
    return tier_outlooks.next_look(ladder, after=clock.today, zone=clock.zone, otherwise=quarter)


def _rescue(ladder: Ladder, now: Mapping[str, Explanation], asking: "_Asking") -> list[Explanation]:
    """Return the least that is missing for a tier held in grace."""
    held = now.get(_key(ladder.held_rung))
    return asking.least(held) if held is not None and ladder.held is not None and ladder.held.is_in_grace else []


def _trees(ladders: Sequence[Ladder]) -> dict[str, Group]:
    trees = {}
    for ladder in ladders:
        for rung in ladder.rungs:
            try:
                if rung.published is not None and rung.published.criteria is not None:
                    trees[_key(rung)] = parse(rung.published.criteria)
            except CriteriaError:  # set aside by the rule book, which says so to its owner
                continue
    return trees


def _key(rung: Rung | None) -> str:
    return str(rung.tier.pk) if rung is not None else ""


def _below(ladder: Ladder) -> Rung | None:
    """Return what a partner would fall to: the tier below the one it holds."""
    held = ladder.held
    return next((rung for rung in ladder.rungs if rung.tier.rank < held.tier.rank), None) if held else None


@dataclass
class _Asking:
    """Asks the criteria of all tiers of one partner, each time in one statement."""

    partner: Partner
    trees: dict[str, Group]
    is_own: bool
    catalog: Catalog = field(default_factory=registry.catalog)

    def explained(self, at: datetime, stand_ins: StandIns = AS_STORED) -> dict[str, Explanation]:
        """Return why each tier is reached or not at a moment; rules that cannot be run are left out, all together."""
        try:
            return engine.explain_many(
                self.trees,
                partner_id=self.partner.pk,
                at=at,
                speak=speaker,
                stand_ins=stand_ins,
                catalog=self.catalog,
            )
        except CriteriaError:
            return {}

    def expected(self, day: date, clock: Clock) -> list[tuple[Outlook | None, dict[str, Explanation]]]:
        """Return what would be reached on a day: as it is, and with everything that may come until then."""
        then = datetime.combine(day, NOON, clock.zone)
        coming = outlooks(self.partner, today=clock.today, until=day)
        found: list[tuple[Outlook | None, dict[str, Explanation]]] = [(None, self.explained(then))]
        return [*found, *((one, self.explained(then, one.stand_ins)) for one in coming)]

    def least(self, whole: Explanation) -> list[Explanation]:
        """Return the missing clauses that are enough, as the reader may see them; all of them where there is no way."""
        best = cheapest(whole, self.catalog)
        seen = {node.path: node for node in _nodes(self.seen(whole))}
        if best is None:
            return [leaf for leaf in self.seen(whole).leaves if not leaf.met]
        return [seen[step.leaf.path] for step in best.steps]

    def seen(self, explanation: Explanation) -> Explanation:
        """Return an explanation as its reader may see it."""
        return for_partner(explanation) if self.is_own else explanation


def _forecast(
    ladder: Ladder,
    look: Look,
    expected: Sequence[tuple[Outlook | None, Mapping[str, Explanation]]],
    asking: _Asking,
) -> Forecast | None:
    found = []
    for outlook, explained in expected:
        if not explained:
            return None
        met = [rung.tier for rung in ladder.rungs if _met(explained, rung)]
        reached = tier_outlooks.counting(asking.partner, ladder, look, met)
        is_behind = ladder.held is not None and (reached is None or reached.rank < ladder.held.tier.rank)
        aim = ladder.held_rung if is_behind else ladder.next_rung
        whole = explained.get(_key(aim))
        missing = asking.least(whole) if whole is not None else []
        found.append(
            Expected(
                str(outlook.label) if outlook else "",
                outlook.says if outlook else "",
                reached,
                tier_outlooks.foresee(asking.partner, ladder, look, reached),
                aim.tier if aim is not None else None,
                missing,
            )
        )
    return Forecast(look, found[0], found[1:])


def _met(explained: Mapping[str, Explanation], rung: Rung) -> bool:
    return _key(rung) in explained and explained[_key(rung)].met


# --- ways up


def _ways(whole: Explanation, points: PointsOf, asking: _Asking) -> list[WayUp]:
    """Return the ways with the least to do, as the reader may see them."""
    catalog = points.catalog
    best = cheapest(whole, catalog, price=points.cost_of)
    if best is None or not best.steps:
        return []
    found = ways(whole, catalog, price=points.cost_of)[:SHOWN_WAYS]
    seen = {leaf.path: leaf for leaf in _nodes(asking.seen(whole))}
    return [_shown(way, seen, points) for way in found]


def _nodes(node: Explanation) -> list[Explanation]:
    return [node, *(below for part in node.parts for below in _nodes(part))]


def _shown(way: Way, seen: Mapping[str, Explanation], points: PointsOf) -> WayUp:
    steps = [
        StepUp(seen[step.leaf.path], step.cost, points.gains_of(step.leaf) if seen[step.leaf.path].clause else [])
        for step in way.steps
    ]
    return WayUp(steps, way.unknown)
