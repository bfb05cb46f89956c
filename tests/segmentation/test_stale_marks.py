"""Every write to what criteria read marks the right partners, whichever way it is written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from partners.models import Partner
from segmentation.models import StalePartner
from tests.factories import (
    assessments,
    deals,
    enablement,
    journeys,
    learning,
    partners,
    scorecards,
    segmentation,
    surveys,
)

pytestmark = pytest.mark.django_db

Made = tuple[Any, set[int]]


def _partner() -> Made:
    partner = partners.PartnerFactory()
    return partner, {partner.pk}


def _region() -> Made:
    region = partners.RegionFactory()
    inside = [partners.PartnerFactory(region=region) for _ in range(2)]
    return region, {one.pk for one in inside}


def _tier() -> Made:
    lower = partners.TierFactory()
    upper = partners.TierFactory(track=lower.track)
    holders = [partners.TierHoldingFactory(tier=tier) for tier in (lower, upper)]
    return lower, {holding.partner_id for holding in holders}


def _agreement() -> Made:
    acceptance = partners.AcceptanceFactory()
    return acceptance.agreement, {acceptance.partner_id}


def _process() -> Made:
    adoption = enablement.AdoptionFactory()
    return adoption.process, {adoption.partner_id}


def _group_link() -> Made:
    link = partners.GroupLinkFactory()
    return link, {link.top_id}


def _answered() -> Made:
    answer = assessments.AnswerFactory()
    return answer, {answer.assessment.partner_id}


def _participant() -> Made:
    participant = deals.DealParticipantFactory()
    return participant, {participant.partner_id}


def _of_deal(pick: Callable[[Any], Any]) -> Callable[[], Made]:
    def make() -> Made:
        line = deals.DealLineFactory()
        two = [deals.DealParticipantFactory(deal=line.deal) for _ in range(2)]
        return pick(line), {one.partner_id for one in two}

    return make


def _held(pick: Callable[[Any], Any]) -> Callable[[], Made]:
    def make() -> Made:
        held = learning.HeldCertificationFactory()
        return pick(held), {held.person.partner_id}

    return make


def _of_person(factory: Any, pick: Callable[[Any], Any] = lambda row: row) -> Callable[[], Made]:
    def make() -> Made:
        row = factory()
        return pick(row), {row.person.partner_id}

    return make


def _proof(pick: Callable[[Any], Any]) -> Callable[[], Made]:
    def make() -> Made:
        evidence = learning.SkillEvidenceFactory()
        held = learning.HeldCertificationFactory(certification=evidence.certification)
        return pick(evidence), {held.person.partner_id}

    return make


def _own(factory: Any) -> Callable[[], Made]:
    def make() -> Made:
        row = factory()
        return row, {row.partner_id}

    return make


#: For each table that marks: a row, and the partners that a write to it concerns.
MAKERS: dict[str, Callable[[], Made]] = {
    "partners_partner": _partner,
    "partners_region": _region,
    "partners_person": _own(partners.PersonFactory),
    "partners_assignment": _own(partners.AssignmentFactory),
    "partners_categorymembership": _own(partners.CategoryMembershipFactory),
    "partners_tierholding": _own(partners.TierHoldingFactory),
    "partners_tierinvitation": _own(partners.TierInvitationFactory),
    "partners_tier": _tier,
    "partners_touch": _own(partners.TouchFactory),
    "partners_acceptance": _own(partners.AcceptanceFactory),
    "partners_agreement": _agreement,
    "partners_grouplink": _group_link,
    "deals_customerreference": _own(deals.CustomerReferenceFactory),
    "deals_dealparticipant": _participant,
    "deals_deal": _of_deal(lambda line: line.deal),
    "deals_dealline": _of_deal(lambda line: line),
    "deals_product": _of_deal(lambda line: line.product),
    "deals_customer": _of_deal(lambda line: line.deal.customer),
    "enablement_heldcertification": _held(lambda held: held),
    "enablement_certification": _held(lambda held: held.certification),
    "enablement_courseprogress": _of_person(learning.CourseProgressFactory),
    "enablement_quizstanding": _of_person(learning.QuizStandingFactory),
    "enablement_quiz": _of_person(learning.QuizStandingFactory, lambda standing: standing.quiz),
    "enablement_activity": _own(enablement.ActivityFactory),
    "enablement_enrollment": _own(journeys.EnrollmentFactory),
    "enablement_heldspecialization": _own(enablement.HeldSpecializationFactory),
    "enablement_event": _of_person(enablement.EventRegistrationFactory, lambda seat: seat.event),
    "enablement_eventregistration": _of_person(enablement.EventRegistrationFactory),
    "enablement_surveyresponse": _own(surveys.SurveyResponseFactory),
    "enablement_heldskill": _of_person(learning.HeldSkillFactory),
    "enablement_skill": _proof(lambda evidence: evidence.skill),
    "enablement_skillevidence": _proof(lambda evidence: evidence),
    "enablement_adoption": _own(enablement.AdoptionFactory),
    "enablement_process": _process,
    "scorecards_score": _own(scorecards.ScoreFactory),
    "scorecards_periodscore": _own(scorecards.PeriodScoreFactory),
    "scorecards_partnerscorecard": _own(assessments.PartnerScorecardFactory),
    "scorecards_answer": _answered,
    "segmentation_segmentpin": _own(segmentation.SegmentPinFactory),
    "segmentation_peerstanding": _own(segmentation.PeerStandingFactory),
}
#: Tables that mark only when an update changed something that rules read.
QUIET = {"segmentation_peerstanding", "scorecards_periodscore"}
#: Tables of which a row can be removed and put back while everything else stays.
REMOVABLE = [
    "partners_person",
    "partners_assignment",
    "partners_categorymembership",
    "partners_tierholding",
    "partners_tierinvitation",
    "partners_touch",
    "deals_customerreference",
    "deals_dealparticipant",
    "deals_dealline",
    "enablement_heldcertification",
    "enablement_courseprogress",
    "enablement_quizstanding",
    "enablement_eventregistration",
    "enablement_activity",
    "enablement_enrollment",
    "enablement_heldspecialization",
    "enablement_surveyresponse",
    "enablement_heldskill",
    "enablement_adoption",
    "segmentation_segmentpin",
    "segmentation_peerstanding",
]


#: Tables whose rows go to another partner with their person.
OF_PEOPLE = {
    "enablement_heldcertification",
    "enablement_courseprogress",
    "enablement_quizstanding",
    "enablement_eventregistration",
    "enablement_heldskill",
}


def marked() -> set[int]:
    """Return who is marked, and forget the marks."""
    found = set(StalePartner.objects.values_list("partner_id", flat=True))
    StalePartner.objects.all().delete()
    return found


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_every_table_that_marks_is_tried_here() -> None:
    marking = {
        model._meta.db_table
        for model in apps.get_models()
        if any(one.name == "stale_on_update" for one in getattr(model._meta, "triggers", ()))
    }

    assert set(MAKERS) == marking


@pytest.mark.parametrize("table", sorted(set(MAKERS) - QUIET))
def test_an_update_marks_whom_it_concerns(table: str) -> None:
    row, concerned = MAKERS[table]()
    other, others = MAKERS[table]()
    model, pk = type(row), row._meta.pk.column
    marked()

    row.save()
    assert marked() == concerned
    model._default_manager.filter(pk=row.pk).update(**{row._meta.pk.name: row.pk})
    assert marked() == concerned
    run(f"UPDATE {table} SET {pk} = {pk} WHERE {pk} = %s", row.pk)
    assert marked() == concerned
    run(f"UPDATE {table} SET {pk} = {pk} WHERE {pk} IN (%s, %s)", row.pk, other.pk)
    assert marked() == concerned | others
    run(f"UPDATE {table} SET {pk} = {pk} WHERE false")
    assert marked() == set()


@pytest.mark.parametrize("table", REMOVABLE)
def test_a_removal_and_a_bulk_insert_mark_whom_they_concern(table: str) -> None:
    row, concerned = MAKERS[table]()
    pk = row._meta.pk.column
    marked()

    run(f"DELETE FROM {table} WHERE {pk} = %s", row.pk)
    assert marked() == concerned
    type(row)._default_manager.bulk_create([row])
    assert marked() == concerned


@pytest.mark.parametrize("table", [one for one in REMOVABLE if one not in {"deals_dealline", *OF_PEOPLE}])
def test_what_moves_to_another_partner_marks_both(table: str) -> None:
    row, concerned = MAKERS[table]()
    heir = partners.PartnerFactory()
    marked()

    run(f"UPDATE {table} SET partner_id = %s WHERE id = %s", heir.pk, row.pk)

    assert marked() == concerned | {heir.pk}


def test_a_standing_marks_its_partner_when_percentile_or_rank_changed_and_not_when_only_its_value_did() -> None:
    standing = segmentation.PeerStandingFactory(peers=9)
    segmentation.PeerStandingFactory(peers=9)
    marked()

    run("UPDATE segmentation_peerstanding SET value = value + 1")
    assert marked() == set()
    run("UPDATE segmentation_peerstanding SET rank = 2 WHERE id = %s", standing.pk)
    assert marked() == {standing.partner_id}
    run("UPDATE segmentation_peerstanding SET percentile = 90 WHERE id = %s", standing.pk)
    assert marked() == {standing.partner_id}


def test_new_partners_are_marked_one_by_one_and_in_bulk() -> None:
    marked()

    one = partners.PartnerFactory()
    assert marked() == {one.pk}
    several = Partner.objects.bulk_create([Partner(name=f"Bulk {number}") for number in range(3)])
    assert marked() == {partner.pk for partner in several}


def test_a_mark_that_is_rolled_back_with_its_write_was_never_there() -> None:
    partner = partners.PartnerFactory()
    marked()

    run("SAVEPOINT mine")
    Partner.objects.filter(pk=partner.pk).update(city="Ulm")
    run("ROLLBACK TO SAVEPOINT mine")

    assert marked() == set()


def test_answers_without_a_name_mark_nobody() -> None:
    partner = partners.PartnerFactory()
    asked = surveys.SurveyRoundFactory(is_anonymous=True)
    person = partners.PersonFactory(partner=partner)
    marked()

    surveys.SurveyResponseFactory(round=asked, person=person)
    surveys.AnonymousAnswerFactory(round=asked)

    assert marked() == set()
