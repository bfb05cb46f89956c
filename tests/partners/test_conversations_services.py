"""What is said stays with its record, reaches whom it concerns, and internal notes reach no partner."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from core.refusals import Refusal
from core.services import outbox
from partners.models import Message, Side, Thread, ThreadReader
from partners.queries import conversations as reads
from partners.services import conversations
from tests.conftest import person_at
from tests.factories.partners import MessageFactory, ThreadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def thread(pinewood, vera, paula, now):
    return conversations.thread_of(subject=pinewood, by=vera, at=now)


def say(thread, by, at, text="Good morning", **more):
    return conversations.post(thread=thread, by=by, at=at, text=text, **more)


def test_a_record_has_one_thread(pinewood, vera, now):
    first = conversations.thread_of(subject=pinewood, by=vera, at=now)

    assert conversations.thread_of(subject=pinewood, by=vera, at=now) == first
    assert (first.partner, first.title) == (pinewood, "Pinewood")


def test_a_message_concerns_the_manager_and_the_partners_admins(thread, vera, paula, pete, olga, victor, now):
    say(thread, paula, now)

    assert set(thread.readers.values_list("user__email", flat=True)) == {vera.email, paula.email}
    assert [reads.unread_by(one).count() for one in (vera, paula, victor)] == [1, 0, 0]


def test_where_nobody_looks_after_a_partner_program_admins_hear(pinewood, paula, victor, now):
    thread = conversations.thread_of(subject=pinewood, by=paula, at=now)
    say(thread, paula, now)

    assert reads.unread_by(victor).count() == 1


def test_the_same_form_sent_twice_says_it_once(thread, vera, now):
    first = say(thread, vera, now, once_key="form:1")
    waiting = OutboxMessage.objects.count()

    assert say(thread, vera, now, once_key="form:1") == first
    assert (thread.messages.count(), OutboxMessage.objects.count()) == (1, waiting)


def test_an_internal_note_is_for_the_vendor_only(thread, vera, paula, pete, now):
    say(thread, vera, now, "They ask for a discount", is_internal=True)

    assert list(Message.objects.visible_to(paula)) == []
    assert reads.messages_of(thread, None) == []
    assert not thread.readers.filter(user=paula).exists()
    assert (thread.last_public_at, thread.last_message_at) == (None, now)
    assert not reads.inbox(paula).exists()


def test_a_partner_writes_no_internal_notes(thread, paula, now):
    with pytest.raises(Refusal, match="vendor's"):
        say(thread, paula, now, is_internal=True)


def test_a_partner_waits_since_its_first_word_until_the_vendor_answers(thread, vera, paula, now):
    say(thread, paula, now)
    say(thread, paula, now + timedelta(hours=1))
    say(thread, vera, now + timedelta(hours=2), is_internal=True)
    assert thread.waiting_since == now

    say(thread, vera, now + timedelta(hours=3))
    assert thread.waiting_since is None


def test_strangers_see_neither_thread_nor_message(thread, vera, vincent, olga, now):
    say(thread, vera, now)

    for stranger in (vincent, olga):
        assert not Thread.objects.visible_to(stranger).exists()
        assert not Message.objects.visible_to(stranger).exists()


def test_who_is_named_after_an_at_hears_of_it(thread, vera, paula, pete, now):
    message = say(thread, vera, now, "@Pete Pratt can you tell @nobody?")
    outbox.deliver_due(at=now)

    assert list(message.mentioned.all()) == [pete]
    assert pete.notifications.get().text == "Vera Vance mentioned you: Pinewood"


def test_a_mention_reaches_nobody_who_may_not_see_the_thread(thread, vera, olga, vincent, pete, now):
    message = say(thread, vera, now, "@Olga Oss", mentions=[olga, vincent])
    note = say(thread, vera, now, "@Pete Pratt", mentions=[pete], is_internal=True)

    assert not message.mentioned.exists()
    assert not note.mentioned.exists()


def test_reading_is_remembered(thread, vera, paula, now):
    say(thread, vera, now)
    assert reads.inbox(paula).get().unread == 1

    assert conversations.mark_read(thread=thread, by=paula, at=now)
    assert not conversations.mark_read(thread=thread, by=paula, at=now)
    assert reads.inbox(paula).get().unread == 0


def test_an_author_corrects_for_ten_minutes(thread, vera, victor, now):
    message = say(thread, vera, now)

    assert conversations.edit(message=message, by=vera, at=now + timedelta(minutes=10), text="Good evening")
    assert not conversations.edit(message=message, by=vera, at=now + timedelta(minutes=10), text="Good evening")
    with pytest.raises(Refusal):
        conversations.edit(message=message, by=vera, at=now + timedelta(minutes=10, seconds=1), text="Good night")
    with pytest.raises(Refusal):
        conversations.edit(message=message, by=victor, at=now, text="Something else")


def test_a_message_taken_away_leaves_its_place(thread, vera, paula, pete, now):
    message = say(thread, paula, now, files=[SimpleUploadedFile("plan.txt", b"a plan")])
    with pytest.raises(Refusal):
        conversations.remove(message=message, by=pete, at=now)

    assert conversations.remove(message=message, by=paula, at=now)
    assert not conversations.remove(message=message, by=paula, at=now)
    thread.refresh_from_db()
    assert (message.text, message.removed_by, thread.waiting_since) == ("", paula, None)
    assert reads.messages_of(thread, vera) == [message]
    assert "Good morning" in Message.events.rel.related_model.objects.values_list("text", flat=True)


def test_files_are_taken_by_what_they_are(thread, vera, now):
    said = say(thread, vera, now, "", files=[SimpleUploadedFile("plan.txt", b"a plan")])
    with pytest.raises(Refusal, match=r"page\.pdf"):
        say(thread, vera, now, files=[SimpleUploadedFile("page.pdf", b"<html>")])

    assert said.files.get().file_name == "plan.txt"


def test_nothing_is_not_said(thread, vera, now):
    with pytest.raises(Refusal):
        say(thread, vera, now, "  \0 ")


def test_an_applicant_has_a_name_and_no_user(thread, now):
    said = conversations.post(
        thread=thread, by=None, at=now, text="When do I hear?", author_name="Ada", author_email="ada@new.example"
    )

    assert (said.side, said.author_name) == (Side.OUTSIDE, "Ada")


# --- what the database holds


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_messages_only_grow(thread, vera, now):
    message = say(thread, vera, now)
    rows = Message.objects.filter(pk=message.pk)

    refused(rows.delete)
    refused(lambda: rows.update(author_name="Somebody else"))
    refused(lambda: rows.update(is_internal=True))
    conversations.remove(message=message, by=vera, at=now)
    refused(lambda: rows.update(removed_at=None))


def test_messages_know_their_author_and_side(thread, vera, paula, now):
    refused(lambda: MessageFactory(thread=thread, author=None))
    refused(lambda: MessageFactory(thread=thread, author=paula, side=Side.OUTSIDE))
    refused(lambda: MessageFactory(thread=thread, author=paula, side=Side.PARTNER, is_internal=True))
    refused(lambda: MessageFactory(thread=thread, removed_at=now))


def test_threads_and_readers_are_there_once(thread, vera, pinewood, now):
    refused(lambda: ThreadFactory(partner=pinewood))
    say(thread, vera, now)
    refused(lambda: ThreadReader.objects.create(thread=thread, user=vera))
    refused(lambda: ThreadReader.objects.create(thread=thread))
    refused(lambda: Thread.objects.filter(pk=thread.pk).update(last_public_at=now + timedelta(days=1)))


def test_two_readers_outside_have_two_addresses(thread):
    ThreadReader.objects.create(thread=thread, email="ada@new.example")
    refused(lambda: ThreadReader.objects.create(thread=thread, email="ada@new.example"))


def test_people_of_partners_know_whom_they_may_mention(thread, vera, victor, paula, pete, oakhurst, now):
    person_at(oakhurst, name="Otto", email="otto@oakhurst.example")

    assert reads.mentionable(thread, paula) == [pete, vera]
    assert reads.mentionable(thread, vera) == [paula, pete, victor]
    assert reads.mentionable(thread, vera, is_internal=True) == [victor]
