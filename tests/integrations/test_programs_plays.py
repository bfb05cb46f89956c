"""Plays in documents: found by their names, published with the document, out as they came in."""

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from integrations.services import programs
from integrations.services.programs.plans import Plan
from scorecards.models import Play
from scorecards.services import plays
from tests.factories.plays import PlayFactory

pytestmark = pytest.mark.usefixtures("program")


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    """Two plays, one of which gives a certification that the document brings along."""
    return {
        "format": "partner-program/1",
        "certifications": [{"key": "associate", "name": "Associate"}],
        "plays": [
            {
                "name": "One named customer a month",
                "objective": "Names, not hopes.",
                "partner_does": "Write down one customer for each month.",
                "vendor_does": "Bring the list of offers.",
                "kind": "activity",
                "certification": None,
                "effort": 2,
                "effort_unit": "days",
                "metric_keys": ["momentum", "revenue"],
                "measure_keys": [],
                "position": 10,
                "outcome_days": 90,
            },
            {"name": "One more certified", "objective": "Somebody else can do it.", "kind": "certification",
             "certification": "associate",
             "metric_keys": ["certified"], "position": 20},
        ],
    }  # fmt: skip


def bring_in(document: dict[str, Any], by: User, at: datetime, **options: Any) -> Plan:
    """Plan and apply."""
    found = programs.plan(document, by=by, at=at, **options)
    assert found.faults == []
    return programs.apply(found, by=by, at=at)


def test_they_come_in_published_and_go_out_as_they_came(document: dict[str, Any], victor: User, now: datetime) -> None:
    bring_in(document, victor, now)

    assert Play.objects.filter(published_at=now).count() == 2
    exported = programs.document()
    assert exported["plays"][0] == document["plays"][0]
    assert exported["plays"][1]["certification"] == "associate"
    assert bring_in(exported, victor, now).counts["changed"] == 0


def test_a_dry_run_writes_nothing_and_an_import_changes_what_differs(
    document: dict[str, Any], victor: User, now: datetime
) -> None:
    bring_in(document, victor, now)
    later = deepcopy(document)
    later["plays"][0]["effort"] = 3

    found = programs.plan(later, by=victor, at=now)

    assert [(step.key, [one.member for one in step.changes]) for step in found.steps if step.changes] == [
        ("One named customer a month", ["effort"])
    ]
    assert Play.objects.get(position=10).effort == 2
    programs.apply(found, by=victor, at=now)
    assert Play.objects.get(position=10).effort == 3


def test_drafts_stay_drafts_where_nothing_is_published(document: dict[str, Any], victor: User, now: datetime) -> None:
    bring_in(document, victor, now, publish=False)

    assert not Play.objects.filter(published_at__isnull=False).exists()
    assert programs.document()["plays"] == []
    bring_in(document, victor, now)
    assert Play.objects.filter(published_at=now).count() == 2


def test_what_nobody_could_propose_is_a_fault_at_its_place(
    document: dict[str, Any], victor: User, now: datetime
) -> None:
    document["plays"][0]["metric_keys"] = []
    document["plays"][1]["certification"] = "nowhere"

    faults = programs.plan(document, by=victor, at=now).faults

    assert {fault.pointer for fault in faults} == {"/plays/0/metric_keys", "/plays/1/certification"}


def test_retired_plays_and_those_that_give_content_are_left_out(victor: User, now: datetime) -> None:
    gone = PlayFactory(name="Gone", kind="activity", published_at=now)
    plays.retire(play=gone, by=victor, at=now)
    kept = PlayFactory(name="Kept", kind="activity", published_at=now)

    assert [one["name"] for one in programs.document()["plays"]] == [kept.name]
