"""Pete looks for what the library does not have, and asks; Victor sees what is missing and writes it; Pete finds it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from enablement.models import VainSearch
from tests.browser.helpers import accessibility_violations, overflows
from tests.factories.enablement import AssetFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_what_is_looked_for_in_vain_is_written(pete: User, victor: User, new_page: Callable[..., Page]) -> None:
    AssetFactory(title="Backup in five minutes", published_at=datetime.now(UTC))

    # On his phone Pete types, letter by letter, what nobody has written yet.
    phone = new_page(pete, width=390)
    phone.goto("/partner/assets/")
    search = phone.get_by_label("Search titles, texts and files")
    search.press_sequentially("Kubernetes", delay=60)
    search.press("Enter")
    expect(phone.get_by_text("Nothing here matches “Kubernetes”.")).to_be_visible()
    assert not overflows(phone)
    assert accessibility_violations(phone) == []

    # He asks for it: the question is begun for him, and is his to change.
    phone.get_by_role("link", name="Ask for it").click()
    message = phone.get_by_label("Message", exact=True)
    expect(message).to_have_value(
        "I looked for “Kubernetes” in the library and found nothing. Is there something about it?"
    )
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("I looked for “Kubernetes” in the library").first).to_be_visible()
    assert list(VainSearch.objects.values_list("text", "times")) == [("kubernetes", 1)]

    # Victor finds it among what partners miss, and writes it.
    desk = new_page(victor)
    desk.goto("/vendor/content-health/")
    desk.get_by_role("link", name="Looked for in vain").click()
    row = desk.get_by_role("row").filter(has_text="kubernetes")
    expect(row.get_by_role("link", name="Pinewood")).to_be_visible()
    assert accessibility_violations(desk) == []
    row.get_by_role("link", name="Write it").click()
    expect(desk.get_by_role("textbox", name="Title").first).to_have_value("kubernetes")
    desk.get_by_role("textbox", name="Title").first.fill("Kubernetes in plain words")
    desk.get_by_role("textbox", name="Text", exact=True).fill("It runs containers, on many machines at once.")
    desk.get_by_role("button", name="Save as draft").click()
    expect(desk.get_by_role("heading", level=1, name="Kubernetes in plain words")).to_be_visible()
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.get_by_text("Published", exact=True).first).to_be_visible()

    # Pete finds it, and nobody misses it any more.
    phone.goto("/partner/assets/?q=kubernetes")
    expect(phone.get_by_role("link", name="Kubernetes in plain words").first).to_be_visible()
    assert VainSearch.objects.get().times == 1
