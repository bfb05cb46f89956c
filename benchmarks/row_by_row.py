"""The same rules in the loop a user would otherwise write: a query per collection and partner, rules in Python.

Measured on a few hundred partners and multiplied up; the line says so.

python -m benchmarks.row_by_row     (PARTNERS=200000; run by `make bench`)
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from benchmarks._crowd import PARTNERS, bare_scan, print_seconds, stand_ready, timed
from core.models import Program
from core.periods import add_months
from partners.models import Partner
from segmentation.models import Classification, SegmentVersion

SOME = 300


def main() -> None:
    """Measure and print; first see that the loop finds what the rule book found."""
    at = timezone.now()
    stand_ready(at)
    rules = dict(
        SegmentVersion.objects.filter(state="published", definition__key__startswith="scale-").values_list(
            "definition_id", "criteria"
        )
    )
    some = list(Partner.objects.order_by("pk")[:SOME])
    loop = _Loop(at.astimezone(Program.current().zone).date(), at)
    found: dict[int, set[int]] = {}
    seconds = timed(
        lambda: found.update({one.pk: {pk for pk, rule in rules.items() if loop.holds(rule, one)} for one in some})
    )
    _expect_the_same(found, set(rules))
    whole = seconds / len(some) * PARTNERS
    floor = timed(lambda: bare_scan(at))
    print_seconds("row-by-row", whole, extrapolated_from=len(some), floor_seconds=floor, ratio=whole / floor)


def _expect_the_same(found: dict[int, set[int]], rules: set[int]) -> None:
    for row in Classification.objects.filter(pk__in=found):
        assert found[row.pk] == set(row.segment_ids) & rules, f"partner {row.pk}"


class _Loop:
    """Reads a partner's records when first asked for and answers rule after rule, as such loops do."""

    def __init__(self, today: date, at: datetime) -> None:
        self.today = today
        self.at = at
        self.read: dict[str, list[dict[str, Any]]] = {}
        self.partner: Partner | None = None

    def holds(self, rule: Any, partner: Partner) -> bool:
        if self.partner is not partner:
            self.partner, self.read = partner, {}
        return self.node(rule, None)

    def node(self, node: Any, record: dict[str, Any] | None) -> bool:
        if "rules" not in node:
            return self.clause(node, record)
        answers = [self.node(one, record) for one in node["rules"]]
        if node["combinator"] == "at_least":
            held = sum(answers) >= node["at_least"]
        else:
            held = any(answers) if node["combinator"] == "or" else all(answers)
        return held != node.get("not", False)

    def clause(self, clause: Any, record: dict[str, Any] | None) -> bool:
        if "collection" in clause:
            has = self.figure(clause)
        elif record is not None:
            has = record[clause["field"]]
        else:
            has = getattr(self.partner, clause["field"])
        return _compare(clause["operator"], has, clause["value"], self.today)

    def figure(self, clause: Any) -> Any:
        records = [one for one in self.records(clause["collection"]) if self.counts(one, clause)]
        match clause["aggregate"]:
            case "count":
                return len(records)
            case "count_distinct":
                return len({one[clause["of"]] for one in records})
            case _:
                return sum(one[clause["of"]] for one in records)

    def counts(self, record: dict[str, Any], clause: Any) -> bool:
        if window := clause.get("window"):
            first = _before(self.today, window.get("last", window.get("trailing")), window["unit"])
            if record["day"] is None or not first < record["day"] <= self.today:
                return False
        return "where" not in clause or self.node(clause["where"], record)

    def records(self, name: str) -> list[dict[str, Any]]:
        if name not in self.read:
            self.read[name] = getattr(self, f"_{name}")()
        return self.read[name]

    def _deals(self) -> list[dict[str, Any]]:
        assert self.partner
        found = []
        for part in self.partner.deal_participations.select_related("deal"):
            deal = part.deal
            day = deal.closed_on
            found.append({"stage": deal.stage, "amount": deal.program_amount, "roles": [part.role], "day": day})
        return found

    def _certifications(self) -> list[dict[str, Any]]:
        assert self.partner
        return [
            {
                "person": person.pk,
                "level": held.certification.level,
                "valid": held.earned_on <= self.today and (held.expires_on is None or held.expires_on > self.today),
                "day": held.earned_on,
            }
            for person in self.partner.people.filter(left_at=None)
            for held in person.certifications.select_related("certification")
        ]

    def _activity(self) -> list[dict[str, Any]]:
        assert self.partner
        return [{"kind": one.kind, "times": one.times, "day": one.day} for one in self.partner.activities.all()]


def _before(today: date, n: int, unit: str) -> date:
    if unit == "days":
        return today - timedelta(days=n)
    return add_months(today, -n * (12 if unit == "years" else 1))


def _compare(operator: str, has: Any, value: Any, today: date) -> bool:
    if operator == "is_true":
        return bool(has)
    if has is None:
        return False
    if isinstance(has, datetime):
        has = has.date()
    match operator:
        case ">=":
            return bool(has >= value)
        case "between":
            return bool(value[0] <= has <= value[1])
        case "equals":
            return bool(has == value)
        case "in":
            return has in value
        case "any_of":
            return bool(set(has) & set(value))
        case "begins_with":
            return bool(has.lower().startswith(value.lower()))
        case "within_last":
            return bool(_before(today, value["n"], value["unit"]) < has <= today)
    raise ValueError(operator)


if __name__ == "__main__":
    main()
