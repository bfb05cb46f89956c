"""A second opinion: criteria evaluated in plain Python over ORM objects, one partner at a time.

It shares nothing with the product but the JSON document. Each field is read from the objects by hand, periods are
counted in another way than `criteria.clock` does, and nothing is fast.
"""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from deals.models import Deal
from enablement.models import HeldCertification
from partners.models import Partner, Person

Record = Mapping[str, Any]
NUMBER, TEXT, DAY, YES_NO, CHOICE, MULTI = "number", "text", "day", "yes_no", "choice", "multi"

#: The kind of each field by name, as the test's author reads the catalog.
FIELD_KINDS = {
    "name": TEXT,
    "country": TEXT,
    "city": TEXT,
    "status": CHOICE,
    "region": MULTI,
    "industries": MULTI,
    "employees": NUMBER,
    "annual_revenue": NUMBER,
    "founded_year": NUMBER,
    "joined_on": DAY,
    "days_since_joined": NUMBER,
    "last_active_at": DAY,
    "has_cam": YES_NO,
    "has_parent": YES_NO,
    "people_count": NUMBER,
    "primary_category": CHOICE,
}
RECORD_KINDS = {
    "deals": {
        "amount": NUMBER,
        "share_amount": NUMBER,
        "stage": CHOICE,
        "roles": MULTI,
        "products": MULTI,
        "product_lines": MULTI,
        "customer": TEXT,
        "customer_name": TEXT,
        "customer_industry": TEXT,
        "customer_country": TEXT,
        "opened_on": DAY,
        "expected_close_on": DAY,
        "closed_on": DAY,
    },
    "certifications": {
        "certification": CHOICE,
        "level": CHOICE,
        "product_line": TEXT,
        "valid": YES_NO,
        "earned_on": DAY,
        "expires_on": DAY,
        "person": NUMBER,
    },
    "people": {
        "job_function": CHOICE,
        "job_title": TEXT,
        "language": TEXT,
        "is_admin": YES_NO,
        "may_sign_in": YES_NO,
        "added_at": DAY,
    },
}
DAY_OF_RECORD = {"deals": "closed_on", "certifications": "earned_on", "people": "added_at"}


@dataclass
class Evaluator:
    """Answers criteria for partners at a moment. `segments` holds, by key, the partners already known to be in them."""

    at: datetime
    zone: ZoneInfo
    fiscal_start: int
    segments: Mapping[str, set[int]]
    _known: dict[Any, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The program's day."""
        return self.at.astimezone(self.zone).date()

    def holds(self, document: Any, partner: Partner) -> bool:
        """Say whether a partner fulfils criteria."""
        return self._node(document, self._facts(partner), FIELD_KINDS, partner)

    # --- nodes

    def _node(self, node: Any, row: Record, kinds: Mapping[str, str], partner: Partner | None) -> bool:
        if "rules" not in node:
            return self._clause(node, row, kinds, partner)
        answers = [self._node(rule, row, kinds, partner) for rule in node["rules"]]
        if node["combinator"] == "at_least":
            held = sum(answers) >= node["at_least"]
        else:
            held = any(answers) if node["combinator"] == "or" else all(answers)
        return held != node["not"]

    def _clause(self, clause: Any, row: Record, kinds: Mapping[str, str], partner: Partner | None) -> bool:
        asked, value, operator = clause.get("field"), clause["value"], clause["operator"]
        if asked == "segments":
            assert partner is not None
            return self._in_segments(operator, value, partner.pk)
        if asked:
            has, kind = row[asked], kinds[asked]
        else:
            assert partner is not None
            has, kind = self._figure(clause, partner)
        if isinstance(value, dict) and "field" in value:
            value = row[value["field"]]
            if isinstance(value, datetime):
                value = self._day(value)
            if value is None:
                return operator in {"not_equals", "!="}
            if isinstance(value, date):
                value = value.isoformat()
        return self._compare(kind, operator, has, value)

    def _in_segments(self, operator: str, keys: list[str], partner_id: int) -> bool:
        inside = [partner_id in self.segments[key] for key in keys]
        return {"any_of": any(inside), "all_of": all(inside), "none_of": not any(inside)}[operator]

    # --- figures over records

    def _figure(self, clause: Any, partner: Partner) -> tuple[Any, str]:
        name, kinds = clause["collection"], RECORD_KINDS[clause["collection"]]
        records = [one for one in self._records(name, partner) if self._counts(one, clause, name)]
        aggregate, of = clause["aggregate"], clause.get("of")
        if aggregate == "count":
            return len(records), NUMBER
        if aggregate.startswith("count_") and aggregate != "count_distinct":
            days = [self._day(one[DAY_OF_RECORD[name]]) for one in records]
            unit = aggregate.removeprefix("count_").removesuffix("s")
            return len({self._period(day, unit) for day in days if day}), NUMBER
        known = [one[of] for one in records if one[of] is not None]
        if aggregate == "count_distinct":
            return len(set(known)), NUMBER
        if aggregate == "sum":
            return sum(Fraction(one) for one in known), NUMBER
        if aggregate == "average":
            return (sum(Fraction(one) for one in known) / len(known) if known else None), NUMBER
        if aggregate in {"min", "max"}:
            return ((min if aggregate == "min" else max)(known) if known else None), kinds[of]
        if aggregate == "first":
            oldest = min(records, key=lambda one: (*self._age(one[DAY_OF_RECORD[name]]), one["#"]), default=None)
            return (oldest[of] if oldest else None), kinds[of]
        newest = max(records, key=lambda one: (*self._newness(one[DAY_OF_RECORD[name]]), one["#"]), default=None)
        return (newest[of] if newest else None), kinds[of]

    @staticmethod
    def _age(day: Any) -> tuple[bool, Any]:
        return (day is None, day or 0)

    @staticmethod
    def _newness(day: Any) -> tuple[bool, Any]:
        return (day is not None, day or 0)

    def _counts(self, record: Record, clause: Any, name: str) -> bool:
        window, where = clause.get("window"), clause.get("where")
        if window and not self._inside(self._day(record[DAY_OF_RECORD[name]]), window):
            return False
        return not where or self._node(where, record, RECORD_KINDS[name], None)

    def _inside(self, day: date | None, window: Any) -> bool:
        if day is None:
            return False
        if "since" in window:
            return window["since"] <= day.isoformat() <= self.today.isoformat()
        for kind, offset in (("this", 0), ("previous", -1)):
            if kind in window:
                return self._period(day, window[kind]) == self._period(self.today, window[kind]) + offset
        if "next" in window:
            return self.today <= day < self._moved(window["next"], window["unit"])
        n = window.get("last", window.get("trailing"))
        return self._moved(-n, window["unit"]) < day <= self.today

    # --- comparisons

    def _compare(self, kind: str, operator: str, has: Any, value: Any) -> bool:
        if operator in {"is_empty", "is_set"}:
            return (has in (None, "", [])) == (operator == "is_empty")
        opposites = {
            "not_equals": "equals",
            "not_in": "in",
            "!=": "=",
            "none_of": "any_of",
            "is_false": "is_true",
            "not_contains": "contains",
        }
        if operator in opposites:
            return not self._compare(kind, opposites[operator], has, value)
        if operator.startswith("size_"):
            size = Fraction(len(set(has or [])))
            return {"at_least": size >= Fraction(str(value)), "at_most": size <= Fraction(str(value))}.get(
                operator.removeprefix("size_"), size == Fraction(str(value))
            )
        if has is None:
            return False
        answer: Callable[[str, Any, Any], bool] = {
            NUMBER: self._number,
            TEXT: self._text,
            DAY: self._date,
            YES_NO: lambda *_: bool(has),
            CHOICE: self._choice,
            MULTI: self._multi,
        }[kind]
        return answer(operator, has, value)

    @staticmethod
    def _number(operator: str, has: Any, value: Any) -> bool:
        left = Fraction(has)
        if operator == "between":
            return Fraction(str(value[0])) <= left <= Fraction(str(value[1]))
        right = Fraction(str(value))
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

    def _date(self, operator: str, has: Any, value: Any) -> bool:
        day = self._day(has)
        assert day is not None
        if operator in {"in_this", "in_previous", "in_next"}:
            offset = {"in_this": 0, "in_previous": -1, "in_next": 1}[operator]
            return self._period(day, value) == self._period(self.today, value) + offset
        if operator == "anniversary_within_next":
            anniversaries = (_years_on(day, years) for years in range(1, 200))
            following = next(one for one in anniversaries if one >= self.today)
            return following < self._moved(value["n"], value["unit"])
        if operator in {"within_last", "within_next", "older_than"}:
            sign = 1 if operator == "within_next" else -1
            edge = self._moved(sign * value["n"], value["unit"])
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

    def _day(self, value: Any) -> date | None:
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value

    def _moved(self, n: int, unit: str) -> date:
        if unit in {"days", "weeks"}:
            return self.today + timedelta(days=n * (7 if unit == "weeks" else 1))
        months = self.today.year * 12 + self.today.month - 1 + n * (12 if unit == "years" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(self.today.day, calendar.monthrange(year, month)[1]))

    def _period(self, day: date, unit: str) -> int:
        """Return the number of the period a day is in, counted from some beginning."""
        if unit in {"day", "week"}:
            return day.toordinal() if unit == "day" else (day.toordinal() - 1) // 7
        start = self.fiscal_start - 1 if unit.startswith("fiscal") else 0
        length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit.removeprefix("fiscal_")]
        return (day.year * 12 + day.month - 1 - start) // length

    # --- what is known of a partner

    def _facts(self, partner: Partner) -> Record:
        return self._once(("facts", partner.pk), lambda: self._read_facts(partner))

    def _once(self, key: Any, read: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]

    def _read_facts(self, partner: Partner) -> Record:
        people = [person for person in partner.people.all() if person.left_at is None]
        memberships = [one for one in partner.memberships.all() if one.ends_at is None and one.is_primary]
        return {
            "name": partner.name,
            "country": partner.country,
            "city": partner.city,
            "status": partner.status,
            "region": self._region(partner),
            "industries": partner.industries,
            "employees": partner.employees,
            "annual_revenue": partner.annual_revenue,
            "founded_year": partner.founded_year,
            "joined_on": partner.joined_on,
            "days_since_joined": (self.today - partner.joined_on).days if partner.joined_on else None,
            "last_active_at": partner.last_active_at,
            "has_cam": any(one.ends_at is None for one in partner.assignments.all()),
            "has_parent": partner.parent_id is not None,
            "people_count": len(people),
            "primary_category": next(
                (one.category.key for one in memberships if one.state in {"active", "grace"}), None
            ),
        }

    @staticmethod
    def _region(partner: Partner) -> list[str] | None:
        found, region = [], partner.region
        while region is not None:
            found.append(region.key)
            region = region.parent
        return found or None

    def _records(self, name: str, partner: Partner) -> list[Record]:
        return self._once((name, partner.pk), lambda: self._read_records(name, partner))

    def _read_records(self, name: str, partner: Partner) -> list[Record]:
        people = [person for person in partner.people.all() if person.left_at is None]
        if name == "people":
            return [self._person(person) for person in people]
        if name == "certifications":
            return [self._certification(held) for person in people for held in person.certifications.all()]
        mine: dict[int, list[Any]] = {}
        for participant in partner.deal_participations.all():
            mine.setdefault(participant.deal_id, []).append(participant)
        return [self._deal(parts[0].deal, parts) for parts in mine.values()]

    @staticmethod
    def _person(person: Person) -> Record:
        return {
            "#": person.pk,
            "job_function": person.job_function,
            "job_title": person.job_title,
            "language": person.language,
            "is_admin": person.is_admin,
            "may_sign_in": person.user_id is not None,
            "added_at": person.created_at.astimezone(UTC),
        }

    def _certification(self, held: HeldCertification) -> Record:
        return {
            "#": held.pk,
            "certification": held.certification.key,
            "level": held.certification.level,
            "product_line": held.certification.product_line,
            "valid": held.earned_on <= self.today and (held.expires_on is None or held.expires_on > self.today),
            "earned_on": held.earned_on,
            "expires_on": held.expires_on,
            "person": held.person_id,
        }

    @staticmethod
    def _deal(deal: Deal, parts: list[Any]) -> Record:
        share = max(Fraction(part.split_percent) for part in parts)  # roles do not add up: a deal is shared per role
        worth = deal.program_amount
        products = [line.product for line in deal.lines.all()]
        return {
            "#": deal.pk,
            "amount": worth,
            "share_amount": None if worth is None else Fraction(worth) * share / 100,
            "stage": deal.stage,
            "roles": [part.role for part in parts],
            "products": [product.key for product in products],
            "product_lines": [product.line for product in products if product.line],
            "customer": str(deal.customer.public_id),
            "customer_name": deal.customer.name,
            "customer_industry": deal.customer.industry,
            "customer_country": deal.customer.country,
            "opened_on": deal.opened_on,
            "expected_close_on": deal.expected_close_on,
            "closed_on": deal.closed_on,
        }


def _years_on(day: date, years: int) -> date:
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
