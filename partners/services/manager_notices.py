"""Tells people that they help to look after partners, or stand in for somebody."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from core.models import Program
from partners.models import LeaveCover, Partner
from partners.services.telling import Day, tell

NAMED = 5


def secondary_added(payload: Mapping[str, Any]) -> None:
    """Tell somebody of the partners they help to look after from now on."""
    partners = Partner.objects.filter(pk__in=payload["partners"]).order_by("name", "pk")
    names = [partner.name for partner in partners[: NAMED + 1]]
    if not names:
        return
    who = User.objects.filter(pk=payload["by"]).first()
    shown = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    tell(
        User.objects.filter(pk=payload["user"], is_active=True),
        kind="assignment",
        text=gettext_noop("You help to look after %(partners)s"),
        detail=gettext_noop("%(who)s asked for it. You see these partners on your dashboard from now on."),
        names={"partners": shown, "who": who or Program.current()},
        url=f"{reverse('vendor:home')}?whose=secondary",
        key=f"secondary-{payload['at']}-{payload['partners'][0]}",
        by_mail=True,
    )


def cover_arranged(payload: Mapping[str, Any]) -> None:
    """Tell both that one stands in for the other; not whoever arranged it."""
    cover = LeaveCover.objects.in_force().select_related("user", "stand_in").filter(pk=payload["cover"]).first()
    if cover is None:
        return
    names = {"user": cover.user, "stand_in": cover.stand_in, "note": cover.note}
    names |= {"first": Day(cover.first_on), "last": Day(cover.last_on)}
    told = [one for one in (cover.user, cover.stand_in) if one.pk != cover.arranged_by_id and one.is_active]
    tell(
        told,
        kind="cover",
        text=gettext_noop("%(stand_in)s stands in for %(user)s from %(first)s to %(last)s"),
        detail=gettext_noop("On these days both see the partners of %(user)s. %(note)s"),
        names=names,
        url=reverse("vendor:leave-cover-list"),
        key=f"cover-{cover.pk}",
        by_mail=True,
    )
