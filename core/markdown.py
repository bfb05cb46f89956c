"""Markdown written by program staff, turned into HTML that cannot do harm.

Raw HTML in the text is shown as text; what the renderer makes passes an allow-list. The highest heading of a text
becomes level 2, because the page that shows the text has the level 1.
"""

import re
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.utils import OptionsDict

MAX_LENGTH = 200_000
TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}
URL_SCHEMES = {"https", "mailto"}
#: Other sites over https, e-mail, and pages of our own; not `//host`, which is another site in disguise.
LINK = re.compile(r"https://|mailto:|/(?![/\\])|#", re.IGNORECASE)
LINK_REL = "noopener noreferrer"
LOWEST_HEADING = 6


def render(text: str, *, keeps_lines: bool = False) -> SafeString:
    """Return the text as safe HTML. With `keeps_lines` a new line in a paragraph is a new line on the page."""
    tokens = _parser().parse(text[:MAX_LENGTH])
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, LOWEST_HEADING)}"
    options = OptionsDict({**_parser().options, "breaks": keeps_lines})  # type: ignore[typeddict-item]
    html = _parser().renderer.render(tokens, options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=URL_SCHEMES, link_rel=LINK_REL)
    return mark_safe(clean)  # noqa: S308 - it has just passed the allow-list


def _may_be_linked(url: str) -> bool:
    return bool(LINK.match(url))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = _may_be_linked  # type: ignore[method-assign]
    return parser
