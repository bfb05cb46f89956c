"""What seems wrong with those who are in a category: missing data, late reviews, partners that were not told."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.models import Program
from core.periods import today
from criteria import checks
from criteria.fields import Catalog, registry
from criteria.operators import BY_KIND
from criteria.tree import clauses, parse
from insight.models import FindingKind
from insight.queries.standing import Standing
from partners.models import Partner
from partners.models.memberships import HOLDING_STATES
from segmentation import engine

#: A field that its criteria ask about is empty for more of the members than this.
EMPTY_PERCENT = 30
#: So many of its memberships are older than their interval.
OVERDUE_PERCENT = 10
#: So many of its members' data changed within a year, and yet nobody came or went.
MOVED_DATA_PERCENT = 50
#: So many of its members were never told that they are in it.
UNTOLD_PERCENT = 20
#: A membership this young may still be on its way to the partner.
DAYS_TO_TELL = 7
FEWEST_MEMBERS = 5
FEWEST_TO_BE_RIGID = 10

Row = tuple[FindingKind, int, dict[str, Any]]

#: Of everybody who is in a category: late for review, told of it, and with data that changed within a year.
COUNTS = """
SELECT m.category_id, count(*) AS members,
  count(*) FILTER (WHERE m.next_review_on < %(today)s) AS overdue,
  count(*) FILTER (WHERE m.starts_at < %(told_before)s AND NOT EXISTS (
    SELECT FROM partners_person person JOIN accounts_notification told ON told.user_id = person.user_id
    WHERE person.partner_id = m.partner_id AND told.kind = 'membership'
      AND told.url LIKE '%%' || category.public_id || '%%')) AS untold,
  count(*) FILTER (WHERE NOT EXISTS (
    SELECT FROM partners_person person WHERE person.partner_id = m.partner_id AND person.user_id IS NOT NULL
      AND person.left_at IS NULL)) AS without_user,
  count(*) FILTER (WHERE EXISTS (
    SELECT FROM jsonb_each_text(partner.changed_at) changed WHERE changed.value::timestamptz > %(year_ago)s)) AS moved
FROM partners_categorymembership m
JOIN partners_category category ON category.id = m.category_id
JOIN partners_partner partner ON partner.id = m.partner_id
WHERE m.state = ANY(%(holding)s)
GROUP BY m.category_id
"""


def everything(standings: Sequence[Standing], *, at: datetime) -> Iterator[Row]:
    """Yield what seems wrong, by category."""
    counts = _counts(at)
    for one in standings:
        yield from _empty_fields(one, at=at)
        if one.category.pk in counts:
            yield from _of(one, counts[one.category.pk])


def _counts(at: datetime) -> dict[int, dict[str, int]]:
    parameters: Any = {
        "today": today(at=at, zone=Program.current().zone),
        "told_before": at - timedelta(days=DAYS_TO_TELL),
        "year_ago": at - timedelta(days=365),
        "holding": [str(state) for state in HOLDING_STATES],
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, parameters)
        names = [column.name for column in cursor.description][1:]
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}


def _of(one: Standing, counted: dict[str, int]) -> Iterator[Row]:
    members = counted["members"]

    def percent(name: str) -> int:
        return round(100 * counted[name] / members)

    if percent("overdue") >= OVERDUE_PERCENT:
        yield FindingKind.OVERDUE, one.category.pk, {"overdue": counted["overdue"], "members": members}
    if percent("untold") >= UNTOLD_PERCENT:
        numbers = {"untold": counted["untold"], "members": members, "without_user": counted["without_user"]}
        yield FindingKind.UNTOLD, one.category.pk, numbers
    is_still = members >= FEWEST_TO_BE_RIGID and not one.year.came and not one.year.went
    if is_still and percent("moved") >= MOVED_DATA_PERCENT:
        yield FindingKind.RIGID, one.category.pk, {"moved": counted["moved"], "members": members}


def _empty_fields(one: Standing, *, at: datetime) -> Iterator[Row]:
    if one.members < FEWEST_MEMBERS or not one.version.criteria:
        return
    members = Partner.objects.filter(
        memberships__category=one.category, memberships__state__in=HOLDING_STATES, memberships__ends_at__isnull=True
    )
    catalog = registry.catalog()
    empty = []
    for key, label in _asked(one.version.criteria, catalog):
        asks = parse({"combinator": "and", "rules": [{"field": key, "operator": "is_empty"}]})
        match = engine.preview(asks, at=at, visible=members, sample=0)
        share = round(100 * match.count / match.total) if match.total else 0
        if share > EMPTY_PERCENT:
            empty.append([label, share])
    if empty:
        yield FindingKind.NO_DATA, one.category.pk, {"fields": empty, "members": one.members}


def _asked(document: Any, catalog: Catalog) -> Iterable[tuple[str, str]]:
    """Return the fields that criteria ask about and that can be empty, each once, with its label."""
    if checks.check(document, catalog):
        return []
    found: dict[str, str] = {}
    for _path, clause in clauses(parse(document)):
        known = catalog.fields.get(clause.operand.field)
        if known is not None and not clause.disabled and "is_empty" in BY_KIND[known.kind]:
            found.setdefault(known.key, str(known.label))
    return found.items()
