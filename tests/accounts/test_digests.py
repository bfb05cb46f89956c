"""Digests: at the reader's hour, once, never empty, and only what they may see."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import DigestSetting, Notification, User
from accounts.services import digests, notice_choices, notifications
from core.models import OutboxMessage
from core.services import outbox
from tests.factories.accounts import NotificationFactory

pytestmark = pytest.mark.django_db
#: A Monday.
MONDAY = datetime(2030, 3, 18, tzinfo=UTC)


def waiting(user, *, at, **more):
    """Make a notice that waits for the digest, told at a moment."""
    notice = NotificationFactory(user=user, way="digest", **more)
    Notification.objects.filter(pk=notice.pk).update(created_at=at)
    return notice


def setting(user, **said):
    DigestSetting.objects.update_or_create(user=user, defaults=said)


def run(at):
    """Collect and deliver."""
    collected = digests.collect(at=at)
    while outbox.deliver_due(at=datetime(2031, 1, 1, tzinfo=UTC)):
        pass
    return collected


@pytest.mark.parametrize(
    ("zone", "hour", "at", "comes"),
    [
        ("UTC", 8, MONDAY + timedelta(hours=7, minutes=59), 0),
        ("UTC", 8, MONDAY + timedelta(hours=8), 1),
        ("UTC", 8, MONDAY + timedelta(hours=23), 1),
        ("America/New_York", 8, MONDAY + timedelta(hours=11, minutes=59), 0),  # summer time began on 10 March
        ("America/New_York", 8, MONDAY + timedelta(hours=12), 1),
        ("Pacific/Auckland", 8, MONDAY - timedelta(hours=5, minutes=1), 0),  # there Monday has begun
        ("Pacific/Auckland", 8, MONDAY - timedelta(hours=5), 1),
        ("UTC", 0, MONDAY, 1),
    ],
)
def test_it_comes_weekly_at_the_readers_hour_in_their_zone(pete, zone, hour, at, comes, mailoutbox):
    User.objects.filter(pk=pete.pk).update(timezone=zone)
    setting(pete, rhythm="weekly", weekday=1, hour=hour)
    waiting(pete, at=MONDAY - timedelta(days=2))

    assert run(at) == comes
    assert len(mailoutbox) == comes


def test_a_day_that_was_missed_is_made_up_for(pete, mailoutbox):
    waiting(pete, at=MONDAY - timedelta(days=2))

    assert run(MONDAY + timedelta(days=2)) == 1


def test_what_is_told_after_the_hour_waits_for_the_next(pete, mailoutbox):
    waiting(pete, at=MONDAY + timedelta(hours=9))

    assert run(MONDAY + timedelta(days=6)) == 0
    assert run(MONDAY + timedelta(days=7, hours=8)) == 1


def test_a_daily_one_comes_every_day_on_which_something_waits(pete, mailoutbox):
    setting(pete, rhythm="daily", hour=18)
    for day in (0, 1):
        waiting(pete, at=MONDAY + timedelta(days=day, hours=12))

    assert [run(MONDAY + timedelta(days=day, hours=19)) for day in (0, 1, 2)] == [1, 1, 0]
    assert len(mailoutbox) == 2


def test_nobody_gets_one_twice_nor_an_empty_one(pete, paula, mailoutbox):
    waiting(pete, at=MONDAY)
    read = waiting(paula, at=MONDAY)
    at = MONDAY + timedelta(hours=8)
    assert digests.collect(at=at) == 2
    assert digests.collect(at=at + timedelta(minutes=5)) == 0
    notifications.mark_read(notification=read, at=at)

    run(at + timedelta(minutes=10))
    assert [mail.to for mail in mailoutbox] == [[pete.email]]


def test_many_are_collected_in_batches(pete, paula, olga, monkeypatch):
    monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 2)
    for one in (pete, paula, olga):
        waiting(one, at=MONDAY)

    assert digests.collect(at=MONDAY + timedelta(hours=8)) == 3
    assert OutboxMessage.objects.filter(topic=digests.DIGEST).count() == 3


@pytest.mark.parametrize("gone", ["never", "inactive", "left", "old"])
def test_nothing_comes_to_who_wants_none_or_is_gone_nor_what_is_old(pete, gone, mailoutbox):
    waiting(pete, at=MONDAY - timedelta(days=15) if gone == "old" else MONDAY)
    if gone == "never":
        setting(pete, rhythm="never")
    if gone == "inactive":
        User.objects.filter(pk=pete.pk).update(is_active=False)
    if gone == "left":
        pete.person.left_at = MONDAY
        pete.person.save()

    run(MONDAY + timedelta(hours=8))
    assert mailoutbox == []


def test_what_the_reader_may_not_see_any_more_is_left_out(pete, mailoutbox, monkeypatch):
    monkeypatch.setitem(notifications._sights, "probe", lambda user, ids: ids - {"1"})
    for number in (1, 2):
        waiting(pete, at=MONDAY, about=f"probe {number}", text=f"Thing {number}")

    run(MONDAY + timedelta(hours=8))
    assert "Thing 2" in mailoutbox[0].body
    assert "Thing 1" not in mailoutbox[0].body


def test_it_is_in_kinds_with_links_and_the_readers_formats(pete, mailoutbox, settings):
    User.objects.filter(pk=pete.pk).update(language="en-de")
    waiting(pete, at=MONDAY, kind="task", text="Send the plan", url="/partner/tasks/")
    waiting(pete, at=MONDAY, kind="news", text="A & B", detail="Why")

    run(MONDAY + timedelta(hours=8))
    (mail,) = mailoutbox
    html = mail.alternatives[0][0]
    assert mail.subject.endswith("2 things are new")
    assert f"{settings.PUBLIC_URL}/partner/tasks/" in mail.body
    assert mail.body.index("News") < mail.body.index("Tasks")
    assert "A &amp; B" in html
    assert "18.03.2030" in html
    assert notice_choices.link_of(pete, digests.notice_kinds.DIGEST) in html
    assert "List-Unsubscribe" in mail.extra_headers
