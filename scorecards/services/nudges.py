"""Prepared messages to a partner about an alert: sent with one click, and taken back as long as nobody was told."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from partners.models import Message
from partners.services import conversations
from scorecards.models import ActionChoice, Alert, AlertKind
from scorecards.services import action_choices

#: After a message the thing to do comes back, if it still holds, in so many days.
QUIET_DAYS = 7
TITLES = {
    AlertKind.DEAL: gettext_lazy("Ask about stalled deals"),
    AlertKind.CERTIFICATION: gettext_lazy("Remind of renewal"),
    AlertKind.TIER: gettext_lazy("Save the tier"),
}


def send(*, alert: Alert, by: User, at: datetime) -> Message:
    """Say to the partner what is the matter and what helps, in its conversation; once for each alert and day."""
    day = today(at=at, zone=Program.current().zone)
    text = _text(alert)
    with transaction.atomic():
        thread = conversations.thread_of(subject=alert.partner, by=by, at=at)
        message: Message | None = _sent(alert, by, day).filter(removed_at__isnull=True).first()
        if message is None:
            key = f"{_once_key(alert, by, day)}-{_sent(alert, by, day).count()}"
            message = conversations.post(thread=thread, by=by, at=at, text=text, once_key=key)
        action_choices.set_aside(
            key=f"alert-{alert.pk}",
            partner=alert.partner,
            title=str(TITLES[AlertKind(alert.kind)]),
            by=by,
            at=at,
            reason=_("A message was sent."),
            until_on=day + timedelta(days=QUIET_DAYS),
        )
    return message


def take_back(*, alert: Alert, by: User, at: datetime) -> bool:
    """Take today's message away and the thing to do up again. Returns whether there was one."""
    day = today(at=at, zone=Program.current().zone)
    with transaction.atomic():
        choice = ActionChoice.objects.filter(user=by, key=f"alert-{alert.pk}").first()
        brought = choice is not None and action_choices.bring_back(choice=choice, at=at)
        message = _sent(alert, by, day).filter(removed_at__isnull=True).first()
        removed = message is not None and conversations.remove(message=message, by=by, at=at)
    return brought or removed


def _sent(alert: Alert, by: User, day: date) -> QuerySet[Message]:
    """Return what somebody sent about an alert today, what was taken back included."""
    rows = Message.objects.filter(thread__subject_kind="partner", thread__subject_id=alert.partner_id)
    return rows.filter(once_key__startswith=f"{_once_key(alert, by, day)}-")


def _once_key(alert: Alert, by: User, day: date) -> str:
    return f"nudge-{alert.pk}-{by.pk}-{day.isoformat()}"


def _text(alert: Alert) -> str:
    facts: dict[str, Any] = alert.facts
    match alert.kind:
        case AlertKind.DEAL:
            said = ngettext(
                "How does it stand with %(deal)s? We have not heard of it for a while. Please bring its closing day "
                "and stage up to date, or tell us what would help.",
                "How does it stand with your open deals, %(deal)s first? We have not heard of %(n)d of them for a "
                "while. Please bring their closing days and stages up to date, or tell us what would help.",
                facts["n"],
            )
            return said % {"deal": facts["deal"], "n": facts["n"]}
        case AlertKind.CERTIFICATION:
            said = ngettext(
                "%(name)s expires on %(day)s. Renewing it now keeps what depends on it; tell us if you need a date or "
                "a voucher.",
                "%(n)d certifications of your people expire soon, the first on %(day)s: %(name)s. Renewing them now "
                "keeps what depends on them; tell us if you need dates or vouchers.",
                facts["n"],
            )
            return said % {"name": facts["name"], "day": _written(facts["day"]), "n": facts["n"]}
        case AlertKind.TIER:
            said = _(
                "Your %(tier)s is at risk: it is decided about on %(day)s. “Your way up” in the portal shows what is "
                "missing and the least to do. Shall we go through it together this week?"
            )
            return said % {"tier": facts["tier"], "day": _written(facts["day"])}
    raise Refusal(_("There is no prepared message for this."))


def _written(day: str) -> str:
    return date_format(date.fromisoformat(day), "j F Y")
