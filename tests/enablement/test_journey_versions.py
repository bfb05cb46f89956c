"""Versions of a journey: drafted, published, and kept by whoever is under way on one."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import VersionState
from core.services import outbox, versions
from core.services.versions import Conflict, NothingChanged, Retired
from enablement.models import Enrollment, EnrollmentState, JourneyStep, JourneyVersion, StepProgress
from enablement.queries import journey_versions as reads
from enablement.services import enrollments, entering, journeys
from tests.factories.journeys import EnrollmentFactory, JourneyFactory, JourneyStepFactory, version_of


def titles(version: JourneyVersion) -> list[str]:
    return list(version.steps.order_by("position").values_list("title", flat=True))


@pytest.fixture
def journey(db):
    """A published journey of two steps."""
    journey = JourneyFactory(name="Onboarding")
    for title in "AB":
        JourneyStepFactory(journey=journey, title=title)
    return journey


@pytest.fixture
def renewed(journey, victor, now):
    """The same journey with a second version, of three steps."""
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="C")
    journeys.publish(journey=journey, by=victor, at=now, note="One step more")
    return journey


# --- drafting


def test_a_draft_begins_as_a_copy_of_what_is_published(journey, victor, now):
    draft = journeys.draft_of(journey=journey, by=victor, at=now)

    assert (draft.number, draft.state, titles(draft)) == (2, VersionState.DRAFT, ["A", "B"])
    assert journeys.draft_of(journey=journey, by=victor, at=now) == draft


def test_a_draft_changes_nothing_for_partners(journey, victor, pete, now, client_of):
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="Only drafted")

    page = client_of(pete).get(reverse("partner:journey-detail", args=[journey.public_id])).text

    assert "Only drafted" not in page


def test_a_discarded_draft_takes_its_steps_along(journey, victor, now):
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="C")

    assert journeys.discard_draft(journey=journey, by=victor, at=now)
    assert not journeys.discard_draft(journey=journey, by=victor, at=now)
    assert [titles(one) for one in journey.versions.all()] == [["A", "B"]]


def test_a_retired_journey_gets_no_draft_until_it_is_offered_again(journey, victor, now):
    journeys.retire(journey=journey, by=victor, at=now)
    with pytest.raises(Retired):
        journeys.draft_of(journey=journey, by=victor, at=now)

    journeys.restore(journey=journey, by=victor, at=now)

    assert journeys.draft_of(journey=journey, by=victor, at=now).number == 2


# --- publishing


def test_publishing_supersedes_and_a_second_time_does_nothing(renewed, victor, now):
    states = dict(renewed.versions.values_list("number", "state"))

    assert states == {1: VersionState.SUPERSEDED, 2: VersionState.PUBLISHED}
    assert not journeys.publish(journey=renewed, by=victor, at=now)


def test_a_draft_that_says_the_same_is_refused(journey, victor, now):
    journeys.draft_of(journey=journey, by=victor, at=now)

    with pytest.raises(NothingChanged):
        journeys.publish(journey=journey, by=victor, at=now)


def test_another_order_is_something_new(journey, victor, now):
    draft = journeys.draft_of(journey=journey, by=victor, at=now)
    journeys.move_step(step=draft.steps.get(title="B"), by=victor, at=now, places=-1)

    assert journeys.publish(journey=journey, by=victor, at=now)


def test_a_draft_somebody_else_wrote_on_is_not_published_unseen(journey, victor, now):
    draft = journeys.draft_of(journey=journey, by=victor, at=now)
    versions.save_draft(version=draft, by=victor, at=now, changes={"note": "Not yet"})

    with pytest.raises(Conflict):
        journeys.publish(journey=journey, by=victor, at=now, expected=draft.version - 1)


@pytest.mark.parametrize("change", ["insert", "update", "delete", "move in"])
def test_the_database_lets_nobody_touch_published_steps(journey, victor, now, change):
    published = version_of(journey)
    step = published.steps.get(title="A")
    draft = journeys.draft_of(journey=journey, by=victor, at=now)
    ways = {
        "insert": lambda: JourneyStep.objects.create(journey_version=published, position=9, kind="task", title="X"),
        "update": lambda: JourneyStep.objects.filter(pk=step.pk).update(title="X"),
        "delete": step.delete,
        "move in": lambda: draft.steps.filter(title="A").update(journey_version=published, position=9),
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        ways[change]()


# --- walking


def test_who_is_under_way_keeps_the_version_they_began_with(journey, victor, pete, now):
    walk = enrollments.enroll(journey=journey, partner=pete.person.partner, at=now)

    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="C")
    journeys.publish(journey=journey, by=victor, at=now)
    for step in walk.journey_version.steps.all():
        journeys.complete_step(enrollment=walk, step=step, person=pete.person, by=pete, at=now)

    walk.refresh_from_db()
    assert (walk.journey_version.number, walk.state) == (1, EnrollmentState.COMPLETED)


def test_new_walks_follow_the_new_version(renewed, oakhurst, now):
    assert enrollments.enroll(journey=renewed, partner=oakhurst, at=now).journey_version.number == 2


def test_an_audience_is_enrolled_on_the_published_version(renewed, pinewood, now):
    entering.follow(partner_ids=[pinewood.pk], at=now)

    assert [(one.journey_version.number, one.partner) for one in Enrollment.objects.all()] == [(2, pinewood)]


def test_a_step_of_a_version_one_is_not_on_cannot_be_done(journey, victor, pete, now, client_of):
    enrollments.enroll(journey=journey, partner=pete.person.partner, at=now)
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="C")
    journeys.publish(journey=journey, by=victor, at=now)
    newer = version_of(journey).steps.get(title="C")

    answer = client_of(pete).post(reverse("partner:step-complete", args=[journey.public_id, newer.public_id]))

    assert answer.status_code == 404
    assert not StepProgress.objects.exists()


def test_a_journey_offered_again_enrolls_its_audience(journey, victor, pinewood, now):
    journeys.retire(journey=journey, by=victor, at=now)

    journeys.restore(journey=journey, by=victor, at=now)
    outbox.deliver_due(at=now)

    assert Enrollment.objects.get().partner == pinewood


# --- what differs


def test_steps_are_compared_by_their_title(journey, victor, now):
    draft = journeys.draft_of(journey=journey, by=victor, at=now)
    journeys.change_step(step=draft.steps.get(title="A"), by=victor, at=now, changes={"minutes": 9})
    journeys.remove_step(step=draft.steps.get(title="B"), by=victor, at=now)
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="C")
    after = reads.steps_in(draft)
    before = reads.steps_in(journey.versions.get(number=1))

    seen = [(one.step.title, one.is_new, one.is_changed) for one in reads.compared(after, against=before)]

    assert seen == [("A", False, True), ("C", True, False)]


# --- pages


def test_the_steps_of_a_published_journey_are_changed_through_a_draft(journey, victor, pinewood, now, client_of):
    EnrollmentFactory(journey=journey, partner=pinewood)
    client = client_of(victor)
    place = [journey.public_id]

    client.post(reverse("vendor:journey-draft", args=place))
    client.post(reverse("vendor:step-add", args=place), {"kind": "task", "title": "Call us"})
    review = client.get(reverse("vendor:journey-publish", args=place)).text
    after = client.post(reverse("vendor:journey-publish", args=place), {"note": "A call"}, follow=True).text

    assert "1 partner is under way" in review
    assert "Call us" in review
    assert "1 partner under way stays on the version it began with" in after
    assert titles(journey.versions.get(state=VersionState.PUBLISHED)) == ["A", "B", "Call us"]


def test_a_step_of_a_published_version_has_no_editor(journey, victor, client_of):
    step = version_of(journey).steps.get(title="A")
    client = client_of(victor)

    for name, ask in (("step-edit", client.get), ("step-remove", client.post)):
        assert ask(reverse(f"vendor:{name}", args=[journey.public_id, step.public_id])).status_code == 404


def test_a_journey_without_a_draft_leads_back_to_its_page(journey, victor, client_of):
    for name in ("journey-draft", "journey-publish"):
        answer = client_of(victor).get(reverse(f"vendor:{name}", args=[journey.public_id]))

        assert answer.headers["Location"] == reverse("vendor:journey-detail", args=[journey.public_id])


def test_history_says_who_is_on_which_version(renewed, pinewood, oakhurst, victor, client_of):
    first = renewed.versions.get(number=1)
    EnrollmentFactory(journey=renewed, journey_version=first, partner=pinewood)
    EnrollmentFactory(journey=renewed, journey_version=first, partner=oakhurst, state=EnrollmentState.COMPLETED)

    rows = {one.number: (one.began, one.under_way, one.note) for one in reads.published_versions(renewed)}
    page = client_of(victor).get(reverse("vendor:journey-version", args=[renewed.public_id, 1])).text

    assert rows == {1: (2, 1, ""), 2: (0, 0, "One step more")}
    assert "Onboarding, version 1" in page


def test_a_partner_sees_which_version_they_are_on(renewed, pete, client_of):
    EnrollmentFactory(journey=renewed, journey_version=renewed.versions.get(number=1), partner=pete.person.partner)

    page = client_of(pete).get(reverse("partner:journey-detail", args=[renewed.public_id])).text

    assert "You are on version 1." in page
    assert "There is a newer one by now" in page


def test_somebody_who_reads_sees_no_draft(journey, vera, victor, now, client_of):
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="Only drafted")
    client = client_of(vera)

    assert "Only drafted" not in client.get(reverse("vendor:journey-detail", args=[journey.public_id])).text
    assert client.get(reverse("vendor:journey-draft", args=[journey.public_id])).status_code == 403
