"""How many there are of each size: bars from zero, drawn on the server like the charts of core/charts.py."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH, HEIGHT, GAP = 240, 64, 2
#: A bar that stands for anything at all can be seen.
LOWEST = 1.5
_SILENT = mark_safe('aria-hidden="true"')  # our own text: nothing of anybody else's is in it


def histogram(counts: Sequence[int], *, first: str, last: str, title: str = "") -> SafeString:
    """Draw how many values lie in each of some equal ranges, between the first and the last value.

    Without a title it is decoration beside figures, and says nothing itself.
    """
    top = max(counts, default=0)
    if not top:
        return mark_safe("")  # nothing at all, and the same type as a drawing
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


def marked(
    counts: Sequence[int], *, low: Decimal, high: Decimal, target: Decimal, tick: Decimal, title: str
) -> SafeString:
    """Draw how many values lie in equal ranges from low to high, with two marks: what is asked, and what is tried.

    The mark asked is dotted, as every target is; the one tried is solid, and left out where it is the same.
    """
    spread = high - low
    first, last = (number_format(end, 0, force_grouping=True) for end in (low, high))
    bars = histogram(counts, first=first, last=last, title=title)
    if not bars or not spread:
        return bars
    marks = [(target, "hist-target")] + ([(tick, "hist-tick")] if tick != target else [])
    lines = format_html_join(
        "",
        '<line class="{}" x1="{}" x2="{}" y1="0" y2="{}"/>',
        (
            (css, place, place, HEIGHT)
            for value, css in marks
            for place in [f"{float(max(Decimal(0), min((value - low) / spread, Decimal(1)))) * WIDTH:.1f}"]
        ),
    )
    scale = format_html('<p class="hist-scale"><span>{}</span><span>{}</span></p>', first, last)
    return mark_safe(f'<div class="hist-large">{bars.replace("</svg>", f"{lines}</svg>")}{scale}</div>')  # noqa: S308 - made above


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
