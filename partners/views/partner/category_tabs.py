"""The tabs above everything about a partner's categories."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def category_tabs(current: str) -> list[dict[str, Any]]:
    """Return the tabs of everything about our categories."""
    pages = (
        ("categories", _("All categories"), "partner:category-list"),
        ("suggested", _("Suggested for you"), "partner:suggestion-list"),
        ("reviews", _("Reviews"), "partner:membership-review-list"),
        ("flags", _("What you flagged"), "partner:flag-list"),
    )
    return [{"label": label, "url": reverse(name), "current": word == current} for word, label, name in pages]
