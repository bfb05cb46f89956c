"""What every answer carries in its headers and cookies: pages, fragments, the API, and every kind of error."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from prm import urls
from tests.architecture.reading import Read, by

FORBIDDEN_IN_POLICY = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")
REFERRER_POLICIES = {"same-origin", "no-referrer", "strict-origin", "strict-origin-when-cross-origin"}


def header_problems(answer: Any) -> Iterator[str]:
    """Yield what is wrong with the headers and cookies of an answer."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy:
        yield "no policy for contents"
    if weak := [word for word in FORBIDDEN_IN_POLICY if word in policy.replace(";", " ").split()]:
        yield f"the policy for contents allows {weak}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no nosniff"
    if headers.get("Referrer-Policy") not in REFERRER_POLICIES:
        yield "no Referrer-Policy"
    if headers.get("Cross-Origin-Opener-Policy") != "same-origin":
        yield "no Cross-Origin-Opener-Policy"
    if headers.get("Cross-Origin-Resource-Policy") != "same-origin":
        yield "no Cross-Origin-Resource-Policy"
    if headers.get("X-Frame-Options") != "DENY":
        yield "may be framed"
    if "Permissions-Policy" not in headers:
        yield "no Permissions-Policy"
    if not headers.get("Request-Id"):
        yield "no Request-Id"
    if not _is_kept_private(headers):
        yield f"Cache-Control is {headers.get('Cache-Control')}"
    if not answer.streaming and answer.content and "charset=utf-8" not in headers.get("Content-Type", "").lower():
        yield f"Content-Type is {headers.get('Content-Type')}"
    if "Access-Control-Allow-Origin" in headers:
        yield "other sites may read it"
    yield from _cookie_problems(answer)


def _is_kept_private(headers: Any) -> bool:
    control = headers.get("Cache-Control", "")
    return "no-store" in control or ("ETag" in headers and "private" in control and "no-cache" in control)


def _cookie_problems(answer: Any) -> Iterator[str]:
    for name, cookie in answer.cookies.items():
        if not cookie["httponly"]:
            yield f"scripts can read the cookie {name}"
        if cookie["samesite"] not in {"Lax", "Strict"}:
            yield f"other sites can send the cookie {name}"


@by("anonymous", "victor", "paula", "ian")
def test_every_answer_carries_its_headers(reads: list[Read]) -> None:
    wrong = {f"{one.answer.status_code} {one.path}: {what}" for one in reads for what in header_problems(one.answer)}

    assert not wrong, "\n".join(sorted(wrong))


def fail(request: HttpRequest) -> HttpResponse:
    """Fail as a view may."""
    raise RuntimeError("a secret of ours")


class FailingUrls:
    """The portal's addresses and two that fail."""

    urlpatterns = [path("fail/", fail), path("api/v1/fail", fail), *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


ERRORS = {
    "/nothing-here/": 404,
    "/api/v1/nothing-here": 404,
    "/api/v1/partners/": 404,
    "/fail/": 500,
    "/api/v1/fail": 500,
    "/sign-out/": 405,
    "/profile/%00": 404,
}


@override_settings(ROOT_URLCONF=FailingUrls)
@pytest.mark.parametrize(("address", "status"), ERRORS.items())
def test_errors_carry_them_too_and_tell_nothing_of_our_insides(address: str, status: int, db: None) -> None:
    answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code == status
    assert list(header_problems(answer)) == []
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content
    if address.startswith("/api/"):
        assert answer["Content-Type"].startswith("application/problem+json")
        assert answer.json()["instance"] == f"urn:request:{answer['Request-Id']}"


def test_a_strange_host_is_refused(client: Client, db: None) -> None:
    answer = client.get("/sign-in/", headers={"Host": "evil.example"})

    assert answer.status_code == 400


def test_the_request_id_is_ours_whatever_the_caller_sends(client: Client, db: None) -> None:
    answer = client.get("/sign-in/", headers={"Request-Id": "mine", "X-Request-Id": "mine"})

    assert answer["Request-Id"] != "mine"
