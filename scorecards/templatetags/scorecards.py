"""Words and colours of scorecards."""

from django import template
from django.utils.translation import gettext

from core.templatetags.formats import number, signed
from scorecards.models import BenchmarkKind, Metric, Zone
from scorecards.queries import Words
from scorecards.queries.history import History

register = template.Library()
TONES = {Zone.RED: "error", Zone.AMBER: "warning", Zone.GREEN: "success"}


@register.simple_tag
def measured(metric: Metric, words: Words) -> str:
    """Return in words what a metric measures; nothing when it cannot be measured any more."""
    return words.of(metric.expression)


@register.filter
def zone_tone(zone: str) -> str:
    """Return the tone of a pill that names a zone."""
    return TONES[Zone(zone)]


@register.simple_tag
def benchmark_words(metric: Metric) -> str:
    """Return in words what a partner's figure is compared with."""
    if metric.benchmark_kind == BenchmarkKind.FIXED:
        return f"{number(metric.benchmark_value)} {metric.unit}".strip()
    if metric.benchmark_kind == BenchmarkKind.PERCENTILE:
        return gettext("Percentile %(percentile)d of its peers") % {"percentile": metric.benchmark_percentile}
    return str(BenchmarkKind.AVERAGE.label)


@register.simple_tag
def trend_words(found: History) -> str:
    """Return in words where a score is heading."""
    words = {
        "rising": gettext("Rising: %(slope)s points a period"),
        "falling": gettext("Falling: %(slope)s points a period"),
        "steady": gettext("Steady over the last periods"),
    }
    return words.get(found.trend, "") % {"slope": signed(found.slope, 1)}
