"""The tabs above the pages of a channel manager's work with memberships."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def membership_tabs(current: str) -> list[dict[str, Any]]:
    """Return the tabs; `current` is the word of the page."""
    pages = (
        ("waiting", _("Waiting"), "vendor:membership-list"),
        ("differences", _("Differences"), "vendor:membership-differences"),
        ("reviews", _("Reviews"), "vendor:membership-review-list"),
        ("calendar", _("Calendar"), "vendor:membership-review-calendar"),
        ("flags", _("Flags"), "vendor:flag-list"),
    )
    return [{"label": label, "url": reverse(name), "current": word == current} for word, label, name in pages]
