"""Victor connects the academy; it tells that Pete passed, and Pete's page, his partner's segment and Vera see it."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import VendorRole
from core.services import outbox
from enablement.models import Course, LearningStatement
from enablement.services import courses, lessons
from partners.models import Assignment, Partner
from partners.services import people as services
from segmentation.models import Segment
from segmentation.services import recompute, segments
from tests.browser.helpers import accessibility_violations, overflows
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.stories.program import all_of, rule

ROOT = Path(__file__).parents[2]
IRI = "https://learn.example.com/courses/42"


@pytest.fixture(autouse=True)
def _address(settings: Any, live_server: Any) -> None:
    """Let the portal know where it is reached."""
    settings.PUBLIC_URL = live_server.url


@pytest.fixture
def cast(transactional_db: None) -> dict[str, User]:
    """Victor and Vera at the vendor, who looks after Pinewood; Pete there, and a course that a segment asks for."""
    at = datetime.now(UTC) - timedelta(days=1)
    pinewood = Partner.objects.create(name="Pinewood", country="DE", status="active")
    victor = VendorUserFactory(name="Victor Voss", role=VendorRole.PROGRAM_ADMIN)
    vera = VendorUserFactory(name="Vera Vance", role=VendorRole.CAM)
    Assignment.objects.create(partner=pinewood, user=vera, starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    course = courses.create(by=victor, at=at, name="Basics", key="basics")
    lessons.add(course=course, by=victor, at=at, title="First", body="Read this.")
    courses.publish(course=course, by=victor, at=at)
    asked = {
        "collection": "courses",
        "aggregate": "count",
        "where": all_of(rule("course", "equals", "basics"), rule("completed", "is_true")),
        "operator": ">=",
        "value": 1,
    }
    segments.define(key="trained", name="Trained", by=victor, at=at, criteria=all_of(asked))
    return {
        "victor": victor, "vera": vera, "pete": person_at(pinewood, name="Pete Pratt", email="pete@pinewood.example"),
    }  # fmt: skip


def follow() -> None:
    """Let the workers do what waits for them."""
    for _each in range(3):
        recompute.everything(at=datetime.now(UTC))
        outbox.deliver_due(at=datetime.now(UTC) + timedelta(seconds=1))
        recompute.all_stale(at=datetime.now(UTC))


def commands() -> list[str]:
    """Return what the documentation tells to type."""
    (block,) = re.findall(r"```bash\n(.*?)```", (ROOT / "docs" / "xapi.md").read_text(), re.DOTALL)
    return re.split(r"\n(?=curl )", block.strip())


def type_in(command: str, hub: str, secret: tuple[str, str], *, instead: tuple[str, str] = ("", "")) -> str:
    """Type a command of the documentation into a shell, and return what comes back."""
    known = {"HUB": hub, "CLIENT_ID": secret[0], "CLIENT_SECRET": secret[1]}
    bash = shutil.which("bash") or "bash"
    done = subprocess.run(  # noqa: S603 - our own documentation
        [bash, "-c", command.replace(*instead)], env=os.environ | known, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def connect(page: Page) -> tuple[str, str]:
    """Make an integration as the empty page says, and return client id and secret."""
    page.goto("/vendor/learning-elsewhere/")
    expect(page.get_by_text("Nothing was told yet.")).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_role("link", name="Make an integration").click()
    page.locator("main input[name=name]").fill("Academy")
    page.locator("input[name=new_source]").fill("academy")
    page.locator("input[name=expires_on]").fill(f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}")
    page.locator("input[value='statements:write']").check()
    page.locator("input[value='statements:read']").check()
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("/api/xapi/")).to_be_visible()
    found = page.locator("dd code")
    return found.nth(0).inner_text(), found.nth(1).inner_text()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(not shutil.which("curl"), reason="It types what the documentation says, with curl.")
def test_passed_there_is_completed_here(cast: dict[str, User], new_page: Callable[..., Page], live_server: Any) -> None:
    hub = live_server.url
    victor = new_page(cast["victor"])
    secret = connect(victor)

    # The academy tells before anybody has said which course it means, and of somebody who is not known yet.
    tell, read = commands()
    type_in(tell, hub, secret)
    type_in(tell, hub, secret, instead=("pete@", "nora@"))
    assert "pete@pinewood.example" in type_in(read, hub, secret)
    follow()
    assert sorted(LearningStatement.objects.values_list("reason", flat=True)) == ["no_course", "no_course"]

    # Victor says it in the course's form.
    course = Course.objects.get()
    victor.goto(f"/vendor/courses/{course.public_id}/edit/")
    victor.get_by_label("Activity elsewhere").fill("courses/42")
    victor.get_by_role("button", name="Save").click()
    expect(victor.get_by_text("This must be an absolute IRI")).to_be_visible()
    assert victor.get_by_label("Activity elsewhere").input_value() == "courses/42"
    victor.get_by_label("Activity elsewhere").fill(IRI)
    victor.get_by_role("button", name="Save").click()
    expect(victor.get_by_text(IRI)).to_be_visible()
    follow()
    victor.get_by_role("link", name="What they told of it").click()
    expect(victor.get_by_role("row").filter(has_text="Pete Pratt").get_by_text("Counted")).to_be_visible()
    expect(victor.get_by_role("row").filter(has_text="nora@").get_by_text("Person not known")).to_be_visible()
    assert accessibility_violations(victor) == []

    # Pete finds it on his phone, with where it comes from.
    pete = new_page(cast["pete"], width=390)
    pete.goto("/partner/learning/")
    expect(pete.get_by_text("Learned elsewhere, as Academy told us")).to_be_visible()
    expect(pete.get_by_text("Completed on 18 March")).to_be_visible()
    pete.get_by_role("link", name="Basics").first.click()
    expect(pete.get_by_text("as Academy told us")).to_be_visible()
    assert accessibility_violations(pete) == []
    assert not overflows(pete)

    # Pinewood is in the segment that asks for the course; Vera sees what is about Pinewood, and nobody else.
    trained = Segment.objects.get(key="trained")
    assert trained.pk in Partner.objects.get().classification.segment_ids
    vera = new_page(cast["vera"], width=390)
    vera.goto("/vendor/learning-elsewhere/")
    expect(vera.get_by_text("Pete Pratt")).to_be_visible()
    expect(vera.get_by_text("nora@")).to_have_count(0)
    assert accessibility_violations(vera) == []
    assert not overflows(vera)
    vera.get_by_role("link", name="Pete Pratt").click()
    expect(vera.get_by_text("As it was told")).to_be_visible()
    assert accessibility_violations(vera) == []
    assert not overflows(vera)

    # Nora comes to Pinewood: what waited for her counts by itself.
    services.add(
        partner=Partner.objects.get(),
        by=cast["victor"],
        at=datetime.now(UTC),
        name="Nora",
        email="nora@pinewood.example",
    )
    follow()
    vera.goto("/vendor/learning-elsewhere/?outcome=counted")
    expect(vera.get_by_text("Nora")).to_be_visible()
