"""requirements.lock, which is installed, has what requirements.txt asks for and all it needs, each file by its hash."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
MEND = "Run `make lock`."


def asked() -> dict[str, Requirement]:
    """Return the packages of requirements.txt by their name."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    found = [Requirement(line) for line in lines if line]
    return {canonicalize_name(one.name): one for one in found}


def locked() -> dict[str, Requirement]:
    """Return the packages of requirements.lock by their name."""
    text = (ROOT / "requirements.lock").read_text()
    found = [Requirement(line) for line in re.findall(r"^([a-z].*?)(?: \\)?$", text, re.MULTILINE)]
    return {canonicalize_name(one.name): one for one in found}


def test_every_package_asked_for_is_locked_in_that_version() -> None:
    in_lock = {name: str(one.specifier) for name, one in locked().items()}

    other = {name: one for name, one in asked().items() if in_lock.get(name) != str(one.specifier)}

    assert not other, MEND


def test_what_the_packages_need_is_locked_and_nothing_else() -> None:
    looked_at: set[tuple[str, frozenset[str]]] = set()
    waiting = [(name, frozenset(one.extras)) for name, one in asked().items()]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in looked_at:
            continue
        looked_at.add((name, extras))
        for text in distribution(name).requires or []:
            one = Requirement(text)
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in (extras or {""})):
                waiting.append((canonicalize_name(one.name), frozenset(one.extras)))
    here = {name for name, one in locked().items() if one.marker is None or one.marker.evaluate()}

    assert here == {name for name, _extras in looked_at}, MEND


def test_every_file_is_known_by_its_hash() -> None:
    entries = re.split(r"^(?=[a-z])", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)[1:]

    assert len(entries) == len(locked())
    assert not [entry.splitlines()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile"])
def test_installing_asks_for_the_hashes_and_builds_nothing(file: str) -> None:
    text = (ROOT / file).read_text().replace("\\\n\t\t", "")

    assert re.search(r"pip install .*--require-hashes --only-binary :all: -r requirements\.lock", text)
    assert "-r requirements.txt" not in text
