"""What browser tests share: choosing a theme or in a searchable list, and asking axe for accessibility violations."""

import json
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page, expect

from prm.assets import PACKAGES

#: What never ends is taken away.
FINISH_ANIMATIONS = "document.getAnimations().forEach((one) => { try { one.finish() } catch { one.cancel() } })"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def choose_theme(page: Page, theme: str, base_url: str) -> None:
    """Choose light or dark, as the button in the top bar does."""
    page.context.add_cookies([{"name": "theme", "value": theme, "url": base_url}])


def pick(page: Page, select: str, typed: str) -> None:
    """Choose in a searchable list by typing, as a person does, and wait for the server's answer."""
    if not page.locator(f"{select}-search").count():
        page.locator(select).focus()
    search = page.locator(f"{select}-search")
    search.fill(typed)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        search.press("Enter")


def settle(page: Page) -> None:
    """Wait for the page a click leads to and what it still asks for, and end what moves: until then keys go nowhere."""
    expect(page.locator("html[data-leaving], .htmx-request")).to_have_count(0)
    page.wait_for_load_state()
    page.evaluate(FINISH_ANIMATIONS)


def accessibility_violations(page: Page, rules: Iterable[str] = RULES) -> list[str]:
    """Return what axe objects to on the page, one line each. Goes past the page's policy by the debugger's door."""
    settle(page)
    debugger = page.context.new_cdp_session(page)
    debugger.send("Runtime.evaluate", {"expression": (PACKAGES / "axe-core" / "axe.min.js").read_text()})
    asked = (
        f"axe.run(document, {{runOnly: {json.dumps(list(rules))}}}).then((found) => JSON.stringify(found.violations))"
    )
    answer = debugger.send("Runtime.evaluate", {"expression": asked, "awaitPromise": True, "returnByValue": True})
    violations: list[dict[str, Any]] = json.loads(answer["result"]["value"])
    return [f"{found['id']}: {node['html'][:150]}" for found in violations for node in found["nodes"]]


def overflows(page: Page) -> bool:
    """Whether the page can be pushed sideways."""
    settle(page)
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
