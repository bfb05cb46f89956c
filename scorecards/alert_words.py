"""What an alert says: the facts behind it in words of the reader's language, how urgent it is, and what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scorecards.models import AlertKind


@dataclass(frozen=True, slots=True)
class Said:
    """An alert in words: what is the matter, what to do about it, a mark beside it, and how urgent it is (0 to 99)."""

    reason: str
    act: str
    mark: str
    tone: str
    icon: str
    urgency: int


#: Within so many days, something is pressing.
FEW_DAYS = 14

ICONS: Mapping[str, str] = {
    AlertKind.DEAL: "alarm-clock",
    AlertKind.TIER: "shield-alert",
    AlertKind.REVIEW: "clipboard-list",
    AlertKind.CERTIFICATION: "badge-alert",
    AlertKind.ENGAGEMENT: "trending-down",
    AlertKind.SILENT: "volume-x",
}


def said(kind: str, facts: Mapping[str, Any], *, today: date) -> Said:
    """Return an alert in words as of a day."""
    return _WORDS[kind](facts, today)


def _deal(facts: Mapping[str, Any], today: date) -> Said:
    since = _day(facts["since_on"], today)
    days = (today - since).days
    names = {"n": facts["n"], "deal": facts["deal"], "day": _written(since, today)}
    if facts["past"]:
        reason = (
            _("%(deal)s was to close on %(day)s.")
            if facts["n"] == 1
            else ngettext(
                "%(n)s open deal stands still or is past its closing day, since %(day)s: %(deal)s.",
                "%(n)s open deals stand still or are past their closing days, the first since %(day)s: %(deal)s.",
                facts["n"],
            )
        )
        mark = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
        return Said(reason % names, _("Ask about stalled deals"), mark, "error", "alarm-clock", 80 + min(days, 14))
    reason = ngettext(
        "Nothing has changed on %(deal)s since %(day)s.",
        "Nothing has changed on %(n)s open deals, the first since %(day)s: %(deal)s.",
        facts["n"],
    )
    mark = ngettext("%(n)s day quiet", "%(n)s days quiet", days) % {"n": days}
    return Said(reason % names, _("Ask about stalled deals"), mark, "warning", "alarm-clock", 62 + min(days // 10, 8))


def _tier(facts: Mapping[str, Any], today: date) -> Said:
    day = _day(facts["day"], today)
    left = (day - today).days
    names = {"tier": facts["tier"], "track": facts["track"], "day": _written(day, today)}
    if facts["how"] == "grace":
        reason = _("%(track)s: %(tier)s is kept in grace until %(day)s only.") % names
        mark = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left} if left > 0 else _("Last day")
        tone = "error" if left <= FEW_DAYS else "warning"
        return Said(reason, _("Save the tier"), mark, tone, "shield-alert", 88 - left // 3)
    reason = (
        _("%(track)s: by today's figures %(tier)s comes into grace at the review on %(day)s.")
        if facts.get("into_grace")
        else _("%(track)s: by today's figures %(tier)s is lost at the review on %(day)s.")
    )
    return Said(reason % names, _("Save the tier"), _("At risk"), "warning", "shield-alert", 78 - left // 3)


def _review(facts: Mapping[str, Any], today: date) -> Said:
    day = _day(facts["day"], today)
    names = {"n": facts["n"], "category": facts["category"], "day": _written(day, today)}
    late = day < today
    if late:
        reason = ngettext(
            "The review of %(category)s was due on %(day)s.",
            "%(n)s reviews of categories are due, the first since %(day)s: %(category)s.",
            facts["n"],
        )
    else:
        reason = ngettext(
            "The review of %(category)s is due on %(day)s.",
            "%(n)s reviews of categories come due, the first on %(day)s: %(category)s.",
            facts["n"],
        )
    mark, tone = (_("Late"), "error") if late else (_short(day, today), "plain")
    icon, urgency = ("clipboard-list", 76) if late else ("", 54)
    return Said(reason % names, _("Decide on the review"), mark, tone, icon, urgency)


def _certification(facts: Mapping[str, Any], today: date) -> Said:
    day = _day(facts["day"], today)
    left = (day - today).days
    names = {"n": facts["n"], "name": facts["name"], "day": _written(day, today)}
    reason = ngettext(
        "%(name)s expires on %(day)s.",
        "%(n)s certifications expire soon, the first on %(day)s: %(name)s.",
        facts["n"],
    )
    urgency = 72 if left <= FEW_DAYS else 58
    return Said(reason % names, _("Remind of renewal"), _short(day, today), "warning", "badge-alert", urgency)


def _engagement(facts: Mapping[str, Any], today: date) -> Said:
    recent, usual = int(facts["recent"]), int(facts["before"]) / 3
    drop = round(100 - 100 * recent / usual) if usual else 0
    names = {"recent": recent, "usual": number_format(usual, decimal_pos=0), "drop": drop}
    reason = _("%(recent)s activities in 30 days; %(usual)s were usual in the 90 days before.") % names
    return Said(reason, _("Check in"), f"−{drop} %", "warning", "trending-down", 56 + drop // 10)


def _silent(facts: Mapping[str, Any], today: date) -> Said:
    since = _day(facts["since_on"], today)
    days = (today - since).days
    if facts.get("active_on") or facts.get("touched_on"):
        reason = _("Nobody was in touch and nobody signed in since %(day)s.") % {"day": _written(since, today)}
    else:
        reason = _("Nobody was ever in touch, and nobody has signed in yet.")
    mark = ngettext("%(n)s day silent", "%(n)s days silent", days) % {"n": days}
    return Said(reason, _("Call to reactivate"), mark, "warning", "volume-x", 60 + min(days // 30, 10))


_WORDS: Mapping[str, Callable[[Mapping[str, Any], date], Said]] = {
    AlertKind.DEAL: _deal,
    AlertKind.TIER: _tier,
    AlertKind.REVIEW: _review,
    AlertKind.CERTIFICATION: _certification,
    AlertKind.ENGAGEMENT: _engagement,
    AlertKind.SILENT: _silent,
}


def _day(written: str, today: date) -> date:
    return date.fromisoformat(written) if written else today


def _written(day: date, today: date) -> str:
    return date_format(day, "j F" if day.year == today.year else "j F Y")


def _short(day: date, today: date) -> str:
    return date_format(day, "j M" if day.year == today.year else "j M Y")
