"""The pages on which scorecards of one partner are switched, assessed and looked at, on both sides."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from partners.models import Person
from scorecards.models import Answer, AnswerFile, Assessment, AssessmentRequest, PartnerScorecard
from scorecards.services import assessment_requests, assessments, use
from segmentation.services import recompute
from tests.factories.assessments import AnswerFactory, AssessmentFactory, assessed_scorecard, question
from tests.factories.scorecards import BenchmarkFactory, ScorecardFactory, ScoreFactory, publish_metrics, stands

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
QUERIES_PER_PAGE = 12


@pytest.fixture
def card(pinewood, vera, now):
    """A scorecard with two questions and a figure in two sections, on for Pinewood."""
    scorecard, metrics = assessed_scorecard(
        question("story", weight=3), question("offers", "cam"), {"key": "size"}, name="Basics", sharing="everything"
    )
    use.switch_on(partner=pinewood, scorecard=scorecard, by=vera, at=now - timedelta(days=100))
    return scorecard, metrics


@pytest.fixture
def vendor(client_of, vera, pinewood, card):
    client = client_of(vera)
    base = f"/vendor/partners/{pinewood.public_id}/scorecards/{card[0].public_id}/"
    section = card[1][0].section.key
    return client, base, f"{base}assess/{section}/"


def saved(client, base, metric, level, *, expected=0, htmx=True, **more):
    key = metric.key
    data = {f"level-{key}": level, f"comment-{key}": "", f"expected-{key}": expected, **more}
    return client.post(f"{base}answers/{metric.public_id}/", data, headers={"HX-Request": "true"} if htmx else {})


# --- filling in


def test_the_page_keeps_its_query_count(vendor, card, pinewood, vera, paula, now, django_assert_max_num_queries):
    client, _base, page = vendor
    for side, by in (("cam", vera), ("partner", paula)):
        story = card[1][0]
        ask = {"partner": pinewood, "metric": story, "side": side, "by": by}
        assessments.answer(**ask, at=now - timedelta(days=90), level=2)
        assessments.answer(**ask, at=now, level=3)
        assessments.keep_file(**ask, at=now, file=ContentFile(b"Seen", name="seen.txt"))

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        answer = client.get(page)

    assert "1 of 2 answered" in answer.text
    assert "the partner says" in answer.text
    assert "Measured by itself" in answer.text


def test_assessing_goes_to_the_first_open_section(vendor):
    client, base, page = vendor

    assert client.get(f"{base}assess/").url == page


def test_an_answer_is_kept_at_once_and_the_page_says_so(vendor, card):
    client, base, page = vendor

    answer = saved(client, base, card[1][0], 4)

    assert answer.status_code == 200
    assert "Saved just now" in answer.text
    assert "1 of 2 answered" in answer.text
    assert Answer.objects.get().level == 4
    assert 'value="4" checked' in client.get(page).text


def test_without_scripts_the_whole_section_is_kept_by_its_button(vendor, card):
    client, base, page = vendor

    answer = client.post(page, {"level-story": "2", "comment-story": "Listened", "level-offers": "5", "act": "finish"})

    assert answer.url == base
    assert set(Answer.objects.values_list("metric__key", "level", "comment")) == {
        ("story", 2, "Listened"),
        ("offers", 5, ""),
    }
    assert Assessment.objects.get().finished_at is not None


def test_what_was_kept_already_is_not_kept_again_by_the_button(vendor, card):
    client, base, page = vendor
    saved(client, base, card[1][0], 4)
    before = Answer.objects.get()

    client.post(page, {"level-story": "4", "comment-story": "", "expected-story": str(before.version)})

    assert Answer.objects.get().version == before.version


def test_an_answer_of_another_window_is_shown_and_not_overwritten(vendor, card):
    client, base, page = vendor
    story = card[1][0]
    saved(client, base, story, 4)

    clash = saved(client, base, story, 2)

    assert clash.status_code == 422
    assert clash["HX-Retarget"] == "#q-story"
    assert "Answered in another window meanwhile by Vera Vance: 4" in clash.text
    assert "You chose 2" in clash.text
    assert Answer.objects.get().level == 4
    seen = Answer.objects.get().version
    saved(client, base, story, 4, expected=seen, act="use:2", **{"mine-story": "Mine"})
    assert (Answer.objects.get().level, Answer.objects.get().comment) == (2, "Mine")


def test_without_scripts_the_other_answer_is_shown_too(vendor, card):
    client, base, page = vendor
    saved(client, base, card[1][0], 4)

    clash = client.post(page, {"level-story": "2", "expected-story": "0", "level-offers": "3", "expected-offers": "0"})

    assert clash.status_code == 422
    assert "You chose 2" in clash.text
    assert dict(Answer.objects.values_list("metric__key", "level")) == {"story": 4, "offers": 3}


def test_an_answer_is_taken_back(vendor, card):
    client, base, _page = vendor
    saved(client, base, card[1][0], 4)

    saved(client, base, card[1][0], 4, expected=Answer.objects.get().version, act="clear")

    assert Answer.objects.get().level is None


def test_last_answers_are_shown_and_confirmed_at_once(vendor, card, pinewood, vera, now):
    client, _base, page = vendor
    for metric in card[1][:2]:
        before = now - timedelta(days=90)
        assessments.answer(partner=pinewood, metric=metric, side="cam", by=vera, at=before, level=3)

    shown = client.get(page).text
    assert "All 2 last answers are still right" in shown
    assert "0 of 2 answered" in shown
    client.post(f"{page}confirm/")

    assert "Every question is answered" in client.get(page).text
    assert Assessment.objects.count() == 2


def test_evidence_is_added_served_and_taken_away(vendor, card, client_of, vincent, olga):
    client, base, page = vendor
    story = card[1][0]
    url = f"{base}answers/{story.public_id}/files/"

    client.post(url, {"file-story": ContentFile(b"Seen on Monday.", name="seen.txt")})
    refused = client.post(url, {"file-story": ContentFile(b"<b>", name="seen.html")}, headers={"HX-Request": "true"})

    assert (refused.status_code, "Files of this kind are not taken" in refused.text) == (422, True)
    file = AnswerFile.objects.get()
    sent = client.get(f"/vendor/answer-files/{file.public_id}/")
    assert sent["Content-Disposition"].startswith("attachment")
    assert b"".join(sent.streaming_content) == b"Seen on Monday."
    assert client_of(vincent).get(f"/vendor/answer-files/{file.public_id}/").status_code == 404
    assert client_of(olga).get(f"/partner/answer-files/{file.public_id}/").status_code == 404
    client.post(f"/vendor/answer-files/{file.public_id}/remove/")
    assert "seen.txt" not in client.get(page).text


def test_finished_it_is_read_and_taken_up_again(vendor, card):
    client, base, page = vendor
    assert client.post(f"{base}finish/").url == f"{base}assess/"
    saved(client, base, card[1][0], 4)

    told = client.post(f"{base}finish/", follow=True)
    assert "1 question has no answer" in told.text
    assert "This assessment was finished" in client.get(page).text
    assert saved(client, base, card[1][0], 5, expected=1).status_code == 422

    client.post(f"{base}take-up/")
    assert "This assessment was finished" not in client.get(page).text


def test_what_is_not_in_use_is_not_assessed(client_of, vera, pinewood, now):
    scorecard, (story,) = assessed_scorecard()
    client = client_of(vera)
    base = f"/vendor/partners/{pinewood.public_id}/scorecards/{scorecard.public_id}/"

    assert client.get(f"{base}assess/").status_code == 404
    assert saved(client, base, story, 3).status_code == 404
    assert client.get(base).status_code == 200


def test_a_partner_of_others_is_not_there(client_of, vincent, pinewood, card):
    client = client_of(vincent)
    base = f"/vendor/partners/{pinewood.public_id}/scorecards/{card[0].public_id}/"

    assert client.get(f"{base}assess/").status_code == 404
    assert saved(client, base, card[1][0], 3).status_code == 404
    assert not Answer.objects.exists()


def test_executives_read_and_do_not_assess(client_of, erin, pinewood, card):
    client = client_of(erin)
    base = f"/vendor/partners/{pinewood.public_id}/scorecards/{card[0].public_id}/"

    assert client.get(base).status_code == 200
    assert "Assess ·" not in client.get(base).text
    assert client.get(f"{base}assess/").status_code == 403


# --- the partner's scorecards at the vendor


def test_the_tab_shows_scores_progress_and_proposals(vendor, card, pinewood, paula, now, django_assert_max_num_queries):
    client, base, _page = vendor
    story = card[1][0]
    saved(client, base, story, 4)
    assessments.answer(partner=pinewood, metric=story, side="partner", by=paula, at=now, level=1)
    recompute.everything(at=now)
    panel = f"/vendor/partners/{pinewood.public_id}/scorecards-panel/"

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        shown = client.get(panel).text

    for text in ("Go on · 1 min", "1 clear difference", "You: 1 of 2 answered", "Partner: 1 of 1 answered"):
        assert text in " ".join(shown.split()), text
    assert client.get(f"/vendor/partners/{pinewood.public_id}/scorecards/").status_code == 200


def test_a_manager_switches_on_and_off(client_of, vera, pinewood):
    scorecard, _metrics = assessed_scorecard(name="Growth")
    client = client_of(vera)
    base = f"/vendor/partners/{pinewood.public_id}/scorecards/{scorecard.public_id}/"

    client.post(f"{base}switch-on/", {"reason": "They grow"})
    used = PartnerScorecard.objects.get()
    assert (used.switched_on_by, used.reason, used.ends_at) == (vera, "They grow", None)

    client.post(f"{base}switch-off/", {"reason": "Enough"})
    used.refresh_from_db()
    assert (used.switched_off_by, used.end_reason) == (vera, "Enough")


def test_both_views_stand_side_by_side_the_biggest_difference_first(
    vendor, card, pinewood, vera, paula, now, django_assert_max_num_queries
):
    client, base, _page = vendor
    story, offers, _size = card[1]
    assessments.answer(partner=pinewood, metric=offers, side="cam", by=vera, at=now, level=3)
    assessments.answer(partner=pinewood, metric=story, side="cam", by=vera, at=now, level=4, comment="Heard it")
    assessments.answer(partner=pinewood, metric=story, side="partner", by=paula, at=now, level=1, comment="Hard")

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        page = client.get(base)

    assert [one.metric.key for one in page.context["sheet"].compared] == ["story", "offers"]
    for text in ("3 levels apart", "Heard it", "Hard", "1 clear difference"):
        assert text in page.text, text


def test_past_assessments_are_read_with_the_texts_they_were_given_on(client_of, vera, pinewood):
    answer = AnswerFactory(assessment__partner=pinewood, level=2, comment="Then")
    page = client_of(vera).get(f"/vendor/assessments/{answer.assessment.public_id}/").text

    for text in ("A beginning.", "Then", "with the texts of version"):
        assert text in page


def test_panels_of_one_scorecard_say_what_there_is(vendor, card, pinewood, now):
    client, base, _page = vendor
    assert "No score yet" in client.get(f"{base}panel/").text
    saved(client, base, card[1][0], 4)

    assert "Channel manager, period from" in client.get(f"{base}assessments-panel/").text


def test_the_partner_is_asked_by_a_day(vendor, pinewood, now):
    client, base, _page = vendor

    late = client.post(f"{base}ask/", {"due_on": "2030-03-01", "message": "Please"})
    assert (late.status_code, "still to come" in late.text, "Please" in late.text) == (422, True, True)
    client.post(f"{base}ask/", {"due_on": "2030-03-28", "message": "Please"})

    assert AssessmentRequest.objects.get().message == "Please"


# --- the partner's side


@pytest.fixture
def own(client_of, paula, card):
    return client_of(paula), f"/partner/scorecards/{card[0].public_id}/"


def test_a_partner_answers_what_it_is_asked_and_nothing_else(own, card, now, django_assert_max_num_queries):
    client, base = own
    story, offers, _size = card[1]
    page = f"{base}assess/{story.section.key}/"
    saved(client, base, story, 4)

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        shown = client.get(page).text

    assert "q-story" in shown
    assert "q-offers" not in shown
    assert saved(client, base, offers, 3).status_code == 404
    assert Answer.objects.get().assessment.side == "partner"


def test_how_a_partner_measures_up_keeps_its_query_count(own, card, now, django_assert_max_num_queries):
    client, base = own
    saved(client, base, card[1][0], 4)
    recompute.everything(at=now)

    for url in ("/partner/scorecard/", base):
        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            client.get(url)


def test_what_the_manager_wrote_is_not_for_the_partner(own, vendor, card, pinewood, vera, now):
    client, base = own
    story = card[1][0]
    given = assessments.answer(
        partner=pinewood, metric=story, side="cam", by=vera, at=now, level=2, comment="Between us"
    )
    recompute.everything(at=now)

    for url in ("/partner/scorecard/", base, f"{base}assess/{story.section.key}/", f"{base}assessments-panel/"):
        assert "Between us" not in client.get(url).text
    assert client.get(f"/partner/assessments/{given.assessment.public_id}/").status_code == 404


def test_people_answer_only_if_their_admin_chose_them(client_of, pete, card):
    url = f"/partner/scorecards/{card[0].public_id}/assess/"
    assert client_of(pete).get(url).status_code == 403
    assert "Your partner admin, or whom they chose, answers it." in client_of(pete).get("/partner/scorecard/").text

    Person.objects.filter(user=pete).update(may_assess=True)

    assert client_of(pete).get(url).status_code == 302


def test_another_partner_is_not_asked(client_of, olga, card):
    assert client_of(olga).get(f"/partner/scorecards/{card[0].public_id}/").status_code == 404


def measured(partner, sharing):
    scorecard = ScorecardFactory(name="Partner score", sharing=sharing, is_main=True)
    size, story = publish_metrics(
        scorecard,
        {"key": "size", "name": "People", "unit": "people", "advice": "Hire somebody."},
        question("story", "cam", best_practice="Two sellers tell it.", weight=2),
    )
    stood = stands(partner, scorecard, {size: 20, story: 50})
    ScoreFactory(partner=partner, scorecard=scorecard, value=40)
    return scorecard, stood


def test_a_partner_sees_how_it_measures_up(client_of, pete, pinewood, now, django_assert_max_num_queries):
    scorecard, stood = measured(pinewood, "everything")
    client = client_of(pete)

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        listed = client.get("/partner/scorecard/").text
    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        page = " ".join(client.get(f"/partner/scorecards/{scorecard.public_id}/").text.split())

    assert "Partner score" in listed
    for text in ("Two sellers tell it.", "Hire somebody.", "Not enough partners to compare yet", "Half of it."):
        assert text in page, text
    assert "The next step:</span> Most of it." in page
    assert "Reaching 100 people would raise your score by 27 points." in page

    BenchmarkFactory(scorecard=scorecard, peer_group=stood.peer_group, partners=5, points=62)
    assert "Not enough partners" not in client.get(f"/partner/scorecards/{scorecard.public_id}/").text


def test_with_four_peers_nothing_is_compared(client_of, pete, pinewood):
    scorecard, stood = measured(pinewood, "everything")
    BenchmarkFactory(scorecard=scorecard, peer_group=stood.peer_group, partners=4, points=62)

    assert "Not enough partners" in client_of(pete).get(f"/partner/scorecards/{scorecard.public_id}/").text


def test_where_only_the_score_is_shared_its_parts_stay_with_the_vendor(client_of, pete, pinewood):
    scorecard, _stood = measured(pinewood, "score")
    page = client_of(pete).get(f"/partner/scorecards/{scorecard.public_id}/").text

    assert ">40<" in page.replace(" ", "")
    for hidden in ("People", "Hire somebody.", "Half of it.", "Two sellers"):
        assert hidden not in page.split("<main")[1], hidden


def test_where_nothing_is_shared_there_is_no_page(client_of, pete, pinewood):
    scorecard, _stood = measured(pinewood, "nothing")
    client = client_of(pete)

    assert client.get(f"/partner/scorecards/{scorecard.public_id}/").status_code == 404
    assert "You have not been measured yet" in client.get("/partner/scorecard/").text
    assert "Partner score" not in client.get("/partner/scorecards/panel/").text


def test_the_partner_reads_what_it_answered_before(own, pinewood, card):
    client, base = own
    made = AssessmentFactory(partner=pinewood, scorecard_version=card[1][0].scorecard_version, side="partner")
    AnswerFactory(assessment=made, metric=card[1][0], level=5)

    assert "Period from" in client.get(f"{base}assessments-panel/").text
    assert "All of it, every time." in client.get(f"/partner/assessments/{made.public_id}/").text


def test_home_shows_what_is_asked_and_how_it_stands(client_of, paula, pinewood, card, vera, now):
    scorecard, _stood = measured(pinewood, "everything")
    assessment_requests.ask(partner=pinewood, scorecard=card[0], by=vera, at=now, message="Before we meet")

    panel = client_of(paula).get("/partner/scorecards/panel/").text

    for text in ("Before we meet", "please answer by", "Partner score", "Answer · 1 min"):
        assert text in panel, text
    assert scorecard.shows_everything
