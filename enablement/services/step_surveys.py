"""Steps that ask a survey: which surveys fit, and how a step is passed over when there is nothing to answer.

A step is done once somebody of the partner handed in an answer in a round that ended after the walk began: what was
answered just before counts, too, as long as its round was still open. Of an anonymous round only that somebody answered
is known, and a walk does not say who (docs/decisions/0036).
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refusal
from enablement.models import Enrollment, JourneyStep, StepKind
from enablement.queries.step_surveys import open_rounds
from enablement.services import enrollments
from partners.models import Person


def why_unfit(step: JourneyStep) -> str:
    """Say why a step cannot ask its survey; nothing when it can."""
    survey = step.survey
    if survey is None:
        return ""
    names = {"survey": survey.name}
    if survey.retired_at:
        return _("“%(survey)s” is retired: nobody is asked it any more. Choose another survey.") % names
    if not survey.published_at:
        return _("Publish “%(survey)s” first: a step needs it.") % names
    asked = {step.journey_version.definition.audience_id, step.only_for_id}
    if survey.audience is not None and survey.audience_id not in asked:
        return _(
            "“%(survey)s” is for “%(audience)s”, the journey is not. Choose a survey for everybody, or put the step"
            " on a branch for “%(audience)s”."
        ) % {**names, "audience": survey.audience.name}
    return ""


def skip(*, enrollment: Enrollment, step: JourneyStep, person: Person | None, by: User | None, at: datetime) -> bool:
    """Pass over a step whose survey nobody at the partner can answer now. Returns whether that is new."""
    if step.kind != StepKind.SURVEY or step.survey_id is None:
        raise Refusal(_("Only a survey that is not open can be passed over."))
    if open_rounds([step.survey_id], partner=enrollment.partner, at=at):
        raise Refusal(_("This survey is open: answer it, and the step is done."))
    return enrollments.note_done(enrollment=enrollment, step=step, person=person, by=by, at=at, was_skipped=True)
