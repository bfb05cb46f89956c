"""The CAM dashboard: all my partners by life stage, with what to do next and why. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.periods import add_months
from deals.models import DealParticipant, DealStage
from enablement.models import HeldCertification
from partners.models import CategoryMembership, LifeStage, Partner, TierHolding, Touch
from partners.models.memberships import WAITING_STATES
from partners.models.reviews import OPEN_REVIEWS
from portal.queries.actions import Action, WaitingApplications
from scorecards.models import Score

CARDS_PER_STAGE = 60
ACTIONS_SHOWN = 8
TREND_MONTHS = 8
EXPIRY_DAYS = 60
SILENT_DAYS = 60
ACTIVE_DAYS = 30


@dataclass(slots=True)
class Card:
    """A partner on the board."""

    partner: Partner
    line: str
    score: int | None
    pipeline: Decimal
    action: Action | None


@dataclass(slots=True)
class Column:
    """The partners of one life stage."""

    key: str
    name: str
    stage: LifeStage | None
    cards: list[Card] = field(default_factory=list)
    count: int = 0
    pipeline: Decimal = Decimal(0)

    @property
    def more(self) -> int:
        """How many partners are not shown."""
        return self.count - len(self.cards)


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures above the board."""

    partners: int
    pipeline: Decimal
    won: Decimal
    won_before: Decimal
    won_trend: list[float]
    active: int
    average_score: int | None
    expiring: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the dashboard."""

    figures: Figures
    columns: list[Column]
    actions: list[Action]
    waiting: int
    applications: int
    in_focus: Partner | None


def dashboard(
    *,
    partners: QuerySet[Partner],
    at: datetime,
    today: date,
    applications: WaitingApplications,
) -> Dashboard:
    """Return the dashboard over some partners: those a channel account manager looks after, or all of them."""
    touched = Touch.objects.filter(partner=OuterRef("pk")).order_by("-happened_at").values("happened_at")[:1]
    known = partners.select_related("region", "classification__stage").annotate(touched_at=Subquery(touched))
    rows = list(known.order_by("name", "id"))
    ids = [partner.pk for partner in rows]
    facts = _Facts.gather(ids, today=today)
    actions = {partner.pk: _action(partner, facts, at=at, today=today) for partner in rows}
    columns = _columns(rows, facts, actions, at=at)
    ranked = sorted((one for one in actions.values() if one), key=lambda one: (-one.urgency, one.name))
    figures = Figures(
        partners=len(rows),
        pipeline=sum(facts.pipeline.values(), Decimal(0)),
        won=facts.won,
        won_before=facts.won_before,
        won_trend=facts.won_trend,
        active=sum(_is_active(partner, at) for partner in rows),
        average_score=round(sum(facts.scores.values()) / len(facts.scores)) if facts.scores else None,
        expiring=len(facts.expiring),
    )
    in_focus = ranked[0].partner if ranked else next(iter(rows), None)
    everything = sorted([*ranked, *applications.actions], key=lambda one: -one.urgency)
    return Dashboard(figures, columns, everything[:ACTIONS_SHOWN], len(ranked), applications.total, in_focus)


@dataclass(slots=True)
class _Facts:
    """What is known of many partners, by partner id, one query each."""

    tiers: Mapping[int, str]
    scores: Mapping[int, int]
    pipeline: Mapping[int, Decimal]
    late_deals: Mapping[int, tuple[int, date]]
    expiring: Mapping[int, tuple[int, date]]
    suggested: Mapping[int, int]
    late_reviews: Mapping[int, int]
    won: Decimal
    won_before: Decimal
    won_trend: list[float]

    @classmethod
    def gather(cls, ids: list[int], *, today: date) -> "_Facts":
        """Read everything about these partners."""
        open_deals = (
            DealParticipant.objects.filter(partner__in=ids, deal__stage=DealStage.OPEN)
            .values("partner_id")
            .annotate(
                amount=Sum("deal__program_amount"),
                late=Count("deal", filter=Q(deal__expected_close_on__lt=today), distinct=True),
                since=Min("deal__expected_close_on", filter=Q(deal__expected_close_on__lt=today)),
            )
        )
        pipeline, late = {}, {}
        for row in open_deals:
            pipeline[row["partner_id"]] = row["amount"] or Decimal(0)
            if row["late"]:
                late[row["partner_id"]] = (row["late"], row["since"])
        expiring = (
            HeldCertification.objects.filter(
                person__partner__in=ids,
                person__left_at__isnull=True,
                expires_on__gt=today,
                expires_on__lt=today + timedelta(days=EXPIRY_DAYS),
            )
            .values_list("person__partner_id")
            .annotate(n=Count("id"), first=Min("expires_on"))
        )
        waits = Q(state__in=WAITING_STATES)
        is_late = Q(reviews__state__in=OPEN_REVIEWS, reviews__due_on__lt=today)
        memberships = list(
            CategoryMembership.objects.open()
            .filter(waits | is_late, partner__in=ids)
            .values_list("partner_id")
            .annotate(n=Count("id", filter=waits, distinct=True), late=Count("reviews", filter=is_late, distinct=True))
        )
        return cls(
            tiers=_tiers(ids),
            scores=dict(
                Score.objects.filter(partner__in=ids, is_current=True, scorecard__is_main=True).values_list(
                    "partner_id", "value"
                )
            ),
            pipeline=pipeline,
            late_deals=late,
            expiring={pk: (n, first) for pk, n, first in expiring},
            suggested={pk: n for pk, n, _late in memberships if n},
            late_reviews={pk: late for pk, _n, late in memberships if late},
            **_won(ids, today=today),
        )


def _tiers(ids: list[int]) -> dict[int, str]:
    """Return the name of the highest tier each partner holds, of its first track."""
    rows = (
        TierHolding.objects.open()
        .filter(partner__in=ids)
        .order_by("-track__position", "tier__rank")
        .values_list("partner_id", "tier__name")
    )
    return dict(rows)


def _won(ids: list[int], *, today: date) -> dict[str, Any]:
    """Return what was won by month: the last twelve months, the twelve before, and the trend of the last eight."""
    this_month = today.replace(day=1)
    rows = (
        DealParticipant.objects.filter(
            partner__in=ids, deal__stage=DealStage.WON, deal__closed_on__gte=add_months(this_month, -24)
        )
        .annotate(month=TruncMonth("deal__closed_on"))
        .values_list("month")
        .annotate(amount=Sum("deal__program_amount"))
        .order_by()
    )
    by_month: defaultdict[date, Decimal] = defaultdict(Decimal)
    for month, amount in rows:
        by_month[month] += amount
    months = [add_months(this_month, -back) for back in range(24)]
    return {
        "won": sum((by_month[month] for month in months[:12]), Decimal(0)),
        "won_before": sum((by_month[month] for month in months[12:]), Decimal(0)),
        "won_trend": [float(by_month[month]) for month in reversed(months[1 : TREND_MONTHS + 1])],
    }


def _columns(rows: Iterable[Any], facts: _Facts, actions: Mapping[int, Action | None], *, at: datetime) -> list[Column]:
    stages = LifeStage.objects.filter(retired_at__isnull=True).order_by("position", "id")
    columns = [Column(stage.key, stage.name, stage) for stage in stages]
    by_stage = {column.stage.pk if column.stage else None: column for column in columns}
    for partner in rows:
        stage_id = getattr(getattr(partner, "classification", None), "stage_id", None)
        column = by_stage.get(stage_id) or by_stage.get(None)
        if column is None:
            column = by_stage[None] = Column("none", _("No stage yet"), None)
            columns.insert(0, column)
        column.count += 1
        pipeline = facts.pipeline.get(partner.pk, Decimal(0))
        column.pipeline += pipeline
        line = facts.tiers.get(partner.pk) or _("No tier")
        if partner.touched_at:
            line += " · " + _("touched %(days)d d ago") % {"days": (at - partner.touched_at).days}
        column.cards.append(Card(partner, line, facts.scores.get(partner.pk), pipeline, actions[partner.pk]))
    for column in columns:
        column.cards.sort(key=lambda card: (-(card.action.urgency if card.action else 0), card.partner.name))
        del column.cards[CARDS_PER_STAGE:]
    return columns


def _silent_days(partner: Partner, at: datetime) -> int | None:
    return (at - partner.last_active_at).days if partner.last_active_at else None


def _is_active(partner: Partner, at: datetime) -> bool:
    silent = _silent_days(partner, at)
    return silent is not None and silent <= ACTIVE_DAYS


def _action(partner: Partner, facts: _Facts, *, at: datetime, today: date) -> Action | None:
    """Return the most urgent thing to do for a partner, or None when nothing waits."""
    page = reverse("vendor:partner-detail", args=[partner.public_id])

    def act(urgency: int, text: str, reason: str, due: str = "", tone: str = "plain", icon: str = "") -> Action:
        return Action(urgency, text, reason, due, tone, icon, page, partner.name, partner)

    if partner.pk in facts.late_deals:
        n, since = facts.late_deals[partner.pk]
        days = (today - since).days
        reason = ngettext(
            "%(n)s open deal is past its closing day.", "%(n)s open deals are past their closing day.", n
        ) % {"n": n}
        late = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
        return act(90 + min(days, 9), _("Ask about stalled deals"), reason, late, "error", "alarm-clock")
    stage = getattr(getattr(partner, "classification", None), "stage", None)
    silent = _silent_days(partner, at)
    if stage is not None and stage.key == "inactive":
        since_when = (
            _("Nobody has signed in yet.")
            if silent is None
            else ngettext("Silent for %(n)s day.", "Silent for %(n)s days.", silent) % {"n": silent}
        )
        return act(80, _("Call to reactivate"), since_when, _("At risk"), "warning", "trending-down")
    if partner.pk in facts.late_reviews:
        n = facts.late_reviews[partner.pk]
        reason = ngettext("%(n)s review of a category is late.", "%(n)s reviews of categories are late.", n) % {"n": n}
        return act(75, _("Decide on late reviews"), reason, _("Late"), "error", "clipboard-list")
    if partner.pk in facts.expiring:
        n, first = facts.expiring[partner.pk]
        reason = ngettext("%(n)s certification expires soon.", "%(n)s certifications expire soon.", n) % {"n": n}
        return act(70, _("Remind of renewal"), reason, first.strftime("%-d %b"), "warning", "badge-alert")
    if silent is not None and silent > SILENT_DAYS:
        return act(
            60, _("Check in"), _("Silent for %(n)s days.") % {"n": silent}, _("At risk"), "warning", "trending-down"
        )
    if partner.pk in facts.suggested:
        n = facts.suggested[partner.pk]
        reason = ngettext("%(n)s category waits for a decision.", "%(n)s categories wait for a decision.", n) % {"n": n}
        return act(50, _("Decide on categories"), reason)
    if stage is not None and stage.key == "prospective":
        return act(40, _("Profile for approval"), _("A prospect needs a profile before it can be approved."))
    if stage is not None and stage.key == "onboarded" and silent is None:
        return act(45, _("Book kick-off call"), _("Nobody has signed in yet."))
    return None
