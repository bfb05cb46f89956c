"""What tortures share: how long they last, what they print, a small program to torture, and a digest of its answers.

In the normal suite they are short and always the same. `make torture` makes them long, with a seed of its own that it
prints; SEED=… repeats one.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from core.models import OutboxMessage, Program
from core.services import outbox
from partners.models import Partner
from partners.services import categories, life_stages, tiers
from segmentation.models import FullRun, RunState, Segment, StalePartner
from segmentation.services import recompute, segments

Size = TypeVar("Size", int, float)

LONG = os.environ.get("TORTURE") == "1"
SEED = int(os.environ.get("SEED") or (random.SystemRandom().randrange(10**6) if LONG else 1))

#: Everything that follows from the rule book, but for when: one text per table, whose rows are in a fixed order.
ANSWERS = {
    "classification": "SELECT partner_id, segment_ids, category_ids, tier_ids, stage_id"
    " FROM segmentation_classification ORDER BY partner_id",
    "transitions": "SELECT partner_id, kind, rule_id, entered, evidence"
    " FROM segmentation_ruletransition ORDER BY partner_id, kind, rule_id, id",
    "stages": "SELECT partner_id, stage_id, ends_at IS NULL FROM partners_lifestageperiod ORDER BY partner_id, id",
    "memberships": "SELECT partner_id, category_id, state, ends_at IS NULL"
    " FROM partners_categorymembership ORDER BY partner_id, category_id, id",
    "tiers": "SELECT partner_id, tier_id, ends_at IS NULL FROM partners_tierholding ORDER BY partner_id, id",
}
#: What a recompute writes as soon as it is at work.
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND (xact_start IS NOT NULL AND state IN ('active', 'idle in transaction')) AND query LIKE %s"""


def lasting(normal: Size, torture: Size) -> Size:
    """Return how much of something: for the normal suite, or for `make torture`."""
    return torture if LONG else normal


#: How long anything is waited for; everybody of the long run is decided for the first time within it.
PATIENCE_SECONDS = lasting(90, 600)


def tell(line: str) -> None:
    """Print a line of the report; pytest shows it with -s, as `make torture` runs it."""
    sys.stdout.write(f"\n{line}\n")


def tell_goal(name: str, *, passed: int, of: int, **figures: Any) -> None:
    """Print whether a goal was met, with what was measured on the way."""
    more = "".join(f" {key}={value}" for key, value in figures.items())
    tell(f"GOAL {name}: {'passed' if passed == of else 'failed'} {passed} of {of} (seed {SEED}){more}")


def digest() -> dict[str, str]:
    """Return a fingerprint of each table of answers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the history of a large crowd is long
        found = {}
        for name, select in ANSWERS.items():
            cursor.execute(f"SELECT md5(coalesce(string_agg(row::text, chr(10)), '')) FROM ({select}) row")
            found[name] = cursor.fetchone()[0]
    return found


def is_settled() -> bool:
    """Say whether nothing is left to compute or to follow up."""
    return not (
        StalePartner.objects.exists()
        or FullRun.objects.exclude(state=RunState.DONE).exists()
        or OutboxMessage.objects.exists()
    )


def settle() -> None:
    """Do in this process what workers do, until nothing is left."""
    while not is_settled():
        while recompute.continue_one(at=timezone.now()):
            pass
        recompute.all_stale(at=timezone.now())
        outbox.deliver_due(at=timezone.now())


def soon(holds: Callable[[], bool], *, meanwhile: Callable[[], object] = lambda: None, every: float = 0.25) -> bool:
    """Wait until something holds, doing something else meanwhile; not for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < deadline:
        meanwhile()
        time.sleep(every)
    return holds()


def at_work(query: str = "%") -> bool:
    """Say whether another session is inside a transaction whose last statement looks like this."""
    with connection.cursor() as cursor:
        cursor.execute(AT_WORK, [query])
        return bool(cursor.fetchone()[0])


# --- a program to torture


def all_of(*rules: Any) -> dict[str, Any]:
    """All of these hold."""
    return {"combinator": "and", "not": False, "rules": list(rules)}


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    """Compare a field of the partner."""
    return {"field": field, "operator": operator, "value": value}


def begin_anew() -> None:
    """Forget all partners and rules; database ids begin at one again, so that two runs can be compared."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE partners_partner, partners_category, partners_tiertrack, partners_lifestage, core_outboxmessage,"
            " segmentation_segment, segmentation_fullrun, segmentation_stalepartner, segmentation_rulehealth"
            " RESTART IDENTITY CASCADE"
        )
    Program.forget()


def make_program(partners: int, *, nested: int) -> None:
    """Begin anew with so many partners, of whom rules of every kind pick some."""
    begin_anew()
    at = timezone.now()
    large, largest = (all_of(rule("employees", ">=", partners - few)) for few in (60, 20))
    categories.define(key="large", name="Large", by=None, at=at, criteria=large)
    rungs = [{"key": "base", "name": "Base", "criteria": large}, {"key": "gold", "name": "Gold", "criteria": largest}]
    tiers.define_track(key="ladder", name="Ladder", tiers=rungs, by=None, at=at)
    german = all_of(rule("country", "equals", "DE"))
    life_stages.define(key="german", name="German", by=None, at=at, criteria=german)
    life_stages.define(key="other", name="Other", by=None, at=at, criteria=all_of())
    segments.define(key="german", name="German", by=None, at=at, criteria=german)
    for number in range(nested):
        segments.define(
            key=f"nested-{number}", name="Nested", by=None, at=at, criteria=_nested(partners * number // nested)
        )
    Partner.objects.bulk_create(
        Partner(name=f"P{number}", country="DE" if number % 2 else "FR", employees=number) for number in range(partners)
    )


def _nested(least: int) -> dict[str, Any]:
    return all_of(rule("segments", "any_of", ["german"]), rule("employees", ">=", least))


def change(turn: int, *, partners: int) -> None:
    """Change much at once, by the number of the turn: a third of the partners, or what a rule asks of everybody."""
    if turn % 2:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE partners_partner SET employees = (employees + %s) %% %s, country = CASE country"
                " WHEN 'DE' THEN 'FR' ELSE 'DE' END WHERE id %% 3 = %s",
                [turn * 37, partners, turn // 2 % 3],
            )
    else:
        publish(Segment.objects.get(key="nested-0"), _nested(partners * (turn % 5) // 5), at=timezone.now())


def publish(segment: Segment, criteria: Any, *, at: datetime) -> None:
    """Give a segment other criteria."""
    draft = segments.draft_of(segment=segment, by=None, at=at)
    segments.save_draft(version=draft, by=None, at=at, changes={"criteria": criteria})
    segments.publish(version=draft, by=None, at=at)
