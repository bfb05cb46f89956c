"""You said, we did: feedback noted, actions with an owner, partners invited, replies that are told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.refusals import Refusal
from core.services import outbox
from enablement.models import SurveyAction, SurveyActionGuest, SurveyFeedback
from enablement.queries import survey_actions as reads
from enablement.services import survey_actions
from tests.conftest import NOW
from tests.factories.surveys import (
    SurveyActionFactory,
    SurveyActionGuestFactory,
    SurveyFactory,
    SurveyFeedbackFactory,
    SurveyResponseFactory,
    SurveyRoundFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
TODAY = NOW.date()
MOST_QUERIES = 12


@pytest.fixture
def begun(victor):
    """An action from a survey with an open round."""
    return survey_actions.begin(
        survey=SurveyRoundFactory().survey, by=victor, at=NOW, owner=victor, title="A template for quotes",
        heard="Quotes take long.", due_on=TODAY,
    )  # fmt: skip


# --- feedback in person


def test_feedback_is_noted_once_with_who_said_it_and_who_heard_it(vera, pinewood, paula):
    survey = SurveyFactory()
    said = {"survey": survey, "partner": pinewood, "person": paula.person, "text": "Too slow", "heard_on": TODAY}

    for _time in range(2):
        survey_actions.note_feedback(by=vera, at=NOW, **said)

    noted = SurveyFeedback.objects.get()
    assert (noted.heard_by, noted.person, noted.partner) == (vera, paula.person, pinewood)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"text": "  "}, "text"), ({"heard_on": TODAY + timedelta(days=1)}, "heard_on"), ({"person": "olga"}, "person")],
)
def test_feedback_that_does_not_fit_is_refused_at_its_field(vera, pinewood, olga, changes, field):
    said = {"text": "Too slow", "heard_on": TODAY} | changes
    if said.get("person"):
        said["person"] = olga.person

    with pytest.raises(Refusal) as refusal:
        survey_actions.note_feedback(survey=SurveyFactory(), partner=pinewood, by=vera, at=NOW, **said)

    assert list(refusal.value.message_dict) == [field]


def test_nothing_with_a_name_stands_beside_an_anonymous_survey(vera, pinewood):
    with pytest.raises(Refusal, match="anonymous"):
        survey_actions.note_feedback(
            survey=SurveyFactory(is_anonymous=True), partner=pinewood, by=vera, at=NOW, text="Hm", heard_on=TODAY
        )


def test_a_manager_notes_feedback_on_the_partners_page(vera, pinewood, oakhurst, client_of):
    survey = SurveyFactory(name="Pulse")
    client, address = client_of(vera), reverse("vendor:partner-survey-feedback-add", args=[pinewood.public_id])

    client.post(address, {"survey": survey.pk, "text": "Quotes take long", "heard_on": TODAY})

    panel = client.get(reverse("vendor:partner-surveys-panel", args=[pinewood.public_id])).text
    assert "Quotes take long" in panel
    elsewhere = reverse("vendor:partner-survey-feedback-add", args=[oakhurst.public_id])
    assert client.get(elsewhere).status_code == 404
    SurveyFeedbackFactory(survey=survey, partner=oakhurst, text="Of somebody else's partner")
    beside = client.get(reverse("vendor:survey-actions", args=[survey.public_id])).text
    assert "Quotes take long" in beside
    assert "Of somebody else" not in beside


# --- actions


def test_whose_action_it_is_learns_of_it(victor, vera):
    survey_actions.begin(survey=SurveyFactory(), by=victor, at=NOW, owner=vera, title="A template", heard="Slow quotes")

    outbox.deliver_due(at=NOW)

    assert "A template" in vera.notifications.get(kind="survey").text


def test_an_action_says_what_was_said_and_what_is_done(victor):
    with pytest.raises(Refusal) as refusal:
        survey_actions.begin(survey=SurveyFactory(), by=victor, at=NOW, owner=victor, title="A template", heard=" ")

    assert list(refusal.value.message_dict) == ["heard"]


def test_what_is_open_late_and_answered_is_counted(victor, begun):
    SurveyActionFactory(due_on=TODAY - timedelta(days=1))
    SurveyActionFactory(state="dropped")
    SurveyActionFactory(state="done", reply="We did.", replied_at=NOW, due_on=TODAY - timedelta(days=9))

    assert reads.figures(day=TODAY) == reads.ActionFigures(open=2, late=1, over_without_reply=1, replied=1)
    assert reads.figures(day=TODAY, survey=begun.survey).open == 1
    late = reads.listed(show="late", user=victor, day=TODAY)
    assert [one.due_on for one in late] == [TODAY - timedelta(days=1)]
    assert list(reads.listed(show="mine", user=victor, day=TODAY)) == [begun]


# --- replies


def test_a_reply_is_told_once_to_those_who_answered(victor, begun, paula, pete):
    SurveyResponseFactory(round=begun.survey.rounds.get(), person=paula.person)

    assert survey_actions.reply(survey_action=begun, by=victor, at=NOW, text="There is a template.")
    assert not survey_actions.reply(survey_action=begun, by=victor, at=NOW, text="There is a template.")
    assert survey_actions.reply(survey_action=begun, by=victor, at=NOW, text="There is a template now.")
    outbox.deliver_due(at=NOW)

    assert paula.notifications.filter(kind="survey").count() == 1
    assert not pete.notifications.filter(kind="survey").exists()
    assert begun.state == "done"


def test_of_an_anonymous_survey_everybody_it_was_for_is_told(victor, paula, pete):
    one = SurveyActionFactory(survey=SurveyRoundFactory(survey__is_anonymous=True).survey)

    survey_actions.reply(survey_action=one, by=victor, at=NOW, text="We call back on the same day.")
    outbox.deliver_due(at=NOW)

    assert [user.notifications.filter(kind="survey").count() for user in (paula, pete)] == [1, 1]


def test_a_reply_says_something_and_that_it_is_over(victor, begun):
    for said, field in (({"text": " "}, "reply"), ({"text": "Soon", "state": "doing"}, "state")):
        with pytest.raises(Refusal) as refusal:
            survey_actions.reply(survey_action=begun, by=victor, at=NOW, **said)
        assert list(refusal.value.message_dict) == [field]


def test_what_was_replied_to_is_not_opened_again(victor, begun):
    survey_actions.reply(survey_action=begun, by=victor, at=NOW, text="There is a template.")

    with pytest.raises(Refusal, match="Begin a new action"):
        survey_actions.update(survey_action=begun, by=victor, at=NOW, changes={"state": "open"})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"replied_at": NOW, "state": "done"}, "reply_says_something"),
        ({"replied_at": NOW, "reply": "Soon"}, "replied_when_over"),
    ],
)
def test_the_database_keeps_replies_whole(changes, name):
    one = SurveyActionFactory()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SurveyAction.objects.filter(pk=one.pk).update(**changes)


def test_the_database_keeps_feedback_and_invitations_whole():
    guest = SurveyActionGuestFactory()

    with pytest.raises(IntegrityError, match="says_something"), transaction.atomic():
        SurveyFeedbackFactory(text="")
    with pytest.raises(IntegrityError, match="guest_once"), transaction.atomic():
        SurveyActionGuest.objects.create(action=guest.action, partner=guest.partner)


def test_partners_read_the_reply_on_the_surveys_page(victor, begun, paula, client_of):
    client, address = client_of(paula), reverse("partner:survey-detail", args=[begun.survey.public_id])

    before = client.get(address).text
    survey_actions.reply(survey_action=begun, by=victor, at=NOW, text="There is a template.")
    after = client.get(address).text

    assert "Quotes take long." not in before
    assert "Quotes take long." in after
    assert "There is a template." in after
    assert "A template for quotes" in client.get(reverse("partner:survey-list")).text


# --- worked out together


def test_invited_partners_read_the_conversation_and_nobody_else(victor, begun, pinewood, paula, olga, client_of):
    page = reverse("partner:survey-action-detail", args=[begun.public_id])
    talk = reverse("partner:conversation-detail", args=["survey_action", begun.public_id])
    assert client_of(paula).get(page).status_code == 404

    assert survey_actions.invite(survey_action=begun, partners=[pinewood], by=victor, at=NOW) == 1
    assert survey_actions.invite(survey_action=begun, partners=[pinewood], by=victor, at=NOW) == 0
    outbox.deliver_due(at=NOW)

    assert "work this out with you" in paula.notifications.get(kind="survey").text
    for address in (page, talk):
        assert client_of(paula).get(address).status_code == 200
        assert client_of(olga).get(address).status_code == 404
    assert survey_actions.uninvite(survey_action=begun, partner=pinewood, by=victor, at=NOW)
    assert client_of(paula).get(page).status_code == 404


def test_partners_are_invited_by_name_and_a_slip_is_told(victor, begun, pinewood, client_of):
    client, address = client_of(victor), reverse("vendor:survey-action-invite", args=[begun.public_id])

    slip = client.post(address, {"partner": "Pinewod"})
    nobody = client.post(address, {"partner": " "})
    client.post(address, {"partner": "pinewood"})
    shown = client.get(reverse("vendor:survey-action-detail", args=[begun.public_id])).text
    client.post(address, {"remove": str(pinewood.public_id)})

    assert (slip.status_code, nobody.status_code) == (422, 422)
    assert "Name a partner." in nobody.text
    assert "No partner has this domain or name." in slip.text
    assert "Pinewood" in shown
    assert not begun.guests.exists()


def test_an_action_is_made_of_chosen_answers_and_replied_to_in_the_browser(victor, client_of):
    survey = SurveyRoundFactory().survey
    client, add = client_of(victor), reverse("vendor:survey-action-add", args=[survey.public_id])

    form = client.post(add, {"quote": ["Too slow", "Call us back"]})
    client.post(add, {"title": "Call back", "heard": "“Too slow”", "owner": victor.pk})
    one = SurveyAction.objects.get()
    empty = client.post(reverse("vendor:survey-action-reply", args=[one.public_id]), {"reply": "", "state": "done"})
    client.post(reverse("vendor:survey-action-reply", args=[one.public_id]), {"reply": "We do", "state": "done"})

    assert form.status_code == 200
    assert "“Too slow”\n“Call us back”" in form.text
    assert empty.status_code == 422
    one.refresh_from_db()
    assert (one.reply, one.state, one.replied_by) == ("We do", "done", victor)


def test_pages_of_actions_ask_little(victor, paula, pinewood, begun, client_of):
    for _number in range(4):
        one = SurveyActionFactory(survey=begun.survey)
        SurveyActionGuestFactory(action=one, partner=pinewood)
        SurveyFeedbackFactory(survey=begun.survey)
    for client, address in (
        (client_of(victor), reverse("vendor:survey-action-list")),
        (client_of(victor), reverse("vendor:survey-actions", args=[begun.survey.public_id])),
        (client_of(victor), reverse("vendor:survey-action-detail", args=[one.public_id])),
        (client_of(victor), reverse("vendor:partner-surveys-panel", args=[pinewood.public_id])),
        (client_of(paula), reverse("partner:survey-list")),
        (client_of(paula), reverse("partner:survey-action-detail", args=[one.public_id])),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= MOST_QUERIES, (address, [each["sql"][:150] for each in queries])
