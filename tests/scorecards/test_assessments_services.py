"""Assessments: answered one by one, confirmed, finished, taken up; nothing overwritten in silence."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from core.models import OutboxMessage, Program
from core.refusals import Refusal
from core.services import versions
from scorecards.models import Answer, AnswerFile, Assessment, Score
from scorecards.queries import assessments as reads
from scorecards.services import assessments, evidence, scorecards, use
from scorecards.services.measuring import Measuring, Sheet
from segmentation.scope import Scope
from segmentation.services import recompute
from tests.factories.assessments import ANCHORS, QUARTER, assessed_scorecard, question
from tests.scorecards.following import follow

pytestmark = pytest.mark.django_db

NEXT_QUARTER = timedelta(days=30)


@pytest.fixture
def card():
    return assessed_scorecard(question("story"), question("offers", "cam"), question("list", "partner"))


@pytest.fixture
def story(card):
    return card[1][0]


@pytest.fixture
def give(pinewood, vera, now):
    def answer(metric, level, *, side="cam", by=vera, at=now, **more):
        return assessments.answer(partner=pinewood, metric=metric, side=side, by=by, at=at, level=level, **more)

    return answer


def test_the_first_answer_begins_the_assessment_of_the_quarter(give, story, pinewood, vera, now):
    given = give(story, 4, comment="Heard it twice")

    begun = Assessment.objects.get()
    assert (begun.partner, begun.side, begun.period_starts_on, begun.started_by) == (pinewood, "cam", QUARTER, vera)
    assert (given.level, given.comment, given.answered_at, given.answered_by) == (4, "Heard it twice", now, vera)


def test_the_same_answer_again_is_one_answer(give, story):
    give(story, 4)
    give(story, 4)

    assert Answer.objects.count() == 1


def test_an_empty_answer_begins_nothing_but_the_assessment(give, story):
    give(story, None, comment="  ")

    assert not Answer.objects.exists()


@pytest.mark.parametrize("level", [0, 6])
def test_a_level_that_is_none_is_refused(give, story, level):
    with pytest.raises(Refusal):
        give(story, level)


def test_each_side_answers_what_it_is_asked(give, card, paula):
    _story, offers, own_list = card[1]

    give(own_list, 2, side="partner", by=paula)
    with pytest.raises(assessments.NothingToAnswer):
        give(offers, 2, side="partner", by=paula)
    with pytest.raises(assessments.NothingToAnswer):
        give(own_list, 2)


def test_a_comment_alone_leaves_the_level_open(give, story):
    given = give(story, None, comment="Ask Pete")

    assert (given.level, given.comment) == (None, "Ask Pete")


def test_a_comment_too_long_is_refused_and_nothing_is_kept(give, story):
    with pytest.raises(Refusal) as refusal:
        give(story, 3, comment="x" * 4001)

    assert "comment" in refusal.value.message_dict
    assert not Assessment.objects.exists()


# --- two windows


def test_a_later_answer_in_another_window_is_not_overwritten(give, story, vera):
    give(story, 4, expected=0)

    with pytest.raises(assessments.AnsweredMeanwhile) as clash:
        give(story, 2, expected=0)

    assert (clash.value.stored.level, clash.value.stored.answered_by) == (4, vera)
    assert Answer.objects.get().level == 4


def test_saying_the_same_in_two_windows_is_no_clash(give, story):
    give(story, 4, expected=0)

    assert give(story, 4, expected=0).level == 4


def test_who_has_seen_the_other_answer_may_replace_it(give, story):
    seen = give(story, 4, expected=0)

    assert give(story, 2, expected=seen.version).level == 2


# --- time


def test_breaks_are_left_out_of_the_time_spent(give, card, now):
    story, offers, _list = card[1]
    opened = now - timedelta(seconds=40)
    give(story, 3, at=now, shown_at=opened)
    give(offers, 3, at=now + timedelta(seconds=30), shown_at=opened)
    assert Assessment.objects.get().seconds_spent == 70

    after_lunch = now + timedelta(hours=1)
    give(offers, 4, at=after_lunch, shown_at=opened)
    assert Assessment.objects.get().seconds_spent == 70

    give(offers, 5, at=after_lunch + timedelta(hours=2), shown_at=after_lunch + timedelta(hours=2, seconds=-20))
    assert Assessment.objects.get().seconds_spent == 90


def test_a_page_cannot_claim_time_before_the_last_answer(give, story, now):
    give(story, 3, at=now)
    give(story, 4, at=now + timedelta(seconds=10), shown_at=now - timedelta(seconds=100))

    assert Assessment.objects.get().seconds_spent == 10


# --- the next period


def test_last_answers_count_and_are_not_new_until_confirmed(give, story, pinewood, vera, now):
    give(story, 4)
    later = now + NEXT_QUARTER

    sheet = reads.sheet(partner_id=pinewood.pk, version=story.scorecard_version, side="cam", at=later)
    said = next(one.own for one in sheet.questions if one.metric == story)

    assert (said.now, said.last.level, said.is_answered) == (None, 4, False)
    assert counting(story.scorecard_version, pinewood, later) == {"story": 4}


def test_confirming_makes_last_answers_those_of_this_period(give, story, pinewood, vera, now):
    last, later = give(story, 4, comment="Then"), now + NEXT_QUARTER

    confirm = {"partner": pinewood, "answers": [last], "side": "cam", "by": vera, "at": later, "shown_at": None}
    assert assessments.confirm(**confirm) == 1
    assert assessments.confirm(**confirm) == 0

    now_given = Answer.objects.get(assessment__period_starts_on=date(2030, 4, 1))
    assert (now_given.level, now_given.comment, now_given.answered_at) == (4, "", later)


def test_confirming_never_replaces_what_was_answered_since(give, story, pinewood, vera, now):
    last, later = give(story, 4), now + NEXT_QUARTER
    give(story, 1, at=later)

    assert not assessments.confirm(partner=pinewood, answers=[last], side="cam", by=vera, at=later, shown_at=None)
    assert Answer.objects.get(assessment__period_starts_on=date(2030, 4, 1)).level == 1


def test_a_quarter_begins_with_the_programs_day(give, story, program, now):
    Program.objects.update(timezone="America/New_York")
    Program.forget()
    last_evening = now.replace(month=4, day=1, hour=2)  # still 31 March in New York

    give(story, 3, at=last_evening)
    give(story, 4, at=last_evening + timedelta(hours=3))

    assert list(Assessment.objects.order_by("pk").values_list("period_starts_on", flat=True)) == [
        QUARTER,
        date(2030, 4, 1),
    ]


# --- finishing


def test_finished_it_waits_to_be_taken_up_before_it_changes(give, story, vera, now):
    give(story, 4)
    assessment = Assessment.objects.get()

    assert assessments.finish(assessment=assessment, by=vera, at=now) is True
    assert assessments.finish(assessment=assessment, by=vera, at=now) is False
    with pytest.raises(assessments.IsFinished):
        give(story, 5)
    assert Answer.objects.get().level == 4

    assert assessments.take_up(assessment=assessment, by=vera, at=now) is True
    assert assessments.take_up(assessment=assessment, by=vera, at=now) is False
    assert give(story, 5).level == 5


def test_finishing_tells_once(give, story, vera, now):
    give(story, 4)
    assessment = Assessment.objects.get()
    assessments.finish(assessment=assessment, by=vera, at=now)
    assessments.finish(assessment=assessment, by=vera, at=now)

    assert OutboxMessage.objects.filter(topic=assessments.FINISHED).count() == 1


def test_what_belongs_to_a_period_that_is_over_is_not_taken_up(give, story, vera, now):
    give(story, 4)
    assessment = Assessment.objects.get()
    assessments.finish(assessment=assessment, by=vera, at=now)

    with pytest.raises(Refusal):
        assessments.take_up(assessment=assessment, by=vera, at=now + NEXT_QUARTER)


# --- a new version in the middle of a period


def rewrite(scorecard, metric, by, at, **changes):
    draft = scorecards.draft_of(scorecard=scorecard, by=by, at=at)
    scorecards.update_metric(metric=draft.metrics.get(key=metric.key), by=by, at=at, changes=changes)
    scorecards.publish(version=draft, by=by, at=at)
    return versions.published_of(scorecard)


def test_answers_come_along_where_the_question_reads_the_same(give, card, pinewood, victor, vera, now):
    scorecard, (story, offers, _list) = card
    give(story, 4, comment="Heard")
    assessments.keep_file(
        partner=pinewood, metric=story, side="cam", by=vera, at=now, file=ContentFile(b"Seen", name="seen.txt")
    )
    give(offers, 2)
    published = rewrite(scorecard, offers, victor, now, anchors=[*ANCHORS[:4], "Everything."])

    fresh = published.metrics.get(key="story")
    give(fresh, 4, at=now + timedelta(hours=1), comment="Heard")

    brought = Assessment.objects.get(scorecard_version=published)
    assert list(brought.answers.values_list("metric__key", "level", "comment")) == [("story", 4, "Heard")]
    assert [file.file_name for file in AnswerFile.objects.filter(answer__assessment=brought)] == ["seen.txt"]
    assert Assessment.objects.count() == 2


def test_a_page_with_a_rewritten_question_is_told_so(give, card, victor, now):
    scorecard, (_story, offers, _list) = card
    rewrite(scorecard, offers, victor, now, anchors=[*ANCHORS[:4], "Everything."])

    with pytest.raises(assessments.Rewritten):
        give(offers, 3)


def test_a_page_with_an_older_version_answers_the_same_question(give, card, victor, now):
    scorecard, (story, offers, _list) = card
    published = rewrite(scorecard, offers, victor, now, anchors=[*ANCHORS[:4], "Everything."])

    assert give(story, 3).metric.scorecard_version == published


# --- evidence


def test_evidence_stands_beside_an_answer_given_or_not(story, pinewood, vera, now):
    keep = {"partner": pinewood, "metric": story, "side": "cam", "by": vera, "at": now}
    file = assessments.keep_file(**keep, file=ContentFile(b"Seen on Monday.", name="../seen.txt"))

    assert (file.file_name, file.answer.level) == ("seen.txt", None)
    assert evidence.take_away(file=file, by=vera, at=now) is True
    assert evidence.take_away(file=file, by=vera, at=now) is False
    assert not AnswerFile.objects.there().exists()


def test_what_a_browser_would_run_is_no_evidence(story, pinewood, vera, now):
    hostile = ContentFile(b"<script>", name="seen.html")

    with pytest.raises(Refusal):
        assessments.keep_file(partner=pinewood, metric=story, side="cam", by=vera, at=now, file=hostile)

    assert not Answer.objects.exists()


def test_a_finished_assessment_keeps_its_files(give, story, pinewood, vera, now):
    give(story, 3)
    keep = {"partner": pinewood, "metric": story, "side": "cam", "by": vera, "at": now}
    file = assessments.keep_file(**keep, file=ContentFile(b"Seen", name="seen.txt"))
    assessments.finish(assessment=Assessment.objects.get(), by=vera, at=now)

    with pytest.raises(Refusal):
        evidence.take_away(file=file, by=vera, at=now)


# --- what counts


def counting(version, partner, at):
    """Return the levels that count for a partner, by the keys of their metrics."""
    [sheet] = Sheet.of_many([version])
    measuring, scope = Measuring([sheet], at), Scope.some([partner.pk])
    with connection.cursor() as cursor:
        cursor.execute(measuring.select(scope), {**measuring.parameters, **scope.parameters})
        [row] = cursor.fetchall()
        figures = row[[column.name for column in cursor.description].index("figures")]
    return {one.key: level for one, level in zip(sheet.metrics, figures, strict=True) if level is not None}


def test_the_managers_answer_counts_and_the_partners_where_only_it_is_asked(give, card, pinewood, paula, now):
    _scorecard, (story, offers, own_list) = card
    give(story, 1, side="partner", by=paula)
    give(own_list, 5, side="partner", by=paula)
    assert counting(story.scorecard_version, pinewood, now) == {"list": 5}

    give(story, 3)
    give(offers, 2)

    assert counting(story.scorecard_version, pinewood, now) == {"list": 5, "story": 3, "offers": 2}
    assert counting(story.scorecard_version, pinewood, now - timedelta(seconds=1)) == {}


def test_an_answer_changes_the_score(give, card, pinewood, vera, now):
    scorecard, (story, offers, _list) = card
    recompute.everything(at=now)
    use.switch_on(partner=pinewood, scorecard=scorecard, by=vera, at=now)

    give(story, 4)
    follow(now)
    assert Score.objects.get(is_current=True).value == 75

    give(offers, 2)
    follow(now)
    assert Score.objects.get(is_current=True).value == 50
