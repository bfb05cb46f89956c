"""Alerts: opened and closed as the facts change, on the right day, one open per partner and kind."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.models import Program
from partners.models import HoldingState, Partner
from partners.services import touches
from scorecards.models import Alert, AlertKind, AlertPolicy, AlertRun
from scorecards.services import alerts
from tests.factories.alerts import AlertFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.enablement import ActivityFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import (
    CategoryMembershipFactory,
    MembershipReviewFactory,
    PersonFactory,
    TierFactory,
    TierHoldingFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def pinewood(pinewood: Partner, now: datetime) -> Partner:
    """Pinewood, of which nothing is to be told: it was active this morning."""
    Partner.objects.filter(pk=pinewood.pk).update(last_active_at=now, joined_on=date(2028, 1, 1))
    return pinewood


def kinds(partner: Partner, at: datetime) -> set[str]:
    """Look at a partner and return the kinds of its open alerts."""
    alerts.refresh(partner_ids=[partner.pk], at=at)
    return set(Alert.objects.open().filter(partner=partner).values_list("kind", flat=True))


def open_deal(partner: Partner, **fields: Any) -> Any:
    deal = DealFactory(**fields)
    DealParticipantFactory(deal=deal, partner=partner)
    return deal


def changed_at(deal: Any, moment: datetime) -> None:
    """Let a deal have been changed last at a moment, past the trigger that counts."""
    with pgtrigger.ignore("deals.Deal:bump_version"):
        type(deal).objects.filter(pk=deal.pk).update(updated_at=moment)


def test_a_partner_of_whom_nothing_is_to_be_told_has_no_alert(pinewood, now):
    assert kinds(pinewood, now) == set()


def test_a_deal_past_its_closing_day_is_stalled_from_the_day_after(pinewood, now):
    open_deal(pinewood, opened_on=now.date(), expected_close_on=now.date())

    assert kinds(pinewood, now) == set()
    assert kinds(pinewood, now + DAY) == {AlertKind.DEAL}


def test_a_deal_that_did_not_change_is_stalled_after_so_many_days(pinewood, now):
    deal = open_deal(pinewood, opened_on=now.date() - 90 * DAY, expected_close_on=None)
    changed_at(deal, now - 29 * DAY)

    assert kinds(pinewood, now) == set()
    assert kinds(pinewood, now + DAY) == {AlertKind.DEAL}


def test_an_alert_is_closed_when_the_facts_change_and_stays_as_history(pinewood, now):
    deal = open_deal(pinewood, opened_on=now.date() - 9 * DAY, expected_close_on=now.date() - DAY)
    assert kinds(pinewood, now) == {AlertKind.DEAL}

    deal.expected_close_on = now.date() + 30 * DAY
    deal.save()

    assert kinds(pinewood, now + DAY) == set()
    assert [one.ends_at for one in Alert.objects.all()] == [now + DAY]


def test_what_holds_again_is_another_alert(pinewood, now):
    AlertFactory(partner=pinewood, kind=AlertKind.DEAL, ends_at=now - 10 * DAY, starts_at=now - 20 * DAY)
    open_deal(pinewood, opened_on=now.date() - 9 * DAY, expected_close_on=now.date() - DAY)

    assert kinds(pinewood, now) == {AlertKind.DEAL}
    assert Alert.objects.count() == 2


def test_the_same_look_again_changes_nothing(pinewood, now):
    open_deal(pinewood, opened_on=now.date() - 9 * DAY, expected_close_on=now.date() - DAY)
    alerts.refresh(partner_ids=[pinewood.pk], at=now)
    before = list(Alert.objects.values())

    assert alerts.refresh(partner_ids=[pinewood.pk], at=now) == 0
    assert list(Alert.objects.values()) == before


def test_days_are_those_of_the_program(pinewood, now):
    open_deal(pinewood, opened_on=date(2030, 3, 1), expected_close_on=date(2030, 3, 18))
    late_evening = datetime(2030, 3, 18, 23, 30, tzinfo=UTC)

    assert kinds(pinewood, late_evening) == set()
    Program.objects.filter(pk=1).update(timezone="Europe/Berlin")
    Program.forget()
    assert kinds(pinewood, late_evening) == {AlertKind.DEAL}


@pytest.mark.parametrize(("days", "expected"), [(60, {AlertKind.CERTIFICATION}), (61, set()), (0, set())])
def test_a_certification_is_told_of_within_its_days(pinewood, now, days, expected):
    HeldCertificationFactory(person=PersonFactory(partner=pinewood), earned_on=date(2029, 1, 1),
                             expires_on=now.date() + days * DAY)  # fmt: skip

    assert kinds(pinewood, now) == expected


def test_a_renewed_certification_and_one_of_somebody_who_left_are_not_told_of(pinewood, now):
    soon, proof = now.date() + 10 * DAY, CertificationFactory()
    ann, gone = PersonFactory(partner=pinewood), PersonFactory(partner=pinewood, left_at=now - DAY)
    HeldCertificationFactory(person=ann, certification=proof, earned_on=date(2029, 1, 1), expires_on=soon)
    HeldCertificationFactory(person=ann, certification=proof, earned_on=date(2030, 3, 1), expires_on=date(2031, 1, 1))
    HeldCertificationFactory(person=gone, certification=proof, earned_on=date(2029, 1, 1), expires_on=soon)

    assert kinds(pinewood, now) == set()


def test_a_review_is_told_of_within_its_days_and_no_longer_once_decided(pinewood, now):
    stay = CategoryMembershipFactory(partner=pinewood)
    review = MembershipReviewFactory(membership=stay, due_on=now.date() + 15 * DAY)

    assert kinds(pinewood, now) == set()
    assert kinds(pinewood, now + DAY) == {AlertKind.REVIEW}
    type(review).objects.filter(pk=review.pk).update(state="dropped")
    assert kinds(pinewood, now + DAY) == set()


@pytest.mark.parametrize(("recent", "expected"), [(10, {AlertKind.ENGAGEMENT}), (11, set())])
def test_engagement_has_dropped_at_the_threshold(pinewood, now, recent, expected):
    day = now.date()
    ActivityFactory(partner=pinewood, day=day - 29 * DAY, times=recent)
    ActivityFactory(partner=pinewood, day=day - 30 * DAY, times=40)
    ActivityFactory(partner=pinewood, day=day - 119 * DAY, times=20)
    ActivityFactory(partner=pinewood, day=day - 120 * DAY, times=999)

    assert kinds(pinewood, now) == expected


def test_little_activity_before_says_nothing(pinewood, now):
    ActivityFactory(partner=pinewood, day=now.date() - 60 * DAY, times=14)

    assert kinds(pinewood, now) == set()


def test_a_partner_is_silent_after_so_many_days_until_somebody_is_in_touch(pinewood, vera, now):
    Partner.objects.filter(pk=pinewood.pk).update(last_active_at=now - 59 * DAY)

    assert kinds(pinewood, now) == set()
    assert kinds(pinewood, now + DAY) == {AlertKind.SILENT}
    touches.log(partner=pinewood, by=vera, at=now + DAY, kind="call", happened_at=now)
    assert kinds(pinewood, now + DAY) == set()


def test_nobody_is_told_of_partners_that_are_gone(pinewood, now):
    Partner.objects.filter(pk=pinewood.pk).update(last_active_at=now - 400 * DAY, status="ended")

    assert kinds(pinewood, now) == set()


def test_a_tier_in_grace_is_at_risk(pinewood, now):
    tier = TierFactory()
    TierHoldingFactory(
        partner=pinewood,
        tier=tier,
        track=tier.track,
        state=HoldingState.GRACE,
        grace_began_at=now,
        grace_ends_on=now.date() + 30 * DAY,
    )

    assert kinds(pinewood, now) == {AlertKind.TIER}


def test_a_tier_that_the_next_review_would_take_is_at_risk_in_good_time(pinewood, now):
    tier = TierFactory()
    type(tier.track).objects.filter(pk=tier.track_id).update(
        downward="at_review", down_calendar="dates", down_dates=["05-01"], grace_days=0
    )
    TierHoldingFactory(partner=pinewood, tier=tier, track=tier.track)

    assert kinds(pinewood, now - 2 * DAY) == set()
    assert kinds(pinewood, now - DAY) == {AlertKind.TIER}
    assert Alert.objects.open().get().facts["day"] == "2030-05-01"


def test_a_run_looks_at_everybody_once_a_day(pinewood, oakhurst, now):
    Partner.objects.update(last_active_at=now - 90 * DAY)

    assert alerts.start_run(reason="A new day", slot=alerts.day_slot(at=now))
    assert not alerts.start_run(reason="A new day", slot=alerts.day_slot(at=now))
    while alerts.continue_run(at=now):
        pass

    assert set(Alert.objects.values_list("partner", flat=True)) == {pinewood.pk, oakhurst.pk}
    assert alerts.is_day_done(at=now)
    assert not alerts.is_day_done(at=now + DAY)


def test_a_new_threshold_is_audited_and_everybody_is_looked_at_anew(victor, now):
    assert alerts.update_policy(by=victor, at=now, changes={"silent_days": 90, "review_days": 14}) == ["silent_days"]
    assert alerts.update_policy(by=victor, at=now, changes={"silent_days": 90}) == []

    assert AlertRun.objects.filter(done_at__isnull=True).count() == 1
    event = AlertPolicy.current().events.latest("pgh_id")
    assert (event.silent_days, event.pgh_context["by_name"]) == (90, "Victor Voss")


def test_a_kind_that_is_switched_off_is_closed(pinewood, victor, now):
    Partner.objects.filter(pk=pinewood.pk).update(last_active_at=now - 90 * DAY)
    assert kinds(pinewood, now) == {AlertKind.SILENT}

    alerts.update_policy(by=victor, at=now, changes={"switched_off": [AlertKind.SILENT.value]})

    assert kinds(pinewood, now) == set()


def test_nonsense_is_refused(victor, now):
    with pytest.raises(ValidationError):
        alerts.update_policy(by=victor, at=now, changes={"engagement_drop_percent": 0})
    with pytest.raises(TypeError):
        alerts.update_policy(by=victor, at=now, changes={"id": 2})


@pytest.mark.parametrize("fields", [{"kind": "unknown"}, {"ends_at": datetime(2029, 1, 1, tzinfo=UTC)}])
def test_the_database_refuses_alerts_that_cannot_be(pinewood, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertFactory(partner=pinewood, **fields)


def test_the_database_keeps_one_open_alert_per_partner_and_kind(pinewood):
    AlertFactory(partner=pinewood)
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertFactory(partner=pinewood)


@pytest.mark.parametrize("values", [{"id": 2}, {"engagement_drop_percent": 101}, {"switched_off": ["nothing"]}])
def test_the_database_keeps_one_sensible_policy(db, values):
    AlertPolicy.current()
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertPolicy.objects.filter(pk=1).update(**values)
