"""How people want to hear of things: kinds, ways, and links that end e-mails with one click."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import notice_kinds
from accounts.models import DigestSetting, NoticeChoice, Notification, Rhythm
from accounts.notice_kinds import Way, way_of
from accounts.services import notice_choices as choices
from accounts.services import notifications
from core.refusals import Refusal
from core.services import outbox
from tests.factories.accounts import DigestSettingFactory, NoticeChoiceFactory, NotificationFactory

pytestmark = pytest.mark.django_db
NEWS, TIER, TASK = (notice_kinds.of(key) for key in ("news", "tier", "task"))


def tell(user, *, kind="task", by_mail=True, key="one", **more):
    notifications.notify(user_ids=[user.pk], kind=kind, text="It is done.", dedupe_key=key, by_mail=by_mail, **more)


@pytest.mark.parametrize(
    ("kind", "chosen", "by_mail", "way"),
    [
        (TASK, None, True, Way.AT_ONCE),
        (TASK, None, False, Way.PORTAL),
        (TASK, "digest", True, Way.DIGEST),
        (TASK, "portal", True, Way.PORTAL),
        (TASK, "at_once", False, Way.AT_ONCE),
        (NEWS, None, False, Way.DIGEST),
        (NEWS, None, True, Way.AT_ONCE),
        (TIER, "portal", True, Way.AT_ONCE),
        (TIER, "at_once", False, Way.PORTAL),
    ],
)
def test_a_notice_comes_as_chosen_else_by_its_weight(kind, chosen, by_mail, way):
    assert way_of(kind, chosen=chosen, by_mail=by_mail) is way


def test_a_kind_nobody_listed_counts_as_everything_else(pete):
    choices.choose(user=pete, by=pete, at=None, ways={"other": "portal"})
    tell(pete, kind="quite_new")

    assert Notification.objects.get().way == Way.PORTAL


def test_choosing_twice_changes_nothing_and_the_suggestion_takes_it_back(pete, now):
    choose = {"user": pete, "by": pete, "at": now}

    assert choices.choose(**choose, ways={"task": "digest", "news": ""}) == ["task"]
    assert choices.choose(**choose, ways={"task": "digest"}) == []
    assert choices.choose(**choose, ways={"task": ""}) == ["task"]
    assert not NoticeChoice.objects.exists()


@pytest.mark.parametrize("ways", [{"tier": "portal"}, {"nothing": "portal"}, {"task": "pigeon"}, {"message": "digest"}])
def test_what_cannot_be_chosen_is_refused(pete, now, ways):
    with pytest.raises(Refusal):
        choices.choose(user=pete, by=pete, at=now, ways=ways)


def test_the_page_takes_ways_and_the_hour_of_the_digest(pete, client_of):
    client = client_of(pete)
    page = client.get("/profile/notices/").text
    response = client.post(
        "/profile/notices/", {"way-news": "portal", "way-task": "digest", "rhythm": "daily", "weekday": 3, "hour": 17}
    )

    assert "Your organisation is bound by it" in page
    assert "Rules that fail" not in page
    assert response.status_code == 302
    assert dict(NoticeChoice.objects.values_list("kind", "way")) == {"news": "portal", "task": "digest"}
    kept = DigestSetting.objects.get()
    assert (kept.rhythm, kept.weekday, kept.hour) == ("daily", 3, 17)


def test_a_wrong_hour_is_said_at_its_field(pete, client_of):
    response = client_of(pete).post("/profile/notices/", {"rhythm": "daily", "weekday": 3, "hour": 25})

    assert response.status_code == 422
    assert not DigestSetting.objects.exists()


# --- with one click


def link_in(mail):
    return re.search(r"<(.+)>", mail.extra_headers["List-Unsubscribe"])[1].partition("//")[2].partition("/")[2]


def test_every_email_one_may_end_says_how_and_a_click_ends_it(pete, now, mailoutbox):
    tell(pete)
    outbox.deliver_due(at=now)
    (mail,) = mailoutbox
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = f"/{link_in(mail)}"
    assert address in mail.body
    assert address in mail.alternatives[0][0]

    stranger = Client(enforce_csrf_checks=True)  # a mail program, which knows no token and no cookie
    assert "Stop these e-mails: Tasks?" in stranger.get(address).text
    assert not NoticeChoice.objects.exists()
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(pete, key="two")
    outbox.deliver_due(at=now)
    assert len(mailoutbox) == 1
    assert Notification.objects.filter(user=pete).count() == 2

    stranger.post(address, {"back": "1"})
    tell(pete, key="three")
    outbox.deliver_due(at=now)
    assert len(mailoutbox) == 2


def test_what_the_program_needs_cannot_be_ended(pete, now, mailoutbox):
    tell(pete, kind="tier")
    outbox.deliver_due(at=now)

    assert "List-Unsubscribe" not in mailoutbox[0].extra_headers
    assert "cannot be unsubscribed" in mailoutbox[0].body
    assert Client().post(f"/notices/{choices.token_of(pete, TIER)}/off/").status_code == 404


def test_only_links_that_we_signed_end_anything(pete):
    token = choices.token_of(pete, TASK)

    assert Client().post(f"/notices/{token[:-2]}xx/off/").status_code == 404
    assert Client().post("/notices/nonsense/off/").status_code == 404
    assert not NoticeChoice.objects.exists()


def test_the_page_of_a_link_does_not_give_the_address_away(pete):
    page = Client().get(f"/notices/{choices.token_of(pete, TASK)}/off/").text

    assert pete.email not in page
    assert "p…@pinewood.example" in page


def test_the_link_in_a_digest_ends_the_digest_and_keeps_its_hour(pete, now):
    choices.set_digest(user=pete, by=pete, at=now, rhythm="daily", weekday=2, hour=6)
    address = f"/notices/{choices.token_of(pete, notice_kinds.DIGEST)}/off/"
    Client().post(address)

    kept = DigestSetting.objects.get()
    assert (kept.rhythm, kept.hour) == (Rhythm.NEVER, 6)


def test_what_somebody_may_no_longer_see_is_not_sent(pete, now, mailoutbox, monkeypatch):
    monkeypatch.setitem(notifications._sights, "probe", lambda user, ids: {"2"} & ids)
    for number in (1, 2):
        tell(pete, key=str(number), about=f"probe {number}")
    while outbox.deliver_due(at=now):
        pass

    assert len(mailoutbox) == 1


# --- the database


def test_the_database_keeps_one_choice_of_a_kind(pete):
    NoticeChoiceFactory(user=pete)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeChoiceFactory(user=pete)


@pytest.mark.parametrize("wrong", [{"weekday": 0}, {"weekday": 8}, {"hour": 24}])
def test_the_database_knows_weeks_and_days(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        DigestSettingFactory(**wrong)


def test_the_database_digests_only_what_is_for_a_digest(now):
    with pytest.raises(IntegrityError), transaction.atomic():
        NotificationFactory(digested_at=now)
