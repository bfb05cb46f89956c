"""Two partners are under way; a figure of one changes, and its steps follow within seconds. The other's stay."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from enablement.models import Enrollment, Journey
from enablement.services import journeys
from partners.models import Assignment, Partner
from partners.services import partners
from segmentation.services import recompute, segments
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.stories.program import all_of, rule

#: Rounds of a second in which the worker has to have followed.
ROUNDS = 30


@pytest.fixture
def journey(transactional_db: None) -> Journey:
    """A journey with a branch for large partners, and one for small ones."""
    at = datetime.now(UTC)
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    large, small = (
        segments.define(key=key, name=name, by=victor, at=at, criteria=all_of(rule("employees", operator, 50)))
        for key, name, operator in (("large", "Large partners", ">="), ("small", "Small partners", "<"))
    )
    made = journeys.create(by=victor, at=at, name="Ready to sell")
    add: dict[str, Any] = {"journey": made, "by": victor, "at": at}
    journeys.add_step(kind="task", title="Complete your profile", **add)
    journeys.add_step(kind="task", title="Call us with your questions", only_for=small, **add)
    journeys.add_step(kind="task", title="Name a team for rollouts", only_for=large, **add)
    journeys.publish(journey=made, by=victor, at=at)
    return made


def steps_on(page: Page) -> Any:
    """Return the titles of the steps a page shows."""
    return page.get_by_role("list").get_by_role("heading", level=3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_a_segment_change_rebranches(journey: Journey, live_worker: Any, new_page: Callable[..., Page]) -> None:
    at = datetime.now(UTC)
    pinewood, oakhurst = (
        Partner.objects.create(name=name, country="FR", status="active", employees=20)
        for name in ("Pinewood", "Oakhurst")
    )
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example", is_admin=True)
    olga: User = person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example", is_admin=True)
    vera: User = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=at)
    recompute.everything(at=at)
    outbox.deliver_due(at=datetime.now(UTC))
    assert Enrollment.objects.filter(journey=journey).count() == 2

    # Both are small: the same list. Paula does two of her steps' first.
    address = f"/partner/journeys/{journey.public_id}/"
    page, other = new_page(paula), new_page(olga, width=390)
    small = ["Complete your profile", "Call us with your questions"]
    for one in (page, other):
        one.goto(address)
        expect(steps_on(one)).to_have_text(small)
    page.get_by_role("button", name=re.compile("^Mark as done ?: Call us with your questions")).click()
    expect(page.get_by_text("1 of 2 steps")).to_be_visible()

    # Pinewood has grown. The worker sees it, and within seconds its list is another one; what is done stays.
    partners.update(partner=pinewood, by=vera, at=datetime.now(UTC), changes={"employees": 80})
    grown = [*small, "Name a team for rollouts"]
    for _ in range(ROUNDS):
        page.goto(address)
        if steps_on(page).count() == len(grown):
            break
        page.wait_for_timeout(1_000)
    expect(steps_on(page)).to_have_text(grown)
    expect(page.get_by_text("1 of 3 steps")).to_be_visible()
    assert accessibility_violations(page) == []
    other.goto(address)
    expect(steps_on(other)).to_have_text(small)
    expect(other.get_by_text("0 of 2 steps")).to_be_visible()
    assert not overflows(other)

    # Vera sees where it stands, and which step is of the branch.
    desk = new_page(vera)
    desk.goto("/vendor/")
    desk.get_by_role("link", name="On journeys").first.click()
    desk.get_by_role("link", name=re.compile("^Pinewood ?: Ready to sell")).click()
    expect(desk.get_by_text("Large partners")).to_be_visible()
    expect(desk.get_by_text("1 of 3 steps")).to_be_visible()
    assert accessibility_violations(desk) == []
