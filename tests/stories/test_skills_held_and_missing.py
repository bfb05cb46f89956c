"""Victor asks for a skill, Pete says he can do it, Vera confirms less, and the table shows where nobody can."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from partners.models import Assignment, Partner
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """Victor and Vera at the vendor; Pete at Pinewood, Olga at Oakhurst, both looked after by Vera."""
    pinewood, oakhurst = (
        Partner.objects.create(name=name, country="DE", status="active") for name in ("Pinewood", "Oakhurst")
    )
    vera = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    for partner in (pinewood, oakhurst):
        Assignment.objects.create(partner=partner, user=vera, starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    return {
        "victor": VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN),
        "vera": vera,
        "pete": person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example"),
        "olga": person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example"),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_asked_told_confirmed_and_missing(people: dict[str, User], new_page: Callable[..., Page]) -> None:
    # Victor asks for a skill and says what its levels mean.
    victor = new_page(people["victor"])
    victor.goto("/vendor/skills/")
    victor.get_by_role("link", name="New skill").click()
    victor.get_by_label("Name").first.fill("Solution design")
    victor.get_by_label("Working means").fill("Changes a design that stands.")
    victor.get_by_label("Expert means").fill("Reviews the designs of others.")
    assert accessibility_violations(victor) == []
    victor.get_by_role("button", name="Save").click()
    victor.get_by_role("button", name="Publish").click()
    expect(victor.get_by_text("Published. Partners see it.")).to_be_visible()
    assert accessibility_violations(victor) == []

    # Pete, on his phone, says that he is an expert.
    pete = new_page(people["pete"], width=390)
    pete.goto("/partner/skills/")
    assert accessibility_violations(pete) == []
    assert not overflows(pete)
    pete.get_by_role("link", name="I can do this").click()
    pete.get_by_label("Expert: Reviews the designs of others.").check()
    assert accessibility_violations(pete) == []
    assert not overflows(pete)
    pete.get_by_role("button", name="Save").click()
    expect(pete.get_by_role("listitem").filter(has_text="told, since").first).to_be_visible()

    # Vera confirms less, and says how she knows; Pete hears of it and sees both.
    vera = new_page(people["vera"])
    vera.goto("/vendor/skills/coverage/")
    expect(vera.get_by_text("nobody")).to_have_count(1)
    assert accessibility_violations(vera) == []
    vera.get_by_role("link", name="Pinewood").click()
    vera.get_by_role("link", name="Confirm a skill").click()
    vera.get_by_label("Person").select_option(label="Pete Pratt")
    vera.get_by_label("Skill").select_option(label="Solution design")
    vera.get_by_label("Level").select_option(label="Working")
    vera.get_by_label("Note").fill("Changed one of ours in a workshop.")
    vera.get_by_role("button", name="Confirm").click()
    expect(vera.get_by_text("confirmed by Vera Vance")).to_be_visible()
    mail.outbox.clear()
    while outbox.deliver_due(at=datetime.now(UTC)):
        pass
    assert [one.to for one in mail.outbox] == [["pete@pinewood.example"]]
    pete.reload()
    mine = pete.get_by_role("region", name="Yours")
    expect(mine.get_by_text("confirmed by Vera Vance")).to_be_visible()
    expect(mine.get_by_text("told, since")).to_be_visible()
