"""Verdicts stay right: on the right day, in parts, after a failure, with several workers and writers at once."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from accounts.models import Notification
from core.models import OutboxMessage, Program
from core.services import outbox, versions
from partners.models import Partner
from partners.services import life_stages
from segmentation import tasks
from segmentation.models import (
    Classification,
    FullRun,
    RuleHealth,
    RuleTransition,
    RunRange,
    RunState,
    Segment,
    StalePartner,
)
from segmentation.services import recompute, segments
from tests.factories.partners import AttributeDefinitionFactory, PartnerFactory

PATIENCE_SECONDS = 60


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def define(key: str, criteria: Any, now: datetime) -> Segment:
    return segments.define(key=key, name=key, by=None, at=now, criteria=criteria)


def members(segment: Segment) -> set[str]:
    return set(
        Partner.objects.filter(classification__segment_ids__contains=[segment.pk]).values_list("name", flat=True)
    )


def slip_in(definition: Any, criteria: Any, now: datetime) -> None:
    """Publish criteria that no check would let pass, as criteria are that were sound in another year."""
    draft = versions.draft_of(definition=definition, by=None, at=now)
    versions.save_draft(version=draft, by=None, at=now, changes={"criteria": criteria})
    definition.versions.filter(state="published").update(state="superseded")
    definition.versions.filter(pk=draft.pk).update(state="published", published_at=now)


def digest() -> Any:
    """Everything the recompute has written, but for when."""
    answers = Classification.objects.order_by("partner_id")
    moves = RuleTransition.objects.order_by("partner_id", "kind", "rule_id", "id")
    return (
        list(answers.values_list("partner_id", "segment_ids", "category_ids", "tier_ids", "stage_id")),
        list(moves.values_list("partner_id", "kind", "rule_id", "entered")),
    )


# --- the calendar


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("UTC", datetime(2030, 3, 20, 23, 59, tzinfo=UTC), datetime(2030, 3, 21, 0, 0, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2030, 3, 20, 14, 59, tzinfo=UTC), datetime(2030, 3, 20, 15, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2030, 3, 21, 3, 59, tzinfo=UTC), datetime(2030, 3, 21, 4, 0, tzinfo=UTC)),
    ],
)
def test_a_rule_about_days_flips_at_midnight_in_the_programs_zone(zone: str, before: datetime, after: datetime) -> None:
    program = Program.current()
    program.timezone = zone
    program.save()
    PartnerFactory(name="Ash", joined_on=date(2030, 3, 14))
    recent = define("recent", all_of(rule("joined_on", "within_last", {"n": 7, "unit": "days"})), before)

    recompute.everything(at=before)
    assert members(recent) == {"Ash"}
    recompute.everything(at=after)
    assert members(recent) == set()


@pytest.mark.django_db
def test_a_day_is_run_once_however_often_it_is_asked_for() -> None:
    morning = datetime(2030, 3, 18, 0, 5, tzinfo=UTC)

    slots = [recompute.day_slot(at=morning + timedelta(hours=hours)) for hours in range(24)]
    runs = [recompute.start_full_run(reason="day", slot=slot) for slot in slots]

    assert [run is not None for run in runs] == [True] + [False] * 23
    assert recompute.start_full_run(reason="day", slot=recompute.day_slot(at=morning + timedelta(days=1)))


@pytest.mark.django_db
def test_another_zone_or_fiscal_year_makes_the_day_a_new_one(now: datetime) -> None:
    program = Program.current()
    slots = {recompute.day_slot(at=now)}
    for changes in ({"timezone": "Asia/Tokyo"}, {"fiscal_year_start_month": 7}):
        for name, value in changes.items():
            setattr(program, name, value)
        program.save()
        slots.add(recompute.day_slot(at=now))

    assert len(slots) == 3


@pytest.mark.django_db
def test_time_in_a_stage_starts_anew_with_the_stage(now: datetime) -> None:
    ash = PartnerFactory(name="Ash", country="DE")
    life_stages.define(key="german", name="German", by=None, at=now, criteria=all_of(rule("country", "equals", "DE")))
    life_stages.define(key="other", name="Other", by=None, at=now, criteria=all_of())
    settled = define("settled", all_of(rule("days_in_stage", ">=", 30)), now)
    recompute.everything(at=now)
    recompute.everything(at=now + timedelta(days=30))
    assert members(settled) == {"Ash"}

    Partner.objects.filter(pk=ash.pk).update(country="FR")
    recompute.all_stale(at=now + timedelta(days=40))

    assert members(settled) == set()
    assert not StalePartner.objects.exists()


# --- parts, failures, circles


@pytest.mark.django_db
def test_a_full_run_goes_in_parts_and_closes_itself(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "RANGE_IDS", 2)
    for number in range(5):
        PartnerFactory(name=f"P{number}", country="DE")
    german = define("german", all_of(rule("country", "equals", "DE")), now)
    FullRun.objects.all().delete()
    run = recompute.start_full_run(reason="test")
    assert run is not None

    steps = 0
    while recompute.continue_one(at=now):
        steps += 1

    run.refresh_from_db()
    assert (run.state, run.partners, run.changed) == (RunState.DONE, 5, 5)
    assert run.ranges.count() == 3, "everybody has to move: the range that was looked at is taken apart"
    assert steps == 1 + 1 + 3 + 1
    assert len(members(german)) == 5


@pytest.mark.django_db
def test_a_run_whose_worker_died_after_its_last_part_is_closed_by_the_next(now: datetime) -> None:
    run = FullRun.objects.create(reason="left open", started_at=now)
    RunRange.objects.create(run=run, first_id=1, end_id=2, state=RunState.DONE, changed=1)

    tasks.continue_full_runs()

    run.refresh_from_db()
    assert run.state == RunState.DONE


@pytest.mark.django_db
def test_a_rule_that_fails_at_run_time_keeps_its_members_and_is_told_once(now: datetime, victor: Any) -> None:
    AttributeDefinitionFactory(key="points", kind="number")
    for name, points in (("Ash", 10), ("Beech", 1)):
        PartnerFactory(name=name, country="DE", attributes={"points": points})
    strong = define("strong", all_of(rule("attributes.points", ">=", 5)), now)
    german = define("german", all_of(rule("country", "equals", "DE")), now)
    recompute.everything(at=now)
    assert members(strong) == {"Ash"}

    Partner.objects.filter(name="Beech").update(attributes={"points": "many"}, country="FR")
    for hours in range(3):
        Partner.objects.filter(name="Ash").update(city=f"City {hours}")
        recompute.everything(at=now + timedelta(hours=hours))

    assert members(strong) == {"Ash"}
    assert members(german) == {"Ash"}
    assert RuleHealth.objects.get().rule_id == strong.pk
    assert Notification.objects.filter(user=victor, kind="rule.failed").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("value", [{"n": "x"}, None, 7, ["a"]])
def test_a_published_rule_that_makes_no_sense_any_more_stops_nobody_else(now: datetime, value: Any) -> None:
    PartnerFactory(name="Ash", country="DE", joined_on=now.date())
    odd = define("odd", all_of(rule("joined_on", "within_last", {"n": 7, "unit": "days"})), now)
    german = define("german", all_of(rule("country", "equals", "DE")), now)
    recompute.everything(at=now)

    slip_in(odd, all_of(rule("joined_on", "within_last", value)), now)
    PartnerFactory(name="Beech", country="DE")
    recompute.everything(at=now)

    assert members(odd) == {"Ash"}
    assert members(german) == {"Ash", "Beech"}


@pytest.mark.django_db
def test_a_segment_or_stage_that_asks_for_itself_is_set_aside(now: datetime) -> None:
    PartnerFactory(name="Ash", country="DE")
    german = define("german", all_of(rule("country", "equals", "DE")), now)
    own = define("own", all_of(rule("country", "equals", "DE")), now)
    stage = life_stages.define(key="only", name="Only", by=None, at=now, criteria=all_of())
    slip_in(own, all_of(rule("segments", "any_of", ["own"])), now)
    slip_in(stage, all_of(rule("life_stage", "any_of", ["only"])), now)

    recompute.everything(at=now)

    assert members(german) == {"Ash"}
    assert {row.error for row in RuleHealth.objects.all()} == {"It depends on itself."}


@pytest.mark.django_db
def test_sweeps_find_what_was_written_while_nobody_rang(now: datetime) -> None:
    german = define("german", all_of(rule("country", "equals", "DE")), now)
    tasks.continue_full_runs()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partners_partner (name, legal_name, description, domain, websites, tax_id, status, country,"
            " city, industries, languages, selling_motions, capabilities, product_lines, target_markets, attributes,"
            " business_units, locations, resources)"
            " VALUES ('Raw', '', '', '', '{}', '', 'active', 'DE', '', '{}', '{}', '{}', '{}', '{}', '{}', '{}',"
            " '{}', '{}', '{}')"
        )

    tasks.recompute_stale()

    assert members(german) == {"Raw"}


@pytest.mark.django_db
def test_follow_ups_come_to_rest(now: datetime) -> None:
    partner = PartnerFactory(name="Ash", country="DE")
    define("german", all_of(rule("country", "equals", "DE")), now)
    recompute.everything(at=now)

    rounds = 0
    while (StalePartner.objects.exists() or OutboxMessage.objects.exists()) and rounds < 10:
        outbox.deliver_due(at=now + timedelta(minutes=rounds))
        recompute.all_stale(at=now + timedelta(minutes=rounds))
        rounds += 1

    assert rounds < 10, f"{partner} is recomputed for ever"


# --- several at once


def together(*functions: Callable[[], Any]) -> None:
    """Run functions at once, each on its own connection; fail with what any of them raises, or when one hangs."""
    errors: list[BaseException] = []

    def guarded(function: Callable[[], Any]) -> None:
        try:
            function()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guarded, args=(function,), daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for somebody for ever"
    assert not errors, errors


@pytest.fixture
def crowd(transactional_db: None, now: datetime) -> list[int]:
    """Three hundred partners, of whom rules about country and size pick some."""
    rows = [Partner(name=f"P{number}", country="DE" if number % 2 else "FR", employees=number) for number in range(300)]
    define("german", all_of(rule("country", "equals", "DE")), now)
    define("large", all_of(rule("segments", "any_of", ["german"]), rule("employees", ">=", 100)), now)
    recompute.everything(at=now)
    return [partner.pk for partner in Partner.objects.bulk_create(rows)]


def test_workers_at_once_take_each_mark_once(crowd: list[int], now: datetime) -> None:
    claimed: list[int] = []

    def work() -> None:
        while taken := recompute.stale(at=now, limit=20):
            claimed.append(taken)

    together(work, work, work)

    assert sum(claimed) == len(crowd)
    assert not StalePartner.objects.exists()
    after = digest()
    recompute.everything(at=now)
    assert digest() == after
    told = [pk for message in OutboxMessage.objects.all() for pk in message.payload["partner_ids"]]
    assert set(told) >= set(crowd)


def test_writers_beside_workers_lose_nothing(crowd: list[int], now: datetime) -> None:
    writing = threading.Event()
    writing.set()

    def write(first: int) -> None:
        for turn in range(15):
            for pk in crowd[first::7]:
                Partner.objects.filter(pk=pk).update(employees=turn * 20, country="DE" if (turn + pk) % 3 else "FR")

    def write_all() -> None:
        together(*(lambda first=first: write(first) for first in (0, 3)))
        writing.clear()

    def work() -> None:
        while writing.is_set() or StalePartner.objects.exists():
            recompute.stale(at=now, limit=50)

    def run_all() -> None:
        while writing.is_set():
            recompute.start_full_run(reason="beside writers")
            while recompute.continue_one(at=now):
                pass

    together(write_all, work, run_all)

    recompute.all_stale(at=now)
    after = digest()
    recompute.everything(at=now)
    assert digest() == after
