"""Template tags that draw the charts of core/charts.py."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import bars, charts, histograms

register = template.Library()


def _axis(item: Any) -> charts.Axis:
    """Read an axis from an Axis, a mapping, or a (label, value, bench) tuple."""
    if isinstance(item, charts.Axis):
        return item
    if isinstance(item, Mapping):
        return charts.Axis(item["label"], item["value"], item.get("bench"))
    return charts.Axis(*item)


@register.simple_tag
def radar(axes: Iterable[Any], *, title: str, maximum: charts.Number = 5) -> SafeString:
    """Draw categories against a benchmark."""
    return charts.radar([_axis(item) for item in axes], title=title, maximum=maximum)


@register.simple_tag
def gauge(
    value: charts.Number | None, *, label: str, bench: charts.Number | None = None, maximum: charts.Number = 100
) -> SafeString:
    """Draw one number with a benchmark."""
    return charts.gauge(value, label=label, bench=bench, maximum=maximum)


@register.simple_tag
def ring(value: charts.Number | None, label: str = "", *, size: str = "") -> SafeString:
    """Draw a score out of 100."""
    return charts.ring(value, label=label or _("Score"), size=size)


@register.simple_tag
def meter(
    value: charts.Number, *, bench: charts.Number | None = None, maximum: charts.Number = 5, label: str = ""
) -> SafeString:
    """Draw a bar with a tick at the benchmark."""
    return charts.meter(value, bench=bench, maximum=maximum, label=label)


@register.simple_tag
def spark(values: Sequence[charts.Number]) -> SafeString:
    """Draw the shape of a few numbers over time."""
    return charts.spark(values)


@register.simple_tag
def trend(
    points: Sequence[tuple[str, charts.Number]],
    *,
    title: str,
    bench: Sequence[tuple[str, charts.Number]] | None = None,
    target: charts.Number | None = None,
) -> SafeString:
    """Draw a figure over time."""
    return charts.trend(points, title=title, bench=bench, target=target)


@register.simple_tag
def matrix(
    points: Sequence[tuple[int, charts.Number, charts.Number]],
    *,
    title: str,
    quadrants: Sequence[str],
    x_label: str,
    y_label: str,
) -> SafeString:
    """Draw numbered pins on a board of four quadrants."""
    return charts.matrix(points, title=title, quadrants=quadrants, x_label=x_label, y_label=y_label)


@register.simple_tag
def histogram(counts: Sequence[int], *, first: str = "", last: str = "", title: str = "") -> SafeString:
    """Draw how many there are of each size."""
    return histograms.histogram(counts, first=first, last=last, title=title)


@register.simple_tag
def marked_histogram(
    counts: Sequence[int], *, low: Decimal, high: Decimal, target: Decimal, tick: Decimal, title: str
) -> SafeString:
    """Draw how many there are of each size, with what is asked and what is tried."""
    return histograms.marked(counts, low=low, high=high, target=target, tick=tick, title=title)


@register.simple_tag
def target_bars(items: Iterable[bars.Bar], *, title: str) -> SafeString:
    """Draw one bar for each period against what was asked."""
    return bars.bars(list(items), title=title)
