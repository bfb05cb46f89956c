"""Meetings as steps: days proposed by one side, agreed by the other, and that it was held, on either side's word."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from enablement.models import MAX_PROPOSALS, Enrollment, JourneyStep, StepKind, StepMeeting
from enablement.services import enrollments
from partners.models import Person, TouchKind
from partners.services import touches
from partners.services.telling import admins_of, manager_of, program_admins, tell

ARRANGED = "enablement.meeting_arranged"
NOON = time(12)


def propose(
    *, enrollment: Enrollment, step: JourneyStep, by: User, at: datetime, moments: Sequence[datetime]
) -> StepMeeting:
    """Propose when to meet; what was proposed before is off. Said twice, it is said once."""
    wanted = sorted(set(moments))
    if not wanted:
        raise Refusal({"moments": _("Propose one moment or more.")})
    if len(wanted) > MAX_PROPOSALS:
        raise Refusal({"moments": _("Propose %(most)d moments at most.") % {"most": MAX_PROPOSALS}})
    if wanted[0] <= at:
        raise Refusal({"moments": _("Propose moments that are still to come.")})
    with action("journey.propose_meeting", by=by):
        meeting = _open(enrollment, step)
        if meeting.proposals == wanted and meeting.proposed_by == by and meeting.agreed_at is None:
            return meeting
        meeting.proposals, meeting.proposed_by = wanted, by
        meeting.agreed_at = meeting.agreed_by = None
        meeting.save()
        _ring(meeting, "proposed", by, at)
    return meeting


def agree(*, meeting: StepMeeting, by: User, at: datetime, moment: datetime) -> bool:
    """Agree to one of the moments the other side proposed. Returns whether that is new."""
    with action("journey.agree_meeting", by=by):
        locked = _locked(meeting)
        if locked.agreed_at == moment:
            return False
        if moment not in locked.proposals:
            raise Refusal({"moment": _("This moment is not proposed any more. Look at the others.")})
        if locked.proposed_by is not None and locked.proposed_by.is_vendor == by.is_vendor:
            raise Refusal({"moment": _("Your side proposed this. The other side agrees to it.")})
        locked.agreed_at, locked.agreed_by = moment, by
        locked.save(update_fields=["agreed_at", "agreed_by"])
        _ring(locked, "agreed", by, at)
    meeting.refresh_from_db()
    return True


def hold(
    *, enrollment: Enrollment, step: JourneyStep, person: Person | None, by: User, at: datetime, held_on: date
) -> bool:
    """Note that the meeting was held: the step is done, and a touch says so. Returns whether that is new."""
    zone = Program.current().zone
    if held_on > today(at=at, zone=zone):
        raise Refusal({"held_on": _("This day is still to come.")})
    with action("journey.hold_meeting", by=by):
        meeting = _open(enrollment, step)
        if meeting.held_on is not None:
            return False
        meeting.held_on, meeting.held_said_by = held_on, by
        meeting.touch = touches.log(
            partner=enrollment.partner, by=by, at=at, kind=TouchKind.MEETING, is_shared=True,
            happened_at=min(at, datetime.combine(held_on, NOON, tzinfo=zone)),
            note=_("%(step)s (journey %(journey)s)") % {"step": step.title, "journey": enrollment.journey.name},
        )  # fmt: skip
        meeting.save()
        enrollments.note_done(enrollment=enrollment, step=step, person=person, by=by, at=at)
        _ring(meeting, "held", by, at)
    return True


def tell_arranged(payload: Mapping[str, Any]) -> None:
    """Tell the other side what was proposed, agreed or noted; nothing when it is over or was changed again."""
    meeting = StepMeeting.objects.select_related("enrollment__partner", "enrollment__journey", "step").get(
        pk=payload["meeting"]
    )
    now = "held" if meeting.held_on else "agreed" if meeting.agreed_at else "proposed"
    if now != payload["what"]:
        return
    partner, journey = meeting.enrollment.partner, meeting.enrollment.journey
    text = {
        "proposed": gettext_noop("Days are proposed for “%(step)s”."),
        "agreed": gettext_noop("“%(step)s” has a day."),
        "held": gettext_noop("“%(step)s” is noted as held."),
    }[now]
    detail = gettext_noop("A meeting on the journey %(journey)s.")
    if now == "proposed":
        detail = gettext_noop("A meeting on the journey %(journey)s. Choose one that suits you, or propose others.")
    if payload["by_vendor"]:
        readers, url = admins_of(partner), reverse("partner:journey-detail", args=[journey.public_id])
    else:
        readers = manager_of(partner) or program_admins()
        url = reverse("vendor:walk-detail", args=[meeting.enrollment.public_id])
    tell(
        readers, kind="journey", text=text, names={"step": meeting.step.title, "journey": journey.name},
        detail=detail, key=f"meeting-{meeting.pk}-{now}-{payload['at']}", url=url, by_mail=True,
    )  # fmt: skip


def _open(enrollment: Enrollment, step: JourneyStep) -> StepMeeting:
    """Return the meeting of a step with its walk locked, made when there is none; refused when it is not to be held."""
    if step.kind != StepKind.MEETING:
        raise Refusal(_("This step is no meeting."))
    Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)
    meeting: StepMeeting | None = StepMeeting.objects.filter(enrollment=enrollment, step=step).first()
    if meeting is None or meeting.held_on is None:
        enrollments.expect_open(enrollment, step)
    return meeting or StepMeeting(enrollment=enrollment, step=step)


def _locked(meeting: StepMeeting) -> StepMeeting:
    rows = StepMeeting.objects.select_for_update(no_key=True, of=("self",))
    locked: StepMeeting = rows.select_related("enrollment", "step", "proposed_by").get(pk=meeting.pk)
    if locked.held_on is not None:
        raise Refusal(_("This meeting was held."))
    enrollments.expect_open(locked.enrollment, locked.step)
    return locked


def _ring(meeting: StepMeeting, what: str, by: User, at: datetime) -> None:
    payload = {"meeting": meeting.pk, "what": what, "by_vendor": by.is_vendor, "at": at.isoformat()}
    outbox.put(topic=ARRANGED, payload=payload)
