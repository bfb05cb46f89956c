"""Merged and taken apart again, two partners have every row they had, whatever belongs to them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models

from accounts.models import User
from core.models import ExternalId
from core.services import external_ids
from enablement.models import StepProgress
from partners.models import Partner
from partners.services import merge_parts, merging
from partners.services.merging import Choice
from tests.conftest import NOW
from tests.factories import (
    alerts,
    assessments,
    deals,
    enablement,
    goals,
    journeys,
    learning,
    plays,
    scorecards,
    segmentation,
    success_plans,
    surveys,
)
from tests.factories import partners as records
from tests.factories.accounts import UserFactory, VendorUserFactory
from tests.factories.core import SourceFactory

pytestmark = pytest.mark.django_db

#: Kept by the database about a row, and counted on with every write.
BOOKKEEPING = ("version", "updated_at", "changed_at")
Maker = Callable[[Partner, dict[str, Any]], Any]


def shared() -> dict[str, Any]:
    """What rows of both partners name, so that each kind of row meets one like it."""
    journey = journeys.JourneyFactory(published_at=NOW)
    return {
        "category": records.CategoryFactory(), "tier": records.TierFactory(),
        "review": records.TierReviewFactory(), "specialization": enablement.SpecializationFactory(),
        "stage": records.LifeStageFactory(),
        "deal": deals.DealFactory(), "journey": journey, "step": journeys.JourneyStepFactory(journey=journey),
        "certification": learning.CertificationFactory(), "asset": enablement.AssetFactory(),
        "segment": segmentation.SegmentFactory(kind="mixed"), "measure": segmentation.MeasureFactory(),
        "scorecard": scorecards.ScorecardFactory(), "card": scorecards.ScorecardVersionFactory(),
        "process": enablement.ProcessFactory(), "crm": SourceFactory(),
    }  # fmt: skip


def person(partner: Partner, has: dict[str, Any]) -> Any:
    """Somebody known to both, who holds a certification and may sign in as one of them."""
    user = None if has.setdefault("user", None) else UserFactory()
    has["user"] = user or has["user"]
    made = records.PersonFactory(partner=partner, email="ann@both.example", user=user, is_admin=True)
    learning.HeldCertificationFactory(person=made, certification=has["certification"])
    learning.HeldCertificationFactory(person=made, earned_on=date(2029, 1, 7))
    external_ids.attach("people", has["crm"], {made.pk: f"person-{made.pk}"})
    return made


def enrollment(partner: Partner, has: dict[str, Any]) -> Any:
    """A walk on the same journey, with a step done."""
    made = journeys.EnrollmentFactory(journey=has["journey"], partner=partner)
    StepProgress.objects.create(enrollment=made, step=has["step"], completed_at=NOW)
    return made


def goal_target(partner: Partner, has: dict[str, Any]) -> Any:
    """A partner's part of a goal, below that of the whole program."""
    whole = goals.GoalTargetFactory()
    return goals.GoalTargetFactory(goal=whole.goal, parent=whole, kind="partner", partner=partner)


#: One way to make each kind of row; a new part of partners needs a line here.
MAKERS: dict[str, Maker] = {
    "partners.Person": person,
    "partners.Assignment": lambda p, has: records.AssignmentFactory(partner=p, user=VendorUserFactory()),
    "partners.CategoryMembership": lambda p, has: records.CategoryMembershipFactory(
        partner=p, category=has["category"], is_primary=True
    ),
    "partners.PartnerApplication": lambda p, has: records.PartnerApplicationFactory(
        handed_in=True, state="approved", due_at=None, decided_at=NOW, partner=p
    ),
    "partners.Flag": lambda p, has: records.FlagFactory(partner=p),
    "partners.Touch": lambda p, has: records.TouchFactory(partner=p),
    "partners.Acceptance": lambda p, has: records.AcceptanceFactory(person=records.PersonFactory(partner=p)),
    "enablement.AssetOpinion": lambda p, has: enablement.AssetOpinionFactory(
        person=records.PersonFactory(partner=p), asset=has["asset"]
    ),
    "partners.TierMove": lambda p, has: records.TierMoveFactory(partner=p, to_tier=has["tier"]),
    "partners.ManualOverride": lambda p, has: records.ManualOverrideFactory(partner=p, tier=has["tier"]),
    "partners.TierInvitation": lambda p, has: records.TierInvitationFactory(partner=p, tier=has["tier"]),
    "partners.TierProposal": lambda p, has: records.TierProposalFactory(partner=p, tier=has["tier"]),
    "partners.TierReviewOutcome": lambda p, has: records.TierReviewOutcomeFactory(partner=p, review=has["review"]),
    "deals.CustomerReference": lambda p, has: deals.CustomerReferenceFactory(partner=p),
    "enablement.HeldSpecialization": lambda p, has: enablement.HeldSpecializationFactory(
        partner=p, specialization=has["specialization"]
    ),
    "partners.TierHolding": lambda p, has: records.TierHoldingFactory(partner=p, tier=has["tier"]),
    "partners.Partner": lambda p, has: records.PartnerFactory(parent=p),
    "core.ExternalId": lambda p, has: external_ids.attach("partners", has["crm"], {p.pk: f"partner-{p.pk}"}),
    "partners.Thread": lambda p, has: records.ThreadFactory(partner=p),
    "partners.LifeStagePeriod": lambda p, has: records.LifeStagePeriodFactory(partner=p, stage=has["stage"]),
    "partners.DuplicatePair": lambda p, has: records.DuplicatePairFactory(first=p, second=records.PartnerFactory()),
    "partners.Merge": lambda p, has: records.MergeFactory(survivor=p),
    "deals.DealParticipant": lambda p, has: deals.DealParticipantFactory(
        deal=has["deal"], partner=p, role="resell", split_percent=40
    ),
    "enablement.Enrollment": enrollment,
    "enablement.HeldCertification": lambda p, has: learning.HeldCertificationFactory(
        person=records.PersonFactory(partner=p)
    ),
    "enablement.CourseProgress": lambda p, has: learning.CourseProgressFactory(person=records.PersonFactory(partner=p)),
    "enablement.QuizStanding": lambda p, has: learning.QuizStandingFactory(person=records.PersonFactory(partner=p)),
    "enablement.QuizAttempt": lambda p, has: learning.QuizAttemptFactory(person=records.PersonFactory(partner=p)),
    "enablement.CertificationEnrollment": lambda p, has: learning.CertificationEnrollmentFactory(
        person=records.PersonFactory(partner=p)
    ),
    "enablement.HeldSkill": lambda p, has: learning.HeldSkillFactory(person=records.PersonFactory(partner=p)),
    "enablement.Adoption": lambda p, has: enablement.AdoptionFactory(partner=p, process=has["process"]),
    "enablement.NewsRead": lambda p, has: enablement.NewsReadFactory(person=records.PersonFactory(partner=p)),
    "enablement.EventRegistration": lambda p, has: enablement.EventRegistrationFactory(
        person=records.PersonFactory(partner=p)
    ),
    "enablement.PackageAttempt": lambda p, has: learning.PackageAttemptFactory(person=records.PersonFactory(partner=p)),
    "enablement.LearningStatement": lambda p, has: learning.LearningStatementFactory(
        person=records.PersonFactory(partner=p)
    ),
    "enablement.SurveyResponse": lambda p, has: surveys.SurveyResponseFactory(person=records.PersonFactory(partner=p)),
    "enablement.SurveyFeedback": lambda p, has: surveys.SurveyFeedbackFactory(partner=p),
    "enablement.SurveyActionGuest": lambda p, has: surveys.SurveyActionGuestFactory(partner=p),
    "enablement.Activity": lambda p, has: enablement.ActivityFactory(
        partner=p, person=None, asset=has["asset"], kind="view", day=date(2030, 1, 7)
    ),
    "enablement.VainSearch": lambda p, has: enablement.VainSearchFactory(
        partner=p, text="kubernetes", last_at=datetime(2030, 1, 7, 12, tzinfo=UTC)
    ),
    "segmentation.SegmentPin": lambda p, has: segmentation.SegmentPinFactory(partner=p, segment=has["segment"]),
    "segmentation.Classification": lambda p, has: segmentation.ClassificationFactory(partner=p),
    "segmentation.RuleTransition": lambda p, has: segmentation.RuleTransitionFactory(partner=p),
    "segmentation.PeerStanding": lambda p, has: segmentation.PeerStandingFactory(partner=p, measure=has["measure"]),
    "segmentation.SetAsidePartner": lambda p, has: segmentation.SetAsidePartnerFactory(partner=p),
    "scorecards.Score": lambda p, has: scorecards.ScoreFactory(partner=p, scorecard=has["scorecard"]),
    "partners.SecondaryAssignment": lambda p, has: records.SecondaryAssignmentFactory(partner=p),
    "scorecards.Alert": lambda p, has: alerts.AlertFactory(partner=p),
    "scorecards.ActionChoice": lambda p, has: alerts.ActionChoiceFactory(partner=p),
    "scorecards.PartnerScorecard": lambda p, has: assessments.PartnerScorecardFactory(partner=p),
    "scorecards.Assessment": lambda p, has: assessments.AssessmentFactory(partner=p),
    "scorecards.Answer": lambda p, has: assessments.AnswerFactory(assessment__partner=p),
    "scorecards.AnswerFile": lambda p, has: assessments.AnswerFileFactory(answer__assessment__partner=p),
    "scorecards.AssessmentRequest": lambda p, has: assessments.AssessmentRequestFactory(partner=p),
    "scorecards.PartnerTask": lambda p, has: scorecards.PartnerTaskFactory(partner=p),
    "scorecards.SuccessPlan": lambda p, has: success_plans.SuccessPlanFactory(partner=p),
    "scorecards.GoalFigure": lambda p, has: goals.GoalFigureFactory(partner=p),
    "scorecards.GoalTarget": goal_target,
    "scorecards.Prescription": lambda p, has: plays.PrescriptionFactory(partner=p),
    "scorecards.SegmentPlayMember": lambda p, has: plays.SegmentPlayMemberFactory(partner=p),
    "scorecards.PeriodScore": lambda p, has: scorecards.PeriodScoreFactory(partner=p, scorecard_version=has["card"]),
}


def moved_models() -> list[type[models.Model]]:
    """Return every model a part moves, and those that go along with its rows."""
    return [*{model: None for part in merge_parts.parts() for model in part.models}, StepProgress]


def rows_of_everything() -> dict[str, list[Any]]:
    """Return all rows as the database has them, but for bookkeeping."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for model in moved_models():
            table, key = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
            cursor.execute(
                f"SELECT (to_jsonb(t) - %s::text[])::text FROM {table} t ORDER BY {key}",  # noqa: S608 - our own names
                [list(BOOKKEEPING)],
            )
            found[model._meta.label] = [row[0] for row in cursor.fetchall()]
    return found


@pytest.fixture
def pair() -> tuple[Partner, Partner]:
    """Two partners with values of their own."""
    holding = records.PartnerFactory(name="Holding")
    return (
        records.PartnerFactory(name="Birchwood", parent=holding),
        records.PartnerFactory(
            name="Birchwood GmbH", domain="birchwood.example", industries=["Health"], attributes={"labs": 2}
        ),
    )


def test_every_kind_of_row_has_a_maker() -> None:
    assert {model._meta.label for part in merge_parts.parts() for model in part.models} == set(MAKERS)


@pytest.mark.parametrize("label", [*MAKERS, "everything"])
@pytest.mark.parametrize("whose", ["both", "merged"])
def test_there_and_back(label: str, whose: str, pair: tuple[Partner, Partner], victor: User) -> None:
    kept, gone = pair
    has = shared()
    for maker in MAKERS.values() if label == "everything" else [MAKERS[label]]:
        for partner in (kept, gone) if whose == "both" else (gone,):
            maker(partner, has)
    before = rows_of_everything()

    made = merging.merge(
        survivor=kept, merged=gone, by=victor, at=NOW,
        choices={"domain": Choice.MERGED, "industries": Choice.BOTH, "attributes.labs": Choice.MERGED},
    )  # fmt: skip
    merged = rows_of_everything()
    merging.undo(merge=made, by=victor, at=NOW + timedelta(days=3))

    after = rows_of_everything()
    _forget(after, made.pk, kept, gone)
    assert merged != before
    assert after == before


def _forget(rows: dict[str, list[str]], merge_id: int, kept: Partner, gone: Partner) -> None:
    """Leave out what an undo adds: the merge itself, and that the two are two."""
    rows["partners.Merge"] = [row for row in rows["partners.Merge"] if f'"id": {merge_id},' not in row]
    two = [f'"first_id": {kept.pk},', f'"second_id": {gone.pk},']
    rows["partners.DuplicatePair"] = [
        row for row in rows["partners.DuplicatePair"] if not all(part in row for part in two)
    ]


def test_ids_lead_back_to_their_own(pair: tuple[Partner, Partner], victor: User) -> None:
    kept, gone = pair
    crm = SourceFactory()
    external_ids.attach("partners", crm, {kept.pk: "1", gone.pk: "2"})

    merging.undo(merge=merging.merge(survivor=kept, merged=gone, by=victor, at=NOW), by=victor, at=NOW)

    assert dict(ExternalId.objects.values_list("value", "object_id")) == {"1": kept.pk, "2": gone.pk}
