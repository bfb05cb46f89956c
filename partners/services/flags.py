"""Flags: sent, given an owner, answered. An accepted flag about a membership changes it in the same transaction."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import (
    Assignment,
    Category,
    CategoryMembership,
    Flag,
    FlagAbout,
    FlagAction,
    FlagState,
    MembershipPolicy,
    MembershipState,
    Partner,
    Tier,
)
from partners.services import memberships, stays
from partners.services.telling import program_admins

FLAG_CHANGED = "partners.flag_changed"
AT_ONCE = 1_000


class AlreadyFlagged(Refusal):
    """The same person has an open flag about the same thing."""


class AlreadyAnswered(Refusal):
    """Somebody answered the flag meanwhile, in another way."""


class ReplyMissing(Refusal):
    """Whoever sent a flag gets an answer."""


class NotPossible(Refusal):
    """What accepting shall do does not fit the flag."""


def send(
    *,
    subject: CategoryMembership | Category | Tier,
    by: Any | None,
    at: datetime,
    reason: str,
    text: str,
    partner: Partner | None = None,
    from_partner: bool = False,
    suggested: Category | None = None,
) -> Flag:
    """Somebody says that something seems wrong. The same words again are the same flag."""
    about = _about(subject)
    partner = subject.partner if isinstance(subject, CategoryMembership) else partner
    with audit.action("flag.send", by=by):
        there: Flag | None = Flag.objects.filter(sent_by=stays.person(by), state=FlagState.OPEN, **about).first()
        if there is not None and (there.reason, there.text) == (reason, text.strip()):
            return there
        try:
            with transaction.atomic():
                flag: Flag = Flag.objects.create(
                    **about,
                    partner=partner,
                    from_partner=from_partner,
                    reason=reason,
                    text=text.strip(),
                    suggested=suggested,
                    sent_by=stays.person(by),
                    sent_at=at,
                    owner=_owner(subject, partner, sender=stays.person(by)),
                    due_on=stays.today_of(at) + timedelta(days=MembershipPolicy.current().flag_due_days),
                )
        except IntegrityError as error:
            if "flag_one_open_each" not in str(error):
                raise
            waits = _("You have flagged this already, and an answer is on its way.")
            raise AlreadyFlagged(waits, code="already_exists") from error
        _tell(flag, "sent")
    return flag


def give(*, flag: Flag, owner: User, by: Any | None, at: datetime) -> Flag:
    """Make somebody else answer a flag."""
    with audit.action("flag.give", by=by):
        locked = _locked(flag)
        _expect_open(locked)
        if locked.owner_id != owner.pk:
            locked.owner = owner
            locked.save(update_fields=["owner"])
            _tell(locked, "given", owner_id=owner.pk)
    flag.refresh_from_db()
    return flag


def accept(
    *,
    flag: Flag,
    by: Any | None,
    at: datetime,
    reply: str,
    action: str = FlagAction.NOTED,
    category: Category | None = None,
) -> Flag:
    """Agree, say so to the sender, and do with the membership what follows: confirm it, end it, or another category."""
    return _decide(flag, FlagState.ACCEPTED, by=by, at=at, reply=reply, action=action, category=category)


def decline(*, flag: Flag, by: Any | None, at: datetime, reply: str) -> Flag:
    """Disagree, and say why to the sender."""
    return _decide(flag, FlagState.DECLINED, by=by, at=at, reply=reply)


def withdraw(*, flag: Flag, by: Any | None, at: datetime) -> Flag:
    """The sender takes a flag back. Taken back already, nothing changes."""
    with audit.action("flag.withdraw", by=by):
        locked = _locked(flag)
        if locked.state != FlagState.WITHDRAWN:
            _expect_open(locked)
            locked.state, locked.decided_at, locked.decided_by = FlagState.WITHDRAWN, at, stays.person(by)
            locked.save(update_fields=["state", "decided_at", "decided_by"])
    flag.refresh_from_db()
    return flag


def escalate_late(*, at: datetime) -> int:
    """Tell program admins of flags that nobody answered in time, each once. Returns how many."""
    today = stays.today_of(at)
    late = Flag.objects.filter(state=FlagState.OPEN, due_on__lt=today, escalated_at__isnull=True)
    return sum(_escalate(one, at=at) for one in list(late.order_by("due_on", "pk")[:AT_ONCE]))


def _decide(
    flag: Flag,
    state: FlagState,
    *,
    by: Any | None,
    at: datetime,
    reply: str,
    action: str = "",
    category: Category | None = None,
) -> Flag:
    if not reply.strip():
        raise ReplyMissing({"reply": _("Answer in a sentence or two: the sender reads it.")})
    with audit.action(f"flag.{state}", by=by):
        locked = _locked(flag)
        if locked.state == state and locked.action == action:
            return flag
        _expect_open(locked)
        if action not in ("", FlagAction.NOTED):
            _act(locked, action, category, by=by, at=at, reply=reply.strip())
        locked.state, locked.action, locked.reply = state, action, reply.strip()
        locked.decided_at, locked.decided_by = at, stays.person(by)
        locked.save(update_fields=["state", "action", "reply", "decided_at", "decided_by"])
        _tell(locked, "decided")
    flag.refresh_from_db()
    return flag


def _act(flag: Flag, action: str, category: Category | None, *, by: Any | None, at: datetime, reply: str) -> None:
    membership = flag.membership
    if membership is None:
        raise NotPossible({"action": _("Only a flag about a membership changes one.")})
    reason = reply[:300]
    if action == FlagAction.CONFIRM:
        memberships.confirm(membership=membership, by=by, at=at, reason=reason)
        return
    if action == FlagAction.REASSIGN:
        if category is None or category == membership.category:
            raise NotPossible({"category": _("Choose the category that fits.")})
        was_primary = membership.is_primary
        memberships.end(membership=membership, by=by, at=at, reason=reason)
        memberships.assign(
            partner=membership.partner, category=category, by=by, at=at, is_primary=was_primary, reason=reason
        )
        return
    memberships.end(membership=membership, by=by, at=at, reason=reason)


def _about(subject: CategoryMembership | Category | Tier) -> dict[str, Any]:
    if isinstance(subject, CategoryMembership):
        if subject.state == MembershipState.ENDED:
            raise NotPossible(_("This membership has ended."), code="wrong_state")
        return {
            "about": FlagAbout.MEMBERSHIP,
            "membership": subject,
            "category": subject.category,
            "tier": None,
        }
    if isinstance(subject, Category):
        return {"about": FlagAbout.CATEGORY, "membership": None, "category": subject, "tier": None}
    return {"about": FlagAbout.TIER, "membership": None, "category": None, "tier": subject}


def _owner(
    subject: CategoryMembership | Category | Tier, partner: Partner | None, *, sender: User | None
) -> User | None:
    """Return who answers: for a membership the partner's manager, for a definition who published it, else an admin."""
    if isinstance(subject, CategoryMembership):
        assignment = Assignment.objects.open().filter(partner=partner, user__is_active=True).first()
        candidate: User | None = assignment.user if assignment else None
    else:
        version = versions.published_of(subject)
        candidate = version.published_by if version is not None else None
    admins = program_admins()
    if candidate is not None and candidate.is_active and candidate != sender:
        return candidate
    return next((one for one in admins if one != sender), next(iter(admins), None))


def _locked(flag: Flag) -> Flag:
    found: Flag = (
        Flag.objects.select_for_update(no_key=True, of=("self",))
        .select_related("membership__partner", "membership__category")
        .get(pk=flag.pk)
    )
    return found


def _expect_open(flag: Flag) -> None:
    if not flag.is_open:
        said = _("This flag was answered meanwhile: %(state)s.") % {"state": flag.get_state_display()}
        raise AlreadyAnswered(said, code="decided")


def _escalate(flag: Flag, *, at: datetime) -> int:
    with audit.action("flag.escalate", by=None):
        told: int = Flag.objects.filter(pk=flag.pk, state=FlagState.OPEN, escalated_at__isnull=True).update(
            escalated_at=at
        )
        if told:
            _tell(flag, "late")
    return told


def _tell(flag: Flag, what: str, **extra: Any) -> None:
    outbox.put(topic=FLAG_CHANGED, payload={"flag_id": flag.pk, "what": what, **extra})
