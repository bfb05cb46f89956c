"""What the pages of one journey share: loading it, its tabs, who may edit."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from enablement.models import Journey
from enablement.queries import journey_versions


def journey_of(request: HttpRequest, public_id: Any) -> Journey:
    """Return the journey, or answer 404."""
    seen = Journey.objects.visible_to(request.user).select_related("audience", "owner", "onboards")
    journey: Journey = get_object_or_404(seen, public_id=public_id)
    return journey


def shared(request: HttpRequest, journey: Journey, current: str) -> dict[str, Any]:
    """Return what each page of a journey shows: its versions in force and in writing, its tabs, who may edit."""
    published, draft = journey_versions.published_and_draft(journey)
    may_edit = allowed(request.user, Permission.MANAGE_JOURNEYS)
    labels = [
        ("detail", _("Journey"), True),
        ("draft", _("Draft"), may_edit and draft is not None),
        ("versions", _("Versions"), True),
    ]
    tabs = [
        {
            "label": label,
            "url": reverse(f"vendor:journey-{verb}", args=[journey.public_id]),
            "current": verb == current,
            "count": None,
        }
        for verb, label, there in labels
        if there
    ]
    return {
        "journey": journey,
        "published": published,
        "draft": draft,
        "tabs": tabs,
        "may_edit": may_edit,
        "may_write": may_edit and journey.retired_at is None,
    }
