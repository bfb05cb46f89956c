"""Assessments: answered one by one, each kept at once; finished and taken up again.

Nothing that was answered is overwritten without being seen: whoever answers says which answer they had before them.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.models import VersionState
from core.refusals import Refusal
from core.services import outbox
from partners.models import Partner
from partners.services.stays import person
from partners.signals import announce_partners
from scorecards import periods
from scorecards.models import (
    ASKED,
    LEVELS,
    Answer,
    AnswerFile,
    Assessment,
    Metric,
    Scorecard,
    ScorecardVersion,
)
from scorecards.services import evidence

FINISHED = "scorecards.assessment_finished"
#: Who is away for longer than this between two answers was not at it.
IDLE_SECONDS = 120
MAX_COMMENT_LENGTH = 4000


class NothingToAnswer(Refusal):
    """The scorecard asks nothing of this side, is not published, or is retired."""


class Rewritten(Refusal):
    """The question says something else now than when it was read."""


class IsFinished(Refusal):
    """The assessment was finished; it is taken up again before it is changed."""


class AnsweredMeanwhile(Refusal):
    """Somebody answered in another place since the page was opened: both answers are there to choose from."""

    def __init__(self, stored: Answer) -> None:
        super().__init__(_("This question was answered in another place meanwhile."), code="conflict")
        self.stored = stored


# --- beginning


def current(partner: Partner, scorecard: Scorecard, side: str, *, at: datetime) -> Assessment | None:
    """Return the assessment of the period a moment is in, on the newest version it was given on."""
    rows = Assessment.objects.filter(
        partner=partner,
        scorecard_version__definition=scorecard,
        side=side,
        period_starts_on=periods.starts_on(scorecard.period, at=at),
    )
    return rows.select_related("scorecard_version").order_by("-scorecard_version__number").first()


def begin(
    *,
    partner: Partner,
    version: ScorecardVersion,
    side: str,
    by: Any | None,
    at: datetime,
    shown_at: datetime | None = None,
) -> Assessment:
    """Return this period's assessment on a published version, begun now if there is none.

    Answers already given in the period on an earlier version come along wherever the question reads the same.
    """
    if version.state != VersionState.PUBLISHED or version.definition.retired_at is not None:
        raise NothingToAnswer(_("%(name)s is not in use.") % {"name": version.definition}, code="not_in_use")
    period = periods.starts_on(version.definition.period, at=at)
    found = _find(partner, version, side, period)
    if found is not None:
        return found
    before = current(partner, version.definition, side, at=at)
    with audit.action("assessment.begin", by=by):
        try:
            with transaction.atomic():
                made = Assessment.objects.create(
                    partner=partner,
                    scorecard_version=version,
                    side=side,
                    period_starts_on=period,
                    started_at=before.started_at if before else at,
                    started_by=before.started_by if before else person(by),
                    seconds_spent=before.seconds_spent if before else 0,
                    last_active_at=before.last_active_at if before else min(shown_at or at, at),
                )
        except IntegrityError as error:
            if "assessment_once_a_period" not in str(error):
                raise
            return Assessment.objects.get(
                partner=partner, scorecard_version=version, side=side, period_starts_on=period
            )
        if before is not None:
            _carry_over(before, made)
    return made


def _find(partner: Partner, version: ScorecardVersion, side: str, period: date) -> Assessment | None:
    return Assessment.objects.filter(
        partner=partner, scorecard_version=version, side=side, period_starts_on=period
    ).first()


def _carry_over(before: Assessment, made: Assessment) -> None:
    """Bring along what was answered to questions that read the same, with when and by whom."""
    questions = {one.key: one for one in made.scorecard_version.metrics.filter(asked_of__in=ASKED[made.side])}
    for given in before.answers.select_related("metric").order_by("pk"):
        metric = questions.get(given.metric.key)
        if metric is None or metric.anchors != given.metric.anchors:
            continue
        copy = Answer.objects.create(
            assessment=made,
            metric=metric,
            level=given.level,
            comment=given.comment,
            answered_at=given.answered_at,
            answered_by=given.answered_by,
        )
        for file in AnswerFile.objects.there().filter(answer=given).order_by("pk"):
            evidence.keep_copy(file, answer=copy)


# --- answering


def answer(
    *,
    partner: Partner,
    metric: Metric,
    side: str,
    by: Any | None,
    at: datetime,
    level: int | None,
    comment: str | None = None,
    expected: int | None = None,
    shown_at: datetime | None = None,
) -> Answer:
    """Keep an answer to a question of a scorecard, in the assessment of the current period.

    `comment` None leaves the comment as it is. `expected` is the row's `version` that the page had read, 0 for no
    answer: if another one was kept since, it is not overwritten (`AnsweredMeanwhile`). `shown_at` is when the page was
    opened; from it the time spent is counted. The same answer again changes nothing but when it was given.
    """
    if level is not None and not 1 <= level <= LEVELS:
        raise Refusal({"level": _("Choose one of the five levels.")})
    text = _cleaned(comment)
    with audit.action("answer.give", by=by):
        assessment, metric = opened(partner, metric, side, by=by, at=at, shown_at=shown_at)
        stored = assessment.answers.filter(metric=metric).first()
        _expect_unchanged(stored, level, text, expected)
        _note_time(assessment, shown_at, at)
        if stored is None:
            if level is None and not text:
                return Answer(assessment=assessment, metric=metric, answered_at=at)
            stored = Answer.objects.create(
                assessment=assessment,
                metric=metric,
                level=level,
                comment=text or "",
                answered_at=at,
                answered_by=person(by),
            )
        else:
            _change(stored, level=level, comment=text, by=by, at=at)
        announce_partners([partner.pk])
    stored.refresh_from_db()
    return stored


def confirm(
    *, partner: Partner, answers: Iterable[Answer], side: str, by: Any | None, at: datetime, shown_at: datetime | None
) -> int:
    """Say that last answers still hold: each becomes one of this period, unless there is one. Returns how many."""
    confirmed = 0
    with audit.action("answer.confirm", by=by):
        for last in answers:
            assessment, metric = opened(partner, last.metric, side, by=by, at=at, shown_at=shown_at)
            _note_time(assessment, shown_at, at)
            stored = assessment.answers.filter(metric=metric).first()
            if last.level is None or (stored is not None and stored.level is not None):
                continue
            if stored is None:
                Answer.objects.create(
                    assessment=assessment, metric=metric, level=last.level, answered_at=at, answered_by=person(by)
                )
            else:
                _change(stored, level=last.level, comment=None, by=by, at=at)
            confirmed += 1
        announce_partners([partner.pk] if confirmed else [])
    return confirmed


def keep_file(
    *, partner: Partner, metric: Metric, side: str, by: Any | None, at: datetime, file: "File[bytes]"
) -> AnswerFile:
    """Keep evidence beside an answer of the current period, given yet or not."""
    with audit.action("answer.keep_file", by=by):
        assessment, metric = opened(partner, metric, side, by=by, at=at)
        beside, _is_new = Answer.objects.get_or_create(
            assessment=assessment, metric=metric, defaults={"answered_at": at, "answered_by": person(by)}
        )
        return evidence.keep(answer=beside, file=file, by=by, at=at)


def opened(
    partner: Partner, metric: Metric, side: str, *, by: Any | None, at: datetime, shown_at: datetime | None = None
) -> tuple[Assessment, Metric]:
    """Return the assessment to answer in, locked, and the question as it is published now."""
    definition = metric.scorecard_version.definition
    version = definition.versions.filter(state=VersionState.PUBLISHED).select_related("definition").first()
    question = version.metrics.filter(key=metric.key).first() if version else None
    if version is None or question is None or question.asked_of not in ASKED[side]:
        raise NothingToAnswer(_("This is not asked any more."), code="not_asked")
    if question.anchors != metric.anchors:
        raise Rewritten(_("This question was rewritten. Open the page again to read it."), code="rewritten")
    begun = begin(partner=partner, version=version, side=side, by=by, at=at, shown_at=shown_at)
    locked = Assessment.objects.select_for_update(no_key=True, of=("self",)).get(pk=begun.pk)
    if locked.finished_at is not None:
        raise IsFinished(_("This assessment is finished. Take it up again to change an answer."), code="finished")
    return locked, question


def _expect_unchanged(stored: Answer | None, level: int | None, text: str | None, expected: int | None) -> None:
    if expected is None or stored is None or expected == stored.version:
        return
    says_the_same = stored.level == level and text in (None, stored.comment)
    if not says_the_same:
        raise AnsweredMeanwhile(stored)


def _change(stored: Answer, *, level: int | None, comment: str | None, by: Any | None, at: datetime) -> None:
    stored.comment = stored.comment if comment is None else comment
    stored.level, stored.answered_at, stored.answered_by = level, at, person(by)
    stored.save(update_fields=["level", "comment", "answered_at", "answered_by"])


def _cleaned(comment: str | None) -> str | None:
    if comment is None:
        return None
    text = comment.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > MAX_COMMENT_LENGTH:
        raise Refusal(
            {"comment": _("The comment is too long: %(limit)d characters at most.") % {"limit": MAX_COMMENT_LENGTH}}
        )
    return text


def _note_time(assessment: Assessment, shown_at: datetime | None, at: datetime) -> None:
    """Count the seconds since the last answer, or since the page was opened; a break is not counted."""
    since = max(shown_at, assessment.last_active_at) if shown_at else assessment.last_active_at
    seconds = int((at - since).total_seconds())
    if 0 < seconds <= IDLE_SECONDS:
        assessment.seconds_spent += seconds
    assessment.last_active_at = max(at, assessment.last_active_at)
    assessment.save(update_fields=["seconds_spent", "last_active_at"])


# --- finishing


def finish(*, assessment: Assessment, by: Any | None, at: datetime) -> bool:
    """Say that an assessment is done for its period; open questions stay open. Returns whether it was under way."""
    with audit.action("assessment.finish", by=by):
        locked = Assessment.objects.select_for_update(no_key=True, of=("self",)).get(pk=assessment.pk)
        if locked.finished_at is not None:
            return False
        _note_time(locked, None, at)
        locked.finished_at, locked.finished_by = at, person(by)
        locked.save(update_fields=["finished_at", "finished_by"])
        outbox.put(topic=FINISHED, payload={"assessment_id": locked.pk, "finished_at": at.isoformat()})
    assessment.refresh_from_db()
    return True


def take_up(*, assessment: Assessment, by: Any | None, at: datetime) -> bool:
    """Go on with a finished assessment of the current period. Returns whether it was finished."""
    with audit.action("assessment.take_up", by=by):
        locked = Assessment.objects.select_for_update(no_key=True, of=("self",)).get(pk=assessment.pk)
        if locked.finished_at is None:
            return False
        period = periods.starts_on(locked.scorecard_version.definition.period, at=at)
        if locked.period_starts_on != period:
            raise Refusal(_("This assessment belongs to a period that is over; it stays as it is."), code="over")
        locked.finished_at = locked.finished_by = None
        locked.save(update_fields=["finished_at", "finished_by"])
    assessment.refresh_from_db()
    return True
