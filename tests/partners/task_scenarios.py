"""How to try the tasks of partners twice."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Notification
from core.models import OutboxMessage
from partners.models import (
    ApplicationState,
    CategoryMembership,
    CategoryVersion,
    DuplicateCheck,
    DuplicatePair,
    Flag,
    MembershipMove,
    MembershipReview,
    MembershipState,
    PartnerApplication,
    PlannedPublication,
    TierHolding,
    TierMove,
    TierReview,
)
from partners.services import categories, publications, tier_reviews
from segmentation.models import FullRun, RunState
from segmentation.services import recompute
from tests.architecture.twice import Scenario, scenario
from tests.conftest import person_at
from tests.factories.partners import (
    AgreementVersionFactory,
    ApplicationAttemptFactory,
    CategoryMembershipFactory,
    CategoryVersionFactory,
    FlagFactory,
    MembershipReviewFactory,
    PartnerApplicationFactory,
    PartnerFactory,
)
from tests.partners.tier_ladders import ladder


@scenario("partners.tasks.publish_due")
def one_draft_is_due_and_one_is_not() -> Scenario:
    """Two categories with a new text each, one planned for today, one for next month."""
    now = timezone.now()
    two_days_ago = now - timedelta(days=2)
    for key, days in (("due", 2), ("later", 30)):
        category = categories.define(key=key, name=key, meaning="Before.", by=None, at=two_days_ago)
        draft = categories.draft_of(category=category, by=None, at=two_days_ago)
        categories.save_draft(version=draft, by=None, at=two_days_ago, changes={"meaning": "After."})
        day = (two_days_ago + timedelta(days=days)).date()
        publications.plan(version=draft, publish_on=day, by=None, at=two_days_ago)
    return Scenario(
        state=lambda: (
            sorted(CategoryVersion.objects.values_list("definition__key", "number", "state")),
            sorted(PlannedPublication.objects.values_list("name", "state")),
            sorted(OutboxMessage.objects.values_list("topic", flat=True)),
        )
    )


def follow_ups() -> Any:
    """What is to be told, without ids."""
    return sorted(OutboxMessage.objects.values_list("topic", flat=True))


@scenario("partners.tasks.keep_memberships_in_time")
def grace_that_runs_out_and_grace_that_is_over() -> Scenario:
    """One membership is reminded, one ends."""
    today = timezone.now().date()
    for days in (2, -2):
        CategoryMembershipFactory(state=MembershipState.GRACE, grace_ends_on=today + timedelta(days=days))
    return Scenario(
        state=lambda: (
            sorted(CategoryMembership.objects.values_list("state", "grace_told_days")),
            sorted(MembershipMove.objects.values_list("before", "after")),
            follow_ups(),
        )
    )


@scenario("partners.tasks.keep_reviews_in_time")
def reviews_due_silent_and_late() -> Scenario:
    """One membership is due, one partner is silent, one review is late."""
    today = timezone.now().date()
    version = CategoryVersionFactory(published=True)
    CategoryMembershipFactory(
        category=version.definition, category_version=version, next_review_on=today + timedelta(days=20)
    )
    for days in (3, -30):
        MembershipReviewFactory(due_on=today + timedelta(days=days))
    reviews = MembershipReview.objects.order_by("due_on")
    return Scenario(state=lambda: (list(reviews.values_list("state", "reminded_days", "escalation")), follow_ups()))


@scenario("partners.tasks.escalate_flags")
def one_late_flag_and_one_in_time() -> Scenario:
    """One of two flags is late."""
    today = timezone.now().date()
    for days in (2, -2):
        FlagFactory(due_on=today + timedelta(days=days))
    flags = Flag.objects.order_by("due_on")
    return Scenario(state=lambda: ([one.escalated_at is None for one in flags], follow_ups()))


def outcome() -> object:
    """What became of the applications, and what will be told."""
    rows = PartnerApplication.objects.order_by("name")
    told = OutboxMessage.objects.filter(topic__startswith="partners.application").order_by("topic")
    return (
        [(one.name, one.state, one.escalated_at is not None, one.closed_at is not None) for one in rows],
        list(told.values_list("topic", flat=True)),
        Notification.objects.count(),
    )


@scenario("partners.tasks.escalate_late_applications")
def one_application_is_late() -> Scenario:
    """Of two applications one waits too long."""
    now = timezone.now()
    PartnerApplicationFactory(name="Late", handed_in=True, due_at=now - timedelta(minutes=1))
    PartnerApplicationFactory(name="Early", handed_in=True, due_at=now + timedelta(hours=1))
    return Scenario(state=outcome)


@scenario("partners.tasks.tend_applications")
def drafts_and_refusals_of_all_ages() -> Scenario:
    """A draft to remind of, one to remove, a refusal that is final."""
    now = timezone.now()
    PartnerApplicationFactory(name="Week", edited_at=now - timedelta(days=8))
    PartnerApplicationFactory(name="Gone", edited_at=now - timedelta(days=61), reminded_at=now - timedelta(days=50))
    PartnerApplicationFactory(
        name="Final",
        state=ApplicationState.DECLINED,
        email_proved_at=now - timedelta(days=30),
        submitted_at=now - timedelta(days=30),
        decided_at=now - timedelta(days=20),
        final_at=now - timedelta(days=6),
        decline_reason="fit",
        decline_text="Not now.",
    )
    ApplicationAttemptFactory(at=now - timedelta(hours=2))
    return Scenario(state=outcome)


@scenario("partners.tasks.review_agreements")
def one_agreement_is_due() -> Scenario:
    """A partner has not accepted what is asked of it."""
    person_at(PartnerFactory(), name="Pam", email="pam@partner.example", is_admin=True)
    AgreementVersionFactory(published=True, definition__name="Terms")
    return Scenario(state=lambda: sorted(Notification.objects.values_list("kind", "text")))


def what_became_of_them() -> Any:
    """Who holds what, how it came about, and what is told of it."""
    return (
        sorted(TierHolding.objects.values_list("partner__name", "tier__key", "state", "ends_at")),
        sorted(TierMove.objects.values_list("partner__name", "kind")),
        sorted(TierReview.objects.values_list("day", "state")),
        sorted(OutboxMessage.objects.values_list("topic", flat=True)),
    )


def two_that_qualify(**policy: Any) -> None:
    """A ladder for a year by now, and two partners that qualify for it."""
    now = timezone.now()
    ladder(by=None, at=now.replace(year=now.year - 1, month=1, day=1), **policy)
    for name in ("Ash", "Elm"):
        PartnerFactory(name=name, employees=60)
    recompute.everything(at=now)
    OutboxMessage.objects.all().delete()


@scenario("partners.tasks.keep_tiers")
def a_new_day() -> Scenario:
    """Partners whose tier no figure moved any more, on a day that is reckoned."""
    two_that_qualify()
    FullRun.objects.create(slot=recompute.day_slot(at=timezone.now()), reason="A day", state=RunState.DONE)
    return Scenario(state=what_became_of_them)


@scenario("partners.tasks.continue_tier_reviews")
def a_review_is_open() -> Scenario:
    """A review of two partners that is to be prepared and carried out."""
    two_that_qualify(upward="at_review", up_calendar="dates", up_dates=[_today()])
    tier_reviews.open_due(at=timezone.now())
    return Scenario(state=what_became_of_them)


def _today() -> str:
    """Return today as policies write days."""
    return timezone.now().strftime("%m-%d")


@scenario("partners.tasks.find_duplicates")
def two_of_three_are_alike() -> Scenario:
    """Two spellings of one company, and another."""
    for name in ("Birchwood Systems GmbH", "Birchwood Systems", "Larchmont"):
        PartnerFactory(name=name)
    return Scenario(
        state=lambda: (
            list(DuplicatePair.objects.values_list("first__name", "second__name", "score")),
            DuplicateCheck.objects.count(),
        )
    )
