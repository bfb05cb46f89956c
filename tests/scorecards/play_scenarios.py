"""How to try the tasks of plays twice."""

from datetime import date, timedelta

from django.utils import timezone

from core.models import OutboxMessage
from scorecards.models import Outcome, Prescription, SegmentPlay, SegmentPlayFigure
from tests.architecture.twice import Scenario, scenario
from tests.factories.partners import PartnerFactory
from tests.factories.plays import OutcomeFactory, PrescriptionFactory, SegmentPlayFactory, SegmentPlayMemberFactory
from tests.factories.scorecards import PartnerTaskFactory


@scenario("scorecards.tasks.keep_prescriptions")
def a_play_was_ticked_off_and_another_is_to_be_measured() -> Scenario:
    """Its task is done; and the day of an outcome has come."""
    given = PrescriptionFactory()
    PartnerTaskFactory(partner=given.partner, origin_kind="prescription", origin_id=given.pk, done_at=timezone.now())
    done = PrescriptionFactory(state="done", done_at=timezone.now() - timedelta(days=90))
    OutcomeFactory(prescription=done, measure_on=date(2020, 1, 1))
    return Scenario(
        state=lambda: (
            sorted(Prescription.objects.values_list("state", flat=True)),
            Outcome.objects.filter(measured_at__isnull=False).count(),
            sorted(OutboxMessage.objects.values_list("topic", flat=True)),
        )
    )


@scenario("scorecards.tasks.keep_segment_plays")
def one_is_to_start_and_one_runs() -> Scenario:
    """The day of one has come, and another has a partner to be measured."""
    SegmentPlayFactory(starts_on=date(2020, 1, 1))
    running = SegmentPlayFactory(started_at=timezone.now())
    SegmentPlayMemberFactory(segment_play=running, partner=PartnerFactory(employees=10), value_then=5)
    return Scenario(
        state=lambda: (
            SegmentPlay.objects.filter(started_at__isnull=False).count(),
            sorted(SegmentPlayFigure.objects.values_list("inside", "inside_now", "outside")),
            sorted(OutboxMessage.objects.values_list("topic", flat=True)),
        )
    )
