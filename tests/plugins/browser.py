"""A real browser for the tests that need one. A page that breaks its own rules fails the test that opened it.

`page` is one visitor; `new_page` makes more, each with cookies of its own, signed in or not. Console errors, script
errors and violations of the content security policy fail the test; statuses that belong to it are named by the mark
`@pytest.mark.browser_may_see(404)`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, expect, sync_playwright

from prm import assets

if TYPE_CHECKING:  # this file is read before Django's apps are
    from accounts.models import User

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")
FORM_WITH_ERRORS = 422
#: How long a page may take on a busy machine before a test gives up.
PATIENCE_MS = 10_000
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
#: Marks a page that is about to be left for another, so that a test can tell the two apart; a download leaves nothing.
MARK_LEAVING = """
navigation.addEventListener("navigate", (event) => {
  if (event.destination.sameDocument || event.downloadRequest !== null) return;
  document.documentElement.dataset.leaving = "";
  setTimeout(() => delete document.documentElement.dataset.leaving, 3000);
});
"""


@pytest.fixture(scope="session")
def built_assets() -> Path:
    """Return the folder of style sheet, scripts and font, built from what lies in the working tree."""
    assets.build()
    return assets.BUILT


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    # Playwright's loop runs in this thread, and Django would take every query in it for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(_playwright: Playwright, built_assets: Path) -> Iterator[Browser]:
    """Start the system's Chromium, or the one named in CHROMIUM, or else Playwright's own.

    Its headless shell comes first: the same engine without the browser's own windows, in a third less of the time.
    """
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not chromium and not Path(_playwright.chromium.executable_path).exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    browser = _playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def new_page(browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page for a new visitor: `new_page(user=vera, width=390, color_scheme="dark")`."""
    complaints: list[str] = []
    contexts = []
    mark = request.node.get_closest_marker("browser_may_see")
    expected = {FORM_WITH_ERRORS, *(mark.args if mark else ())}

    def open_page(user: "User | None" = None, *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(REPORT_VIOLATIONS + MARK_LEAVING)
        contexts.append(context)
        if user:
            context.add_cookies([{**_session_of(user), "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_complaint(message, expected)))
        page.on("pageerror", lambda error: complaints.extend(_script_error(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    if complaints:
        pytest.fail("The browser complained:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Open a page for one visitor."""
    return new_page()


def _session_of(user: "User") -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def _complaint(message: ConsoleMessage, expected: set[int]) -> list[str]:
    if message.type != "error":
        return []
    if message.text.startswith(("htmx:sendAbort", "htmx:afterRequest")):  # who leaves a page ends its requests
        return []
    status = re.search(r"(?:responded with a status of|Response Status Error Code) (\d+)", message.text)
    if status and int(status[1]) in expected:
        return []
    return [f"{message.text} ({message.location.get('url', '')})"]


def _script_error(error: Error) -> list[str]:
    """Return what went wrong in a script; that the browser gave up fading one page into the next is nothing wrong."""
    if error.message.startswith("Transition was "):
        return []
    return [f"Script error: {error.message}\n{error.stack or ''}"]
