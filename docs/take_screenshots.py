"""Makes the pictures of README.md from a running portal with the demo program: `make screenshots`.

Signs in as people of the demo program, whose addresses and password the portal wrote to `.data/signins.txt`.
"""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
ADDRESS = f"http://localhost:{os.environ.get('PORT', '8000')}"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
#: Picture → who is signed in, as the list of sign-ins calls the role, and the page.
PICTURES = {
    "partner-home": ("Partner admin", "/partner/"),
    "dashboard": ("Channel manager", "/vendor/"),
}


def main() -> None:
    """Take every picture."""
    sign_ins = (ROOT / ".data" / "signins.txt").read_text()
    password = re.search(r"password (\S+)", sign_ins)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, (role, path) in PICTURES.items():
            line = next(line for line in sign_ins.splitlines() if role.lower() in line.lower())
            email = re.search(r"\S+@\S+", line)
            if not (email and password):
                raise SystemExit(f"{sign_ins}\nThere is no address for {role} here: run `make seed` first.")
            take(browser, FOLDER / f"{name}.png", email=email[0], password=password[1], path=path)
        browser.close()


def take(browser: Browser, target: Path, *, email: str, password: str, path: str) -> None:
    """Sign in, open a page and keep its picture."""
    page = browser.new_page(base_url=ADDRESS, viewport={"width": 1440, "height": 1000})
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    target.parent.mkdir(exist_ok=True)
    page.screenshot(path=target)
    page.close()


if __name__ == "__main__":
    main()
