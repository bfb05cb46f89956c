"""Every address read once by somebody; several tests look at the answers, each at something else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from tests.architecture.test_url_matrix import ask
from tests.architecture.walk import Address
from tests.architecture.world import World

WRITES = re.compile(r"\b(insert\s+into|update|delete\s+from|truncate|alter|create|drop)\s+\"?([\w.]+)", re.IGNORECASE)
#: Writes that change nothing anybody has said, with the reason. Where columns are named, only those.
HARMLESS: dict[str, tuple[set[str], str]] = {
    "django_session": (set(), "a session is made when a stranger is shown a form or a message"),
    "accounts_integration": ({"last_used_at"}, "an integration's last call is remembered once a minute"),
    "scorecards_alertpolicy": (set(), "the one row of thresholds is made, with its defaults, when it is first read"),
    "core_program": (set(), "the one row of settings is made, with its defaults, when it is first read"),
    "enablement_courseprogress": (set(), "where somebody is in a course is remembered, as a bookmark"),
    "enablement_newsread": (set(), "that an item of news was opened is remembered"),
    "enablement_newsreadevent": (set(), "as above, in the trail"),
    "accounts_notification": ({"read_at"}, "opening the page that a notice leads to is seeing the notice"),
    "enablement_activity": (set(), "that an asset was opened is counted"),
    "enablement_vainsearch": (set(), "that a search found nothing is counted"),
    "partners_threadreader": ({"read_up_to"}, "how far somebody has read a conversation"),
    "partners_partner": ({"last_active_at"}, "the moment of its people's last activity"),
}


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the tables that SQL statements write to."""
    seen: list[str] = []

    def look(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = sql if isinstance(sql, str) else str(sql)
        if not text.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.extend(match[2] for match in WRITES.finditer(_without_locks(text)) if not _is_harmless(match[2], text))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield seen


def _without_locks(sql: str) -> str:
    return re.sub(r"for (no key )?update|do update set", "", sql, flags=re.IGNORECASE)


def _is_harmless(table: str, sql: str) -> bool:
    if table not in HARMLESS:
        return False
    columns = HARMLESS[table][0]
    written = re.search(r"\bset\s+(.*?)(?=\bfrom\b|\bwhere\b|$)", sql, re.IGNORECASE | re.DOTALL)
    return not columns or bool(written and set(re.findall(r'"?(\w+)"?\s*=', written[1])) <= columns)


#: What was read by whom, in this process: the tests that look at it are run in one.
_known: dict[str, list["Read"]] = {}


@dataclass(frozen=True)
class Read:
    """An answer to GET, and the tables that were written to meanwhile."""

    address: Address
    path: str
    is_own: bool
    answer: Any
    written: list[str]


def by(*identities: str) -> Any:
    """Let a test run once for each of these, where the others that look at what they read run, too."""
    each = [pytest.param(one, marks=pytest.mark.xdist_group(f"reading-{one}")) for one in identities]
    return pytest.mark.parametrize("identity", each)


def read_by(identity: str, world: World, addresses: list[Address]) -> list[Read]:
    """Return how every address answers somebody, for things that are theirs to see and for missing ones."""
    if identity not in _known:
        _known[identity] = list(_read(identity, world, addresses))
    return _known[identity]


def _read(identity: str, world: World, addresses: list[Address]) -> Iterator[Read]:
    client = world.client(identity)
    for address in addresses:
        for variant, target in address.targets(world).items():
            if variant.startswith(("own", "missing")):
                with writes() as seen:
                    answer = ask(client, "GET", target.path)
                yield Read(address, target.path, variant.startswith("own"), answer, seen)
