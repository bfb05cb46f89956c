"""What came out of a round: question by question, for all and by one cut, as far as it may be told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from django.utils.translation import gettext as _

from enablement.models import AnonymousAnswer, CutBy, SurveyResponse, SurveyRound
from enablement.models.survey_questions import MAX_NPS, SurveyQuestionKind, possible_answers
from enablement.queries.survey_cuts import groups_of
from enablement.queries.survey_privacy import MINIMUM, shown_groups

PROMOTER_FROM, PASSIVE_FROM = 9, 7
#: Ways to tell answers with a name apart, at the reader's choice.
FREE_CUTS = (CutBy.REGION, CutBy.CATEGORY, CutBy.TIER, CutBy.STAGE)
#: Kinds whose one figure is followed over rounds.
FOLLOWED = frozenset({SurveyQuestionKind.NPS, SurveyQuestionKind.SCALE, SurveyQuestionKind.NUMBER})


def nps(scores: Sequence[int]) -> float:
    """Return the Net Promoter Score: the share of 9 and 10 minus the share of 0 to 6, times 100; from -100 to 100.

    Source: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    """
    promoters = sum(score >= PROMOTER_FROM for score in scores)
    detractors = sum(score < PASSIVE_FROM for score in scores)
    return 100 * (promoters - detractors) / len(scores)


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: how many gave it, and their share of those who answered. `place` is the mean of an order."""

    label: str
    count: int
    share: float
    number: int = 0
    place: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers of one group to one question: how many, the figure they come to, and each possible answer."""

    answered: int
    figure: float | None = None
    options: list[Option] = field(default_factory=list)

    @property
    def in_order(self) -> list[Option]:
        """The possible answers as they were asked, which a ranking has by their place."""
        return sorted(self.options, key=lambda one: one.number)


@dataclass(frozen=True, slots=True)
class GroupTally:
    """A group of a cut with its tally."""

    label: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What came out of one question. `tally` is missing where it may not be told; `left_out` counts hidden groups."""

    question: Mapping[str, Any]
    tally: Tally | None
    groups: list[GroupTally]
    left_out: int
    texts: list[str]

    @property
    def said(self) -> list[tuple[str, int]]:
        """The texts, each once, with how often it was said."""
        return list(Counter(self.texts).items())

    @property
    def is_followed(self) -> bool:
        """Whether it comes to one figure."""
        return self.question["kind"] in FOLLOWED


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer says, and the group it falls into."""

    said: Mapping[str, Any]
    group: str = ""
    partner_id: int = 0


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What came out of a round, as far as the reader may know. `hidden` says in words why nothing is shown."""

    answered: int
    questions: list[QuestionResult]
    hidden: str = ""


def result_of(survey_round: SurveyRound, *, user: Any, by: str = CutBy.NOTHING) -> RoundResult:
    """Return what came out of a round: of everybody's answers without a name, of those with one as far as seen.

    Answers with a name are told apart in any way, those without only as the round promised.
    """
    answers = _answers_of([survey_round], user=user)[survey_round.pk]
    if hidden := _why_hidden(survey_round, answers):
        return RoundResult(survey_round.responses.handed_in().count(), [], hidden)
    cut = survey_round.cut_by if survey_round.is_anonymous else by
    if cut and not survey_round.is_anonymous:
        groups = groups_of({one.partner_id for one in answers}, by=cut)
        answers = [Answer(one.said, groups.get(one.partner_id, ""), one.partner_id) for one in answers]
    minimum = MINIMUM if survey_round.is_anonymous else 0
    questions = survey_round.survey_version.questions
    return RoundResult(len(answers), [_told(one, answers, cut=bool(cut), minimum=minimum) for one in questions])


def trend_of(survey_rounds: Sequence[SurveyRound], *, user: Any) -> dict[str, list[tuple[SurveyRound, Tally]]]:
    """Return the tally of each round by question, the oldest first, as far as questions come to one figure."""
    answers = _answers_of(survey_rounds, user=user)
    found: dict[str, list[tuple[SurveyRound, Tally]]] = {}
    for one in sorted(survey_rounds, key=lambda each: each.number):
        if _why_hidden(one, answers[one.pk]):
            continue
        for question in one.survey_version.questions:
            if question["kind"] not in FOLLOWED:
                continue
            told = _told(question, answers[one.pk], cut=False, minimum=MINIMUM if one.is_anonymous else 0)
            if told.tally and told.tally.figure is not None:
                found.setdefault(question["key"], []).append((one, told.tally))
    return {key: points for key, points in found.items() if len(points) > 1}


def _answers_of(survey_rounds: Sequence[SurveyRound], *, user: Any) -> dict[int, list[Answer]]:
    """Return the answers in some rounds: all those without a name, of those with one what the reader sees."""
    found: dict[int, list[Answer]] = {one.pk: [] for one in survey_rounds}
    responses = SurveyResponse.objects.visible_to(user).filter(round__in=found, is_anonymous=False).handed_in()
    for pk, partner, said in responses.order_by("pk").values_list("round_id", "partner_id", "answers"):
        found[pk].append(Answer(said, partner_id=partner))
    if closed := [one.pk for one in survey_rounds if one.is_anonymous and one.closed_at is not None]:
        rows = AnonymousAnswer.objects.filter(round__in=closed, is_handed_in=True)
        for pk, said, group in rows.values_list("round_id", "answers", "cut"):
            found[pk].append(Answer(said, group))
    return found


def _why_hidden(survey_round: SurveyRound, answers: Sequence[Answer]) -> str:
    """Say why nothing may be told of a round, if so (docs/decisions/0031)."""
    if not survey_round.is_anonymous:
        return ""
    if survey_round.closed_at is None:
        return _("Answers without a name are shown once the round has closed.")
    if len(answers) < MINIMUM:
        return _("Fewer than five answered. Nothing is shown, so that nobody can be found behind an answer.")
    return ""


def _told(question: Mapping[str, Any], answers: Sequence[Answer], *, cut: bool, minimum: int) -> QuestionResult:
    given = [(one.said[question["key"]], one.group) for one in answers if question["key"] in one.said]
    if len(given) < minimum:
        return QuestionResult(question, None, [], 0, [])
    by_group: dict[str, list[Any]] = {}
    for said, group in given:
        by_group.setdefault(group, []).append(said)
    counts = {group: len(said) for group, said in by_group.items()}
    shown = shown_groups(counts) if minimum else frozenset(counts)
    groups = [GroupTally(group or _("None"), tally(question, by_group[group])) for group in sorted(shown) if cut]
    texts = [said for said, _group in given] if question["kind"] == SurveyQuestionKind.TEXT else []
    left_out = len(counts) - len(shown) if cut else 0
    return QuestionResult(question, tally(question, [said for said, _group in given]), groups, left_out, sorted(texts))


def tally(question: Mapping[str, Any], given: Sequence[Any]) -> Tally:
    """Return what answers to a question come to."""
    kind = question["kind"]
    if not given or kind == SurveyQuestionKind.TEXT:
        return Tally(len(given))
    if kind == SurveyQuestionKind.NUMBER:
        return Tally(len(given), float(median(given)))
    if kind == SurveyQuestionKind.RANKING:
        return Tally(len(given), None, _ranked(question, given))
    counts = Counter(one for said in given for one in (said if isinstance(said, list) else [said]))
    options = [
        Option(words, counts[answer], counts[answer] / len(given), number)
        for number, (answer, words) in enumerate(possible_answers(question))
    ]
    if kind == SurveyQuestionKind.NPS:
        return Tally(len(given), nps(given), options)
    figure = fmean(given) if kind == SurveyQuestionKind.SCALE else None
    return Tally(len(given), figure, options)


def nps_parts(result: Tally) -> list[Option]:
    """Return how many recommend us, are content, and would not, of the tally of an NPS question."""
    counts = [one.count for one in result.options]
    parts = (
        (_("Promoters (9–10)"), sum(counts[PROMOTER_FROM : MAX_NPS + 1])),
        (_("Passives (7–8)"), sum(counts[PASSIVE_FROM:PROMOTER_FROM])),
        (_("Detractors (0–6)"), sum(counts[:PASSIVE_FROM])),
    )
    return [Option(label, count, count / result.answered) for label, count in parts]


def _ranked(question: Mapping[str, Any], given: Sequence[Sequence[str]]) -> list[Option]:
    """Return the choices of a ranking by their mean place, with how often each came first."""
    options = [
        Option(
            one["text"],
            sum(order[0] == one["key"] for order in given),
            sum(order[0] == one["key"] for order in given) / len(given),
            number,
            fmean(order.index(one["key"]) + 1 for order in given),
        )
        for number, one in enumerate(question["choices"])
    ]
    return sorted(options, key=lambda one: one.place or 0)
