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
from partners.models import Assignment, Partner, SecondaryAssignment
from partners.services import cleaning
from partners.signals import announce_partners


def assign(
    *,
    partners: Iterable[Partner],
    user: User | None,
    by: Any,
    at: datetime,
    is_automatic: bool = False,
    reason: str = "",
) -> int:
    """Give partners to a channel account manager, or to nobody. Returns for how many that was a change.

    What was before stays as history: open assignments to somebody else end now, and so does the new manager's help.
    One that a rule makes `is_automatic`: rules may change it again, while what a person chose stays until it is
    released.
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
                Assignment(
                    partner_id=pk,
                    user=user,
                    starts_at=at,
                    assigned_by=assigned_by,
                    is_automatic=is_automatic,
                    reason=reason[:200],
                )
                for pk in moved
            )
            helped = SecondaryAssignment.objects.open().filter(partner__in=locked, user=user)
            helped.update(ends_at=Greatest(at, F("starts_at")))
        if not is_automatic:
            Assignment.objects.open().filter(partner__in=locked, is_automatic=True).update(is_automatic=False)
        announce_partners(moved)
    return len(moved)


def release(*, partners: Iterable[Partner], by: Any, at: datetime) -> int:
    """Let rules decide again about partners that a person gave to somebody. Returns for how many that was a change."""
    ids = sorted({partner.pk for partner in partners})
    with audit.action("partner.release_assignment", by=by):
        chosen = Assignment.objects.open().filter(partner__in=ids, is_automatic=False)
        released = list(chosen.values_list("partner_id", flat=True))
        Assignment.objects.open().filter(partner__in=released).update(is_automatic=True)
        announce_partners(released)
    return len(released)
