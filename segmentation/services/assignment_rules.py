"""Rules by which partners come to a manager: made, ordered, previewed, applied.

A rule's criteria are those of a segment of its own, so that the rule editor, freshness and why are the same as for all
criteria. Of the rules that hold for a partner the first one decides. What a person chose stays until it is released.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.services import outbox
from partners.models import Assignment, Partner
from partners.queries.partners import managers
from partners.services import assignments
from segmentation.models import AssignmentRule, Segment
from segmentation.services import segments

APPLY = "segmentation.assign_by_rules"

_WANTED = """
    SELECT decided.partner_id, decided.rule_id, decided.manager_id, now_with.user_id
    FROM (
        SELECT DISTINCT ON (classification.partner_id) classification.partner_id, rule.id AS rule_id, rule.manager_id
        FROM segmentation_classification classification
        JOIN segmentation_assignmentrule rule ON rule.segment_id = ANY(classification.segment_ids)
        JOIN accounts_user manager ON manager.id = rule.manager_id AND manager.is_active
        WHERE rule.retired_at IS NULL AND (rule.is_on OR %(all_rules)s)
            AND (%(partners)s::bigint[] IS NULL OR classification.partner_id = ANY(%(partners)s))
        ORDER BY classification.partner_id, rule.position, rule.id
    ) decided
    LEFT JOIN partners_assignment now_with
        ON now_with.partner_id = decided.partner_id AND now_with.ends_at IS NULL
    WHERE (now_with.id IS NULL OR now_with.is_automatic) AND now_with.user_id IS DISTINCT FROM decided.manager_id
    ORDER BY decided.partner_id
"""


def create(*, name: str, manager: User, by: Any, at: datetime) -> AssignmentRule:
    """Make a rule, asked last and not applied by itself yet; whom it is about is written in its criteria next."""
    _expect_manager(manager)
    with audit.action("assignment_rule.create", by=by):
        last = AssignmentRule.objects.aggregate(last=Max("position"))["last"]
        number = AssignmentRule.objects.count() + 1
        key = next(k for k in (f"managers-{n}" for n in range(number, number + 10_000)) if _is_free(k))
        segment = segments.create(key=key, name=name, by=by, at=at, is_audience=True)
        return AssignmentRule.objects.create(segment=segment, manager=manager, position=(last or 0) + 1)


def update(*, rule: AssignmentRule, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a rule, give its partners to somebody else, or let it apply by itself. Returns what changed."""
    if "manager" in changes:
        _expect_manager(changes["manager"])
    with audit.action("assignment_rule.update", by=by):
        rule = AssignmentRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule.pk)
        changed = [name for name in ("manager", "is_on") if name in changes and getattr(rule, name) != changes[name]]
        for name in changed:
            setattr(rule, name, changes[name])
        if changed:
            rule.save(update_fields=changed)
        if "name" in changes and segments.update(segment=rule.segment, by=by, at=at, changes={"name": changes["name"]}):
            changed.append("name")
        if changed and rule.is_on:
            outbox.put(topic=APPLY, payload={})
    return changed


def move(*, rule: AssignmentRule, up: bool, by: Any, at: datetime) -> bool:
    """Ask a rule before the one above it, or after the one below it. Returns whether that was a change."""
    with audit.action("assignment_rule.move", by=by):
        rows = AssignmentRule.objects.select_for_update(no_key=True, of=("self",)).filter(retired_at__isnull=True)
        rules = list(rows.order_by("position", "pk"))
        place = next((n for n, one in enumerate(rules) if one.pk == rule.pk), None)
        other = None if place is None else place - 1 if up else place + 1
        if place is None or other is None or not 0 <= other < len(rules):
            return False
        rules[place], rules[other] = rules[other], rules[place]
        for number, one in enumerate(rules):
            one.position = number
        AssignmentRule.objects.bulk_update(rules, ["position"])
        outbox.put(topic=APPLY, payload={})
    return True


def retire(*, rule: AssignmentRule, by: Any, at: datetime) -> bool:
    """Take a rule out of use; who came to a manager by it stays there. Returns whether that was a change."""
    with audit.action("assignment_rule.retire", by=by):
        done = AssignmentRule.objects.filter(pk=rule.pk, retired_at__isnull=True).update(retired_at=at, is_on=False)
        if done:
            segments.retire(segment=rule.segment, by=by, at=at)
    return bool(done)


@dataclass(frozen=True, slots=True)
class Move:
    """How many partners would come from one manager to another."""

    before: str
    after: str
    partners: int


@dataclass(frozen=True, slots=True)
class Load:
    """How many partners somebody looks after, now and then."""

    manager: User
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying the rules would do."""

    partners: int
    moves: list[Move]
    loads: list[Load]


def plan() -> Plan:
    """Return whom the rules would give to whom, and how much each manager would look after. Nothing is written."""
    wanted = _wanted(None, all_rules=True)
    people = {one.pk: one for one in managers()} | User.objects.in_bulk({row[2] for row in wanted})
    loads = Counter(Assignment.objects.open().values_list("user_id", flat=True))
    people |= User.objects.in_bulk(set(loads) - set(people))
    then, moves = loads.copy(), Counter[tuple[int | None, int]]()
    for _partner, _rule, to, current in wanted:
        moves[current, to] += 1
        then[to] += 1
        if current is not None:
            then[current] -= 1
    named = [
        Move(people[before].name if before else "", people[after].name, count)
        for (before, after), count in moves.most_common()
    ]
    rows = [Load(one, loads[pk], then[pk]) for pk, one in people.items() if loads[pk] or then[pk]]
    return Plan(len(wanted), named, sorted(rows, key=lambda load: (-load.then, load.manager.name)))


def apply(*, partner_ids: Sequence[int] | None, by: Any, at: datetime, all_rules: bool = False) -> int:
    """Give partners to the managers the rules say: some, or everybody. Returns for how many that was a change."""
    if not AssignmentRule.objects.filter(retired_at__isnull=True).exists():
        return 0
    by_rule: dict[int, list[int]] = defaultdict(list)
    for partner, decided_by, _to, _current in _wanted(partner_ids, all_rules=all_rules):
        by_rule[decided_by].append(partner)
    rules = AssignmentRule.objects.select_related("manager", "segment").in_bulk(by_rule)
    changed = 0
    for rule_id, ids in sorted(by_rule.items()):
        rule = rules[rule_id]
        changed += assignments.assign(
            partners=Partner.objects.filter(pk__in=ids).only("pk"),
            user=rule.manager,
            by=by,
            at=at,
            is_automatic=True,
            reason=_("By the rule “%(name)s”") % {"name": rule.segment.name},
        )
    return changed


def _wanted(partner_ids: Sequence[int] | None, *, all_rules: bool) -> list[tuple[int, int, int, int | None]]:
    with connection.cursor() as cursor:
        ids = None if partner_ids is None else list(partner_ids)
        cursor.execute(_WANTED, {"partners": ids, "all_rules": all_rules})
        return list(cursor.fetchall())


def _is_free(key: str) -> bool:
    return not Segment.objects.filter(key=key).exists()


def _expect_manager(user: User) -> None:
    if not managers().filter(pk=user.pk).exists():
        raise ValidationError({"manager": ValidationError(_("Choose somebody who looks after partners."))})
