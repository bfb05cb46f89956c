"""Scorecards in documents: versions with sections, anchors and benchmarks, published whole."""

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from core.services.versions import existing_draft_of, published_of
from integrations.services import programs
from integrations.services.programs.plans import Plan
from scorecards.models import Metric, Scorecard
from scorecards.services import scorecards
from tests.factories.partners import LifeStageFactory

pytestmark = pytest.mark.usefixtures("program")
ANCHORS = ["Nobody", "One person", "A team", "A team with a plan", "A team that leads others"]
GERMANY = {
    "combinator": "and",
    "not": False,
    "rules": [{"field": "country", "operator": "in", "value": ["DE"]}],
}


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    """A scorecard with a measured and an answered metric in two sections."""
    LifeStageFactory(key="new")
    return {
        "format": "partner-program/1",
        "scorecards": [
            {
                "key": "sales",
                "name": "Sales capability",
                "purpose_kind": "sales",
                "reach": "switched_on",
                "period": "half",
                "sharing": "score",
                "criteria": GERMANY,
                "stages": ["new"],
                "amber_from": 30,
                "green_from": 60,
                "peers": "country",
                "sections": [
                    {
                        "key": "people",
                        "name": "People",
                        "metrics": [
                            {
                                "key": "size",
                                "name": "Size",
                                "expression": {"field": "employees"},
                                "target": 100,
                                "half_life_days": 90,
                                "benchmark_kind": "percentile",
                                "benchmark_percentile": 75,
                            },
                            {"key": "team", "name": "Team", "asked_of": "both", "anchors": ANCHORS, "weight": 2},
                        ],
                    },
                    {"key": "plan", "name": "Plan", "metrics": [
                        {"key": "offices", "name": "Offices", "expression": {"field": "employees"}, "target": 3,
                         "benchmark_kind": "fixed", "benchmark_value": 1.5},
                    ]},
                ],
            }
        ],
    }  # fmt: skip


def bring_in(document: dict[str, Any], by: User, at: datetime, **options: Any) -> Plan:
    """Plan and apply."""
    found = programs.plan(document, by=by, at=at, **options)
    assert found.faults == []
    return programs.apply(found, by=by, at=at)


def test_it_comes_in_published_and_goes_out_as_it_came(document: dict[str, Any], victor: User, now: datetime) -> None:
    bring_in(document, victor, now)

    scorecard = Scorecard.objects.get()
    version = published_of(scorecard)
    assert version is not None
    assert (version.criteria, version.stages, version.peers) == (GERMANY, ["new"], "country")
    assert version.metrics.get(key="team").anchors == ANCHORS
    exported = programs.document()
    assert exported["scorecards"][0]["sections"][0]["metrics"][1]["anchors"] == ANCHORS
    assert programs.plan(exported, by=victor, at=now).changes_nothing
    assert programs.plan(document, by=victor, at=now).changes_nothing


def test_a_change_is_a_new_version_that_keeps_the_rest(document: dict[str, Any], victor: User, now: datetime) -> None:
    bring_in(document, victor, now)
    changed = deepcopy(document)
    changed["scorecards"][0]["sections"][0]["metrics"] = [{"key": "size", "name": "Size", "target": 80}]

    done = bring_in(changed, victor, now)

    version = published_of(Scorecard.objects.get())
    assert version is not None
    assert done.counts == {"created": 0, "changed": 1, "unchanged": 4}
    assert (version.number, version.metrics.count(), version.metrics.get(key="size").target) == (2, 3, 80)
    assert Metric.objects.filter(scorecard_version__number=1, key="size").get().target == 100


def test_a_metric_named_in_another_section_moves_there(document: dict[str, Any], victor: User, now: datetime) -> None:
    bring_in(document, victor, now)
    moved = deepcopy(document)
    first, second = moved["scorecards"][0]["sections"]
    second["metrics"].append(first["metrics"].pop(0))

    bring_in(moved, victor, now)

    version = published_of(Scorecard.objects.get())
    assert version is not None
    assert version.metrics.get(key="size").section.key == "plan"


def test_drafts_are_left_on_request(document: dict[str, Any], victor: User, now: datetime) -> None:
    bring_in(document, victor, now, publish=False)

    scorecard = Scorecard.objects.get()
    assert published_of(scorecard) is None
    assert existing_draft_of(scorecard).metrics.count() == 3
    bring_in(document, victor, now)
    assert published_of(scorecard) is not None


def test_a_draft_with_other_changes_is_thrown_away_and_its_writer_named(
    document: dict[str, Any], victor: User, now: datetime
) -> None:
    bring_in(document, victor, now)
    draft = scorecards.draft_of(scorecard=Scorecard.objects.get(), by=victor, at=now)
    scorecards.save_draft(version=draft, by=victor, at=now, changes={"green_from": 90})
    document["scorecards"][0]["green_from"] = 65

    done = bring_in(document, victor, now)

    version = published_of(Scorecard.objects.get())
    assert version is not None
    assert version.green_from == 65
    assert [note for step in done.steps for note in step.notes] == ["The draft that Victor Voss wrote is thrown away."]


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (("stages",), ["nowhere"], "invalid"),
        (("peers",), "friends", "invalid"),
        (("green_from",), 20, "invalid"),
        (("sections", 0, "metrics", 1, "anchors"), ANCHORS[:3], "required"),
        (("sections", 1, "metrics", 0, "benchmark_value"), None, "required"),
        (("sections", 1, "metrics", 0, "colour"), "red", "unknown_key"),
    ],
)
def test_faults_are_named_by_their_place(
    place: tuple[Any, ...],
    value: Any,
    code: str,
    document: dict[str, Any],
    victor: User,
    now: datetime,
) -> None:
    inner: Any = document["scorecards"][0]
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value

    found = {fault.pointer: fault.code for fault in programs.plan(document, by=victor, at=now).faults}

    assert found == {"/".join(["/scorecards/0", *map(str, place)]): code}


def test_an_empty_section_is_not_published(document: dict[str, Any], victor: User, now: datetime) -> None:
    document["scorecards"][0]["sections"][1]["metrics"] = []

    found = programs.plan(document, by=victor, at=now).faults

    assert [(fault.pointer, fault.code) for fault in found] == [("/scorecards/0", "empty_section")]
