"""Quizzes: pools that are drawn from, attempts that are counted, timed and marked once."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.refusals import Refusal
from enablement.models import Activity, ActivityKind, Question, Quiz, QuizAttempt, QuizStanding
from enablement.services import attempts, marking, questions, quizzes
from tests.factories.learning import (
    CourseFactory,
    QuestionFactory,
    QuizAttemptFactory,
    QuizFactory,
    QuizStandingFactory,
)

pytestmark = pytest.mark.django_db


def chance(seed):
    """Return chance that repeats itself."""
    return random.Random(seed)  # noqa: S311


def right_answers(attempt):
    """Return what is right to answer, as only the server knows."""
    return {
        one["id"]: (
            attempt.solution[one["id"]]["right"][0]
            if one["kind"] in {"single", "text"}
            else attempt.solution[one["id"]]["right"]
        )
        for one in attempt.asked
    }


@pytest.fixture
def quiz():
    quiz = QuizFactory(max_attempts=2)
    QuestionFactory.create_batch(3, quiz=quiz)
    return quiz


def begin(quiz, user, now):
    return attempts.start(quiz=quiz, person=user.person, by=user, at=now, chance=chance(1))


# --- defining


def test_an_attempt_never_asks_more_than_the_pool_has(victor, now):
    quiz = quizzes.create(by=victor, at=now, name="Basics", questions_asked=2)
    questions.add(quiz=quiz, by=victor, at=now, kind="text", text="Port of https?", choices=[{"text": "443"}])

    with pytest.raises(Refusal, match="2 questions"):
        quizzes.publish(quiz=quiz, by=victor, at=now)

    questions.add(quiz=quiz, by=victor, at=now, kind="text", text="And of ssh?", choices=[{"text": "22"}])
    assert quizzes.publish(quiz=quiz, by=victor, at=now)
    assert not quizzes.publish(quiz=quiz, by=victor, at=now)


def test_a_published_quiz_keeps_the_questions_it_needs(victor, now):
    quiz = QuizFactory(questions_asked=1)
    first, second = QuestionFactory.create_batch(2, quiz=quiz)

    assert questions.retire(question=first, by=victor, at=now)
    with pytest.raises(Refusal):
        questions.retire(question=second, by=victor, at=now)


def test_an_assessment_has_no_pass_mark_and_a_check_measures_nothing(victor, now):
    assessment = quizzes.create(
        by=victor, at=now, name="How ready?", purpose="assessment", measures="tech_savviness", pass_percent=80
    )
    check = quizzes.create(by=victor, at=now, name="Check", measures="tech_savviness")

    assert (assessment.pass_percent, check.measures) == (0, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        Quiz.objects.filter(pk=assessment.pk).update(pass_percent=50)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quiz.objects.filter(pk=check.pk).update(measures="tech_savviness")


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        ("single", [{"text": "A", "right": True}]),
        ("single", [{"text": "A", "right": True}, {"text": "B", "right": True}]),
        ("single", [{"text": "A"}, {"text": "B"}]),
        ("multiple", [{"text": "A"}, {"text": "B"}]),
        ("ordering", [{"text": "A"}]),
        ("text", [{"text": "  "}]),
        ("single", [{"text": "A", "right": True}, {"text": "a "}]),
        ("single", [{"text": str(n), "right": n == 1} for n in range(9)]),
    ],
)
def test_a_question_that_cannot_be_answered_rightly_is_refused(victor, now, quiz, kind, choices):
    with pytest.raises(Refusal) as refused:
        questions.add(quiz=quiz, by=victor, at=now, kind=kind, text="Which?", choices=choices)

    assert set(refused.value.message_dict) == {"choices"}


def test_the_database_keeps_questions_answerable(quiz):
    for change in ({"text": ""}, {"points": 0}, {"choices": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.update(**change)


def test_changing_a_question_twice_changes_it_once(victor, now, quiz):
    question = quiz.questions.first()
    said = {"text": "New?", "choices": [{"text": " Yes ", "right": True}, {"text": "No"}, {"text": ""}]}

    assert set(questions.change(question=question, by=victor, at=now, changes=said)) == {"text", "choices"}
    assert questions.change(question=question, by=victor, at=now, changes=said) == []


# --- marking


@pytest.mark.parametrize(
    ("kind", "choices", "answer", "is_right"),
    [
        ("text", [{"text": "High availability"}], "  high  Availability. ", True),
        ("text", [{"text": "443"}, {"text": "port 443"}], "Port 443", True),
        ("text", [{"text": "443"}], "4430", False),
    ],
)
def test_typed_answers_are_compared_by_what_they_say(quiz, kind, choices, answer, is_right):
    question = QuestionFactory(quiz=quiz, kind=kind, choices=[one | {"right": True} for one in choices])
    asked, solution = marking.draw([question], number=None, chance=chance(1))

    assert (
        marking.is_right(asked[0], solution, marking.read(asked, {asked[0]["id"]: answer})[asked[0]["id"]]) is is_right
    )


def test_what_the_browser_sees_does_not_tell_the_order(quiz):
    question = QuestionFactory(quiz=quiz, kind="ordering", choices=[{"text": one, "right": True} for one in "ABCD"])

    for seed in range(30):
        asked, solution = marking.draw([question], number=None, chance=chance(seed))
        shown = [one["text"] for one in asked[0]["choices"]]
        right = [asked[0]["choices"][int(one)]["text"] for one in solution[asked[0]["id"]]["right"]]
        assert [one["id"] for one in asked[0]["choices"]] == ["0", "1", "2", "3"]
        assert shown != right == list("ABCD")


def test_several_answers_are_right_together_or_not_at_all(quiz):
    choices = [{"text": "A", "right": True}, {"text": "B", "right": True}, {"text": "C", "right": False}]
    question = QuestionFactory(quiz=quiz, kind="multiple", choices=choices)
    asked, solution = marking.draw([question], number=None, chance=chance(1))
    right = solution[asked[0]["id"]]["right"]

    assert marking.is_right(asked[0], solution, list(reversed(right)))
    assert not marking.is_right(asked[0], solution, right[:1])
    assert not marking.is_right(asked[0], solution, ["0", "1", "2"])


def test_answers_that_are_none_are_left_out(quiz):
    asked, _solution = marking.draw(quiz.questions.all(), number=1, chance=chance(1))
    key = asked[0]["id"]

    for nonsense in ("7", ["0"], None, {"a": 1}, 3):
        assert marking.read(asked, {key: nonsense, "other": "0"}) == {}


def test_percentages_are_never_rounded_up():
    asked = [{"id": str(n), "kind": "single", "points": 1, "choices": [{"id": "0"}]} for n in range(3)]
    solution = {str(n): {"right": ["0"]} for n in range(3)}

    assert marking.mark(asked, solution, {"0": "0", "1": "0"}).percent == 66


# --- attempts


def test_a_pass_is_noted_with_its_score(quiz, pete, now):
    attempt = begin(quiz, pete, now)

    attempts.hand_in(attempt=attempt, answers=right_answers(attempt), by=pete, at=now)

    standing = QuizStanding.objects.get()
    assert (standing.best_percent, standing.last_percent, standing.passed_at) == (100, 100, now)
    assert Activity.objects.get(kind=ActivityKind.QUIZ).person == pete.person


def test_handing_in_twice_counts_once(quiz, pete, now):
    attempt = begin(quiz, pete, now)
    attempts.hand_in(attempt=attempt, answers={}, by=pete, at=now)

    again = attempts.hand_in(attempt=attempt, answers=right_answers(attempt), by=pete, at=now + timedelta(minutes=1))

    assert (again.percent, again.passed) == (0, False)
    assert Activity.objects.get(kind=ActivityKind.QUIZ).times == 1


def test_what_was_handed_in_is_never_changed(quiz, pete, now):
    attempt = begin(quiz, pete, now)
    attempts.hand_in(attempt=attempt, answers={}, by=pete, at=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttempt.objects.update(percent=100, points=3, passed=True)


def test_an_open_attempt_is_carried_on(quiz, pete, now):
    first = begin(quiz, pete, now)

    assert begin(quiz, pete, now + timedelta(hours=1)) == first


def test_no_more_attempts_than_allowed(quiz, pete, victor, now):
    for _ in range(2):
        attempts.hand_in(attempt=begin(quiz, pete, now), answers={}, by=pete, at=now)

    with pytest.raises(Refusal, match="no attempt left"):
        begin(quiz, pete, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttemptFactory(quiz=quiz, person=pete.person, number=3, started_at=now)

    assert attempts.open_round(quiz=quiz, person=pete.person, by=victor, at=now)
    assert not attempts.open_round(quiz=quiz, person=pete.person, by=victor, at=now)
    assert (begin(quiz, pete, now).round, QuizAttempt.objects.count()) == (2, 3)


def test_after_a_pass_the_count_begins_anew(quiz, pete, now):
    for _ in range(3):
        attempt = begin(quiz, pete, now)
        attempts.hand_in(attempt=attempt, answers=right_answers(attempt), by=pete, at=now)

    assert [one.round for one in QuizAttempt.objects.order_by("pk")] == [1, 2, 3]


def test_a_timed_attempt_ends_on_the_server_with_what_came_in_time(pete, now):
    quiz = QuizFactory(minutes_limit=10)
    QuestionFactory.create_batch(2, quiz=quiz)
    attempt = begin(quiz, pete, now)
    right = right_answers(attempt)
    first, second = right
    assert attempts.save(attempt=attempt, answers={first: right[first]}, by=pete, at=now + timedelta(minutes=9))

    late = now + timedelta(minutes=11)
    closed = attempts.hand_in(attempt=attempt, answers={second: right[second]}, by=pete, at=late)

    assert (closed.percent, closed.ran_out, closed.passed) == (50, True, False)
    assert not attempts.save(attempt=attempt, answers=right, by=pete, at=late)


def test_the_last_second_is_in_time_and_an_abandoned_attempt_is_closed_by_the_clock(pete, olga, now):
    quiz = QuizFactory(minutes_limit=10)
    QuestionFactory(quiz=quiz)
    last = begin(quiz, pete, now)
    begin(quiz, olga, now)
    due = now + timedelta(minutes=10)

    assert attempts.hand_in(attempt=last, answers=right_answers(last), by=pete, at=due + attempts.GRACE).passed
    assert attempts.close_overdue(at=due + attempts.GRACE) == 0
    assert attempts.close_overdue(at=due + attempts.GRACE + timedelta(seconds=1)) == 1
    assert attempts.close_overdue(at=due + timedelta(hours=1)) == 0
    assert QuizAttempt.objects.get(person=olga.person).ran_out


def test_answers_are_kept_and_can_be_taken_back(quiz, pete, now):
    attempt = begin(quiz, pete, now)
    key = attempt.asked[0]["id"]

    attempts.save(attempt=attempt, answers={key: "0"}, by=pete, at=now)
    attempts.save(attempt=attempt, answers={key: ""}, by=pete, at=now)

    attempt.refresh_from_db()
    assert attempt.answers == {}


def test_an_attempt_keeps_what_was_asked_when_the_pool_changes(quiz, pete, victor, now):
    attempt = begin(quiz, pete, now)
    for question in quiz.questions.all():
        questions.change(
            question=question, by=victor, at=now,
            changes={"choices": [{"text": "Right", "right": False}, {"text": "Wrong", "right": True}]},
        )  # fmt: skip

    assert attempts.hand_in(attempt=attempt, answers=right_answers(attempt), by=pete, at=now).percent == 100


def test_a_retired_quiz_begins_no_attempt(quiz, pete, victor, now):
    quizzes.retire(quiz=quiz, by=victor, at=now)

    with pytest.raises(Refusal):
        begin(quiz, pete, now)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"percent": 50},
        {"handed_in_at": "2030-01-01T00:00Z", "percent": 50, "passed": True, "points": 1},
        {"handed_in_at": "2031-01-01T00:00Z", "percent": 101, "passed": True, "points": 1},
    ],
)
def test_the_database_refuses_attempts_that_cannot_be(change, now):
    attempt = QuizAttemptFactory(started_at=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttempt.objects.filter(pk=attempt.pk).update(**change)


def test_one_attempt_is_open_at_a_time_and_one_standing_there():
    attempt = QuizAttemptFactory()
    standing = QuizStandingFactory(best_percent=100)

    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttemptFactory(quiz=attempt.quiz, person=attempt.person, number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttemptFactory(quiz=attempt.quiz, person=attempt.person, number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizStandingFactory(quiz=standing.quiz, person=standing.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizStanding.objects.update(best_percent=101)


# --- who sees it


def test_a_quiz_is_for_whom_it_and_its_courses_are(paula, olga, gold, classify, pinewood, oakhurst):
    classify(pinewood, gold)
    classify(oakhurst)
    for_gold, plain = QuizFactory(audience=gold), QuizFactory()
    at_the_end = QuizFactory()
    CourseFactory(quiz=at_the_end, audience=gold)

    assert set(Quiz.objects.visible_to(paula)) == {for_gold, plain, at_the_end}
    assert set(Quiz.objects.visible_to(olga)) == {plain}


def test_people_of_a_quiz_mark_their_partner_stale(pete, now):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM segmentation_stalepartner")
        QuizStandingFactory(person=pete.person)
        cursor.execute("SELECT partner_id, source FROM segmentation_stalepartner")

        assert (pete.person.partner_id, "quizzes") in cursor.fetchall()
