"""Packages for tests: small ones as they should be, and hostile ones."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.seed import scorm

PAGES = (scorm.Page("First", ("One.",)), scorm.Page("Second", ("Two.",)))
ASKED = (scorm.Question("What is right?", ("This", "That"), 0), scorm.Question("And now?", ("Left", "Right"), 1))


def small(standard: str = "scorm12", *, title: str = "Backup basics", items: int = 1, **about: Any) -> bytes:
    """Return a package of some items with two pages and two questions each."""
    named = [f"item-{number}" for number in range(items)]
    return scorm.package(
        title,
        [scorm.Item(key, f"Item {key}", PAGES, ASKED, about.get("pass_percent", 80)) for key in named],
        standard=standard,
    )


def upload(data: bytes, name: str = "package.zip") -> SimpleUploadedFile:
    """Return bytes as a browser sends them."""
    return SimpleUploadedFile(name, data, content_type="application/zip")


def archive(files: dict[str, bytes | str], **about: Any) -> bytes:
    """Return an archive of some files; `links` are names that are symbolic links."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if name in about.get("links", ()):
                entry.external_attr = 0o120777 << 16
            packed.writestr(entry, data)
    return made.getvalue()


def manifest(**about: Any) -> str:
    """Return a manifest of SCORM 1.2 with one item, with something else in it than usual."""
    given = {"version": "1.2", "href": "index.html", "before": "", "scheme": "", **about}
    return (
        f'<?xml version="1.0"?>{given["before"]}<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
        f"<metadata><schemaversion>{given['version']}</schemaversion></metadata>"
        '<organizations default="o"><organization identifier="o"><title>T</title>'
        '<item identifier="i" identifierref="r"><title>I</title></item></organization></organizations>'
        f'<resources><resource identifier="r" href="{given["href"]}"/></resources></manifest>'
    )
