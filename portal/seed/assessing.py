"""Scorecards of single partners: switched on, answered by their managers and by themselves, period by period."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from core.services import versions
from partners.models import Partner
from scorecards.models import ASKED, Assessment, Metric, PartnerScorecard, Scorecard
from scorecards.services import assessment_requests, assessments, starter, use
from segmentation.models import Classification

#: What an answer takes, and how long an assessor reads before the first one.
SECONDS_PER_ANSWER = 24
#: Partners besides those with a story, so that there is something to compare with.
OTHERS = 8
OTHERS_CARDS = ("sales-capability", "growth-execution")
OTHERS_DAYS = (180, 90)


@dataclass(frozen=True)
class Round:
    """One filling: how many days ago, and the levels in the order of the questions; fewer of them are a beginning."""

    days: int
    levels: str
    side: str = "cam"
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """A scorecard used for one partner: since when, why, and how it was filled in."""

    scorecard: str
    since_days: int
    reason: str
    rounds: Sequence[Round]
    asked_days: int | None = None


#: The three partners whose story the scorecards tell. Stage and work in hand may differ.
STORIES: Mapping[str, Sequence[Work]] = {
    "MobileInfinity Solutions": (
        Work(
            "sales-capability",
            200,
            "They win by price; we want them to win by value.",
            (
                Round(180, "3223223232"),
                Round(90, "3323333", "partner", {"qualifying": "We do ask, but nobody writes it down."}),
                Round(
                    90,
                    "3333333233",
                    comments={
                        "qualifying": "Four of the six open deals had no date. Marcus agreed to ask from now on.",
                        "understanding": "Sat in on two first meetings in Dallas: two thirds was them talking.",
                    },
                ),
                Round(2, "3443", comments={"qualifying": "Five of six now have all four answers."}),
            ),
        ),
        Work(
            "marketing-capability",
            200,
            "A marketer since spring, and nothing to show for it yet.",
            (
                Round(180, "21222121112"),
                Round(90, "3323312223", "partner", {"campaigns": "Jade ran the six-week campaign in June."}),
                Round(90, "22323132222", comments={"answering-leads": "Three leads of June were called in July."}),
            ),
            asked_days=6,
        ),
        Work(
            "growth-execution",
            200,
            "They grow fast enough to need a plan.",
            (
                Round(180, "223223323"),
                Round(90, "4433434", "partner"),
                Round(90, "333323333", comments={"growth-plan": "Rosa signed the page for the year in April."}),
            ),
        ),
    ),
    "BrandTech": (
        Work(
            "activation-basics",
            70,
            "New here: the usual first four months.",
            (
                Round(
                    45,
                    "3232222",
                    comments={"kick-off": "Kick-off with Graham only; Sophie was at a fair.", "story": "Reads slides."},
                ),
                Round(44, "443233", "partner", {"demonstration": "Wes has shown it to two shops."}),
            ),
        ),
        Work(
            "reactivation",
            9,
            "Silent since five weeks although they are new: the basics can wait.",
            (Round(8, "3332", comments={"reason-known": "Sophie: a till roll-out for one chain took everybody."}),),
            asked_days=3,
        ),
    ),
    "ChannelEdge": (
        Work(
            "prospect-profile",
            21,
            "Three people who know county administrations: worth a proper look.",
            (
                Round(
                    14,
                    "453323",
                    comments={
                        "customers-served": "Named seven counties; four of them run our competitor until next year.",
                        "people-who-deliver": "None, and they know: they want to sell with a service partner.",
                    },
                ),
            ),
        ),
    ),
}


def install(*, by: User, at: datetime) -> None:
    """Put the starter pack into the programme."""
    starter.install(by=by, at=at)


def follow(*, after: datetime, at: datetime, now: datetime) -> None:
    """Write what was answered after a moment, up to another one; `now` is the moment of loading."""
    for name, works in STORIES.items():
        partner = Partner.objects.filter(name=name).first()
        for work in works if partner else ():
            _do(partner, work, after=after, at=at, now=now)
    for days in OTHERS_DAYS:
        if after < now - timedelta(days=days) <= at:
            _answer_of_others(now - timedelta(days=days))


def _do(partner: Any, work: Work, *, after: datetime, at: datetime, now: datetime) -> None:
    scorecard = Scorecard.objects.filter(key=work.scorecard).first()
    if scorecard is None:
        return
    began = now - timedelta(days=work.since_days)
    if began <= at and not PartnerScorecard.objects.filter(partner=partner, scorecard=scorecard).exists():
        since = max(began, after)
        use.switch_on(partner=partner, scorecard=scorecard, by=_manager(partner), at=since, reason=work.reason)
    for one in work.rounds:
        moment = now - timedelta(days=one.days)
        if after < moment <= at:
            _fill(partner, scorecard, one, at=moment)
    if work.asked_days is not None and after < now - timedelta(days=work.asked_days) <= at:
        assessment_requests.ask(
            partner=partner,
            scorecard=scorecard,
            by=_manager(partner),
            at=now - timedelta(days=work.asked_days),
            message="Ten minutes, before we meet: I would like to see where we look at it differently.",
        )


def _fill(partner: Any, scorecard: Scorecard, one: Round, *, at: datetime) -> None:
    by = _manager(partner) if one.side == "cam" else _admin(partner)
    questions = _questions(scorecard, one.side)
    begun = assessments.current(partner, scorecard, one.side, at=at)
    if begun is not None:  # near the end of a quarter two rounds may fall into one
        assessments.take_up(assessment=begun, by=by, at=at)
    shown_at = at
    for metric, level in zip(questions, one.levels, strict=False):
        at += timedelta(seconds=SECONDS_PER_ANSWER + zlib.crc32(metric.key.encode()) % 17)
        assessments.answer(
            partner=partner,
            metric=metric,
            side=one.side,
            by=by,
            at=at,
            level=int(level),
            comment=one.comments.get(metric.key),
            shown_at=shown_at,
        )
    if len(one.levels) >= len(questions):
        done = Assessment.objects.filter(
            partner=partner, scorecard_version__definition=scorecard, side=one.side
        ).order_by("-period_starts_on")
        assessments.finish(assessment=done[0], by=by, at=at)


def _answer_of_others(at: datetime) -> None:
    """Let the managers of some more partners answer, each partner with a level of its own."""
    active = Classification.objects.filter(stage__key="activated").exclude(partner__name__in=STORIES)
    for row in active.select_related("partner").order_by("partner_id")[:OTHERS]:
        for key in OTHERS_CARDS:
            scorecard = Scorecard.objects.get(key=key)
            use.switch_on(partner=row.partner, scorecard=scorecard, by=_manager(row.partner), at=at)
            count = len(_questions(scorecard, "cam"))
            _fill(row.partner, scorecard, Round(0, _levels(row.partner.name + key, count)), at=at)


def _levels(word: str, count: int) -> str:
    """Return levels around one that belongs to the word."""
    base = 2 + zlib.crc32(word.encode()) % 3
    return "".join(str(min(5, max(1, base - 1 + zlib.crc32(f"{word}{n}".encode()) % 3))) for n in range(count))


def _questions(scorecard: Scorecard, side: str) -> list[Metric]:
    version = versions.published_of(scorecard)
    asked = version.metrics.filter(asked_of__in=ASKED[side]) if version else Metric.objects.none()
    return list(asked.select_related("scorecard_version__definition").order_by("section__position", "position"))


def _manager(partner: Any) -> User | None:
    return User.objects.filter(assignments__partner=partner, assignments__ends_at__isnull=True).first()


def _admin(partner: Any) -> User | None:
    return User.objects.filter(person__partner=partner, person__is_admin=True).first()
