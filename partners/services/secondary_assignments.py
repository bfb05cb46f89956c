"""Who helps to look after partners beside their managers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission
from core import audit
from core.refusals import Refusal
from core.services import outbox
from partners.models import Assignment, Partner, SecondaryAssignment
from partners.services import cleaning

ADDED = "partners.secondary_assignments_added"


def add(*, partners: Iterable[Partner], user: User, by: Any, at: datetime, reason: str = "") -> int:
    """Let somebody help to look after partners. Returns for how many that is new; managers of a partner are left out.

    Whoever assigns partners may say so for all of them; a manager for their own ones.
    """
    if not (user.is_active and user.has(Permission.EDIT_PARTNERS)):
        wrong = cleaning.refusal(_("Choose somebody at the vendor who looks after partners."), "invalid_choice")
        raise ValidationError({"user": wrong})
    ids = sorted({partner.pk for partner in partners})
    _expect_may_decide(by, ids)
    with audit.action("partner.add_secondary", by=by):
        rows = Partner.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        locked = list(rows.values_list("pk", flat=True))
        known = {
            *SecondaryAssignment.objects.open().filter(partner__in=locked, user=user).values_list("partner", flat=True),
            *Assignment.objects.open().filter(partner__in=locked, user=user).values_list("partner", flat=True),
        }
        new = [pk for pk in locked if pk not in known]
        added_by = by if isinstance(by, User) else None
        SecondaryAssignment.objects.bulk_create(
            SecondaryAssignment(partner_id=pk, user=user, starts_at=at, reason=reason[:200], added_by=added_by)
            for pk in new
        )
        if new and user != by:
            payload = {"user": user.pk, "partners": new, "by": getattr(added_by, "pk", None), "at": at.isoformat()}
            outbox.put(topic=ADDED, payload=payload)
    return len(new)


def end(*, partners: Iterable[Partner], user: User, by: Any, at: datetime) -> int:
    """Let somebody help no longer; anybody may step back for themselves. Returns for how many partners they did."""
    ids = sorted({partner.pk for partner in partners})
    if by != user:
        _expect_may_decide(by, ids)
    with audit.action("partner.end_secondary", by=by):
        rows = SecondaryAssignment.objects.open().filter(partner__in=ids, user=user)
        return rows.update(ends_at=Greatest(at, F("starts_at")))


def may_decide(user: Any, partner_ids: Iterable[int]) -> bool:
    """Whether somebody says who helps to look after these partners."""
    return not _not_theirs(user, partner_ids)


def _expect_may_decide(by: Any, ids: Iterable[int]) -> None:
    if missing := _not_theirs(by, ids):
        words = ngettext(
            "You are not the manager of %(n)d of these partners. Only its manager or a program admin names others.",
            "You are not the manager of %(n)d of these partners. Only their manager or a program admin names others.",
            len(missing),
        )
        raise Refusal(words % {"n": len(missing)}, code="not_yours")


def _not_theirs(by: Any, ids: Iterable[int]) -> set[int]:
    if not isinstance(by, User) or by.has(Permission.ASSIGN_PARTNERS):
        return set()
    own = Assignment.objects.open().filter(partner__in=ids, user=by).values_list("partner_id", flat=True)
    return set(ids) - set(own)
