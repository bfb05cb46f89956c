"""Who looks after which partner."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core import audit
from partners.models import Assignment, Partner
from partners.services import cleaning
from partners.signals import announce_partners


def assign(*, partners: Iterable[Partner], user: User | None, by: Any, at: datetime) -> int:
    """Give partners to a channel account manager, or to nobody. Returns for how many that was a change.

    What was before stays as history: open assignments to somebody else end now.
    """
    if user is not None and not (user.is_active and user.has(Permission.VIEW_PARTNERS)):
        wrong = cleaning.refusal(_("Choose somebody at the vendor who looks after partners."), "invalid_choice")
        raise ValidationError({"user": wrong})
    ids = sorted({partner.pk for partner in partners})
    with audit.action("partner.assign", by=by):
        rows = Partner.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        locked = list(rows.values_list("pk", flat=True))
        has = dict(Assignment.objects.open().filter(partner__in=locked).values_list("partner_id", "user_id"))
        moved = [pk for pk in locked if has.get(pk) != (user.pk if user else None)]
        Assignment.objects.open().filter(partner__in=moved).update(ends_at=Greatest(at, F("starts_at")))
        if user is not None:
            assigned_by = by if isinstance(by, User) else None
            Assignment.objects.bulk_create(
                Assignment(partner_id=pk, user=user, starts_at=at, assigned_by=assigned_by) for pk in moved
            )
        announce_partners(moved)
    return len(moved)
