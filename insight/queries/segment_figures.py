"""The figures by which segments and their partners are compared, and how each is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from core.models import Program
from core.templatetags.formats import money_short, number
from segmentation.engine import REVENUE

Shown = Callable[[Any], str]


def money(value: Any) -> str:
    """Return an amount in the program's currency, short."""
    return money_short(Decimal(str(value)), Program.current().currency)


def plain(value: Any) -> str:
    """Return a number with one decimal place at most."""
    return number(round(Decimal(str(value)), 1))


@dataclass(frozen=True, slots=True)
class Figure:
    """What segments are compared by. Nobody without records is without a figure: `is_zero` without any."""

    key: str
    label: str | Promise
    document: Mapping[str, Any]
    shown: Shown = plain
    is_zero: bool = True


FIGURES = (
    Figure("revenue", lazy("Won in 12 months"), REVENUE, money),
    Figure(
        "deals",
        lazy("Deals won in 12 months"),
        {**{name: REVENUE[name] for name in ("collection", "where", "window")}, "aggregate": "count"},
    ),
    Figure("score", lazy("Score"), {"field": "score"}, is_zero=False),
    Figure(
        "engagement",
        lazy("Days in the portal in 90 days"),
        {
            "collection": "activity",
            "aggregate": "count_distinct",
            "of": "day",
            "window": {"last": 90, "unit": "days"},
        },
    ),
    Figure(
        "certified",
        lazy("Certified people"),
        {
            "collection": "certifications",
            "aggregate": "count_distinct",
            "of": "person",
            "where": {"combinator": "and", "rules": [{"field": "valid", "operator": "is_true"}]},
        },
    ),
)
