"""What the database holds of scorecards in use and assessments, whoever writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from scorecards.models import Answer, AnswerFile, Assessment, AssessmentRequest, PartnerScorecard
from tests.conftest import NOW
from tests.factories.assessments import (
    AnswerFactory,
    AnswerFileFactory,
    AssessmentFactory,
    AssessmentRequestFactory,
    PartnerScorecardFactory,
    assessed_scorecard,
    question,
)

pytestmark = pytest.mark.django_db


def refused(constraint: str, write: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def marked() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT partner_id FROM segmentation_stalepartner")
        return {row[0] for row in cursor.fetchall()}


def forget_marks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM segmentation_stalepartner")


def test_a_scorecard_is_on_once_for_a_partner():
    used = PartnerScorecardFactory()

    refused(
        "partner_scorecard_on_once",
        lambda: PartnerScorecardFactory(partner=used.partner, scorecard=used.scorecard),
    )
    PartnerScorecard.objects.update(ends_at=NOW + timedelta(days=1))
    PartnerScorecardFactory(partner=used.partner, scorecard=used.scorecard)


def test_a_time_of_use_does_not_end_before_it_begins():
    refused("partner_scorecard_period", lambda: PartnerScorecardFactory(ends_at=NOW - timedelta(seconds=1)))


def test_who_switched_off_is_known_only_once_it_is_off(victor):
    refused("partner_scorecard_off_when_ended", lambda: PartnerScorecardFactory(switched_off_by=victor))
    refused("partner_scorecard_off_when_ended", lambda: PartnerScorecardFactory(end_reason="Done"))


def test_a_side_assesses_a_version_once_a_period():
    made = AssessmentFactory()
    same = {"partner": made.partner, "scorecard_version": made.scorecard_version}

    refused("assessment_once_a_period", lambda: AssessmentFactory(**same))
    AssessmentFactory(**same, side="partner")
    AssessmentFactory(**same, period_starts_on=NOW.date())


def test_there_are_two_sides():
    refused("assessment_side_known", lambda: AssessmentFactory(side="judge"))


def test_an_assessment_is_finished_after_it_began(victor):
    refused("assessment_finished_after_start", lambda: AssessmentFactory(finished_at=NOW - timedelta(days=1)))
    refused("assessment_finished_after_start", lambda: AssessmentFactory(finished_by=victor))


def test_a_question_has_one_answer():
    given = AnswerFactory()

    refused("answer_once", lambda: AnswerFactory(assessment=given.assessment))


@pytest.mark.parametrize("level", [0, 6])
def test_a_level_is_one_of_five(level):
    refused("answer_level_range", lambda: AnswerFactory(level=level))


def test_an_answer_is_about_a_question_of_its_own_version():
    _scorecard, (other,) = assessed_scorecard()

    refused("its own version", lambda: AnswerFactory(metric=other))


def test_what_is_measured_has_no_answer():
    _scorecard, metrics = assessed_scorecard(question(), {"key": "size"})
    assessment = AssessmentFactory(scorecard_version=metrics[0].scorecard_version)

    refused("its own version", lambda: AnswerFactory(assessment=assessment, metric=metrics[1]))


def test_evidence_is_a_file(victor):
    refused("answer_file_is_there", lambda: AnswerFileFactory(file=""))
    refused("answer_file_removed_at_known", lambda: AnswerFileFactory(removed_by=victor))


def test_a_partner_is_asked_once_a_period():
    made = AssessmentRequestFactory()

    refused(
        "assessment_request_once_a_period",
        lambda: AssessmentRequestFactory(partner=made.partner, scorecard=made.scorecard),
    )


def test_answers_and_switches_mark_their_partner_stale():
    given, used = AnswerFactory(), PartnerScorecardFactory()
    assert {given.assessment.partner_id, used.partner_id} <= marked()

    forget_marks()
    Answer.objects.update(level=5)
    assert marked() == {given.assessment.partner_id}

    forget_marks()
    PartnerScorecard.objects.update(ends_at=NOW)
    assert marked() == {used.partner_id}


def test_partners_see_their_own_answers_and_not_those_about_them(paula, olga, vera, vincent, pinewood):
    theirs = AnswerFileFactory(answer__assessment__partner=pinewood, answer__assessment__side="partner")
    ours = AnswerFileFactory(answer__assessment__partner=pinewood)
    request = AssessmentRequestFactory(partner=pinewood)

    for model, of in (
        (AnswerFile, lambda file: file),
        (Answer, lambda file: file.answer),
        (Assessment, lambda file: file.answer.assessment),
    ):
        assert set(model.objects.visible_to(paula)) == {of(theirs)}
        assert set(model.objects.visible_to(vera)) == {of(theirs), of(ours)}
        assert not model.objects.visible_to(olga).exists()
        assert not model.objects.visible_to(vincent).exists()
    assert AssessmentRequest.objects.visible_to(paula).get() == request
    assert not AssessmentRequest.objects.visible_to(olga).exists()
