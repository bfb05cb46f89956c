"""Self-assessments asked of a partner: by the channel manager's button, reminded of once, told when it is done."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import Partner
from partners.services.stays import person, today_of
from scorecards import periods
from scorecards.models import ASKED, Assessment, AssessmentRequest, AssessmentSide, Scorecard
from scorecards.queries.use import is_in_use

SELF_ASSESSMENT_ASKED = "scorecards.self_assessment_asked"
REMINDED = "scorecards.self_assessment_reminded"
#: How long a partner has, where nobody says another day.
USUAL_DAYS = 14
#: So many days before the day an unanswered request is reminded of.
REMIND_DAYS = 3
AT_ONCE = 500


def ask(
    *,
    partner: Partner,
    scorecard: Scorecard,
    by: Any | None,
    at: datetime,
    due_on: date | None = None,
    message: str = "",
) -> AssessmentRequest:
    """Ask a partner to assess itself in this period. Asked again, the day and the message are the new ones."""
    today = today_of(at)
    due_on = due_on or today + timedelta(days=USUAL_DAYS)
    _expect_sensible(partner, scorecard, due_on, today, at)
    period = periods.starts_on(scorecard.period, at=at)
    with audit.action("assessment.ask", by=by):
        request: AssessmentRequest
        request, is_new = AssessmentRequest.objects.select_for_update(no_key=True).get_or_create(
            partner=partner,
            scorecard=scorecard,
            period_starts_on=period,
            defaults={
                "asked_at": at,
                "asked_by": person(by),
                "due_on": due_on,
                "message": message.strip(),
            },
        )
        if not is_new:
            if (request.due_on, request.message) == (due_on, message.strip()):
                return request
            request.due_on, request.message, request.reminded_at = due_on, message.strip(), None
            request.asked_at, request.asked_by = at, person(by)
            request.save(update_fields=["due_on", "message", "reminded_at", "asked_at", "asked_by"])
        outbox.put(
            topic=SELF_ASSESSMENT_ASKED, payload={"request_id": request.pk, "asked_at": request.asked_at.isoformat()}
        )
    return request


def remind_due(*, at: datetime) -> int:
    """Remind partners whose self-assessment is due soon and not finished, each once. Returns how many."""
    today = today_of(at)
    finished = Assessment.objects.filter(
        partner=OuterRef("partner"),
        scorecard_version__definition=OuterRef("scorecard"),
        period_starts_on=OuterRef("period_starts_on"),
        side=AssessmentSide.PARTNER,
        finished_at__isnull=False,
    )
    soon = AssessmentRequest.objects.filter(
        reminded_at__isnull=True, due_on__gte=today, due_on__lte=today + timedelta(days=REMIND_DAYS)
    )
    reminded = 0
    for request in list(soon.exclude(Exists(finished)).order_by("due_on", "pk")[:AT_ONCE]):
        with audit.action("assessment.remind", by=None):
            if AssessmentRequest.objects.filter(pk=request.pk, reminded_at__isnull=True).update(reminded_at=at):
                outbox.put(topic=REMINDED, payload={"request_id": request.pk})
                reminded += 1
    return reminded


def _expect_sensible(partner: Partner, scorecard: Scorecard, due_on: date, today: date, at: datetime) -> None:
    version = versions.published_of(scorecard)
    asked = version is not None and version.metrics.filter(asked_of__in=ASKED[AssessmentSide.PARTNER]).exists()
    if version is None or not asked or not is_in_use(partner, version, at=at):
        raise Refusal(_("%(name)s asks nothing of this partner.") % {"name": scorecard}, code="not_asked")
    if due_on < today:
        raise Refusal({"due_on": _("Choose a day that is still to come.")}, code="past")
