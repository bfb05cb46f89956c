"""The pages of news, at the vendor and at partners."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Program
from enablement.models import NewsItem, NewsRead
from tests.counting import queries
from tests.factories.enablement import NewsItemFactory, NewsReadFactory

pytestmark = pytest.mark.django_db
FORM = {
    "title": "A new console",
    "body": "# What is new\n\nMuch.",
    "kind": "product",
    "importance": "must",
    "act": "save",
}


def test_an_item_is_written_published_reminded_of_and_retired(victor, pete, now, client_of):
    client = client_of(victor)

    client.post(reverse("vendor:news-create"), FORM)
    item = NewsItem.objects.get()
    for verb in ("publish", "remind", "retire"):
        assert client.post(reverse(f"vendor:news-{verb}", args=[item.public_id])).status_code == 302

    item.refresh_from_db()
    assert (item.published_at, item.reminded_at, item.retired_at) == (now, now, now)


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(victor, client_of):
    response = client_of(victor).post(reverse("vendor:news-create"), FORM | {"title": "", "summary": "Kept"})

    assert response.status_code == 422
    assert "Kept" in response.text
    assert not NewsItem.objects.exists()


def test_the_preview_shows_the_text_and_counts_whom_it_reaches(victor, pete, paula, gold, classify, client_of):
    client = client_of(victor)
    shown = client.post(reverse("vendor:news-create"), FORM | {"act": "preview", "title": ""})
    counted = client.post(reverse("vendor:news-preview"), FORM)
    nobody = client.post(reverse("vendor:news-preview"), FORM | {"audience": gold.pk})

    assert "<h2>What is new</h2>" in shown.text
    assert "For 1 partner, 2 people there, of whom 2 may sign in" in " ".join(counted.text.split())
    assert "For 0 partners" in nobody.text
    assert not NewsItem.objects.exists()


def test_a_moment_to_publish_is_the_readers_and_a_past_one_is_refused(victor, now, client_of):
    victor.timezone = "America/New_York"
    victor.save()
    item = NewsItemFactory(published_at=None)
    address = reverse("vendor:news-publish", args=[item.public_id])

    assert client_of(victor).post(address, {"starts_at": "2030-03-18T05:00"}).status_code == 422
    assert client_of(victor).post(address, {"starts_at": "2030-03-18T07:00"}).status_code == 302
    item.refresh_from_db()
    assert item.published_at == now + timedelta(hours=1)


def test_an_item_is_translated_and_an_old_translation_may_be_confirmed(victor, client_of):
    program = Program.current()
    program.languages = [{"code": "de", "name": "Deutsch"}]
    program.save()
    client, item = client_of(victor), NewsItemFactory(title="Old")
    address = reverse("vendor:news-languages", args=[item.public_id])

    client.post(address, {"language": "de", "title": "Alt", "body": "Text"})
    client.post(reverse("vendor:news-edit", args=[item.public_id]), FORM)
    assert "The original changed" in client.get(address).text
    client.post(address, {"language": "de", "title": "Alt", "body": "Text", "still": "on"})

    item.refresh_from_db()
    assert item.translations == {"de": {"title": "Alt", "body": "Text"}}
    assert "The original changed" not in client.get(address).text


def test_only_program_admins_write_and_managers_see_who_has_read(vera, pete, client_of):
    item = NewsReadFactory(person=pete.person).item
    client = client_of(vera)

    assert client.post(reverse("vendor:news-create"), FORM).status_code == 403
    assert "Pinewood" in client.get(reverse("vendor:news-detail", args=[item.public_id])).text
    assert "Pete Pratt" in client.get(reverse("vendor:news-readers", args=[item.public_id])).text


def test_opening_an_item_is_reading_it_and_a_head_request_is_not(pete, client_of):
    client, item = client_of(pete), NewsItemFactory()
    address = reverse("partner:news-detail", args=[item.public_id])

    client.head(address)
    assert not NewsRead.objects.exists()
    client.get(address)
    assert NewsRead.objects.get().person == pete.person


def test_what_is_new_stands_on_the_home_page_until_it_was_read(pete, client_of):
    client, must = client_of(pete), NewsItemFactory(importance="must", title="Terms")
    panel = reverse("partner:news-panel")
    asked = {"headers": {"HX-Request": "true"}}
    assert panel in client.get(reverse("partner:home")).text

    client.get(reverse("partner:news-detail", args=[must.public_id]))
    assert "Terms" in client.get(panel, **asked).text
    client.post(reverse("partner:news-acknowledge", args=[must.public_id]))
    assert client.get(panel, **asked).text.strip() == ""
    assert "You have read everything" in client.get(panel).text


def test_partners_narrow_the_list_by_kind(pete, client_of):
    NewsItemFactory(title="Console", kind="product")
    NewsItemFactory(title="Terms", kind="program")

    text = client_of(pete).get(reverse("partner:news-list") + "?kind=program").text
    assert "Terms" in text
    assert "Console" not in text


def test_pages_keep_their_queries_however_much_there_is(victor, pete, client_of):
    pages = [(victor, "vendor:news-list"), (pete, "partner:news-list"), (pete, "partner:news-panel")]
    NewsItemFactory(importance="must")
    before = [queries(client_of(one), reverse(name)) for one, name in pages]
    NewsItemFactory.create_batch(8, published_at=timezone.now() - timedelta(days=400))

    after = [queries(client_of(one), reverse(name)) for one, name in pages]
    assert after == before
    item = NewsItem.objects.first()
    for user, name in ((victor, "vendor:news-detail"), (victor, "vendor:news-readers"), (pete, "partner:news-detail")):
        assert queries(client_of(user), reverse(name, args=[item.public_id])) <= 12
    assert max(after) <= 12
