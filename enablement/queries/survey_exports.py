"""Results of a round as rows of a file: a line for each answer with a name, counts where there are none."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from enablement.models import SurveyQuestionKind, SurveyResponse, SurveyRound
from enablement.queries.survey_results import Tally, result_of


def rows_of(survey_round: SurveyRound, *, user: Any) -> Iterator[list[Any]]:
    """Yield the rows, the first with the names of the columns."""
    if survey_round.is_anonymous:
        yield from _counts(survey_round, user)
        return
    questions = survey_round.survey_version.questions
    yield [_("Partner"), _("Person"), _("Handed in on"), *(one["text"] for one in questions)]
    responses = SurveyResponse.objects.visible_to(user).filter(round=survey_round).handed_in()
    for one in responses.select_related("partner", "person").order_by("partner__name", "person__name", "pk"):
        day = one.handed_in_at.date()
        yield [one.partner.name, one.person.name, day, *(in_words(each, one.answers) for each in questions)]


def in_words(question: Mapping[str, Any], answers: Mapping[str, Any]) -> Any:
    """Return what somebody answered to a question, as it is read."""
    said = answers.get(question["key"], "")
    words = {one["key"]: one["text"] for one in question.get("choices", [])}
    if isinstance(said, list):
        return "; ".join(words.get(one, "") for one in said)
    return words.get(said, said) if question["kind"] == SurveyQuestionKind.SINGLE else said


def _counts(survey_round: SurveyRound, user: Any) -> Iterator[list[Any]]:
    """Yield what the page of results shows, and nothing more."""
    yield [_("Question"), _("Group"), _("Answer"), _("Count"), _("Figure")]
    for one in result_of(survey_round, user=user).questions:
        if one.tally is None:
            continue
        groups: list[tuple[str, Tally]] = [(_("All"), one.tally), *((each.label, each.tally) for each in one.groups)]
        for label, tally in groups:
            yield [one.question["text"], label, "", tally.answered, "" if tally.figure is None else tally.figure]
            for option in tally.options:
                yield [one.question["text"], label, option.label, option.count, ""]
        for text in one.texts:
            yield [one.question["text"], _("All"), text, "", ""]
