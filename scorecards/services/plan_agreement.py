"""Success plans between the two sides: proposed, agreed by both, sent back with words, closed.

What is agreed is a version that never changes. Who wants something else writes the next one, and both agree again.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.models import User
from accounts.permissions import Permission
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from partners.services import conversations
from scorecards.models import PlanState, PlanVersion, PlanVersionState, SuccessPlan, TaskSide
from scorecards.services import operands, plan_figures, plan_parts, tasks

CHANGED = "scorecards.plan_changed"


def propose(*, version: PlanVersion, by: User, at: datetime, agrees: bool = True) -> bool:
    """Put a draft before the partner. Whoever proposes agrees for the vendor at once, unless told otherwise.

    Returns False, and does nothing, when it is proposed already.
    """
    _expect_vendor(by)
    if PlanVersion.objects.filter(pk=version.pk, state=PlanVersionState.PROPOSED).exists():
        version.refresh_from_db()
        return False
    with action("success_plan.propose", by=by):
        draft = plan_parts.locked_draft(version)
        _expect_running(draft.plan)
        _expect_whole(draft)
        draft.state, draft.proposed_at, draft.proposed_by = PlanVersionState.PROPOSED, at, by
        if agrees:
            draft.vendor_agreed_at, draft.vendor_agreed_by = at, by
        draft.save(update_fields=["state", "proposed_at", "proposed_by", "vendor_agreed_at", "vendor_agreed_by"])
        if draft.plan.state == PlanState.DRAFT:
            SuccessPlan.objects.filter(pk=draft.plan_id).update(state=PlanState.PROPOSED)
        _put(draft, "proposed", by=by, at=at)
    version.refresh_from_db()
    return True


def agree(*, version: PlanVersion, by: User, at: datetime) -> bool:
    """Agree for one's side. With the other side's word the version is locked and holds. Returns whether that is new."""
    side = TaskSide.VENDOR if by.is_vendor else TaskSide.PARTNER
    _expect_may_agree(by)
    with action("success_plan.agree", by=by):
        one = _locked(version)
        if one.state in {PlanVersionState.AGREED, PlanVersionState.SUPERSEDED}:
            return False
        _expect_running(one.plan)
        if one.state != PlanVersionState.PROPOSED:
            raise Refusal(_("This version is being written. It can be agreed to once it is proposed."), code="draft")
        if getattr(one, f"{side}_agreed_at") is not None:
            return False
        setattr(one, f"{side}_agreed_at", at)
        setattr(one, f"{side}_agreed_by", by)
        if one.vendor_agreed_at and one.partner_agreed_at:
            _lock_in(one, by=by, at=at)
        else:
            one.save(update_fields=[f"{side}_agreed_at", f"{side}_agreed_by"])
            _put(one, "agreed_by_one", by=by, at=at)
    version.refresh_from_db()
    return True


def ask_for_changes(*, version: PlanVersion, by: User, at: datetime, words: str) -> bool:
    """Send a proposal back with words, which go into the plan's conversation. It is a draft again."""
    if not words.strip():
        raise ValidationError({"words": _("Say what should be different.")})
    return _back_to_draft(version, "sent_back", by=by, at=at, words=words.strip())


def take_back(*, version: PlanVersion, by: User, at: datetime) -> bool:
    """Take a proposal back to write on. Returns whether it was proposed."""
    _expect_vendor(by)
    return _back_to_draft(version, "taken_back", by=by, at=at)


def close(*, plan: SuccessPlan, by: User, at: datetime, words: str = "") -> bool:
    """Close an agreed plan whose work is done. Returns whether it was open."""
    with action("success_plan.close", by=by):
        locked = _locked_plan(plan)
        if locked.is_over:
            return False
        if not locked.versions.filter(state=PlanVersionState.AGREED).exists():
            raise Refusal(_("Only what was agreed can be closed. End it, or throw its draft away."), code="not_agreed")
        _finish(locked, PlanState.CLOSED, by=by, at=at, words=words)
    plan.refresh_from_db()
    return True


def end(*, plan: SuccessPlan, by: User, at: datetime, words: str) -> bool:
    """End a plan before its time, with the reason. Returns whether it was open."""
    if not words.strip():
        raise ValidationError({"words": _("Say why: the partner reads it.")})
    with action("success_plan.end", by=by):
        locked = _locked_plan(plan)
        if locked.is_over:
            return False
        if locked.state == PlanState.DRAFT:
            raise Refusal(_("Nobody else has seen this plan. Throw its draft away."), code="draft")
        _finish(locked, PlanState.ENDED, by=by, at=at, words=words)
    plan.refresh_from_db()
    return True


def _lock_in(version: PlanVersion, *, by: User, at: datetime) -> None:
    """Make a version the one that holds, and give its tasks to those who are to do them."""
    plan = version.plan
    plan.versions.filter(state=PlanVersionState.AGREED).update(state=PlanVersionState.SUPERSEDED)
    version.state = PlanVersionState.AGREED
    fields = [f"{side}_agreed_{what}" for side in TaskSide.values for what in ("at", "by")]
    version.save(update_fields=["state", *fields])
    SuccessPlan.objects.filter(pk=plan.pk).update(state=PlanState.AGREED)
    _put(version, "agreed", by=by, at=at)
    for task in version.planned_tasks.order_by("due_on", "pk"):
        said: dict[str, Any] = {name: getattr(task, name) for name in ("title", "detail", "side", "due_on")}
        once = _once_key(plan, task.key)
        given = tasks.add(partner=plan.partner, origin=plan, is_shared=True, once_key=once, by=None, at=at, **said)
        if not given.is_done:
            tasks.update(task=given, by=None, at=at, changes=said)
    plan_figures.measure([plan.pk], at=at)


def _back_to_draft(version: PlanVersion, what: str, *, by: User, at: datetime, words: str = "") -> bool:
    _expect_may_agree(by)
    with action(f"success_plan.{what}", by=by):
        one = _locked(version)
        if one.state == PlanVersionState.DRAFT:
            return False
        if one.state != PlanVersionState.PROPOSED:
            raise Refusal(_("Both sides have agreed to this version. Write the next one."), code="agreed")
        PlanVersion.objects.filter(pk=one.pk).update(
            state=PlanVersionState.DRAFT,
            proposed_at=None,
            proposed_by=None,
            **{f"{side}_agreed_{what}": None for side in TaskSide.values for what in ("at", "by")},
        )
        if words:
            thread = conversations.thread_of(subject=one.plan, by=by, at=at)
            conversations.post(thread=thread, by=by, at=at, text=words)
        _put(one, what, by=by, at=at, words=words)
    version.refresh_from_db()
    return True


def _finish(plan: SuccessPlan, state: PlanState, *, by: User, at: datetime, words: str) -> None:
    _expect_vendor(by)
    plan.state, plan.closed_at, plan.closed_by, plan.closing_words = state, at, by, words.strip()
    plan.save(update_fields=["state", "closed_at", "closed_by", "closing_words"])
    outbox.put(topic=CHANGED, payload={"plan": plan.pk, "what": str(state), "by": by.pk, "at": at.isoformat()})


def _once_key(plan: SuccessPlan, key: str) -> UUID:
    """Return what makes a planned task one task, however many versions of the plan name it."""
    return uuid5(plan.public_id, key)


def _put(version: PlanVersion, what: str, *, by: User, at: datetime, words: str = "") -> None:
    payload = {"plan": version.plan_id, "number": version.number, "what": what, "by": by.pk, "at": at.isoformat()}
    outbox.put(topic=CHANGED, payload={**payload, "words": words})


def _expect_whole(draft: PlanVersion) -> None:
    """Refuse to propose what nobody could agree to."""
    if not draft.objectives.exists():
        raise Refusal(_("Add at least one objective: without one there is nothing to agree on."), code="empty")
    gone = [one.name for one in draft.objectives.all() if not operands.is_measurable(one.expression)]
    if gone:
        told = _("Some objectives cannot be measured any more: %(names)s. Change what they measure.")
        raise Refusal(told % {"names": ", ".join(gone)}, code="unmeasurable")


def _expect_running(plan: SuccessPlan) -> None:
    if plan.is_over:
        raise Refusal(_("This plan is over."), code="over")


def _expect_vendor(by: User) -> None:
    if not by.is_vendor:
        raise Refusal(_("This is for us to do. Write what you would like in the conversation."), code="not_yours")


def _expect_may_agree(by: User) -> None:
    if not by.is_vendor and not allowed(by, Permission.EDIT_OWN_PROFILE):
        raise Refusal(_("An admin of your organisation agrees to plans."), code="not_an_admin")


def _locked(version: PlanVersion) -> Any:
    rows = PlanVersion.objects.select_for_update(no_key=True, of=("self",)).select_related("plan__partner")
    return rows.get(pk=version.pk)


def _locked_plan(plan: SuccessPlan) -> SuccessPlan:
    locked: SuccessPlan = SuccessPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    return locked
