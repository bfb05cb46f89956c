"""Alerts as pages show them: in words, and what other thresholds would make of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from core.models import Program
from core.periods import today
from partners.models import Partner
from scorecards.alert_words import Said, said
from scorecards.models import Alert, AlertKind, AlertPolicy
from scorecards.services import alert_facts

PANEL_ALERTS = 8
EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with its words. A closed one is said as it was last."""

    alert: Alert
    words: Said

    @property
    def is_open(self) -> bool:
        """Whether it still holds."""
        return self.alert.ends_at is None


def told(alerts: Iterable[Alert], *, day: date) -> list[Told]:
    """Return alerts in words as of a day; closed ones as of the day they were closed."""
    zone = Program.current().zone
    return [
        Told(one, said(one.kind, one.facts, today=today(at=one.ends_at, zone=zone) if one.ends_at else day))
        for one in alerts
    ]


def listed(alerts: QuerySet[Alert], *, kind: str = "", over: bool = False, words: str = "") -> QuerySet[Alert]:
    """Return alerts for a list: the open ones, or those that are over, the latest first."""
    rows = alerts.filter(ends_at__isnull=not over).select_related("partner")
    if kind in AlertKind.values:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(partner__name__icontains=words)
    return rows.order_by("-ends_at", "-starts_at", "-pk") if over else rows.order_by("-starts_at", "-pk")


def of_partner(partner: Partner, *, day: date) -> list[Told]:
    """Return the alerts of a partner: open ones by urgency, then a few that are over."""
    rows = Alert.objects.filter(partner=partner)
    open_ones = sorted(told(rows.filter(ends_at__isnull=True), day=day), key=lambda one: -one.words.urgency)
    past = rows.filter(ends_at__isnull=False).order_by("-ends_at", "-pk")[: PANEL_ALERTS - len(open_ones)]
    return [*open_ones, *told(past, day=day)]


@dataclass(frozen=True, slots=True)
class Effect:
    """What other thresholds would make of one kind of alert: how many there are now, and whom it would come to."""

    label: str
    before: int
    after: int
    opened: int
    closed: int
    examples: list[str]


def effects(draft: AlertPolicy, *, at: datetime) -> list[Effect]:
    """Return what a policy would change, kind by kind, by the facts of today. Reads every partner."""
    zone = Program.current().zone
    day = today(at=at, zone=zone)
    before = alert_facts.counted(AlertPolicy.current(), today=day, zone=zone)
    after = alert_facts.counted(draft, today=day, zone=zone)
    found = []
    for kind in AlertKind:
        now, then = before.get(kind.value, set()), after.get(kind.value, set())
        new = Partner.objects.filter(pk__in=sorted(then - now)[:EXAMPLES]).order_by("name", "pk")
        names = list(new.values_list("name", flat=True)) if then - now else []
        found.append(Effect(str(kind.label), len(now), len(then), len(then - now), len(now - then), names))
    return found


def policy_with(values: dict[str, Any]) -> AlertPolicy:
    """Return a policy in memory with some values, never to be saved."""
    return AlertPolicy(**{name: values[name] for name in (*alert_facts.THRESHOLDS, "switched_off")})
