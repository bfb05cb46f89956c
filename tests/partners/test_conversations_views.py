"""Threads on both sides: on the record's page, in the inbox, and never more than the reader may see."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Message, Thread
from partners.queries import conversations as reads
from partners.services import conversations
from tests.factories.partners import CategoryMembershipFactory, PartnerApplicationFactory

pytestmark = pytest.mark.django_db
CANARY = "CANARY-8271"


@pytest.fixture(autouse=True)
def _media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def thread(pinewood, vera, paula, pete, now):
    thread = conversations.thread_of(subject=pinewood, by=vera, at=now)
    conversations.post(thread=thread, by=paula, at=now, text="When is the review?")
    conversations.post(
        thread=thread,
        by=vera,
        at=now + timedelta(minutes=1),
        text=f"{CANARY} they are late",
        is_internal=True,
        files=[SimpleUploadedFile(f"{CANARY}.txt", b"numbers")],
    )
    return thread


def address(name, record, about="partner"):
    return reverse(name, args=[about, record.public_id])


def test_somebody_writes_and_the_other_side_reads_it(client_of, pinewood, thread, vera, paula, now):
    answer = client_of(vera).post(address("vendor:conversation-post", pinewood), {"text": "On **Friday**"})

    assert answer.status_code == 302
    page = client_of(paula).get(address("partner:conversation-detail", pinewood)).content.decode()
    assert "On <strong>Friday</strong>" in page
    assert Thread.objects.get().waiting_since is None


def test_a_fragment_is_answered_with_the_thread(client_of, pinewood, thread, paula):
    answer = client_of(paula).post(
        address("partner:conversation-post", pinewood), {"text": "Thanks"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b"Thanks" in answer.content


def test_what_was_typed_is_kept_when_a_file_is_refused(client_of, pinewood, thread, paula):
    sent = {"text": "See the file", "attachments": SimpleUploadedFile("run.exe", b"MZ"), "once": ""}
    answer = client_of(paula).post(address("partner:conversation-post", pinewood), sent)

    assert answer.status_code == 422
    assert b"See the file" in answer.content
    assert b"run.exe" in answer.content


@pytest.mark.parametrize("name", ["partner:conversation-detail", "partner:conversation-list", "partner:home"])
def test_no_page_of_a_partner_shows_an_internal_note(name, client_of, pinewood, thread, paula):
    args = ["partner", pinewood.public_id] if name.endswith("detail") else []
    page = client_of(paula).get(reverse(name, args=args)).content.decode()

    assert CANARY not in page


def test_searching_and_counting_find_no_internal_note(client_of, thread, paula, vera):
    inbox = reverse("partner:conversation-list")
    found = client_of(paula).get(inbox, {"q": CANARY}).context["page"]
    new = client_of(paula).get(inbox, {"show": "unread"}).context["page"]

    assert (len(found), len(new)) == (0, 0)
    assert len(client_of(vera).get(reverse("vendor:conversation-list"), {"q": CANARY}).context["page"]) == 1


def test_files_are_for_keeping_and_for_those_who_may_read(client_of, thread, victor, vera, paula, olga):
    file = Message.objects.get(is_internal=True).files.get()
    answer = client_of(victor).get(reverse("vendor:message-file", args=[file.public_id]))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    for stranger in (paula, olga):
        assert client_of(stranger).get(reverse("partner:message-file", args=[file.public_id])).status_code == 404


def test_a_file_of_a_message_taken_away_is_gone(client_of, thread, vera, now):
    message = Message.objects.get(is_internal=True)
    conversations.remove(message=message, by=vera, at=now)

    page = reverse("vendor:message-file", args=[message.files.get().public_id])
    assert client_of(vera).get(page).status_code == 404


def test_an_executive_reads_no_conversation_anywhere(client_of, pinewood, thread, vera, paula, erin, now):
    application = PartnerApplicationFactory(handed_in=True, reviewer=vera)
    asked = conversations.thread_of(subject=application, by=vera, at=now)
    for one in (thread, asked):
        conversations.post(thread=one, by=vera, at=now, text=f"{CANARY} between us")
    file = Message.objects.get(is_internal=True, text__contains="late").files.get()
    client = client_of(erin)

    assert not Thread.objects.visible_to(erin).exists()
    assert not Message.objects.visible_to(erin).exists()
    assert erin not in reads.mentionable(thread, vera)
    for page in (
        reverse("vendor:conversation-list") + "?show=all",
        address("vendor:conversation-detail", pinewood),
        address("vendor:conversation-detail", application, "application"),
        reverse("vendor:message-file", args=[file.public_id]),
    ):
        assert client.get(page).status_code == 403
    assert client.post(address("vendor:conversation-post", pinewood), {"text": "Hi"}).status_code == 403
    for page in (
        reverse("vendor:partner-detail", args=[pinewood.public_id]),
        reverse("search") + f"?q={CANARY}",
    ):
        shown = client.get(page)
        assert shown.status_code == 200
        assert b"between us" not in shown.content
        assert b'id="conversation"' not in shown.content


def test_the_navigation_says_where_something_is_new(client_of, thread, paula, vera, victor, now):
    def shown(user):
        items = client_of(user).get(reverse("vendor:partner-list")).context["nav_items"]()
        return next(item.badge for item in items if item.url == reverse("vendor:conversation-list"))

    conversations.post(thread=thread, by=paula, at=now + timedelta(minutes=2), text="Is Friday good?")
    assert (shown(vera), shown(victor)) == (1, 0)
    client_of(vera).get(address("vendor:conversation-detail", thread.partner))
    assert shown(vera) == 0


def test_what_is_unread_costs_one_statement_for_bell_and_navigation_news_two(client_of, thread, vera, paula, now):
    client = client_of(vera)

    def statements():
        client.get(reverse("vendor:touch-list"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("vendor:touch-list"))
        return [one["sql"] for one in asked if "partners_threadreader" in one["sql"] or "notification" in one["sql"]]

    conversations.mark_read(thread=thread, by=vera, at=now)
    assert len(statements()) == 1

    conversations.post(thread=thread, by=paula, at=now + timedelta(minutes=2), text="Is Friday good?")
    _first, second = statements()
    assert "partners_flag" not in second  # only the kinds that there is news of are looked at


def test_opening_a_thread_reads_it(client_of, pinewood, thread, vera, paula, now):
    conversations.post(thread=thread, by=paula, at=now, text="Is Friday good?")
    inbox = reverse("vendor:conversation-list") + "?show=unread"
    assert len(client_of(vera).get(inbox).context["page"]) == 1

    page = client_of(vera).get(address("vendor:conversation-detail", pinewood))
    assert page.context["first_new"] is not None
    assert len(client_of(vera).get(inbox).context["page"]) == 0


def test_who_waits_longest_stands_first(client_of, oakhurst, olga, thread, victor, now):
    other = conversations.thread_of(subject=oakhurst, by=olga, at=now)
    conversations.post(thread=other, by=olga, at=now - timedelta(days=1), text="Hello?")

    page = client_of(victor).get(reverse("vendor:conversation-list") + "?show=waiting")
    assert list(page.context["page"]) == [other, thread]


def test_a_message_is_corrected_and_taken_away(client_of, pinewood, thread, paula):
    message = Message.objects.get(is_internal=False)
    client_of(paula).post(reverse("partner:message-edit", args=[message.public_id]), {"text": "When?"})
    message.refresh_from_db()
    assert message.text == "When?"

    client_of(paula).post(reverse("partner:message-remove", args=[message.public_id]))
    assert b"Taken away by Paula Park" in client_of(paula).get(address("partner:conversation-detail", pinewood)).content


def test_muting_ends_the_counting(client_of, pinewood, thread, vera):
    client_of(vera).post(address("vendor:conversation-mute", pinewood), {"muted": "1"})

    assert len(client_of(vera).get(reverse("vendor:conversation-list") + "?show=unread").context["page"]) == 0


def test_a_membership_has_a_thread_of_its_own(client_of, pinewood, paula, vera, now):
    membership = CategoryMembershipFactory(partner=pinewood)
    client_of(paula).post(address("partner:conversation-post", membership, "membership"), {"text": "We qualify"})

    page = client_of(vera).get(address("vendor:conversation-detail", membership, "membership"))
    assert b"We qualify" in page.content


def test_a_kind_nobody_knows_is_not_found(client_of, pinewood, vera):
    assert client_of(vera).get(address("vendor:conversation-detail", pinewood, "weather")).status_code == 404


@pytest.mark.parametrize("name", ["conversation-list", "conversation-detail"])
def test_pages_ask_the_database_twelve_times_at_most(name, client_of, pinewood, thread, vera, paula, now):
    for number in range(20):
        conversations.post(thread=thread, by=vera, at=now, text=f"Message {number}")
    for side, user in (("vendor", vera), ("partner", paula)):
        client = client_of(user)
        args = ["partner", pinewood.public_id] if name.endswith("detail") else []
        client.get(reverse(f"{side}:{name}", args=args))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"{side}:{name}", args=args))
        assert len(asked) <= 12, "\n".join(one["sql"][:220] for one in asked)
