"""E-mail both ways: one mail with everything new, and answers that only their person can give."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core import mail
from django.urls import reverse

from core.services import outbox
from partners.models import CameBy, Message, ThreadReader
from partners.services import conversations, inbound_mail, reply_tokens
from partners.services.inbound_mail import Outcome

pytestmark = pytest.mark.django_db
SECRET = "s" * 40
CANARY = "CANARY-5512"


@pytest.fixture(autouse=True)
def _inbound(settings, tmp_path):
    settings.INBOUND_MAIL_DOMAIN = "in.vendor.example"
    settings.INBOUND_MAIL_SECRET = SECRET
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def thread(pinewood, vera, paula, now):
    thread = conversations.thread_of(subject=pinewood, by=vera, at=now)
    conversations.post(thread=thread, by=vera, at=now, text="Can we meet on Friday?")
    return thread


def deliver(at, minutes=4):
    outbox.deliver_due(at=at + timedelta(minutes=minutes))


def reader_of(thread, user):
    return ThreadReader.objects.get(thread=thread, user=user)


def answer(thread, user, text="Yes, at ten.", sender="", **headers):
    message = EmailMessage()
    message["From"] = f"Somebody <{sender or user.email}>"
    message["To"] = reply_tokens.address_of(reader_of(thread, user))
    message["Message-ID"] = "<1@pinewood.example>"
    message["Subject"] = "Re: Pinewood"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def receive(message, now):
    return inbound_mail.receive(message if isinstance(message, bytes) else message.as_bytes(), at=now)


def test_everything_new_comes_in_one_mail_once(thread, vera, paula, now):
    conversations.post(thread=thread, by=vera, at=now + timedelta(minutes=1), text="Or on Monday?")
    deliver(now)
    deliver(now, minutes=10)

    (sent,) = mail.outbox
    assert sent.to == [paula.email]
    assert all(one in sent.body for one in ("Friday", "Monday", "Vera Vance wrote"))
    assert sent.reply_to == [reply_tokens.address_of(reader_of(thread, paula))]


def test_what_was_read_meanwhile_is_not_sent(thread, paula, now):
    conversations.mark_read(thread=thread, by=paula, at=now)
    deliver(now)

    assert mail.outbox == []


def test_an_internal_note_is_in_no_mail_of_a_partner(thread, vera, victor, paula, now):
    conversations.post(thread=thread, by=vera, at=now, text=f"{CANARY} @Victor Voss", is_internal=True)
    deliver(now)

    assert {one.to[0] for one in mail.outbox if CANARY in one.body} == {victor.email}


def test_who_left_gets_no_mail(thread, paula, now):
    paula.person.left_at = now
    paula.person.save()
    deliver(now)

    assert mail.outbox == []


def test_without_a_domain_people_answer_in_the_portal(thread, settings, now):
    settings.INBOUND_MAIL_DOMAIN = ""
    deliver(now)

    assert mail.outbox[0].reply_to == []
    assert "Answer in the portal" in mail.outbox[0].body


def test_an_answer_is_said_in_the_thread_once(thread, paula, now):
    text = "Yes, at ten.\n\nPaula\n-- \nPaula Park\n\nOn Mon, 18 Mar 2030 Vera Vance wrote:\n> Can we meet?"
    assert receive(answer(thread, paula, text), now) == Outcome.TAKEN
    assert receive(answer(thread, paula, text), now) == Outcome.TAKEN

    said = thread.messages.get(author=paula)
    assert (said.text, said.came_by) == ("Yes, at ten.\n\nPaula", CameBy.EMAIL)


def test_an_answer_of_somebody_else_is_refused(thread, paula, olga, now):
    assert receive(answer(thread, paula, sender=olga.email), now) == Outcome.REFUSED
    paula.is_active = False
    paula.save()
    assert receive(answer(thread, paula), now) == Outcome.REFUSED
    assert not thread.messages.filter(came_by=CameBy.EMAIL).exists()


def test_a_forged_token_is_refused(thread, paula, now):
    token = reply_tokens.token_of(reader_of(thread, paula))
    assert reply_tokens.reader_of(token) is not None
    for wrong in ("a" * 40, token[:-1] + ("a" if token[-1] != "a" else "b"), "", "é" * 40, "0" * 40):
        assert reply_tokens.reader_of(wrong) is None


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}, {"X_Autoreply": "yes"}],
)
def test_programs_are_not_answered(headers, thread, paula, now):
    assert receive(answer(thread, paula, **headers), now) == Outcome.IGNORED


def test_an_answer_to_an_internal_note_is_internal(thread, vera, victor, paula, now):
    conversations.post(thread=thread, by=vera, at=now, text="@Victor Voss what now?", is_internal=True)
    deliver(now)
    receive(answer(thread, victor, f"{CANARY} raise it"), now)

    assert Message.objects.get(author=victor).is_internal
    assert not Message.objects.visible_to(paula).filter(text__contains=CANARY).exists()


def test_files_pass_the_same_checks(thread, paula, now):
    message = answer(thread, paula)
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="../../plan.csv")
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="run.exe")
    receive(message, now)

    assert list(thread.messages.get(author=paula).files.values_list("file_name", flat=True)) == ["plan.csv"]


def test_html_alone_is_read_as_words(thread, paula, now):
    message = answer(thread, paula)
    message.set_content(
        "<p>Yes &amp; <b>no</b></p><script>alert(1)</script><blockquote>old</blockquote>", subtype="html"
    )
    receive(message, now)

    assert thread.messages.get(author=paula).text == "Yes & no"


def hostile(thread, paula):
    """Yield messages that nobody should be able to break us with."""
    good = answer(thread, paula).as_bytes()
    to = reply_tokens.address_of(reader_of(thread, paula)).encode()
    head = b"From: " + paula.email.encode() + b"\nTo: " + to + b"\nMessage-ID: <%d@x>\n"
    yield b""
    yield b"\0" * 1000
    yield b"\xff\xfe" * 5000
    yield good.replace(b"utf-8", b"no-such-charset")
    yield head % 1 + b"Content-Type: text/plain; charset=no-such\n\nHello\0there"
    yield head % 2 + b"Content-Type: text/plain; charset=utf-16\n\n\xff"
    yield head % 3 + b"Content-Transfer-Encoding: base64\n\n=====!!!!"
    yield head % 4 + b"Content-Type: multipart/mixed\n\nno boundary"
    yield head % 5 + b"Content-Type: multipart/mixed; boundary=\n\n--\n"
    yield b"From: " + b"<" * 20000 + b"\nTo: " + to + b"\n\nx"
    yield b"To: " + to * 500 + b"\nFrom: a@b\n\nx"
    yield head % 6 + b"Subject: =?utf-8?b?" + b"/" * 30000 + b"?=\n\nx"
    deep = b"x"
    for level in range(2000):
        mark = b"b%d" % level
        deep = b"Content-Type: multipart/mixed; boundary=" + mark + b"\n\n--" + mark + b"\n" + deep
    yield head % 7 + deep
    yield head % 8 + b"Content-Type: text/plain\n\n" + b"> " * 200_000
    yield head % 9 + b"Content-Type: text/html\n\n" + b"<div>" * 50_000


def test_hostile_messages_break_nothing(thread, paula, now):
    for raw in hostile(thread, paula):
        assert receive(raw, now) in set(Outcome)


def test_a_message_too_large_is_refused(thread, paula, settings, now):
    settings.INBOUND_MAIL_BYTES = 100

    assert receive(answer(thread, paula), now) == Outcome.REFUSED


def test_the_door_for_providers_gives_no_hint(client, thread, paula, settings, now):
    def post(body, secret=SECRET):
        return client.post(
            reverse("mail-receive"), body, content_type="message/rfc822", headers={"Authorization": f"Bearer {secret}"}
        ).status_code

    assert post(answer(thread, paula).as_bytes()) == 202
    assert post(b"To: reply+" + b"a" * 40 + b"@in.vendor.example\nFrom: a@b\n\nx") == 202
    assert post(b"x", secret="wrong") == 404
    assert thread.messages.filter(author=paula).count() == 1
    settings.INBOUND_MAIL_BYTES = 10
    assert post(b"x" * 11) == 413
    settings.INBOUND_MAIL_SECRET = ""
    assert post(b"x", secret="") == 404
