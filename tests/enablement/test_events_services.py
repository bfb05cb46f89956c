"""Events: seats taken and given back, a waiting list that moves by itself, who is told, and who was there."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from icalendar import Calendar

from accounts.models import Notification
from core.refusals import Refusal
from core.services import outbox
from enablement.models import Event, EventRegistration
from enablement.queries import events as queries
from enablement.services import calendars, event_clocks, events, registrations
from portal.queries.search import search
from tests.factories.enablement import AssetFactory, EventFactory, EventRegistrationFactory
from tests.factories.partners import PersonFactory

pytestmark = pytest.mark.django_db
START = datetime(2030, 3, 25, 14, 0, tzinfo=UTC)


@pytest.fixture
def event(victor, now):
    """A published event with one seat."""
    made = events.create(
        by=victor, at=now, title="Cloud day", starts_at=START, ends_at=START + timedelta(hours=2), seats=1,
        timezone="Europe/Berlin", url="https://meet.example/cloud",
    )  # fmt: skip
    events.publish(event=made, by=victor, at=now)
    return made


def take(event, user, now):
    return registrations.register(event=event, person=user.person, by=user, at=now)


def deliver(at):
    while outbox.deliver_due(at=at):
        pass


def told(user):
    return [one.text for one in Notification.objects.filter(user=user).order_by("pk")]


# --- seats


def test_the_first_gets_the_seat_and_the_next_waits(event, pete, olga, now):
    assert take(event, pete, now).state == "registered"
    assert take(event, olga, now).state == "waiting"
    assert take(event, olga, now + timedelta(hours=1)).asked_at == now
    assert queries.place_in_line(event, olga.person) == 1


def test_who_waits_longest_moves_up_by_itself_and_hears_of_it(event, pete, paula, olga, now, mailoutbox):
    for minute, user in enumerate((pete, olga, paula)):
        take(event, user, now + timedelta(minutes=minute))
    deliver(now)
    mailoutbox.clear()
    assert registrations.cancel(event=event, person=pete.person, by=pete, at=now)
    assert not registrations.cancel(event=event, person=pete.person, by=pete, at=now)
    deliver(now)

    states = dict(EventRegistration.objects.values_list("person__user__email", "state"))
    assert states == {pete.email: "cancelled", olga.email: "registered", paula.email: "waiting"}
    assert [mail.to for mail in mailoutbox] == [[olga.email]]
    assert told(olga)[-1].startswith("You have a seat: Cloud day")


def test_who_comes_back_is_last_in_line(event, pete, olga, paula, now):
    for user in (pete, olga, paula):
        take(event, user, now)
    registrations.cancel(event=event, person=olga.person, by=olga, at=now)
    take(event, olga, now + timedelta(minutes=5))

    assert queries.place_in_line(event, paula.person) == 1
    assert queries.place_in_line(event, olga.person) == 2


def test_more_seats_are_given_to_who_waits_and_fewer_than_taken_are_refused(event, victor, pete, olga, now):
    for user in (pete, olga):
        take(event, user, now)
    events.update(event=event, by=victor, at=now, changes={"seats": 2})
    assert EventRegistration.objects.coming().count() == 2

    with pytest.raises(Refusal, match="2 people have a seat"):
        events.update(event=event, by=victor, at=now, changes={"seats": 1})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"register_until_at": START - timedelta(days=10)}, "closed"),
        ({"starts_at": START - timedelta(days=20), "ends_at": START}, "begun"),
        ({"cancelled_at": START - timedelta(days=20)}, "does not take place"),
        ({"published_at": None}, "does not take place"),
    ],
)
def test_nobody_registers_for_what_is_closed_begun_cancelled_or_a_draft(event, pete, now, change, words):
    Event.objects.filter(pk=event.pk).update(**change)

    with pytest.raises(Refusal, match=words):
        take(event, pete, now)


def test_the_deadline_is_a_moment(event, pete, olga, now):
    Event.objects.filter(pk=event.pk).update(register_until_at=now + timedelta(seconds=1), seats=None)
    assert take(event, pete, now).state == "registered"

    with pytest.raises(Refusal, match="closed"):
        take(event, olga, now + timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_get_the_same_seat():
    """Real transactions, side by side, again and again."""
    for _round in range(5):
        event = EventFactory(seats=1, starts_at=datetime(2099, 1, 1, tzinfo=UTC))
        people = [PersonFactory() for _each in range(4)]
        start, failed = threading.Barrier(len(people)), []

        def go(person, event=event, start=start, failed=failed):
            try:
                start.wait(20)
                registrations.register(event=event, person=person, by=None, at=datetime.now(UTC))
            except BaseException as error:
                failed.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=go, args=[person]) for person in people]
        for one in threads:
            one.start()
        for one in threads:
            one.join(30)

        rows = EventRegistration.objects.filter(event=event)
        assert not failed
        assert (rows.coming().count(), rows.in_line().count()) == (1, 3)


# --- the audience is law


def test_nobody_outside_the_audience_sees_hears_of_it_or_gets_a_seat(
    event, victor, pete, olga, gold, classify, now, client_of
):
    classify(pete.person.partner, gold)
    classify(olga.person.partner)
    events.update(event=event, by=victor, at=now, changes={"audience": gold})
    deliver(now)

    assert [len(told(pete)), len(told(olga))] == [1, 0]
    assert [bool(search(text="cloud day", user=one)) for one in (pete, olga)] == [True, False]
    for address in (f"/partner/events/{event.public_id}/", f"/api/v1/events/{event.public_id}"):
        assert client_of(pete).get(address).status_code == 200
        assert client_of(olga).get(address).status_code == 404
    for door in ("register", "unregister"):
        assert client_of(olga).post(f"/partner/events/{event.public_id}/{door}/").status_code == 404
    assert client_of(olga).get(f"/partner/events/{event.public_id}/file/").status_code == 404
    with pytest.raises(Refusal, match="not for"):
        take(event, olga, now)


def test_who_has_a_seat_keeps_seeing_it_after_leaving_the_audience(event, victor, olga, gold, now):
    take(event, olga, now)
    events.update(event=event, by=victor, at=now, changes={"audience": gold})

    assert Event.objects.visible_to(olga).exists()


# --- told


def test_another_time_is_told_and_reminded_of_anew(event, victor, pete, now):
    take(event, pete, now)
    EventRegistration.objects.update(reminded_at=now)
    later = {"starts_at": START + timedelta(days=1), "ends_at": START + timedelta(days=1, hours=2)}
    events.update(event=event, by=victor, at=now, changes=later)
    deliver(now)

    assert told(pete)[-1].startswith("Another time or place: Cloud day is on 26 March 2030")
    assert EventRegistration.objects.get().reminded_at is None


def test_moments_are_written_in_the_readers_time_zone(event, pete, now):
    pete.timezone = "America/New_York"
    pete.save()
    take(event, pete, now)
    deliver(now)

    assert told(pete)[-1] == "You have a seat: Cloud day, 25 March 2030, 10 a.m. (EDT)."


def test_cancelling_tells_everybody_why_once(event, victor, pete, olga, now):
    for user in (pete, olga):
        take(event, user, now)
    assert events.cancel(event=event, by=victor, at=now, reason="The speaker is ill.")
    assert not events.cancel(event=event, by=victor, at=now, reason="The speaker is ill.")
    deliver(now)

    for user in (pete, olga):
        last = Notification.objects.filter(user=user).latest("pk")
        assert (last.text[:10], last.detail) == ("Cancelled:", "The speaker is ill.")
    with pytest.raises(Refusal):
        events.update(event=event, by=victor, at=now, changes={"title": "Other"})


@pytest.mark.parametrize(("hours", "reminded"), [(24, 1), (25, 0), (0, 0)])
def test_a_day_before_who_comes_is_reminded_once(event, pete, olga, now, hours, reminded):
    take(event, pete, now)
    take(event, olga, now)
    at = START - timedelta(hours=hours)

    assert event_clocks.remind(at=at) == reminded
    assert event_clocks.remind(at=at) == 0


def test_the_recording_is_told_only_to_those_who_were_registered(event, victor, pete, olga, now):
    take(event, pete, now)
    asset = AssetFactory(kind="video", body="", url="https://video.example/1")
    with pytest.raises(Refusal):
        events.record(event=event, by=victor, at=now, asset=asset)
    after = START + timedelta(days=1)
    assert events.record(event=event, by=victor, at=after, asset=asset)
    assert not events.record(event=event, by=victor, at=after, asset=asset)
    deliver(now)

    assert told(pete)[-1] == "The recording is there: Cloud day."
    assert not any("recording" in text for text in told(olga))


# --- who was there


def test_attendance_is_ticked_once_it_has_begun(event, victor, pete, now):
    mine = take(event, pete, now)
    with pytest.raises(Refusal):
        registrations.mark_attendance(event=event, there=[mine.pk], by=victor, at=now)
    after = START + timedelta(hours=3)
    mark = {"event": event, "there": [mine.pk], "by": victor, "at": after}
    assert registrations.mark_attendance(**mark) == 1
    assert registrations.mark_attendance(**mark) == 0
    assert EventRegistration.objects.get().attended
    assert registrations.mark_attendance(**{**mark, "there": []}) == 1


# --- calendars


def test_a_calendar_reads_the_event_in_its_own_zone(event, pete, olga, now):
    take(event, pete, now)
    take(event, olga, now)
    entries = {}
    for user in (pete, olga):
        found, waiting = calendars.events_of(user)
        calendar = Calendar.from_ical(calendars.written(found, at=now, waiting=waiting))
        (entries[user],) = calendar.walk("VEVENT")

    entry = entries[pete]
    assert entry["SUMMARY"] == "Cloud day"
    assert entry.decoded("DTSTART") == START
    assert entry["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert (entry["STATUS"], entries[olga]["STATUS"]) == ("CONFIRMED", "TENTATIVE")


def test_a_renewed_address_ends_the_old_one(pete, now):
    old = calendars.address_of(calendars.feed_of(pete)).rstrip("/").rpartition("/")[2]
    assert calendars.reader_of(old) == pete
    calendars.renew(user=pete, by=pete, at=now)
    new = calendars.address_of(calendars.feed_of(pete)).rstrip("/").rpartition("/")[2]

    assert calendars.reader_of(old) is None
    assert calendars.reader_of(new) == pete
    assert calendars.reader_of(f"{new[:-2]}xx") is None


# --- the database


def test_the_database_never_oversells(event, pete, olga):
    EventRegistrationFactory(event=event, person=pete.person)
    with pytest.raises(IntegrityError, match="Every seat is taken"), transaction.atomic():
        EventRegistrationFactory(event=event, person=olga.person)
    waits = EventRegistrationFactory(event=event, person=olga.person, state="waiting")
    with pytest.raises(IntegrityError), transaction.atomic():
        EventRegistration.objects.filter(pk=waits.pk).update(state="registered")
    with pytest.raises(IntegrityError), transaction.atomic():
        EventRegistrationFactory(event=event, person=pete.person, state="waiting")


def test_the_database_keeps_as_many_seats_as_are_taken(event, pete, olga):
    Event.objects.filter(pk=event.pk).update(seats=2)
    for user in (pete, olga):
        EventRegistrationFactory(event=event, person=user.person)

    with pytest.raises(IntegrityError, match="More people"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(seats=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"ends_at": START},
        {"seats": 0},
        {"register_until_at": START + timedelta(hours=1)},
        {"url": "", "place": ""},
    ],
    ids=["untitled", "ends at its beginning", "no seats", "closes after it begins", "published nowhere"],
)
def test_the_database_refuses_an_event(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        EventFactory(starts_at=START, **wrong)
