"""Plays of segments on pages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.services import outbox
from partners.models import Partner
from scorecards.models import SegmentPlay
from scorecards.services import segment_plays
from segmentation.models import Classification, Segment
from tests.factories.plays import PlayFactory, SegmentPlayFactory
from tests.factories.segmentation import SegmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
ClientOf = Callable[[User], Client]
QUERIES_PER_PAGE = 12


@pytest.fixture
def german(pinewood: Partner) -> Segment:
    """A segment with Pinewood in it."""
    segment: Segment = SegmentFactory(name="German", key="german")
    Classification.objects.create(partner=pinewood, segment_ids=[segment.pk])
    return segment


def answers(segment: Segment, **differs: Any) -> dict[str, Any]:
    """Return what somebody types."""
    ordinary = {
        "segment": segment.pk,
        "name": "Grow Germany",
        "objective": "Partners who grow.",
        "field_key": "employees",
        "direction": "more",
        "target": "30.5",
        "support_level": "named",
        "cadence": "monthly",
        "incentives": "A bonus for the first deal.",
        "takes_newcomers": "on",
        "on_leaving": "withdraw",
    }
    return {**ordinary, **differs}


def test_one_is_planned_looked_at_started_and_ended(
    client_of: ClientOf, victor: User, german: Segment, now: datetime, django_assert_max_num_queries: Any
) -> None:
    play = PlayFactory(name="Hire a seller")
    client = client_of(victor)

    assert client.post(reverse("vendor:segment-play-create"), answers(german, field_key="")).status_code == 422
    client.post(reverse("vendor:segment-play-create"), answers(german, plays=[play.pk]))
    one = SegmentPlay.objects.get()
    kwargs: dict[str, Any] = {"args": [one.public_id]}
    start = reverse("vendor:segment-play-start", **kwargs)
    page = client.get(start).content.decode()
    assert "1 partner is in the segment now." in page
    assert "Hire a seller" in page

    client.post(start)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    client.get(reverse("vendor:segment-play-detail", **kwargs))  # says that it was started
    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        page = client.get(reverse("vendor:segment-play-detail", **kwargs)).content.decode()
    assert "Named: one manager for many" in page
    assert "1 in work, 0 done" in page
    assert "The target is 30.5" in page

    client.post(reverse("vendor:segment-play-edit", **kwargs), answers(german, name="Grow more", plays=[play.pk]))
    client.post(reverse("vendor:segment-play-end", **kwargs))
    one.refresh_from_db()
    assert (one.name, one.state) == ("Grow more", "ended")


def test_the_list_and_the_segments_page_tell_of_it(
    client_of: ClientOf, vera: User, german: Segment, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        SegmentPlayFactory(segment=german, name=f"Play {number}")
    client = client_of(vera)
    panel = reverse("vendor:segment-plays-panel", args=[german.public_id])

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        listed = client.get(reverse("vendor:segment-play-list")).content.decode()
    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        fragment = client.get(panel).content.decode()

    assert panel in client.get(reverse("vendor:segment-detail", args=[german.public_id])).content.decode()
    assert "Play 3" in listed
    assert "Play 3" in fragment
    assert "Plan one" not in listed + fragment


def test_members_are_those_one_may_see(
    client_of: ClientOf, vera: User, vincent: User, victor: User, german: Segment, now: datetime
) -> None:
    one = segment_plays.create(segment=german, by=victor, at=now, name="Grow", objective="Grow.", field_key="employees")
    segment_plays.start(segment_play=one, by=victor, at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    url = reverse("vendor:segment-play-detail", args=[one.public_id])

    assert "Pinewood" in client_of(vera).get(url).content.decode()
    assert "Pinewood" not in client_of(vincent).get(url).content.decode()


@pytest.mark.parametrize("person", ["vera", "erin", "paula"])
def test_only_program_admins_write(
    person: str, client_of: ClientOf, german: Segment, request: pytest.FixtureRequest
) -> None:
    one = SegmentPlayFactory(segment=german)
    client = client_of(request.getfixturevalue(person))

    assert client.post(reverse("vendor:segment-play-create"), answers(german)).status_code == 403
    for verb in ("edit", "start", "end"):
        url = reverse(f"vendor:segment-play-{verb}", args=[one.public_id])
        assert client.post(url, answers(german)).status_code == 403
