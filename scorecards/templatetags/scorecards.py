"""Words and colours of scorecards."""

from django import template

from scorecards.models import Metric, Zone
from scorecards.queries import Words

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
