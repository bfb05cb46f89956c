"""The pages of surveys: the builder, answering, and the question on the home page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enablement.models import AnonymousAnswer, Survey, SurveyQuestionKind, SurveyResponse
from tests.conftest import NOW
from tests.factories.surveys import SurveyResponseFactory, SurveyRoundFactory, SurveyVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
MOST_QUERIES = 12


def page(side, verb, survey, *more):
    return reverse(f"{side}:survey-{verb}", args=[survey.public_id, *more])


# --- the builder


def test_a_survey_is_written_in_the_browser(victor, client_of):
    client = client_of(victor)
    client.post(reverse("vendor:survey-create"), {"name": "Pulse", "open_days": 10, "answered_by": "person"})
    survey = Survey.objects.get()
    add = page("vendor", "question-add", survey)

    assert all(f"?kind={kind}" in client.get(add).text for kind in SurveyQuestionKind.values)
    client.post(add, {"kind": "scale", "text": "How fast?", "points": 5, "low": "Slow", "high": "Fast"})
    key = survey.versions.get().questions[0]["key"]
    assert f"{key}:1" in client.get(add, {"kind": "text"}).text
    client.post(add, {"kind": "text", "text": "Why slow?", "shown_if": [f"{key}:1", f"{key}:2"]})
    edit = page("vendor", "question-edit", survey, key)
    client.post(edit, {"kind": "scale", "text": "How quick?", "points": 5, "low": "Slow", "high": "Fast"})
    assert "How quick?" in client.get(page("vendor", "draft", survey)).text
    assert "How quick?" in client.get(page("vendor", "preview", survey)).text
    client.post(page("vendor", "publish", survey), {"note": ""})

    asked = survey.rounds.get().survey_version.questions
    assert [one["text"] for one in asked] == ["How quick?", "Why slow?"]
    assert asked[1]["shown_if"] == {"question": key, "is": [1, 2]}


def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(victor, client_of):
    client = client_of(victor)
    client.post(reverse("vendor:survey-create"), {"name": "Pulse", "open_days": 10, "answered_by": "person"})

    response = client.post(
        page("vendor", "question-add", Survey.objects.get()),
        {"kind": "scale", "text": "How fast?", "points": 5, "low": "Slow"},
    )

    assert response.status_code == 422
    assert "Say in words what this end of the scale means." in response.text
    assert "How fast?" in response.text


def test_order_is_changed_by_buttons_and_a_circle_is_told(victor, client_of):
    draft = SurveyVersionFactory(state="draft", published_at=None)
    order = reverse("vendor:survey-question-order", args=[draft.definition.public_id])

    client_of(victor).post(order, {"act": "down:nps"})

    draft.refresh_from_db()
    assert [one["key"] for one in draft.questions] == ["why", "nps"]


# --- answering


def test_somebody_answers_and_may_change_it(paula, client_of):
    opened = SurveyRoundFactory()
    client, address = client_of(paula), page("partner", "detail", opened.survey)

    missing = client.post(address, {"why": "Because"})
    client.post(address, {"nps": "9", "why": "Because"})
    done = client.get(address).text

    assert missing.status_code == 422
    assert "Please answer this." in missing.text
    assert "Because" in missing.text
    assert "Thank you, your answer counts" in done
    assert "Hand in the change" in client.get(address, {"change": ""}).text


def test_what_is_written_is_kept_meanwhile(paula, client_of):
    opened = SurveyRoundFactory()
    client = client_of(paula)

    saved = client.post(page("partner", "save", opened.survey), {"why": "Half a thought"})

    assert "Saved just now" in saved.text
    assert "Half a thought" in client.get(page("partner", "detail", opened.survey)).text


def test_an_anonymous_answer_is_known_again_by_the_browser_alone(paula, client_of):
    opened = SurveyRoundFactory(survey__is_anonymous=True)
    here, elsewhere = client_of(paula), client_of(paula)
    address = page("partner", "detail", opened.survey)

    here.post(page("partner", "save", opened.survey), {"nps": "2"})
    here.post(address, {"nps": "3", "why": "Slow"})

    assert AnonymousAnswer.objects.get().answers == {"nps": 3, "why": "Slow"}
    cookie = next(one for name, one in here.cookies.items() if name.startswith("survey-"))
    assert cookie["httponly"]
    assert cookie["path"] == reverse("partner:survey-list")
    assert "Change the answer" in here.get(address).text
    assert "Nobody can tell which answer is yours" in elsewhere.get(address).text
    refused = elsewhere.post(address, {"nps": "10"})
    assert refused.status_code == 422
    assert "Nobody can tell which answer is yours" in refused.text


def test_a_survey_that_has_closed_says_so(paula, client_of):
    closed = SurveyRoundFactory(closed_at=NOW, last_day_on=NOW.date() - timedelta(days=1))

    text = client_of(paula).get(page("partner", "detail", closed.survey)).text

    assert "This survey closed on" in text


def test_a_stranger_finds_no_survey_that_is_not_theirs(gold, classify, pinewood, olga, paula, client_of):
    opened = SurveyRoundFactory(survey__audience=gold)
    classify(pinewood, gold)

    for verb in ("detail", "save"):
        address = page("partner", verb, opened.survey)
        assert client_of(olga).post(address, {"nps": "1"}).status_code == 404
    assert client_of(paula).get(page("partner", "detail", opened.survey)).status_code == 200


def test_who_left_the_audience_reads_and_answers_no_more(gold, classify, pinewood, paula, client_of):
    opened = SurveyRoundFactory(survey__audience=gold)
    classify(pinewood, gold)
    client, address = client_of(paula), page("partner", "detail", opened.survey)
    client.post(address, {"nps": "9"})

    classify(pinewood)
    client.post(address, {"nps": "1"})

    assert SurveyResponse.objects.get().answers == {"nps": 9}
    assert "Change the answer" not in client.get(address).text
    assert client.get(reverse("partner:survey-home-panel")).text == ""


# --- the home page


def test_the_first_question_is_answered_on_the_home_page(paula, client_of):
    opened = SurveyRoundFactory()
    client, panel = client_of(paula), reverse("partner:survey-home-panel")

    shown = client.get(panel).text
    thanks = client.post(panel, {"survey": opened.survey.public_id, "nps": "8"}, headers={"HX-Request": "true"}).text

    assert "Would you recommend us?" in shown
    assert "1 question more" in thanks
    assert SurveyResponse.objects.get().draft == {"nps": 8}
    assert reverse("partner:survey-home-panel") in client.get(reverse("partner:home")).text


def test_a_survey_of_one_question_is_handed_in_from_the_home_page(paula, client_of):
    opened = SurveyRoundFactory()
    short = SurveyVersionFactory(questions=opened.survey_version.questions[:1])
    only = SurveyRoundFactory(survey=short.definition, last_day_on=NOW.date())
    client, panel = client_of(paula), reverse("partner:survey-home-panel")

    client.post(panel, {"survey": only.survey.public_id, "nps": "8"}, headers={"HX-Request": "true"})

    assert SurveyResponse.objects.get(round=only).answers == {"nps": 8}
    assert opened.survey.name in client.get(panel).text


def test_nothing_stands_on_the_home_page_when_nothing_is_asked(paula, client_of):
    assert client_of(paula).get(reverse("partner:survey-home-panel")).text == ""


# --- how much they ask


def test_pages_ask_little_however_much_there_is(victor, paula, client_of):
    opened = SurveyRoundFactory()
    for number in range(4):
        SurveyResponseFactory(round=opened, person__name=f"Person {number}")
        SurveyRoundFactory()
    at_vendor, at_partner = client_of(victor), client_of(paula)
    pages = [
        (at_vendor, reverse("vendor:survey-list")),
        *((at_vendor, page("vendor", verb, opened.survey)) for verb in ("detail", "preview", "edit")),
        (at_partner, reverse("partner:survey-list")),
        (at_partner, page("partner", "detail", opened.survey)),
        (at_partner, reverse("partner:survey-home-panel")),
    ]

    for client, address in pages:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= MOST_QUERIES, (address, [one["sql"][:200] for one in queries])
