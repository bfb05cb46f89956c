"""What criteria may ask about certifications, activity and journeys, asked for real."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.services import outbox
from enablement.models import ActivityKind, Asset, Enrollment, EnrollmentState
from segmentation.models import Classification
from segmentation.services import recompute, segments
from tests.factories.enablement import ActivityFactory, AssetFactory, EventFactory, EventRegistrationFactory
from tests.factories.journeys import EnrollmentFactory, JourneyStepFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import PersonFactory
from tests.factories.surveys import SurveyFactory, SurveyResponseFactory, SurveyRoundFactory

pytestmark = pytest.mark.django_db


def clause(collection, *where, aggregate="count", operator=">=", value=1, of=None, window=None):
    one = {"collection": collection, "aggregate": aggregate, "operator": operator, "value": value}
    if of:
        one["of"] = of
    if where:
        one["where"] = {"combinator": "and", "not": False, "rules": list(where)}
    if window:
        one["window"] = window
    return one


def rule(field, operator, value=None):
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


@pytest.fixture
def holds(victor, now):
    """Return a function that says which partners fulfil a clause."""

    def ask(one) -> set[str]:
        document = {"combinator": "and", "not": False, "rules": [one]}
        segment = segments.define(key="asked", name="Asked", by=victor, at=now, criteria=document)
        recompute.everything(at=now)
        found = Classification.objects.filter(segment_ids__contains=[segment.pk])
        return set(found.values_list("partner__name", flat=True))

    return ask


@pytest.fixture
def people(pete, paula, olga, now):
    """Pete and Paula of Pinewood are certified; Olga's is of the wrong sort; Lena held one and left."""
    cloud = CertificationFactory(key="cloud", name="Cloud", level="expert", product_line="Cloud")
    HeldCertificationFactory(person=pete.person, certification=cloud, earned_on=date(2030, 1, 1))
    HeldCertificationFactory(person=pete.person, certification=cloud, earned_on=date(2029, 1, 1))
    HeldCertificationFactory(person=paula.person, certification=cloud, expires_on=date(2030, 3, 19))
    HeldCertificationFactory(person=olga.person, certification=CertificationFactory(key="edge"), expires_on=now.date())
    gone = PersonFactory(partner=olga.person.partner, left_at=now)
    HeldCertificationFactory(person=gone, certification=cloud)


@pytest.mark.parametrize(
    ("asked", "partners"),
    [
        (clause("certifications", value=3), {"Pinewood"}),
        (clause("certifications", aggregate="count_distinct", of="person", operator="=", value=2), {"Pinewood"}),
        (clause("certifications", aggregate="count_distinct", of="person", value=3), set()),
        (clause("certifications", rule("certification", "equals", "cloud")), {"Pinewood"}),
        (clause("certifications", rule("certification", "in", ["edge"])), {"Oakhurst"}),
        (clause("certifications", rule("level", "equals", "expert")), {"Pinewood"}),
        (clause("certifications", rule("product_line", "equals", "Cloud"), value=3), {"Pinewood"}),
        (clause("certifications", rule("valid", "is_true")), {"Pinewood"}),
        (clause("certifications", rule("valid", "is_false")), {"Oakhurst"}),
        (clause("certifications", rule("expires_on", "is_empty"), value=2), {"Pinewood"}),
        (
            clause("certifications", rule("expires_on", "within_next", {"n": 7, "unit": "days"})),
            {"Pinewood", "Oakhurst"},
        ),
        (clause("certifications", window={"last": 6, "unit": "months"}, value=2), {"Pinewood"}),
        (clause("certifications", window={"last": 6, "unit": "months"}, value=3), set()),
    ],
)
@pytest.mark.usefixtures("people")
def test_certifications(holds, asked, partners):
    assert holds(asked) == partners


@pytest.mark.parametrize(
    ("asked", "partners"),
    [
        (clause("activity", rule("kind", "equals", "download")), {"Pinewood"}),
        (clause("activity", aggregate="sum", of="times", value=9), {"Pinewood"}),
        (clause("activity", aggregate="sum", of="times", window={"last": 30, "unit": "days"}, value=1), {"Oakhurst"}),
        (clause("activity", aggregate="count_distinct", of="day", value=2), {"Pinewood"}),
        (rule("last_activity_on", "within_last", {"n": 30, "unit": "days"}), {"Oakhurst"}),
        (rule("last_activity_on", "before", "2030-02-01"), {"Pinewood"}),
    ],
)
def test_activity(holds, pete, olga, now, asked, partners):
    ActivityFactory(person=pete.person, kind=ActivityKind.DOWNLOAD, times=8)
    ActivityFactory(person=pete.person, day=date(2030, 1, 8))
    ActivityFactory(person=olga.person, day=date(2030, 3, 17))

    assert holds(asked) == partners


@pytest.mark.parametrize(
    ("asked", "partners"),
    [
        (clause("journeys", rule("journey", "equals", "start")), {"Pinewood", "Oakhurst"}),
        (clause("journeys", rule("state", "equals", "completed")), {"Pinewood"}),
        (clause("journeys", rule("completed_at", "is_empty")), {"Oakhurst"}),
        (clause("journeys", rule("completed_at", "within_last", {"n": 2, "unit": "days"})), {"Pinewood"}),
        (clause("journeys", window={"last": 30, "unit": "days"}), set()),
    ],
)
def test_journeys(holds, pinewood, oakhurst, now, asked, partners):
    journey = JourneyStepFactory(journey__key="start").journey_version.definition
    EnrollmentFactory(journey=journey, partner=pinewood, state=EnrollmentState.COMPLETED, completed_at=now)
    EnrollmentFactory(journey=journey, partner=oakhurst)

    assert holds(asked) == partners


def test_coming_into_an_audience_opens_its_content_and_enrolls(victor, pete, paula, olga, now):
    CertificationFactory(key="cloud")
    document = {"combinator": "and", "not": False, "rules": [clause("certifications", rule("valid", "is_true"))]}
    certified = segments.define(key="certified", name="Certified", by=victor, at=now, criteria=document)
    AssetFactory(title="For the certified", audience=certified)
    step = JourneyStepFactory(journey__audience=certified)
    recompute.everything(at=now)
    assert not Asset.objects.visible_to(pete).exists()

    HeldCertificationFactory(person=paula.person)
    recompute.stale(at=now)
    outbox.deliver_due(at=now)

    assert Asset.objects.visible_to(pete).get().title == "For the certified"
    assert not Asset.objects.visible_to(olga).exists()
    enrolled = [(one.partner, one.journey_version) for one in Enrollment.objects.all()]
    assert enrolled == [(pete.person.partner, step.journey_version)]


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        (rule("attended", "is_true"), {"Pinewood"}),
        (rule("kind", "equals", "change"), {"Pinewood", "Oakhurst"}),
        (rule("kind", "equals", "webinar"), set()),
    ],
)
def test_events_count_where_somebody_has_a_seat_or_was_there(holds, pete, olga, asked, who):
    event = EventFactory(kind="change")
    EventRegistrationFactory(event=event, person=pete.person, attended=True)
    EventRegistrationFactory(event=event, person=olga.person, attended=False)
    EventRegistrationFactory(event=event, person=PersonFactory(partner__name="Gone"), state="cancelled")

    assert holds(clause("events", asked)) == who


@pytest.mark.parametrize(
    ("asked", "partners"),
    [
        (clause("survey_answers", rule("nps", "is_empty"), window={"last": 90, "unit": "days"}), {"Oakhurst"}),
        (clause("survey_answers", rule("survey", "equals", "pulse")), {"Pinewood", "Oakhurst"}),
        (clause("survey_answers", aggregate="latest", of="nps", value=9), {"Pinewood"}),
        (clause("survey_answers", rule("nps", "is_empty")), {"Oakhurst"}),
        (clause("survey_answers", aggregate="count_distinct", of="person", value=2), {"Pinewood"}),
        (clause("survey_answers", rule("survey", "equals", "candid")), set()),
    ],
)
def test_answers_with_a_name(holds, pete, paula, olga, asked, partners):
    pulse = SurveyRoundFactory(survey=SurveyFactory(key="pulse"))
    candid = SurveyRoundFactory(survey=SurveyFactory(key="candid"), is_anonymous=True)
    day = datetime(2029, 6, 1, 12, tzinfo=UTC)
    SurveyResponseFactory(round=pulse, person=pete.person, answers={"nps": 3}, handed_in_at=day)
    SurveyResponseFactory(round=pulse, person=paula.person, answers={"nps": 9}, handed_in_at=day + timedelta(days=1))
    SurveyResponseFactory(
        round=pulse, person=olga.person, answers={"why": "Quick."}, handed_in_at=datetime(2030, 3, 1, tzinfo=UTC)
    )
    SurveyResponseFactory(round=candid, person=olga.person, handed_in_at=datetime(2030, 3, 1, tzinfo=UTC))

    assert holds(asked) == partners
