"""A draft is planned for a day, and holds from the beginning of that day in the program's time zone, once."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from accounts.models import Notification
from core.models import VersionState
from core.services import outbox, program, versions
from criteria.fields import RuleKind
from partners.models import LifeStagePeriod, PlannedPublication, PublicationState
from partners.services import categories, definitions, life_stages, memberships, overrides, publications, tiers
from segmentation.services import measures, segments
from tests.factories.partners import (
    CategoryVersionFactory,
    LifeStagePeriodFactory,
    PlannedPublicationFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db
BIG = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">", "value": 100}]}
UNKNOWN = {"combinator": "and", "not": False, "rules": [{"field": "shoe_size", "operator": ">", "value": 1}]}
FIRST_OF_APRIL = date(2030, 4, 1)


@pytest.fixture
def msp(now, victor):
    return categories.define(key="msp", name="MSP", meaning="Runs IT.", benefits="Margin.", by=victor, at=now)


@pytest.fixture
def draft(msp, now, victor):
    draft = categories.draft_of(category=msp, by=victor, at=now)
    categories.save_draft(version=draft, by=victor, at=now, changes={"benefits": "More margin."})
    return draft


def plan(draft: Any, victor: Any, now: datetime, **given: Any) -> PlannedPublication:
    return publications.plan(version=draft, by=victor, at=now, **{"publish_on": FIRST_OF_APRIL, **given})


def state_of(version: Any) -> str:
    version.refresh_from_db()
    return version.state


def deliver(at: datetime) -> None:
    while outbox.deliver_due(at=max(at, datetime.now(UTC)) + timedelta(minutes=1)):
        pass


def told(user: Any, kind: str = "definition") -> list[str]:
    return list(Notification.objects.filter(user=user, kind=kind).order_by("pk").values_list("text", flat=True))


# --- the day


@pytest.mark.parametrize(
    ("zone", "last_minute_before"),
    [
        ("America/Los_Angeles", datetime(2030, 4, 1, 6, 59, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2030, 3, 31, 14, 59, tzinfo=UTC)),
    ],
)
def test_it_holds_from_the_first_minute_of_the_day_in_the_programs_time_zone(
    zone, last_minute_before, draft, victor, now
):
    program.update(by=victor, at=now, changes={"timezone": zone})
    plan(draft, victor, now)

    assert publications.publish_due(at=last_minute_before) == 0
    assert state_of(draft) == VersionState.DRAFT

    assert publications.publish_due(at=last_minute_before + timedelta(minutes=1)) == 1
    assert state_of(draft) == VersionState.PUBLISHED
    assert draft.published_by == victor


def test_run_again_nothing_is_published_again(draft, victor, now):
    made = plan(draft, victor, now)
    day = datetime(2030, 4, 1, 0, 1, tzinfo=UTC)
    publications.publish_due(at=day)

    assert publications.publish_due(at=day + timedelta(minutes=1)) == 0
    made.refresh_from_db()
    assert (made.state, made.ended_at) == (PublicationState.PUBLISHED, day)


def test_a_late_worker_publishes_what_was_due(draft, victor, now):
    plan(draft, victor, now)

    publications.publish_due(at=datetime(2030, 4, 3, tzinfo=UTC))

    assert state_of(draft) == VersionState.PUBLISHED


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_it_once(draft, victor, now):
    plan(draft, victor, now)
    done: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        try:
            start.wait(10)
            done.append(publications.publish_due(at=datetime(2030, 4, 1, tzinfo=UTC)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(done) == [0, 1]
    assert state_of(draft) == VersionState.PUBLISHED


# --- planning


def test_planning_changes_nothing_today(msp, draft, victor, now):
    made = plan(draft, victor, now, note="Agreed with the council.")

    assert versions.published_of(msp).number == 1
    assert state_of(draft) == VersionState.DRAFT
    assert (draft.note, made.planned_by, made.state) == ("Agreed with the council.", victor, "planned")
    assert publications.plan_of(draft) == made


def test_planned_twice_there_is_one_plan_with_the_last_day(draft, victor, now):
    first = plan(draft, victor, now)
    again = plan(draft, victor, now)
    moved = plan(draft, victor, now, publish_on=date(2030, 5, 1))

    assert first == again == moved
    assert PlannedPublication.objects.get().publish_on == date(2030, 5, 1)


@pytest.mark.parametrize("day", [date(2030, 3, 17), date(2030, 3, 18), date(2035, 1, 1)])
def test_a_day_that_is_no_day_to_come_is_refused_at_its_field(day, draft, victor, now):
    with pytest.raises(ValidationError) as refused:
        plan(draft, victor, now, publish_on=day)

    assert list(refused.value.message_dict) == ["publish_on"]


@pytest.mark.parametrize("days", [0, 15, 200])
def test_partners_are_not_told_ahead_before_today(days, draft, victor, now):
    with pytest.raises(ValidationError) as refused:
        plan(draft, victor, now, tell_ahead_days=days)

    assert list(refused.value.message_dict) == ["tell_ahead_days"]


def test_what_could_not_be_published_cannot_be_planned(msp, draft, victor, now):
    categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": UNKNOWN})

    with pytest.raises(ValidationError):
        plan(draft, victor, now)
    assert state_of(draft) == VersionState.DRAFT
    assert not PlannedPublication.objects.exists()


def test_a_draft_without_its_definition_cannot_be_planned(draft, victor, now):
    categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": ""})

    with pytest.raises(ValidationError) as refused:
        plan(draft, victor, now)

    assert list(refused.value.message_dict) == ["meaning"]


def test_a_draft_that_says_the_same_cannot_be_planned(msp, victor, now):
    same = categories.draft_of(category=msp, by=victor, at=now)

    with pytest.raises(versions.NothingChanged):
        plan(same, victor, now)


def test_a_draft_somebody_else_saved_meanwhile_cannot_be_planned(draft, victor, now):
    with pytest.raises(versions.Conflict):
        plan(draft, victor, now, expected=draft.version - 1)


def test_a_plan_is_taken_back_once_and_the_draft_stays(draft, victor, now):
    made = plan(draft, victor, now)

    assert publications.unplan(plan=made, by=victor, at=now)
    assert not publications.unplan(plan=made, by=victor, at=now)
    publications.publish_due(at=datetime(2030, 4, 1, tzinfo=UTC))
    assert state_of(draft) == VersionState.DRAFT


def test_every_kind_of_definition_can_be_planned(victor, now):
    region = RegionFactory()
    category = categories.define(key="isv", name="ISV", meaning="Makes software.", by=victor, at=now)
    track = tiers.define_track(key="s", name="S", tiers=[{"key": "gold", "name": "Gold"}], by=victor, at=now)
    tier = track.tiers.get()
    given: dict[str, Any] = {"by": victor, "at": now}
    regional = [overrides.create(subject=one, region=region, benefits="Ours", **given) for one in (category, tier)]
    drafts = [versions.draft_of(definition=one, **given) for one in regional]
    stage = life_stages.create(key="new", name="New", criteria=BIG, by=victor, at=now)
    segment = segments.create(key="big", name="Big", criteria=BIG, by=victor, at=now)
    formula = {"field": "employees"}
    measure = measures.create(key="five", name="Five", formula=formula, by=victor, at=now)
    drafts += [versions.existing_draft_of(one) for one in (stage, segment, measure)]
    tier_draft = versions.draft_of(definition=tier, by=victor, at=now)
    versions.save_draft(version=tier_draft, by=victor, at=now, changes={"benefits": "Much"})
    for one in (*drafts, tier_draft):
        plan(one, victor, now)

    assert publications.publish_due(at=datetime(2030, 4, 1, tzinfo=UTC)) == 6
    assert {state_of(one) for one in (*drafts, tier_draft)} == {VersionState.PUBLISHED}


# --- it cannot be published on the day


def test_a_draft_changed_since_is_not_published_and_people_are_told(draft, victor, now):
    made = plan(draft, victor, now)
    categories.save_draft(version=draft, by=victor, at=now, changes={"benefits": "Something else."})
    day = datetime(2030, 4, 1, tzinfo=UTC)

    publications.publish_due(at=day)
    deliver(day)

    made.refresh_from_db()
    assert (made.state, state_of(draft)) == (PublicationState.FAILED, VersionState.DRAFT)
    assert "changed the draft" in made.failure
    assert told(victor) == ["MSP was not published on 1 April."]


def test_checks_run_again_on_the_day_and_nothing_is_half_published(msp, draft, victor, now):
    other = segments.create(key="big", name="Big", criteria=BIG, by=victor, at=now)
    segments.publish(version=versions.existing_draft_of(other), by=victor, at=now)
    asks = {"combinator": "and", "not": False, "rules": [{"field": "segments", "operator": "any_of", "value": ["big"]}]}
    categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": asks})
    made = plan(draft, victor, now)
    type(other).objects.filter(pk=other.pk).update(retired_at=now)

    publications.publish_due(at=datetime(2030, 4, 1, tzinfo=UTC))

    made.refresh_from_db()
    assert made.state == PublicationState.FAILED
    assert versions.published_of(msp).number == 1
    assert state_of(draft) == VersionState.DRAFT


def test_a_draft_published_by_hand_or_discarded_ends_its_plan_quietly(msp, draft, victor, now):
    made = plan(draft, victor, now)
    versions.discard(version=draft, by=victor, at=now)

    publications.publish_due(at=datetime(2030, 4, 1, tzinfo=UTC))
    deliver(now)

    made.refresh_from_db()
    assert made.state == PublicationState.WITHDRAWN
    assert told(victor) == []


# --- partners are told


@pytest.fixture
def new_stage(pinewood, paula, victor, now):
    """A life stage for everybody below a hundred people, which Pinewood has been in for a month."""
    small = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": "<", "value": 100}]}
    stage = life_stages.define(key="new", name="New", criteria=small, by=victor, at=now)
    type(pinewood).objects.filter(pk=pinewood.pk).update(employees=20)
    LifeStagePeriodFactory(partner=pinewood, stage=stage, starts_at=now - timedelta(days=30))
    deliver(now)
    Notification.objects.all().delete()
    return stage


def restage(stage: Any, victor: Any, now: datetime, **changes: Any) -> Any:
    draft = life_stages.draft_of(stage=stage, by=victor, at=now)
    life_stages.save_draft(version=draft, by=victor, at=now, changes=changes)
    return draft


def test_who_is_in_a_life_stage_is_told_what_it_says_now(new_stage, paula, olga, victor, now):
    later = now + timedelta(days=1)
    definitions.publish(
        kind=RuleKind.STAGE, version=restage(new_stage, victor, now, next_step="Meet us."), by=victor, at=later
    )
    deliver(later)
    deliver(later)

    assert told(paula) == ["The life stage New, which you are in, says something new: what helps partners here."]
    assert told(olga) == []


def test_who_enters_and_leaves_a_life_stage_drawn_anew_is_told(new_stage, oakhurst, paula, olga, victor, now):
    type(oakhurst).objects.filter(pk=oakhurst.pk).update(employees=500)
    later = now + timedelta(days=1)
    definitions.publish(kind=RuleKind.STAGE, version=restage(new_stage, victor, now, criteria=BIG), by=victor, at=later)
    LifeStagePeriod.objects.update(ends_at=later)  # the recompute may be quicker than the messages
    deliver(later)

    assert told(paula) == ["The life stage New is drawn anew, and you are no longer in it."]
    assert told(olga) == ["The life stage New is drawn anew, and you are in it now."]


def test_whom_a_stage_before_takes_is_told_nothing(new_stage, oakhurst, olga, victor, now):
    type(oakhurst).objects.filter(pk=oakhurst.pk).update(employees=500)
    first = life_stages.define(key="first", name="First", criteria=BIG, precedence=0, by=victor, at=now)
    deliver(now)
    Notification.objects.all().delete()
    assert (first.precedence, first.pk) < (new_stage.precedence, new_stage.pk)

    later = now + timedelta(days=1)
    everybody = {"combinator": "and", "not": False, "rules": []}
    definitions.publish(
        kind=RuleKind.STAGE, version=restage(new_stage, victor, now, criteria=everybody), by=victor, at=later
    )
    deliver(later)

    assert told(olga) == []


def test_partners_are_told_ahead_of_a_life_stage_to_come(new_stage, paula, victor, now):
    plan(restage(new_stage, victor, now, next_step="Meet us."), victor, now, tell_ahead_days=7)
    eve = datetime(2030, 3, 25, 10, tzinfo=UTC)
    publications.publish_due(at=eve)
    deliver(eve)

    assert len(told(paula)) == 1
    assert "From" in told(paula)[0]


@pytest.fixture
def member(msp, pinewood, victor, paula, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now - timedelta(days=30))
    deliver(now)
    return pinewood


def test_members_are_told_what_a_new_text_says(member, draft, victor, paula, now):
    later = now + timedelta(days=1)
    definitions.publish(kind=RuleKind.CATEGORY, version=draft, by=victor, at=later, note="Agreed.")
    deliver(later)
    deliver(later)

    assert told(paula) == ["MSP says something new: benefits."]


def test_members_who_no_longer_fulfil_it_are_told_so(member, msp, victor, paula, olga, oakhurst, now):
    type(member).objects.filter(pk=member.pk).update(employees=20)
    type(member).objects.filter(pk=oakhurst.pk).update(employees=500)
    later = now + timedelta(days=1)
    everybody = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": "<", "value": 100}]}
    for number, criteria in enumerate((everybody, BIG)):
        draft = categories.draft_of(category=msp, by=victor, at=now)
        categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": criteria})
        definitions.publish(kind=RuleKind.CATEGORY, version=draft, by=victor, at=later + timedelta(hours=number))
    deliver(later)

    assert told(paula) == ["What MSP asks has changed, and you no longer fulfil all of it."]
    assert told(olga) == ["What MSP asks has changed, and you fulfil it."]


def test_a_first_text_tells_nobody(msp, paula, now):
    deliver(now)

    assert told(paula) == []


def test_partners_are_told_ahead_so_many_days_before(member, draft, victor, paula, now):
    plan(draft, victor, now, tell_ahead_days=10)
    publications.publish_due(at=datetime(2030, 3, 21, 23, 59, tzinfo=UTC))
    deliver(now)
    assert told(paula) == []

    for _again in range(2):
        publications.publish_due(at=datetime(2030, 3, 22, 0, 0, tzinfo=UTC))
        deliver(now)

    assert len(told(paula)) == 1
    assert "MSP says something new: benefits." in told(paula)[0]


def test_who_was_told_ahead_is_told_when_the_plan_is_taken_back(member, draft, victor, paula, now):
    made = plan(draft, victor, now, tell_ahead_days=10)
    publications.publish_due(at=datetime(2030, 3, 25, tzinfo=UTC))
    deliver(now)

    publications.unplan(plan=made, by=victor, at=now)
    deliver(now)

    assert len(told(paula)) == 2
    assert told(paula)[1].startswith("MSP does not change on ")


# --- the database holds


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "published"},
        {"ended_at": datetime(2030, 1, 1, tzinfo=UTC)},
        {"tell_ahead_days": 0},
        {"tell_ahead_days": 181},
    ],
)
def test_a_plan_that_contradicts_itself_is_not_kept(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlannedPublicationFactory(**wrong)


def test_a_draft_has_one_open_plan():
    draft = CategoryVersionFactory()
    PlannedPublicationFactory(draft_id=draft.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        PlannedPublicationFactory(draft_id=draft.pk)
