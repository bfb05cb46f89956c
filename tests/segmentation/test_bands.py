"""Segments side by side on a measure: found, moved as numbers, published together, and against each other."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.services import versions
from integrations.services import programs
from partners.models import Partner
from segmentation.models import Segment
from segmentation.queries import bands as reads
from segmentation.services import bands, measures, recompute, segments
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db
STARTER = Path(__file__).parents[2] / "examples" / "programs" / "starter.json"


def bound(operator: str, value: int) -> dict[str, Any]:
    return {"field": "measure_size", "operator": operator, "value": value}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


@pytest.fixture
def size(victor: User, now: datetime) -> reads.Scale:
    measures.define(key="size", name="Size", formula={"field": "employees"}, by=victor, at=now)
    for key, rules in (
        ("big", [bound(">=", 100)]),
        ("small", [bound("<", 10)]),
        ("middle", [bound(">=", 10), bound("<", 100)]),
    ):
        segments.define(key=key, name=key.capitalize(), criteria=all_of(*rules), by=victor, at=now)
    return scale()


def scale() -> reads.Scale:
    (found,) = reads.scales()
    return found


def test_bands_are_found_by_their_criteria_the_lowest_first(size: reads.Scale, victor: User, now: datetime) -> None:
    segments.define(key="huge", name="Huge", criteria=all_of(bound(">=", 1000)), by=victor, at=now)

    assert [band.segment.key for band in scale().bands] == ["small", "middle", "big"]
    assert scale().thresholds == [10, 100]


@pytest.mark.parametrize("rules", [[bound(">", 10), bound("<", 100)], [bound(">=", 10), bound("<", 90)], []])
def test_segments_with_a_gap_between_them_are_no_scale(
    rules: list[Any], size: reads.Scale, victor: User, now: datetime
) -> None:
    draft = segments.draft_of(segment=Segment.objects.get(key="middle"), by=victor, at=now)
    segments.save_draft(version=draft, by=victor, at=now, changes={"criteria": all_of(*rules)})
    segments.publish(version=draft, by=victor, at=now)

    assert reads.scales() == []


def test_the_classic_classifications_come_with_the_starter_program(victor: User, now: datetime) -> None:
    programs.apply(programs.plan(programs.read(STARTER.read_bytes()), by=victor, at=now), by=victor, at=now)

    assert {one.measure.key: [band.segment.key for band in one.bands] for one in reads.scales()} == {
        "revenue_12_months": ["revenue-none", "revenue-low", "revenue-medium", "revenue-high"],
        "engagement": ["engagement-low", "engagement-medium", "engagement-high"],
    }


def test_other_marks_stand_in_drafts_until_they_are_published(size: reads.Scale, victor: User, now: datetime) -> None:
    assert bands.save(scale=size, thresholds=[Decimal(10), Decimal(200)], by=victor, at=now) == 2
    assert bands.save(scale=scale(), thresholds=[Decimal(10), Decimal(200)], by=victor, at=now) == 0
    assert scale().thresholds == [10, 100]
    assert [one.high for one in scale().drafted or []] == [10, 200, None]

    assert bands.publish(scale=scale(), by=victor, at=now) == 2
    assert bands.publish(scale=scale(), by=victor, at=now) == 0
    assert scale().thresholds == [10, 200]


def test_going_back_to_what_is_published_takes_the_drafts_away(size: reads.Scale, victor: User, now: datetime) -> None:
    bands.save(scale=size, thresholds=[Decimal(20), Decimal(100)], by=victor, at=now)

    bands.save(scale=scale(), thresholds=[Decimal(10), Decimal(100)], by=victor, at=now)

    assert not scale().is_drafted


def test_marks_ascend(size: reads.Scale, victor: User, now: datetime) -> None:
    with pytest.raises(ValidationError, match="higher than the one before"):
        bands.save(scale=size, thresholds=[Decimal(10), Decimal(10)], by=victor, at=now)


def test_drafts_that_no_longer_adjoin_are_not_published(size: reads.Scale, victor: User, now: datetime) -> None:
    draft = segments.draft_of(segment=Segment.objects.get(key="middle"), by=victor, at=now)
    segments.save_draft(version=draft, by=victor, at=now, changes={"criteria": all_of(bound(">=", 11))})

    with pytest.raises(ValidationError, match="no longer lie side by side"):
        bands.publish(scale=scale(), by=victor, at=now)
    assert bands.discard(scale=scale(), by=victor, at=now) == 1


def test_who_would_be_in_another_band_is_told(size: reads.Scale, victor: User, now: datetime) -> None:
    for employees in (5, 50, 150):
        PartnerFactory(employees=employees)
    bands.save(scale=size, thresholds=[Decimal(10), Decimal(200)], by=victor, at=now)

    found = reads.view_of(scale(), at=now, visible=Partner.objects.all())

    assert [(row.band.segment.key, row.count, row.count_then) for row in found.rows] == [
        ("small", 1, 1),
        ("middle", 1, 2),
        ("big", 1, 0),
    ]
    assert [(shift.before.key, shift.after.key, shift.count) for shift in found.shifts] == [("big", "middle", 1)]


def test_the_matrix_leads_to_the_partners(
    size: reads.Scale, victor: User, client_of: Callable[[User], Client], now: datetime
) -> None:
    measures.define(key="longitude", name="Longitude", formula={"field": "annual_revenue"}, by=victor, at=now)
    for key, rule in (("poor", ("<", 10)), ("rich", (">=", 10))):
        criteria = all_of({"field": "measure_longitude", "operator": rule[0], "value": rule[1]})
        segments.define(key=key, name=key, criteria=criteria, by=victor, at=now)
    PartnerFactory(name="Both", employees=5, annual_revenue=50)
    PartnerFactory(name="Other", employees=5, annual_revenue=5)
    PartnerFactory(name="Neither")
    recompute.everything(at=now)
    client = client_of(victor)

    matrix = client.get(reverse("vendor:classification-matrix")).context["matrix"]
    squares = {(segment.key, place): one.count for segment, row in matrix.rows for place, one in enumerate(row)}

    assert sum(squares.values()) == 2
    assert matrix.outside == 1
    found = client.get(reverse("vendor:partner-list"), {"segments": "small,rich"})
    assert [one.name for one in found.context["page"]] == ["Both"]
    assert not client.get(reverse("vendor:partner-list"), {"segments": "nonsense"}).context["page"].object_list


# --- pages


def test_marks_are_changed_in_the_browser_and_slips_are_told(
    client_of: Callable[[User], Client], size: reads.Scale, victor: User, vera: User, now: datetime
) -> None:
    client, save = client_of(victor), reverse("vendor:bands-save", args=[size.measure.public_id])

    slip = client.post(save, {"size-mark_0": "10", "size-mark_1": "7"})
    assert slip.status_code == 422
    assert "Write a number above 10" in slip.text
    assert 'value="7"' in slip.text

    client.post(save, {"size-mark_0": "10", "size-mark_1": "200"})
    assert "What publishing would change" in client.get(reverse("vendor:classification")).text
    client.post(reverse("vendor:bands-publish", args=[size.measure.public_id]))
    assert versions.published_of(Segment.objects.get(key="big")).criteria == all_of(bound(">=", 200))
    assert client_of(vera).post(save, {}).status_code == 403


def test_without_bands_the_pages_say_how_to_come_by_them(
    client_of: Callable[[User], Client], victor: User, now: datetime
) -> None:
    assert "No bands yet" in client_of(victor).get(reverse("vendor:classification")).text
    assert "takes two classifications" in client_of(victor).get(reverse("vendor:classification-matrix")).text


def test_pages_stay_within_their_queries(
    client_of: Callable[[User], Client], victor: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    programs.apply(programs.plan(programs.read(STARTER.read_bytes()), by=victor, at=now), by=victor, at=now)
    for number in range(10):
        PartnerFactory(employees=number)
    client = client_of(victor)
    for name in ("classification", "classification-matrix"):
        client.get(reverse(f"vendor:{name}"))
        with django_assert_max_num_queries(12):
            assert client.get(reverse(f"vendor:{name}")).status_code == 200
