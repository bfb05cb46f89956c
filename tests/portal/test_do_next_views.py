"""Do next: done right there, undone, put away, placed; and a touch in two clicks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from partners.models import Message, Partner, Touch
from scorecards.models import ActionChoice, Alert, AlertKind, PartnerTask
from tests.factories.alerts import AlertFactory
from tests.factories.partners import TouchFactory
from tests.factories.scorecards import PartnerTaskFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def task(pinewood: Partner, now: datetime) -> PartnerTask:
    """A late task of the vendor's."""
    return PartnerTaskFactory(
        partner=pinewood, side="vendor", title="Send the offer", due_on=now.date() - timedelta(days=2)
    )


@pytest.fixture
def alert(pinewood: Partner, now: datetime) -> Alert:
    """A deal of Pinewood that was to close."""
    facts = {"n": 1, "past": 1, "since_on": "2030-03-01", "deal": "Harbour", "deal_id": None, "worth": 10}
    return AlertFactory(partner=pinewood, kind=AlertKind.DEAL, facts=facts)


def test_a_task_is_done_there_and_undone(client_of: Any, vera: User, task: PartnerTask) -> None:
    client, address = client_of(vera), f"/vendor/do-next/tasks/{task.public_id}/"
    assert "2 days late" in client.get("/vendor/").content.decode()

    done = client.post(address, {"act": "do"}, headers=HTMX).content.decode()
    assert "Undo" in done
    assert "Send the offer" not in client.get("/vendor/do-next/").content.decode()

    client.post(address, {"act": "undo"}, headers=HTMX)
    task.refresh_from_db()
    assert task.done_at is None


def test_without_script_one_comes_back_to_the_dashboard(client_of: Any, vera: User, task: PartnerTask) -> None:
    answer = client_of(vera).post(f"/vendor/do-next/tasks/{task.public_id}/", {"act": "do", "back": "//evil.example"})

    assert answer.url == "/vendor/"


def test_what_was_promised_is_ticked_off_and_taken_up_again(client_of: Any, vera: User, pinewood: Partner) -> None:
    touch = TouchFactory(partner=pinewood, logged_by=vera, next_step="Call the CFO")
    client, address = client_of(vera), f"/vendor/do-next/touches/{touch.public_id}/"

    client.post(address, {"act": "do"})
    touch.refresh_from_db()
    assert touch.next_done_at is not None
    client.post(address, {"act": "undo"})
    touch.refresh_from_db()
    assert touch.next_done_at is None


def test_a_reminder_is_sent_once_a_day_put_away_and_taken_back(client_of: Any, vera: User, alert: Alert) -> None:
    client, address = client_of(vera), f"/vendor/do-next/alerts/{alert.public_id}/"
    for _ in range(2):
        client.post(address, {"act": "do"}, headers=HTMX)

    assert [one.text[:33] for one in Message.objects.all()] == ["How does it stand with Harbour? W"]
    assert "Ask about stalled deals: Pinewood" not in client.get("/vendor/").content.decode()

    client.post(address, {"act": "undo"}, headers=HTMX)
    assert Message.objects.get().removed_at is not None
    assert "Ask about stalled deals: Pinewood" in client.get("/vendor/").content.decode()
    client.post(address, {"act": "do"}, headers=HTMX)
    assert Message.objects.filter(removed_at__isnull=True).count() == 1


def test_there_is_no_prepared_message_for_silence(client_of: Any, vera: User, pinewood: Partner) -> None:
    silent = AlertFactory(partner=pinewood)

    answer = client_of(vera).post(f"/vendor/do-next/alerts/{silent.public_id}/", {"act": "do"}, headers=HTMX)

    assert answer.status_code == 422
    assert "There is no prepared message for this." in answer.content.decode()


def test_what_is_put_away_comes_back_on_its_day(
    client_of: Any, vera: User, task: PartnerTask, pinewood: Partner
) -> None:
    client, address = client_of(vera), f"/vendor/do-next/partners/{pinewood.public_id}/set-aside/"
    given = {"key": f"task-{task.pk}", "title": task.title, "when": "week"}

    assert client.post(address, given).status_code == 422
    assert client.post(address, {**given, "when": "day", "reason": "Later"}).status_code == 422
    client.post(address, {**given, "reason": "They are at the fair"})

    choice = ActionChoice.objects.get()
    assert choice.until_on.isoformat() == "2030-03-25"
    listed = client.get("/vendor/do-next/").content.decode()
    assert "They are at the fair" in listed
    assert "2 days late" not in listed
    ActionChoice.objects.update(until_on=datetime(2030, 3, 18).date())  # noqa: DTZ001 - a day
    assert "2 days late" in client.get("/vendor/do-next/").content.decode()
    client.post(f"/vendor/do-next/choices/{choice.public_id}/back/")
    assert not ActionChoice.objects.exists()


def test_a_priority_stands_where_one_puts_it(client_of: Any, vera: User, task: PartnerTask, pinewood: Partner) -> None:
    address = f"/vendor/do-next/partners/{pinewood.public_id}/place/"
    client = client_of(vera)

    client.post(address, {"key": f"task-{task.pk}", "title": task.title, "quadrant": "later"})
    client.post(address, {"key": f"task-{task.pk}", "title": task.title, "quadrant": "nonsense"})

    assert ActionChoice.objects.get().quadrant == "later"
    assert '<option value="later" selected>' in client.get("/vendor/").content.decode()


def test_a_touch_takes_the_button_that_is_pressed_and_answers_the_alert(
    client_of: Any, vera: User, pinewood: Partner, now: datetime
) -> None:
    silent = AlertFactory(partner=pinewood)
    given = {"kind": "call", "minutes": "15", "note": "", "once": "0190b1c0-0000-7000-8000-000000000000",
             "key": f"alert-{silent.pk}"}  # fmt: skip
    client = client_of(vera)

    for _ in range(2):
        client.post(f"/vendor/partners/{pinewood.public_id}/touches/quick/", given)

    touch = Touch.objects.get()
    assert (touch.kind, touch.minutes, touch.happened_at, touch.logged_by) == ("call", 15, now, vera)
    assert "Call to reactivate: Pinewood" not in client.get("/vendor/").content.decode()


def test_nonsense_leads_to_the_long_form(client_of: Any, vera: User, pinewood: Partner) -> None:
    answer = client_of(vera).post(
        f"/vendor/partners/{pinewood.public_id}/touches/quick/", {"kind": "call", "minutes": "9999"}
    )

    assert answer.url == f"/vendor/touches/log/{pinewood.public_id}/" or "/touches/" in answer.url
    assert not Touch.objects.exists()


def test_the_form_that_puts_away_opens_in_its_place(client_of: Any, vera: User, task: PartnerTask) -> None:
    address = f"/vendor/do-next/partners/{task.partner.public_id}/set-aside/?key=task-{task.pk}&title=Offer"

    shown = client_of(vera).get(address, headers=HTMX).content.decode()

    assert "<html" not in shown
    assert 'value="week" checked' in shown
    assert f'value="task-{task.pk}"' in shown
