"""A full run looks first and locks only who is not right; one that serves some rules computes those and no others."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections

from core.services import versions
from criteria.fields import RuleKind
from partners.models import Partner
from partners.services import definitions, life_stages
from segmentation import engine
from segmentation.models import Classification, FullRun, RunState, Segment, StalePartner
from segmentation.services import recompute, segments
from tests.factories.partners import PartnerFactory
from tests.segmentation.torture import all_of, begin_anew, publish, rule

GERMAN, LARGE = all_of(rule("country", "equals", "DE")), all_of(rule("employees", ">=", 100))


def define(key: str, criteria: Any, now: datetime) -> Segment:
    return segments.define(key=key, name=key.title(), by=None, at=now, criteria=criteria)


def members(segment: Segment) -> set[str]:
    found = Partner.objects.filter(classification__segment_ids__contains=[segment.pk])
    return set(found.values_list("name", flat=True))


def forge(partner: Partner, *segments_held: Segment) -> None:
    """Store other answers than the right ones, as no worker would."""
    ids = sorted(one.pk for one in segments_held)
    Classification.objects.filter(partner=partner).update(segment_ids=ids)


@pytest.fixture
def ash(now: datetime) -> Partner:
    return PartnerFactory(name="Ash", country="DE", employees=10)


@pytest.mark.django_db
def test_publishing_computes_the_rule_and_what_builds_on_it_and_nothing_else(ash: Partner, now: datetime) -> None:
    base, other = define("base", GERMAN, now), define("other", GERMAN, now)
    above = define("above", all_of(rule("segments", "any_of", ["base"])), now)
    top = define("top", all_of(rule("segments", "none_of", ["above"])), now)
    recompute.everything(at=now)
    assert members(above) == {"Ash"}
    forge(ash, base, above)  # “other” is wrong now, and nobody asked for it

    publish(base, LARGE, at=now)
    assert FullRun.objects.get(state=RunState.PENDING).rules == [["segment", base.pk]]
    while recompute.continue_one(at=now):
        pass

    assert (members(base), members(above), members(top)) == (set(), set(), {"Ash"})
    assert members(other) == set()
    recompute.everything(at=now)
    assert members(other) == {"Ash"}


@pytest.mark.django_db
def test_a_rule_that_is_gone_leaves_its_members_and_no_other_does(ash: Partner, now: datetime) -> None:
    stays, goes = define("stays", GERMAN, now), define("goes", GERMAN, now)
    recompute.everything(at=now)

    segments.retire(segment=goes, by=None, at=now)
    while recompute.continue_one(at=now):
        pass

    assert (members(stays), members(goes)) == ({"Ash"}, set())


@pytest.mark.django_db
def test_a_stage_takes_all_stages_with_it_and_whoever_moves_is_computed_once_more(ash: Partner, now: datetime) -> None:
    large = life_stages.define(key="large", name="Large", by=None, at=now, criteria=LARGE)
    other = life_stages.define(key="other", name="Other", by=None, at=now, criteria=all_of())
    recompute.everything(at=now)
    assert Classification.objects.get().stage == other

    publish_stage(large, all_of(), now)
    while recompute.continue_one(at=now):
        pass

    assert Classification.objects.get().stage == large
    assert StalePartner.objects.filter(partner_id=ash.pk, source="stage").exists()


def publish_stage(stage: Any, criteria: Any, at: datetime) -> None:

    draft = versions.draft_of(definition=stage, by=None, at=at)
    versions.save_draft(version=draft, by=None, at=at, changes={"criteria": criteria})
    definitions.publish(kind=RuleKind.STAGE, version=draft, by=None, at=at)


@pytest.mark.django_db
def test_a_run_that_waits_serves_the_rules_of_both_who_ask(now: datetime) -> None:
    run = recompute.start_full_run(reason="one", only=[("segment", 1)])
    again = recompute.start_full_run(reason="another", only=[("tier", 2), ("segment", 1)])
    assert run is not None
    assert run == again
    run.refresh_from_db()
    assert run.rules == [["segment", 1], ["tier", 2]]

    recompute.start_full_run(reason="all of them")

    run.refresh_from_db()
    assert run.rules is None


@pytest.mark.django_db
def test_where_everything_is_right_nobody_is_locked(ash: Partner, now: datetime) -> None:
    define("german", GERMAN, now)
    recompute.everything(at=now)
    recompute.start_full_run(reason="test")

    with connection.execute_wrapper(_refuse_locks):
        while recompute.continue_one(at=now):
            pass

    assert FullRun.objects.latest("id").state == RunState.DONE


def _refuse_locks(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    assert "segmentation_classification WHERE" not in sql or "FOR UPDATE" not in sql
    return execute(sql, params, many, context)


# --- a worker that still goes by the rules of before


@pytest.mark.torture
@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("waits", [True, False], ids=["as it is", "without the barrier"])
def test_a_run_begins_when_those_who_go_by_the_rules_of_before_are_done(
    now: datetime, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    begin_anew()
    ash = PartnerFactory(name="Ash", country="FR", employees=10)
    segment = define("german", GERMAN, now)
    recompute.everything(at=now)
    slow = _Slow(monkeypatch)
    if not waits:
        monkeypatch.setattr(recompute, "_ALL_DONE", "SELECT 1")

    Partner.objects.filter(pk=ash.pk).update(country="DE")  # the old rule takes Ash in, the new one does not
    worker = threading.Thread(target=slow.work, args=(now,))
    worker.start()
    assert slow.has_read.wait(timeout=30)
    publish(segment, LARGE, at=now)
    run = threading.Thread(target=_everything_else, args=(now,))
    run.start()
    run.join(timeout=2)
    slow.may_write.set()
    for thread in (worker, run):
        thread.join(timeout=30)

    assert members(segment) == (set() if waits else {"Ash"})


class _Slow:
    """A worker that has read the rules and is slow to write what follows from them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.has_read, self.may_write = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._statement = engine.Statement.write
        monkeypatch.setattr(engine.Statement, "write", lambda *args: self._write(*args))

    def work(self, at: datetime) -> None:
        self._thread = threading.current_thread()
        recompute.all_stale(at=at)
        connections.close_all()

    def _write(self, statement: engine.Statement, scope: Any) -> str:
        sql = self._statement(statement, scope)
        if threading.current_thread() is self._thread:
            self.has_read.set()
            self.may_write.wait(timeout=30)
        return sql


def _everything_else(at: datetime) -> None:
    while recompute.continue_one(at=at):
        pass
    connections.close_all()
