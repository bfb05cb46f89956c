"""What people decide about things to do: later, not at all, where among priorities; and that undone."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import Program
from core.periods import today
from partners.models import Partner
from scorecards.models import ActionChoice, Quadrant

LONGEST_DAYS = 366


def set_aside(
    *, key: str, partner: Partner, title: str, by: User, at: datetime, reason: str, until_on: date | None = None
) -> ActionChoice:
    """Put a thing to do away for oneself: until a day, or for good. Said again, the last word counts."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why in a few words: you will want to know it later.")})
    day = today(at=at, zone=Program.current().zone)
    if until_on is not None and not day < until_on <= day + timedelta(days=LONGEST_DAYS):
        raise ValidationError({"until_on": _("Choose a day after today, within a year.")})
    values = {"set_aside_at": at, "until_on": until_on, "reason": reason[:300]}
    return _keep(key, partner, title, by, values)


def bring_back(*, choice: ActionChoice, at: datetime) -> bool:
    """Take a thing to do up again. Returns whether it was set aside."""
    with transaction.atomic():
        locked = ActionChoice.objects.select_for_update(no_key=True).filter(pk=choice.pk).first()
        if locked is None or locked.set_aside_at is None:
            return False
        if locked.quadrant:
            ActionChoice.objects.filter(pk=locked.pk).update(set_aside_at=None, until_on=None, reason="")
        else:
            locked.delete()
    return True


def place(*, key: str, partner: Partner, title: str, by: User, at: datetime, quadrant: Quadrant | str) -> ActionChoice:
    """Say where a thing to do stands among one's priorities."""
    if quadrant not in Quadrant.values:
        raise ValidationError({"quadrant": _("Choose one of the four places.")})
    return _keep(key, partner, title, by, {"quadrant": quadrant})


def _keep(key: str, partner: Partner, title: str, by: User, values: dict[str, Any]) -> ActionChoice:
    choice, _is_new = ActionChoice.objects.update_or_create(
        user=by, key=key, defaults={"partner": partner, "title": title[:300], **values}
    )
    return choice
