"""Bars beside each other, one for each period, against what was asked: drawn on the server like core/charts.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts import Number, clamped, nice_ceiling, shown

WIDTH, HEIGHT = 40, 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: its name, what there is (None: nothing yet), what was asked, and whether that is reached."""

    label: str
    value: Number | None
    target: Number | None
    is_met: bool = False


def bars(items: Sequence[Bar], *, title: str) -> SafeString:
    """Draw one bar from zero for each period, with a dark line at what was asked. Figures stand above and below."""
    top = nice_ceiling(max([float(number) for one in items for number in (one.value, one.target) if number] or [0.0]))
    spoken = "; ".join(_spoken(one) for one in items)
    drawn = format_html_join("", "{}", ((_bar(one, top),) for one in items))
    return format_html('<div class="bars" role="img" aria-label="{}">{}</div>', f"{title}: {spoken}", drawn)


def _bar(one: Bar, top: float) -> SafeString:
    tall = clamped(max(one.value or 0, 0), top) * HEIGHT
    line: SafeString | str = ""
    if one.target is not None:
        at = f"{HEIGHT - clamped(max(one.target, Decimal(0)), top) * HEIGHT:.1f}"
        line = format_html('<line class="bars-target" x1="0" x2="{}" y1="{}" y2="{}"/>', WIDTH, at, at)
    return format_html(
        '<div class="bars-one" aria-hidden="true"><span>{}</span>'
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" class="bars-plot">'
        '<rect class="bars-track" width="{}" height="{}" rx="2"/>'
        '<rect class="bars-bar{}" y="{}" width="{}" height="{}" rx="2"/>{}</svg><span>{}</span></div>',
        "–" if one.value is None else shown(one.value),
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        " tone-met" if one.is_met else "",
        f"{HEIGHT - tall:.1f}",
        WIDTH,
        f"{tall:.1f}",
        line,
        one.label,
    )


def _spoken(one: Bar) -> str:
    if one.value is None:
        return _("%(label)s nothing yet") % {"label": one.label}
    if one.target is None:
        return _("%(label)s %(value)s") % {"label": one.label, "value": shown(one.value)}
    told = {"label": one.label, "value": shown(one.value), "target": shown(one.target)}
    return _("%(label)s %(value)s of %(target)s") % told
