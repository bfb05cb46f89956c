"""Tables whose rows are stacked on a phone: the heading of each column is written beside its cells."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_HEADING = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.DOTALL)
_UNSEEN = re.compile(r'<span class="sr-only">.*?</span>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_ROW_OR_CELL = re.compile(r"<(tr|t[hd])\b([^>]*)>(\s*–\s*</td>)?")
_SPAN = re.compile(r'colspan="(\d+)"')


@register.filter
def labelled(rows: str, head: str) -> SafeString:
    """Return the rows of a table with `data-label` on each cell: the heading of its column, where people see one.

    A cell that says nothing but a dash is marked with `data-none`: a phone has no room for it.
    """
    labels = [label for attributes, inner in _HEADING.findall(head) for label in _labels(attributes, inner)]
    column = 0

    def with_label(match: re.Match[str]) -> str:
        nonlocal column
        name, attributes, nothing = match.groups(default="")
        if name == "tr":
            column = 0
            return match.group(0)
        label = labels[column] if column < len(labels) else ""
        span = _SPAN.search(attributes)
        column += int(span.group(1)) if span else 1
        said = f' data-label="{label}"' if label and not span else ""
        return f"<{name}{attributes}{said}{' data-none' if nothing else ''}>{nothing}"

    return mark_safe(_ROW_OR_CELL.sub(with_label, str(rows)))  # noqa: S308 - escaped rows, with escaped headings


def _labels(attributes: str, inner: str) -> list[str]:
    """Return what is seen of a heading, escaped as it is, once for each column it spans. A control says nothing."""
    span = _SPAN.search(attributes)
    seen = "" if "<input" in inner else " ".join(_TAG.sub(" ", _UNSEEN.sub("", inner)).split())
    return [seen.replace('"', "&quot;")] * (int(span.group(1)) if span else 1)
