"""The operators' page: what waits, what failed, and another chance for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from core.models import Heartbeat, OutboxMessage, Program
from segmentation.models import FullRun, RuleHealth, RunState, SetAsidePartner, StalePartner
from tests.factories.segmentation import (
    FullRunFactory,
    PaceFactory,
    RuleHealthFactory,
    RunRangeFactory,
    SegmentFactory,
    SetAsidePartnerFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/vendor/freshness/"


@pytest.fixture
def page(client_of: Callable[..., Client], victor: Any, now: datetime) -> Client:
    """Victor, signed in, in a program where nothing has happened."""
    StalePartner.objects.all().delete()
    return client_of(victor)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_with_nothing_to_do_the_page_says_so(page: Client) -> None:
    text = text_of(page.get(PAGE))

    assert "Every answer is up to date, and nothing has failed." in text
    assert "There has been no full run yet." in text


def test_the_page_shows_what_waits_since_when_and_how_fast_it_goes(page: Client, now: datetime) -> None:
    StalePartner.objects.create(partner_id=1, source="deals", marked_at=now - timedelta(minutes=3))
    StalePartner.objects.create(partner_id=2, source="profile", marked_at=now - timedelta(minutes=1))
    PaceFactory(minute_at=now - timedelta(minutes=2), partners=500)
    OutboxMessage.objects.create(topic="segmentation.classified", payload={})

    text = text_of(page.get(PAGE))

    for seen in ("Workers are bringing answers up to date.", "3 minutes", "deals", "100", "segmentation.classified"):
        assert seen in text


def test_a_run_under_way_shows_its_parts_with_their_time(page: Client, now: datetime) -> None:
    run = FullRunFactory(reason="A new day", started_at=now)
    RunRangeFactory(run=run, first_id=1, end_id=20_001, state=RunState.DONE, seconds=12.4)
    RunRangeFactory(run=run, first_id=20_001, end_id=40_001, attempts=2, error="Error: too bad", due_at=now)

    text = text_of(page.get(PAGE))

    for seen in ("Full run under way", "1 of 2", "1 – 20,000", "12 s", "Error: too bad", "2 attempts"):
        assert seen in text


def test_a_failed_run_is_tried_again(page: Client, now: datetime) -> None:
    run = FullRunFactory(state=RunState.FAILED, started_at=now, ended_at=now)
    part = RunRangeFactory(run=run, state=RunState.FAILED, attempts=6, error="Error: too bad")
    assert "was given up after six attempts" in text_of(page.get(PAGE))

    answer = page.post(f"{PAGE}retry/", {"what": "run", "id": run.public_id}, follow=True)

    run.refresh_from_db()
    part.refresh_from_db()
    assert "1 part is tried again." in text_of(answer)
    assert (run.state, part.state, part.attempts) == (RunState.PENDING, RunState.PENDING, 0)


def test_a_rule_set_aside_is_shown_with_its_error_and_owner_and_tried_again(page: Client, victor: Any) -> None:
    segment = SegmentFactory(name="Large ones", owner=victor)
    RuleHealthFactory(rule_id=segment.pk, error="numeric field overflow")
    text = text_of(page.get(PAGE))
    for seen in ("Large ones", "numeric field overflow", f"told {victor}"):
        assert seen in text

    answer = page.post(f"{PAGE}retry/", {"what": "rule", "id": f"segment:{segment.public_id}"}, follow=True)

    assert "“Large ones” is tried again." in text_of(answer)
    assert RuleHealth.objects.get().tried_at is not None
    assert FullRun.objects.get().reason == "Large ones is tried again"


def test_a_partner_set_aside_is_tried_again(page: Client, now: datetime) -> None:
    aside = SetAsidePartnerFactory(partner__name="Ash", retry_at=now + timedelta(hours=1))
    assert "Ash" in text_of(page.get(PAGE))

    page.post(f"{PAGE}retry/", {"what": "partner", "id": aside.partner.public_id})

    assert SetAsidePartner.objects.get().retry_at == now


def test_follow_ups_that_were_given_up_are_tried_again(page: Client, now: datetime) -> None:
    OutboxMessage.objects.create(topic="mail", payload={}, attempts=8, failed_at=now, last_error="no route to host")
    text = text_of(page.get(PAGE))
    assert "no route to host" in text
    assert "1 given up" in text

    page.post(f"{PAGE}retry/", {"what": "messages"})

    assert OutboxMessage.objects.get().failed_at is None


@pytest.mark.parametrize("body", [{"what": "run", "id": "x"}, {"what": "rule", "id": "moon:x"}, {"what": "rule"}])
def test_what_nobody_knows_is_not_found(page: Client, body: dict[str, str]) -> None:
    assert page.post(f"{PAGE}retry/", body).status_code == 404


@pytest.mark.parametrize("body", [{}, {"what": "moon"}])
def test_naming_nothing_that_can_be_tried_again_is_told(page: Client, body: dict[str, str]) -> None:
    assert "Nothing was named that could be tried again." in text_of(page.post(f"{PAGE}retry/", body, follow=True))


def test_everybody_is_computed_anew_when_asked_for(page: Client, victor: Any) -> None:
    page.post(f"{PAGE}run/")
    page.post(f"{PAGE}run/")

    assert FullRun.objects.get().reason == f"Asked for by {victor}"


def test_a_silent_process_is_noticed(page: Client, now: datetime) -> None:
    Heartbeat.objects.create(name="worker", beat_at=now - timedelta(minutes=5))

    text = text_of(page.get(PAGE))

    assert "Something does not come right by itself." in text
    assert "silent for 5 minutes" in text


def test_the_page_hears_only_of_what_changed(page: Client, now: datetime) -> None:
    seen = page.get(PAGE).context["now"].digest
    assert page.get(f"{PAGE}now/?seen={seen}").status_code == 204

    StalePartner.objects.create(partner_id=1, source="deals")

    assert "freshness-now" in text_of(page.get(f"{PAGE}now/?seen={seen}"))


def test_the_page_keeps_its_number_of_queries(page: Client, now: datetime, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        RuleHealthFactory(rule_id=SegmentFactory().pk)
        SetAsidePartnerFactory()
        run = FullRunFactory(state=RunState.DONE, started_at=now, ended_at=now)
        RunRangeFactory(run=run, state=RunState.DONE, seconds=number)

    Program.current()

    with django_assert_max_num_queries(12):
        page.get(PAGE)


def test_only_program_admins_see_it(client_of: Callable[..., Client], vera: Any, erin: Any) -> None:
    for person in (vera, erin):
        assert client_of(person).get(PAGE).status_code == 403
