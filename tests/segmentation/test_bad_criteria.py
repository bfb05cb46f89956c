"""Criteria that make no sense are refused at every door, by the node at fault, and nothing is kept half.

The doors: the service that publishes, the editor's page, and the program as a document over the API. At the end: a
rule that was sound and overflows for one partner.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Notification
from core.services import versions
from criteria import checks
from criteria.fields import registry
from criteria.tree import MAX_DEPTH, MAX_NODES
from partners.models import Partner
from segmentation.models import Classification, FullRun, Measure, MeasureVersion, RuleHealth, Segment
from segmentation.services import measures, recompute, segments
from tests.factories.accounts import VendorUserFactory
from tests.factories.partners import PartnerFactory
from tests.segmentation.test_rule_form import sent

pytestmark = pytest.mark.django_db
MILLION = 1_000_000


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def deals(**more: Any) -> dict[str, Any]:
    return {"collection": "deals", "aggregate": "count", "operator": ">=", "value": 1, **more}


def nested(depth: int) -> dict[str, Any]:
    inner = all_of(rule("country", "equals", "DE"))
    for _ in range(depth):
        inner = all_of(inner)
    return inner


@dataclass(frozen=True)
class Bad:
    """A document, where it is wrong and how.

    `kept` when it can be a draft, `page` when the editor can show it as it is: its form mends what has no form.
    """

    name: str
    document: Any
    path: str
    code: str
    page: bool = True
    kept: bool = True

    def __str__(self) -> str:
        return self.name


GOOD = all_of(rule("country", "equals", "DE"))
TABLE = [
    Bad("unknown field", all_of(rule("shoe_size", ">=", 3)), "/rules/0/field", "unknown_field"),
    Bad("unknown records", all_of(deals(collection="shoes")), "/rules/0/collection", "unknown_collection"),
    Bad(
        "unknown field of records",
        all_of(deals(where=all_of(rule("colour", "equals", "red")))),
        "/rules/0/where/rules/0/field",
        "unknown_field",
        page=False,
    ),
    Bad("a word for a number", all_of(rule("employees", ">=", "many")), "/rules/0/value", "not_a_number"),
    Bad("a list for a number", all_of(rule("employees", ">=", [1])), "/rules/0/value", "not_a_number", page=False),
    Bad(
        "a comparison of another type",
        all_of(rule("employees", "contains", 1)),
        "/rules/0/operator",
        "unknown_operator",
        page=False,
    ),
    Bad("no such day", all_of(rule("joined_on", "on", "2030-02-30")), "/rules/0/value", "not_a_day"),
    Bad("an empty range", all_of(rule("employees", "between", [9, 3])), "/rules/0/value", "empty_range"),
    Bad("no such choice", all_of(rule("status", "equals", "asleep")), "/rules/0/value", "unknown_choice", page=False),
    Bad("a window of nothing", all_of(deals(window={"last": 0, "unit": "days"})), "/rules/0/window", "bad_number"),
    Bad("a window of ages", all_of(deals(window={"last": 10**9, "unit": "years"})), "/rules/0/window", "bad_number"),
    Bad(
        "a window in moons",
        all_of(deals(window={"last": 3, "unit": "moons"})),
        "/rules/0/window/unit",
        "unknown_unit",
        page=False,
    ),
    Bad(
        "a window since never",
        all_of(deals(window={"since": "soon"})),
        "/rules/0/window/since",
        "not_a_day",
        page=False,
    ),
    Bad("a number beyond all bounds", all_of(rule("employees", ">=", 10**30)), "/rules/0/value", "too_large"),
    Bad("too deep", nested(MAX_DEPTH), "/rules/0" * MAX_DEPTH, "too_deep", page=False),
    Bad("far too deep", nested(200), "/rules/0" * MAX_DEPTH, "too_deep", page=False, kept=False),
    Bad("too many rules", all_of(*[rule("country", "equals", "DE")] * (MAX_NODES + 1)), "", "too_large", page=False),
    Bad("a million characters", all_of(rule("name", "contains", "x" * MILLION)), "/rules/0/value", "too_long"),
    Bad("a NUL", all_of(rule("name", "contains", "a\x00b")), "/rules/0/value", "not_text", page=False, kept=False),
    Bad("an empty group", all_of(all_of()), "/rules/0", "empty_group"),
    Bad("nothing to compare with", all_of(rule("employees", ">=", None)), "/rules/0/value", "value_missing"),
    Bad("an unknown key", {**GOOD, "sql": "drop table"}, "/sql", "unknown_key", page=False),
    Bad("no group at all", {"rules": "all"}, "/rules", "not_a_list", page=False),
    Bad(
        "at least too many",
        {"combinator": "at_least", "at_least": 5, "rules": GOOD["rules"]},
        "/at_least",
        "bad_number",
        page=False,
    ),
    Bad(
        "an unknown segment",
        all_of(rule("segments", "any_of", ["nowhere"])),
        "/rules/0/value/0",
        "unknown_choice",
        page=False,
    ),
]
bad_ones = pytest.mark.parametrize("bad", TABLE, ids=str)


@pytest.fixture
def segment(now: datetime) -> Segment:
    """A segment with sound criteria in force, and nothing to recompute."""
    PartnerFactory(name="Ash", country="DE")
    found = segments.define(key="german", name="German", by=None, at=now, criteria=GOOD)
    recompute.everything(at=now)
    FullRun.objects.all().delete()
    return found


def in_force(segment: Segment) -> Any:
    """Return what must stay: the published text, who is in it, and that nothing is to be recomputed."""
    published = versions.published_of(segment)
    assert published is not None
    return (
        published.number,
        published.criteria,
        list(Classification.objects.values_list("segment_ids", flat=True)),
        FullRun.objects.count(),
    )


def draft_with(segment: Segment, document: Any, now: datetime) -> Any:
    draft = segments.draft_of(segment=segment, by=None, at=now)
    segments.save_draft(version=draft, by=None, at=now, changes={"criteria": document})
    return draft


def publish(client: Client, where: str) -> Any:
    """Open the editor and press Publish, without touching anything."""
    opened = client.get(where)
    assert opened.status_code == 200
    form = re.search(r'<form[^>]*id="rule-form".*?</form>', opened.content.decode(), re.DOTALL)
    assert form is not None
    return client.post(where, {**sent(form[0]).dict(), "act": "publish"})


@bad_ones
def test_a_check_names_the_node_at_fault(bad: Bad) -> None:
    problems = checks.check(bad.document, registry.catalog())

    assert (bad.path, bad.code) in [(one.path, one.code) for one in problems]
    assert all(len(one.message) < 300 for one in problems)


@bad_ones
def test_the_service_refuses_to_publish_and_leaves_what_is_in_force(bad: Bad, segment: Segment, now: datetime) -> None:
    before = in_force(segment)
    if not bad.kept:
        with pytest.raises(ValidationError):
            draft_with(segment, bad.document, now)
        assert in_force(segment) == before
        return
    draft = draft_with(segment, bad.document, now)

    with pytest.raises(ValidationError) as refused:
        segments.publish(version=draft, by=None, at=now)

    assert bad.path in str(refused.value)
    assert len(str(refused.value)) < 100_000
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert in_force(segment) == before


@pytest.mark.parametrize("bad", [bad for bad in TABLE if bad.page], ids=str)
def test_the_page_opens_says_what_is_wrong_and_publishes_nothing(
    bad: Bad, segment: Segment, client_of: Callable[..., Client], victor: Any, now: datetime
) -> None:
    before = in_force(segment)
    draft_with(segment, bad.document, now)
    client, where = client_of(victor), f"/vendor/criteria/segment/{segment.public_id}/"

    answer = publish(client, where)

    assert answer.status_code == 422
    assert in_force(segment) == before


@bad_ones
def test_the_api_answers_with_the_place_of_the_fault_and_keeps_nothing(
    bad: Bad, segment: Segment, ian: Any, api_of: Any
) -> None:
    before = in_force(segment), segment.versions.count()
    document = {
        "format": "partner-program/1",
        "segments": [
            {"key": "sound", "name": "Sound", "criteria": GOOD},
            {"key": "german", "name": "German", "criteria": bad.document},
        ],
    }

    answer = api_of(ian).post("/api/v1/program", document, format="json")

    assert answer.status_code in {400, 413, 422}, answer.content[:300]
    assert len(answer.content) < 200_000
    if answer.status_code == 422:
        assert f"/segments/1/criteria{bad.path}" in {error["pointer"] for error in answer.json()["errors"]}
    assert (in_force(segment), segment.versions.count()) == before
    assert not Segment.objects.filter(key="sound").exists()


# --- circles


def test_a_circle_is_refused_at_the_service_and_the_page(
    segment: Segment, client_of: Callable[..., Client], victor: Any, now: datetime
) -> None:
    other = segments.define(
        key="other", name="Other", by=None, at=now, criteria=all_of(rule("segments", "any_of", ["german"]))
    )
    recompute.everything(at=now)
    FullRun.objects.all().delete()
    before = in_force(segment)
    draft = draft_with(segment, all_of(rule("segments", "none_of", ["other"])), now)

    with pytest.raises(ValidationError, match="in a circle: German, Other"):
        segments.publish(version=draft, by=None, at=now)
    client, where = client_of(victor), f"/vendor/criteria/segment/{segment.public_id}/"
    answer = publish(client, where)

    assert answer.status_code == 422
    assert "in a circle" in answer.content.decode()
    assert in_force(segment) == before
    assert versions.published_of(other)


# --- rules that were sound


def measure(key: str, formula: Any, now: datetime) -> Measure:
    made = measures.create(key=key, name=key.title(), by=None, at=now, formula=formula)
    version = MeasureVersion.objects.get(definition=made)
    measures.publish(version=version, by=None, at=now)
    return made


def names_in(segment: Segment) -> set[str]:
    found = Partner.objects.filter(classification__segment_ids__contains=[segment.pk])
    return set(found.values_list("name", flat=True))


def test_nothing_divided_by_nothing_is_empty_and_stops_nobody(now: datetime) -> None:
    PartnerFactory(name="Ash", employees=10)
    PartnerFactory(name="Beech", employees=0)
    measure("share", {"function": "ratio", "of": [{"number": 100}, {"field": "employees"}]}, now)
    known = segments.define(
        key="known", name="Known", by=None, at=now, criteria=all_of(rule("measure_share", "is_set"))
    )

    recompute.everything(at=now)

    assert names_in(known) == {"Ash"}
    assert not RuleHealth.objects.exists()


def test_a_rule_that_overflows_for_one_partner_stands_aside_alone_and_its_owner_is_told(
    now: datetime, victor: Any
) -> None:
    olivia = VendorUserFactory(name="Olivia", role="program_admin")
    for name in ("Ash", "Beech"):
        PartnerFactory(name=name, country="DE", employees=10)
    million = {"number": 10**15}
    huge = {"function": "product", "of": [{"field": "employees"}] * 3 + [million] * 3}
    for step in range(4):  # each the product of five of the one before: too long for any number there is
        measure(f"huge_{step}", huge, now)
        huge = {"function": "product", "of": [{"field": f"measure_huge_{step}"}] * 20}
    owned = {"by": olivia, "at": now}
    large = segments.define(key="large", name="Large", criteria=all_of(rule("measure_huge_3", ">=", 0)), **owned)
    german = segments.define(key="german", name="German", criteria=GOOD, **owned)
    Partner.objects.update(employees=0)
    recompute.everything(at=now)
    assert names_in(large) == {"Ash", "Beech"}

    Partner.objects.filter(name="Ash").update(employees=2_000_000_000)
    Partner.objects.filter(name="Beech").update(country="FR")
    recompute.everything(at=now)

    assert names_in(large) == {"Ash", "Beech"}
    assert names_in(german) == {"Ash"}
    assert [(row.kind, row.rule_id) for row in RuleHealth.objects.all()] == [("segment", large.pk)]
    told = Notification.objects.filter(kind="rule.failed")
    assert [(one.user, "Large" in one.text) for one in told] == [(olivia, True)]
