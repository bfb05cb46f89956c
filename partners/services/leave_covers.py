"""Who stands in for somebody who is away."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core import audit
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from partners.models import LeaveCover

ARRANGED = "partners.cover_arranged"
LONGEST_DAYS = 366


def arrange(
    *, user: User, stand_in: User, first_on: date, last_on: date, by: Any, at: datetime, note: str = ""
) -> LeaveCover:
    """Let somebody stand in for another on some days of the program, both included. The same again is the same."""
    _expect_may_decide(user, by)
    starts_at, ends_at = _moment(first_on), _moment(last_on + timedelta(days=1))
    same = LeaveCover.objects.in_force().filter(user=user, stand_in=stand_in, starts_at=starts_at, ends_at=ends_at)
    known: LeaveCover | None = same.first()
    if known:
        return known
    _check(user, stand_in, first_on, last_on, at)
    with audit.action("leave_cover.arrange", by=by):
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        others = LeaveCover.objects.in_force().filter(user=user, starts_at__lt=ends_at, ends_at__gt=starts_at)
        if other := others.select_related("stand_in").first():
            told = {"name": other.stand_in}
            raise ValidationError({"first_on": _("%(name)s stands in on some of these days already.") % told})
        cover = LeaveCover.objects.create(
            user=user,
            stand_in=stand_in,
            starts_at=starts_at,
            ends_at=ends_at,
            note=note.strip()[:300],
            arranged_by=by if isinstance(by, User) else None,
        )
        outbox.put(topic=ARRANGED, payload={"cover": cover.pk})
    return cover


def withdraw(*, cover: LeaveCover, by: Any, at: datetime) -> bool:
    """Take it back: from now on nobody stands in. Returns whether somebody still did, or would have."""
    _expect_may_decide(cover.user, by)
    with audit.action("leave_cover.withdraw", by=by):
        rows = LeaveCover.objects.in_force().filter(pk=cover.pk, ends_at__gt=at)
        return bool(rows.update(withdrawn_at=at))


def may_decide(user: User, by: Any) -> bool:
    """Whether somebody says who stands in for a person: they themselves, or whoever assigns partners."""
    return not isinstance(by, User) or by == user or by.has(Permission.ASSIGN_PARTNERS)


def _expect_may_decide(user: User, by: Any) -> None:
    if not may_decide(user, by):
        raise Refusal(_("Only %(name)s or a program admin decides who stands in.") % {"name": user}, code="not_yours")


def _check(user: User, stand_in: User, first_on: date, last_on: date, at: datetime) -> None:
    wrong: dict[str, str] = {}
    if stand_in == user:
        wrong["stand_in"] = _("Choose somebody else: nobody stands in for themselves.")
    elif not (stand_in.is_active and stand_in.has(Permission.EDIT_PARTNERS)):
        wrong["stand_in"] = _("Choose somebody at the vendor who looks after partners.")
    if last_on < first_on:
        wrong["last_on"] = _("The last day is before the first one.")
    elif last_on < today(at=at, zone=Program.current().zone):
        wrong["last_on"] = _("These days are over.")
    elif (last_on - first_on).days >= LONGEST_DAYS:
        wrong["last_on"] = _("A year at most. For longer, give the partners to somebody else.")
    if wrong:
        raise ValidationError(wrong)


def _moment(day: date) -> datetime:
    """Return when a day of the program begins."""
    return datetime.combine(day, time.min, tzinfo=Program.current().zone)
