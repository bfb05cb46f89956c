"""Touches on the pages: logged once, corrected by who logged them, shared only when said so."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from partners.models import Touch
from tests.counting import queries
from tests.factories.partners import TouchFactory

pytestmark = pytest.mark.django_db
CANARY = "CANARY-4411"


def sent(now, **fields):
    return {"kind": "call", "happened_at": f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M}", **fields}


def log_page(partner):
    return reverse("vendor:touch-log", args=[partner.public_id])


def test_a_call_is_logged_and_stands_on_the_partners_page(client_of, pinewood, vera, now):
    answer = client_of(vera).post(log_page(pinewood), sent(now, note="They want the **new** price list"))

    assert answer.url == reverse("vendor:partner-detail", args=[pinewood.public_id])
    panel = client_of(vera).get(reverse("vendor:partner-touches-panel", args=[pinewood.public_id]))
    assert b"<strong>new</strong> price list" in panel.content


def test_one_chooses_among_ones_own_partners(client_of, pinewood, oakhurst, vera, victor, erin):
    page = reverse("vendor:touch-create")

    assert client_of(vera).get(page).context["partners"] == [pinewood]
    assert client_of(vera).get(page, {"q": "oak"}).context["partners"] == []
    assert client_of(victor).get(page).context["partners"] == []
    assert client_of(victor).get(page, {"q": "oak"}).context["partners"] == [oakhurst]
    assert client_of(erin).get(page).status_code == 403


def test_a_form_sent_twice_logs_once(client_of, pinewood, vera, now):
    once = str(uuid4())
    for _each in range(2):
        assert client_of(vera).post(log_page(pinewood), sent(now, once=once)).status_code == 302

    assert Touch.objects.count() == 1


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(client_of, pinewood, vera, now):
    wrong = sent(now, note="Typed with care", next_on="2030-04-01") | {"happened_at": "2031-01-01T10:00"}
    answer = client_of(vera).post(log_page(pinewood), wrong)

    assert answer.status_code == 422
    assert "It has not happened yet" in str(answer.context["form"].errors["happened_at"])
    assert b"Typed with care" in answer.content
    answer = client_of(vera).post(log_page(pinewood), sent(now, next_on="2030-04-01"))
    assert "Say what is to be done" in str(answer.context["form"].errors["next_step"])
    assert not Touch.objects.exists()


@pytest.mark.parametrize("name", ["touch-edit", "touch-finish"])
def test_strangers_find_nothing_and_readers_may_not(name, client_of, pinewood, vincent, erin, paula, now):
    page = reverse(f"vendor:{name}", args=[TouchFactory(partner=pinewood, next_step="Call back").public_id])

    assert client_of(vincent).post(page).status_code == 404
    assert client_of(erin).post(page).status_code == 403
    assert client_of(paula).post(page).status_code in {403, 404}


def test_a_stranger_logs_nothing(client_of, pinewood, vincent, erin, now):
    assert client_of(vincent).post(log_page(pinewood), sent(now)).status_code == 404
    assert client_of(erin).post(log_page(pinewood), sent(now)).status_code == 403
    assert not Touch.objects.exists()


def test_only_who_logged_it_corrects_it(client_of, pinewood, vera, rita, now):
    touch = TouchFactory(partner=pinewood, logged_by=vera, note="Budget")
    page = reverse("vendor:touch-edit", args=[touch.public_id])
    refused = client_of(rita).post(page, sent(now, note="Mine"))

    assert refused.status_code == 422
    assert b"Only who logged it" in refused.content
    assert client_of(vera).post(page, sent(now, note="Budget is there")).status_code == 302
    touch.refresh_from_db()
    assert touch.note == "Budget is there"


def test_a_next_step_is_ticked_off(client_of, pinewood, vera, now):
    touch = TouchFactory(partner=pinewood, logged_by=vera, next_step="Send the plan")
    steps = reverse("vendor:touch-list") + "?show=steps"
    assert b"Send the plan" in client_of(vera).get(steps).content

    client_of(vera).post(reverse("vendor:touch-finish", args=[touch.public_id]))
    client_of(vera).post(reverse("vendor:touch-finish", args=[touch.public_id]))
    assert b"Send the plan" not in client_of(vera).get(steps).content


def test_partners_read_what_is_shared_and_nothing_else(client_of, pinewood, oakhurst, paula, pete, olga, now):
    TouchFactory(partner=pinewood, note=f"{CANARY} they are late", next_step=f"{CANARY} call their boss")
    TouchFactory(partner=pinewood, note="We agreed on two trainings", next_step="Send the dates", is_shared=True)
    page = reverse("partner:touch-list")

    for user in (paula, pete):
        shown = client_of(user).get(page).content.decode()
        assert "two trainings" in shown
        assert "Send the dates" in shown
        assert CANARY not in shown
    assert "two trainings" not in client_of(olga).get(page).content.decode()


def test_pages_ask_the_database_as_often_however_many_there_are(client_of, pinewood, vera, paula, now):
    pages = (
        (vera, reverse("vendor:touch-list")),
        (vera, reverse("vendor:partner-touches-panel", args=[pinewood.public_id])),
        (paula, reverse("partner:touch-list")),
    )
    TouchFactory(partner=pinewood, is_shared=True, next_step="Call")
    few = [queries(client_of(user), page) for user, page in pages]
    TouchFactory.create_batch(12, partner=pinewood, is_shared=True, next_step="Call")

    assert [queries(client_of(user), page) for user, page in pages] == few
    assert max(few) <= 12
