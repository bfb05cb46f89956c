"""Pages of courses, quizzes and certifications on both sides: what is shown, what is kept from whom, few queries."""

from datetime import timedelta

import pytest
from django.urls import reverse

from enablement.models import CourseProgress, HeldCertification, Question, Quiz, QuizAttempt
from enablement.services import attempts
from tests.factories.learning import (
    CertificationFactory,
    CertificationRequirementFactory,
    CourseFactory,
    CourseProgressFactory,
    HeldCertificationFactory,
    LessonFactory,
    QuestionFactory,
    QuizAttemptFactory,
    QuizFactory,
    QuizStandingFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "Because the canary sings"


@pytest.fixture
def quiz():
    """A quiz of two questions, two attempts, with explanations nobody should read too early."""
    quiz = QuizFactory(name="Check", max_attempts=2)
    QuestionFactory.create_batch(2, quiz=quiz, explanation=SECRET)
    return quiz


def begin(client, quiz):
    client.post(reverse("partner:quiz-start", args=[quiz.public_id]))
    return QuizAttempt.objects.latest("pk")


def hand_in(client, attempt, answers, act="anyway"):
    return client.post(reverse("partner:attempt-hand-in", args=[attempt.public_id]), {**answers, "act": act})


def right(attempt):
    return {one["id"]: attempt.solution[one["id"]]["right"][0] for one in attempt.asked}


# --- taking a quiz


def test_nothing_of_what_is_right_reaches_the_browser_before_the_attempt_is_handed_in(client_of, pete, quiz, now):
    client = client_of(pete)
    attempt = begin(client, quiz)

    page = client.get(reverse("partner:attempt-detail", args=[attempt.public_id]))

    assert SECRET not in page.text
    assert '"right"' not in page.text
    assert all(key not in str(one) for one in page.context["questions"] for key in ("right':", "explanation"))


def test_a_failed_attempt_tells_what_is_right_only_after_the_last(client_of, pete, quiz, now):
    client = client_of(pete)
    first = begin(client, quiz)
    hand_in(client, first, {})
    after_first = client.get(reverse("partner:attempt-detail", args=[first.public_id]))
    second = begin(client, quiz)
    hand_in(client, second, {})
    after_last = client.get(reverse("partner:attempt-detail", args=[second.public_id]))

    assert "Right is:" not in after_first.text
    assert SECRET not in after_first.text
    assert "Right is:" in after_last.text
    assert "No attempt is left" in after_last.text


def test_while_another_attempt_is_open_nothing_is_told(client_of, pete, quiz, now):
    client = client_of(pete)
    first = begin(client, quiz)
    hand_in(client, first, {})
    begin(client, quiz)

    page = client.get(reverse("partner:attempt-detail", args=[first.public_id]))

    assert "Right is:" not in page.text
    assert SECRET not in page.text


def test_open_questions_are_asked_about_before_the_attempt_is_handed_in(client_of, pete, quiz, now):
    client = client_of(pete)
    attempt = begin(client, quiz)
    one = next(iter(right(attempt).items()))

    answer = hand_in(client, attempt, dict([one]), act="hand-in")

    attempt.refresh_from_db()
    assert answer.status_code == 422
    assert "1 question is not answered" in answer.text
    assert attempt.is_open
    assert attempt.answers == dict([one])


def test_handing_in_twice_counts_once(client_of, pete, quiz, now):
    client = client_of(pete)
    attempt = begin(client, quiz)

    for given in (right(attempt), {}):
        hand_in(client, attempt, given)

    attempt.refresh_from_db()
    assert (attempt.percent, QuizAttempt.objects.count()) == (100, 1)


def test_an_attempt_out_of_time_shows_its_result(client_of, pete, now):
    quiz = QuizFactory(minutes_limit=5)
    QuestionFactory(quiz=quiz)
    client = client_of(pete)
    attempt = begin(client, quiz)
    QuizAttempt.objects.update(started_at=now - timedelta(minutes=9), due_at=now - timedelta(minutes=4))

    page = client.get(reverse("partner:attempt-detail", args=[attempt.public_id]))
    saved = client.post(reverse("partner:attempt-save", args=[attempt.public_id]), right(attempt))

    assert "The time ran out" in page.text
    assert saved["HX-Refresh"] == "true"
    assert QuizAttempt.objects.get().percent == 0


def test_answers_are_saved_on_the_way(client_of, pete, quiz, now):
    client = client_of(pete)
    attempt = begin(client, quiz)

    answer = client.post(reverse("partner:attempt-save", args=[attempt.public_id]), right(attempt))

    attempt.refresh_from_db()
    assert "Saved just now" in answer.text
    assert attempt.answers == right(attempt)


def test_a_colleagues_attempt_is_nobody_elses(client_of, paula, pete, olga, now):
    attempt = QuizAttemptFactory(person=pete.person)

    for user in (paula, olga):
        assert client_of(user).get(reverse("partner:attempt-detail", args=[attempt.public_id])).status_code == 404


def test_an_open_attempt_ends_with_the_sight_of_its_quiz(client_of, pete, quiz, gold, now):
    client = client_of(pete)
    attempt = begin(client, quiz)
    Quiz.objects.update(audience=gold)

    assert client.get(reverse("partner:attempt-detail", args=[attempt.public_id])).status_code == 404


def test_ordering_is_answered_without_script(client_of, pete, now):
    quiz = QuizFactory()
    QuestionFactory(quiz=quiz, kind="ordering", choices=[{"text": one, "right": True} for one in "ABC"])
    client = client_of(pete)
    attempt = begin(client, quiz)
    question = attempt.asked[0]
    places = {one["id"]: "ABC".index(one["text"]) + 1 for one in question["choices"]}

    hand_in(client, attempt, {f"{question['id']}-{key}": place for key, place in places.items()})

    attempt.refresh_from_db()
    assert attempt.percent == 100


# --- courses


def test_a_course_is_gone_through_lesson_by_lesson(client_of, pete, now):
    course = CourseFactory()
    first, second = LessonFactory(course=course), LessonFactory(course=course)
    client = client_of(pete)

    client.get(reverse("partner:lesson-detail", args=[course.public_id, first.public_id]))
    to_second = client.post(reverse("partner:lesson-finish", args=[course.public_id, first.public_id]))
    to_course = client.post(reverse("partner:lesson-finish", args=[course.public_id, second.public_id]))

    assert str(second.public_id) in to_second["Location"]
    assert to_course["Location"] == reverse("partner:course-detail", args=[course.public_id])
    assert CourseProgress.objects.get().completed_at is not None


def test_what_is_for_others_is_nowhere(client_of, pete, gold, now):
    course = CourseFactory(name="Gold only", audience=gold, quiz=QuizFactory(name="Gold quiz"))
    lesson = LessonFactory(course=course)
    certification = CertificationRequirementFactory(
        kind="course", quiz=None, course=course, certification__name="Gold proof"
    ).certification
    client = client_of(pete)

    pages = [client.get(reverse(f"partner:{name}")).text for name in ("learning", "learning-paths-panel")]
    addresses = [
        reverse("partner:course-detail", args=[course.public_id]),
        reverse("partner:lesson-detail", args=[course.public_id, lesson.public_id]),
        reverse("partner:quiz-detail", args=[course.quiz.public_id]),
        reverse("partner:certification-detail", args=[certification.public_id]),
    ]

    assert "Gold" not in "".join(pages)
    assert [client.get(one).status_code for one in addresses] == [404] * 4


def test_one_continues_where_one_was(client_of, pete, now):
    course = CourseFactory(name="Basics")
    LessonFactory(course=course)
    second = LessonFactory(course=course, title="The second")
    CourseProgressFactory(course=course, person=pete.person, last_lesson=second, started_at=now, last_seen_at=now)

    page = client_of(pete).get(reverse("partner:learning"))

    assert "Continue where you were" in page.text
    assert reverse("partner:lesson-detail", args=[course.public_id, second.public_id]) in page.text


def test_the_team_is_for_its_admins(client_of, paula, pete, olga, now):
    HeldCertificationFactory(person=pete.person, certification__name="Cloud Expert")
    QuizStandingFactory(
        person=pete.person, quiz=QuizFactory(purpose="assessment", measures="tech_savviness", pass_percent=0),
        last_percent=64, best_percent=64, taken_on=now.date(),
    )  # fmt: skip
    address = reverse("partner:learning-team")

    assert client_of(pete).get(address).status_code == 403
    assert "Cloud Expert" in client_of(paula).get(address).text
    assert "64 %" in client_of(paula).get(address).text
    assert "Cloud Expert" not in client_of(olga).get(address).text


# --- the vendor's side


def test_a_question_is_written_with_its_answers(client_of, victor, now):
    quiz = QuizFactory(published_at=None)
    address = reverse("vendor:question-add", args=[quiz.public_id])
    said = {"kind": "single", "text": "Which?", "points": 2, "choice-1": "This", "right-1": "on", "choice-2": "That"}

    refused = client_of(victor).post(address, {**said, "right-2": "on"})
    client_of(victor).post(address, said)

    assert refused.status_code == 422
    assert "Mark the one answer that is right." in refused.text
    assert 'value="That"' in refused.text
    assert Question.objects.get().choices == [{"text": "This", "right": True}, {"text": "That", "right": False}]


def test_hard_questions_are_shown_once_enough_have_met_them(client_of, victor, now):
    question = QuestionFactory(text="Too hard?")
    shown = {"id": str(question.public_id), "kind": "single", "text": "Too hard?", "points": 1, "choices": []}
    for _ in range(5):
        QuizAttemptFactory(
            quiz=question.quiz, asked=[shown], handed_in_at=now, percent=0, points=0, passed=False,
            answered_rightly=[],
        )  # fmt: skip

    page = client_of(victor).get(reverse("vendor:quiz-detail", args=[question.quiz.public_id]))

    assert "0 % right of 5" in page.text
    assert "Hard" in page.text


def test_a_manager_gives_new_attempts_at_their_partners_alone(client_of, vera, pete, olga, now):
    quiz = QuizFactory(max_attempts=1)
    QuestionFactory(quiz=quiz)
    for user in (pete, olga):
        attempt = attempts.start(quiz=quiz, person=user.person, by=user, at=now)
        attempts.hand_in(attempt=attempt, answers={}, by=user, at=now)
    client = client_of(vera)
    page = client.get(reverse("vendor:quiz-results", args=[quiz.public_id]))
    addresses = [
        reverse("vendor:quiz-open-round", args=[quiz.public_id, user.person.quiz_standings.get().public_id])
        for user in (pete, olga)
    ]

    assert "Pete Pratt" in page.text
    assert "Olga Oss" not in page.text
    assert [client.post(one).status_code for one in addresses] == [302, 404]
    assert attempts.start(quiz=quiz, person=pete.person, by=pete, at=now).round == 2


def test_the_starter_assessments_come_once(client_of, victor, now):
    for _ in range(2):
        client_of(victor).post(reverse("vendor:quiz-starters"))

    made = Quiz.objects.filter(purpose="assessment")
    assert {one.measures for one in made} == {"tech_savviness", "product_knowledge"}
    assert all(one.questions.count() == 10 for one in made)


def test_a_certification_is_told_what_it_asks(client_of, victor, quiz, now):
    certification = CertificationFactory()
    address = reverse("vendor:requirement-add", args=[certification.public_id])
    client = client_of(victor)

    nothing = client.post(address, {})
    client.post(address, {"quiz": quiz.pk, "again": "on"})

    assert nothing.status_code == 422
    assert certification.requirements.get().again


def test_a_certificate_is_recorded_and_revoked(client_of, vera, pinewood, pete, now):
    certification = CertificationFactory(name="ISO 27001", for_company=True)
    client = client_of(vera)
    client.post(
        reverse("vendor:partner-certificate-record", args=[pinewood.public_id]),
        {"certification": certification.pk, "earned_on": "2030-01-07", "reference": "A-1"},
    )
    held = HeldCertification.objects.get()
    client.post(reverse("vendor:certificate-revoke", args=[held.public_id]), {"reason": "Not theirs."})

    held.refresh_from_db()
    assert (held.partner, held.person, held.reference) == (pinewood, None, "A-1")
    assert held.revoked_by == vera


# --- how much they ask of the database


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("partner:learning", "paula"),
        ("partner:learning-paths-panel", "paula"),
        ("partner:learning-team", "paula"),
        ("partner:certification-list", "paula"),
        ("vendor:course-list", "victor"),
        ("vendor:quiz-list", "victor"),
        ("vendor:certification-list", "victor"),
    ],
)
def test_lists_keep_their_query_count(name, who, request, client_of, paula, victor, now, django_assert_max_num_queries):
    for number in range(6):
        course = CourseFactory(quiz=QuizFactory())
        LessonFactory.create_batch(2, course=course)
        CourseProgressFactory(course=course, person=paula.person, started_at=now, last_seen_at=now)
        CertificationRequirementFactory(kind="course", quiz=None, course=course)
        HeldCertificationFactory(person=paula.person, certification__key=f"held-{number}")
    client = client_of(request.getfixturevalue(who))
    client.get(reverse(name))

    with django_assert_max_num_queries(12):
        client.get(reverse(name))


def test_details_keep_their_query_count(client_of, paula, victor, now, django_assert_max_num_queries):
    quiz = QuizFactory(max_attempts=3)
    questions = QuestionFactory.create_batch(3, quiz=quiz)
    course = CourseFactory(quiz=quiz)
    lesson = LessonFactory.create_batch(3, course=course)[0]
    Question.objects.update(read_again=lesson)
    certification = CertificationRequirementFactory(quiz=quiz).certification
    attempt = attempts.start(quiz=quiz, person=paula.person, by=paula, at=now)
    paulas = [
        reverse("partner:course-detail", args=[course.public_id]),
        reverse("partner:lesson-detail", args=[course.public_id, lesson.public_id]),
        reverse("partner:quiz-detail", args=[quiz.public_id]),
        reverse("partner:certification-detail", args=[certification.public_id]),
        reverse("partner:attempt-detail", args=[attempt.public_id]),
    ]
    victors = [
        reverse("vendor:course-detail", args=[course.public_id]),
        reverse("vendor:quiz-detail", args=[quiz.public_id]),
        reverse("vendor:quiz-results", args=[quiz.public_id]),
        reverse("vendor:question-edit", args=[quiz.public_id, questions[0].public_id]),
        reverse("vendor:certification-detail", args=[certification.public_id]),
    ]

    for user, addresses in ((paula, paulas), (victor, victors)):
        client = client_of(user)
        for address in addresses:
            client.get(address)
            with django_assert_max_num_queries(14, info=address):
                client.get(address)
