"""Assessments as pages show them: the questions of a scorecard with what both sides said, now and last time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Avg, Count, Q, QuerySet

from scorecards import periods
from scorecards.models import (
    ASKED,
    Answer,
    AnswerFile,
    AskedOf,
    Assessment,
    AssessmentRequest,
    AssessmentSide,
    Metric,
    PeriodScore,
    Scorecard,
    ScorecardSection,
    ScorecardVersion,
)
from scorecards.queries.cards import benchmark_of, benchmarks_of, reached
from scorecards.queries.pace import Pace, minutes, paces

FULL = 100
#: Sides that differ by so many levels differ clearly.
CLEARLY = 2


@dataclass(frozen=True, slots=True)
class Said:
    """What one side says about a metric: its answer of this period, and the last one before it."""

    now: Answer | None = None
    last: Answer | None = None

    @property
    def answer(self) -> Answer | None:
        """The answer that stands: this period's where it has a level, else the last one."""
        return self.now if self.now is not None and self.now.level is not None else self.last

    @property
    def level(self) -> int | None:
        """The level that stands."""
        return self.answer.level if self.answer else None

    @property
    def is_answered(self) -> bool:
        """Whether there is a level of this period."""
        return self.now is not None and self.now.level is not None

    @property
    def expected(self) -> int:
        """What a page that shows this expects to be there when it saves."""
        return self.now.version if self.now else 0


@dataclass(frozen=True, slots=True)
class Question:
    """A metric on the page: what is asked, what both sides say, and what is measured where nobody is asked."""

    metric: Metric
    own: Said
    other: Said
    is_asked: bool
    files: Sequence[AnswerFile] = ()
    other_files: Sequence[AnswerFile] = ()
    value: Decimal | None = None
    points: int | None = None
    benchmark: int | None = None

    @property
    def is_measured(self) -> bool:
        """Whether nobody is asked: the figures say it."""
        return self.metric.asked_of == AskedOf.NOBODY

    @property
    def levels(self) -> list[tuple[int, str]]:
        """The five answers: level and what it means."""
        return list(enumerate(self.metric.anchors, start=1))

    @property
    def benchmark_level(self) -> Decimal | None:
        """What similar partners answer on average, as a level with one decimal."""
        return None if self.benchmark is None else (1 + Decimal(self.benchmark) / 25).quantize(Decimal("0.1"))

    @property
    def difference(self) -> int | None:
        """By how many levels the other side says more than this one; None where one of them says nothing."""
        if self.own.level is None or self.other.level is None:
            return None
        return self.other.level - self.own.level

    @property
    def levels_apart(self) -> int:
        """How many levels lie between the two sides."""
        return abs(self.difference or 0)

    @property
    def differs_clearly(self) -> bool:
        """Whether the two sides are far enough apart to talk about it."""
        return self.levels_apart >= CLEARLY

    def meaning(self, level: int | None) -> str:
        """Return the text of a level."""
        return self.metric.anchors[level - 1] if level else ""

    @property
    def own_meaning(self) -> str:
        """What this side's level means."""
        return self.meaning(self.own.level)

    @property
    def other_meaning(self) -> str:
        """What the other side's level means."""
        return self.meaning(self.other.level)


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its questions."""

    section: ScorecardSection
    questions: Sequence[Question]

    @property
    def asked(self) -> list[Question]:
        """What this side is asked."""
        return [one for one in self.questions if one.is_asked]

    @property
    def open(self) -> list[Question]:
        """What this side has not answered in this period."""
        return [one for one in self.asked if not one.own.is_answered]

    @property
    def to_confirm(self) -> list[Question]:
        """Open questions with an answer of last time that may still be right."""
        return [one for one in self.open if one.own.last is not None]

    @property
    def is_done(self) -> bool:
        """Whether every question of the section is answered."""
        return not self.open


@dataclass(frozen=True, slots=True)
class Sheet:
    """A published scorecard to be filled in about a partner, by one side, in the current period."""

    version: ScorecardVersion
    side: str
    starts_on: date
    ends_on: date
    parts: Sequence[Part]
    assessment: Assessment | None
    pace: Pace | None = field(default=None)

    @property
    def scorecard(self) -> Scorecard:
        """Its definition."""
        return self.version.definition

    @property
    def questions(self) -> list[Question]:
        """Every metric, section by section."""
        return [one for part in self.parts for one in part.questions]

    @property
    def asked(self) -> list[Question]:
        """What this side is asked."""
        return [one for one in self.questions if one.is_asked]

    @property
    def open(self) -> list[Question]:
        """What this side has not answered in this period."""
        return [one for one in self.asked if not one.own.is_answered]

    @property
    def answered(self) -> int:
        """How many questions this side has answered in this period."""
        return len(self.asked) - len(self.open)

    @property
    def is_finished(self) -> bool:
        """Whether this side said that it is done, for what is published now."""
        return self.assessment is not None and self.assessment.finished_at is not None

    @property
    def minutes(self) -> int:
        """How many minutes the whole takes."""
        return minutes(len(self.asked), self.pace)

    @property
    def minutes_left(self) -> int:
        """How many minutes are left."""
        return minutes(len(self.open), self.pace)

    @property
    def compared(self) -> list[Question]:
        """What both sides were asked or said, the biggest difference first."""
        both = [one for one in self.questions if one.own.level is not None or one.other.level is not None]
        return sorted(both, key=lambda one: (one.difference is None, -abs(one.difference or 0)))

    @property
    def clear_differences(self) -> int:
        """On how many metrics the two sides are clearly apart."""
        return sum(one.differs_clearly for one in self.questions)

    def part(self, key: str) -> Part | None:
        """Return a section by its key."""
        return next((one for one in self.parts if one.section.key == key), None)


def sheet(*, partner_id: int, version: ScorecardVersion, side: str, at: datetime, paced: bool = True) -> Sheet:
    """Return a published version as a page for one side, in a fixed number of statements."""
    scorecard = version.definition
    starts_on, ends_on = periods.bounds(scorecard.period, at=at)
    metrics = list(version.metrics.select_related("section").order_by("section__position", "position"))
    answers = _answers(partner_id, scorecard, metrics, starts_on)
    files = _files([one.now or one.last for said in answers.values() for one in said.values()])
    stands = PeriodScore.objects.filter(partner=partner_id, scorecard=scorecard, is_current=True).first()
    known = reached(stands, metrics) if stands and stands.scorecard_version_id == version.pk else {}
    bench = benchmarks_of(stands)
    other_side = AssessmentSide.PARTNER if side == AssessmentSide.CAM else AssessmentSide.CAM
    rows: dict[int, list[Question]] = {}
    for metric in metrics:
        own, other = answers[side].get(metric.key, Said()), answers[other_side].get(metric.key, Said())
        value, points = known.get(metric.pk, (None, None))
        rows.setdefault(metric.section_id, []).append(
            Question(
                metric=metric,
                own=own,
                other=other,
                is_asked=metric.asked_of in ASKED[side],
                files=files.get(own.now.pk, []) if own.now else [],
                other_files=files.get(other.answer.pk, []) if other.answer else [],
                value=value,
                points=points,
                benchmark=benchmark_of(metric, bench.get(metric.pk))[0],
            )
        )
    sections = {metric.section_id: metric.section for metric in metrics}
    given = [said.now.assessment for said in answers[side].values() if said.now]
    return Sheet(
        version=version,
        side=side,
        starts_on=starts_on,
        ends_on=ends_on,
        parts=[Part(section, rows[pk]) for pk, section in sections.items()],
        assessment=next((one for one in given if one.scorecard_version_id == version.pk), None),
        pace=paces([scorecard.pk]).get((scorecard.pk, side)) if paced else None,
    )


def _answers(
    partner_id: int, scorecard: Scorecard, metrics: Iterable[Metric], starts_on: date
) -> Mapping[str, dict[str, Said]]:
    """Return what each side says by metric key, where the question read as it does now."""
    questions = {metric.key: metric.anchors for metric in metrics}
    rows = (
        Answer.objects.filter(
            assessment__partner=partner_id,
            assessment__scorecard_version__definition=scorecard,
            assessment__period_starts_on__lte=starts_on,
        )
        .select_related("assessment", "metric", "answered_by")
        .order_by("assessment__period_starts_on", "assessment__scorecard_version__number", "pk")
    )
    found: dict[str, dict[str, Said]] = {side: {} for side in AssessmentSide.values}
    for row in rows:
        if questions.get(row.metric.key) != row.metric.anchors:
            continue
        said = found[row.assessment.side]
        before = said.get(row.metric.key, Said())
        if row.assessment.period_starts_on == starts_on:
            said[row.metric.key] = Said(row, before.last)
        elif row.level is not None:
            said[row.metric.key] = Said(None, row)
    return found


def _files(answers: Iterable[Answer | None]) -> dict[int, list[AnswerFile]]:
    """Return the files beside answers."""
    found: dict[int, list[AnswerFile]] = {}
    for file in AnswerFile.objects.there().filter(answer__in=[one for one in answers if one]).order_by("pk"):
        found.setdefault(file.answer_id, []).append(file)
    return found


# --- what was


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """A metric as it was asked, and what was answered."""

    metric: Metric
    answer: Answer | None
    files: Sequence[AnswerFile]

    @property
    def meaning(self) -> str:
        """What the level meant."""
        return self.metric.anchors[self.answer.level - 1] if self.answer and self.answer.level else ""


def past(assessment: Assessment) -> list[tuple[ScorecardSection, list[PastAnswer]]]:
    """Return an assessment as it was given, by the sections and questions of its own version."""
    version = assessment.scorecard_version
    answers = {one.metric_id: one for one in assessment.answers.select_related("answered_by")}
    files = _files(answers.values())
    rows: dict[int, list[PastAnswer]] = {}
    for metric in version.metrics.filter(asked_of__in=ASKED[assessment.side]).order_by("position"):
        answer = answers.get(metric.pk)
        rows.setdefault(metric.section_id, []).append(
            PastAnswer(metric, answer, files.get(answer.pk, []) if answer else [])
        )
    return [(one, rows[one.pk]) for one in version.sections.order_by("position") if one.pk in rows]


def history(partner_id: int, scorecard: Scorecard) -> QuerySet[Assessment]:
    """Return the assessments of a partner on a scorecard, the newest first, with how many questions were answered."""
    answered = Count("answers", filter=Q(answers__level__isnull=False))
    return (
        Assessment.objects.filter(partner=partner_id, scorecard_version__definition=scorecard)
        .select_related("scorecard_version__definition", "finished_by")
        .annotate(answered=answered, average=Avg("answers__level"))
        .order_by("-period_starts_on", "side", "-scorecard_version__number")
    )


def is_answered(request: AssessmentRequest) -> bool:
    """Whether the partner has finished what it was asked for."""
    return Assessment.objects.filter(
        partner=request.partner_id,
        scorecard_version__definition=request.scorecard_id,
        period_starts_on=request.period_starts_on,
        side=AssessmentSide.PARTNER,
        finished_at__isnull=False,
    ).exists()
