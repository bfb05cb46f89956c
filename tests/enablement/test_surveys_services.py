"""Surveys: written, published, opened and closed by the program's days, answered with a name or without."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import OutboxMessage, Program
from core.refusals import Refusal
from core.services import outbox
from enablement.models import AnonymousAnswer, Survey, SurveyResponse, SurveyRound, SurveyVersion
from enablement.services import survey_answers, survey_questions, survey_rounds, surveys
from tests.conftest import NOW, person_at
from tests.factories.surveys import (
    AnonymousAnswerFactory,
    SurveyFactory,
    SurveyResponseFactory,
    SurveyRoundFactory,
    SurveyVersionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
TODAY = NOW.date()


@pytest.fixture
def written(victor):
    """A survey with two questions in its draft."""
    survey = surveys.create(by=victor, at=NOW, name="How are we doing?")
    nps = survey_questions.add(survey=survey, by=victor, at=NOW, kind="nps", text="Recommend us?", is_required=True)
    survey_questions.add(
        survey=survey, by=victor, at=NOW, kind="text", text="What went wrong?", is_required=True,
        shown_if={"question": nps["key"], "is": [str(number) for number in range(7)]},
    )  # fmt: skip
    return survey


def keys_of(survey_or_round):
    questions = (
        survey_or_round.survey_version.questions
        if isinstance(survey_or_round, SurveyRound)
        else survey_or_round.versions.get().questions
    )
    return [one["key"] for one in questions]


def refuse(**constraint):
    return pytest.raises(IntegrityError, **constraint)


# --- writing and publishing


def test_publishing_opens_the_first_round_and_tells_those_who_may_answer(written, victor, paula):
    surveys.publish(survey=written, by=victor, at=NOW)

    opened = written.rounds.get()
    assert (opened.number, opened.opens_on, opened.last_day_on) == (1, TODAY, TODAY + timedelta(days=13))
    outbox.deliver_due(at=NOW)
    told = paula.notifications.get(kind="survey")
    assert "How are we doing?" in told.text


def test_publishing_twice_changes_nothing_the_second_time(written, victor):
    assert surveys.publish(survey=written, by=victor, at=NOW)

    assert not surveys.publish(survey=written, by=victor, at=NOW)
    assert written.rounds.count() == 1


def test_a_survey_without_questions_is_not_published(victor):
    survey = surveys.create(by=victor, at=NOW, name="Empty")

    with pytest.raises(Refusal, match="at least one question"):
        surveys.publish(survey=survey, by=victor, at=NOW)


def test_an_open_round_keeps_the_questions_it_began_with(written, victor):
    surveys.publish(survey=written, by=victor, at=NOW)
    before = keys_of(written.rounds.get())

    survey_questions.add(survey=written, by=victor, at=NOW, kind="text", text="Anything else?")
    surveys.publish(survey=written, by=victor, at=NOW)

    assert keys_of(written.rounds.get()) == before


def test_a_published_version_is_never_changed():
    version = SurveyVersionFactory()

    with refuse(match="never changed"), transaction.atomic():
        SurveyVersion.objects.filter(pk=version.pk).update(questions=[])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "nps", "text": " "}, "text"),
        ({"kind": "telepathy", "text": "Well?"}, "kind"),
        ({"kind": "scale", "text": "Well?", "low": "Bad", "points": 5}, "high"),
        ({"kind": "single", "text": "Well?", "choices": ["One"]}, "choices"),
        ({"kind": "single", "text": "Well?", "choices": ["One", "One"]}, "choices"),
        ({"kind": "number", "text": "Well?", "minimum": 3, "maximum": 2}, "maximum"),
        ({"kind": "text", "text": "Well?", "shown_if": {"question": "nowhere", "is": ["1"]}}, "shown_if"),
    ],
)
def test_a_question_that_does_not_fit_is_refused_at_its_field(written, victor, said, field):
    with pytest.raises(Refusal) as refusal:
        survey_questions.add(survey=written, by=victor, at=NOW, **said)

    assert list(refusal.value.message_dict) == [field]


def test_questions_move_but_not_before_the_one_that_shows_them(written, victor):
    first, second = keys_of(written)

    with pytest.raises(Refusal, match="stay after it"):
        survey_questions.move(survey=written, by=victor, at=NOW, key=second, places=-1)
    with pytest.raises(Refusal, match="is shown by the answer to this one"):
        survey_questions.remove(survey=written, by=victor, at=NOW, key=first)
    added = survey_questions.add(survey=written, by=victor, at=NOW, kind="text", text="Hello?")
    survey_questions.move(survey=written, by=victor, at=NOW, key=added["key"], places=-5)

    assert keys_of(written) == [added["key"], first, second]


def test_choices_that_stay_keep_their_keys(written, victor):
    asked = survey_questions.add(survey=written, by=victor, at=NOW, kind="single", text="Who?", choices=["We", "You"])

    again = survey_questions.change(
        survey=written, by=victor, at=NOW, key=asked["key"], kind="single", text="Who is it?", choices=["They", "You"]
    )

    assert again["choices"][1] == asked["choices"][1]


# --- rounds


def test_each_round_opens_after_its_months_and_stands_for_itself(written, victor):
    surveys.update(survey=written, by=victor, at=NOW, changes={"repeats_months": 3})
    surveys.publish(survey=written, by=victor, at=NOW)

    survey_rounds.keep(at=NOW + timedelta(days=14))
    survey_rounds.keep(at=datetime(2030, 6, 17, 12, tzinfo=UTC))
    assert written.rounds.count() == 1
    survey_rounds.keep(at=datetime(2030, 6, 18, 12, tzinfo=UTC))
    survey_rounds.keep(at=datetime(2030, 6, 18, 13, tzinfo=UTC))

    assert list(written.rounds.order_by("number").values_list("number", "opens_on")) == [
        (1, TODAY), (2, date(2030, 6, 18)),
    ]  # fmt: skip


@pytest.mark.parametrize(("zone", "is_open"), [("Pacific/Auckland", False), ("America/Los_Angeles", True)])
def test_a_round_ends_with_the_programs_day(written, victor, paula, zone, is_open):
    program = Program.current()
    program.timezone = zone
    program.save()
    Program.forget()
    opened = SurveyRoundFactory(opens_on=TODAY - timedelta(days=3), last_day_on=TODAY)
    late = datetime(2030, 3, 18, 22, tzinfo=UTC)  # the 19th in Auckland, still the 18th in Los Angeles

    if is_open:
        survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=late, answers={"nps": "9"})
    else:
        with pytest.raises(Refusal, match="not open any more"):
            survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=late, answers={"nps": "9"})


def test_closing_forgets_what_was_only_begun_and_bears_repeating(paula, pete):
    opened = SurveyRoundFactory()
    survey_answers.keep(survey_round=opened, person=paula.person, by=paula, at=NOW, answers={"nps": "3"})
    survey_answers.hand_in(survey_round=opened, person=pete.person, by=pete, at=NOW, answers={"nps": "9"})

    assert survey_rounds.close(survey_round=opened, at=NOW)
    assert not survey_rounds.close(survey_round=opened, at=NOW)

    assert [one.person for one in SurveyResponse.objects.all()] == [pete.person]
    assert OutboxMessage.objects.filter(topic=survey_rounds.CLOSED).count() == 1


def test_who_has_answered_is_not_reminded(paula, pete):
    opened = SurveyRoundFactory()
    survey_answers.hand_in(survey_round=opened, person=pete.person, by=pete, at=NOW, answers={"nps": "9"})

    survey_rounds.tell_ending({"round": opened.pk})
    survey_rounds.tell_ending({"round": opened.pk})

    assert paula.notifications.filter(kind="survey").count() == 1
    assert not pete.notifications.filter(kind="survey").exists()


def test_the_owner_hears_that_a_round_has_closed(victor):
    closed = SurveyRoundFactory(survey__owner=victor)
    survey_rounds.close(survey_round=closed, at=NOW)

    outbox.deliver_due(at=NOW)

    assert "Closed" in victor.notifications.get(kind="survey").text


def test_retiring_closes_the_open_round(victor):
    opened = SurveyRoundFactory()

    assert surveys.retire(survey=opened.survey, by=victor, at=NOW)
    assert not surveys.retire(survey=opened.survey, by=victor, at=NOW)

    opened.refresh_from_db()
    assert opened.closed_at == NOW


# --- answers with a name


def test_an_answer_is_handed_in_once_and_changed_until_the_round_closes(paula):
    opened = SurveyRoundFactory()
    said = {"nps": "9", "why": " You listen. "}

    for answers in (said, said, said | {"nps": "10"}):
        survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=NOW, answers=answers)

    assert SurveyResponse.objects.get().answers == {"nps": 10, "why": "You listen."}
    survey_rounds.close(survey_round=opened, at=NOW)
    with pytest.raises(Refusal, match="not open any more"):
        survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=NOW, answers=said)


def test_what_is_missing_is_told_by_question_and_nothing_is_handed_in(paula):
    opened = SurveyRoundFactory()

    with pytest.raises(Refusal) as refusal:
        survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=NOW, answers={"nps": "11"})

    assert refusal.value.message_dict == {"nps": ["Choose one of the numbers."]}
    assert not SurveyResponse.objects.exists()


def test_a_question_that_was_not_shown_is_neither_asked_for_nor_kept(written, victor, paula):
    surveys.publish(survey=written, by=victor, at=NOW)
    opened = written.rounds.get()
    nps, why = keys_of(opened)

    with pytest.raises(Refusal) as refusal:
        survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=NOW, answers={nps: "2"})
    survey_answers.hand_in(
        survey_round=opened, person=paula.person, by=paula, at=NOW, answers={nps: "9", why: "Was slow"}
    )

    assert list(refusal.value.message_dict) == [why]
    assert SurveyResponse.objects.get().answers == {nps: 9}


def test_a_draft_is_kept_and_leaves_what_was_handed_in_alone(paula):
    opened = SurveyRoundFactory()
    survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=NOW, answers={"nps": "9"})

    survey_answers.keep(survey_round=opened, person=paula.person, by=paula, at=NOW, answers={"nps": "1", "why": "Hm"})

    response = SurveyResponse.objects.get()
    assert (response.answers, response.draft) == ({"nps": 9}, {"nps": 1, "why": "Hm"})
    assert survey_answers.given(survey_round=opened, person=paula.person).answers == {"nps": 1, "why": "Hm"}


def test_a_partner_answers_once_whoever_of_theirs_does(paula, pete):
    opened = SurveyRoundFactory(survey__answered_by="partner")
    survey_answers.hand_in(survey_round=opened, person=pete.person, by=pete, at=NOW, answers={"nps": "4"})

    survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=NOW, answers={"nps": "8"})

    response = SurveyResponse.objects.get()
    assert (response.answers, response.person) == ({"nps": 8}, paula.person)


# --- answers without a name


@pytest.fixture
def unnamed(db):
    """An open anonymous round."""
    return SurveyRoundFactory(survey__is_anonymous=True)


def test_nothing_leads_from_an_anonymous_answer_to_whoever_gave_it(unnamed, paula):
    token = survey_answers.keep(survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "3"})
    survey_answers.hand_in(
        survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "2"}, token=token
    )

    answer, response = AnonymousAnswer.objects.get(), SurveyResponse.objects.get()
    assert answer.answers == {"nps": 2}
    assert (response.answers, response.draft, response.person) == ({}, {}, paula.person)
    assert token not in str(list(AnonymousAnswer.objects.values()))
    columns = {field.column for field in AnonymousAnswer._meta.concrete_fields}
    assert columns == {"id", "round_id", "token_digest", "is_handed_in", "cut", "draft", "answers"}
    assert answer.id.version == 4  # in a version 7 the moment could be read
    assert not hasattr(AnonymousAnswer, "pgh_event_model"), "no trail is kept of it"


def test_an_anonymous_answer_is_changed_with_its_secret_and_only_once_without(unnamed, paula):
    token = survey_answers.hand_in(survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "2"})

    survey_answers.hand_in(
        survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "7"}, token=token
    )
    for other in ("", "guessed"):
        with pytest.raises(Refusal, match="nobody can tell which answer"):
            survey_answers.hand_in(
                survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "0"}, token=other
            )

    assert AnonymousAnswer.objects.get().answers == {"nps": 7}


def test_what_was_begun_in_another_browser_is_no_second_answer(unnamed, paula):
    begun = survey_answers.keep(survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "3"})
    survey_answers.hand_in(survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "2"})

    with pytest.raises(Refusal, match="nobody can tell which answer"):
        survey_answers.hand_in(
            survey_round=unnamed, person=paula.person, by=paula, at=NOW, answers={"nps": "9"}, token=begun
        )


def test_closing_writes_anonymous_answers_anew_without_what_leads_back(unnamed, oakhurst):
    tokens = []
    for number in range(6):
        user = person_at(oakhurst, name=f"Person {number}", email=f"p{number}@oakhurst.example")
        tokens.append(
            survey_answers.hand_in(
                survey_round=unnamed, person=user.person, by=user, at=NOW, answers={"nps": str(number)}
            )
        )
    survey_answers.keep(survey_round=unnamed, person=user.person, by=user, at=NOW, answers={}, token=tokens[-1])
    before = set(AnonymousAnswer.objects.values_list("pk", flat=True))

    survey_rounds.close(survey_round=unnamed, at=NOW)

    rows = AnonymousAnswer.objects.all()
    assert sorted(one.answers["nps"] for one in rows) == list(range(6))
    assert not before & {one.pk for one in rows}
    assert {one.token_digest for one in rows} == {None}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM enablement_anonymousanswer")
        assert cursor.fetchone() == (1,), "all were written in one transaction"


# --- what the database itself refuses


def test_an_anonymous_response_cannot_say_anything(unnamed, paula):
    with refuse(match="anonymous_says_nothing"), transaction.atomic():
        SurveyResponseFactory(round=unnamed, person=paula.person, answers={"nps": 9})
    with refuse(match="anonymous_says_nothing"), transaction.atomic():
        SurveyResponseFactory(round=unnamed, person=paula.person, draft={"nps": 9}, is_anonymous=False)


def test_an_anonymous_draft_names_nobody(unnamed, paula):
    with refuse(match="anonymous_is_handed_in"), transaction.atomic():
        SurveyResponseFactory(round=unnamed, person=paula.person, handed_in_at=None)


def test_answers_without_a_name_are_for_anonymous_rounds_only():
    with refuse(match="for anonymous rounds"), transaction.atomic():
        AnonymousAnswerFactory(round=SurveyRoundFactory())


def test_what_a_round_promised_is_never_changed(unnamed):
    for changes in ({"is_anonymous": False}, {"answered_by": "partner"}, {"cut_by": "tier"}, {"number": 7}):
        with refuse(match="never changed"), transaction.atomic():
            SurveyRound.objects.filter(pk=unnamed.pk).update(**changes)


def test_there_is_one_answer_of_each_person_and_round(paula):
    response = SurveyResponseFactory(person=paula.person)

    with refuse(match="once_per_person"), transaction.atomic():
        SurveyResponseFactory(person=paula.person, round=response.round)


def test_there_is_one_answer_of_each_partner_where_the_round_says_so(paula, pete):
    opened = SurveyRoundFactory(survey__answered_by="partner")
    SurveyResponseFactory(round=opened, person=paula.person)

    with refuse(match="once_per_partner"), transaction.atomic():
        SurveyResponseFactory(round=opened, person=pete.person)


def test_one_round_is_open_at_a_time_and_numbers_are_given_once():
    first = SurveyRoundFactory()

    with refuse(match="one_open"), transaction.atomic():
        SurveyRoundFactory(survey=first.survey)
    with refuse(match="number_once"), transaction.atomic():
        SurveyRoundFactory(survey=first.survey, number=first.number, closed_at=NOW)
    with refuse(match="round_period"), transaction.atomic():
        SurveyRoundFactory(opens_on=TODAY, last_day_on=TODAY - timedelta(days=1))


def test_a_cut_is_for_anonymous_answers_and_names_its_segment(gold):
    survey = SurveyFactory()

    for changes, name in (
        ({"cut_by": "tier"}, "cut_is_of_anonymous"),
        ({"is_anonymous": True, "cut_by": "segment"}, "cut_names_segment"),
        ({"is_anonymous": True, "cut_by": "tier", "cut_segment": gold}, "cut_names_segment"),
        ({"open_days": 0}, "open_days"),
        ({"repeats_months": 1, "open_days": 29}, "rounds_do_not_meet"),
    ):
        with refuse(match=name), transaction.atomic():
            Survey.objects.filter(pk=survey.pk).update(**changes)


def test_rounds_that_would_meet_are_refused_in_words(written, victor):
    with pytest.raises(Refusal, match="before the next one opens"):
        surveys.update(survey=written, by=victor, at=NOW, changes={"repeats_months": 1, "open_days": 30})


# --- who sees them


def test_a_survey_is_for_its_audience_and_stays_in_sight_of_who_answered(gold, classify, pinewood, paula, olga):
    opened = SurveyRoundFactory(survey__audience=gold)
    classify(pinewood, gold)

    def seen_by(user):
        return Survey.objects.visible_to(user).filter(pk=opened.survey_id).exists()

    assert (seen_by(paula), seen_by(olga)) == (True, False)
    survey_answers.hand_in(survey_round=opened, person=paula.person, by=paula, at=NOW, answers={"nps": "9"})
    classify(pinewood)

    assert seen_by(paula)


# --- what criteria read of answers


def test_the_database_takes_the_first_nps_that_was_answered():
    questions = [
        {"key": "us", "kind": "nps", "text": "Recommend us?", "is_required": False},
        {"key": "portal", "kind": "nps", "text": "Recommend the portal?", "is_required": False},
    ]
    version = SurveyVersionFactory(questions=questions)
    asked = SurveyRoundFactory(survey=version.definition)

    def nps_of(answers):
        response = SurveyResponseFactory(round=asked, answers=answers)
        response.refresh_from_db()
        return response.nps

    assert [nps_of({"us": 3, "portal": 9}), nps_of({"portal": 9}), nps_of({})] == [3, 9, None]


def test_the_database_refuses_an_nps_that_cannot_be():
    version = SurveyVersionFactory()

    with refuse(match="survey_response_nps"), transaction.atomic():
        SurveyResponseFactory(round=SurveyRoundFactory(survey=version.definition), answers={"nps": 11})


def test_a_changed_answer_changes_what_criteria_read(pete):
    asked = SurveyRoundFactory()
    for said in (3, 9):
        survey_answers.hand_in(survey_round=asked, person=pete.person, by=pete, at=NOW, answers={"nps": str(said)})

    assert SurveyResponse.objects.get().nps == 9
