"""Tells people of specializations granted, refused, running out and gone."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from enablement.models import HeldSpecialization, HeldState
from partners.services.telling import manager_of, people_of, tell

SENTENCES = {
    HeldState.ACTIVE: gettext_noop("You hold the specialization %(name)s."),
    HeldState.EXPIRED: gettext_noop("The specialization %(name)s has ended."),
    HeldState.WITHDRAWN: gettext_noop("The specialization %(name)s was withdrawn."),
    HeldState.DECLINED: gettext_noop("The specialization %(name)s was not granted."),
}


def changed(payload: Mapping[str, Any]) -> None:
    """Tell a partner's people what became of a specialization, and its manager what waits for approval."""
    held = _held(payload["held"])
    if held is None:
        return
    names = {"name": held.specialization, "partner": held.partner, "reason": held.reason}
    key = f"specialization-{held.pk}-{payload['state']}"
    if payload["state"] == HeldState.PENDING:
        text = gettext_noop("%(partner)s fulfils %(name)s: approve it or say why not.")
        tell(
            manager_of(held.partner), kind="specialization", text=text, names=names, key=key,
            url=reverse("vendor:specialization-waiting"),
        )  # fmt: skip
        return
    tell(
        people_of(held.partner), kind="specialization", text=SENTENCES[HeldState(payload["state"])], names=names,
        key=key, url=reverse("partner:specialization-list"), detail=gettext_noop("%(reason)s"), by_mail=True,
    )  # fmt: skip


def expires(payload: Mapping[str, Any]) -> None:
    """Tell a partner's people that a specialization is looked at again soon."""
    held = _held(payload["held"])
    if held is None or held.expires_on is None or held.ends_at is not None:
        return
    text = gettext_noop("The specialization %(name)s is looked at again on %(day)s.")
    detail = gettext_noop("It is renewed by itself while everything it asks is there. The page shows what is missing.")
    tell(
        people_of(held.partner), kind="specialization", text=text, detail=detail, by_mail=True,
        names={"name": held.specialization, "day": held.expires_on},
        key=f"specialization-{held.pk}-{held.expires_on}-{payload['mark']}", url=reverse("partner:specialization-list"),
    )  # fmt: skip


def _held(pk: int) -> HeldSpecialization | None:
    return HeldSpecialization.objects.select_related("partner", "specialization").filter(pk=pk).first()
