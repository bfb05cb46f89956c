"""Answers to the questions of an attempt, as a page sends them."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from enablement.models import QuestionKind


def read(asked: list[dict[str, Any]], data: QueryDict) -> dict[str, Any]:
    """Return an answer to every question: what the page sent, or nothing where it sent nothing."""
    return {question["id"]: _answer(question, data) for question in asked}


def _answer(question: Mapping[str, Any], data: QueryDict) -> Any:
    key = question["id"]
    if question["kind"] == QuestionKind.MULTIPLE:
        return data.getlist(key)
    if question["kind"] != QuestionKind.ORDERING:
        return data.get(key, "")
    places = {one["id"]: place(data.get(f"{key}-{one['id']}", "")) for one in question["choices"]}
    if not any(places.values()):
        return []
    last = len(places) + 1
    return sorted(places, key=lambda one: places[one] or last)  # what has no place yet comes last, as it was shown


def place(text: str) -> int:
    """Return the place that somebody gave something in an order; 0 for none."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 4 else 0
