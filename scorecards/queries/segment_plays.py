"""Plays of segments as pages show them: whom a start would reach, and what came of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from enablement.models import Asset, Journey
from partners.models import Partner
from scorecards.models import Direction, Play, Prescription, PrescriptionState, SegmentPlay, SegmentPlayFigure
from segmentation.models import Classification

SAMPLE = 8


def all_of(*, segment: Any = None) -> Any:
    """Return the plays of segments, those running first; of one segment, where it is given."""
    rows = SegmentPlay.objects.select_related("segment", "owner").prefetch_related("plays")
    if segment is not None:
        rows = rows.filter(segment=segment)
    still_in = Q(members__left_at__isnull=True)
    return rows.annotate(member_count=Count("members", filter=still_in, distinct=True)).order_by(
        "ended_at", "-started_at", "name", "pk"
    )


@dataclass(frozen=True, slots=True)
class PlayReach:
    """One play of a treatment: how many of the segment would get it, have it in work, and cannot take it up."""

    play: Play
    get: int
    have: int
    cannot: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a start would reach."""

    count: int
    sample: list[Partner]
    plays: list[PlayReach]


def preview(segment_play: SegmentPlay) -> Preview:
    """Return whom a start would reach now, in a few statements however many they are."""
    inside = Classification.objects.filter(segment_ids__contains=[segment_play.segment_id]).values("partner")
    partners = Partner.objects.filter(pk__in=inside)
    count = partners.count()
    reaches = [_reach(play, partners, count) for play in segment_play.plays.published().order_by("position", "pk")]
    return Preview(count, list(partners.order_by("name", "pk")[:SAMPLE]), reaches)


def _reach(play: Play, partners: Any, count: int) -> PlayReach:
    in_work = Prescription.objects.filter(play=play, state=PrescriptionState.ACCEPTED).values("partner")
    have = partners.filter(pk__in=in_work).count()
    possible = count
    link: Any = play.asset or play.journey
    if isinstance(link, Asset | Journey):
        if not link.is_offered:
            possible = 0
        elif link.audience_id is not None:
            possible = partners.filter(classification__segment_ids__contains=[link.audience_id]).count()
    cannot = count - possible
    return PlayReach(play, max(possible - have, 0), have, cannot)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a segment's play: its figure then and now, against everybody else's."""

    segment_play: SegmentPlay
    first: SegmentPlayFigure
    last: SegmentPlayFigure
    series: list[tuple[date, Decimal]]
    series_outside: list[tuple[date, Decimal]]

    @property
    def moved(self) -> Decimal | None:
        """What the average of those given it moved by, each from when it was given."""
        if self.last.inside_now is None or self.last.inside_then is None:
            return None
        return self.last.inside_now - self.last.inside_then

    @property
    def moved_outside(self) -> Decimal | None:
        """What the average of everybody else moved by since the start."""
        if self.last.outside_now is None or self.first.outside_now is None:
            return None
        return self.last.outside_now - self.first.outside_now

    @property
    def is_better(self) -> bool | None:
        """Whether it moved the way it was to, further than elsewhere; None where that is not known."""
        if self.moved is None or self.moved_outside is None:
            return None
        ahead = self.moved - self.moved_outside
        return ahead > 0 if self.segment_play.direction == Direction.MORE else ahead < 0

    @property
    def has_reached_target(self) -> bool | None:
        """Whether the average is at the target; None without one."""
        target, now = self.segment_play.target, self.last.inside_now
        if target is None or now is None:
            return None
        return now >= target if self.segment_play.direction == Direction.MORE else now <= target


def result_of(segment_play: SegmentPlay) -> Result | None:
    """Return what came of a segment's play; None while nothing was measured."""
    figures = list(segment_play.figures.order_by("day"))
    if not figures:
        return None
    return Result(
        segment_play,
        figures[0],
        figures[-1],
        [(one.day, one.inside_now) for one in figures if one.inside_now is not None],
        [(one.day, one.outside_now) for one in figures if one.outside_now is not None],
    )


def given_by(segment_play: SegmentPlay) -> list[tuple[Play, int, int]]:
    """Return the plays that were given with it, each with how many are in work and done."""
    of_this = Q(prescriptions__segment_play=segment_play)
    plays = segment_play.plays.annotate(
        work=Count("prescriptions", filter=of_this & Q(prescriptions__state=PrescriptionState.ACCEPTED)),
        done=Count("prescriptions", filter=of_this & Q(prescriptions__state=PrescriptionState.DONE)),
    )
    return [(play, play.work, play.done) for play in plays.order_by("position", "pk")]


def members_of(segment_play: SegmentPlay, *, visible: Any) -> Any:
    """Return who was given it, of partners a person may see, the latest first."""
    rows = segment_play.members.filter(partner__in=visible).select_related("partner")
    return rows.order_by("-joined_at", "partner__name", "pk")
