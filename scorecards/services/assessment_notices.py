"""Tells people of assessments: the partner that its own view is asked for, the manager that it is there."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from partners.models import Partner
from partners.services.telling import Day, admins_of, manager_of, tell
from scorecards.models import Assessment, AssessmentRequest, AssessmentSide
from scorecards.queries.assessments import is_answered


def asked(payload: Mapping[str, Any]) -> None:
    """Tell the partner's people who may answer that they are asked to."""
    request = _request(payload)
    if request is None or request.asked_at.isoformat() != payload["asked_at"]:
        return  # asked anew meanwhile: that one is told
    text = gettext_noop("How do you see it yourselves? %(scorecard)s: please answer by %(day)s.")
    detail = gettext_noop("%(asker)s asks for your own view. %(message)s")
    occasion = f"asked-{payload['asked_at']}"
    tell(_assessors(request.partner), text=text, detail=detail, by_mail=True, **_told(request, occasion))


def reminded(payload: Mapping[str, Any]) -> None:
    """Remind the partner's people of what is due soon, unless it was finished meanwhile."""
    request = _request(payload)
    if request is None or is_answered(request):
        return
    text = gettext_noop("%(scorecard)s: your own view is due on %(day)s.")
    detail = gettext_noop("Every answer is kept at once, so that you can go on where you left.")
    occasion = f"reminded-{request.due_on}"
    tell(_assessors(request.partner), text=text, detail=detail, by_mail=True, **_told(request, occasion))


def finished(payload: Mapping[str, Any]) -> None:
    """Tell the channel manager, and whoever asked, that the partner has finished its self-assessment."""
    assessment = (
        Assessment.objects.select_related("partner", "scorecard_version__definition", "finished_by")
        .filter(pk=payload["assessment_id"], side=AssessmentSide.PARTNER)
        .first()
    )
    if assessment is None:
        return
    partner, scorecard = assessment.partner, assessment.scorecard_version.definition
    askers = User.objects.filter(
        pk__in=AssessmentRequest.objects.filter(
            partner=partner, scorecard=scorecard, period_starts_on=assessment.period_starts_on
        ).values("asked_by"),
        is_active=True,
    )
    readers = {user.pk: user for user in [*manager_of(partner), *askers]}
    tell(
        readers.values(),
        kind="assessment",
        text=gettext_noop("%(partner)s has finished its self-assessment: %(scorecard)s."),
        detail=gettext_noop("Its answers stand beside yours, the biggest differences first."),
        names={"partner": partner, "scorecard": scorecard},
        url=reverse("vendor:partner-scorecard-detail", args=[partner.public_id, scorecard.public_id]),
        key=f"assessment-{assessment.pk}-finished-{payload['finished_at']}",
        by_mail=True,
    )


def _request(payload: Mapping[str, Any]) -> AssessmentRequest | None:
    rows = AssessmentRequest.objects.select_related("partner", "scorecard", "asked_by")
    return rows.filter(pk=payload["request_id"]).first()


def _assessors(partner: Partner) -> list[User]:
    """Return the partner's people who may answer: its admins and those they chose; else everybody there."""
    chosen = User.objects.filter(
        Q(person__is_admin=True) | Q(person__may_assess=True),
        person__partner=partner,
        person__left_at__isnull=True,
        is_active=True,
    )
    return list(chosen) or admins_of(partner)


def _told(request: AssessmentRequest, occasion: str) -> dict[str, Any]:
    return {
        "kind": "assessment",
        "names": {
            "scorecard": request.scorecard,
            "day": Day(request.due_on),
            "asker": request.asked_by or "",
            "message": f"“{request.message}”" if request.message else "",
        },
        "url": reverse("partner:assessment", args=[request.scorecard.public_id]),
        "key": f"assessment-request-{request.pk}-{occasion}",
    }
