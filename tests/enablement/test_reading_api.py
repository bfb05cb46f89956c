"""Surveys, walks, seats and results of packages over REST: who sees what, and never more than pages show."""

from datetime import timedelta

import pytest

from enablement.models import EventRegistration, StepKind
from tests.conftest import NOW
from tests.factories.enablement import EventFactory, EventRegistrationFactory
from tests.factories.journeys import (
    EnrollmentFactory,
    JourneyFactory,
    JourneyStepFactory,
    StepProgressFactory,
    StepProofFactory,
)
from tests.factories.learning import PackageAttemptFactory
from tests.factories.partners import PersonFactory
from tests.factories.surveys import (
    AnonymousAnswerFactory,
    SurveyFactory,
    SurveyResponseFactory,
    SurveyRoundFactory,
    SurveyVersionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def crm(ian, api_of):
    """The API as Ian's system calls it."""
    return api_of(ian)


def names(answer, key):
    assert answer.status_code == 200, answer.content
    return sorted(row[key] for row in answer.json()["data"])


# --- surveys


def test_surveys_tell_what_is_asked_and_to_partners_nothing_of_the_vendors(crm, client_of, pete):
    version = SurveyVersionFactory(definition__name="Pulse")
    SurveyFactory(name="Draft", published_at=None)

    assert names(crm.get("/api/v1/surveys"), "name") == ["Draft", "Pulse"]
    (seen,) = client_of(pete).get("/api/v1/surveys").json()["data"]
    assert (seen["name"], seen["questions"]) == ("Pulse", version.questions)
    assert not {"audience", "state", "opens_on"} & set(seen)


def test_named_answers_are_those_of_partners_one_sees_and_never_anonymous_ones(crm, client_of, vera, pete, olga):
    named = SurveyRoundFactory()
    for user, score in ((pete, 9), (olga, 3)):
        SurveyResponseFactory(round=named, person=user.person, answers={"nps": score})
    SurveyResponseFactory(round=named, person=PersonFactory(), handed_in_at=None)
    SurveyResponseFactory(round=SurveyRoundFactory(is_anonymous=True), person=pete.person)

    assert names(crm.get("/api/v1/survey-answers"), "nps") == [3, 9]
    assert names(client_of(vera).get("/api/v1/survey-answers"), "nps") == [9]
    assert names(crm.get(f"/api/v1/survey-answers?nps__gte=9&survey={named.survey.public_id}"), "nps") == [9]
    assert client_of(pete).get("/api/v1/survey-answers").status_code == 403


@pytest.mark.parametrize(("is_closed", "number", "told"), [(False, 6, None), (True, 4, None), (True, 6, 6)])
def test_anonymous_results_obey_the_rules_of_the_page(crm, is_closed, number, told):
    asked = SurveyRoundFactory(is_anonymous=True, closed_at=NOW if is_closed else None)
    for _ in range(number):
        AnonymousAnswerFactory(round=asked, answers={"nps": 9}, is_handed_in=True)

    result = crm.get(f"/api/v1/survey-rounds/{asked.public_id}/results").json()

    assert bool(result["hidden"]) is (told is None)
    assert [one["tally"]["answered"] for one in result["questions"] if one["key"] == "nps"] == ([told] if told else [])


def test_named_results_are_told_apart_as_far_as_one_sees(crm, client_of, vera, pete, olga):
    asked = SurveyRoundFactory()
    for user, score in ((pete, 9), (olga, 3)):
        SurveyResponseFactory(round=asked, person=user.person, answers={"nps": score})
    address = f"/api/v1/survey-rounds/{asked.public_id}/results"

    assert crm.get(f"{address}?by=region").json()["questions"][0]["tally"]["figure"] == 0
    assert client_of(vera).get(address).json()["questions"][0]["tally"]["figure"] == 100
    assert crm.get(f"{address}?by=shoe-size").status_code == 400
    assert client_of(pete).get(address).status_code == 403


# --- journeys


def test_walks_tell_their_steps(crm, client_of, vera, pinewood, oakhurst):
    journey = JourneyFactory(key="onboarding")
    first = JourneyStepFactory(journey=journey, title="First")
    JourneyStepFactory(journey=journey, title="Second", needs=[first.key], due_days=3)
    walk = EnrollmentFactory(journey=journey, partner=pinewood, started_at=NOW)
    StepProgressFactory(enrollment=walk, step=first, completed_at=NOW, was_skipped=True)
    EnrollmentFactory(journey=journey, partner=oakhurst)

    assert len(crm.get("/api/v1/walks").json()["data"]) == 2
    (seen,) = client_of(vera).get("/api/v1/walks").json()["data"]
    assert (seen["journey"], seen["steps_done"], seen["steps_total"]) == ("onboarding", 1, 2)
    assert "steps" not in seen
    steps = client_of(vera).get(f"/api/v1/walks/{walk.public_id}").json()["steps"]
    assert [(one["title"], one["was_skipped"], bool(one["completed_at"])) for one in steps] == [
        ("First", True, True), ("Second", False, False),
    ]  # fmt: skip
    assert steps[1]["due_on"] == str(NOW.date() + timedelta(days=3))


def test_proofs_are_those_of_partners_one_sees(crm, client_of, vera, pete, pinewood, oakhurst):
    for partner in (pinewood, oakhurst):
        walk = EnrollmentFactory(journey=JourneyFactory(), partner=partner)
        task = JourneyStepFactory(journey=walk.journey, kind=StepKind.TASK, proof="text")
        StepProofFactory(enrollment=walk, step=task, text=partner.name)

    assert names(crm.get("/api/v1/proofs"), "text") == ["Oakhurst", "Pinewood"]
    assert names(client_of(vera).get("/api/v1/proofs"), "text") == ["Pinewood"]
    assert client_of(pete).get("/api/v1/proofs").status_code == 403


# --- packages


def test_results_of_packages_are_those_of_partners_one_sees(crm, client_of, vera, pete, olga):
    for user, score in ((pete, "0.9"), (olga, "0.4")):
        PackageAttemptFactory(person=user.person, score=score, success="passed")

    assert names(crm.get("/api/v1/package-results"), "score") == ["0.4000", "0.9000"]
    assert names(client_of(vera).get("/api/v1/package-results"), "score") == ["0.9000"]
    assert client_of(pete).get("/api/v1/package-results").status_code == 403


# --- seats at events


def register(client, event, person, key="one"):
    return client.post(
        "/api/v1/event-registrations",
        {"event": {"id": str(event.public_id)}, "person": {"id": str(person.public_id)}},
        **({"format": "json"} if not hasattr(client, "session") else {"content_type": "application/json"}),
        headers={"Idempotency-Key": key},
    )


def test_a_system_takes_and_gives_back_a_seat(crm, pete, paula):
    event = EventFactory(seats=1)

    taken, again, waits = (
        register(crm, event, pete.person), register(crm, event, pete.person, "two"),
        register(crm, event, paula.person, "three"),
    )  # fmt: skip

    assert (taken.status_code, taken.json()["state"], waits.json()["state"]) == (201, "registered", "waiting")
    assert again.json()["id"] == taken.json()["id"]
    address = f"/api/v1/event-registrations/{taken.json()['id']}/cancel"
    given_back = crm.post(address, headers={"Idempotency-Key": "four"})
    assert (given_back.status_code, given_back.json()["state"]) == (200, "cancelled")
    assert EventRegistration.objects.get(person=paula.person).state == "registered"


def test_people_register_themselves_and_admins_their_colleagues(client_of, pete, paula, olga):
    event = EventFactory()

    assert register(client_of(pete), event, pete.person).status_code == 201
    assert register(client_of(pete), event, paula.person, "two").status_code == 422
    assert register(client_of(paula), event, paula.person).status_code == 201
    assert register(client_of(paula), event, olga.person, "two").status_code == 422
    assert len(client_of(paula).get("/api/v1/event-registrations").json()["data"]) == 2
    assert len(client_of(pete).get("/api/v1/event-registrations").json()["data"]) == 1
    assert client_of(olga).get("/api/v1/event-registrations").json()["data"] == []


def test_a_seat_of_somebody_else_is_not_given_back(client_of, pete, olga):
    seat = EventRegistrationFactory(event=EventFactory(), person=pete.person)

    answer = client_of(olga).post(
        f"/api/v1/event-registrations/{seat.public_id}/cancel",
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )

    assert answer.status_code == 404


def test_what_has_begun_or_is_for_others_is_refused(crm, pete, gold):
    begun = EventFactory(starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1))

    late, others = register(crm, begun, pete.person), register(crm, EventFactory(audience=gold), pete.person, "two")

    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
    assert others.status_code == 422
    assert others.json()["errors"][0]["pointer"] == "/person"
