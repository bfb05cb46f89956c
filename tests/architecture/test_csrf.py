"""Nothing changes by GET, and nothing by a POST that another site could have made."""

import pytest
from django.test import Client

from tests.architecture.reading import Read, by, writes
from tests.architecture.test_url_matrix import ask
from tests.architecture.walk import Address
from tests.architecture.world import World


@by("anonymous", "victor", "paula", "ian")
def test_reading_changes_nothing(reads: list[Read]) -> None:
    wrong = {f"GET {one.path} writes to {table}" for one in reads if one.is_own for table in one.written}

    assert not wrong, "\n".join(sorted(wrong))


def test_asking_for_the_head_alone_changes_nothing(world: World, every_address: list[Address]) -> None:
    """Each address is asked by whoever of the two it is for."""
    wrong = []
    for address in every_address:
        readers = [one for one in ("victor", "paula") if address.admits(world, one, "GET")]
        own = [target for variant, target in address.targets(world).items() if variant.startswith("own")]
        if not readers:
            continue
        client = world.client(readers[0])
        for target in own:
            with writes() as seen:
                ask(client, "HEAD", target.path)
            wrong += [f"HEAD {target.path} writes to {table}" for table in seen]

    assert not wrong, "\n".join(sorted(set(wrong)))


def strict_client(world: World, identity: str) -> Client:
    """Return a client of somebody, as strict about tokens as a browser's requests are taken."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if identity != "anonymous":
        client.force_login(world.people[identity])
    return client


#: Addresses that take a POST without a token: the caller shows a secret and has no session to misuse.
WITHOUT_SESSION = {"token", "mail-receive", "notices-off"}


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
