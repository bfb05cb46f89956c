"""What each name in an address stands for. A new address with a known name is covered without a line here.

A name is the address's parameter without `_id`; `public_id` and `id` take the word before them:
`segments/<uuid:public_id>/` is a `segment`, the API's `/deals/{id}` a `deal`. An unknown name fails the tests with a
request to add it here. Where one page needs a record of a special kind, `asset@asset-download` is only for that page.
"""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.services import invitations
from core.models import ExternalId
from core.models.base import VersionState
from deals.models import DealRole
from tests.architecture.world import EVERYBODY, OF_OAKHURST, OF_PINEWOOD, VENDOR, Thing, Variants, World
from tests.conftest import NOW
from tests.factories import (
    accounts,
    deals,
    enablement,
    insight,
    integrations,
    journeys,
    learning,
    partners,
    scorecards,
    segmentation,
)

Maker = Callable[[World], Variants]
SUBJECTS: dict[str, Maker] = {}
NO_CRITERIA = {"combinator": "and", "not": False, "rules": []}


def subject(*names: str) -> Callable[[Maker], Maker]:
    """Register what a name in an address stands for."""

    def register(make: Maker) -> Maker:
        SUBJECTS.update(dict.fromkeys(names, make))
        return make

    return register


def owned(pinewoods: Any, oakhursts: Any) -> Variants:
    """Two records of which each belongs to one partner."""
    return Variants(
        Thing(str(pinewoods.public_id), OF_PINEWOOD, pinewoods), Thing(str(oakhursts.public_id), OF_OAKHURST, oakhursts)
    )


def shared(record: Any) -> Variants:
    """A record that everybody sees who may open the page."""
    return Variants(Thing(str(record.public_id), EVERYBODY, record))


def published_or_not(published: Any, draft: Any) -> Variants:
    """Two records of which partners see only the published one."""
    return Variants(Thing(str(published.public_id), EVERYBODY, published), Thing(str(draft.public_id), VENDOR, draft))


def personal(mine: Any, theirs: Any, *, me: str, they: str) -> Variants:
    """Two records of which each belongs to one person."""
    return Variants(
        Thing(str(mine.public_id), frozenset({me}), mine), Thing(str(theirs.public_id), frozenset({they}), theirs)
    )


# --- accounts


@subject("user")
def user(world: World) -> Variants:
    """Somebody at the vendor; people of partners are not on those pages."""
    colleague, stranger = accounts.VendorUserFactory(), world.people["olga"]
    return Variants(
        Thing(str(colleague.public_id), EVERYBODY, colleague), Thing(str(stranger.public_id), frozenset(), stranger)
    )


@subject("integration")
def integration(world: World) -> Variants:
    """A system; all program admins see all."""
    return shared(accounts.IntegrationFactory())


@subject("credential")
def credential(world: World) -> Variants:
    """A secret of that system, and one of another."""
    known = world.things("integration", integration).own.record
    mine = accounts.IntegrationCredentialFactory(integration=known)
    other = accounts.IntegrationCredentialFactory()
    return Variants(Thing(str(mine.public_id), EVERYBODY, mine), Thing(str(other.public_id), frozenset(), other))


@subject("notification")
def notification(world: World) -> Variants:
    """A message to Pete, and one to Olga."""
    pete, olga = world.people["pete"], world.people["olga"]
    mine, theirs = accounts.NotificationFactory(user=pete), accounts.NotificationFactory(user=olga)
    return personal(mine, theirs, me="pete", they="olga")


@subject("invitation")
def invitation(world: World) -> Variants:
    """The token of an open invitation."""
    guest = invitations.invite(email="guest@vendor.example", name="Guest", role="cam", by=None, at=NOW)
    return Variants(Thing(invitations.token_of(guest.invitations.get()), EVERYBODY, guest), missing="nothing")


@subject("token")
def token(world: World) -> Variants:
    """A token that proves nothing."""
    return Variants(Thing("c0ffee-0123456789abcdef"), missing="nothing")


# --- partners


@subject("partner")
def partner(world: World) -> Variants:
    """The two partners."""
    return owned(world.pinewood, world.oakhurst)


@subject("other")
def other(world: World) -> Variants:
    """A partner to merge with; only who sees every partner merges."""
    return shared(partners.PartnerFactory())


@subject("duplicate")
def duplicate(world: World) -> Variants:
    """Two partners that may be one."""
    return shared(partners.DuplicatePairFactory())


@subject("merge")
def merge(world: World) -> Variants:
    """What became part of each partner."""
    return owned(
        partners.MergeFactory(survivor=world.pinewood, merged_at=NOW),
        partners.MergeFactory(survivor=world.oakhurst, merged_at=NOW),
    )


@subject("assignment_rule")
def assignment_rule(world: World) -> Variants:
    """A rule by which partners come to a manager."""
    return shared(segmentation.AssignmentRuleFactory())


@subject("person")
def person(world: World) -> Variants:
    """A colleague at each partner."""
    return owned(partners.PersonFactory(partner=world.pinewood), partners.PersonFactory(partner=world.oakhurst))


@subject("attribute")
def attribute(world: World) -> Variants:
    """An attribute."""
    return shared(partners.AttributeDefinitionFactory())


@subject("region")
def region(world: World) -> Variants:
    """A region."""
    return shared(partners.RegionFactory())


@subject("assignment")
def assignment(world: World) -> Variants:
    """Who looks after each partner."""
    return owned(world.pinewood.assignments.get(), world.oakhurst.assignments.get())


@subject("membership")
def membership(world: World) -> Variants:
    """Each partner in a category."""
    category = world.things("category", category_with_draft).own.record
    return owned(
        partners.CategoryMembershipFactory(partner=world.pinewood, category=category),
        partners.CategoryMembershipFactory(partner=world.oakhurst, category=category),
    )


def with_versions(versions: Any, definition: Any) -> Any:
    """Give a definition a published text and a draft of the next."""
    versions(definition=definition, state=VersionState.PUBLISHED, published_at=NOW, criteria=NO_CRITERIA, number=1)
    versions(definition=definition, state=VersionState.DRAFT, criteria=NO_CRITERIA, number=2)
    return definition


@subject("category")
def category_with_draft(world: World) -> Variants:
    """A category with a published text and a draft."""
    return shared(with_versions(partners.CategoryVersionFactory, partners.CategoryFactory()))


@subject("track")
def track(world: World) -> Variants:
    """The ladder of the tier."""
    return shared(world.things("tier", tier).own.record.track)


@subject("tier")
def tier(world: World) -> Variants:
    """A tier with a published text and a draft."""
    return shared(with_versions(partners.TierVersionFactory, partners.TierFactory()))


@subject("category_override")
def category_override(world: World) -> Variants:
    """What is special about that category in a region."""
    category = world.things("category", category_with_draft).own.record
    override = partners.CategoryOverrideFactory(category=category, region=world.pinewood.region)
    return shared(with_versions(partners.CategoryOverrideVersionFactory, override))


#: The pages that write what is special in a region: a regional program admin of another one does not find it there.
WRITES = ("edit", "publish", "discard", "retire", "unplan", "languages", "criteria")


@subject(*(f"category_override@category-override-{verb}" for verb in WRITES))
def category_override_to_write(world: World) -> Variants:
    """What is special about that category in Rita's region, and in another one."""
    own = world.things("category_override", category_override).own.record
    other = partners.CategoryOverrideFactory(category=own.category)
    return _of_regions(own, with_versions(partners.CategoryOverrideVersionFactory, other))


@subject(*(f"tier_override@tier-override-{verb}" for verb in WRITES))
def tier_override_to_write(world: World) -> Variants:
    """What is special about that tier in Rita's region, and in another one."""
    own = world.things("tier_override", tier_override).own.record
    other = partners.TierOverrideFactory(tier=own.tier)
    return _of_regions(own, with_versions(partners.TierOverrideVersionFactory, other))


def _of_regions(own: Any, other: Any) -> Variants:
    elsewhere = Thing(str(other.public_id), EVERYBODY - {"rita"}, other)
    return Variants(Thing(str(own.public_id), EVERYBODY, own), elsewhere)


@subject("tier_override")
def tier_override(world: World) -> Variants:
    """What is special about that tier in a region."""
    tier_of_it = world.things("tier", tier).own.record
    override = partners.TierOverrideFactory(tier=tier_of_it, region=world.pinewood.region)
    return shared(with_versions(partners.TierOverrideVersionFactory, override))


@subject("tier_review")
def tier_review(world: World) -> Variants:
    """A review of the tier's ladder that waits."""
    track_of_tier = world.things("tier", tier).own.record.track
    return shared(partners.TierReviewFactory(track=track_of_tier))


@subject("tier_outcome")
def tier_outcome(world: World) -> Variants:
    """What that review found for each partner."""
    review, judged = world.things("tier_review", tier_review).own.record, world.things("tier", tier).own.record
    return owned(
        *(
            partners.TierReviewOutcomeFactory(review=review, partner=one, judged_tier=judged)
            for one in (world.pinewood, world.oakhurst)
        )
    )


@subject("tier_proposal")
def tier_proposal(world: World) -> Variants:
    """Each partner waiting for the approval of that tier."""
    wanted = world.things("tier", tier).own.record
    return owned(*(partners.TierProposalFactory(partner=one, tier=wanted) for one in (world.pinewood, world.oakhurst)))


@subject("tier_invitation")
def tier_invitation(world: World) -> Variants:
    """Each partner invited to that tier."""
    wanted = world.things("tier", tier).own.record
    return owned(
        *(partners.TierInvitationFactory(partner=one, tier=wanted) for one in (world.pinewood, world.oakhurst))
    )


@subject("manual_override")
def manual_override(world: World) -> Variants:
    """Each partner with a tier decided by hand."""
    wanted = world.things("tier", tier).own.record
    return owned(
        *(partners.ManualOverrideFactory(partner=one, tier=wanted) for one in (world.pinewood, world.oakhurst))
    )


@subject("tier_move")
def tier_move(world: World) -> Variants:
    """What happened to each partner on that tier's ladder."""
    reached = world.things("tier", tier).own.record
    return owned(
        *(
            partners.TierMoveFactory(partner=one, to_tier=reached, judged_tier=reached)
            for one in (world.pinewood, world.oakhurst)
        )
    )


@subject("stage", "life_stage")
def stage(world: World) -> Variants:
    """A life stage with a published text and a draft."""
    return shared(with_versions(partners.LifeStageVersionFactory, partners.LifeStageFactory()))


@subject("number")
def number(world: World) -> Variants:
    """The number of a definition's version: the published one's."""
    return Variants(Thing("1"), missing="99")


# --- conversations


@subject("conversation")
def conversation(world: World) -> Variants:
    """The conversation with each partner."""
    return owned(*(partners.ThreadFactory(partner=one) for one in (world.pinewood, world.oakhurst)))


@subject("message")
def message(world: World) -> Variants:
    """A message in the conversation with each partner."""
    talks = world.things("conversation", conversation)
    return owned(*(partners.MessageFactory(thread=one.record) for one in (talks.own, talks.foreign) if one))


@subject("message_file")
def message_file(world: World) -> Variants:
    """A file sent with each of these messages."""
    said = world.things("message", message)
    return owned(*(partners.MessageFileFactory(message=one.record) for one in (said.own, said.foreign) if one))


@subject("membership_review")
def membership_review(world: World) -> Variants:
    """A review of each of those memberships."""
    memberships = world.things("membership", membership)
    assert memberships.foreign is not None
    return owned(
        partners.MembershipReviewFactory(membership=memberships.own.record),
        partners.MembershipReviewFactory(membership=memberships.foreign.record),
    )


@subject("membership@suggestion-accept", "membership@suggestion-refuse")
def suggestion(world: World) -> Variants:
    """A category suggested to each partner."""
    return owned(
        *(
            partners.CategoryMembershipFactory(partner=one, state="suggested", source="rule")
            for one in (world.pinewood, world.oakhurst)
        )
    )


@subject("flag")
def flag(world: World) -> Variants:
    """What somebody at each partner flagged."""
    return owned(
        *(
            partners.FlagFactory(partner=one, from_partner=True, sent_by=world.people[sender])
            for one, sender in ((world.pinewood, "paula"), (world.oakhurst, "olga"))
        )
    )


@subject("application")
def application(world: World) -> Variants:
    """One to review for Vera, one for Vincent; program admins and integrations see both. It is nobody's partner yet."""
    own, foreign = (
        partners.PartnerApplicationFactory(handed_in=True, reviewer=world.people[name]) for name in ("vera", "vincent")
    )
    return Variants(
        Thing(str(own.public_id), frozenset({"vera", "victor", "ian"}), own),
        Thing(str(foreign.public_id), frozenset({"vincent", "victor", "ian"}), foreign),
    )


@subject("application_question")
def application_question(world: World) -> Variants:
    """A question of the form."""
    return shared(partners.ApplicationQuestionFactory())


@subject("touch")
def touch(world: World) -> Variants:
    """A touch with each partner."""
    made = [partners.TouchFactory(partner=one) for one in (world.pinewood, world.oakhurst)]
    return owned(*made)


# --- agreements


@subject("agreement")
def agreement(world: World) -> Variants:
    """An agreement that everybody accepts, with a file and a draft of its next text."""
    made = partners.AgreementFactory()
    file = SimpleUploadedFile("agreement.txt", b"Be fair.")
    partners.AgreementVersionFactory(definition=made, published=True, file=file)
    partners.AgreementVersionFactory(definition=made, file=file)
    return shared(made)


@subject("acceptance")
def acceptance(world: World) -> Variants:
    """That agreement, accepted by each partner."""
    version = world.things("agreement", agreement).own.record.versions.get(number=1)
    copy = SimpleUploadedFile("signed.pdf", b"%PDF-")
    made = [
        partners.AcceptanceFactory(agreement_version=version, person=world.people[name].person, copy=copy)
        for name in ("paula", "olga")
    ]
    return owned(*made)


# --- segmentation


@subject("segment")
def segment(world: World) -> Variants:
    """A segment with a published text and a draft. Whom the vendor addresses how is not for partners to see."""
    made = with_versions(segmentation.SegmentVersionFactory, segmentation.SegmentFactory(kind="mixed"))
    return Variants(Thing(str(made.public_id), VENDOR, made))


@subject("measure")
def measure(world: World) -> Variants:
    """A measure with a published formula and a draft. How the vendor reckons is not for partners to see."""
    made = with_versions(segmentation.MeasureVersionFactory, segmentation.MeasureFactory())
    return Variants(Thing(str(made.public_id), VENDOR, made))


# --- deals


@subject("deal")
def deal(world: World) -> Variants:
    """A deal of each partner."""
    made = [deals.DealFactory(), deals.DealFactory()]
    for one, taking_part in zip(made, (world.pinewood, world.oakhurst), strict=True):
        deals.DealParticipantFactory(deal=one, partner=taking_part, role=DealRole.RESELL)
    return owned(*made)


@subject("reference")
def reference(world: World) -> Variants:
    """A customer reference of each partner."""
    made = [
        deals.CustomerReferenceFactory(partner=one, evidence=SimpleUploadedFile("letter.pdf", b"%PDF-"))
        for one in (world.pinewood, world.oakhurst)
    ]
    return owned(*made)


# --- enablement


@subject("specialization")
def specialization(world: World) -> Variants:
    """A specialization."""
    return shared(enablement.SpecializationFactory())


@subject("held_specialization")
def held_specialization(world: World) -> Variants:
    """A specialization each partner holds."""
    known = world.things("specialization", specialization).own.record
    made = [
        enablement.HeldSpecializationFactory(partner=one, specialization=known)
        for one in (world.pinewood, world.oakhurst)
    ]
    return owned(*made)


@subject("asset")
def asset(world: World) -> Variants:
    """A published asset and a draft."""
    return published_or_not(enablement.AssetFactory(), enablement.AssetFactory(published_at=None))


@subject("journey")
def journey(world: World) -> Variants:
    """A published journey on which both partners are, with a draft of its next version; and one never published."""
    published = journeys.JourneyFactory(published_at=NOW)
    journeys.JourneyStepFactory(journey=published)
    for traveller in (world.pinewood, world.oakhurst):
        journeys.EnrollmentFactory(journey=published, partner=traveller)
    written = journeys.JourneyVersionFactory(definition=published, published_at=None)
    journeys.JourneyStepFactory(journey_version=written)
    return published_or_not(published, journeys.JourneyFactory(published_at=None))


@subject("journey@journey-version")
def journey_published(world: World) -> Variants:
    """That journey alone: one never published has no version to read."""
    return shared(world.things("journey", journey).own.record)


@subject("step")
def step(world: World) -> Variants:
    """A step of that journey as partners walk it, and one of another."""
    return _steps_of(world, VersionState.PUBLISHED)


@subject("step@step-edit", "step@step-remove")
def drafted_step(world: World) -> Variants:
    """A step of that journey as it is being written, and one of another."""
    return _steps_of(world, VersionState.DRAFT)


def _steps_of(world: World, state: VersionState) -> Variants:
    mine = world.things("journey", journey).own.record.versions.get(state=state).steps.get()
    other = journeys.JourneyStepFactory()
    return Variants(
        Thing(str(mine.public_id), EVERYBODY, mine),
        Thing(str(other.public_id), frozenset(), other),
        within="journey",
    )


@subject("certification")
def certification(world: World) -> Variants:
    """A certification."""
    return shared(learning.CertificationFactory())


# --- scorecards


@subject("scorecard")
def scorecard(world: World) -> Variants:
    """A scorecard with a published version and a draft of the next."""
    made = scorecards.ScorecardFactory()
    scorecards.publish_metrics(made, {}, number=1)
    scorecards.ScorecardVersionFactory(definition=made, number=2)
    return shared(made)


@subject("metric")
def metric(world: World) -> Variants:
    """A metric of a draft."""
    return shared(scorecards.MetricFactory())


@subject("section")
def section(world: World) -> Variants:
    """A section of a draft of a scorecard."""
    return shared(scorecards.ScorecardSectionFactory())


# --- insight


@subject("finding")
def finding(world: World) -> Variants:
    """Something that seems wrong with the program."""
    return shared(insight.FindingFactory())


# --- integrations


@subject("program_import")
def program_import(world: World) -> Variants:
    """A program's document; all who manage the program see all."""
    return shared(integrations.ProgramImportFactory())


@subject("file")
def file(world: World) -> Variants:
    """An imported file; all who run imports see all."""
    return shared(integrations.ImportFileFactory())


@subject("code")
def code(world: World) -> Variants:
    """The code of a problem the API answers with."""
    return Variants(Thing("not_found"), missing="no_such_code")


# --- ids that other systems give


def external_id(world: World, resource: str, things: Variants) -> dict[str, dict[str, str]]:
    """Return source and value of the own and the foreign record of a resource, and of none."""
    source = world.ian.source
    named = {}
    for variant, thing in (("own", things.own), ("foreign", things.foreign)):
        if thing is not None:
            value = f"{variant}-{resource}"
            ExternalId.objects.get_or_create(
                resource_type=resource, object_id=thing.record.pk, source=source, value=value
            )
            named[variant] = {"source": source.key, "value": value}
    return {**named, "missing": {"source": source.key, "value": "missing"}}
