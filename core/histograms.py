"""How many there are of each size: bars from zero, drawn on the server like the charts of core/charts.py."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH, HEIGHT, GAP = 240, 64, 2
#: A bar that stands for anything at all can be seen.
LOWEST = 1.5
_SILENT = mark_safe('aria-hidden="true"')


def histogram(counts: Sequence[int], *, first: str, last: str, title: str = "") -> SafeString:
    """Draw how many values lie in each of some equal ranges, between the first and the last value.

    Without a title it is decoration beside figures, and says nothing itself.
    """
    top = max(counts, default=0)
    if not top:
        return mark_safe("")
    step = WIDTH / len(counts)
    bars = format_html_join(
        "",
        '<rect class="hist-bar" x="{}" y="{}" width="{}" height="{}" rx="1.5"/>',
        (
            (f"{place * step:.1f}", f"{HEIGHT - tall:.1f}", width, f"{tall:.1f}")
            for place, count in enumerate(counts)
            for tall, width in [(max(count / top * HEIGHT, LOWEST if count else 0), f"{step - GAP:.1f}")]
        ),
    )
    about = format_html('role="img" aria-label="{}"', _spoken(counts, first, last, title)) if title else _SILENT
    return format_html(
        '<svg viewBox="0 0 {} {}" class="chart-hist" preserveAspectRatio="none" {}>{}</svg>', WIDTH, HEIGHT, about, bars
    )


def _spoken(counts: Sequence[int], first: str, last: str, title: str) -> str:
    total = sum(counts)
    many = ngettext("%(n)s partner", "%(n)s partners", total) % {"n": total}
    fullest = counts.index(max(counts)) + 1
    return _("%(title)s: %(many)s from %(first)s to %(last)s, most of them in part %(place)s of %(parts)s.") % {
        "title": title,
        "many": many,
        "first": first,
        "last": last,
        "place": fullest,
        "parts": len(counts),
    }
