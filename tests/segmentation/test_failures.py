"""What cannot be computed stops nobody else: a partner, a part of a full run, a rule. All are tried again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError

from accounts.models import Notification
from partners.models import Partner
from segmentation import engine, tasks
from segmentation.models import FullRun, Pace, RuleHealth, RunRange, RunState, Segment, SetAsidePartner, StalePartner
from segmentation.scope import Scope
from segmentation.services import recompute, segments
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import AttributeDefinitionFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


GERMAN = all_of(rule("country", "equals", "DE"))


def define(key: str, criteria: Any, now: datetime, **fields: Any) -> Segment:
    return segments.define(key=key, name=key, by=None, at=now, criteria=criteria, **fields)


def members(segment: Segment) -> set[str]:
    found = Partner.objects.filter(classification__segment_ids__contains=[segment.pk])
    return set(found.values_list("name", flat=True))


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The ids of partners that make every statement about them fail, in the database."""
    found: set[int] = set()

    def touch(scope: Scope) -> None:
        touched = set(Partner.objects.values_list("pk", flat=True))
        if scope.ids is not None:
            touched &= set(scope.ids)
        elif scope.first_id is not None and scope.end_id is not None:
            touched &= set(range(scope.first_id, scope.end_id))
        if touched & found:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

    def failing(work: Callable[..., list[int]]) -> Callable[..., list[int]]:
        def fail_for_some(scope: Scope, **kwargs: Any) -> list[int]:
            touch(scope)
            return work(scope, **kwargs)

        return fail_for_some

    for name in ("classify", "differing"):
        monkeypatch.setattr(engine, name, failing(getattr(engine, name)))
    return found


@pytest.fixture
def crowd(now: datetime) -> list[Partner]:
    """Twenty German partners and everything right about them."""
    partners = [PartnerFactory(name=f"P{number:02}", country="DE") for number in range(20)]
    recompute.everything(at=now)
    return partners


# --- partners


def test_one_partner_at_fault_is_found_and_set_aside_and_all_others_are_right(
    crowd: list[Partner], poison: set[int], now: datetime
) -> None:
    german = define("german", GERMAN, now)
    FullRun.objects.all().delete()
    StalePartner.objects.bulk_create(StalePartner(partner_id=partner.pk, source="test") for partner in crowd)
    poison.add(crowd[7].pk)

    recompute.all_stale(at=now)

    assert members(german) == {partner.name for partner in crowd} - {"P07"}
    aside = SetAsidePartner.objects.get()
    assert (aside.partner, aside.attempts) == (crowd[7], 1)
    assert "division by zero" in aside.error
    assert not StalePartner.objects.exists()


def test_a_partner_set_aside_is_tried_again_after_longer_and_longer(
    crowd: list[Partner], poison: set[int], now: datetime
) -> None:
    german = define("german", GERMAN, now)
    FullRun.objects.all().delete()
    poison.add(crowd[7].pk)
    StalePartner.objects.create(partner_id=crowd[7].pk, source="test")

    recompute.all_stale(at=now)
    pauses = []
    moment = now
    for _ in range(3):
        due = SetAsidePartner.objects.get().retry_at
        pauses.append(due - moment)
        moment = due
        recompute.all_stale(at=moment)
    poison.clear()
    recompute.all_stale(at=SetAsidePartner.objects.get().retry_at)

    assert [pause.total_seconds() for pause in pauses] == [10, 20, 40]
    assert not SetAsidePartner.objects.exists()
    assert members(german) == {"P07"}


def test_a_change_of_a_partner_set_aside_is_tried_at_once_and_alone(
    crowd: list[Partner], poison: set[int], now: datetime
) -> None:
    german = define("german", GERMAN, now)
    FullRun.objects.all().delete()
    poison.add(crowd[7].pk)
    StalePartner.objects.create(partner_id=crowd[7].pk, source="test")
    recompute.all_stale(at=now)

    poison.clear()
    Partner.objects.filter(pk__in=[crowd[7].pk, crowd[8].pk]).update(city="Kiel")
    recompute.all_stale(at=now + timedelta(seconds=1))

    assert members(german) == {"P07", "P08"}
    assert not SetAsidePartner.objects.exists()


def test_when_everybody_fails_nobody_is_blamed_for_it(
    crowd: list[Partner], poison: set[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recompute, "MOST_SET_ASIDE", 3)
    poison.update(partner.pk for partner in crowd)
    StalePartner.objects.bulk_create(StalePartner(partner_id=partner.pk, source="test") for partner in crowd)

    with pytest.raises(Exception, match="division by zero"):
        recompute.all_stale(at=now)

    assert SetAsidePartner.objects.count() == 3
    assert StalePartner.objects.count() == len(crowd) - 3


def test_a_deadlock_is_nobodys_fault(crowd: list[Partner], now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> list[int]:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(engine, "classify", fail)
    StalePartner.objects.create(partner_id=crowd[0].pk, source="test")

    with pytest.raises(OperationalError):
        recompute.stale(at=now)

    assert StalePartner.objects.count() == 1
    assert not SetAsidePartner.objects.exists()


def test_a_partner_that_is_gone_is_not_set_aside(poison: set[int], now: datetime) -> None:
    StalePartner.objects.create(partner_id=987_654, source="test")

    recompute.all_stale(at=now)

    assert not StalePartner.objects.exists()
    assert not SetAsidePartner.objects.exists()


# --- parts of a full run


@pytest.fixture
def run_of_four(crowd: list[Partner], now: datetime, monkeypatch: pytest.MonkeyPatch) -> FullRun:
    """A full run in four ranges, over which the rule “german” is new."""
    monkeypatch.setattr(recompute, "RANGE_IDS", 5)
    define("german", GERMAN, now)
    run = FullRun.objects.get(state=RunState.PENDING)
    for _ in ("it begins", "all of them would move: the range looked at is taken apart"):
        recompute.continue_one(at=now)
    assert run.ranges.count() == 4
    return run


def continue_all(at: datetime) -> None:
    while recompute.continue_one(at=at):
        pass


def test_a_range_that_fails_does_not_block_the_others(
    run_of_four: FullRun, crowd: list[Partner], poison: set[int], now: datetime
) -> None:
    poison.add(crowd[7].pk)

    continue_all(now)

    states = list(run_of_four.ranges.order_by("id").values_list("state", "attempts"))
    assert states == [("done", 0), ("pending", 1), ("done", 0), ("done", 0)]
    waiting = run_of_four.ranges.get(state=RunState.PENDING)
    assert "division by zero" in waiting.error
    assert waiting.due_at == now + timedelta(seconds=10)


def test_a_look_that_fails_is_taken_apart_into_small_ranges(
    crowd: list[Partner], poison: set[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recompute, "RANGE_IDS", 5)
    run = recompute.start_full_run(reason="test")
    poison.add(crowd[7].pk)

    continue_all(now)

    assert run is not None
    states = list(run.ranges.order_by("id").values_list("is_look", "state"))
    assert states == [(False, "done"), (False, "pending"), (False, "done"), (False, "done")]


def test_a_range_is_given_up_after_so_many_attempts_and_its_partners_are_looked_at_one_by_one(
    run_of_four: FullRun, crowd: list[Partner], poison: set[int], now: datetime
) -> None:
    poison.add(crowd[7].pk)
    moment = now

    for _ in range(recompute.RANGE_ATTEMPTS):
        continue_all(moment)
        moment += recompute.LONGEST_PAUSE
    recompute.all_stale(at=moment)

    run_of_four.refresh_from_db()
    assert (run_of_four.state, run_of_four.ended_at is not None) == (RunState.FAILED, True)
    assert RunRange.objects.get(state=RunState.FAILED).attempts == recompute.RANGE_ATTEMPTS
    assert members(Segment.objects.get(key="german")) == {partner.name for partner in crowd} - {"P07"}
    assert SetAsidePartner.objects.get().partner == crowd[7]


def test_a_run_that_failed_is_finished_when_an_operator_lets_it_try_again(
    run_of_four: FullRun, crowd: list[Partner], poison: set[int], now: datetime, victor: Any
) -> None:
    poison.add(crowd[7].pk)
    moment = now
    for _ in range(recompute.RANGE_ATTEMPTS):
        continue_all(moment)
        moment += recompute.LONGEST_PAUSE
    poison.clear()

    assert recompute.retry_run(run=run_of_four, by=victor, at=moment) == 1
    assert recompute.retry_run(run=run_of_four, by=victor, at=moment) == 0
    continue_all(moment)

    run_of_four.refresh_from_db()
    assert run_of_four.state == RunState.DONE
    assert members(Segment.objects.get(key="german")) == {partner.name for partner in crowd}


# --- rules


@pytest.fixture
def strong(now: datetime) -> Segment:
    """A rule that fails since one partner's points are no number any more."""
    AttributeDefinitionFactory(key="points", kind="number")
    for name, points in (("Ash", 10), ("Beech", 1)):
        PartnerFactory(name=name, country="DE", attributes={"points": points})
    segment = define("strong", all_of(rule("attributes.points", ">=", 5)), now)
    recompute.everything(at=now)
    Partner.objects.filter(name="Beech").update(attributes={"points": "many"})
    return segment


def test_a_rule_set_aside_is_tried_again_with_the_new_day(strong: Segment, now: datetime) -> None:
    recompute.everything(at=now)
    assert RuleHealth.objects.get().rule_id == strong.pk
    Partner.objects.filter(name="Beech").update(attributes={"points": 7})
    recompute.everything(at=now)
    assert members(strong) == {"Ash"}

    tomorrow = now + timedelta(days=1)
    tasks.start_daily_run(at=tomorrow.isoformat())
    continue_all(tomorrow)

    assert members(strong) == {"Ash", "Beech"}
    assert not RuleHealth.objects.exists()


def test_the_same_failure_is_told_once_however_often_the_rule_is_tried(
    strong: Segment, now: datetime, victor: Any
) -> None:
    for days in range(4):
        moment = now + timedelta(days=days)
        tasks.start_daily_run(at=moment.isoformat())
        continue_all(moment)

    assert RuleHealth.objects.get().attempts == 4
    assert Notification.objects.filter(kind="rule.failed").count() == 1


def test_a_rule_that_fails_is_told_to_its_owner_in_her_language_else_to_program_admins(
    strong: Segment, now: datetime, victor: Any
) -> None:
    olivia = VendorUserFactory(name="Olivia", language="de")
    Segment.objects.filter(pk=strong.pk).update(owner=olivia)

    recompute.everything(at=now)

    told = Notification.objects.get(kind="rule.failed")
    assert (told.user, told.url) == (olivia, f"/vendor/segments/{strong.public_id}/")


def test_somebody_may_have_a_rule_tried_again(strong: Segment, now: datetime, victor: Any) -> None:
    recompute.everything(at=now)
    Partner.objects.filter(name="Beech").update(attributes={"points": 7})

    arguments = {"kind": "segment", "rule_id": strong.pk, "label": "strong", "by": victor, "at": now}
    assert recompute.retry_rule(**arguments)
    assert not recompute.retry_rule(**arguments)
    continue_all(now)

    assert members(strong) == {"Ash", "Beech"}
    assert not RuleHealth.objects.exists()


# --- the rate


def test_what_is_recomputed_is_counted_by_the_minute(crowd: list[Partner], now: datetime) -> None:
    for second in range(3):
        Partner.objects.filter(pk=crowd[0].pk).update(city=f"City {second}")
        recompute.all_stale(at=now + timedelta(seconds=second))

    minute = Pace.objects.get()
    assert (minute.minute_at, minute.partners >= 3) == (now.replace(second=0), True)
