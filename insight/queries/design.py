"""What seems wrong, in words: what was found, why it matters, what to do, and the page to do it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.models import Program
from core.money import Money
from core.periods import today
from core.templatetags import formats
from insight.models import Finding, FindingKind
from insight.models.findings import PROPOSALS

ADVICE: Mapping[str, str | Promise] = {
    FindingKind.TOO_MANY: gettext_lazy(
        "Partners do not read through that many. Merge those that differ little, or make some of them segments."
    ),
    FindingKind.SAME_MEMBERS: gettext_lazy(
        "Two names for one kind of partner confuse both sides. Say how they differ, or merge them."
    ),
    FindingKind.SAME_BENEFITS: gettext_lazy("Whoever gets the same need not choose. Give each its own, or merge them."),
    FindingKind.NO_MEMBERS: gettext_lazy(
        "Look whether its criteria ask for too much, tell partners of it, or retire it."
    ),
    FindingKind.NO_DATA: gettext_lazy(
        "Its criteria cannot judge whom they know nothing of. Ask members for these fields at their next review."
    ),
    FindingKind.OVERDUE: gettext_lazy("Go through them: those without differences are renewed in one go."),
    FindingKind.RIGID: gettext_lazy(
        "Members changed and their category did not follow. Check the criteria, and ask at the next review."
    ),
    FindingKind.UNTOLD: gettext_lazy(
        "A category that its members do not know of changes nothing. Invite somebody from each, and say what it gives."
    ),
    FindingKind.UNHEARD: gettext_lazy("Who gets no answer stops telling. Decide, or give them to somebody who will."),
    FindingKind.LIKE_ALL_OTHERS: gettext_lazy(
        "Nothing is meant for it: no content, no journey, no other rule. Give it something of its own, or retire it."
    ),
    FindingKind.MERGE: gettext_lazy(
        "Put what one gives into the other's next version, move its members, then retire it."
    ),
    FindingKind.SPLIT: gettext_lazy(
        "The same benefits and requirements hardly fit both. Two categories, or two tiers, would serve each better."
    ),
    FindingKind.RETIRE: gettext_lazy("Move who is left to a category that serves them, then retire it."),
}
#: What weighs most stands first.
ORDER: list[str] = [
    *(FindingKind.UNHEARD, FindingKind.OVERDUE, FindingKind.UNTOLD, FindingKind.NO_DATA, FindingKind.SAME_MEMBERS),
    *(FindingKind.RIGID, FindingKind.NO_MEMBERS, FindingKind.SAME_BENEFITS, FindingKind.TOO_MANY),
    *(FindingKind.LIKE_ALL_OTHERS, *PROPOSALS),
]


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a page shows it."""

    finding: Finding
    sentence: str
    advice: str
    url: str
    is_aside: bool


@dataclass(frozen=True, slots=True)
class Design:
    """Everything that seems wrong now: warnings, proposals, and what was set aside."""

    warnings: list[Told]
    proposals: list[Told]
    aside: list[Told]


def design(*, at: datetime) -> Design:
    """Return what seems wrong now."""
    day = today(at=at, zone=Program.current().zone)
    open_ones = Finding.objects.filter(gone_at__isnull=True).select_related("category", "other", "segment", "aside_by")
    told = sorted(
        (tell(one, day=day) for one in open_ones), key=lambda one: (ORDER.index(one.finding.kind), one.finding.pk)
    )
    return Design(
        warnings=[one for one in told if not one.is_aside and one.finding.kind not in PROPOSALS],
        proposals=[one for one in told if not one.is_aside and one.finding.kind in PROPOSALS],
        aside=[one for one in told if one.is_aside],
    )


def of_category(category: Any, *, at: datetime) -> list[Told]:
    """Return what seems wrong with one category and was not set aside."""
    day = today(at=at, zone=Program.current().zone)
    found = Finding.objects.filter(Q(category=category) | Q(other=category), gone_at__isnull=True)
    told = [tell(one, day=day) for one in found.select_related("category", "other", "segment").order_by("pk")]
    return [one for one in told if not one.is_aside]


def tell(finding: Finding, *, day: date) -> Told:
    """Put a finding into words."""
    is_aside = finding.remind_on is not None and finding.remind_on > day
    advice = str(ADVICE[finding.kind])
    return Told(finding, _sentence(finding), advice, _page(finding), is_aside)


def _sentence(finding: Finding) -> str:
    numbers = {name: _shown(name, value) for name, value in finding.numbers.items()}
    names = {"category": finding.category, "other": finding.other, "segment": finding.segment, **numbers}
    return _words(finding) % names


def _words(finding: Finding) -> str:
    numbers = finding.numbers
    match finding.kind:
        case FindingKind.TOO_MANY:
            return _("%(categories)s categories are in use; more than %(most)s are hard to tell apart.")
        case FindingKind.SAME_MEMBERS:
            return _(
                "%(both)s partners are in both %(category)s (%(members)s members) and %(other)s (%(other_members)s):"
                " %(percent)s of those in either."
            )
        case FindingKind.SAME_BENEFITS:
            return _("The benefits of %(category)s and %(other)s are %(percent)s the same text.")
        case FindingKind.NO_MEMBERS:
            return _("%(category)s has been published for %(days)s days, and nobody is in it.")
        case FindingKind.NO_DATA:
            return _("Criteria of %(category)s ask for what is empty for many of its %(members)s members: %(fields)s.")
        case FindingKind.OVERDUE:
            return ngettext(
                "%(overdue)s of %(members)s memberships of %(category)s is past its review.",
                "%(overdue)s of %(members)s memberships of %(category)s are past their review.",
                numbers["overdue"],
            )
        case FindingKind.RIGID:
            return _(
                "Data of %(moved)s of the %(members)s members of %(category)s changed within a year;"
                " nobody came or went."
            )
        case FindingKind.UNTOLD:
            return _(
                "%(untold)s of %(members)s members of %(category)s were never told of it;"
                " at %(without_user)s of them nobody can sign in."
            )
        case FindingKind.UNHEARD:
            return ngettext(
                "%(late)s of %(open)s open flags about %(category)s is past its day.",
                "%(late)s of %(open)s open flags about %(category)s are past their day.",
                numbers["late"],
            )
        case FindingKind.LIKE_ALL_OTHERS:
            return ngettext(
                "%(members)s partner is in the segment %(segment)s, and is treated like all others.",
                "%(members)s partners are in the segment %(segment)s, and are treated like all others.",
                numbers["members"],
            )
        case FindingKind.MERGE:
            return _(
                "%(category)s and %(other)s look like one: %(both)s partners in both"
                " (%(percent)s of those in either), benefits %(alike)s alike,"
                " %(revenue)s and %(other_revenue)s sold in a year."
            )
        case FindingKind.SPLIT:
            return _(
                "%(category)s holds two kinds of partners: the %(inside)s who are in %(other)s, too, sold"
                " %(inside_median)s in a year (median), the other %(outside)s sold %(outside_median)s."
            )
        case _:
            return _(
                "%(category)s has %(members)s members, %(came)s came within a year, and they sold %(revenue)s in it."
            )


MONEY = frozenset({"revenue", "other_revenue", "inside_median", "outside_median"})
SHARES = frozenset({"percent", "alike"})


def _shown(name: str, value: Any) -> str:
    if name == "fields":
        return ", ".join(f"{field} ({formats.percent(Decimal(n) / 100)})" for field, n in value)
    if name in SHARES:
        return formats.percent(Decimal(value) / 100)
    if name in MONEY:
        return str(formats.money_short(Money(Decimal(value), Program.current().currency)))
    return str(formats.number(value))


def _page(finding: Finding) -> str:
    """Return where to do something about it."""
    if finding.kind == FindingKind.LIKE_ALL_OTHERS and finding.segment:
        return reverse("vendor:segment-detail", args=[finding.segment.public_id])
    if finding.category is None:
        return reverse("vendor:category-list")
    pages = {
        FindingKind.UNHEARD: "vendor:flag-list",
        FindingKind.OVERDUE: "vendor:membership-review-list",
    }
    if (name := pages.get(finding.kind)) is not None:  # type: ignore[call-overload]
        return reverse(name)
    return reverse("vendor:category-detail", args=[finding.category.public_id])
