"""Drafts of segments and measures are published, planned and thrown away on pages of their own; retired ones return."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.services import versions
from partners.models import PlannedPublication
from segmentation.models import Measure
from segmentation.services import measures, segments
from tests.html_form import sent_by

pytestmark = pytest.mark.django_db

BIG = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">", "value": 100}]}
HUGE = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">", "value": 1000}]}


@pytest.fixture
def large(victor, now):
    """A published segment with a draft."""
    segment = segments.define(key="large", name="Large", criteria=BIG, by=victor, at=now)
    draft = segments.draft_of(segment=segment, by=victor, at=now)
    segments.save_draft(version=draft, by=victor, at=now, changes={"criteria": HUGE})
    return segment


@pytest.fixture
def heads(victor, now):
    """A published measure with a draft."""
    measure = measures.define(key="heads", name="Heads", formula={"field": "employees"}, by=victor, at=now)
    draft = measures.draft_of(measure=measure, by=victor, at=now)
    twice = {"function": "product", "of": [{"field": "employees"}, {"number": 2}]}
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": twice})
    return measure


@pytest.fixture(params=["segment", "measure"])
def drafted(request):
    """Each of them."""
    return request.getfixturevalue("large" if request.param == "segment" else "heads")


def address(verb, definition):
    """Return the address of a page of a segment or measure."""
    return reverse(f"vendor:{type(definition).__name__.lower()}-{verb}", args=[definition.public_id])


def test_the_page_says_what_changes_in_words(drafted, victor, client_of):
    page = client_of(victor).get(address("publish", drafted)).content.decode()

    assert "Publish version 2" in page
    assert "<ins" in page
    assert ("Whom it affects" in page) is not isinstance(drafted, Measure)


def test_a_draft_is_planned_shown_on_its_page_and_the_plan_taken_back(drafted, victor, client_of):
    client = client_of(victor)
    draft = versions.existing_draft_of(drafted)
    asked = {"act": "plan", "publish_on": "2030-04-01", "note": "Why", "expected": draft.version}

    assert client.post(address("publish", drafted), asked).status_code == 302
    assert PlannedPublication.objects.get().publish_on == date(2030, 4, 1)
    assert "Planned for" in client.get(address("detail", drafted)).content.decode()

    client.post(address("unplan", drafted))
    assert PlannedPublication.objects.get().state == "withdrawn"
    assert versions.existing_draft_of(drafted) is not None


def test_it_is_published_now(drafted, victor, client_of):
    client_of(victor).post(address("publish", drafted), {"act": "now", "note": "Why"})

    assert versions.published_of(drafted).number == 2


def test_a_draft_is_thrown_away(drafted, victor, client_of):
    client_of(victor).post(address("discard", drafted))

    assert versions.existing_draft_of(drafted) is None
    assert versions.published_of(drafted).number == 1


def test_who_may_not_write_them_may_not_plan_them(drafted, vera, paula, client_of):
    assert client_of(vera).get(address("publish", drafted)).status_code == 403
    assert client_of(paula).get(address("publish", drafted)).status_code == 403


def test_the_editor_leads_to_the_page_that_plans(large, heads, victor, client_of):
    client = client_of(victor)
    for page, definition in (
        (reverse("vendor:criteria-edit", args=["segment", large.public_id]), large),
        (reverse("vendor:measure-formula", args=[heads.public_id]), heads),
    ):
        answer = client.post(page, sent_by(client.get(page).content.decode()).dict() | {"act": "later"})

        assert answer["Location"] == address("publish", definition)


def test_the_editor_says_that_the_draft_is_planned(large, victor, client_of):
    client = client_of(victor)
    client.post(address("publish", large), {"act": "plan", "publish_on": "2030-04-01"})

    page = client.get(reverse("vendor:criteria-edit", args=["segment", large.public_id])).content.decode()

    assert "This draft is planned for" in page


def test_a_retired_segment_is_found_among_the_retired_and_taken_back(victor, client_of, now):
    segment = segments.define(key="small", name="Small ones", criteria=BIG, by=victor, at=now)
    segments.retire(segment=segment, by=victor, at=now)
    client = client_of(victor)
    assert "Small ones" not in client.get(reverse("vendor:segment-list")).content.decode()
    assert "Small ones" in client.get(reverse("vendor:segment-list"), {"retired": "1"}).content.decode()
    assert "Take back into use" in client.get(address("detail", segment)).content.decode()

    client.post(address("restore", segment))

    segment.refresh_from_db()
    assert segment.retired_at is None
    assert not segments.restore(segment=segment, by=victor, at=now)


def test_a_segment_that_names_what_is_gone_stays_retired_and_says_why(victor, client_of, now):
    inner = segments.define(key="inner", name="Inner", criteria=BIG, by=victor, at=now)
    naming = {
        "combinator": "and",
        "not": False,
        "rules": [{"field": "segments", "operator": "any_of", "value": ["inner"]}],
    }
    outer = segments.define(key="outer", name="Outer", criteria=naming, by=victor, at=now)
    segments.retire(segment=outer, by=victor, at=now)
    segments.retire(segment=inner, by=victor, at=now)

    with pytest.raises(ValidationError):
        segments.restore(segment=outer, by=victor, at=now)

    outer.refresh_from_db()
    assert outer.retired_at is not None
    answer = client_of(victor).post(address("restore", outer), follow=True)
    assert "Take back into use" in answer.content.decode()
