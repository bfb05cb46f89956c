"""Tells people of references that wait, and of what was decided about them."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from deals.models import CustomerReference, ReferenceState
from partners.services.telling import manager_of, people_of, program_admins, tell


def submitted(payload: Mapping[str, Any]) -> None:
    """Tell the partner's manager, or the program's admins, that a reference waits for validation."""
    reference = _reference(payload)
    if reference is None or reference.state != ReferenceState.SUBMITTED:
        return
    tell(
        manager_of(reference.partner) or program_admins(),
        kind="reference",
        text=gettext_noop("%(partner)s names a reference: %(reference)s"),
        names={"partner": reference.partner, "reference": reference},
        url=reverse("vendor:reference-detail", args=[reference.public_id]),
        key=f"reference-{reference.pk}-{reference.submitted_at.isoformat()}",
    )


def decided(payload: Mapping[str, Any]) -> None:
    """Tell the partner's people whether a reference counts."""
    reference = _reference(payload)
    if reference is None or reference.state == ReferenceState.SUBMITTED:
        return
    text = (
        gettext_noop("Your reference counts now: %(reference)s")
        if reference.state == ReferenceState.VALIDATED
        else gettext_noop("Your reference does not count: %(reference)s")
    )
    tell(
        people_of(reference.partner),
        kind="reference",
        text=text,
        detail=gettext_noop("%(decision)s"),
        names={"reference": reference, "decision": reference.decision},
        url=reverse("partner:reference-list"),
        key=f"reference-{reference.pk}-{payload['at']}",
        by_mail=True,
    )


def _reference(payload: Mapping[str, Any]) -> CustomerReference | None:
    return CustomerReference.objects.select_related("partner").filter(pk=payload["reference"]).first()
