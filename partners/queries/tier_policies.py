"""A track's policy read back in sentences: what happens to partners, when, and how long they are warned before."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import TierTrack
from partners.tier_policy import LEAP_YEAR, Calendar, CalendarKind, Downward, Upward, day_of_year


def in_words(track: TierTrack) -> list[str]:
    """Return what the policy means, a sentence each."""
    said = [_rises(track), _falls(track)]
    if track.downward != Downward.NEVER and track.grace_days:
        said.append(_warned(track))
    if track.minimum_stay_months and track.downward != Downward.NEVER:
        said.append(_kept(track))
    if track.reviews_raise or track.reviews_lower:
        said += _reviewed(track)
    return said


def calendar_in_words(calendar: Calendar) -> str:
    """Return on which days a calendar reviews."""
    if calendar.kind == CalendarKind.ANNIVERSARY:
        return _("on the anniversary of the day it got its tier")
    if calendar.kind == CalendarKind.DATES:
        days = [date_format(day_of_year(one, LEAP_YEAR), "j F") for one in calendar.dates]
        return _("at the review of %(days)s") % {"days": get_text_list(days, _("or"))}
    if calendar.months == 1:
        return _("at the review on the first of every month")
    if calendar.months <= 12 and 12 % calendar.months == 0:
        first = calendar.days(date(LEAP_YEAR, 1, 1), date(LEAP_YEAR, 12, 31))
        days = [date_format(day, "j F") for day in first]
        return _("at the review of %(days)s") % {"days": get_text_list(days, _("or"))}
    return _("at the review every %(n)s months") % {"n": calendar.months}


def _rises(track: TierTrack) -> str:
    if track.upward == Upward.AT_ONCE:
        return _("Partners rise at once, to the best tier whose requirements they meet.")
    if track.upward == Upward.BY_APPROVAL:
        return _("Partners rise when somebody approves it: who meets the requirements waits in a queue.")
    said = _("Partners rise %(when)s.") % {"when": calendar_in_words(track.raising)}
    return f"{said} {_up_to(track.most_rungs_up)}".strip()


def _up_to(most: int | None) -> str:
    if not most:
        return ""
    return ngettext("By one tier at most.", "By %(n)s tiers at most.", most) % {"n": most}


def _falls(track: TierTrack) -> str:
    if track.downward == Downward.NEVER:
        return _("They never fall: a tier once reached is kept.")
    when = _("as soon as they no longer meet the requirements")
    if track.downward == Downward.AT_REVIEW:
        when = calendar_in_words(track.lowering)
    if not track.grace_days:
        said = _("They fall %(when)s, to the best tier they then meet, without a grace period.") % {"when": when}
    else:
        said = ngettext(
            "They fall after %(n)s day of grace, which begins %(when)s, to the best tier they then meet.",
            "They fall after %(n)s days of grace, which begin %(when)s, to the best tier they then meet.",
            track.grace_days,
        ) % {"n": track.grace_days, "when": when}
    return f"{said} {_up_to(track.most_rungs_down)}".strip()


def _warned(track: TierTrack) -> str:
    if not track.notice_days:
        return _("They hear of it when grace begins and when it ends. Who meets the requirements again stays.")
    days = get_text_list([str(one) for one in track.notice_days], _("and"))
    return _(
        "They hear of it when grace begins, %(days)s days before it ends, and when it ends. Who meets the requirements"
        " again in that time stays."
    ) % {"days": days}


def _kept(track: TierTrack) -> str:
    if track.minimum_stay_months == 12:
        return _("A tier is kept until the anniversary of the day it was reached, whatever the figures say.")
    return ngettext(
        "A tier is kept for %(n)s month at least, whatever the figures say.",
        "A tier is kept for %(n)s months at least, whatever the figures say.",
        track.minimum_stay_months,
    ) % {"n": track.minimum_stay_months}


def _reviewed(track: TierTrack) -> Sequence[Any]:
    counts = (
        _("At a review the requirements count as met if they were met on any day since the review before.")
        if track.any_day_counts
        else _("At a review the figures of its own day count.")
    )
    waits = (
        _("Somebody looks at each review before it is carried out.")
        if track.reviews_wait
        else _("Reviews are carried out on their day, without anybody's doing.")
    )
    return [counts, waits]
