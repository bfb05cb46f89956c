"""What a first visit may weigh, compressed (see the UI guide for why)."""

import gzip
from pathlib import Path

from prm import assets

KILOBYTE = 1024


def compressed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def shared_chunks(built: Path) -> list[Path]:
    """Chunks that app.js loads at once, not those behind a dynamic import."""
    script = (built / "app.js").read_text()
    return [chunk for chunk in built.glob("chunks/*.js") if f'from"./chunks/{chunk.name}"' in script]


def test_the_style_sheet_is_small(built_assets: Path) -> None:
    assert compressed(built_assets / "app.css") <= 20 * KILOBYTE


def test_the_script_of_every_page_is_small(built_assets: Path) -> None:
    assert compressed(built_assets / "app.js", *shared_chunks(built_assets)) <= 25 * KILOBYTE


def test_the_font_is_one_small_file(built_assets: Path) -> None:
    fonts = list((built_assets / "fonts").iterdir())

    assert [font.name for font in fonts] == list(assets.FONTS)
    assert fonts[0].stat().st_size <= 48 * KILOBYTE
