"""News: written, shown from a moment on, told once, read, acknowledged, and kept from everybody it is not for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.models import OutboxMessage, Program
from core.refusals import Refusal
from core.services import outbox
from enablement.models import NewsItem, NewsRead
from enablement.queries import news as queries
from enablement.services import news
from portal.queries.search import search
from tests.factories.enablement import NewsItemFactory, NewsReadFactory

pytestmark = pytest.mark.django_db
TEXT = {"title": "A new console", "body": "It is there."}


@pytest.fixture
def draft(victor, now):
    return news.create(by=victor, at=now, **TEXT)


@pytest.fixture
def must(victor, now):
    """An item to be acknowledged, published."""
    item = news.create(by=victor, at=now, importance="must", **TEXT)
    news.publish(item=item, by=victor, at=now)
    return item


def deliver(at):
    while outbox.deliver_due(at=at):
        pass


def told(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", "text"))


# --- written and published


def test_who_writes_an_item_owns_it(draft, victor):
    assert draft.owner == victor
    assert draft.state == "draft"


def test_published_twice_it_is_published_and_told_once(draft, victor, pete, olga, now):
    assert news.publish(item=draft, by=victor, at=now)
    assert not news.publish(item=draft, by=victor, at=now)
    deliver(now)

    assert told(pete) == told(olga) == [("news", "A new console")]


def test_without_a_text_nothing_is_published(victor, now):
    item = news.create(by=victor, at=now, title="Empty")

    with pytest.raises(Refusal, match="Write the text"):
        news.publish(item=item, by=victor, at=now)


def test_a_scheduled_item_is_seen_and_told_from_its_moment_on(draft, victor, pete, now):
    soon = now + timedelta(hours=2)
    news.publish(item=draft, by=victor, at=now, starts_at=soon)

    deliver(now)
    assert draft.state == "scheduled"
    assert not NewsItem.objects.visible_to(pete).exists()
    assert told(pete) == []

    NewsItem.objects.filter(pk=draft.pk).update(published_at=now)  # the clock stands still; the moment comes
    OutboxMessage.objects.update(payload={"news": draft.pk, "at": now.isoformat()}, due_at=now)
    deliver(now)
    assert told(pete) == [("news", "A new console")]


def test_another_moment_replaces_the_first_and_a_past_one_is_refused(draft, victor, pete, now):
    news.publish(item=draft, by=victor, at=now, starts_at=now + timedelta(hours=2))
    assert news.publish(item=draft, by=victor, at=now)
    deliver(now + timedelta(hours=3))

    assert len(told(pete)) == 1
    other = news.create(by=victor, at=now, **TEXT)
    with pytest.raises(Refusal, match="This moment is over"):
        news.publish(item=other, by=victor, at=now, starts_at=now - timedelta(minutes=1))


def test_a_retired_item_is_gone_and_told_to_nobody(draft, victor, pete, now):
    news.publish(item=draft, by=victor, at=now)
    assert news.retire(item=draft, by=victor, at=now)
    assert not news.retire(item=draft, by=victor, at=now)
    deliver(now)

    assert told(pete) == []
    assert not NewsItem.objects.visible_to(pete).exists()


@pytest.mark.parametrize(("zone", "is_there"), [("Pacific/Kiritimati", False), ("America/Los_Angeles", True)])
def test_the_last_day_is_the_programs(program, pete, now, zone, is_there):
    Program.objects.update(timezone=zone)
    Program.forget()
    NewsItemFactory(last_day_on=datetime(2030, 3, 18, tzinfo=UTC).date())  # in Kiritimati it is the 19th already

    assert NewsItem.objects.visible_to(pete).exists() is is_there


def test_many_readers_are_told_range_by_range(draft, victor, pete, paula, olga, now, monkeypatch):
    monkeypatch.setattr("enablement.services.news_notices.BATCH", 1)
    news.publish(item=draft, by=victor, at=now)
    deliver(now)

    assert [len(told(one)) for one in (pete, paula, olga)] == [1, 1, 1]


def test_readers_are_told_in_their_language(draft, victor, pete, now):
    program = Program.current()
    program.languages = [{"code": "de", "name": "Deutsch"}]
    program.save()
    pete.reading_language = "de"
    pete.save()
    news.translate(item=draft, by=victor, at=now, language="de", texts={"title": "Eine neue Konsole"})
    news.publish(item=draft, by=victor, at=now)
    deliver(now)

    assert told(pete) == [("news", "Eine neue Konsole")]
    assert queries.said_to(draft, pete).lacks


# --- the audience is law


def test_nobody_outside_the_audience_sees_finds_or_hears_of_it(victor, pete, olga, gold, classify, now, client_of):
    classify(pete.person.partner, gold)
    classify(olga.person.partner)
    item = news.create(by=victor, at=now, audience=gold, importance="important", **TEXT)
    news.publish(item=item, by=victor, at=now)
    deliver(now)

    assert [len(told(pete)), len(told(olga))] == [1, 0]
    assert [bool(search(text="console", user=one)) for one in (pete, olga)] == [True, False]
    for address in (f"/partner/news/{item.public_id}/", f"/api/v1/news/{item.public_id}"):
        assert client_of(pete).get(address).status_code == 200
        assert client_of(olga).get(address).status_code == 404
    assert client_of(olga).post(f"/partner/news/{item.public_id}/acknowledge/").status_code == 404
    assert "console" not in client_of(olga).get("/api/v1/news").text
    assert "console" not in client_of(olga).get("/partner/news/waiting/").text
    assert queries.reach(item) == queries.Reach(1, 1, 1)


def test_it_may_be_for_certain_people_only(victor, pete, paula, now):
    pete.person.job_function = "sales"
    pete.person.save()
    item = news.create(by=victor, at=now, for_functions=["sales"], **TEXT)
    news.publish(item=item, by=victor, at=now)

    assert NewsItem.objects.visible_to(pete).exists()
    assert not NewsItem.objects.visible_to(paula).exists()
    assert [one.user for one in queries.readers_of(item)] == [pete]


# --- read and acknowledged


def test_opening_is_remembered_once(must, pete, now):
    assert news.read(item=must, person=pete.person, at=now)
    assert not news.read(item=must, person=pete.person, at=now + timedelta(days=1))
    assert NewsRead.objects.get().read_at == now


def test_acknowledging_twice_keeps_the_first_moment(must, pete, now):
    assert news.acknowledge(item=must, person=pete.person, by=pete, at=now)
    assert not news.acknowledge(item=must, person=pete.person, by=pete, at=now + timedelta(days=1))

    assert NewsRead.objects.get().acknowledged_at == now
    assert queries.reading(must) == {"readers": 1, "were_read": 1, "acknowledged": 1}


def test_what_asks_for_no_acknowledgement_takes_none(draft, pete, now):
    with pytest.raises(Refusal):
        news.acknowledge(item=draft, person=pete.person, by=pete, at=now)


def test_acknowledged_words_stay_but_everything_else_may_change(must, victor, pete, now):
    news.acknowledge(item=must, person=pete.person, by=pete, at=now)

    with pytest.raises(Refusal, match="they stay as they are"):
        news.update(item=must, by=victor, at=now, changes={"body": "Something else."})
    must.refresh_from_db()
    with pytest.raises(Refusal, match="they stay as they are"):
        news.translate(item=must, by=victor, at=now, language="de", texts={"title": "Anders"})
    must.refresh_from_db()
    assert news.update(item=must, by=victor, at=now, changes={"kind": "program"}) == ["kind"]


def test_those_who_have_not_acknowledged_are_reminded_once_a_day(must, victor, pete, olga, now):
    news.acknowledge(item=must, person=pete.person, by=pete, at=now)
    deliver(now)
    assert news.remind(item=must, by=victor, at=now)
    assert not news.remind(item=must, by=victor, at=now)
    deliver(now)

    assert told(pete) == [("news_must", "Please read and acknowledge: A new console")]
    assert [text for _kind, text in told(olga)][1:] == ["Still to be acknowledged: A new console"]
    assert news.remind(item=must, by=victor, at=now + timedelta(days=1))


def test_nobody_is_reminded_of_what_nobody_sees_or_is_asked(draft, must, victor, now):
    news.retire(item=must, by=victor, at=now)

    for item in (draft, must):
        with pytest.raises(Refusal):
            news.remind(item=item, by=victor, at=now)


def test_the_list_counts_readers_reads_and_acknowledgements(must, pete, paula, olga, gold, classify, now):
    classify(olga.person.partner, gold)
    NewsItemFactory(title="For gold", audience=gold)
    news.acknowledge(item=must, person=pete.person, by=pete, at=now)
    news.read(item=must, person=olga.person, at=now)

    rows = {one.title: (one.readers, one.were_read, one.acknowledged) for one in queries.catalogue(queries.Search())}
    assert rows == {"A new console": (3, 2, 1), "For gold": (1, 0, 0)}


def test_a_manager_counts_by_partner_those_they_see(must, vera, pete, paula, olga, now):
    news.acknowledge(item=must, person=pete.person, by=pete, at=now)

    row = queries.by_partner(must, user=vera).get()
    assert (row["partner__name"], row["readers"], row["acknowledged"], row["missing"]) == ("Pinewood", 2, 1, 1)
    assert [one.user for one in queries.people(must, user=vera, standing="open")] == [paula]


def test_what_must_be_acknowledged_comes_first_then_what_is_unread(must, pete, now):
    unread, seen = NewsItemFactory(title="Unread"), NewsItemFactory(title="Seen")
    news.read(item=seen, person=pete.person, at=now)
    news.read(item=must, person=pete.person, at=now)

    assert list(queries.for_person(user=pete, person=pete.person)) == [must, unread, seen]
    assert queries.waiting(user=pete, person=pete.person, limit=3) == [must, unread]


# --- the database


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"body": ""}, {"reminded_at": datetime(2030, 1, 1, tzinfo=UTC)}],
    ids=["untitled", "published without text", "reminded where nothing is asked"],
)
def test_the_database_refuses_an_item(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        NewsItemFactory(**wrong)


def test_the_database_keeps_one_reading_a_person_and_its_order(pete, now):
    row = NewsReadFactory(person=pete.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        NewsReadFactory(person=pete.person, item=row.item)
    with pytest.raises(IntegrityError), transaction.atomic():
        NewsReadFactory(person=pete.person, acknowledged_at=row.read_at - timedelta(days=1))
