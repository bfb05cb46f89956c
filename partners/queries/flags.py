"""Flags as pages show them: the queue, and what they say about each definition."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from django.db.models import QuerySet

from core.models import Program
from partners.models import Category, CategoryMembership, Flag, FlagReason, FlagState, Partner, Tier, TierHolding
from partners.models.memberships import HOLDING_STATES

RELATED = ("category", "tier__track", "partner", "sent_by", "owner", "membership", "suggested", "decided_by")
#: How many reasons a definition's line names.
REASONS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class DefinitionFlags:
    """What was flagged about one definition. `confused` counts those who did not understand it."""

    name: str
    kind: str
    key: str
    flags: int
    open: int
    late: int
    accepted_share: float | None
    median_days: float | None
    reasons: list[tuple[str, int]]
    confused: int
    members: int

    @property
    def confuses(self) -> float:
        """How many did not understand it, for each partner that it concerns."""
        return self.confused / max(self.members, 1)


def queue(user: Any, *, today: date, show: str = "open", definition: str = "") -> QuerySet[Flag]:
    """Return the flags a person may see: open ones by their due day, answered ones the newest first."""
    rows: QuerySet[Flag] = Flag.objects.visible_to(user).select_related(*RELATED)
    kind, _colon, key = definition.partition(":")
    if kind in ("category", "tier") and key:
        rows = rows.filter(**{f"{kind}__key": key})
    if show == "answered":
        return rows.exclude(state=FlagState.OPEN).order_by("-decided_at", "-pk")
    rows = rows.filter(state=FlagState.OPEN)
    if show == "mine":
        rows = rows.filter(owner=user)
    if show == "late":
        rows = rows.filter(due_on__lt=today)
    return rows.order_by("due_on", "pk")


def of_partner(partner: Partner, user: Any) -> QuerySet[Flag]:
    """Return what a partner's people flagged, open ones first, then the newest."""
    rows: QuerySet[Flag] = Flag.objects.visible_to(user).filter(partner=partner, from_partner=True)
    return rows.select_related(*RELATED).order_by("decided_at", "-sent_at", "pk")


def definitions(user: Any) -> list[tuple[str, str]]:
    """Return the definitions that flags a person may see are about, as options of a filter."""
    rows = (
        Flag.objects.visible_to(user)
        .order_by()
        .values_list("category__key", "category__name", "tier__key", "tier__name")
    )
    found = {
        (f"tier:{tier}", tier_name) if tier else (f"category:{category}", category_name)
        for category, category_name, tier, tier_name in rows.distinct()
    }
    return sorted(found, key=lambda one: one[1])


def statistics(
    user: Any, *, today: date, since: date | None = None, until: date | None = None
) -> list[DefinitionFlags]:
    """Return what flags say about each definition: the ones that confuse most first, then the most flagged.

    `since` and `until` are the first and last day on which flags were sent that count, of the program's days.
    """
    rows = Flag.objects.visible_to(user).exclude(state=FlagState.WITHDRAWN)
    if since:
        rows = rows.filter(sent_at__gte=_midnight(since))
    if until:
        rows = rows.filter(sent_at__lt=_midnight(until + timedelta(days=1)))
    by_definition: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in rows.values("category_id", "tier_id", "state", "reason", "sent_at", "decided_at", "due_on").iterator():
        key = ("tier", row["tier_id"]) if row["tier_id"] else ("category", row["category_id"])
        by_definition[key].append(row)
    ids = {kind: [pk for one, pk in by_definition if one == kind] for kind in ("category", "tier")}
    named: dict[tuple[str, int], Any] = {
        ("category", pk): one for pk, one in Category.objects.in_bulk(ids["category"]).items()
    }
    named |= {("tier", pk): one for pk, one in Tier.objects.in_bulk(ids["tier"]).items()}
    concerned = _concerned(ids)
    found = [_line(named[key], key[0], found, concerned.get(key, 0), today) for key, found in by_definition.items()]
    return sorted(found, key=lambda one: (-one.confused, -one.confuses, -one.flags, one.name))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, Program.current().zone)


def _concerned(ids: dict[str, list[int]]) -> Counter[tuple[str, int]]:
    """Return how many partners hold each definition."""
    held = CategoryMembership.objects.open().filter(category__in=ids["category"], state__in=HOLDING_STATES)
    counted = Counter(("category", pk) for pk in held.values_list("category_id", flat=True))
    counted.update(
        ("tier", pk) for pk in TierHolding.objects.open().filter(tier__in=ids["tier"]).values_list("tier_id", flat=True)
    )
    return counted


def _line(definition: Any, kind: str, rows: list[Any], members: int, today: date) -> DefinitionFlags:
    decided = [row for row in rows if row["state"] in (FlagState.ACCEPTED, FlagState.DECLINED)]
    waiting = [row for row in rows if row["state"] == FlagState.OPEN]
    reasons = Counter(row["reason"] for row in rows)
    accepted = sum(row["state"] == FlagState.ACCEPTED for row in decided)
    days = [(row["decided_at"] - row["sent_at"]).total_seconds() / 86_400 for row in decided]
    return DefinitionFlags(
        name=definition.name,
        kind=kind,
        key=f"{kind}:{definition.key}",
        flags=len(rows),
        open=len(waiting),
        late=sum(row["due_on"] < today for row in waiting),
        accepted_share=accepted / len(decided) if decided else None,
        median_days=median(days) if days else None,
        reasons=[(str(FlagReason(reason).label), n) for reason, n in reasons.most_common(REASONS_SHOWN)],
        confused=reasons[FlagReason.UNCLEAR],
        members=members,
    )
