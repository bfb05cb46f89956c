"""Tells managers of new alerts: one notice a day for all of them, each alert once."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Notification, User
from accounts.services import notifications
from core.models import Program
from core.periods import today
from partners.models import Assignment, LeaveCover
from scorecards.alert_words import said
from scorecards.models import Alert
from scorecards.services import alerts

NAMED = 12


def send(*, at: datetime) -> int:
    """Tell everybody of the alerts they have not heard of, once everybody was looked at today. Returns how many heard.

    Whoever heard of some today hears of the rest tomorrow. While a manager is away, who stands in hears of them too.
    """
    if not alerts.is_day_done(at=at):
        return 0
    untold = Alert.objects.open().filter(told_at__isnull=True)
    managers = Assignment.objects.open().filter(partner__alerts__in=untold, user__is_active=True)
    ids = managers.order_by("user_id").values_list("user_id", flat=True).distinct()
    return sum(_tell(user_id, at=at) for user_id in list(ids))


@transaction.atomic
def _tell(user_id: int, *, at: datetime) -> bool:
    """Tell one manager, in one transaction with the note that it is done."""
    day = today(at=at, zone=Program.current().zone)
    key = f"alerts-{day.isoformat()}"
    manager = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if Notification.objects.filter(user=manager, dedupe_key=key).exists():
        return False
    theirs = Assignment.objects.open().filter(user=manager).values("partner")
    rows = Alert.objects.open().filter(told_at__isnull=True, partner__in=theirs).select_related("partner")
    found = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not found:
        return False
    away = LeaveCover.objects.in_force().filter(user=manager, starts_at__lte=at, ends_at__gt=at)
    stand_ins = [one.stand_in for one in away.filter(stand_in__is_active=True).select_related("stand_in")]
    for user in [manager, *stand_ins]:
        own = key if user == manager else f"{key}-for-{manager.pk}"
        _say(user, manager, found, key=own, day=day)
    Alert.objects.filter(pk__in=[one.pk for one in found]).update(told_at=at)
    return True


def _say(user: User, manager: User, found: list[Alert], *, key: str, day: date) -> None:
    with translation.override(user.language):
        partners = len({one.partner_id for one in found})
        names = {"n": len(found), "partners": partners, "manager": manager}
        text = ngettext("%(n)d new alert", "%(n)d new alerts", len(found)) % names
        about = ngettext("about %(partners)d partner", "about %(partners)d partners", partners) % names
        whole = f"{text} {about}" if user == manager else f"{text} {about}, {_('for %(manager)s') % names}"
        notifications.notify(
            user_ids=[user.pk],
            kind="alerts",
            text=whole,
            detail=_lines(found, day=day),
            url=reverse("vendor:alert-list"),
            dedupe_key=key,
            by_mail=True,
        )


def _lines(found: list[Alert], *, day: date) -> str:
    """Return the alerts by partner, the most urgent first, in as many lines as somebody reads."""
    by_partner: defaultdict[Any, list[Any]] = defaultdict(list)
    for one in found:
        by_partner[one.partner].append(said(one.kind, one.facts, today=day))
    ranked = sorted(by_partner.items(), key=lambda pair: (-max(one.urgency for one in pair[1]), pair[0].name))
    lines = [f"{partner}: {' '.join(one.reason for one in words)}" for partner, words in ranked[:NAMED]]
    if (rest := len(ranked) - NAMED) > 0:
        lines.append(ngettext("And %(n)d more partner.", "And %(n)d more partners.", rest) % {"n": rest})
    return "\n".join(lines)
