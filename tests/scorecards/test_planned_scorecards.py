"""A scorecard's next version is planned for a day: it measures from that day on, as it stood when it was planned."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from core.models import VersionState
from core.services import outbox, program, versions
from partners.models import Partner, PlannedPublication
from partners.services import publications
from scorecards.models import Score, Scorecard, ScorecardVersion, ScoreRun
from scorecards.services import scorecards, scores
from tests.factories.scorecards import publish_metrics

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
ClientOf = Callable[[User], Client]
FIRST_OF_APRIL = date(2030, 4, 1)
ON_THE_DAY = datetime(2030, 4, 1, 12, tzinfo=UTC)
QUERIES_PER_PAGE = 12


@pytest.fixture
def draft(main: Scorecard, classified: list[Partner], victor: User, now: datetime) -> ScorecardVersion:
    """A draft that asks for half as many people as the published version, by which Pinewood has 40 points."""
    Partner.objects.update(employees=40)
    publish_metrics(main, {"key": "size", "name": "Size"})
    scores.recompute(partner_ids=None, at=now)
    made = scorecards.draft_of(scorecard=main, by=victor, at=now)
    scorecards.update_metric(metric=made.metrics.get(), by=victor, at=now, changes={"target": 50})
    made.refresh_from_db()
    return made


def plan(draft: ScorecardVersion, by: User, now: datetime, day: date = FIRST_OF_APRIL) -> PlannedPublication:
    """Plan a draft."""
    return publications.plan(version=draft, publish_on=day, by=by, at=now)


def deliver() -> None:
    """Let everything that was announced happen."""
    while outbox.deliver_due(at=ON_THE_DAY + timedelta(minutes=1)):
        pass


def address(scorecard: Scorecard, verb: str) -> str:
    """Return a page of a scorecard."""
    return reverse(f"vendor:scorecard-{verb}", args=[scorecard.public_id])


def test_it_measures_from_its_day_on(draft: ScorecardVersion, pinewood: Partner, victor: User, now: datetime) -> None:
    made = plan(draft, victor, now)
    assert not ScoreRun.objects.exists()

    assert publications.publish_due(at=ON_THE_DAY - timedelta(days=1)) == 0
    assert publications.publish_due(at=ON_THE_DAY) == 1
    assert publications.publish_due(at=ON_THE_DAY) == 0

    draft.refresh_from_db()
    made.refresh_from_db()
    assert (draft.state, draft.published_by, made.state) == (VersionState.PUBLISHED, victor, "published")
    assert ScoreRun.objects.count() == 1
    scores.recompute(partner_ids=None, at=ON_THE_DAY)
    assert Score.objects.get(partner=pinewood, is_current=True).value == 80
    deliver()
    assert [one.text for one in Notification.objects.filter(user=victor, kind="definition")] == [
        "Partner score was published, as planned for 1 April."
    ]


@pytest.mark.parametrize(
    ("zone", "first_minute"),
    [
        ("America/Los_Angeles", datetime(2030, 4, 1, 7, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2030, 3, 31, 15, tzinfo=UTC)),
    ],
)
def test_its_day_begins_in_the_programs_time_zone(
    zone: str, first_minute: datetime, draft: ScorecardVersion, victor: User, now: datetime
) -> None:
    program.update(by=victor, at=now, changes={"timezone": zone})
    plan(draft, victor, now)

    assert publications.publish_due(at=first_minute - timedelta(minutes=1)) == 0
    assert publications.publish_due(at=first_minute) == 1


def test_a_metric_changed_since_stops_it_and_its_writer_is_named(
    draft: ScorecardVersion, main: Scorecard, victor: User, rita: User, now: datetime
) -> None:
    made = plan(draft, victor, now)
    scorecards.update_metric(metric=draft.metrics.get(), by=rita, at=now, changes={"weight": 3})

    publications.publish_due(at=ON_THE_DAY)

    made.refresh_from_db()
    published = versions.published_of(main)
    assert published is not None
    assert (made.state, made.failure) == ("failed", "Rita Roth changed the draft after it was planned.")
    assert published.number != draft.number
    deliver()
    assert Notification.objects.get(user=victor, kind="definition").text.startswith("Partner score was not published")


@pytest.mark.parametrize("what", ["added", "removed", "ordered", "section"])
def test_every_change_of_a_part_is_one_of_the_draft(
    what: str, draft: ScorecardVersion, victor: User, now: datetime
) -> None:
    who: dict[str, Any] = {"by": victor, "at": now}
    section = draft.sections.get()
    second = scorecards.duplicate_metric(metric=draft.metrics.get(), **who)
    draft.refresh_from_db()
    made = plan(draft, victor, now)

    if what == "added":
        scorecards.add_section(version=draft, name="Another", **who)
    elif what == "removed":
        scorecards.remove_metric(metric=second, **who)
    elif what == "ordered":
        scorecards.move_metric(metric=second, places=-1, **who)
    else:
        scorecards.update_section(section=section, changes={"name": "Otherwise"}, **who)

    draft.refresh_from_db()
    assert draft.version != made.draft_version


def test_what_changes_nothing_leaves_the_plan(draft: ScorecardVersion, victor: User, now: datetime) -> None:
    made = plan(draft, victor, now)

    scorecards.update_metric(metric=draft.metrics.get(), by=victor, at=now, changes={"target": 50})
    scorecards.move_metric(metric=draft.metrics.get(), by=victor, at=now, places=1)

    draft.refresh_from_db()
    assert draft.version == made.draft_version


def test_a_draft_that_cannot_measure_is_not_planned(draft: ScorecardVersion, victor: User, now: datetime) -> None:
    scorecards.add_section(version=draft, name="Empty", by=victor, at=now)

    with pytest.raises(ValidationError, match="has no metrics"):
        plan(draft, victor, now)
    with pytest.raises(ValidationError, match="Choose a day after today"):
        plan(draft, victor, now, day=now.date())

    assert not PlannedPublication.objects.exists()
    assert not ScoreRun.objects.exists()


def test_one_that_was_retired_is_not_published(
    main: Scorecard, draft: ScorecardVersion, victor: User, now: datetime
) -> None:
    made = plan(draft, victor, now)
    Scorecard.objects.filter(pk=main.pk).update(is_main=False, retired_at=now)

    publications.publish_due(at=ON_THE_DAY)

    made.refresh_from_db()
    assert (made.state, made.failure) == ("failed", "Partner score is retired.")


def test_it_is_planned_and_taken_back_on_its_pages(
    draft: ScorecardVersion, main: Scorecard, victor: User, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(victor)
    said = {"act": "plan", "publish_on": "2030-04-01", "note": "Half as many.", "expected": draft.version}

    answer = client.post(address(main, "publish"), said)

    made = PlannedPublication.objects.get()
    assert (answer.status_code, made.publish_on, made.planned_by) == (302, FIRST_OF_APRIL, victor)
    assert "It is planned for" in client.get(address(main, "detail")).content.decode()
    for verb in ("detail", "draft", "publish"):
        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            page = client.get(address(main, verb)).content.decode()
        assert "lanned for 1 Apr" in page

    client.post(address(main, "unplan"))
    client.post(address(main, "unplan"))

    made.refresh_from_db()
    assert made.state == "withdrawn"
    assert "Take the plan back" not in client.get(address(main, "detail")).content.decode()


def test_no_day_and_a_past_day_are_told_at_the_field(
    draft: ScorecardVersion, main: Scorecard, victor: User, client_of: ClientOf
) -> None:
    for day, told in (("", "Choose the day from which it is to hold."), ("2030-03-18", "Choose a day after today")):
        answer = client_of(victor).post(
            address(main, "publish"), {"act": "plan", "publish_on": day, "note": "Kept", "expected": draft.version}
        )

        assert answer.status_code == 422
        assert told in answer.context["form"].errors["publish_on"][0]
        assert "Kept" in answer.content.decode()


def test_only_who_manages_scorecards_takes_a_plan_back(
    draft: ScorecardVersion, main: Scorecard, victor: User, vera: User, paula: User, client_of: ClientOf, now: datetime
) -> None:
    made = plan(draft, victor, now)

    assert client_of(vera).post(address(main, "unplan")).status_code == 403
    assert client_of(victor).get(address(main, "unplan")).status_code == 405
    client_of(paula).post(address(main, "unplan"))

    made.refresh_from_db()
    assert made.state == "planned"
