"""Tells of plays done and taken back. That one was given is told with its task."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from partners.services.telling import manager_of, people_of, tell
from scorecards.models import Prescription, PrescriptionState


def changed(payload: Mapping[str, Any]) -> None:
    """Tell the other side what became of a play; whoever did it knows."""
    rows = Prescription.objects.select_related("partner", "play")
    given = rows.filter(pk=payload["prescription"], state=payload["state"]).first()
    if given is None:
        return
    names = {"play": given.play, "partner": given.partner, "note": given.note, "reason": given.reason}
    told: dict[str, Any] = {
        "kind": "prescription",
        "names": names,
        "key": f"prescription-{given.pk}-{given.state}",
    }
    doer = User.objects.filter(pk=payload["by"]).first()
    if given.state == PrescriptionState.WITHDRAWN:
        text = gettext_noop("“%(play)s” is no longer asked of you.")
        detail = gettext_noop("%(reason)s")
        url = reverse("partner:prescription-list")
        tell(people_of(given.partner), text=text, detail=detail, url=url, by_mail=True, **told)
        return
    if doer is None or not doer.is_vendor:
        url = reverse("vendor:prescription-detail", args=[given.public_id])
        text = gettext_noop("%(partner)s has done “%(play)s”.")
        tell(manager_of(given.partner), text=text, detail=gettext_noop("%(note)s"), url=url, **told)
    if doer is None or doer.is_vendor:
        text = gettext_noop("“%(play)s” is done.")
        detail = gettext_noop("%(note)s The page shows what it moved once the figures are in.")
        url = reverse("partner:prescription-detail", args=[given.public_id])
        tell(people_of(given.partner), text=text, detail=detail, url=url, by_mail=True, **told)
