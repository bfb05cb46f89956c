"""Building style sheet and scripts: once per change, by one process at a time, never leaving a page without them."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prm import assets


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tree with one source, and tools that take their time and write what it says."""
    source, built = tmp_path / "app.source", tmp_path / "build"
    source.write_text("one")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "BUILT", built)
    monkeypatch.setattr(assets, "_sources", lambda: [source])
    monkeypatch.setattr(assets, "install_packages", lambda: False)
    monkeypatch.setattr(assets, "_copy_fonts", lambda folder: None)

    def tool(*command: str | Path) -> None:
        time.sleep(0.05)
        words = [str(part) for part in command]
        outdir = next((word.removeprefix("--outdir=") for word in words if word.startswith("--outdir=")), "")
        target = Path(outdir) / "app.js" if outdir else Path(words[words.index("--output") + 1])
        target.write_text(source.read_text())
        if outdir:
            (Path(outdir) / f"chunk-{source.read_text()}.js").write_text("")

    monkeypatch.setattr(assets, "_run", tool)
    return tmp_path


def names(built: Path) -> set[str]:
    return {path.name for path in built.iterdir() if path.name[0] != "."}


def test_of_many_who_want_to_build_at_once_one_does(folder: Path) -> None:
    with ThreadPoolExecutor(4) as people:
        done = list(people.map(lambda _: assets.build(), range(4)))

    assert sorted(done) == [False, False, False, True]
    assert names(folder / "build") == {"app.css", "app.js", "chunk-one.js"}


def test_a_change_is_built_anew_and_what_it_no_longer_needs_goes(folder: Path) -> None:
    assets.build()
    (folder / "app.source").write_text("two")

    assert assets.build()
    assert not assets.build()
    assert names(folder / "build") == {"app.css", "app.js", "chunk-two.js"}
    assert (folder / "build" / "app.css").read_text() == "two"


def test_a_page_opened_during_a_build_finds_its_files(folder: Path) -> None:
    assets.build()
    (folder / "app.source").write_text("two")
    building = threading.Thread(target=assets.build)
    building.start()
    while building.is_alive():
        assert {"app.css", "app.js"} <= names(folder / "build")

    building.join()


def test_a_build_that_fails_leaves_what_was_there_and_is_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets.build()
    (folder / "app.source").write_text("two")

    def fail(*command: str | Path) -> None:
        raise assets.BuildError("no such class")

    with monkeypatch.context() as broken:
        broken.setattr(assets, "_run", fail)
        with pytest.raises(assets.BuildError):
            assets.build()

    assert (folder / "build" / "app.css").read_text() == "one"
    assert assets.build()
