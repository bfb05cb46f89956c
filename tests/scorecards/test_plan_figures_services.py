"""Progress of plans: measured by workers, kept by day, moved by deals; quarters reviewed with their figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.models import Program
from core.refusals import Refusal
from core.services import outbox
from partners.services import merging
from scorecards.models import MilestoneReached, ObjectiveFigure, Pace, QuarterlyReview, SuccessPlan
from scorecards.quarters import quarter_of
from scorecards.services import plan_figures, plan_reviews
from segmentation.services import recompute
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.success_plans import MilestoneReachedFactory, ObjectiveFigureFactory, QuarterlyReviewFactory
from tests.scorecards.plans import agreed, filled

pytestmark = pytest.mark.django_db


def won(partner, amount, day):
    deal = DealFactory(stage="won", amount=amount, closed_on=day)
    DealParticipantFactory(deal=deal, partner=partner)
    return deal


def told(user):
    outbox.deliver_due(at=datetime(2031, 1, 1, tzinfo=UTC))
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_a_deal_won_moves_the_plan_by_the_workers_own_way(pinewood, vera, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan
    outbox.deliver_due(at=now + timedelta(minutes=1))
    won(pinewood, 200, now.date())

    recompute.all_stale(at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))

    plan.refresh_from_db()
    assert plan.progress == 37
    assert plan.pace == Pace.ON_TRACK
    key = plan.versions.get().objectives.get(name="Revenue won").key
    assert plan.figures.get(objective_key=key, is_current=True).value == 200


def test_only_deals_since_the_start_count(pinewood, vera, paula, now):
    won(pinewood, 999, date(2029, 12, 31))
    won(pinewood, 10, date(2030, 1, 1))
    plan = agreed(pinewood, vera, paula, now).plan

    assert plan.figures.filter(value=10).count() == 1


def test_measuring_twice_writes_nothing_the_second_time(pinewood, vera, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan
    rows = list(ObjectiveFigure.objects.order_by("pk").values())

    assert plan_figures.measure([plan.pk], at=now) == 0
    assert list(ObjectiveFigure.objects.order_by("pk").values()) == rows


def test_figures_keep_one_row_for_each_day_of_the_programs_zone(pinewood, vera, paula, now):
    Program.objects.filter(pk=Program.current().pk).update(timezone="Pacific/Auckland")
    Program.forget()
    plan = agreed(pinewood, vera, paula, now).plan
    key = plan.versions.get().objectives.get(name="Employees").key
    midnight = datetime(2030, 3, 19, tzinfo=Program.current().zone)
    for employees, at in ((1, midnight - timedelta(seconds=1)), (2, midnight), (3, midnight + timedelta(hours=1))):
        pinewood.employees = employees
        pinewood.save()
        plan_figures.measure([plan.pk], at=at)

    rows = plan.figures.filter(objective_key=key).order_by("day")
    assert list(rows.values_list("day", "value", "is_current")) == [
        (date(2030, 3, 18), Decimal(1), False),
        (date(2030, 3, 19), Decimal(3), True),
    ]


def test_every_plan_is_looked_at_once_a_day(pinewood, oakhurst, vera, vincent, paula, olga, now):
    agreed(pinewood, vera, paula, now)
    agreed(oakhurst, vincent, olga, now)

    assert plan_figures.measure_some_due(at=now) == 0
    assert plan_figures.measure_some_due(at=now + timedelta(days=1)) == 2
    assert plan_figures.measure_some_due(at=now + timedelta(days=1)) == 0


def test_a_closed_plan_rests(pinewood, vera, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan
    SuccessPlan.objects.filter(pk=plan.pk).update(state="closed", closed_at=now)

    assert plan_figures.measure_some_due(at=now + timedelta(days=1)) == 0
    assert plan_figures.measure_partners(partner_ids=[pinewood.pk], at=now) == 0


def test_a_reached_objective_is_told_once(pinewood, vera, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan
    pinewood.employees = 40
    pinewood.save()
    for _each in range(3):
        plan_figures.measure([plan.pk], at=now)

    said = [text for text in told(vera) if text.startswith("Reached")]
    assert said == ["Reached: Employees (Growth year, Pinewood)"]


def test_a_field_that_is_gone_stops_no_other_objective(pinewood, vera, paula, now):
    version = filled(pinewood, vera, now)
    version.objectives.filter(name="Employees").update(expression={"field": "gone"})
    won(pinewood, 50, now.date())

    plan_figures.measure([version.plan_id], at=now)
    assert ObjectiveFigure.objects.filter(value=50).exists()


def test_a_plan_goes_on_with_the_partner_that_stays(pinewood, oakhurst, vera, victor, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan
    merging.merge(survivor=oakhurst, merged=pinewood, by=victor, at=now, choices={})

    plan.refresh_from_db()
    assert plan.partner_id == oakhurst.pk


# --- milestones and reviews


def test_a_milestone_is_ticked_off_and_back(pinewood, vera, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan
    key = plan.versions.get().milestones.get().key

    assert plan_reviews.reach(plan=plan, milestone_key=key, by=paula, at=now)
    assert not plan_reviews.reach(plan=plan, milestone_key=key, by=vera, at=now)
    assert MilestoneReached.objects.get().reached_by == paula
    assert plan_reviews.unreach(plan=plan, milestone_key=key, by=vera, at=now)
    assert not plan_reviews.unreach(plan=plan, milestone_key=key, by=vera, at=now)


def test_notes_of_a_quarter_are_kept_and_never_overwrite_each_other(pinewood, vera, paula, now):
    plan, quarter = agreed(pinewood, vera, paula, now).plan, quarter_of(now.date())
    write = {"plan": plan, "quarter": quarter, "at": now}

    assert plan_reviews.note(by=vera, notes={"went_well": "Two wins"}, **write) == ["went_well"]
    read = QuarterlyReview.objects.get().version
    assert plan_reviews.note(by=vera, notes={"went_well": "Two wins"}, **write) == []
    plan_reviews.note(by=paula, notes={"decisions": "Campaign in May"}, expected=read, **write)
    with pytest.raises(Refusal):
        plan_reviews.note(by=vera, notes={"decisions": "Mine"}, expected=read, **write)
    assert QuarterlyReview.objects.get().decisions == "Campaign in May"


def test_a_finished_review_keeps_its_figures_and_is_told(pinewood, vera, paula, now):
    won(pinewood, 50, now.date())
    plan, quarter = agreed(pinewood, vera, paula, now).plan, quarter_of(now.date())
    write = {"plan": plan, "quarter": quarter, "at": now}
    plan_reviews.note(by=vera, notes={"decisions": "More people"}, **write)

    assert plan_reviews.finish(by=vera, **write)
    assert not plan_reviews.finish(by=vera, **write)
    with pytest.raises(Refusal):
        plan_reviews.note(by=vera, notes={"decisions": "Less"}, **write)
    with pytest.raises(Refusal):
        plan_reviews.finish(by=paula, **write)
    revenue = QuarterlyReview.objects.get().figures[0]
    assert (revenue["value"], revenue["target"], revenue["attained"]) == ("50.0000", "100.0000", 50)
    assert "The review of Q1 2030 is finished: Growth year" in told(paula)
    assert plan_reviews.reopen(by=vera, **write)
    assert not plan_reviews.reopen(by=vera, **write)


def test_the_review_of_a_quarter_is_asked_for_when_it_is_over(pinewood, vera, paula, now):
    agreed(pinewood, vera, paula, now)
    over = datetime(2030, 4, 1, tzinfo=Program.current().zone)

    assert plan_reviews.ask_due(at=over - timedelta(seconds=1)) == 0
    assert plan_reviews.ask_due(at=over) == 1
    assert plan_reviews.ask_due(at=over) == 0
    for user in (vera, paula):
        assert "Time to review Q1 2030 of Growth year with Pinewood" in told(user)


def test_the_database_refuses_what_makes_no_sense(pinewood, now):
    figure, reached, review = ObjectiveFigureFactory(), MilestoneReachedFactory(), QuarterlyReviewFactory()
    same_key = {"plan": figure.plan, "objective_key": figure.objective_key}
    for write in (
        lambda: ObjectiveFigureFactory(**same_key),
        lambda: ObjectiveFigureFactory(day=date(2030, 3, 19), **same_key),
        lambda: MilestoneReachedFactory(plan=reached.plan, milestone_key=reached.milestone_key),
        lambda: QuarterlyReviewFactory(plan=review.plan),
        lambda: QuarterlyReviewFactory(finished_at=now),
        lambda: QuarterlyReviewFactory(figures=[]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
