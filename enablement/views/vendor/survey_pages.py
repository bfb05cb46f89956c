"""What the pages of one survey share: loading it, its tabs, who may edit."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from enablement.models import Survey
from enablement.queries import surveys as reads


def survey_of(request: HttpRequest, public_id: Any) -> Survey:
    """Return the survey, or answer 404."""
    seen = Survey.objects.visible_to(request.user).select_related("audience", "owner", "cut_segment")
    survey: Survey = get_object_or_404(seen, public_id=public_id)
    return survey


def shared(request: HttpRequest, survey: Survey, current: str) -> dict[str, Any]:
    """Return what each page of a survey shows: its versions in force and in writing, its tabs, who may edit."""
    published, draft = reads.published_and_draft(survey)
    may_edit = allowed(request.user, Permission.MANAGE_SURVEYS)
    labels = [
        ("detail", _("Survey"), True),
        ("draft", _("Draft"), may_edit and draft is not None),
        ("actions", _("You said, we did"), True),
    ]
    tabs = [
        {
            "label": label,
            "url": reverse(f"vendor:survey-{verb}", args=[survey.public_id]),
            "current": verb == current,
            "count": None,
        }
        for verb, label, there in labels
        if there
    ]
    return {
        "survey": survey,
        "published": published,
        "draft": draft,
        "tabs": tabs,
        "may_edit": may_edit,
        "may_write": may_edit and survey.retired_at is None,
    }
