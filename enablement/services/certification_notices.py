"""Tells people of certificates earned, running out, lapsed and revoked."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from enablement.models import HeldCertification
from partners.services.telling import admins_of, manager_of, tell

#: The channel manager hears of what is urgent, not of every certificate two months before its end.
MANAGER_FROM_DAYS = 7


def earned(payload: Mapping[str, Any]) -> None:
    """Tell the person, and their admins, of a certificate."""
    held = _held(payload)
    if held is None or held.revoked_at is not None:
        return
    mine, of_others = _readers(held)
    names = _names(held)
    tell(
        mine, kind="certification", text=gettext_noop("You are certified: %(name)s."),
        detail=gettext_noop("The page of your certificates has the badge: a link that others can verify, and a file."),
        names=names, key=f"certificate-{held.pk}-earned", url=_page(), by_mail=True,
    )  # fmt: skip
    tell(
        of_others, kind="certification", text=gettext_noop("%(holder)s is certified: %(name)s."), names=names,
        key=f"certificate-{held.pk}-earned", url=_page(),
    )  # fmt: skip


def expires(payload: Mapping[str, Any]) -> None:
    """Tell the person, their admins and in the end their channel manager that a certificate runs out, or has."""
    held, mark = _held(payload), payload["mark"]
    if held is None or held.expires_on is None or held.revoked_at is not None:
        return
    mine, of_others = _readers(held)
    key = f"certificate-{held.pk}-{held.expires_on}-{mark}"
    names = _names(held)
    if mark == 0:
        text = gettext_noop("The certification %(name)s of %(holder)s has ended.")
        detail = gettext_noop("It counts no more, for tiers and specializations either. It can still be renewed.")
    else:
        text = gettext_noop("The certification %(name)s of %(holder)s ends on %(day)s.")
        detail = gettext_noop("Renewed before that day, it goes on without a gap. Until then it counts as before.")
    page = reverse("partner:certification-list")
    tell(
        [*mine, *of_others], kind="certification", text=text, detail=detail, names=names, key=key, url=page,
        by_mail=True,
    )  # fmt: skip
    if mark <= MANAGER_FROM_DAYS:
        tell(
            manager_of(held.partner), kind="certification", text=text, detail=gettext_noop("At %(partner)s."),
            names=names, key=key, url=reverse("vendor:partner-detail", args=[held.partner.public_id]),
            by_mail=mark == 0,
        )  # fmt: skip


def revoked(payload: Mapping[str, Any]) -> None:
    """Tell the person and their admins that a certificate was taken away, and why."""
    held = _held(payload)
    if held is None or held.revoked_at is None:
        return
    mine, of_others = _readers(held)
    tell(
        [*mine, *of_others], kind="certification",
        text=gettext_noop("The certification %(name)s of %(holder)s was revoked."),
        detail=gettext_noop("%(reason)s"), names=_names(held),
        key=f"certificate-{held.pk}-revoked-{held.revoked_at.isoformat()}", url=_page(), by_mail=True,
    )  # fmt: skip


def _readers(held: HeldCertification) -> tuple[list[User], list[User]]:
    """Return the holder, if they may sign in, and the admins of the partner who are not the holder."""
    user = held.person.user if held.person and held.person.left_at is None else None
    mine = [user] if user is not None and user.is_active else []
    return mine, [one for one in admins_of(held.partner) if one not in mine]


def _names(held: HeldCertification) -> dict[str, Any]:
    return {
        "name": held.certification, "holder": held.holder, "day": held.expires_on, "partner": held.partner,
        "reason": held.revoked_reason,
    }  # fmt: skip


def _page() -> str:
    return reverse("partner:certification-list")


def _held(payload: Mapping[str, Any]) -> HeldCertification | None:
    rows = HeldCertification.objects.select_related("partner", "person__user", "certification")
    return rows.filter(pk=payload["held"]).first()
