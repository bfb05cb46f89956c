"""What partners of the demo do for steps that are more than a tick."""

from datetime import datetime, timedelta
from typing import Any

from core.refusals import Refusal
from enablement.models import Enrollment, JourneyStep, StepKind
from enablement.services import enrollments, step_forms, step_meetings, step_proofs
from enablement.services.step_questions import QuestionForm
from partners.models import Person
from partners.services.telling import manager_of, program_admins

#: Of what was handed in within the last weeks, every third still waits for somebody to look.
WAITS_EVERY, WAITS_SINCE = 3, timedelta(days=21)
DEMOS = (
    "At a dentist with four chairs. They asked how long a restore takes, and who holds the key.",
    "For a logistics company of thirty people. They want a second demo with their accountant.",
    "At our own office, for two customers together. Both asked about the monthly price.",
)


def do(walk: Enrollment, step: JourneyStep, *, person: Person | None, at: datetime, now: datetime) -> None:
    """Do a step as its kind asks. What is not the partner's turn is left. `now` is the moment of loading."""
    try:
        _do(walk, step, {"enrollment": walk, "step": step, "person": person, "at": at}, now=now)
    except Refusal:
        return  # its branch, or what comes before it, is not theirs yet


def _do(walk: Enrollment, step: JourneyStep, what: dict[str, Any], *, now: datetime) -> None:
    ours = (manager_of(walk.partner) or program_admins())[0]
    if step.kind == StepKind.MEETING:
        step_meetings.hold(by=ours, held_on=what["at"].date(), **what)
    elif step.kind == StepKind.FORM:
        said = {QuestionForm.TEXT: "The two of us who founded the company.", QuestionForm.NUMBER: 6 + walk.pk % 20,
                QuestionForm.YES_NO: walk.pk % 2 == 0}  # fmt: skip
        answers = {one["key"]: said[one["kind"]] for one in step.questions if one["kind"] in said}
        step_forms.answer(by=None, answers=answers, **what)
    elif step.is_handed_in:
        proof = step_proofs.hand_in(by=None, text=DEMOS[walk.pk % len(DEMOS)], **what)
        if (walk.pk % WAITS_EVERY or what["at"] < now - WAITS_SINCE) and proof.state == "waiting":
            step_proofs.decide(proof=proof, by=ours, at=what["at"] + timedelta(hours=3), is_fine=True)
    else:
        enrollments.complete_step(by=None, **what)
