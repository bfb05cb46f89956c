"""Applications on the vendor's side: taken into review, given to somebody, answered, reopened, closed, escalated."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core import audit
from core.refusals import Refusal
from core.services import outbox
from partners.models import ApplicationState, DeclineReason, PartnerApplication
from partners.models.applications import OPEN_STATES
from partners.queries.applications import terms
from partners.services.applications import due_after
from partners.services.stays import person

ASKED, DECLINED = "partners.application_asked", "partners.application_declined"
REOPENED, ASSIGNED, LATE = (
    "partners.application_reopened",
    "partners.application_assigned",
    "partners.application_late",
)
TEXT_LENGTH = 4000


class NotAllowed(Refusal):
    """The application is not in a state for this."""


def take(*, application: PartnerApplication, by: Any, at: datetime) -> bool:
    """Begin the review; whoever does so reviews it unless somebody does already. Returns whether that was a change."""
    with audit.action("application.take", by=by):
        locked = lock(application)
        if locked.state == ApplicationState.IN_REVIEW:
            return False
        expect(locked, ApplicationState.SUBMITTED, verb=_("taken into review"))
        locked.state, locked.reviewer = ApplicationState.IN_REVIEW, locked.reviewer or person(by)
        locked.save(update_fields=["state", "reviewer"])
    application.refresh_from_db()
    return True


def assign(*, application: PartnerApplication, reviewer: User | None, by: User, at: datetime) -> bool:
    """Give an application to somebody who reviews it, or to nobody. Returns whether that was a change."""
    if reviewer is not None and not reviewer.has(Permission.REVIEW_APPLICATIONS):
        raise Refusal({"reviewer": _("Choose somebody who may review applications.")})
    with audit.action("application.assign", by=by):
        locked = lock(application)
        expect(locked, *OPEN_STATES, verb=_("given to somebody"))
        if locked.reviewer_id == (reviewer.pk if reviewer else None):
            return False
        locked.reviewer = reviewer
        locked.save(update_fields=["reviewer"])
        if reviewer is not None and reviewer != by:
            outbox.put(topic=ASSIGNED, payload={"application": locked.pk, "reviewer": reviewer.pk, "by": by.pk})
    application.refresh_from_db()
    return True


def ask(*, application: PartnerApplication, by: Any, at: datetime, text: str) -> bool:
    """Ask the applicant for more. Asked the same already, nothing changes. Returns whether that was a change."""
    said = _text(text, "text", _("Say what you need: the applicant reads it."))
    with audit.action("application.ask", by=by):
        locked = lock(application)
        if locked.state == ApplicationState.ASKED and locked.asked_text == said:
            return False
        expect(locked, *OPEN_STATES, verb=_("asked about"))
        locked.state, locked.asked_text, locked.due_at = ApplicationState.ASKED, said, None
        locked.reviewer, locked.answered_at = locked.reviewer or person(by), locked.answered_at or at
        locked.save(update_fields=["state", "asked_text", "due_at", "reviewer", "answered_at"])
        outbox.put(topic=ASKED, payload={"application": locked.pk})
    application.refresh_from_db()
    return True


def decline(
    *, application: PartnerApplication, by: Any, at: datetime, reason: str, text: str, outlook: str = ""
) -> bool:
    """Say no, and why. Final only after some days; until then the applicant may answer and it may be reopened.

    Declined already, nothing changes. Returns whether that was a change.
    """
    if reason not in DeclineReason.values:
        raise Refusal({"reason": _("Choose the reason that comes nearest.")})
    said = _text(text, "text", _("Say why: the applicant reads it."))
    with audit.action("application.decline", by=by):
        locked = lock(application)
        if locked.state == ApplicationState.DECLINED:
            return False
        expect(locked, *OPEN_STATES, verb=_("declined"))
        locked.state, locked.due_at = ApplicationState.DECLINED, None
        locked.decline_reason, locked.decline_text = reason, said
        locked.decline_outlook = outlook.strip()[:TEXT_LENGTH]
        locked.decided_at, locked.decided_by = at, person(by)
        locked.final_at = at + timedelta(days=terms().final_days)
        locked.reviewer, locked.answered_at = locked.reviewer or person(by), locked.answered_at or at
        locked.save(
            update_fields=[
                *("state", "due_at", "decline_reason", "decline_text", "decline_outlook"),
                *("decided_at", "decided_by", "final_at", "reviewer", "answered_at"),
            ]
        )
        outbox.put(topic=DECLINED, payload={"application": locked.pk, "at": at.isoformat()})
    application.refresh_from_db()
    return True


def reopen(*, application: PartnerApplication, by: Any, at: datetime) -> bool:
    """Take a refusal back before it is final. In review already, nothing changes. Returns whether it was a change."""
    with audit.action("application.reopen", by=by):
        locked = lock(application)
        if locked.state == ApplicationState.IN_REVIEW:
            return False
        expect(locked, ApplicationState.DECLINED, verb=_("reopened"))
        if locked.closed_at is not None or (locked.final_at and locked.final_at <= at):
            raise NotAllowed(_("The refusal is final by now. The organisation may apply again."), code="final")
        locked.state, locked.due_at, locked.escalated_at = ApplicationState.IN_REVIEW, due_after(at), None
        locked.decided_at = locked.decided_by = locked.final_at = None
        locked.save(update_fields=["state", "due_at", "escalated_at", "decided_at", "decided_by", "final_at"])
        outbox.put(topic=REOPENED, payload={"application": locked.pk, "at": at.isoformat()})
    application.refresh_from_db()
    return True


def close_final(*, at: datetime) -> int:
    """Close refusals whose time to answer is over. Returns how many."""
    with audit.action("application.close", by=None):
        rows = PartnerApplication.objects.select_for_update(skip_locked=True).filter(
            state=ApplicationState.DECLINED, closed_at__isnull=True, final_at__lte=at
        )
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        return PartnerApplication.objects.filter(pk__in=ids).update(closed_at=at)


def escalate(*, at: datetime) -> int:
    """Tell program admins of applications that wait longer than the program allows, once. Returns how many."""
    with audit.action("application.escalate", by=None):
        rows = PartnerApplication.objects.select_for_update(skip_locked=True).late(at).filter(escalated_at__isnull=True)
        found = list(rows.order_by("pk").values_list("pk", "due_at"))
        PartnerApplication.objects.filter(pk__in=[pk for pk, _due in found]).update(escalated_at=at)
        for pk, due_at in found:
            outbox.put(topic=LATE, payload={"application": pk, "due_at": due_at.isoformat()})
    return len(found)


def lock(application: PartnerApplication) -> PartnerApplication:
    """Return the application, which nobody else decides about meanwhile."""
    rows = PartnerApplication.objects.select_for_update(of=("self",)).select_related("reviewer", "region", "partner")
    locked: PartnerApplication = rows.get(pk=application.pk)
    return locked


def expect(application: PartnerApplication, *states: str, verb: str) -> None:
    """Refuse what the state of an application does not allow."""
    if application.state not in states:
        raise NotAllowed(
            _("%(name)s cannot be %(verb)s: it is “%(state)s”.")
            % {"name": application, "verb": verb, "state": application.get_state_display()},
            code="wrong_state",
        )


def _text(text: str, field: str, missing: str) -> str:
    said = text.strip()
    if not said:
        raise Refusal({field: missing})
    if len(said) > TEXT_LENGTH:
        raise Refusal({field: _("This is too long: %(length)d characters are allowed.") % {"length": TEXT_LENGTH}})
    return said
