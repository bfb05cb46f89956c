"""Nothing changes by GET, and nothing by a POST that another site could have made."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.architecture.test_url_matrix import ask
from tests.architecture.walk import Address
from tests.architecture.world import World

WRITES = re.compile(r"\b(insert\s+into|update|delete\s+from|truncate|alter|create|drop)\s+\"?([\w.]+)", re.IGNORECASE)
#: Writes that change nothing anybody has said, with the reason. Where columns are named, only those.
HARMLESS: dict[str, tuple[set[str], str]] = {
    "django_session": (set(), "a session is made when a stranger is shown a form or a message"),
    "accounts_integration": ({"last_used_at"}, "an integration's last call is remembered once a minute"),
    "core_program": (set(), "the one row of settings is made, with its defaults, when it is first read"),
    "enablement_activity": (set(), "that an asset was opened is counted"),
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


@pytest.mark.parametrize("identity", ["anonymous", "victor", "paula", "ian"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_changes_nothing(identity: str, method: str, world: World, every_address: list[Address]) -> None:
    client = world.client(identity)
    wrong = []
    for address in every_address:
        for variant, target in address.targets(world).items():
            if not variant.startswith("own"):
                continue
            with writes() as seen:
                ask(client, method, target.path)
            wrong += [f"{method} {target.path} writes to {table}" for table in seen]

    assert not wrong, "\n".join(sorted(set(wrong)))


def strict_client(world: World, identity: str) -> Client:
    """Return a client of somebody, as strict about tokens as a browser's requests are taken."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if identity != "anonymous":
        client.force_login(world.people[identity])
    return client


#: Addresses that take a POST without a token: the caller shows a secret and has no session to misuse.
WITHOUT_SESSION = {"token", "mail-receive"}


@pytest.mark.parametrize("identity", ["victor", "paula", "anonymous"])
def test_a_post_without_token_or_from_elsewhere_is_refused(
    identity: str, world: World, every_address: list[Address]
) -> None:
    client = strict_client(world, identity)
    client.get("/sign-in/")
    token = {"X-CSRFToken": client.cookies["csrf"].value} if "csrf" in client.cookies else {}
    wrong = []
    for address in every_address:
        if address.name in WITHOUT_SESSION or (not address.is_page and identity == "anonymous"):
            continue
        for method in sorted({*address.methods} - {"GET"}):
            if not address.admits(world, identity, method):
                continue
            path = next(iter(address.targets(world).values())).path
            kind = {} if address.is_page else {"content_type": "application/json"}
            send = getattr(client, method.lower())
            bare = send(path, {}, **kind)
            elsewhere = send(path, {}, headers={**token, "Origin": "https://evil.example"}, **kind)
            wrong += [
                f"{method} {path}: {answer.status_code} {how}"
                for answer, how in ((bare, "without token"), (elsewhere, "from another site"))
                if answer.status_code != 403 and not (address.is_public and not address.is_page)
            ]

    assert not wrong, "\n".join(wrong)


def test_the_list_of_addresses_without_token_has_no_stale_entries(every_address: list[Address]) -> None:
    exempt = {one.name for one in every_address if one.is_page and getattr(one.view, "csrf_exempt", False)}

    assert exempt == WITHOUT_SESSION
