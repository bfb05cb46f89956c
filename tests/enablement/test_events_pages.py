"""The pages of events, at the vendor and at partners, and the address of a calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from enablement.models import CalendarFeed, Event, EventRegistration
from enablement.services import calendars
from tests.counting import queries
from tests.factories.enablement import AssetFactory, EventFactory, EventRegistrationFactory

pytestmark = pytest.mark.django_db
FORM = {
    "title": "Cloud day",
    "kind": "training",
    "timezone": "America/New_York",
    "starts_at": "2030-03-25T10:00",
    "ends_at": "2030-03-25T12:00",
    "url": "https://meet.example/cloud",
    "seats": 1,
}


def test_an_event_is_planned_in_its_own_zone_published_and_cancelled(victor, now, client_of):
    victor.timezone = "Asia/Tokyo"
    victor.save()
    client = client_of(victor)
    client.post(reverse("vendor:event-create"), FORM)
    event = Event.objects.get()
    assert event.starts_at == datetime(2030, 3, 25, 14, 0, tzinfo=UTC)
    assert 'value="2030-03-25T10:00"' in client.get(reverse("vendor:event-edit", args=[event.public_id])).text

    client.post(reverse("vendor:event-publish", args=[event.public_id]))
    cancel = reverse("vendor:event-cancel", args=[event.public_id])
    assert client.post(cancel, {"reason": " "}).status_code == 422
    assert client.post(cancel, {"reason": "Ill."}).status_code == 302
    event.refresh_from_db()
    assert (event.published_at, event.cancelled_reason) == (now, "Ill.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": "2030-03-25T09:00"},
        {"register_until_at": "2030-03-26T09:00"},
        {"timezone": "Mars/Base"},
        {"seats": 0},
        {"title": ""},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(victor, client_of, wrong):
    response = client_of(victor).post(reverse("vendor:event-create"), FORM | wrong)

    assert response.status_code == 422
    assert "https://meet.example/cloud" in response.text
    assert not Event.objects.exists()


def test_a_seat_is_taken_waited_for_and_given_back(pete, olga, client_of):
    event = EventFactory(seats=1)
    page, take, back = (
        reverse(f"partner:event-{verb}", args=[event.public_id]) for verb in ("detail", "register", "unregister")
    )
    assert "https://meet.example/room" not in client_of(pete).get(page).text

    client_of(pete).post(take)
    client_of(olga).post(take)
    assert "https://meet.example/room" in client_of(pete).get(page).text
    waits = client_of(olga).get(page).text
    assert "You are number 1" in waits
    assert "https://meet.example/room" not in waits

    client_of(pete).post(back)
    assert "You have a seat" in client_of(olga).get(page).text


def test_a_partner_admin_registers_colleagues_and_nobody_else_does(paula, pete, olga, client_of):
    event = EventFactory()
    take = reverse("partner:event-register", args=[event.public_id])

    assert client_of(pete).post(take, {"person": paula.person.public_id}).status_code == 404
    assert client_of(paula).post(take, {"person": olga.person.public_id}).status_code == 404
    assert client_of(paula).post(take, {"person": "nonsense"}).status_code == 404
    client_of(paula).post(take, {"person": pete.person.public_id})
    made = EventRegistration.objects.get()
    assert (made.person, made.registered_by) == (pete.person, paula)
    assert "Pete Pratt" in client_of(paula).get(reverse("partner:event-detail", args=[event.public_id])).text


def test_who_was_there_is_ticked_and_downloaded(victor, vera, pete, olga, client_of, now):
    event = EventFactory(starts_at=now - timedelta(hours=3))
    mine = EventRegistrationFactory(event=event, person=pete.person)
    EventRegistrationFactory(event=event, person=olga.person)
    client_of(victor).post(reverse("vendor:event-attendance", args=[event.public_id]), {"there": [mine.pk]})

    assert dict(EventRegistration.objects.values_list("person__name", "attended")) == {
        "Pete Pratt": True,
        "Olga Oss": False,
    }
    file = client_of(vera).get(reverse("vendor:event-people", args=[event.public_id]))
    text = b"".join(file.streaming_content).decode()
    assert '"Pete Pratt","pete@pinewood.example","Pinewood","Registered"' in text
    assert "Olga" not in text  # she works at a partner that Vera does not look after


def test_a_recording_is_shown_to_whom_it_is_for(victor, pete, olga, gold, classify, client_of, now):
    classify(pete.person.partner, gold)
    classify(olga.person.partner)
    event = EventFactory(starts_at=now - timedelta(hours=3))
    asset = AssetFactory(kind="video", body="", url="https://video.example/1", title="The film", audience=gold)
    client_of(victor).post(reverse("vendor:event-recording", args=[event.public_id]), {"recording": asset.pk})

    page = reverse("partner:event-detail", args=[event.public_id])
    assert "The film" in client_of(pete).get(page).text
    assert "The film" not in client_of(olga).get(page).text
    assert "Recording" in client_of(pete).get(reverse("partner:event-list")).text


def test_a_calendar_reads_its_address_without_signing_in(pete, client_of):
    event = EventFactory(title="Cloud day")
    EventRegistrationFactory(event=event, person=pete.person)
    EventFactory(title="Not mine")
    path = "/" + calendars.address_of(CalendarFeed(user=pete)).partition("//")[2].partition("/")[2]
    assert path in client_of(pete).get(reverse("partner:event-calendar")).text

    answer = Client().get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Cloud day" in answer.text
    assert "Not mine" not in answer.text
    client_of(pete).post(reverse("partner:event-calendar-renew"))
    assert Client().get(path).status_code == 404


def test_the_address_of_who_left_is_empty(pete, now):
    path = "/" + calendars.address_of(CalendarFeed(user=pete)).partition("//")[2].partition("/")[2]
    pete.person.left_at = now
    pete.person.save()

    assert Client().get(path).status_code == 404


def test_the_file_of_an_event_tells_where_only_to_who_has_a_seat(pete, client_of):
    event = EventFactory()
    address = reverse("partner:event-file", args=[event.public_id])

    assert "meet.example" not in client_of(pete).get(address).text
    EventRegistrationFactory(event=event, person=pete.person)
    assert "meet.example" in client_of(pete).get(address).text


def test_pages_keep_their_queries_however_much_there_is(victor, paula, client_of):
    pages = [(victor, "vendor:event-list"), (paula, "partner:event-list"), (paula, "partner:event-calendar")]
    event = EventFactory()
    before = [queries(client_of(one), reverse(name)) for one, name in pages]
    EventFactory.create_batch(5)
    for _each in range(5):
        EventRegistrationFactory(event=event)

    assert [queries(client_of(one), reverse(name)) for one, name in pages] == before
    for user, side in ((victor, "vendor"), (paula, "partner")):
        assert queries(client_of(user), reverse(f"{side}:event-detail", args=[event.public_id])) <= 12
    assert max(before) <= 12
