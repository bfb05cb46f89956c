"""The page that edits criteria, as a browser without JavaScript sees it, and what htmx is answered."""

from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.services import versions
from partners.models import Partner
from partners.services import categories, overrides
from segmentation import engine
from segmentation.engine import previews
from segmentation.models import Segment
from segmentation.services import drafts, segments
from tests.factories.partners import CategoryFactory, LifeStageFactory, PartnerFactory, RegionFactory, TierFactory
from tests.html_form import sent_by

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def employing(value: Any) -> dict[str, Any]:
    rules = [{"field": "employees", "operator": ">=", "value": value}]
    return {"combinator": "and", "not": False, "rules": rules}


def form(segment: Any, value: Any, **more: str) -> dict[str, str]:
    """Return what a browser posts of a page with one rule."""
    return {
        "seen": drafts.stamp(drafts.current(segment)),
        "r.n": "1",
        "r.join": "and",
        "r-0.was": "field:employees",
        "r-0.what": "field:employees",
        "r-0.op": ">=",
        "r-0.value": str(value),
        **more,
    }


@pytest.fixture
def segment(now: datetime) -> Segment:
    """A published segment in a program of four partners."""
    for employees in (1, 10, 100, 1000):
        PartnerFactory(name=f"P{employees}", employees=employees)
    return segments.define(key="large", name="Large", by=None, at=now, criteria=employing(10))


@pytest.fixture
def page(segment: Segment) -> str:
    return reverse("vendor:criteria-edit", args=["segment", segment.public_id])


def test_every_button_keeps_what_was_typed(client_of: ClientOf, victor: User, segment: Segment, page: str) -> None:
    response = client_of(victor).post(page, form(segment, 100, act="rule:r"))

    assert response.status_code == 200
    assert [one.get("value") for one in drafts.criteria_of(drafts.current(segment))["rules"]][:1] == [100]
    assert len(drafts.criteria_of(drafts.current(segment))["rules"]) == 2
    assert "Saved just now" in response.text


def test_an_unfinished_rule_is_kept_but_not_published(
    client_of: ClientOf, victor: User, segment: Segment, page: str
) -> None:
    client = client_of(victor)
    client.post(page, form(segment, "", act="save"))
    assert drafts.criteria_of(drafts.current(segment)) == employing(None)

    response = client.post(page, form(segment, "", act="publish"))

    assert response.status_code == 422
    assert "Some rules are not finished" in response.text
    assert versions.published_of(segment).criteria == employing(10)


def test_the_page_compares_the_draft_with_what_is_published(
    client_of: ClientOf, victor: User, segment: Segment, page: str
) -> None:
    response = client_of(victor).post(page, form(segment, 1000, act="preview"))

    impact = response.context["impact"]
    assert (impact.enters.count, impact.leaves.count, impact.stays) == (0, 2, 1)
    assert {partner.name for partner in impact.leaves.sample} == {"P10", "P100"}


def test_undo_and_redo_work_as_plain_forms(client_of: ClientOf, victor: User, segment: Segment, page: str) -> None:
    client = client_of(victor)
    client.post(page, form(segment, 100, act="save"))

    client.post(page, form(segment, 100, act="undo"))
    assert drafts.criteria_of(drafts.current(segment)) == employing(10)

    client.post(page, form(segment, 10, act="redo"))
    assert drafts.criteria_of(drafts.current(segment)) == employing(100)


def test_a_conflict_shows_both_texts_and_either_can_go_on(
    client_of: ClientOf, victor: User, segment: Segment, page: str, now: datetime
) -> None:
    client, mine = client_of(victor), form(segment, 100)
    theirs = drafts.save(definition=segment, criteria=employing(500), seen=mine["seen"], by=victor, at=now)

    answer = client.post(page, mine | {"act": "save"})
    assert answer.status_code == 409
    assert "Victor Voss changed these criteria while you were writing." in answer.text
    assert "Employees is at least 500" in answer.text
    assert "Employees is at least 100" in answer.text
    assert drafts.criteria_of(drafts.current(segment)) == employing(500)

    client.post(page, mine | {"act": "mine", "theirs": drafts.stamp(theirs)})
    assert drafts.criteria_of(drafts.current(segment)) == employing(100)


def test_a_conflict_is_told_before_publishing_too(
    client_of: ClientOf, victor: User, segment: Segment, page: str, now: datetime
) -> None:
    mine = form(segment, 100)
    drafts.save(definition=segment, criteria=employing(500), seen=mine["seen"], by=None, at=now)

    answer = client_of(victor).post(page, mine | {"act": "publish"})

    assert answer.status_code == 409
    assert versions.published_of(segment).criteria == employing(10)


def test_publishing_keeps_the_note(client_of: ClientOf, victor: User, segment: Segment, page: str) -> None:
    answer = client_of(victor).post(page, form(segment, 100, act="publish", note="Larger"))

    assert answer.status_code == 302
    assert versions.published_of(segment).note == "Larger"


def test_while_typing_the_controls_stay_and_the_rest_is_exchanged(
    client_of: ClientOf, victor: User, segment: Segment, page: str
) -> None:
    client = client_of(victor)
    layout = client.get(page).context["layout"]
    typing = {**HTMX, "X-Changed-Field": "r-0.value"}

    typed = client.post(page, form(segment, 100, layout=layout), headers=typing)
    other = client.post(page, form(segment, 100, layout=layout) | {"r-0.op": "between"}, headers=typing)

    assert typed["HX-Reswap"] == "none"
    assert 'id="rule-tree"' not in typed.text
    assert 'id="rule-preview"' in typed.text
    assert 'id="rule-tree"' in other.text


def test_a_button_pressed_before_is_not_pressed_again_by_typing(
    client_of: ClientOf, victor: User, segment: Segment, page: str
) -> None:
    client_of(victor).post(page, form(segment, 100, act="rule:r"), headers={**HTMX, "X-Changed-Field": "r-0.value"})

    assert drafts.criteria_of(drafts.current(segment)) == employing(100)


def test_many_partners_are_estimated_first_and_counted_when_the_page_asks(
    client_of: ClientOf, victor: User, segment: Segment, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "EXACT_UP_TO", 3)
    client = client_of(victor)

    first = client.get(page)
    assert first.context["preview"].match.estimated
    assert first.context["impact"] is None
    assert "Counting exactly" in first.text

    counted = client.post(page, form(segment, 100, act="exact"), headers=HTMX)
    assert not counted.context["preview"].match.estimated
    assert counted.context["impact"].leaves.count == 1
    assert versions.existing_draft_of(segment) is None


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (
            DataError("numeric field overflow\nCONTEXT: …"),
            "These rules fail for at least one partner: numeric field overflow",
        ),
        (OperationalError("canceling statement due to statement timeout"), "Counting takes too long just now"),
    ],
)
def test_rules_that_the_database_cannot_answer_are_kept_and_the_page_says_why(
    client_of: ClientOf,
    victor: User,
    segment: Segment,
    page: str,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    words: str,
) -> None:
    def fail(*_args: Any, **_given: Any) -> None:
        raise failure

    for way in ("preview", "weigh"):
        monkeypatch.setattr(engine, way, fail)

    answer = client_of(victor).post(page, form(segment, 100, act="preview"))

    assert answer.status_code == 200
    assert words in unescape(answer.text)
    assert drafts.criteria_of(drafts.current(segment)) == employing(100)


def test_categories_tiers_stages_and_regional_texts_open_in_the_same_editor(
    client_of: ClientOf, victor: User, now: datetime
) -> None:
    category = CategoryFactory()
    override = overrides.create(subject=category, region=RegionFactory(), by=victor, at=now)
    kinds = {"category": category, "tier": TierFactory(), "stage": LifeStageFactory(), "category-override": override}

    for kind, definition in kinds.items():
        answer = client_of(victor).get(reverse("vendor:criteria-edit", args=[kind, definition.public_id]))
        assert answer.status_code == 200, kind


def test_a_regional_text_is_about_the_partners_of_its_region(client_of: ClientOf, victor: User, now: datetime) -> None:
    north, south = RegionFactory(name="North"), RegionFactory(name="South")
    for region, employees in ((north, 50), (north, 500), (south, 50)):
        PartnerFactory(region=Partner(region=region).region, employees=employees)
    category = CategoryFactory()
    version = versions.draft_of(definition=category, by=None, at=now)
    versions.save_draft(version=version, by=None, at=now, changes={"criteria": employing(10)})
    categories.publish(version=version, by=None, at=now)
    override = overrides.create(subject=category, region=north, by=victor, at=now)
    page = reverse("vendor:criteria-edit", args=["category-override", override.public_id])

    assert client_of(victor).get(page).context["preview"].sentence.startswith("employees is at least 10")
    answer = client_of(victor).post(page, form(override, 100, act="preview"))

    assert (answer.context["preview"].match.count, answer.context["preview"].match.total) == (1, 2)
    assert (answer.context["impact"].leaves.count, answer.context["impact"].stays) == (1, 1)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_the_draft_is_compared_with_what_is_published_over_the_last_quarters(
    client_of: ClientOf, victor: User, segment: Segment, page: str, headers: dict[str, str]
) -> None:
    answer = client_of(victor).post(page, form(segment, 100, act="past"), headers=headers)

    assert [(one.before, one.after, one.enters, one.leaves) for one in answer.context["past"]] == [(3, 2, 0, 1)] * 5
    assert "fields and records are those of today" in answer.text
    assert drafts.criteria_of(drafts.current(segment)) == employing(10), "nothing is written"


def test_a_measure_has_an_editor_of_its_own(client_of: ClientOf, victor: User, segment: Segment) -> None:
    page = reverse("vendor:criteria-edit", args=["measure", segment.public_id])

    assert client_of(victor).get(page).status_code == 404


def test_the_page_of_fifty_rules_asks_few_questions_and_is_small(
    client_of: ClientOf, victor: User, segment: Segment, page: str, now: datetime
) -> None:
    rules = [{"field": "employees", "operator": ">=", "value": n} for n in range(50)]
    keep(segment, {"combinator": "or", "not": False, "rules": rules}, now)
    client = client_of(victor)
    client.get(page)

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page)

    # A savepoint is what a test sees of the transaction that a page opens for its own statement.
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 12
    assert len(answer.content) < 350_000


def test_among_many_rules_one_is_asked_about_something_else_without_scripts(
    client_of: ClientOf, victor: User, segment: Segment, page: str, now: datetime
) -> None:
    keep(segment, employing(1) | {"rules": [employing(n)["rules"][0] for n in range(20)]}, now)
    client = client_of(victor)
    before = client.get(page)
    tree = before.context["tree"]
    assert all(row.is_short for row in tree.rows)
    assert '<button class="btn btn-ghost btn-sm mt-1" name="act" value="ask:r-3">' in before.content.decode()

    after = client.post(page, sent_by(before.content.decode()).dict() | {"act": "ask:r-3"})

    assert [row.path for row in after.context["tree"].rows if not row.is_short] == ["r-3"]


@pytest.mark.parametrize(
    ("document", "rules"),
    [
        ({"field": "country", "operator": "equals", "value": "DE"}, 1),
        (["nonsense"], 0),
        ({"combinator": "and", "rules": ["nonsense", 5, {"collection": "deals", "where": [], "window": "long"}]}, 1),
        ({"combinator": "and", "rules": [{"per_area": {"areas": 1}}]}, 0),
    ],
)
def test_a_draft_that_is_no_group_of_rules_opens_with_what_can_be_drawn(
    client_of: ClientOf, victor: User, segment: Segment, page: str, now: datetime, document: Any, rules: int
) -> None:
    draft = versions.draft_of(definition=segment, by=None, at=now)
    type(draft).objects.filter(pk=draft.pk).update(criteria=document)

    answer = client_of(victor).get(page)

    assert (answer.status_code, len(answer.context["tree"].rows)) == (200, rules)


def keep(segment: Segment, criteria: Any, now: datetime) -> None:
    seen = drafts.stamp(drafts.current(segment))
    drafts.save(definition=segment, criteria=criteria, seen=seen, by=None, at=now)
