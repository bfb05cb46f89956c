"""The tag `lucide`, faster: a drawn icon is kept, because boards show the same few icons hundreds of times."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import _render_icon

register = template.Library()


@lru_cache(maxsize=1024)
def _drawn(name: str, size: int | str | None, attributes: tuple[tuple[str, str], ...]) -> SafeString:
    return mark_safe(_render_icon(name, int(size) if size else None, **dict(attributes)))  # noqa: S308 - written by an XML writer


@register.simple_tag
def lucide(name: str, *, size: int | str | None = 24, **attributes: object) -> SafeString:
    """Return an icon as inline SVG. Beside words give aria_hidden="true"."""
    # str() drops Django's SafeString, which the XML writer does not know.
    return _drawn(name + "", size, tuple((key, str(value) + "") for key, value in attributes.items()))
