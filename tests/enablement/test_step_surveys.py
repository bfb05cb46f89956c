"""Steps that ask a survey: which fit, when they are done, and that nobody waits for what is not open."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.refusals import Refusal
from enablement.models import Enrollment, EnrollmentState, JourneyStep, StepKind, StepProgress
from enablement.services import enrollments, journeys, step_surveys, survey_answers, survey_rounds, surveys
from tests.conftest import NOW
from tests.factories.journeys import EnrollmentFactory, JourneyFactory, JourneyStepFactory
from tests.factories.surveys import SurveyFactory, SurveyResponseFactory, SurveyRoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = timedelta(days=1)


@pytest.fixture
def survey():
    return SurveyFactory(name="First impressions")


@pytest.fixture
def walk(pinewood, survey):
    """Pinewood on a journey that asks a survey and then for a task."""
    journey = JourneyFactory(name="Onboarding")
    asked = JourneyStepFactory(journey=journey, kind=StepKind.SURVEY, survey=survey, title="Tell us", due_days=10)
    JourneyStepFactory(journey=journey, title="Task", needs=[asked.key])
    return EnrollmentFactory(journey=journey, partner=pinewood, started_at=NOW)


def opened(survey, **terms):
    return SurveyRoundFactory(survey=survey, opens_on=NOW.date(), last_day_on=NOW.date() + 13 * DAY, **terms)


def hand_in(survey_round, user, *, at=NOW, nps=9):
    return survey_answers.hand_in(
        survey_round=survey_round, person=user.person, by=user, at=at, answers={"nps": str(nps)}
    )


def step(walk, title="Tell us"):
    return walk.journey_version.steps.get(title=title)


def done(walk):
    return {one.step.title: one for one in StepProgress.objects.filter(enrollment=walk).select_related("step")}


# --- which surveys a step may ask


def draft(**fields):
    return JourneyFactory(published_at=None, **fields)


def test_a_step_asks_a_published_survey(victor, survey):
    made = journeys.add_step(journey=draft(), by=victor, at=NOW, kind="survey", title="Tell us", survey=survey)

    assert made.survey == survey


@pytest.mark.parametrize(
    ("state", "said"),
    [({"published_at": None}, "Publish “Pulse” first"), ({"retired_at": NOW}, "“Pulse” is retired")],
)
def test_a_survey_that_is_not_asked_is_refused_at_its_field(victor, state, said):
    survey = SurveyFactory(name="Pulse", **state)

    with pytest.raises(Refusal, match=said) as refusal:
        journeys.add_step(journey=draft(), by=victor, at=NOW, kind="survey", title="Tell us", survey=survey)

    assert set(refusal.value.message_dict) == {"survey"}
    assert not JourneyStep.objects.exists()


def test_a_survey_step_without_a_survey_is_refused_by_service_and_database(victor):
    with pytest.raises(Refusal, match="Choose the survey"):
        journeys.add_step(journey=draft(), by=victor, at=NOW, kind="survey", title="Tell us")
    task = journeys.add_step(journey=draft(), by=victor, at=NOW, kind="task", title="Task")
    with pytest.raises(IntegrityError, match="journey_step_has_survey"), transaction.atomic():
        JourneyStep.objects.filter(pk=task.pk).update(kind=StepKind.SURVEY)


def test_the_audience_of_the_survey_has_to_fit_the_journey_or_the_branch(victor, gold):
    survey = SurveyFactory(audience=gold)
    add = {"by": victor, "at": NOW, "kind": "survey", "title": "Tell us", "survey": survey}

    with pytest.raises(Refusal, match="is for “Gold partners”, the journey is not"):
        journeys.add_step(journey=draft(), **add)

    assert journeys.add_step(journey=draft(audience=gold), **add)
    assert journeys.add_step(journey=draft(), only_for=gold, **add)


def test_a_journey_is_not_published_with_a_survey_retired_meanwhile(victor, survey):
    journey = draft()
    journeys.add_step(journey=journey, by=victor, at=NOW, kind="survey", title="Tell us", survey=survey)
    surveys.retire(survey=survey, by=victor, at=NOW)

    with pytest.raises(Refusal, match="is retired"):
        journeys.publish(journey=journey, by=victor, at=NOW)


def test_a_new_draft_asks_the_same_survey(victor, walk, survey):
    assert journeys.draft_of(journey=walk.journey, by=victor, at=NOW).steps.get(title="Tell us").survey == survey


# --- when it is done


def test_handing_in_does_the_step_once(walk, survey, pete, paula):
    asked = opened(survey)

    hand_in(asked, pete, at=NOW + DAY)
    hand_in(asked, paula, at=NOW + 2 * DAY)

    (progress,) = done(walk).values()
    assert (progress.step.title, progress.person, progress.completed_at) == ("Tell us", pete.person, NOW + DAY)
    assert not progress.was_skipped


def test_what_is_only_begun_does_nothing(walk, survey, pete):
    survey_answers.keep(survey_round=opened(survey), person=pete.person, by=pete, at=NOW, answers={"nps": "9"})
    enrollments.catch_up(partner_ids=[walk.partner_id], at=NOW)

    assert done(walk) == {}


def test_other_partners_and_other_surveys_do_nothing(walk, survey, pete, olga):
    hand_in(opened(survey), olga)
    hand_in(opened(SurveyFactory()), pete)

    assert done(walk) == {}


def test_what_was_answered_before_in_the_round_still_open_counts(walk, survey, pinewood, pete):
    Enrollment.objects.all().delete()
    hand_in(opened(survey), pete)

    begun = enrollments.enroll(journey=walk.journey, partner=pinewood, at=NOW + 3 * DAY)

    assert set(done(begun)) == {"Tell us"}


def test_what_was_answered_in_a_round_that_ended_before_does_not_count(walk, survey, pinewood, pete):
    Enrollment.objects.all().delete()
    asked = opened(survey)
    hand_in(asked, pete)
    survey_rounds.close(survey_round=asked, at=NOW + DAY)

    begun = enrollments.enroll(journey=walk.journey, partner=pinewood, at=NOW + DAY)

    assert done(begun) == {}


@pytest.mark.parametrize(("zone", "counts"), [("Pacific/Auckland", False), ("America/Los_Angeles", True)])
def test_the_last_day_of_a_round_ends_where_the_program_is(walk, survey, pinewood, pete, program, zone, counts):
    program.timezone = zone
    program.save()
    Enrollment.objects.all().delete()
    last_day = NOW.date()
    asked = SurveyRoundFactory(survey=survey, opens_on=last_day - 5 * DAY, last_day_on=last_day)
    SurveyResponseFactory(round=asked, person=pete.person)

    begun = enrollments.enroll(journey=walk.journey, partner=pinewood, at=NOW.replace(hour=23))

    assert bool(done(begun)) is counts


def test_of_an_anonymous_answer_the_walk_knows_only_that_it_was_given(walk, survey, pete):
    hand_in(opened(survey, is_anonymous=True), pete)

    progress = done(walk)["Tell us"]
    assert progress.person is None
    assert not step(walk).journey_version.enrollments.filter(progress__person=pete.person).exists()


def test_the_last_answer_ends_the_walk(walk, survey, pete):
    journey = JourneyFactory()
    JourneyStepFactory(journey=journey, kind=StepKind.SURVEY, survey=survey, title="Tell us")
    other = EnrollmentFactory(journey=journey, partner=walk.partner, started_at=NOW)

    hand_in(opened(survey), pete)

    other.refresh_from_db()
    assert other.state == EnrollmentState.COMPLETED


def test_nobody_ticks_it_by_hand(walk, survey, pete):
    opened(survey)

    with pytest.raises(Refusal, match="completes itself"):
        enrollments.complete_step(enrollment=walk, step=step(walk), person=pete.person, by=pete, at=NOW)


# --- passing it over


def test_a_survey_that_is_not_open_is_passed_over_once(walk, pete):
    skip = {"enrollment": walk, "step": step(walk), "person": pete.person, "by": pete, "at": NOW}

    assert step_surveys.skip(**skip)
    assert not step_surveys.skip(**skip)

    assert done(walk)["Tell us"].was_skipped
    enrollments.complete_step(enrollment=walk, step=step(walk, "Task"), person=pete.person, by=pete, at=NOW)
    walk.refresh_from_db()
    assert walk.state == EnrollmentState.COMPLETED


def test_an_open_survey_is_answered_not_passed_over(walk, survey, pete):
    opened(survey)

    with pytest.raises(Refusal, match="is open"):
        step_surveys.skip(enrollment=walk, step=step(walk), person=pete.person, by=pete, at=NOW)


def test_a_retired_survey_or_one_for_others_is_never_a_dead_end(walk, survey, victor, pete, gold):
    opened(survey)
    surveys.update(survey=survey, by=victor, at=NOW, changes={"audience": gold})

    assert step_surveys.skip(enrollment=walk, step=step(walk), person=pete.person, by=pete, at=NOW)


def test_no_other_step_is_passed_over(walk, pete):
    with pytest.raises(Refusal, match="Only a survey"):
        step_surveys.skip(enrollment=walk, step=step(walk, "Task"), person=pete.person, by=pete, at=NOW)


# --- pages


def page(walk):
    return reverse("partner:journey-detail", args=[walk.journey.public_id])


def test_the_step_leads_to_the_open_round(walk, survey, pete, client_of, django_assert_max_num_queries):
    opened(survey)
    client = client_of(pete)

    with django_assert_max_num_queries(12):
        answer = client.get(page(walk))

    assert reverse("partner:survey-detail", args=[survey.public_id]) in answer.content.decode()
    assert "Go on without" not in answer.content.decode()


def test_a_closed_survey_lets_the_partner_go_on(walk, pete, client_of):
    client = client_of(pete)
    assert "Go on without" in client.get(page(walk)).content.decode()

    answer = client.post(reverse("partner:step-skip", args=[walk.journey.public_id, step(walk).public_id]), follow=True)

    assert "You go on without: Tell us" in answer.content.decode()
    assert "Passed over" in answer.content.decode()


def test_an_open_one_says_why_it_is_not_passed_over(walk, survey, pete, client_of):
    opened(survey)

    answer = client_of(pete).post(
        reverse("partner:step-skip", args=[walk.journey.public_id, step(walk).public_id]), follow=True
    )

    assert "This survey is open" in answer.content.decode()


def test_strangers_do_not_pass_over(walk, olga, client_of):
    answer = client_of(olga).post(reverse("partner:step-skip", args=[walk.journey.public_id, step(walk).public_id]))

    assert answer.status_code == 404


def test_a_colleague_whom_it_does_not_ask_is_told_so(walk, survey, pinewood, pete, paula, client_of):
    type(paula.person).objects.filter(pk=paula.person.pk).update(job_function="marketing")
    type(pete.person).objects.filter(pk=pete.person.pk).update(job_function="sales")
    type(survey).objects.filter(pk=survey.pk).update(for_functions=["marketing"])
    opened(survey)

    shown = client_of(pete).get(page(walk)).content.decode()

    assert "for colleagues of yours" in shown
    assert "Go on without" not in shown


def test_the_builder_offers_published_surveys_and_keeps_what_was_typed(victor, survey, client_of):
    SurveyFactory(name="Half written", published_at=None)
    journey = draft()
    client, address = client_of(victor), reverse("vendor:step-add", args=[journey.public_id])

    shown = client.get(f"{address}?kind=survey").content.decode()
    assert "First impressions" in shown
    assert "Half written" not in shown

    refused = client.post(f"{address}?kind=survey", {"kind": "survey", "title": "Typed", "survey": ""})
    assert refused.status_code == 422
    assert "Typed" in refused.content.decode()
    client.post(f"{address}?kind=survey", {"kind": "survey", "title": "Tell us", "survey": survey.pk})
    assert JourneyStep.objects.get().survey == survey


def test_the_page_of_a_survey_names_the_journeys_that_ask_it(walk, survey, victor, client_of):
    address = reverse("vendor:survey-detail", args=[survey.public_id])
    assert "Onboarding" in client_of(victor).get(address).content.decode()

    journeys.retire(journey=walk.journey, by=victor, at=NOW)

    assert "Onboarding" not in client_of(victor).get(address).content.decode()
