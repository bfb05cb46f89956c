"""Every address × everybody × own, foreign and missing things, against what guards and the table of sight say.

Nothing here names an address: the resolver is walked, guards are read from the views, things come from `subjects.py`.
"""

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse

from tests.architecture.walk import METHODS_THAT_WRITE, Address, Target
from tests.architecture.world import IDENTITIES, World

REFUSED = {401, 403, 404}
NO_THING = {404, 405, 410}
CHANGING = re.compile(
    rb'(csrfmiddlewaretoken" value="|name="csrf-token" content="|urn:request:|hx-headers=)[^"]*|[0-9a-f-]{36}'
)


def ask(client: Any, method: str, path: str) -> Any:
    """Send one request and undo whatever it did, to the rows and to the client's cookies."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        saved = transaction.savepoint()
        sender = getattr(client, method.lower())
        if method in METHODS_THAT_WRITE and path.startswith("/api/"):
            headers = {"Idempotency-Key": "matrix", "If-Match": "*"}
            answer = sender(path, {}, content_type="application/json", headers=headers)
        else:
            answer = sender(path)
        transaction.savepoint_rollback(saved)
    client.cookies = cookies
    return answer


def body_of(answer: Any) -> bytes:
    """Return the whole body, of a file that is streamed as well."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _cause(answer: Any) -> str:
    return repr(answer.exc_info[1]) if getattr(answer, "exc_info", None) else "no exception known"


def problems(address: Address, world: World, identity: str, method: str) -> Iterator[str]:
    """Yield each answer of an address that differs from what was declared."""
    client = world.client(identity)
    admitted = address.admits(world, identity, method)
    answers: dict[str, tuple[int, bytes]] = {}
    for variant, target in address.targets(world).items():
        if not admitted and not variant.startswith("own"):
            continue
        answer = ask(client, method, target.path)
        status = answer.status_code
        if status >= 500:
            yield f"{method} {target.path} as {identity}: {status} for {variant}, {_cause(answer)}"
        elif wrong := _wrong(address, world, identity, method, target, answer):
            yield f"{method} {target.path} ({address.name}) as {identity}, {variant}: {status}, {wrong}"
        answers[variant] = status, CHANGING.sub(b"", body_of(answer))
    yield from _told_apart(address, identity, method, answers)


def _wrong(address: Address, world: World, identity: str, method: str, target: Target, answer: Any) -> str:
    """Say what should have come instead, or nothing."""
    status = answer.status_code
    if address.is_public:
        return ""
    if not address.admits(world, identity, method):
        stranger = identity == "anonymous" or (address.is_page and identity == "ian")
        if not stranger:
            return "" if status == 403 else "should be 403"
        if not address.is_page:
            return "" if status == 401 else "should be 401"
        to_sign_in = status == 302 and answer["Location"].startswith("/sign-in/")
        return "" if to_sign_in else "should lead to sign-in"
    if identity in target.seen_by:
        return "should be open" if status in REFUSED else ""
    creates = not target.exists and method == "PATCH" and "/by-external-id/" in target.path
    return "" if status in NO_THING or creates else "should be 404"


def _told_apart(address: Address, identity: str, method: str, answers: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    """Yield where somebody can tell a foreign thing from a missing one.

    An upsert is left out: it makes what is missing, and an id in use cannot be used again, whoever uses it.
    """
    if method == "PATCH" and "by-external-id" in address.route:
        return
    for variant, (status, body) in answers.items():
        other = answers.get(variant.replace("foreign", "missing"))
        if variant.startswith("foreign") and other and status == 404 and (status, body) != other:
            yield f"{method} {address} as {identity}: a foreign thing answers unlike a missing one ({other[0]})"


@pytest.fixture
def plain_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer refusals without their page, which is always the same: it takes most of the time of this test."""
    monkeypatch.setattr("core.errors.render", lambda request, name, status: HttpResponse(name, status=status))


@pytest.mark.usefixtures("plain_errors")
@pytest.mark.parametrize("identity", IDENTITIES)
def test_each_address_answers_as_its_guard_says(identity: str, world: World, every_address: list[Address]) -> None:
    wrong: list[str] = []
    for address in every_address:
        for method in address.methods:
            wrong.extend(problems(address, world, identity, method))

    assert not wrong, f"{len(wrong)} cells differ:\n" + "\n".join(wrong)
