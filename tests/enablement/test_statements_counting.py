"""What statements of other learning systems come to: whom and what they are about, once, now or later."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from core.services import outbox
from enablement.models import CourseProgress, HeldCertification, LearningStatement
from enablement.services import courses, statement_actors, statement_counting, statements
from partners.models import Person
from partners.services import people
from segmentation.signals import partners_classified
from tests.enablement.statements import ADL, COMPLETED, COURSE, PASSED, taking_back, told
from tests.factories.accounts import IntegrationFactory
from tests.factories.learning import (
    CertificationRequirementFactory,
    CourseFactory,
    CourseProgressFactory,
    LearningStatementFactory,
    LessonFactory,
)
from tests.factories.partners import PersonFactory

pytestmark = pytest.mark.django_db


def sha1(text):
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


ONE, TWO = "0188b3a0-0000-4000-8000-000000000001", "0188b3a0-0000-4000-8000-000000000002"


@pytest.fixture
def course():
    course = CourseFactory(name="Basics", activity_iri=COURSE)
    LessonFactory(course=course)
    return course


@pytest.fixture
def tell(ian, now):
    """Return a function by which Ian's system tells something and a worker looks at it: (outcome, reason)."""

    def say(said, *, by=None, at=now):
        (known,) = statements.receive(integration=by or ian, said=[said], at=at)
        outbox.deliver_due(at=at)
        row = LearningStatement.objects.get(integration=by or ian, statement_id=known)
        return row.outcome, row.reason

    return say


# --- what counts


@pytest.mark.parametrize("verb", [PASSED, COMPLETED])
def test_who_passes_elsewhere_completes_the_course(tell, course, pete, verb):
    assert tell(told(verb=verb, timestamp="2030-03-17T23:30:00-05:00")) == ("counted", "")

    way = CourseProgress.objects.get(course=course, person=pete.person)
    assert way.completed_at == way.started_at == datetime(2030, 3, 18, 4, 30, tzinfo=UTC)
    row = LearningStatement.objects.get()
    assert (row.person, row.course) == (pete.person, course)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (told(verb=f"{ADL}progressed"), ("nothing", "verb")),
        (told(verb=f"{ADL}failed"), ("nothing", "verb")),
        (told(verb=f"{ADL}attempted"), ("nothing", "verb")),
        (told(result={"success": False, "completion": True}), ("nothing", "not_done")),
        (told(result={"completion": False}), ("nothing", "not_done")),
        (told(about=f"{COURSE}/"), ("no_activity", "no_course")),
        (told("nobody@pinewood.example"), ("no_person", "nobody")),
        ({**told(), "object": {"objectType": "Agent", "mbox": "mailto:a@b.example"}}, ("nothing", "no_thing")),
        ({**told(), "actor": {"openid": "https://pete.example"}}, ("no_person", "not_named")),
        (
            {**told(), "actor": {"objectType": "Group", "mbox": "mailto:pete@pinewood.example"}},
            ("no_person", "not_named"),
        ),
        (
            {**told(), "actor": {"account": {"homePage": "https://elsewhere.example", "name": "pete"}}},
            ("no_person", "nobody"),
        ),
    ],
)
def test_what_does_not_count_says_why(tell, course, pete, said, expected):
    assert tell(said) == expected
    assert not CourseProgress.objects.exists()


def test_evidence_of_somebody_known_is_kept_with_them(tell, course, pete):
    tell(told(verb=f"{ADL}failed", result={"score": {"raw": 30, "min": 10, "max": 60}, "success": False}))

    row = LearningStatement.objects.get()
    assert (row.person, row.course, row.percent, row.success) == (pete.person, course, 40, False)


def test_a_course_that_was_completed_stays_as_it_was(tell, course, pete, now):
    way = CourseProgressFactory(course=course, person=pete.person, completed_at=now - timedelta(days=30))

    assert tell(told(timestamp="2030-03-01T00:00:00Z")) == ("nothing", "had_it")
    assert CourseProgress.objects.get().completed_at == way.completed_at


def test_whoever_began_here_after_passing_there_began_then(tell, course, pete, now):
    CourseProgressFactory(course=course, person=pete.person, started_at=now, last_seen_at=now)

    assert tell(told(timestamp="2030-03-10T12:00:00Z")) == ("counted", "")
    way = CourseProgress.objects.get()
    assert way.started_at == way.completed_at == datetime(2030, 3, 10, 12, tzinfo=UTC)
    assert way.last_seen_at == now


def test_nothing_is_completed_in_the_future(tell, course, pete, now):
    assert tell(told(timestamp="2030-03-18T20:00:00Z")) == ("counted", "")
    assert CourseProgress.objects.get().completed_at == now


def test_of_two_the_one_that_happened_first_counts(ian, now, course, pete):
    said = [told(timestamp="2030-03-02T00:00:00Z"), told(timestamp="2030-03-01T00:00:00Z")]
    statements.receive(integration=ian, said=said, at=now)
    outbox.deliver_due(at=now)

    assert CourseProgress.objects.get().completed_at == datetime(2030, 3, 1, tzinfo=UTC)
    assert sorted(LearningStatement.objects.values_list("outcome", "reason")) == [
        ("counted", ""), ("nothing", "had_it"),
    ]  # fmt: skip


def test_what_the_course_leads_to_follows(tell, course, pete):
    asked = CertificationRequirementFactory(kind="course", course=course, quiz=None)

    tell(told())

    assert HeldCertification.objects.get().certification == asked.certification


def test_looking_twice_changes_nothing(tell, course, pete, now):
    tell(told())
    ids = list(LearningStatement.objects.values_list("pk", flat=True))
    before = list(CourseProgress.objects.values())

    assert statement_counting.count(ids=ids, at=now) == 0
    assert list(CourseProgress.objects.values()) == before


# --- who is meant


@pytest.mark.parametrize(
    "actor",
    [
        {"mbox": "mailto:Pete@Pinewood.Example"},
        {"mbox_sha1sum": sha1("mailto:pete@pinewood.example")},
        {"mbox_sha1sum": sha1("mailto:pete@pinewood.example").upper(), "name": "Pete"},
    ],
)
def test_people_are_known_by_their_address(tell, course, pete, actor):
    assert tell({**told(), "actor": actor}) == ("counted", "")
    assert tell({**told(), "actor": actor}) == ("nothing", "had_it")


def test_people_are_known_by_their_id_here(tell, course, pete):
    person = Person.objects.get(pk=pete.person.pk)
    account = {"homePage": f"{settings.PUBLIC_URL}/", "name": str(person.public_id).upper()}

    assert tell({**told(), "actor": {"account": account}}) == ("counted", "")


def test_of_two_with_one_address_the_one_who_signs_in_is_meant(tell, course, pete, oakhurst):
    PersonFactory(partner=oakhurst, email=pete.email)

    assert tell(told()) == ("counted", "")
    assert CourseProgress.objects.get().person == pete.person


def test_two_of_whom_neither_signs_in_are_not_told_apart(tell, course, pinewood, oakhurst):
    for partner in (pinewood, oakhurst):
        PersonFactory(partner=partner, email="sam@both.example")

    assert tell(told("sam@both.example")) == ("no_person", "several")


def test_who_left_is_nobody_here(tell, course, pete, victor, now):
    people.leave(person=pete.person, by=victor, at=now)

    assert tell(told()) == ("no_person", "nobody")


# --- who and what comes later


def test_somebody_who_comes_later_gets_what_waited(tell, course, pinewood, victor, now):
    digest = sha1("mailto:new@pinewood.example")
    tell(told("new@pinewood.example", timestamp="2030-03-01T00:00:00Z"))
    tell({**told(), "actor": {"mbox_sha1sum": digest}})

    new = people.add(partner=pinewood, by=victor, at=now, name="New", email="New@pinewood.example")
    for _ in range(2):
        partners_classified.send(sender=None, partner_ids=[pinewood.pk], at=now)
        outbox.deliver_due(at=now)

    assert CourseProgress.objects.get().person == new
    assert CourseProgress.objects.get().completed_at == datetime(2030, 3, 1, tzinfo=UTC)
    assert sorted(LearningStatement.objects.values_list("outcome", flat=True)) == ["counted", "nothing"]


def test_somebody_told_by_a_digest_alone_comes_later(tell, course, pinewood, victor, now):
    actor = {"mbox_sha1sum": sha1("mailto:new@pinewood.example")}
    assert tell({**told(), "actor": actor}) == ("no_person", "nobody")

    new = people.add(partner=pinewood, by=victor, at=now, name="New", email="new@pinewood.example")
    partners_classified.send(sender=None, partner_ids=[pinewood.pk], at=now)
    outbox.deliver_due(at=now)

    assert CourseProgress.objects.get().person == new
    assert tell({**told(), "actor": actor}) == ("nothing", "had_it")


def test_a_digest_heard_of_before_somebody_came_finds_them(tell, course, pinewood, victor, now):
    actor = {"mbox_sha1sum": sha1("mailto:new@pinewood.example")}
    tell({**told(verb=f"{ADL}attempted"), "actor": actor})

    people.add(partner=pinewood, by=victor, at=now, name="New", email="new@pinewood.example")

    assert tell({**told(), "actor": actor}) == ("counted", "")


def test_a_digest_nobody_has_is_looked_for_among_everybody_once(tell, course, pete, monkeypatch):
    actor = {"mbox_sha1sum": "a" * 40}
    asked = []
    monkeypatch.setattr(statement_actors, "digest_of", lambda mbox: asked.append(mbox) or mbox)

    assert [tell({**told(), "actor": actor}) for _ in range(2)] == [("no_person", "nobody")] * 2
    assert asked == ["mailto:pete@pinewood.example"] * 2


def test_people_without_anything_waiting_cost_one_question(pete, pinewood, django_assert_num_queries):
    with django_assert_num_queries(1):
        statement_counting.people_known(partner_ids=[pinewood.pk])


def test_a_course_that_comes_later_counts_what_waited(tell, pete, victor, now):
    tell(told())
    course = CourseFactory(published_at=None)
    LessonFactory(course=course)

    courses.update(course=course, by=victor, at=now, changes={"activity_iri": COURSE})
    outbox.deliver_due(at=now)
    outbox.deliver_due(at=now)
    assert LearningStatement.objects.get().reason == "not_offered"

    courses.publish(course=course, by=victor, at=now)
    outbox.deliver_due(at=now)

    assert LearningStatement.objects.get().outcome == "counted"
    assert CourseProgress.objects.get().person == pete.person


def test_a_retired_course_waits_to_be_offered_again(tell, course, pete, victor, now):
    courses.retire(course=course, by=victor, at=now)
    assert tell(told()) == ("no_activity", "not_offered")

    courses.publish(course=course, by=victor, at=now)
    outbox.deliver_due(at=now)

    assert LearningStatement.objects.get().outcome == "counted"


# --- taken back


def test_what_is_taken_back_before_it_counts_never_counts(ian, tell, course, pete, now):
    statements.receive(integration=ian, said=[told(id=ONE)], at=now)
    assert tell(taking_back(ONE)) == ("nothing", "voids")

    assert LearningStatement.objects.get(statement_id=ONE).outcome == "voided"
    assert not CourseProgress.objects.exists()


def test_what_is_taken_back_before_it_is_told_never_counts(tell, course, pete):
    tell(taking_back(ONE))

    assert tell(told(id=ONE)) == ("voided", "")


def test_told_and_taken_back_at_once_never_counts(ian, course, pete, now):
    of_pete = LearningStatementFactory(integration=ian, email=pete.email, activity=COURSE)
    LearningStatementFactory(integration=ian, said=taking_back(ONE), activity="", voids=of_pete.statement_id)

    statement_counting.count(ids=list(LearningStatement.objects.values_list("pk", flat=True)), at=now)

    of_pete.refresh_from_db()
    assert (of_pete.outcome, of_pete.voided_at) == ("voided", now)
    assert not CourseProgress.objects.exists()


def test_what_waited_is_taken_back(tell, course, pinewood, victor, now):
    tell(told("new@pinewood.example", id=ONE))
    tell(taking_back(ONE))

    people.add(partner=pinewood, by=victor, at=now, name="New", email="new@pinewood.example")
    partners_classified.send(sender=None, partner_ids=[pinewood.pk], at=now)
    outbox.deliver_due(at=now)

    assert not CourseProgress.objects.exists()


def test_what_was_counted_stays_and_is_marked(tell, course, pete, now):
    tell(told(id=ONE))
    tell(taking_back(ONE))

    row = LearningStatement.objects.get(statement_id=ONE)
    assert (row.outcome, row.voided_at) == ("counted", now)
    assert CourseProgress.objects.get().completed_at == now


def test_only_the_system_that_told_takes_back(tell, course, pete, victor):
    tell(told(id=ONE))
    tell(taking_back(ONE), by=IntegrationFactory(owner=victor))

    assert LearningStatement.objects.get(statement_id=ONE).voided_at is None


# --- courses' activity


@pytest.mark.parametrize("iri", ["basics", "/courses/1", "javascript:alert(1)", "https://a b", "x" * 10, "https:"])
def test_an_activity_is_an_absolute_iri(victor, now, iri):
    with pytest.raises(courses.Refusal) as refused:
        courses.create(by=victor, at=now, name="Basics", activity_iri=iri)

    assert list(refused.value.message_dict) == ["activity_iri"]


def test_two_courses_do_not_stand_for_one_activity(victor, now, course):
    with pytest.raises(courses.Refusal, match="Basics"):
        courses.create(by=victor, at=now, name="Other", activity_iri=COURSE)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseFactory(activity_iri=COURSE)
    CourseFactory(activity_iri="")
    CourseFactory(activity_iri="")


# --- records


@pytest.mark.parametrize(
    "changes",
    [
        {"said": {}}, {"verb": "x"}, {"actor_key": "x"}, {"statement_id": TWO}, {"happened_at": datetime.now(UTC)},
        {"outcome": "counted"}, {"outcome": "voided"}, {"score": 2},
    ],
)  # fmt: skip
def test_the_database_keeps_what_was_said_and_what_fits_together(changes):
    row = LearningStatementFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        LearningStatement.objects.filter(pk=row.pk).update(**changes)


def test_a_system_tells_a_statement_once_and_two_systems_each_their_own():
    row = LearningStatementFactory()

    LearningStatementFactory(statement_id=row.statement_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        LearningStatementFactory(statement_id=row.statement_id, integration=row.integration)


def test_who_sees_what_is_told(ian, victor, vera, rita, erin, pete, olga):
    of_pete, of_olga, of_nobody = (LearningStatementFactory(person=one) for one in (pete.person, olga.person, None))
    own = LearningStatementFactory(integration=ian)

    def seen(user):
        return set(LearningStatement.objects.visible_to(user))

    assert seen(victor) == {of_pete, of_olga, of_nobody, own}
    assert seen(vera) == seen(rita) == {of_pete}
    assert seen(erin) == {of_pete, of_olga}
    assert seen(pete) == {of_pete}
    assert seen(ian) == {own}


def test_what_counts_for_nothing_goes_after_half_a_year(now, course, pete):
    def told_days_ago(days, **more):
        return LearningStatementFactory(received_at=now - timedelta(days=days), **more)

    kept = [
        told_days_ago(179, outcome="nothing"),
        told_days_ago(400, outcome="no_person"),
        told_days_ago(2000, outcome="counted", person=pete.person, course=course),
        told_days_ago(2000, outcome="received"),
    ]
    told_days_ago(181, outcome="nothing")
    told_days_ago(181, outcome="voided", voided_at=now)
    told_days_ago(731, outcome="no_activity")

    assert statements.forget_old(at=now) == 3
    assert statements.forget_old(at=now) == 0
    assert set(LearningStatement.objects.all()) == set(kept)


def test_much_is_looked_at_in_parts(ian, now):
    statements.receive(integration=ian, said=[told() for _ in range(120)], at=now)

    sizes = [len(one["ids"]) for one in OutboxMessage.objects.values_list("payload", flat=True)]
    assert sorted(sizes) == [20, 50, 50]
