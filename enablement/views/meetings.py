"""What both sides do about a meeting on a journey, from their own pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from enablement.forms.step_work import HeldForm, ProposalForm
from enablement.models import Enrollment, JourneyStep, StepMeeting
from enablement.services import step_meetings
from partners.forms.refusals import show_refusal
from partners.models import Person


def forms() -> tuple[ProposalForm, HeldForm]:
    """Return the forms as they stand before anybody wrote into them."""
    return ProposalForm(), HeldForm(initial={"held_on": timezone.localdate()})


def act(
    request: HttpRequest, *, enrollment: Enrollment, step: JourneyStep, person: Person | None
) -> tuple[ProposalForm, HeldForm, bool]:
    """Do what was posted. Returns the forms, with what was wrong, and whether it was done."""
    by: Any = request.user
    wanted, moment = request.POST.get("act", ""), parse_datetime(request.POST.get("moment", ""))
    proposal = ProposalForm(request.POST if wanted == "propose" else None)
    held = HeldForm(request.POST if wanted == "held" else None, initial={"held_on": timezone.localdate()})
    now = timezone.now()
    try:
        if wanted == "propose" and proposal.is_valid():
            step_meetings.propose(enrollment=enrollment, step=step, by=by, at=now, moments=proposal.moments)
        elif wanted == "held" and held.is_valid():
            day = held.cleaned_data["held_on"]
            step_meetings.hold(enrollment=enrollment, step=step, person=person, by=by, at=now, held_on=day)
        elif wanted == "agree" and moment is not None:
            meeting = StepMeeting.objects.filter(enrollment=enrollment, step=step).first()
            if meeting is None:
                return proposal, held, False
            step_meetings.agree(meeting=meeting, by=by, at=now, moment=moment)
        else:
            return proposal, held, False
    except ValidationError as refusal:
        show_refusal(held if wanted == "held" else proposal, refusal, names={"moments": "moment_1"})
        return proposal, held, False
    return proposal, held, True
