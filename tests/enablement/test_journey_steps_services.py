"""Steps that are more than a tick: what each asks, what comes before it, who says that it is done."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from core.refusals import Refusal
from core.services import outbox
from enablement.models import (
    JourneyStep,
    ProofState,
    StepAnswers,
    StepKind,
    StepMeeting,
    StepProgress,
    StepProof,
)
from enablement.services import enrollments, journeys, step_forms, step_meetings, step_proofs
from enablement.services.step_questions import MAX_QUESTIONS
from partners.models import AttributeDefinition, Touch
from tests.factories.enablement import AssetFactory
from tests.factories.journeys import (
    EnrollmentFactory,
    JourneyFactory,
    JourneyStepFactory,
    StepAnswersFactory,
    StepMeetingFactory,
    StepProofFactory,
    version_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    """A journey being written, of the steps A, B and C."""
    draft = JourneyFactory(published_at=None)
    for title in "ABC":
        JourneyStepFactory(journey=draft, title=title)
    return draft


def step(journey, title):
    return version_of(journey).steps.get(title=title)


@pytest.fixture
def walk_of(pinewood, now):
    """Return a function that puts Pinewood on a journey of one step."""

    def begin(**fields):
        made = JourneyStepFactory(**fields)
        journey = made.journey_version.definition
        return EnrollmentFactory(journey=journey, partner=pinewood, started_at=now), made

    return begin


# --- what comes before


def waits(journey, title, *others, by, at):
    keys = [step(journey, other).key for other in others]
    return journeys.change_step(step=step(journey, title), by=by, at=at, changes={"needs": keys})


def test_a_step_waits_for_others(draft, victor, now):
    assert waits(draft, "C", "B", "A", by=victor, at=now) == ["needs"]
    assert waits(draft, "C", "A", "B", by=victor, at=now) == []
    assert step(draft, "C").needs == [step(draft, "A").key, step(draft, "B").key]


def test_steps_do_not_wait_in_a_circle_and_the_way_is_told(draft, victor, now):
    waits(draft, "B", "A", by=victor, at=now)
    waits(draft, "C", "B", by=victor, at=now)

    with pytest.raises(Refusal, match="“C” → “B”"):
        waits(draft, "A", "C", by=victor, at=now)

    assert step(draft, "A").needs == []


@pytest.mark.parametrize("which", ["itself", "one of another journey"])
def test_a_step_waits_for_no_other_thing(draft, victor, now, which):
    here = step(draft, "A")
    key = here.key if which == "itself" else uuid4()

    with pytest.raises(Refusal):
        journeys.change_step(step=here, by=victor, at=now, changes={"needs": [key]})


def test_nobody_waits_for_a_step_that_was_taken_out(draft, victor, now):
    waits(draft, "C", "A", "B", by=victor, at=now)

    journeys.remove_step(step=step(draft, "A"), by=victor, at=now)

    assert step(draft, "C").needs == [step(draft, "B").key]


def test_a_step_is_refused_before_its_turn_and_says_what_comes_first(pinewood, pete, now):
    first = JourneyStepFactory(title="Sign the paper")
    journey = first.journey_version.definition
    second = JourneyStepFactory(journey=journey, title="Sell", needs=[first.key])
    walk = EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)
    tick = {"enrollment": walk, "person": pete.person, "by": pete, "at": now}

    with pytest.raises(Refusal, match="Sign the paper"):
        enrollments.complete_step(step=second, **tick)
    enrollments.complete_step(step=first, **tick)
    enrollments.complete_step(step=second, **tick)

    assert StepProgress.objects.count() == 2


def test_what_a_partner_does_not_walk_is_not_waited_for(pinewood, gold, pete, now):
    other = JourneyStepFactory(title="Introduction", only_for=gold)
    journey = other.journey_version.definition
    step = JourneyStepFactory(journey=journey, title="Sell", needs=[other.key])
    walk = EnrollmentFactory(journey=journey, partner=pinewood, started_at=now)

    enrollments.complete_step(enrollment=walk, step=step, person=pete.person, by=pete, at=now)

    assert StepProgress.objects.get().step == step


# --- media that do instead


def test_a_step_offers_other_assets_instead_once_each(draft, victor, now):
    read, watch = AssetFactory(), AssetFactory()

    added = journeys.add_step(
        journey=draft, by=victor, at=now, kind="content", title="Learn", asset=read,
        alternative_ids=[watch.pk, read.pk, watch.pk],
    )  # fmt: skip

    assert added.alternative_ids == [watch.pk]


def test_what_is_offered_instead_must_be_there_and_published(draft, victor, now):
    unseen = AssetFactory(published_at=None, title="Recording")
    content = {"journey": draft, "by": victor, "at": now, "kind": "content", "asset": AssetFactory()}
    with pytest.raises(Refusal):
        journeys.add_step(title="Learn", alternative_ids=[0], **content)
    journeys.add_step(title="Learn", alternative_ids=[unseen.pk], **content)

    with pytest.raises(Refusal, match="Recording"):
        journeys.publish(journey=draft, by=victor, at=now)


# --- proof


@pytest.mark.parametrize(("proof", "given"), [("text", {"text": " "}), ("link", {}), ("file", {"text": "Done"})])
def test_a_task_asks_for_its_proof(walk_of, pete, now, proof, given):
    walk, task = walk_of(proof=proof)
    with pytest.raises(Refusal) as refusal:
        step_proofs.hand_in(enrollment=walk, step=task, person=pete.person, by=pete, at=now, **given)

    assert set(refusal.value.message_dict) == {proof}
    assert not StepProof.objects.exists()


def test_a_task_with_proof_is_not_ticked(walk_of, pete, now):
    walk, task = walk_of(confirmed_by="vendor")

    with pytest.raises(Refusal):
        enrollments.complete_step(enrollment=walk, step=task, person=pete.person, by=pete, at=now)


def test_where_the_partners_word_counts_handing_in_is_doing(walk_of, pete, now):
    walk, task = walk_of(proof="link")
    hand_in = {"enrollment": walk, "step": task, "person": pete.person, "by": pete, "at": now}

    for _ in range(2):
        if not StepProgress.objects.exists():
            step_proofs.hand_in(link="https://example.com/seen", **hand_in)

    assert StepProof.objects.get().state == ProofState.CONFIRMED
    assert StepProgress.objects.get().person == pete.person
    assert not OutboxMessage.objects.filter(topic=step_proofs.HANDED_IN).exists()


def test_a_proof_waits_for_our_word_and_both_sides_are_told_once(walk_of, pete, vera, now):
    walk, task = walk_of(proof="text", confirmed_by="vendor", title="Run a demo")
    proof = step_proofs.hand_in(
        enrollment=walk, step=task, person=pete.person, by=pete, at=now, text="Shown at Lyon Metal."
    )
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert [one.text for one in vera.notifications.all()] == ["Pinewood handed in “Run a demo”."]
    assert not StepProgress.objects.exists()

    said = [step_proofs.decide(proof=proof, by=vera, at=now, is_fine=True, reply="Well done.") for _ in range(2)]
    outbox.deliver_due(at=now + timedelta(minutes=1))

    assert said == [True, False]
    assert StepProgress.objects.get().person == pete.person
    assert [(one.text, one.detail) for one in pete.notifications.all()] == [
        ("“Run a demo” is confirmed.", "Well done.")
    ]


def test_what_was_given_back_is_handed_in_again(walk_of, pete, vera, now):
    walk, task = walk_of(proof="text", confirmed_by="vendor")
    hand_in = {"enrollment": walk, "step": task, "person": pete.person, "by": pete, "at": now}
    first = step_proofs.hand_in(text="Done.", **hand_in)
    with pytest.raises(Refusal):
        step_proofs.decide(proof=first, by=vera, at=now, is_fine=False)
    step_proofs.decide(proof=first, by=vera, at=now, is_fine=False, reply="At which customer?")
    with pytest.raises(Refusal):
        step_proofs.decide(proof=first, by=vera, at=now, is_fine=True)

    step_proofs.hand_in(text="At Lyon Metal.", **hand_in)
    again = step_proofs.hand_in(text="At Lyon Metal, on Monday.", **hand_in)

    assert sorted(StepProof.objects.values_list("state", "text")) == [
        ("returned", "Done."),
        ("waiting", "At Lyon Metal, on Monday."),
    ]
    assert step_proofs.decide(proof=again, by=vera, at=now, is_fine=True)


def test_files_are_taken_for_what_they_are(walk_of, pete, now):
    walk, task = walk_of(proof="file")
    hand_in = {"enrollment": walk, "step": task, "person": pete.person, "by": pete, "at": now}
    with pytest.raises(Refusal) as refusal:
        step_proofs.hand_in(file=SimpleUploadedFile("proof.pdf", b"<script>"), **hand_in)
    assert "file" in refusal.value.message_dict

    proof = step_proofs.hand_in(file=SimpleUploadedFile("Bericht.txt", b"Alles fertig"), **hand_in)

    assert (proof.file_name, proof.file_bytes) == ("Bericht.txt", 12)
    assert "Bericht" not in proof.file.name


def test_the_database_keeps_one_proof_that_counts():
    proof = StepProofFactory()
    broken = [
        lambda: StepProofFactory(enrollment=proof.enrollment, step=proof.step),
        lambda: StepProofFactory(state="confirmed"),
        lambda: StepProof.objects.filter(pk=proof.pk).update(state="returned", decided_at=proof.handed_in_at),
        lambda: StepProof.objects.filter(pk=proof.pk).update(file="proofs/x.pdf"),
    ]
    for way in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            way()


# --- meetings


@pytest.fixture
def meeting(walk_of):
    """Pinewood at a meeting on its journey."""
    return walk_of(kind=StepKind.MEETING, title="Kick-off")


def test_one_side_proposes_and_the_other_agrees(meeting, paula, vera, now):
    walk, step = meeting
    moments = [now + timedelta(days=days) for days in (2, 3)]
    made = [
        step_meetings.propose(enrollment=walk, step=step, by=vera, at=now, moments=moments[::-1]) for _ in range(2)
    ][0]
    with pytest.raises(Refusal):
        step_meetings.agree(meeting=made, by=vera, at=now, moment=moments[0])
    with pytest.raises(Refusal):
        step_meetings.agree(meeting=made, by=paula, at=now, moment=now + timedelta(days=9))

    agreed = [step_meetings.agree(meeting=made, by=paula, at=now, moment=moments[0]) for _ in range(2)]
    outbox.deliver_due(at=now + timedelta(minutes=1))

    assert (agreed, made.proposals) == ([True, False], moments)
    assert [one.text for one in vera.notifications.all()] == ["“Kick-off” has a day."]


@pytest.mark.parametrize("days", [[], [-1, 2], [1, 2, 3, 4, 5, 6]])
def test_what_cannot_be_proposed_is_refused(meeting, vera, now, days):
    walk, step = meeting
    moments = [now + timedelta(days=one) for one in days]

    with pytest.raises(Refusal):
        step_meetings.propose(enrollment=walk, step=step, by=vera, at=now, moments=moments)


@pytest.mark.parametrize("who", ["vera", "paula"])
def test_either_side_says_it_was_held_and_a_touch_says_so_once(meeting, request, now, who, pinewood):
    walk, step = meeting
    by = request.getfixturevalue(who)

    held = [
        step_meetings.hold(enrollment=walk, step=step, person=None, by=by, at=now, held_on=now.date()) for _ in range(2)
    ]

    assert held == [True, False]
    assert StepProgress.objects.get().step == step
    touch = Touch.objects.get()
    assert (touch.partner, touch.kind, touch.is_shared) == (pinewood, "meeting", True)
    assert StepMeeting.objects.get().touch == touch


def test_a_meeting_is_not_held_tomorrow(meeting, vera, now):
    walk, step = meeting
    with pytest.raises(Refusal):
        step_meetings.hold(
            enrollment=walk, step=step, person=None, by=vera, at=now, held_on=now.date() + timedelta(days=1)
        )


def test_the_database_keeps_one_meeting_with_few_days(now):
    kept = StepMeetingFactory()
    rows = StepMeeting.objects.filter(pk=kept.pk)
    broken = [
        lambda: StepMeetingFactory(enrollment=kept.enrollment, step=kept.step),
        lambda: rows.update(proposals=[now + timedelta(days=one) for one in range(6)]),
    ]
    for way in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            way()


# --- forms

ASKED = [
    {"text": "Who sells?", "kind": "text"},
    {"text": "How many technicians?", "kind": "number", "attribute": "technicians"},
    {"text": "Sold cloud before?", "kind": "yes_no", "is_required": False},
    {"text": "Where first?", "kind": "choice", "choices": ["France", "Spain"]},
]


@pytest.fixture
def technicians():
    """An attribute that an answer fills."""
    return AttributeDefinition.objects.create(key="technicians", label="Technicians", kind="number")


def test_a_form_is_written_with_its_questions(draft, victor, now, technicians):
    form = journeys.add_step(journey=draft, by=victor, at=now, kind="form", title="About you", questions=ASKED)

    assert [one["kind"] for one in form.questions] == ["text", "number", "yes_no", "choice"]
    assert len({one["key"] for one in form.questions}) == 4


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [{"text": " "}],
        [{"text": "x" * 301}],
        [{"text": "Which?", "kind": "choice", "choices": ["one"]}],
        [{"text": "Which?", "kind": "colour"}],
        [{"text": "How many?", "kind": "text", "attribute": "technicians"}],
        [{"text": "How many?", "kind": "number", "attribute": "unknown"}],
        [{"text": "Again?"}] * (MAX_QUESTIONS + 1),
    ],
)
def test_questions_that_cannot_be_asked_are_refused(draft, victor, now, technicians, asked):
    with pytest.raises(Refusal) as refusal:
        journeys.add_step(journey=draft, by=victor, at=now, kind="form", title="About you", questions=asked)

    assert set(refusal.value.message_dict) == {"questions"}


@pytest.fixture
def form(walk_of, technicians):
    """Pinewood at a form."""
    questions = [{"key": f"q{place}", "choices": [], "is_required": True, "attribute": "", **one}
                 for place, one in enumerate(ASKED)]  # fmt: skip
    return walk_of(kind=StepKind.FORM, questions=questions)


def test_answers_are_kept_fill_attributes_and_finish_the_step(form, pinewood, pete, now):
    walk, step = form
    answers = {"q0": " Pete ", "q1": "3", "q2": "", "q3": "Spain"}

    for _ in range(2):
        step_forms.answer(enrollment=walk, step=step, person=pete.person, by=pete, at=now, answers=answers)

    pinewood.refresh_from_db()
    assert StepAnswers.objects.get().answers == {"q0": "Pete", "q1": 3, "q3": "Spain"}
    assert pinewood.attributes["technicians"] == 3
    assert StepProgress.objects.get().step == step


def test_answers_that_do_not_fit_are_told_by_question_and_nothing_is_kept(form, pete, now):
    walk, step = form
    with pytest.raises(Refusal) as refusal:
        step_forms.answer(
            enrollment=walk, step=step, person=pete.person, by=pete, at=now,
            answers={"q1": "several", "q2": "perhaps", "q3": "Italy"},
        )  # fmt: skip

    assert set(refusal.value.message_dict) == {"q0", "q1", "q2", "q3"}
    assert not StepAnswers.objects.exists()


def test_the_database_keeps_answers_once():
    kept = StepAnswersFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        StepAnswersFactory(enrollment=kept.enrollment, step=kept.step)


# --- what the database holds of steps


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "meeting", "proof": "text"},
        {"kind": "meeting", "confirmed_by": "vendor"},
        {"kind": "task", "alternative_ids": [1]},
        {"kind": "form"},
        {"kind": "task", "questions": [{"key": "q"}]},
    ],
)
def test_the_database_refuses_what_belongs_to_another_kind(draft, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        JourneyStep.objects.filter(pk=step(draft, "A").pk).update(**fields)


def test_the_database_keeps_one_step_of_a_key_in_a_version(draft):
    here = step(draft, "A")
    with pytest.raises(IntegrityError), transaction.atomic():
        JourneyStep.objects.filter(pk=step(draft, "B").pk).update(key=here.key)


def test_a_step_of_ours_is_not_ticked_by_the_partner(walk_of, pete, vera, now):
    walk, ours = walk_of(kind=StepKind.OURS, title="We order your demo kit")
    with pytest.raises(Refusal):
        enrollments.complete_step(enrollment=walk, step=ours, person=pete.person, by=pete, at=now)

    assert enrollments.complete_ours(enrollment=walk, step=ours, by=vera, at=now)
    assert not enrollments.complete_ours(enrollment=walk, step=ours, by=vera, at=now)
