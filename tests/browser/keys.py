"""What tests by keyboard alone share: getting to a control with the Tab key, and pressing keys on it."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import settle

#: A control that takes more presses than this to get to is out of reach.
MOST_PRESSES = 120
HAS_FOCUS = "element => element === document.activeElement"
#: Nothing covers what has the focus, at least not its middle.
IS_SEEN = """element => {
  const box = element.getBoundingClientRect();
  const shown = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !!shown && (element.contains(shown) || shown.contains(element) || !!element.labels?.[0]?.contains(shown));
}"""


def skip_to_content(page: Page) -> None:
    """Pass over the navigation, as the first link of every page offers."""
    settle(page)
    if page.locator("#main:focus").count():  # a browser keeps the place when a form leads back to its page
        return
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def reach(page: Page, target: Locator, *, backwards: bool = False) -> None:
    """Get to a control with the Tab key, and see it there."""
    expect(target).to_be_visible()
    settle(page)
    for _press in range(MOST_PRESSES):
        if target.evaluate(HAS_FOCUS):
            assert target.evaluate(IS_SEEN), f"{target} has the focus, and something covers it."
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"The Tab key never reaches {target}.")


def press_on(page: Page, target: Locator, key: str = "Enter", *, backwards: bool = False) -> None:
    """Get to a control with the Tab key and press a key on it."""
    reach(page, target, backwards=backwards)
    page.keyboard.press(key)


def write_in(page: Page, target: Locator, text: str) -> None:
    """Get to a field with the Tab key and write over what is there."""
    reach(page, target)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def choose_in(page: Page, target: Locator, label: str) -> None:
    """Get to a list with the Tab key and choose by typing, as browsers let one do."""
    reach(page, target)
    page.keyboard.type(label)
    expect(target.locator("option:checked")).to_have_text(label)
