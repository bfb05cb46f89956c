"""A second opinion: criteria evaluated in plain Python over ORM objects, one partner at a time.

It shares nothing with the product but the JSON document. Each field is read from the objects by hand (`facts`), periods
are counted in another way than `criteria.clock` does, numbers are exact fractions, and nothing is fast. The database
divides with some twenty digits: where a quotient lies so close to what it is compared with that this could tell, the
evaluator is `unsure` and its answer is not held against the product.
"""

import calendar
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from partners.models import Partner
from tests.segmentation.facts import Record, changed_at, facts_of, records_of
from tests.segmentation.kinds import (
    CHOICE,
    DAY,
    DAY_OF_RECORD,
    FIELD_KINDS,
    MULTI,
    NUMBER,
    PLACE,
    RECORD_KINDS,
    RULES,
    TEXT,
    YES_NO,
)

#: Closer than this, a quotient of the database may be on the other side.
CLOSE = Fraction(1, 10**9)
CLOSE_KM = 1e-6
EARTH_RADIUS_KM = 6371.0088

OPPOSITES = {
    "not_equals": "equals",
    "not_in": "in",
    "!=": "=",
    "none_of": "any_of",
    "is_false": "is_true",
    "not_contains": "contains",
    "further_than": "within_distance",
    "unchanged_for": "changed_within_last",
}


@dataclass
class Evaluator:
    """Answers criteria for partners at a moment.

    `rules` holds, by field and key, the partners known to fulfil a rule now; `moves`, by the same, each partner's
    moments of entering and leaving in their order.
    """

    at: datetime
    zone: ZoneInfo
    fiscal_start: int
    rules: Mapping[tuple[str, str], set[int]] = field(default_factory=dict)
    moves: Mapping[tuple[str, str], Mapping[int, list[tuple[datetime, bool]]]] = field(default_factory=dict)
    unsure: bool = False
    _known: dict[Any, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The program's day."""
        return self.at.astimezone(self.zone).date()

    def holds(self, document: Any, partner: Partner) -> bool:
        """Say whether a partner fulfils criteria."""
        self.unsure = False
        return self._whole(document, self.facts(partner), FIELD_KINDS, partner)

    def facts(self, partner: Partner) -> Record:
        """Return what is known of a partner."""
        return self._once(("facts", partner.pk), lambda: facts_of(partner, today=self.today, zone=self.zone))

    def value(self, operand: Any, partner: Partner) -> tuple[Any, str]:
        """Return what an operand is worth for a partner, and of which kind that is."""
        if "per_area" in operand:
            return self._areas(operand["per_area"], partner), NUMBER
        if "collection" in operand:
            return self._figure(operand, partner)
        return self.facts(partner)[operand["field"]], FIELD_KINDS[operand["field"]]

    # --- nodes

    def _whole(self, group: Any, row: Record, kinds: Mapping[str, str], partner: Partner | None) -> bool:
        """Answer a group that stands for itself: without any rule it asks nothing."""
        answer = self._group(group, row, kinds, partner)
        return not group["not"] if answer is None else answer

    def _group(self, group: Any, row: Record, kinds: Mapping[str, str], partner: Partner | None) -> bool | None:
        """Answer a group, or None when nothing in it asks anything."""
        answers = [self._node(rule, row, kinds, partner) for rule in group["rules"] if not rule.get("disabled")]
        asked = [one for one in answers if one is not None]
        if not asked:
            return None
        if group["combinator"] == "at_least":
            held = sum(asked) >= min(group["at_least"], len(asked))
        else:
            held = any(asked) if group["combinator"] == "or" else all(asked)
        return held != group["not"]

    def _node(self, node: Any, row: Record, kinds: Mapping[str, str], partner: Partner | None) -> bool | None:
        if "rules" in node:
            return self._group(node, row, kinds, partner)
        return self._clause(node, row, kinds, partner)

    def _clause(self, clause: Any, row: Record, kinds: Mapping[str, str], partner: Partner | None) -> bool:
        asked, value, operator = clause.get("field"), clause["value"], clause["operator"]
        if asked and partner is not None and kinds[asked] == RULES:
            return self._rules(asked, operator, value, partner.pk)
        if asked and operator in {"changed_within_last", "unchanged_for"}:
            assert partner is not None
            return self._changed(asked, value, partner) == (operator == "changed_within_last")
        if asked:
            has, kind = row[asked], kinds[asked]
        else:
            assert partner is not None
            has, kind = self.value(clause, partner)
        if isinstance(value, dict) and "field" in value:
            value = row[value["field"]]
            if isinstance(value, datetime):
                value = self._day(value)
            if value is None:
                return operator in {"not_equals", "!="}
            if isinstance(value, date):
                value = value.isoformat()
        return self.compare(kind, operator, has, value)

    # --- rules, now and over time, and changes

    def _rules(self, asked: str, operator: str, value: Any, partner_id: int) -> bool:
        if operator in {"for_at_least", "within_last"}:
            edge = self._moved(self.today, -value["n"], value["unit"])
            over_time = self._unbroken_since if operator == "for_at_least" else self._at_any_time_since
            return any(over_time((asked, key), edge, partner_id) for key in value["of"])
        inside = [partner_id in self.rules[asked, key] for key in value]
        return {"any_of": any(inside), "all_of": all(inside), "none_of": not any(inside)}[operator]

    def _unbroken_since(self, rule: tuple[str, str], edge: date, partner_id: int) -> bool:
        stays = self._stays(rule, partner_id)
        return bool(stays) and stays[-1][1] is None and stays[-1][0] <= edge

    def _at_any_time_since(self, rule: tuple[str, str], edge: date, partner_id: int) -> bool:
        return any(left is None or left > edge for _entered, left in self._stays(rule, partner_id))

    def _stays(self, rule: tuple[str, str], partner_id: int) -> list[tuple[date, date | None]]:
        """Return the days of entering and leaving, a pair for each stay."""
        stays: list[tuple[date, date | None]] = []
        for moment, entered in self.moves.get(rule, {}).get(partner_id, []):
            day = moment.astimezone(self.zone).date()
            if entered:
                stays.append((day, None))
            else:
                stays[-1] = (stays[-1][0], day)
        return stays

    def _changed(self, asked: str, span: Any, partner: Partner) -> bool:
        moment = changed_at(partner, asked)
        return moment is not None and self._day(moment) > self._moved(self.today, -span["n"], span["unit"])

    # --- figures over records

    def _records(self, name: str, partner: Partner) -> list[Record]:
        read = lambda: records_of(name, partner, today=self.today, zone=self.zone)  # noqa: E731
        found: list[Record] = self._once((name, partner.pk), read)
        return found

    def _figure(self, operand: Any, partner: Partner) -> tuple[Any, str]:
        name = operand["collection"]
        records = self._records(name, partner)
        if "growth_over" not in operand:
            return self._figure_of(operand, records, None)
        now, _ = self._figure_of(operand, records, None)
        before, _ = self._figure_of(operand, records, operand["growth_over"])
        if now is None or not before:
            return None, NUMBER
        return 100 * (Fraction(now) - Fraction(before)) / abs(Fraction(before)), NUMBER

    def _figure_of(self, operand: Any, records: list[Record], earlier: Any) -> tuple[Any, str]:
        """Return an aggregate over those records that count, in the window or in one so much earlier."""
        name = operand["collection"]
        kinds, its_day = RECORD_KINDS[name], DAY_OF_RECORD[name]
        counted = [one for one in records if self._counts(one, operand, name, earlier)]
        aggregate, of = operand["aggregate"], operand.get("of")
        if aggregate == "count":
            return len(counted), NUMBER
        if aggregate == "count_holders":
            return self._holders(operand, counted, name), NUMBER
        if aggregate.startswith("count_") and aggregate != "count_distinct":
            unit = aggregate.removeprefix("count_").removesuffix("s")
            days = [self._day(one[its_day]) for one in counted]
            return len({self._period(day, unit) for day in days if day}), NUMBER
        known = [one[of] for one in counted if one[of] is not None]
        if aggregate == "count_distinct":
            return len(set(known)), NUMBER
        if aggregate == "sum":
            return sum((Fraction(one) for one in known), Fraction(0)), NUMBER
        if aggregate == "average":
            return (sum(Fraction(one) for one in known) / len(known) if known else None), NUMBER
        if aggregate in {"min", "max"}:
            return ((min if aggregate == "min" else max)(known) if known else None), kinds[of]
        if aggregate == "first":
            oldest = min(counted, key=lambda one: (one[its_day] is None, one[its_day] or 0, one["#"]), default=None)
            return (oldest[of] if oldest else None), kinds[of]
        newest = max(counted, key=lambda one: (one[its_day] is not None, one[its_day] or 0, one["#"]), default=None)
        return (newest[of] if newest else None), kinds[of]

    def _holders(self, operand: Any, counted: list[Record], name: str) -> int:
        """Return how many holders have a record in enough of the groups."""
        of, each = operand["of"], operand["each"]
        enough = operand.get("at_least") or len(each)
        holders = {one[of] for one in counted if one[of] is not None}
        found = 0
        for holder in holders:
            mine = [one for one in counted if one[of] == holder]
            found += sum(any(self._whole(group, one, RECORD_KINDS[name], None) for one in mine) for group in each) >= (
                enough
            )
        return found

    def _counts(self, record: Record, operand: Any, name: str, earlier: Any) -> bool:
        window, where = operand.get("window"), operand.get("where")
        if window and not self._inside(self._day(record[DAY_OF_RECORD[name]]), window, earlier):
            return False
        return not where or self._whole(where, record, RECORD_KINDS[name], None)

    def _inside(self, day: date | None, window: Any, earlier: Any) -> bool:
        if day is None:
            return False
        today = date.fromisoformat(window["as_of"]) if "as_of" in window else self.today
        since = date.fromisoformat(window["since"]) if "since" in window else None
        for back in (window.get("back"), earlier):
            if back:
                today = self._moved(today, -back["n"], back["unit"])
                since = self._moved(since, -back["n"], back["unit"]) if since else None
        if since:
            return since <= day <= today
        for kind, offset in (("this", 0), ("previous", -1)):
            if kind in window:
                return self._period(day, window[kind]) == self._period(today, window[kind]) + offset
        if "next" in window:
            return today <= day < self._moved(today, window["next"], window["unit"])
        n = window.get("last", window.get("trailing"))
        return self._moved(today, -n, window["unit"]) < day <= today

    # --- areas

    def _areas(self, per_area: Any, partner: Partner) -> Any:
        wanted = [area for area, holds in self._by_area(per_area["areas"], partner).items() if holds]
        there = self._by_area(per_area["need"], partner)
        nothing = self._area_holds(per_area["need"], [])
        met = sum(there.get(area, nothing) for area in wanted)
        if per_area["figure"] == "share":
            return Fraction(100 * met, len(wanted)) if wanted else None
        return {"areas": len(wanted), "met": met, "missing": len(wanted) - met}[per_area["figure"]]

    def _by_area(self, area: Any, partner: Partner) -> dict[str, bool]:
        """Return the areas that a partner's records name, and whether the condition holds in each."""
        name, by = area["collection"], area["by"]
        apart: dict[str, list[Record]] = {}
        for record in self._once(
            (name, partner.pk), lambda: records_of(name, partner, today=self.today, zone=self.zone)
        ):
            named = record[by] if isinstance(record[by], list) else [record[by]]
            for one in set(named) - {None, ""}:
                apart.setdefault(str(one), []).append(record)
        return {one: self._area_holds(area, records) for one, records in apart.items()}

    def _area_holds(self, area: Any, records: list[Record]) -> bool:
        has, kind = self._figure_of(area, records, None)
        return self.compare(kind, area["operator"], has, area["value"])

    # --- comparisons

    def compare(self, kind: str, operator: str, has: Any, value: Any) -> bool:
        """Compare what a partner has with what is asked."""
        if operator in {"is_empty", "is_set"}:
            return (has in (None, "", [])) == (operator == "is_empty")
        if operator in OPPOSITES:
            return not self.compare(kind, OPPOSITES[operator], has, value)
        if operator.startswith("size_"):
            comparison = {"size_at_least": ">=", "size_at_most": "<=", "size_is": "="}[operator]
            return self._number(comparison, len(set(has or [])), value)
        if has is None:
            return False
        answer: Callable[[str, Any, Any], bool] = {
            NUMBER: self._number,
            TEXT: self._text,
            DAY: self._date,
            YES_NO: lambda *_: bool(has),
            CHOICE: self._choice,
            MULTI: self._multi,
            PLACE: self._place,
        }[kind]
        return answer(operator, has, value)

    def _number(self, operator: str, has: Any, value: Any) -> bool:
        left = Fraction(has)
        if operator == "between":
            return self._number(">=", left, value[0]) and self._number("<=", left, value[1])
        right = Fraction(str(value))
        self.unsure |= 0 < abs(left - right) < CLOSE
        return {">=": left >= right, "<=": left <= right, ">": left > right, "<": left < right, "=": left == right}[
            operator
        ]

    @staticmethod
    def _text(operator: str, has: str, value: Any) -> bool:
        text = has.lower()
        wanted = [one.lower() for one in value] if isinstance(value, list) else value.lower()
        return {
            "equals": lambda: text == wanted,
            "in": lambda: text in wanted,
            "contains": lambda: wanted in text,
            "contains_any": lambda: any(one in text for one in wanted),
            "begins_with": lambda: text.startswith(wanted),
            "ends_with": lambda: text.endswith(wanted),
        }[operator]()

    @staticmethod
    def _choice(operator: str, has: str, value: Any) -> bool:
        return has in value if operator == "in" else has == value

    @staticmethod
    def _multi(operator: str, has: list[str], value: Any) -> bool:
        if operator == "at_least_n_of":
            return len(set(value["of"]) & set(has)) >= value["n"]
        wanted, there = set(value), set(has)
        return {"any_of": bool(wanted & there), "all_of": wanted <= there, "exactly": wanted == there}[operator]

    def _place(self, _operator: str, has: tuple[Any, Any], value: Any) -> bool:
        """Compare by the angle between two directions from the middle of the earth."""
        here, there = (_direction(*place) for place in (has, (value["latitude"], value["longitude"])))
        apart = math.dist(here, there)
        distance = EARTH_RADIUS_KM * 2 * math.asin(min(1.0, apart / 2))
        self.unsure |= abs(distance - float(value["km"])) < CLOSE_KM
        return distance <= float(value["km"])

    def _date(self, operator: str, has: Any, value: Any) -> bool:
        day = self._day(has)
        assert day is not None
        if operator in {"in_this", "in_previous", "in_next"}:
            offset = {"in_this": 0, "in_previous": -1, "in_next": 1}[operator]
            return self._period(day, value) == self._period(self.today, value) + offset
        if operator == "anniversary_within_next":
            anniversaries = (_years_on(day, years) for years in range(1, 200))
            following = next(one for one in anniversaries if one >= self.today)
            return following < self._moved(self.today, value["n"], value["unit"])
        if operator in {"within_last", "within_next", "older_than"}:
            sign = 1 if operator == "within_next" else -1
            edge = self._moved(self.today, sign * value["n"], value["unit"])
            return {
                "within_last": edge < day <= self.today,
                "within_next": self.today <= day < edge,
                "older_than": day <= edge,
            }[operator]
        iso = day.isoformat()
        if operator == "between":
            return bool(value[0] <= iso <= value[1])
        return {
            "on": iso == value,
            "before": iso < value,
            "after": iso > value,
            "on_or_before": iso <= value,
            "on_or_after": iso >= value,
        }[operator]

    # --- the calendar

    def _day(self, value: Any) -> Any:
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value

    @staticmethod
    def _moved(day: date, n: int, unit: str) -> date:
        if unit in {"days", "weeks"}:
            return day + timedelta(days=n * (7 if unit == "weeks" else 1))
        months = day.year * 12 + day.month - 1 + n * (12 if unit == "years" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

    def _period(self, day: date, unit: str) -> int:
        """Return the number of the period a day is in, counted from some beginning."""
        if unit in {"day", "week"}:
            return day.toordinal() if unit == "day" else (day.toordinal() - 1) // 7
        start = self.fiscal_start - 1 if unit.startswith("fiscal") else 0
        length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit.removeprefix("fiscal_")]
        return (day.year * 12 + day.month - 1 - start) // length

    def _once(self, key: Any, read: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]


def _years_on(day: date, years: int) -> date:
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _direction(latitude: Any, longitude: Any) -> tuple[float, float, float]:
    north, east = math.radians(float(latitude)), math.radians(float(longitude))
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
