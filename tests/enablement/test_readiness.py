"""Assessments feed the profile: the average and the best of a partner's people, and each person's own."""

import pytest

from criteria.tree import parse
from enablement.models import Quiz
from enablement.services import attempts, quizzes, starters
from segmentation import engine
from tests.factories.learning import QuizFactory, QuizStandingFactory

pytestmark = pytest.mark.django_db


def rule(field, operator, value):
    return parse({"combinator": "and", "not": False, "rules": [{"field": field, "operator": operator, "value": value}]})


def holds(partner, field, operator, value, now):
    return engine.explain(rule(field, operator, value), partner_id=partner.pk, at=now).met


@pytest.fixture
def scores(pinewood, paula, pete):
    """Paula scored 80 and Pete 40; a quiz with a pass mark counts for nothing."""
    quiz = QuizFactory(purpose="assessment", measures="tech_savviness", pass_percent=0)
    for user, percent in ((paula, 80), (pete, 40)):
        QuizStandingFactory(quiz=quiz, person=user.person, last_percent=percent, best_percent=percent)
    QuizStandingFactory(person=paula.person, last_percent=100, best_percent=100)


@pytest.mark.parametrize(
    ("field", "value", "met"),
    [("tech_savviness", 60, True), ("tech_savviness", 61, False), ("tech_savviness_best", 80, True)],
)
def test_rules_ask_for_the_average_and_the_best(scores, pinewood, now, field, value, met):
    assert holds(pinewood, field, ">=", value, now) is met


def test_who_has_left_counts_no_more(scores, pinewood, pete, now):
    pete.person.left_at = now
    pete.person.save()

    assert holds(pinewood, "tech_savviness", ">=", 80, now)


def test_nobody_assessed_is_neither_high_nor_low(oakhurst, now):
    for operator in ("<", ">="):
        assert not holds(oakhurst, "product_knowledge", operator, 50, now)


def test_the_starter_assessments_can_be_published_and_answered_rightly(victor, pete, now):
    for quiz in starters.add(by=victor, at=now):
        quizzes.publish(quiz=quiz, by=victor, at=now)
        attempt = attempts.start(quiz=quiz, person=pete.person, by=pete, at=now)
        answers = {}
        for question in attempt.asked:
            right = attempt.solution[question["id"]]["right"]
            answers[question["id"]] = right[0] if question["kind"] in {"single", "text"} else right
        assert attempts.hand_in(attempt=attempt, answers=answers, by=pete, at=now).percent == 100

    assert starters.add(by=victor, at=now) == []
    assert Quiz.objects.count() == 2
