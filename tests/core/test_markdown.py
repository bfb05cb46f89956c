"""Markdown becomes HTML that cannot do harm."""

from html.parser import HTMLParser

import pytest

from core.markdown import render


class Tags(HTMLParser):
    """Collects what a browser would make of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes += attrs


def test_headings_begin_below_the_pages_own():
    assert render("# One\n\n###### Six") == "<h2>One</h2>\n<h6>Six</h6>\n"


def test_tables_and_lists_are_kept():
    html = render("| a | b |\n|---|---|\n| 1 | 2 |\n\n1. x\n- y")

    assert "<table>" in html
    assert "<td>1</td>" in html
    assert "<ol>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](http://plain.example)",
        "[x](//evil.example)" + "[x](data:text/html,x)",
        "![x](https://tracker.example/pixel.png)",
        "<a href='javascript:x' onclick='y'>z</a>",
        "[x](vbscript:y)",
        "<style>*{}</style>",
        "| <svg/onload=alert(1)> |\n|---|",
    ],
)
def test_nothing_active_or_foreign_survives(text):
    page = Tags()
    page.feed(render(text))

    assert not page.names & {"script", "img", "svg", "style", "iframe"}
    assert all(value.startswith("https://") for name, value in page.attributes if name == "href")
    assert {name for name, _value in page.attributes} <= {"href", "rel"}


def test_links_tell_the_other_side_nothing():
    assert render("[x](https://example.com)") == (
        '<p><a href="https://example.com" rel="noopener noreferrer">x</a></p>\n'
    )
