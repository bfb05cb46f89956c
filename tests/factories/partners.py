"""Partners and the definitions they are judged by: the least that is valid."""

import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from core.models.base import VersionState
from partners import models
from tests.factories.accounts import VendorUserFactory

#: A moment before everything a test does.
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = models.Region
        skip_postgeneration_save = True

    key = factory.Sequence(lambda n: f"region-{n}")
    name = factory.Sequence(lambda n: f"Region {n}")
    parent = None

    @factory.post_generation
    def path(self, create, extracted, **kwargs):
        """Give the region its way down from the root, as the service does."""
        if create:
            self.path = [*(self.parent.path if self.parent else []), self.pk]
            self.save(update_fields=["path"])


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = models.Partner

    name = factory.Sequence(lambda n: f"Partner {n}")
    status = models.PartnerStatus.ACTIVE


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = models.Person

    partner = factory.SubFactory(PartnerFactory)
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@partner.example")


class AttributeDefinitionFactory(DjangoModelFactory):
    class Meta:
        model = models.AttributeDefinition

    key = factory.Sequence(lambda n: f"attribute_{n}")
    label = factory.Sequence(lambda n: f"Attribute {n}")
    kind = models.AttributeKind.TEXT


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Assignment

    partner = factory.SubFactory(PartnerFactory)
    user = factory.SubFactory(VendorUserFactory)
    starts_at = EARLIER


class SecondaryAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = models.SecondaryAssignment

    partner = factory.SubFactory(PartnerFactory)
    user = factory.SubFactory(VendorUserFactory)
    starts_at = EARLIER


class LeaveCoverFactory(DjangoModelFactory):
    class Meta:
        model = models.LeaveCover

    user = factory.SubFactory(VendorUserFactory)
    stand_in = factory.SubFactory(VendorUserFactory)
    starts_at = EARLIER
    ends_at = EARLIER + timedelta(days=7)


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = models.Category

    key = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"Category {n}")


class VersionFactory(DjangoModelFactory):
    """A draft; with `published=True` a published version."""

    class Meta:
        abstract = True

    class Params:
        published = factory.Trait(state=VersionState.PUBLISHED, published_at=EARLIER)

    number = factory.LazyAttribute(lambda version: version.definition.versions.count() + 1)


class CategoryVersionFactory(VersionFactory):
    class Meta:
        model = models.CategoryVersion

    definition = factory.SubFactory(CategoryFactory)


class CategoryMembershipFactory(DjangoModelFactory):
    class Meta:
        model = models.CategoryMembership

    partner = factory.SubFactory(PartnerFactory)
    category = factory.SubFactory(CategoryFactory)
    state = models.MembershipState.ACTIVE
    source = models.MembershipSource.ASSIGNED
    starts_at = EARLIER


class TierTrackFactory(DjangoModelFactory):
    class Meta:
        model = models.TierTrack

    key = factory.Sequence(lambda n: f"track-{n}")
    name = factory.Sequence(lambda n: f"Track {n}")


class TierFactory(DjangoModelFactory):
    class Meta:
        model = models.Tier

    track = factory.SubFactory(TierTrackFactory)
    key = factory.Sequence(lambda n: f"tier-{n}")
    name = factory.Sequence(lambda n: f"Tier {n}")
    rank = factory.LazyAttribute(lambda tier: tier.track.tiers.count() + 1)


class TierVersionFactory(VersionFactory):
    class Meta:
        model = models.TierVersion

    definition = factory.SubFactory(TierFactory)


class CategoryOverrideFactory(DjangoModelFactory):
    class Meta:
        model = models.CategoryOverride

    category = factory.SubFactory(CategoryFactory)
    region = factory.SubFactory(RegionFactory)


class CategoryOverrideVersionFactory(VersionFactory):
    class Meta:
        model = models.CategoryOverrideVersion

    definition = factory.SubFactory(CategoryOverrideFactory)


class TierOverrideFactory(DjangoModelFactory):
    class Meta:
        model = models.TierOverride

    tier = factory.SubFactory(TierFactory)
    region = factory.SubFactory(RegionFactory)


class TierOverrideVersionFactory(VersionFactory):
    class Meta:
        model = models.TierOverrideVersion

    definition = factory.SubFactory(TierOverrideFactory)


class TierHoldingFactory(DjangoModelFactory):
    class Meta:
        model = models.TierHolding

    partner = factory.SubFactory(PartnerFactory)
    tier = factory.SubFactory(TierFactory)
    track = factory.SelfAttribute("tier.track")
    starts_at = EARLIER


class LifeStageFactory(DjangoModelFactory):
    class Meta:
        model = models.LifeStage

    key = factory.Sequence(lambda n: f"stage-{n}")
    name = factory.Sequence(lambda n: f"Stage {n}")
    position = factory.Sequence(lambda n: n)
    precedence = factory.Sequence(lambda n: n)


class LifeStageVersionFactory(VersionFactory):
    class Meta:
        model = models.LifeStageVersion

    definition = factory.SubFactory(LifeStageFactory)


class LifeStagePeriodFactory(DjangoModelFactory):
    class Meta:
        model = models.LifeStagePeriod

    partner = factory.SubFactory(PartnerFactory)
    stage = factory.SubFactory(LifeStageFactory)
    starts_at = EARLIER


class ThreadFactory(DjangoModelFactory):
    """The conversation with a partner."""

    class Meta:
        model = models.Thread

    partner = factory.SubFactory(PartnerFactory)
    subject_kind = "partner"
    subject_id = factory.LazyAttribute(lambda thread: thread.partner.pk)
    subject_public_id = factory.LazyAttribute(lambda thread: thread.partner.public_id)
    title = factory.LazyAttribute(lambda thread: thread.partner.name)
    last_message_at = EARLIER
    last_public_at = EARLIER


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = models.Message

    thread = factory.SubFactory(ThreadFactory)
    author = factory.SubFactory(VendorUserFactory)
    author_name = factory.LazyAttribute(lambda message: str(message.author))
    side = models.Side.VENDOR
    text = "Good morning"
    sent_at = EARLIER


class MessageFileFactory(DjangoModelFactory):
    class Meta:
        model = models.MessageFile

    message = factory.SubFactory(MessageFactory)
    file = factory.django.FileField(filename="plan.txt", data=b"a plan")
    file_name = "plan.txt"
    file_type = "text/plain; charset=utf-8"
    file_bytes = 6


class ThreadReaderFactory(DjangoModelFactory):
    class Meta:
        model = models.ThreadReader

    thread = factory.SubFactory(ThreadFactory)
    user = factory.SubFactory(VendorUserFactory)


class PlannedPublicationFactory(DjangoModelFactory):
    class Meta:
        model = models.PlannedPublication

    kind = "category"
    draft_id = factory.LazyFunction(lambda: CategoryVersionFactory().pk)
    draft_version = 1
    name = factory.Sequence(lambda n: f"Category {n}")
    publish_on = date(2030, 4, 1)
    planned_at = EARLIER


class RegionGrantFactory(DjangoModelFactory):
    class Meta:
        model = models.RegionGrant

    user = factory.SubFactory(VendorUserFactory, role="regional_admin")
    region = factory.SubFactory(RegionFactory)


class RegionCountryFactory(DjangoModelFactory):
    class Meta:
        model = models.RegionCountry

    region = factory.SubFactory(RegionFactory)
    country = factory.Sequence(lambda n: f"{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}")


class RegionMergeFactory(DjangoModelFactory):
    class Meta:
        model = models.RegionMerge

    into = factory.SubFactory(RegionFactory)
    key = factory.Sequence(lambda n: f"merged-region-{n}")
    name = factory.Sequence(lambda n: f"Merged region {n}")
    merged_at = EARLIER


class MembershipMoveFactory(DjangoModelFactory):
    class Meta:
        model = models.MembershipMove

    membership = factory.SubFactory(CategoryMembershipFactory)
    after = models.MembershipState.ACTIVE
    at = EARLIER


class MembershipPolicyFactory(DjangoModelFactory):
    class Meta:
        model = models.MembershipPolicy
        django_get_or_create = ("id",)

    id = 1


class MembershipReviewFactory(DjangoModelFactory):
    class Meta:
        model = models.MembershipReview

    membership = factory.SubFactory(CategoryMembershipFactory)
    due_on = date(2030, 4, 1)
    opened_at = EARLIER


class ReviewRemarkFactory(DjangoModelFactory):
    class Meta:
        model = models.ReviewRemark

    review = factory.SubFactory(MembershipReviewFactory)
    clause = factory.Sequence(lambda n: f"{n:064}")
    asked = "Employees is at least 10"
    mark = models.RemarkMark.ACCEPTED
    marked_at = EARLIER


class FlagFactory(DjangoModelFactory):
    class Meta:
        model = models.Flag

    about = models.FlagAbout.CATEGORY
    category = factory.SubFactory(CategoryFactory)
    from_partner = False
    reason = models.FlagReason.UNCLEAR
    text = "Is hosting a service, too?"
    sent_at = EARLIER
    due_on = date(2030, 4, 1)


class ApplicationTermsFactory(DjangoModelFactory):
    class Meta:
        model = models.ApplicationTerms
        django_get_or_create = ("id",)

    id = 1


class ApplicationQuestionFactory(DjangoModelFactory):
    class Meta:
        model = models.ApplicationQuestion

    key = factory.Sequence(lambda n: f"question-{n}")
    text = factory.Sequence(lambda n: f"Question {n}?")
    goes_to = models.AnswerGoesTo.NOWHERE
    kind = models.AttributeKind.TEXT


class PartnerApplicationFactory(DjangoModelFactory):
    """A draft; with `handed_in=True` one that waits for an answer."""

    class Meta:
        model = models.PartnerApplication

    class Params:
        handed_in = factory.Trait(
            state=models.ApplicationState.SUBMITTED,
            email_proved_at=EARLIER,
            submitted_at=EARLIER,
            due_at=EARLIER + timedelta(hours=48),
        )

    name = factory.Sequence(lambda n: f"Applicant {n}")
    country = "DE"
    contact_name = "Ada Applicant"
    contact_email = factory.Sequence(lambda n: f"ada{n}@applicant.example")
    token_digest = factory.Sequence(lambda n: f"{n:064x}")
    edited_at = EARLIER


class ApplicationAttemptFactory(DjangoModelFactory):
    class Meta:
        model = models.ApplicationAttempt

    act = "start"
    key = "network 192.0.2.0/24"


class TouchFactory(DjangoModelFactory):
    class Meta:
        model = models.Touch

    partner = factory.SubFactory(PartnerFactory)
    kind = models.TouchKind.CALL
    happened_at = EARLIER
    logged_by = factory.SubFactory(VendorUserFactory)


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = models.Agreement

    key = factory.Sequence(lambda n: f"agreement-{n}")
    name = factory.Sequence(lambda n: f"Agreement {n}")


class AgreementVersionFactory(VersionFactory):
    class Meta:
        model = models.AgreementVersion

    definition = factory.SubFactory(AgreementFactory)
    text = "Be fair."


class AcceptanceFactory(DjangoModelFactory):
    class Meta:
        model = models.Acceptance

    agreement_version = factory.SubFactory(AgreementVersionFactory, published=True)
    agreement = factory.SelfAttribute("agreement_version.definition")
    number = factory.SelfAttribute("agreement_version.number")
    person = factory.SubFactory(PersonFactory)
    partner = factory.SelfAttribute("person.partner")
    signed_name = factory.SelfAttribute("person.name")
    way = models.Way.CLICK
    text_hash = "0" * 64
    accepted_at = EARLIER


class SignatoryFactory(DjangoModelFactory):
    class Meta:
        model = models.Signatory

    person = factory.SubFactory(PersonFactory)
    named_by = factory.SubFactory(VendorUserFactory)
    named_at = EARLIER


class TierDayFactory(DjangoModelFactory):
    class Meta:
        model = models.TierDay

    day = factory.Sequence(lambda n: EARLIER.date() + timedelta(days=n))


class ManualOverrideFactory(DjangoModelFactory):
    class Meta:
        model = models.ManualOverride

    partner = factory.SubFactory(PartnerFactory)
    tier = factory.SubFactory(TierFactory)
    track = factory.SelfAttribute("tier.track")
    kind = models.ManualOverrideKind.CAP
    starts_at = EARLIER
    last_day_on = date(2040, 12, 31)
    reason = "Agreed with the board"
    wording = "As we agreed"


class TierInvitationFactory(DjangoModelFactory):
    class Meta:
        model = models.TierInvitation

    partner = factory.SubFactory(PartnerFactory)
    tier = factory.SubFactory(TierFactory)
    starts_at = EARLIER
    last_day_on = date(2040, 12, 31)


class TierProposalFactory(DjangoModelFactory):
    class Meta:
        model = models.TierProposal

    partner = factory.SubFactory(PartnerFactory)
    tier = factory.SubFactory(TierFactory)
    track = factory.SelfAttribute("tier.track")
    starts_at = EARLIER


class TierReviewFactory(DjangoModelFactory):
    class Meta:
        model = models.TierReview

    track = factory.SubFactory(TierTrackFactory)
    day = EARLIER.date()
    since_on = EARLIER.date()
    raises = True
    lowers = True
    state = models.TierReviewState.WAITING


class TierReviewOutcomeFactory(DjangoModelFactory):
    class Meta:
        model = models.TierReviewOutcome

    review = factory.SubFactory(TierReviewFactory)
    partner = factory.SubFactory(PartnerFactory)
    outcome = "stays"


class TierMoveFactory(DjangoModelFactory):
    class Meta:
        model = models.TierMove

    partner = factory.SubFactory(PartnerFactory)
    to_tier = factory.SubFactory(TierFactory)
    track = factory.SelfAttribute("to_tier.track")
    kind = models.MoveKind.PROMOTED
    source = models.HoldingSource.RULE
    at = EARLIER


class DuplicatePairFactory(DjangoModelFactory):
    class Meta:
        model = models.DuplicatePair

    first = factory.SubFactory(PartnerFactory)
    second = factory.SubFactory(PartnerFactory)
    score = 80


class DuplicateCheckFactory(DjangoModelFactory):
    class Meta:
        model = models.DuplicateCheck

    partner_id = 1


class MergeFactory(DjangoModelFactory):
    class Meta:
        model = models.Merge

    survivor = factory.SubFactory(PartnerFactory)
    merged_id = factory.Sequence(lambda n: 9_000_000_000 + n)
    merged_public_id = factory.LazyFunction(uuid.uuid4)
    merged_name = factory.Sequence(lambda n: f"Merged {n}")
    merged_at = EARLIER


class MergeMoveFactory(DjangoModelFactory):
    class Meta:
        model = models.MergeMove

    merge = factory.SubFactory(MergeFactory)
    step = 1
    part = "people"
    model = "partners.Person"
    row_id = 1
    before = factory.LazyFunction(dict)


class GroupLinkFactory(DjangoModelFactory):
    class Meta:
        model = models.GroupLink

    top_id = factory.Sequence(lambda n: 9_000_000_000 + n)
    member_id = factory.Sequence(lambda n: 8_000_000_000 + n)
