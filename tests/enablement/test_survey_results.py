"""What is told of a round, and to whom; and that nobody is found behind an anonymous answer."""

import csv
import io
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enablement.models import CutBy
from enablement.queries.survey_privacy import MINIMUM, shown_groups
from enablement.queries.survey_results import nps, nps_parts, result_of, tally, trend_of
from enablement.services import survey_answers, survey_rounds
from tests.conftest import NOW, person_at
from tests.factories.partners import LifeStageFactory, PartnerFactory, PersonFactory
from tests.factories.segmentation import ClassificationFactory
from tests.factories.surveys import AnonymousAnswerFactory, SurveyResponseFactory, SurveyRoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
MOST_QUERIES = 12


def page(verb, one):
    return reverse(f"vendor:survey-{verb}", args=[one.survey.public_id, one.number])


def answered(one, *scores, **more):
    return [SurveyResponseFactory(round=one, answers={"nps": score} | more, **{}) for score in scores]


def unnamed(closed_at=NOW, cut_by="", groups=None, **answers):
    """Return an anonymous round with so many answers of each group."""
    one = SurveyRoundFactory(survey__is_anonymous=True, survey__cut_by=cut_by, closed_at=closed_at)
    for group, number in (groups or {}).items():
        for score in range(number):
            AnonymousAnswerFactory(round=one, cut=group, answers={"nps": score % 11} | answers)
    return one


# --- figures


@pytest.mark.parametrize(
    ("scores", "figure"), [([10, 9, 7, 6], 25), ([0, 6], -100), ([10], 100), ([7, 8], 0), ([9, 0], 0)]
)
def test_the_nps_is_promoters_minus_detractors_of_a_hundred(scores, figure):
    assert nps(scores) == figure


def test_the_parts_of_an_nps_add_up():
    parts = nps_parts(tally({"key": "q", "kind": "nps"}, [10, 9, 8, 7, 6, 0]))

    assert [one.count for one in parts] == [2, 2, 2]


def test_each_kind_of_question_comes_to_its_figure():
    choices = [{"key": "a", "text": "A"}, {"key": "b", "text": "B"}]

    single = tally({"kind": "single", "choices": choices}, ["a", "a", "b"])
    several = tally({"kind": "multiple", "choices": choices}, [["a", "b"], ["b"]])
    ranking = tally({"kind": "ranking", "choices": choices}, [["b", "a"], ["b", "a"], ["a", "b"]])
    scale = tally({"kind": "scale", "points": 5}, [1, 5, 5])

    assert [one.count for one in single.options] == [2, 1]
    assert [one.share for one in several.options] == [0.5, 1]
    assert [(one.label, round(one.place, 2), one.count) for one in ranking.options] == [("B", 1.33, 2), ("A", 1.67, 1)]
    assert round(scale.figure, 2) == 3.67
    assert tally({"kind": "number"}, [1, 2, 900]).figure == 2


# --- answers with a name: what the reader may see


def test_managers_read_the_answers_of_their_partners_only(vera, victor, paula, olga, client_of):
    one = SurveyRoundFactory()
    SurveyResponseFactory(round=one, person=paula.person, answers={"nps": 9, "why": "Fast help"})
    SurveyResponseFactory(round=one, person=olga.person, answers={"nps": 0, "why": "Slow quotes"})

    assert result_of(one, user=vera).answered == 1
    assert result_of(one, user=victor).answered == 2
    texts = client_of(vera).get(page("texts", one)).text
    assert "Fast help" in texts
    assert "Slow quotes" not in texts
    assert "Slow quotes" in client_of(victor).get(page("texts", one), {"q": "QUOTES"}).text
    assert "Fast help" not in client_of(victor).get(page("texts", one), {"q": "QUOTES"}).text
    assert "Olga" not in client_of(vera).get(page("answered", one)).text


def test_answers_with_a_name_are_told_apart_at_will(victor, client_of):
    one = SurveyRoundFactory()
    for name, score in (("Activated", 9), ("Inactive", 2)):
        response = SurveyResponseFactory(round=one, answers={"nps": score})
        ClassificationFactory(partner=response.partner, stage=LifeStageFactory(name=name))

    groups = result_of(one, user=victor, by=CutBy.STAGE).questions[0].groups

    assert [(each.label, each.tally.figure) for each in groups] == [("Activated", 100), ("Inactive", -100)]
    text = client_of(victor).get(page("results", one), {"by": "stage"}).text
    assert "Activated" in text
    assert client_of(victor).get(page("results", one), {"by": "nonsense"}).status_code == 200


def test_the_course_over_rounds_is_shown(victor, client_of):
    first = SurveyRoundFactory(closed_at=NOW)
    second = SurveyRoundFactory(survey=first.survey)
    answered(first, 9, 9, 0)
    answered(second, 9, 9, 9)

    points = trend_of([second, first], user=victor)["nps"]

    assert [(one.number, round(tally.figure)) for one, tally in points] == [(1, 33), (2, 100)]
    assert "Over rounds" in client_of(victor).get(page("results", second)).text


def test_the_file_guards_against_formulas(victor, paula, client_of):
    one = SurveyRoundFactory()
    SurveyResponseFactory(round=one, person=paula.person, answers={"nps": 9, "why": "=HYPERLINK(1)"})

    rows = list(csv.reader(io.StringIO(client_of(victor).get(page("export", one)).getvalue().decode())))

    assert rows[0] == ["Partner", "Person", "Handed in on", "Would you recommend us?", "Why?"]
    assert rows[1][3:] == ["9", "'=HYPERLINK(1)"]


# --- anonymous: nothing below five, nor by subtraction


def test_four_anonymous_answers_show_nothing_and_five_do(victor, client_of):
    four, five = unnamed(groups={"": 4}, why="Quotes take long"), unnamed(groups={"": 5}, why="Quotes take long")
    client = client_of(victor)

    for verb in ("results", "texts", "export"):
        assert "Quotes take long" not in str(client.get(page(verb, four)).getvalue())
    assert "Fewer than five answered" in client.get(page("results", four)).text
    assert "Quotes take long" in client.get(page("texts", five)).text


def test_anonymous_results_wait_until_the_round_has_closed(victor, client_of):
    one = unnamed(closed_at=None, groups={"": 9}, why="Too early")

    assert result_of(one, user=victor).questions == []
    assert "shown once the round has closed" in client_of(victor).get(page("results", one)).text
    assert "Too early" not in client_of(victor).get(page("export", one)).getvalue().decode()


def test_a_question_that_four_answered_is_not_told(victor):
    one = unnamed(groups={"": 6})
    for _number in range(4):
        AnonymousAnswerFactory(round=one, answers={"nps": 1, "why": "Only four of us wrote"})

    asked = result_of(one, user=victor).questions

    assert asked[0].tally.answered == 10
    assert (asked[1].tally, asked[1].texts) == (None, [])


def test_small_groups_are_left_out_and_with_them_the_one_that_would_tell_them(victor, client_of):
    one = unnamed(cut_by=CutBy.TIER, groups={"Gold": 12, "Silver": 6, "Bronze": 3})

    asked = result_of(one, user=victor).questions[0]

    assert [(each.label, each.tally.answered) for each in asked.groups] == [("Gold", 12)]
    assert asked.left_out == 2
    assert "2 groups are not shown" in client_of(victor).get(page("results", one)).text


def test_other_cuts_than_the_promised_one_do_nothing(victor, client_of):
    one = unnamed(groups={"Gold": 6, "Silver": 6})

    assert result_of(one, user=victor, by=CutBy.TIER).questions[0].groups == []
    assert "Silver" not in client_of(victor).get(page("results", one), {"by": "tier"}).text


@pytest.mark.parametrize("sizes", [*combinations(range(1, 9), 3), (1, 1, 1, 1), (5, 4, 0), (2, 2, 30), (4, 5, 6, 7)])
def test_no_sum_and_no_difference_of_what_is_shown_is_below_five(sizes):
    counts = {f"group {place}": size for place, size in enumerate(sizes)}
    shown = shown_groups(counts)
    total = sum(counts.values())

    seen = [total] * bool(shown) + [counts[one] for one in shown]
    for number in range(1, len(shown) + 1):
        for some in combinations(shown, number):
            seen.append(total - sum(counts[one] for one in some))
    assert all(size == 0 or size >= MINIMUM for size in seen), (counts, shown)


def test_what_a_group_is_called_is_told_with_the_answer_when_it_is_handed_in(victor, gold, classify):
    one = SurveyRoundFactory(survey__is_anonymous=True, survey__cut_by="segment", survey__cut_segment=gold,
                             cut_segment=gold)  # fmt: skip
    for number in range(10):
        partner = PartnerFactory()
        if number < 5:
            classify(partner, gold)
        user = person_at(partner, name=f"P{number}", email=f"p{number}@x.example")
        survey_answers.hand_in(
            survey_round=one, person=user.person, by=user, at=NOW, answers={"nps": "9" if number < 5 else "0"}
        )
    survey_rounds.close(survey_round=one, at=NOW)

    groups = result_of(one, user=victor).questions[0].groups

    assert {each.label: each.tally.figure for each in groups} == {
        "Gold partners": 100,
        "Not in Gold partners": -100,
    }


def test_who_answered_without_a_name_is_listed_without_what_or_when(victor, client_of):
    one = unnamed(groups={"": 6}, why="A secret")
    SurveyResponseFactory(round=one, person=PersonFactory(name="Nora Nye"))

    text = client_of(victor).get(page("answered", one)).text

    assert "Nora Nye" in text
    assert "A secret" not in text
    assert "What they said" not in text


# --- how much they ask


def test_pages_of_results_ask_little_however_many_rounds_there_were(victor, vera, client_of):
    survey = SurveyRoundFactory(closed_at=NOW).survey
    for _number in range(6):
        one = SurveyRoundFactory(survey=survey, closed_at=NOW)
        answered(one, 9, 3, 5)

    for user in (victor, vera):
        client = client_of(user)
        for address in (
            *(page(verb, one) for verb in ("results", "texts", "answered", "export")),
            f"{page('results', one)}?by=region",
            f"{page('results', one)}?by=tier",
        ):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address).getvalue()
            assert len(queries) <= MOST_QUERIES, (address, [each["sql"][:150] for each in queries])
