"""The rows of a dashboard: partners with everything known of them, in the order that is asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from partners.models import Assignment, Partner, SecondaryAssignment, Touch
from portal.queries import actions as action_reads
from portal.queries import dashboard_facts as facts
from portal.queries.actions import Action
from portal.queries.dashboard_filters import Names
from scorecards.alert_words import ICONS
from scorecards.models import ActionChoice, AlertKind

MOST_PARTNERS = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a dashboard is put together, and when."""

    user: Any
    at: datetime
    today: date


@dataclass(slots=True)
class Row:
    """One partner with all that a card or a line shows of it."""

    partner: Any
    stage: str
    tier: str
    tier_note: str
    score: int | None
    change: int | None
    pipeline: Decimal
    won: Decimal
    tasks: int
    late_tasks: int
    alerts: list[tuple[str, str, str]]
    categories: list[str]
    region: str
    relation: str
    actions: list[Action]
    all_actions: list[Action] = field(default_factory=list)

    @property
    def action(self) -> Action | None:
        """The most urgent thing to do that was not set aside."""
        return self.actions[0] if self.actions else None

    @property
    def urgency(self) -> int:
        """How urgent that is."""
        return self.actions[0].urgency if self.actions else 0


def rows_read(partners: QuerySet[Partner], names: Names, reader: Reader) -> list[Row]:
    """Return the partners that somebody sees, so many at most, with everything known of them."""
    return rows_of(list(read(partners, reader)[:MOST_PARTNERS]), names, reader)


@dataclass(slots=True)
class Beside:
    """What was read of deals and scores beside the rows, for the figures above them."""

    deals: Any = None
    scores: Any = None


def read(partners: QuerySet[Partner], reader: Reader) -> Any:
    """Return partners as plain rows, with what is asked of each in the same statement."""
    mine = OuterRef("pk")
    own = {"partner": mine, "user": reader.user}
    touched = Touch.objects.filter(partner=mine).order_by("-happened_at").values("happened_at")[:1]
    choices = ActionChoice.objects.filter(**own).values(
        told=JSONObject(key=F("key"), aside=F("set_aside_at"), until=F("until_on"), quadrant=F("quadrant"))
    )
    return (
        partners.annotate(
            touched_at=Subquery(touched),
            is_primary=Exists(Assignment.objects.open().filter(**own)),
            is_secondary=Exists(SecondaryAssignment.objects.open().filter(**own)),
            manager=Subquery(Assignment.objects.open().filter(partner=mine).values("user__name")[:1]),
            choices=ArraySubquery(choices),
            stage_id=F("classification__stage_id"),
            qualified=F("classification__tier_ids"),
        )
        .order_by("name", "id")
        .values_list(
            "pk", "public_id", "name", "region_id", "last_active_at", "touched_at", "is_primary", "is_secondary",
            "manager", "choices", "stage_id", "qualified", named=True,
        )
    )  # fmt: skip


def rows_of(partners: Sequence[Any], names: Names, reader: Reader, beside: Beside | None = None) -> list[Row]:
    """Return partners with everything known of them."""
    ids = [one.pk for one in partners]
    deals, scores = facts.deals(ids, today=reader.today), facts.scores(ids, today=reader.today)
    waiting, stays = facts.waiting(ids, user_id=reader.user.pk), facts.stays(ids)
    if beside is not None:
        beside.deals, beside.scores = deals, scores
    labels = {kind: str(label) for kind, label in AlertKind.choices}
    rows = []
    for one in partners:
        stage = names.get("stage", one.stage_id)
        region = names.get("region", one.region_id)
        open_ones = waiting.get(one.pk, [])
        pipeline, won = deals.pipeline.get(one.pk, facts.NOTHING), deals.won.get(one.pk, facts.NOTHING)
        known = action_reads.Known(
            one, stage.key if stage else "", open_ones, stays.waiting.get(one.pk, 0), pipeline + won
        )
        found = action_reads.of_partner(known, user_id=reader.user.pk, today=reader.today)
        tier, note = _tier(stays.tiers.get(one.pk), one.qualified or [], names)
        tasks = [waits for waits in open_ones if waits.what == "task"]
        rows.append(
            Row(
                partner=one,
                stage=stage.name if stage else "",
                tier=tier,
                tier_note=note,
                score=scores.now(one.pk),
                change=scores.change(one.pk),
                pipeline=pipeline,
                won=won,
                tasks=len(tasks),
                late_tasks=sum(waits.due_on is not None and waits.due_on < reader.today for waits in tasks),
                alerts=[(kind, labels[kind], ICONS[kind]) for kind in _kinds(open_ones)],
                categories=[
                    named.name for pk in stays.categories.get(one.pk, []) if (named := names.get("category", pk))
                ],
                region=region.name if region else "",
                relation="" if one.is_primary else "secondary" if one.is_secondary else "other",
                actions=_not_set_aside(found, one.choices, reader.today),
                all_actions=found,
            )
        )
    return rows


def _kinds(waiting: Iterable[facts.Waiting]) -> list[str]:
    return [one.text for one in waiting if one.what == "alert"]


def _not_set_aside(found: list[Action], choices: Iterable[Any], today: date) -> list[Action]:
    away = {
        one["key"] for one in choices if one["aside"] and (one["until"] is None or one["until"] > today.isoformat())
    }
    return [one for one in found if one.key not in away] if away else found


def _tier(held: facts.HeldTier | None, qualified: Sequence[int], names: Names) -> tuple[str, str]:
    """Return the tier a partner holds on the first track, and what is to be said of it."""
    if held is None:
        ready = [tier for tier in names.of("tier") if tier.pk in qualified]
        return "", _("ready for %(tier)s") % {"tier": ready[-1].name} if ready else ""
    tier = names.get("tier", held.tier_id)
    if tier is None:
        return "", ""
    if held.grace_ends_on:
        return tier.name, _("in grace")
    above = [
        one for one in names.of("tier") if one.within == tier.within and one.place > tier.place and one.pk in qualified
    ]
    return tier.name, _("ready for %(tier)s") % {"tier": above[-1].name} if above else ""


def ranked(actions: Iterable[Action]) -> list[Action]:
    """Return things to do, the most urgent first."""
    return sorted(actions, key=lambda one: (-one.urgency, one.name, one.key))


def in_order(rows: Iterable[Row], sort: str) -> list[Row]:
    """Return rows in an order; those without a value come last, whichever way round."""
    name, down = sort.removeprefix("-"), sort.startswith("-")

    def value(row: Row) -> Any:
        match name:
            case "name":
                return row.partner.name.lower()
            case "touched":
                return row.partner.touched_at
            case "manager":
                return row.partner.manager
            case "alerts":
                return len(row.alerts)
            case "next":
                return row.urgency
        return getattr(row, name)

    by_name = sorted(rows, key=lambda row: (row.partner.name.lower(), row.partner.pk))
    known = [row for row in by_name if value(row) not in (None, "")]
    rest = [row for row in by_name if value(row) in (None, "")]
    return [*sorted(known, key=value, reverse=down), *rest]
