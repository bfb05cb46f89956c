"""How to try the tasks of enablement twice."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.models import OutboxMessage
from enablement.models import (
    Asset,
    AssetPart,
    EventRegistration,
    HeldCertification,
    HeldSpecialization,
    LearningStatement,
    Package,
    PackageFile,
    PackageVersion,
    QuizAttempt,
    QuizStanding,
    StepReminder,
    SurveyRound,
    VainSearch,
)
from portal.seed import scorm
from tests.architecture.twice import Scenario, scenario
from tests.factories.enablement import (
    AssetFactory,
    AssetPartFactory,
    EventFactory,
    EventRegistrationFactory,
    HeldSpecializationFactory,
    VainSearchFactory,
)
from tests.factories.journeys import EnrollmentFactory, JourneyStepFactory
from tests.factories.learning import (
    HeldCertificationFactory,
    LearningStatementFactory,
    PackageVersionFactory,
    QuizAttemptFactory,
)
from tests.factories.surveys import SurveyFactory, SurveyRoundFactory, SurveyVersionFactory


@scenario("enablement.tasks.review_specializations")
def one_has_reached_its_day() -> Scenario:
    """One whose criteria hold for nobody has reached its day; another has not."""
    today = timezone.now().date()
    for days in (-2, 400):
        HeldSpecializationFactory(expires_on=today + timedelta(days=days))
    return Scenario(state=lambda: sorted(HeldSpecialization.objects.values_list("state", "reason")))


@scenario("enablement.tasks.close_overdue_attempts")
def one_attempt_has_run_out() -> Scenario:
    """One attempt's time is over, another's is not."""
    now = timezone.now()
    for minutes in (-5, 5):
        QuizAttemptFactory(started_at=now - timedelta(hours=1), due_at=now + timedelta(minutes=minutes))
    return Scenario(
        state=lambda: (
            sorted((one.ran_out, one.is_open) for one in QuizAttempt.objects.all()),
            list(QuizStanding.objects.values_list("last_percent", flat=True)),
        )
    )


@scenario("enablement.tasks.watch_certifications")
def one_certificate_runs_out() -> Scenario:
    """One ends in five days, one today, another in a year."""
    today = timezone.now().date()
    for days in (5, 0, 365):
        HeldCertificationFactory(earned_on=today - timedelta(days=400), expires_on=today + timedelta(days=days))
    return Scenario(
        state=lambda: (
            sorted(HeldCertification.objects.values_list("noticed_days", flat=True), key=str),
            OutboxMessage.objects.filter(topic="enablement.certification_expires").count(),
        )
    )


@scenario("enablement.tasks.remind_of_steps")
def one_step_is_due_and_one_late() -> Scenario:
    """Two partners are on journeys of which a step is due tomorrow, or was yesterday."""
    now = timezone.now()
    for days in (1, -1):
        enrollment = EnrollmentFactory(started_at=now - timedelta(days=10))
        JourneyStepFactory(journey=enrollment.journey, due_days=10 + days)
    return Scenario(
        state=lambda: (
            sorted(StepReminder.objects.values_list("is_late", flat=True)),
            OutboxMessage.objects.filter(topic="enablement.step_due").count(),
        )
    )


@scenario("enablement.tasks.read_files")
def a_file_waits_to_be_read() -> Scenario:
    """A text waits, another has waited in vain."""
    for name, data in (("a.txt", b"Ask three questions first"), ("b.pdf", b"%PDF-1.7 nonsense")):
        kind = "application/pdf" if name.endswith("pdf") else "text/plain; charset=utf-8"
        AssetPartFactory(
            kind="file", body="", file=SimpleUploadedFile(name, data), file_name=name, file_type=kind,
            text_state="waiting", text_due_at=timezone.now() - timedelta(minutes=1), text_tries=2,
        )  # fmt: skip
    return Scenario(state=lambda: sorted(AssetPart.objects.values_list("file_name", "text_state", "text")))


@scenario("enablement.tasks.tell_asset_owners")
def a_review_is_due() -> Scenario:
    """One asset is due for review, one ends soon, one is fine."""
    today = timezone.now().date()
    AssetFactory(title="Due", review_on=today - timedelta(days=1))
    AssetFactory(title="Ends", last_day_on=today + timedelta(days=3))
    AssetFactory(title="Fine", review_on=today + timedelta(days=90))
    return Scenario(
        state=lambda: (
            sorted(Asset.objects.filter(told_on__isnull=False).values_list("title", flat=True)),
            OutboxMessage.objects.filter(topic="enablement.asset_due").count(),
        )
    )


@scenario("enablement.tasks.forget_statements")
def one_statement_is_old() -> Scenario:
    """One counts for nothing and is old, another is not."""
    for days in (200, 20):
        received_at = timezone.now() - timedelta(days=days)
        LearningStatementFactory(outcome="nothing", reason="verb", received_at=received_at)
    return Scenario(state=lambda: LearningStatement.objects.count())


@scenario("enablement.tasks.unpack_packages")
def packages_wait_to_be_unpacked() -> Scenario:
    """One can be unpacked, one is no archive."""
    files = ContentFile(
        scorm.package("Basics", [scorm.Item("a", "A", (scorm.Page("A", ("Text",)),))], standard="scorm12")
    )
    for name, data in (("good.zip", files), ("bad.zip", ContentFile(b"no archive"))):
        version = PackageVersionFactory(
            package__name=name, file_name=name, state="waiting", due_at=timezone.now() - timedelta(minutes=1), tries=2
        )
        version.file.save(name, data)
        version.save()
    return Scenario(
        state=lambda: [
            sorted(PackageVersion.objects.values_list("file_name", "state", "refusal")),
            sorted(PackageFile.objects.values_list("path", "content_type")),
            sorted(Package.objects.values_list("name", "current__number")),
        ]
    )


@scenario("enablement.tasks.forget_vain_searches")
def one_search_is_old() -> Scenario:
    """One was two years ago, another one is of today."""
    VainSearchFactory(text="old", last_at=timezone.now() - timedelta(days=730))
    VainSearchFactory(text="new")
    return Scenario(state=lambda: sorted(VainSearch.objects.values_list("text", flat=True)))


@scenario("enablement.tasks.remind_of_events")
def one_event_is_near() -> Scenario:
    """One begins in five hours, another in two days."""
    for title, hours in (("near", 5), ("far", 48)):
        starts_at = timezone.now() + timedelta(hours=hours)
        EventRegistrationFactory(event=EventFactory(title=title, starts_at=starts_at))
    return Scenario(
        state=lambda: (
            sorted(EventRegistration.objects.filter(reminded_at__isnull=False).values_list("event__title", flat=True)),
            OutboxMessage.objects.filter(topic="enablement.event_near").count(),
        )
    )


@scenario("enablement.tasks.keep_survey_rounds")
def one_round_has_ended_and_one_is_to_open() -> Scenario:
    """The last day of a monthly survey's round is over; another survey has not been asked yet."""
    today = timezone.now().date()
    repeated = SurveyFactory(repeats_months=1)
    SurveyRoundFactory(survey=repeated, opens_on=today - timedelta(days=40), last_day_on=today - timedelta(days=26))
    SurveyVersionFactory(definition=SurveyFactory())
    return Scenario(
        state=lambda: (
            sorted((one.number, one.closed_at is None) for one in SurveyRound.objects.all()),
            OutboxMessage.objects.filter(topic__startswith="enablement.survey").count(),
        )
    )
