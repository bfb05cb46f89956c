"""Plays given to a partner: accepted, changed, declined, withdrawn, done; and what the database holds of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import Notification, User
from core.refusals import Refusal
from core.services import outbox
from enablement.models import ActivityKind, Enrollment
from enablement.services import activity, enrollments
from partners.models import Partner
from scorecards.models import PartnerTask, Prescription, PrescriptionState
from scorecards.services import prescriptions, tasks
from tests.factories.enablement import AssetFactory
from tests.factories.journeys import JourneyFactory, JourneyStepFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.plays import OutcomeFactory, PlayFactory, PrescriptionFactory
from tests.factories.scorecards import ScorecardFactory
from tests.factories.segmentation import SegmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]


@pytest.fixture(autouse=True)
def _media_folder(settings: Any, tmp_path: Any) -> None:
    """Keep uploads of tests apart."""
    settings.MEDIA_ROOT = tmp_path


def given(partner: Partner, by: User, at: datetime, **fields: Any) -> Prescription:
    fields.setdefault("play", PlayFactory())
    return prescriptions.accept(partner=partner, by=by, at=at, **fields)


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


class TestAccept:
    """A play is given."""

    def test_it_comes_with_a_task_and_the_words_of_the_play(
        self, pinewood: Partner, vera: User, paula: User, now: datetime
    ) -> None:
        due = now.date() + timedelta(days=7)
        one = given(pinewood, vera, now, due_on=due, assignee=paula)

        task = PartnerTask.objects.get()
        assert (one.state, one.words, one.decided_by) == (PrescriptionState.ACCEPTED, "Hire somebody.", vera)
        assert (task.title, task.due_on, task.assignee, task.side) == (one.play.name, due, paula, "partner")
        outbox.deliver_due(at=now + timedelta(minutes=1))
        assert told(paula) == [f"Vera Vance has a task for you: {one.play}"]

    def test_twice_it_is_given_once(self, pinewood: Partner, vera: User, now: datetime) -> None:
        play = PlayFactory()

        assert given(pinewood, vera, now, play=play) == given(pinewood, vera, now, play=play)
        assert PartnerTask.objects.count() == 1

    def test_a_journey_begins(self, pinewood: Partner, vera: User, now: datetime) -> None:
        journey = JourneyFactory(published_at=now)
        JourneyStepFactory(journey=journey)

        given(pinewood, vera, now, play=PlayFactory(kind="journey", journey=journey))

        assert Enrollment.objects.get().partner == pinewood

    def test_an_incentive_is_ours_to_do(self, pinewood: Partner, vera: User, now: datetime) -> None:
        assert given(pinewood, vera, now, play=PlayFactory(kind="incentive")).side == "vendor"

    def test_what_the_partner_could_not_open_is_refused(self, pinewood: Partner, vera: User, now: datetime) -> None:
        asset = AssetFactory(audience=SegmentFactory())

        with pytest.raises(Refusal, match="outside of its audience"):
            given(pinewood, vera, now, play=PlayFactory(kind="asset", asset=asset))
        with pytest.raises(Refusal, match="not published"):
            given(pinewood, vera, now, play=PlayFactory(published_at=None))

        assert not Prescription.objects.exists()

    def test_a_day_that_is_over_is_refused_and_today_is_not(self, pinewood: Partner, vera: User, now: datetime) -> None:
        with pytest.raises(ValidationError) as refused:
            given(pinewood, vera, now, due_on=now.date() - timedelta(days=1))
        assert list(refused.value.error_dict) == ["due_on"]

        assert given(pinewood, vera, now, due_on=now.date()).due_on == now.date()

    def test_days_are_those_of_the_programs_zone(self, pinewood: Partner, vera: User, program: Any) -> None:
        program.timezone = "Pacific/Auckland"
        program.save()
        late_evening = datetime.fromisoformat("2030-03-18T13:00:00+00:00")  # the 19th in Auckland

        with pytest.raises(ValidationError):
            given(pinewood, vera, late_evening, due_on=late_evening.date())

    def test_strangers_are_no_assignees(self, pinewood: Partner, vera: User, olga: User, now: datetime) -> None:
        with pytest.raises(ValidationError) as refused:
            given(pinewood, vera, now, assignee=olga)

        assert list(refused.value.error_dict) == ["assignee"]
        assert not Prescription.objects.exists()


class TestChange:
    """What is in work changes its words, its day or who does it."""

    def test_the_task_follows(self, pinewood: Partner, vera: User, paula: User, now: datetime) -> None:
        one = given(pinewood, vera, now)
        due = now.date() + timedelta(days=3)

        changes = {"words": "Hire two.", "due_on": due, "assignee": paula, "side": "partner"}
        assert prescriptions.update(prescription=one, by=vera, at=now, changes=changes) == [
            "assignee",
            "due_on",
            "words",
        ]
        assert prescriptions.update(prescription=one, by=vera, at=now, changes=changes) == []

        task = PartnerTask.objects.get()
        assert (task.detail, task.due_on, task.assignee) == ("Hire two.", due, paula)

    def test_what_is_done_stays(self, pinewood: Partner, vera: User, now: datetime) -> None:
        one = given(pinewood, vera, now)
        prescriptions.finish(prescription=one, by=vera, at=now)

        with pytest.raises(Refusal):
            prescriptions.update(prescription=one, by=vera, at=now, changes={"words": "Hire two."})


class TestDecline:
    """A play is not for a partner."""

    def test_the_reason_is_remembered(self, pinewood: Partner, vera: User, now: datetime) -> None:
        play, scorecard = PlayFactory(), ScorecardFactory()
        what: dict[str, Any] = {"partner": pinewood, "play": play, "scorecard": scorecard, "metric_key": "size"}

        first = prescriptions.decline(**what, by=vera, at=now, reason="They have no budget.")
        assert prescriptions.decline(**what, by=vera, at=now, reason="Again.") == first
        assert first.reason == "They have no budget."
        assert not PartnerTask.objects.exists()

        assert prescriptions.propose_again(prescription=first, by=vera, at=now)
        assert not prescriptions.propose_again(prescription=first, by=vera, at=now)

    def test_a_reason_is_needed(self, pinewood: Partner, vera: User, now: datetime) -> None:
        with pytest.raises(ValidationError) as refused:
            prescriptions.decline(partner=pinewood, play=PlayFactory(), by=vera, at=now, reason="  ")

        assert list(refused.value.error_dict) == ["reason"]

    def test_accepting_it_after_all_takes_the_refusal_back(self, pinewood: Partner, vera: User, now: datetime) -> None:
        play = PlayFactory()
        declined = prescriptions.decline(partner=pinewood, play=play, by=vera, at=now, reason="No.")

        given(pinewood, vera, now, play=play)

        declined.refresh_from_db()
        assert declined.state == PrescriptionState.WITHDRAWN


class TestFinish:
    """A play is done, or taken back."""

    def test_the_partner_does_it_and_its_manager_hears_of_it(
        self, pinewood: Partner, vera: User, paula: User, now: datetime
    ) -> None:
        one = given(pinewood, vera, now)
        proof = SimpleUploadedFile("contract.pdf", b"%PDF-1.7")

        assert prescriptions.finish(prescription=one, by=paula, at=now, note="Ann starts in May.", proof=proof)
        assert not prescriptions.finish(prescription=one, by=paula, at=now)

        assert (one.state, one.done_by, one.note, one.proof_name) == (
            *("done", paula, "Ann starts in May."),
            "contract.pdf",
        )
        assert PartnerTask.objects.get().is_done
        outbox.deliver_due(at=now + timedelta(minutes=1))
        assert told(vera) == [f"Pinewood has done “{one.play}”."]

    def test_partners_do_not_finish_what_is_ours(
        self, pinewood: Partner, vera: User, paula: User, now: datetime
    ) -> None:
        one = given(pinewood, vera, now, side="vendor")

        with pytest.raises(Refusal):
            prescriptions.finish(prescription=one, by=paula, at=now)

    def test_a_file_that_is_not_what_it_says_is_refused(
        self, pinewood: Partner, vera: User, paula: User, now: datetime
    ) -> None:
        one = given(pinewood, vera, now)

        with pytest.raises(Refusal):
            prescriptions.finish(prescription=one, by=paula, at=now, proof=SimpleUploadedFile("a.pdf", b"<html>"))

        one.refresh_from_db()
        assert one.state == PrescriptionState.ACCEPTED

    def test_ticking_the_task_off_does_it(self, pinewood: Partner, vera: User, paula: User, now: datetime) -> None:
        one = given(pinewood, vera, now)
        tasks.finish(task=PartnerTask.objects.get(), by=paula, at=now)

        assert prescriptions.follow_tasks(at=now) == 1
        assert prescriptions.follow_tasks(at=now) == 0

        one.refresh_from_db()
        assert (one.state, one.done_by) == (PrescriptionState.DONE, paula)

    def test_taken_back_its_task_goes_and_the_partner_reads_why(
        self, pinewood: Partner, vera: User, paula: User, now: datetime
    ) -> None:
        one = given(pinewood, vera, now)

        assert prescriptions.withdraw(prescription=one, by=vera, at=now, reason="The product ends.")
        assert not prescriptions.withdraw(prescription=one, by=vera, at=now, reason="Again.")

        assert not PartnerTask.objects.exists()
        outbox.deliver_due(at=now + timedelta(minutes=1))
        assert told(paula) == [f"“{one.play}” is no longer asked of you."]


class TestFollow:
    """What the records show to be done is done."""

    def test_a_journey_completed(self, pinewood: Partner, vera: User, now: datetime) -> None:
        journey = JourneyFactory(published_at=now)
        step = JourneyStepFactory(journey=journey, kind="task")
        one = given(pinewood, vera, now, play=PlayFactory(kind="journey", journey=journey))
        assert prescriptions.follow(partner_ids=[pinewood.pk], at=now) == 0

        enrollments.complete_step(enrollment=Enrollment.objects.get(), step=step, person=None, by=None, at=now)

        assert prescriptions.follow(partner_ids=[pinewood.pk], at=now) == 1
        one.refresh_from_db()
        assert (one.state, one.note) == ("done", "The journey was completed.")

    def test_a_certificate_earned_since_and_not_before(
        self, pinewood: Partner, vera: User, pete: User, now: datetime
    ) -> None:
        certification = CertificationFactory()
        one = given(pinewood, vera, now, play=PlayFactory(kind="certification", certification=certification))
        held = {"person": pete.person, "certification": certification, "expires_on": None}
        HeldCertificationFactory(**held, earned_on=now.date() - timedelta(days=1))
        assert prescriptions.follow(partner_ids=[pinewood.pk], at=now) == 0

        HeldCertificationFactory(**held, earned_on=now.date())

        assert prescriptions.follow(partner_ids=[pinewood.pk], at=now) == 1
        one.refresh_from_db()
        assert one.note.startswith("Pete Pratt earned it on 18 March 2030")

    def test_content_opened(self, pinewood: Partner, vera: User, pete: User, now: datetime) -> None:
        asset = AssetFactory()
        given(pinewood, vera, now, play=PlayFactory(kind="asset", asset=asset))

        activity.note(person=pete.person, kind=ActivityKind.VIEW, at=now, asset=asset)

        assert prescriptions.follow(partner_ids=[pinewood.pk], at=now) == 1


class TestDatabase:
    """What cannot be written, whoever writes."""

    def test_a_play_is_in_work_once_at_a_partner(self) -> None:
        one = PrescriptionFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            PrescriptionFactory(partner=one.partner, play=one.play)
        PrescriptionFactory(partner=one.partner, play=one.play, state="withdrawn")

    def test_a_play_is_declined_once_for_a_metric(self) -> None:
        one = PrescriptionFactory(state="declined", reason="No.")

        with pytest.raises(IntegrityError), transaction.atomic():
            PrescriptionFactory(partner=one.partner, play=one.play, state="declined", reason="No.")

    @pytest.mark.parametrize(
        "broken",
        [
            {"state": "done"},
            {"done_at": datetime.fromisoformat("2030-03-18T10:00:00+00:00")},
            {"state": "declined"},
            {"metric_key": "size"},
        ],
    )
    def test_a_row_says_one_thing(self, broken: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            PrescriptionFactory(**broken)

    @pytest.mark.parametrize(
        "broken",
        [
            {"points_before": 101},
            {"points_done": 101},
            {"points_after": 101},
            {"score_before": 101},
            {"score_done": 101},
            {"score_after": 101},
            {"measured_at": datetime.fromisoformat("2030-03-18T10:00:00+00:00")},
            {"peer_ids": [1]},
        ],
    )
    def test_figures_of_an_outcome_are_points(self, broken: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            OutcomeFactory(**broken)
