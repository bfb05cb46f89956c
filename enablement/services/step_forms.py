"""Forms as steps: a few questions answered once, kept with the walk, and perhaps written into attributes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from enablement.models import Enrollment, JourneyStep, StepAnswers, StepKind
from enablement.services import enrollments, step_questions
from partners.models import Person


def answer(
    *,
    enrollment: Enrollment,
    step: JourneyStep,
    person: Person | None,
    by: User | None,
    at: datetime,
    answers: Mapping[str, Any],
) -> StepAnswers:
    """Answer a form; with that its step is done. Answered again, the newer answers count.

    Raises Refusal by the key of each question whose answer does not fit; nothing is kept then.
    """
    if step.kind != StepKind.FORM:
        raise Refusal(_("This step has no questions."))
    enrollments.expect_open(enrollment, step)
    given = step_questions.cleaned_answers(step.questions, answers)
    with action("journey.answer_form", by=by):
        Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)
        kept: StepAnswers | None = StepAnswers.objects.filter(enrollment=enrollment, step=step).first()
        if kept is None:
            kept = StepAnswers.objects.create(
                enrollment=enrollment, step=step, person=person, answers=given, answered_at=at
            )
        elif kept.answers != given:
            kept.answers, kept.person, kept.answered_at = given, person, at
            kept.save(update_fields=["answers", "person", "answered_at"])
        step_questions.fill_attributes(
            partner=enrollment.partner, questions=step.questions, answers=given, by=by, at=at
        )
        enrollments.note_done(enrollment=enrollment, step=step, person=person, by=by, at=at)
    return kept
