"""Drawing the questions of an attempt, reading what somebody answered, and marking it. Knows no database."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any, NamedTuple

from enablement.models import Question, QuestionKind

MAX_TEXT = 300
Asked = list[dict[str, Any]]
Solution = dict[str, dict[str, Any]]


class Mark(NamedTuple):
    """What an attempt was worth, and which of its questions were answered rightly."""

    points: int
    percent: int
    right: list[str]


def draw(pool: Iterable[Question], *, number: int | None, chance: Random) -> tuple[Asked, Solution]:
    """Return the questions of an attempt as the browser sees them, and apart from them what is right.

    Answers are numbered as they are shown, so that neither their order nor their numbers tell anything.
    """
    questions = list(pool)
    drawn = chance.sample(questions, min(number or len(questions), len(questions)))
    asked, solution = [], {}
    for question in drawn:
        shown, right = _shown(question, chance)
        key = str(question.public_id)
        asked.append(
            {"id": key, "kind": question.kind, "text": question.text, "points": question.points, "choices": shown}
        )
        solution[key] = {"right": right, "explanation": question.explanation}
    return asked, solution


def _shown(question: Question, chance: Random) -> tuple[list[dict[str, str]], list[str]]:
    """Return the answers offered, and the ids of the right ones in their order; accepted spellings for a typed one."""
    if question.kind == QuestionKind.TEXT:
        return [], [one["text"] for one in question.choices]
    places = list(range(len(question.choices)))
    chance.shuffle(places)
    if question.kind == QuestionKind.ORDERING and places == sorted(places):
        places.reverse()  # shown in the right order, there would be nothing to do
    shown = [{"id": str(number), "text": question.choices[place]["text"]} for number, place in enumerate(places)]
    number_of = {place: str(number) for number, place in enumerate(places)}
    return shown, [number_of[place] for place, one in enumerate(question.choices) if one["right"]]


def read(asked: Asked, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that can be answers to the questions; everything else is left out."""
    found = {}
    for question in asked:
        answer = _readable(question, answers.get(question["id"]))
        if answer not in (None, "", []):
            found[question["id"]] = answer
    return found


def _readable(question: Mapping[str, Any], answer: Any) -> Any:
    ids = [one["id"] for one in question["choices"]]
    match question["kind"]:
        case QuestionKind.TEXT:
            return " ".join(str(answer).replace("\0", "").split())[:MAX_TEXT] if isinstance(answer, str) else None
        case QuestionKind.SINGLE:
            return answer if answer in ids else None
        case QuestionKind.MULTIPLE:
            return [one for one in ids if one in answer] if isinstance(answer, list) else None
        case _:
            return answer if isinstance(answer, list) and sorted(answer) == sorted(ids) else None


def is_right(question: Mapping[str, Any], solution: Solution, answer: Any) -> bool:
    """Whether an answer is right: all of it, for there are no half points."""
    right = solution[question["id"]]["right"]
    match question["kind"]:
        case QuestionKind.TEXT:
            return isinstance(answer, str) and _same(answer) in {_same(one) for one in right}
        case QuestionKind.SINGLE:
            return bool([answer] == right)
        case QuestionKind.MULTIPLE:
            return isinstance(answer, list) and set(answer) == set(right)
        case _:
            return bool(answer == right)


def _same(text: str) -> str:
    """Return what a typed answer is compared by: no case, no white space at its ends, no closing punctuation."""
    return " ".join(text.split()).casefold().strip(" .,;:!?\"'")


def mark(asked: Asked, solution: Solution, answers: Mapping[str, Any]) -> Mark:
    """Add up the points of right answers. A percentage is never rounded up: 69.9 is not 70."""
    right = [one for one in asked if is_right(one, solution, answers.get(one["id"]))]
    out_of, points = (sum(one["points"] for one in some) for some in (asked, right))
    return Mark(points, 100 * points // out_of if out_of else 0, [one["id"] for one in right])
