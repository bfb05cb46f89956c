"""The pages of journeys: the builder, what partners hand in, and who is where."""

import importlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enablement.models import Entry, JourneyStep, StepAnswers, StepKind, StepMeeting, StepProgress, StepProof
from enablement.queries import drop_off, onboarding, progress
from enablement.queries.journey_versions import steps_in
from enablement.services import enrollments, journeys
from tests.factories.accounts import VendorUserFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.enablement import AssetFactory
from tests.factories.journeys import (
    EnrollmentFactory,
    JourneyFactory,
    JourneyStepFactory,
    JourneyVersionFactory,
    StepProgressFactory,
    StepProofFactory,
    version_of,
)
from tests.factories.partners import CategoryFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def draft():
    """A journey being written, with one step."""
    journey = JourneyFactory(published_at=None, name="Welcome")
    JourneyStepFactory(journey=journey, title="Say hello")
    return journey


def drafted(journey, title):
    return version_of(journey).steps.get(title=title)


# --- the builder


def test_a_step_is_chosen_by_kind_then_asked_for_what_it_needs(draft, victor, client_of):
    client, add = client_of(victor), reverse("vendor:step-add", args=[draft.public_id])

    kinds = client.get(add).text
    form = client.get(add, {"kind": "task"}).text

    assert all(f"?kind={kind}" in kinds for kind in StepKind.values)
    assert "What shows that it is done" in form
    assert "Or instead" not in form


def test_a_form_is_written_and_keeps_its_questions_when_changed(draft, victor, client_of):
    client = client_of(victor)
    said = {"kind": "form", "title": "About you", "q0_text": "Who sells?", "q0_kind": "text", "q0_is_required": "on",
            "q1_text": "Where?", "q1_kind": "choice", "q1_choices": "France\nSpain"}  # fmt: skip
    client.post(reverse("vendor:step-add", args=[draft.public_id]), said)
    step = drafted(draft, "About you")
    edit = reverse("vendor:step-edit", args=[draft.public_id, step.public_id])
    keys = [one["key"] for one in step.questions]

    shown = client.get(edit).text
    client.post(edit, said | {"q0_key": keys[0], "q1_key": keys[1], "q1_text": "Where first?"})

    assert "France\nSpain" in shown
    step.refresh_from_db()
    assert [one["key"] for one in step.questions] == keys
    assert [one["text"] for one in step.questions] == ["Who sells?", "Where first?"]


def test_a_form_without_questions_says_so_and_loses_nothing(draft, victor, client_of):
    response = client_of(victor).post(
        reverse("vendor:step-add", args=[draft.public_id]), {"kind": "form", "title": "About you"}
    )

    assert response.status_code == 422
    assert "Write at least one question." in response.text
    assert 'value="About you"' in response.text


def test_prerequisites_media_and_days_are_written(draft, victor, client_of):
    read, watch = AssetFactory(), AssetFactory()
    client_of(victor).post(
        reverse("vendor:step-add", args=[draft.public_id]),
        {"kind": "content", "title": "Learn", "asset": read.pk, "instead_1": watch.pk, "due_days": 5,
         "due_from": "previous", "needs": [str(drafted(draft, "Say hello").key)]},
    )  # fmt: skip

    step = drafted(draft, "Learn")
    assert (step.alternative_ids, step.due_from) == ([watch.pk], "previous")
    assert step.needs == [drafted(draft, "Say hello").key]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"below": "50"}, 422),
        ({"measure": "tech_savviness", "below": "40"}, 302),
        ({"name": "Newcomers"}, 302),
        ({"measure": "tech_savviness", "below": "40", "name": "Newcomers"}, 422),
        ({"measure": "tech_savviness", "below": ""}, 422),
    ],
)
def test_a_branch_is_for_one_thing(draft, victor, client_of, said, status):
    response = client_of(victor).post(reverse("vendor:branch-add", args=[draft.public_id]), said)

    assert response.status_code == status
    if status == 302:
        assert "only_for=" in response["Location"]
        assert client_of(victor).get(response["Location"]).status_code == 200


def test_who_is_enrolled_is_said_in_the_draft(draft, victor, client_of):
    category = CategoryFactory()
    address = reverse("vendor:journey-entry", args=[draft.public_id])
    client = client_of(victor)
    missing = client.post(address, {"entry": "category", "on_leaving": "pause"})
    client.post(address, {"entry": "category", "entry_category": category.pk, "on_leaving": "pause"})

    assert (missing.status_code, "Choose which one." in missing.text) == (422, True)
    version = version_of(draft)
    assert (version.entry, version.entered, version.on_leaving) == (Entry.CATEGORY, category, "pause")


def test_the_preview_shows_the_steps_of_chosen_segments(draft, victor, gold, client_of):
    JourneyStepFactory(journey=draft, title="Only for gold", only_for=gold)
    address, client = reverse("vendor:journey-preview", args=[draft.public_id]), client_of(victor)

    assert "Only for gold" not in client.get(address).text
    assert "Only for gold" in client.get(address, {"segments": gold.pk}).text


def test_partners_under_way_are_moved_with_publishing_when_that_is_chosen(victor, pinewood, client_of, now):
    journey = JourneyFactory()
    JourneyStepFactory(journey=journey, title="A")
    walk = EnrollmentFactory(journey=journey, partner=pinewood)
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="B")

    client_of(victor).post(reverse("vendor:journey-publish", args=[journey.public_id]), {"note": "B", "move": "on"})

    walk.refresh_from_db()
    assert walk.journey_version.number == 2


def test_those_who_stayed_are_moved_later(victor, pinewood, client_of, now):
    journey = JourneyFactory()
    JourneyStepFactory(journey=journey, title="A")
    walk = EnrollmentFactory(journey=journey, partner=pinewood)
    journeys.add_step(journey=journey, by=victor, at=now, kind="task", title="B")
    journeys.publish(journey=journey, by=victor, at=now)
    client = client_of(victor)

    assert "1 partner is under way" in client.get(reverse("vendor:journey-versions", args=[journey.public_id])).text
    client.post(reverse("vendor:journey-move", args=[journey.public_id]))

    walk.refresh_from_db()
    assert walk.journey_version.number == 2


# --- what partners do


@pytest.fixture
def begin(pinewood, now):
    """Return a function that puts Pinewood on a journey of one step, and gives the step's page."""

    def page(**fields):
        step = JourneyStepFactory(**fields)
        journey = step.journey_version.definition
        walk = EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)
        return walk, step, reverse("partner:step-detail", args=[journey.public_id, step.public_id])

    return page


def test_a_proof_is_handed_in_confirmed_and_its_file_only_for_those_concerned(
    begin, pete, olga, vera, vincent, client_of
):
    walk, _step, page = begin(proof="file", confirmed_by="vendor", title="Run a demo")
    nothing = client_of(pete).post(page, {"text": "Lyon Metal"})
    assert (nothing.status_code, "Lyon Metal" in nothing.text) == (422, True)

    client_of(pete).post(page, {"file": SimpleUploadedFile("demo.txt", b"Shown."), "text": "Lyon Metal"})

    proof = StepProof.objects.get()
    own, ours = (
        reverse("partner:proof-file", args=[proof.public_id]),
        reverse("vendor:proof-file", args=[proof.public_id]),
    )
    assert client_of(pete).get(own).status_code == 200
    assert client_of(olga).get(own).status_code == 404
    assert client_of(vincent).get(ours).status_code == 404
    assert client_of(vera).get(ours)["X-Content-Type-Options"] == "nosniff"

    decide, client = reverse("vendor:proof-decide", args=[proof.public_id]), client_of(vera)
    assert "Run a demo" in client.get(reverse("vendor:walk-list")).text
    assert client.post(decide, {"act": "return"}).status_code == 422
    client.post(decide, {"act": "confirm", "reply": "Good."})
    assert StepProgress.objects.get().enrollment == walk


def test_an_executive_reads_and_decides_nothing(begin, pete, client_of):
    erin = VendorUserFactory(role="executive")
    walk, step, _page = begin(confirmed_by="vendor")
    proof = StepProofFactory(enrollment=walk, step=step)
    read, decide = (reverse(f"vendor:proof-{what}", args=[proof.public_id]) for what in ("detail", "decide"))

    assert client_of(erin).get(read).status_code == 200
    assert client_of(erin).post(decide, {"act": "confirm"}).status_code == 403


def test_questions_are_answered_and_mistakes_stand_at_them(begin, pete, vera, client_of):
    questions = [
        {"key": "who", "text": "Who sells?", "kind": "text", "choices": [], "is_required": True, "attribute": ""},
        {"key": "sold", "text": "Sold before?", "kind": "yes_no", "choices": [], "is_required": True, "attribute": ""},
    ]
    walk, _step, page = begin(kind=StepKind.FORM, questions=questions)
    wrong = client_of(pete).post(page, {"who": "Pete"})
    assert (wrong.status_code, "Pete</textarea>" in wrong.text) == (422, True)

    client_of(pete).post(page, {"who": "Pete", "sold": "no"})

    assert StepAnswers.objects.get().answers == {"who": "Pete", "sold": False}
    assert "Sold before?" in client_of(vera).get(reverse("vendor:walk-detail", args=[walk.public_id])).text


def test_a_meeting_is_proposed_agreed_and_held_from_both_sides(begin, paula, vera, client_of):
    walk, step, page = begin(kind=StepKind.MEETING, title="Kick-off")
    theirs = reverse("vendor:walk-meeting", args=[walk.public_id, step.public_id])
    moment = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    wrong = client_of(vera).post(theirs, {"act": "propose", "moment_1": "2020-01-01T10:00"})
    assert (wrong.status_code, "still to come" in wrong.text) == (422, True)

    client_of(vera).post(theirs, {"act": "propose", "moment_1": moment.strftime("%Y-%m-%dT%H:%M")})
    meeting = StepMeeting.objects.get()
    assert "Vera" in client_of(paula).get(page).text
    client_of(paula).post(page, {"act": "agree", "moment": meeting.proposals[0].isoformat()})
    client_of(paula).post(page, {"act": "held", "held_on": timezone.localdate().isoformat()})

    meeting.refresh_from_db()
    assert meeting.agreed_at is not None
    assert StepProgress.objects.get().step == step


def test_a_step_of_another_branch_is_not_found(begin, pete, gold, client_of):
    _walk, _step, page = begin(kind=StepKind.MEETING, only_for=gold)

    assert client_of(pete).get(page).status_code == 404


def test_who_did_what_is_shown_to_colleagues(begin, paula, pete, client_of):
    walk, step, _page = begin(title="Say hello")
    StepProgressFactory(enrollment=walk, step=step, person=pete.person)

    first = progress.team(partner=walk.partner, user=paula)[0]
    assert (first.person.name, first.done) == ("Pete Pratt", 1)
    assert "Pete Pratt" in client_of(paula).get(reverse("partner:journey-team")).text


def test_a_journey_for_admins_is_not_seen_by_their_colleagues(paula, pete, pinewood, client_of):
    journey = JourneyFactory(admins_only=True)
    JourneyStepFactory(journey=journey)
    EnrollmentFactory(journey=journey, partner=pinewood)
    address = reverse("partner:journey-detail", args=[journey.public_id])

    assert [client_of(one).get(address).status_code for one in (paula, pete)] == [200, 404]


# --- who is where


@pytest.mark.parametrize(
    ("quiet", "due_days", "is_stuck", "is_late"), [(0, 20, False, False), (22, 30, True, False), (10, 9, True, True)]
)
def test_who_is_late_or_quiet_for_long_is_stuck(pinewood, vera, now, quiet, due_days, is_stuck, is_late):
    step = JourneyStepFactory(due_days=due_days)
    journey = step.journey_version.definition
    EnrollmentFactory(journey=journey, partner=pinewood, started_at=now - timedelta(days=quiet))

    standing = next(iter(progress.standings(progress.walks(user=vera)).values()))

    assert (standing.is_stuck(at=now, today=now.date()), standing.is_late(now.date())) == (is_stuck, is_late)


def test_a_step_due_from_the_one_before_has_no_day_until_that_is_done(pinewood, pete, vera, now):
    first = JourneyStepFactory(title="A")
    journey = first.journey_version.definition
    JourneyStepFactory(journey=journey, title="B", due_days=3, due_from="previous")
    walk = EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)

    def days():
        return [one.due_on for one in progress.standings(progress.walks(user=vera)).values()]

    before = days()

    enrollments.complete_step(enrollment=walk, step=first, person=pete.person, by=pete, at=now + timedelta(days=4))

    assert (before, days()) == ([None], [(now + timedelta(days=7)).date()])


@pytest.mark.parametrize("show", progress.SHOWS)
def test_the_list_asks_the_same_however_many_are_on_it(vera, victor, pinewood, oakhurst, client_of, now, show):
    for partner in (pinewood, oakhurst):
        for _ in range(3):
            step = JourneyStepFactory(confirmed_by="vendor")
            walk = EnrollmentFactory(journey=step.journey_version.definition, partner=partner, started_at=now)
            StepProofFactory(enrollment=walk, step=step)
    address, client = reverse("vendor:walk-list"), client_of(victor)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as bare:
        client.get(reverse("vendor:touch-create"))

    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, {"show": show, "whose": "all"}).status_code == 200

    shell = len(bare) - 1
    assert len(asked) - shell <= MOST_QUERIES, [one["sql"][:90] for one in asked]


def test_strangers_find_no_walk(vincent, pinewood, client_of):
    walk = EnrollmentFactory(partner=pinewood)
    client = client_of(vincent)

    assert client.get(reverse("vendor:walk-detail", args=[walk.public_id])).status_code == 404
    assert client.post(reverse("vendor:walk-stop", args=[walk.public_id])).status_code == 404


# --- figures


def test_where_partners_left_and_how_long_steps_took(pinewood, oakhurst, victor, vera, now):
    first = JourneyStepFactory(title="A")
    journey = first.journey_version.definition
    JourneyStepFactory(journey=journey, title="B")
    walks = [EnrollmentFactory(journey=journey, partner=one, started_at=now) for one in (pinewood, oakhurst)]
    for days, walk in zip((2, 6), walks, strict=True):
        at = now + timedelta(days=days)
        enrollments.complete_step(enrollment=walk, step=first, person=None, by=None, at=at)
    enrollments.stop(enrollment=walks[0], by=vera, at=now)

    stages = drop_off.of_version(version=version_of(journey), steps=steps_in(version_of(journey)), user=victor)

    assert [(one.entered, one.done, one.waiting, one.left, one.median_days) for one in stages] == [
        (2, 2, 0, 0, 4.0),
        (2, 0, 1, 1, None),
    ]


def test_days_to_the_first_deal_count_from_the_beginning(pinewood, oakhurst, victor, now):
    journey = JourneyFactory(onboards=CategoryFactory())
    for partner, opened, won in ((pinewood, 10, 30), (oakhurst, -5, None)):
        EnrollmentFactory(journey=journey, partner=partner, started_at=now)
        day = now.date() + timedelta(days=opened)
        closed = {"stage": "won", "closed_on": now.date() + timedelta(days=won)} if won else {}
        DealParticipantFactory(deal=DealFactory(opened_on=day, **closed), partner=partner)

    found = onboarding.of_journey(journey, user=victor)

    assert found == onboarding.FirstDeals(began=1, opened=1, days_to_open=10.0, won=1, days_to_win=30.0)
    assert onboarding.of_journey(JourneyFactory(), user=victor) is None


def test_keys_of_steps_were_given_by_title(pinewood):
    migration = importlib.import_module("enablement.migrations.0004_journeys_branch_and_prove")
    journey = JourneyFactory()
    before = [JourneyStepFactory(journey=journey, title=title) for title in ("A", "A", "B")]
    later = JourneyVersionFactory(definition=journey, published_at=None)
    after = [JourneyStepFactory(journey_version=later, title=title) for title in ("A", "A", "C")]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.SAME_KEY)

    keys = dict(JourneyStep.objects.values_list("pk", "key"))
    assert [keys[one.pk] for one in after[:2]] == [keys[one.pk] for one in before[:2]]
    assert keys[after[2].pk] != keys[before[2].pk]
