"""Two partners become one: what moves, what is settled by rule, what leads where, and when it is refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.services import external_ids
from deals.models import DealParticipant
from enablement.models import Enrollment, HeldCertification
from partners.models import Assignment, CategoryMembership, Merge, Partner, Person, TierHolding
from partners.services import assignments, merging, partners
from partners.services.merging import Choice
from segmentation.models import SegmentPin
from tests.conftest import NOW
from tests.factories.accounts import UserFactory, VendorUserFactory
from tests.factories.core import SourceFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.journeys import EnrollmentFactory, JourneyFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import (
    CategoryFactory,
    CategoryMembershipFactory,
    MergeFactory,
    PartnerFactory,
    PersonFactory,
    TierFactory,
    TierHoldingFactory,
)
from tests.factories.segmentation import SegmentFactory, SegmentPinFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Partner:
    """The record that stays."""
    return PartnerFactory(name="Birchwood", country="DE", industries=["Retail"])


@pytest.fixture
def gone() -> Partner:
    """The record that becomes part of it."""
    return PartnerFactory(
        name="Birchwood GmbH", domain="birchwood.example", city="Hamburg", industries=["Health", "Retail"],
        attributes={"labs": 3},
    )  # fmt: skip


def merge(kept: Partner, gone: Partner, by: User, **more: Any) -> Merge:
    """Merge now."""
    return merging.merge(survivor=kept, merged=gone, by=by, at=NOW, **more)


def test_the_merged_record_is_gone_and_a_tombstone_says_where_to(kept: Partner, gone: Partner, victor: User) -> None:
    made = merge(kept, gone, victor, note="Same company.")

    assert not Partner.objects.filter(pk=gone.pk).exists()
    assert (made.survivor, made.merged_public_id, made.merged_name, made.merged_by) == (
        kept, gone.public_id, "Birchwood GmbH", victor,
    )  # fmt: skip


def test_chosen_values_survive(kept: Partner, gone: Partner, victor: User) -> None:
    choices = {
        "domain": Choice.MERGED, "city": Choice.MERGED, "name": Choice.SURVIVOR, "industries": Choice.BOTH,
        "attributes.labs": Choice.MERGED,
    }  # fmt: skip

    merge(kept, gone, victor, choices=choices)

    kept.refresh_from_db()
    assert (kept.name, kept.domain, kept.city) == ("Birchwood", "birchwood.example", "Hamburg")
    assert (kept.industries, kept.attributes) == (["Retail", "Health"], {"labs": 3})


def test_twice_is_as_once_and_a_third_record_is_refused(kept: Partner, gone: Partner, victor: User) -> None:
    first = merge(kept, gone, victor)

    assert merge(kept, gone, victor) == first
    with pytest.raises(merging.MergeError, match="part of another"):
        merge(PartnerFactory(), gone, victor)
    with pytest.raises(merging.MergeError, match="two different"):
        merge(kept, kept, victor)


def test_people_move_and_one_known_to_both_stays_once(kept: Partner, gone: Partner, victor: User) -> None:
    account = UserFactory(email="ann@birchwood.example")
    stays = PersonFactory(partner=kept, email="ann@birchwood.example")
    twin = PersonFactory(partner=gone, email="Ann@Birchwood.example", user=account, job_title="CTO", is_admin=True)
    other = PersonFactory(partner=gone)
    held = HeldCertificationFactory(person=twin)

    merge(kept, gone, victor)

    stays.refresh_from_db()
    assert (stays.user, stays.job_title, stays.is_admin) == (account, "CTO", True)
    assert set(Person.objects.filter(partner=kept, left_at=None)) == {stays, other}
    assert HeldCertification.objects.get(pk=held.pk).person == stays


def test_the_stronger_of_two_memberships_goes_on_and_no_row_is_lost(kept: Partner, gone: Partner, victor: User) -> None:
    category, other = CategoryFactory(), CategoryFactory()
    weak = CategoryMembershipFactory(partner=kept, category=category, state="suggested")
    strong = CategoryMembershipFactory(partner=gone, category=category, state="active", is_primary=True)
    primary = CategoryMembershipFactory(partner=kept, category=other, is_primary=True)

    merge(kept, gone, victor)

    rows = {row.pk: (row.partner_id, row.state, row.is_primary) for row in CategoryMembership.objects.all()}
    assert rows == {
        weak.pk: (kept.pk, "ended", False),
        strong.pk: (kept.pk, "active", False),
        primary.pk: (kept.pk, "active", True),
    }


def test_the_higher_of_two_tiers_is_kept(kept: Partner, gone: Partner, victor: User) -> None:
    silver = TierFactory()
    gold = TierFactory(track=silver.track)
    TierHoldingFactory(partner=kept, tier=silver)
    TierHoldingFactory(partner=gone, tier=gold)

    merge(kept, gone, victor)

    assert [one.tier for one in TierHolding.objects.open().filter(partner=kept)] == [gold]
    assert TierHolding.objects.filter(partner=kept).count() == 2


def test_the_survivors_manager_stays(kept: Partner, gone: Partner, victor: User) -> None:
    ours, theirs = VendorUserFactory(), VendorUserFactory()
    assignments.assign(partners=[kept], user=ours, by=victor, at=NOW - timedelta(days=2))
    assignments.assign(partners=[gone], user=theirs, by=victor, at=NOW - timedelta(days=1))

    merge(kept, gone, victor)

    assert [one.user for one in Assignment.objects.open().filter(partner=kept)] == [ours]
    assert Assignment.objects.filter(partner=kept, user=theirs, ends_at=NOW).exists()


def test_one_role_on_one_deal_takes_both_shares(kept: Partner, gone: Partner, victor: User) -> None:
    deal, other = DealFactory(), DealFactory()
    for partner, share in ((kept, 40), (gone, 30)):
        DealParticipantFactory(deal=deal, partner=partner, role="resell", split_percent=share)
    DealParticipantFactory(deal=other, partner=gone, role="refer")

    merge(kept, gone, victor)

    found = set(DealParticipant.objects.filter(partner=kept).values_list("deal", "role", "split_percent"))
    assert found == {(deal.pk, "resell", Decimal(70)), (other.pk, "refer", Decimal(100))}


def test_the_walk_that_got_further_goes_on(kept: Partner, gone: Partner, victor: User) -> None:
    journey = JourneyFactory(published_at=NOW)
    EnrollmentFactory(journey=journey, partner=kept)
    done = EnrollmentFactory(journey=journey, partner=gone, state="completed", completed_at=NOW)

    merge(kept, gone, victor)

    assert list(Enrollment.objects.all()) == [done]
    assert Enrollment.objects.get().partner == kept


def test_the_survivors_pin_holds(kept: Partner, gone: Partner, victor: User) -> None:
    segment = SegmentFactory(kind="mixed")
    SegmentPinFactory(segment=segment, partner=kept, direction="in")
    SegmentPinFactory(segment=segment, partner=gone, direction="out")

    merge(kept, gone, victor)

    assert list(SegmentPin.objects.values_list("partner", "direction")) == [(kept.pk, "in")]


def test_ids_of_both_lead_to_the_survivor_also_from_one_source(kept: Partner, gone: Partner, victor: User) -> None:
    crm = SourceFactory(key="crm")
    external_ids.attach("partners", crm, {kept.pk: "1", gone.pk: "2"})
    merge(kept, gone, victor)

    outcome = partners.upsert_many(
        rows=[{"external_id": "2", "name": "Birchwood", "city": "Bremen"}], source=crm, by=None, at=NOW
    )

    kept.refresh_from_db()
    assert (outcome[0].object_id, kept.city) == (kept.pk, "Bremen")
    assert external_ids.of_objects("partners", [kept.pk]) == {kept.pk: {"crm": "1"}}
    assert external_ids.find("partners", crm, ["1", "2"]) == {"1": kept.pk, "2": kept.pk}


def test_those_below_stand_below_the_survivor_which_moves_up_when_it_was_one_of_them(
    gone: Partner, victor: User
) -> None:
    holding = PartnerFactory(name="Holding")
    Partner.objects.filter(pk=gone.pk).update(parent=holding)
    between = PartnerFactory(name="Between", parent=gone)
    kept = PartnerFactory(name="Below", parent=between)

    merge(kept, gone, victor)

    kept.refresh_from_db()
    between.refresh_from_db()
    assert (kept.parent, between.parent) == (holding, kept)


def test_what_was_merged_before_follows(kept: Partner, gone: Partner, victor: User) -> None:
    third = PartnerFactory(name="Birchwood AG")
    first = merge(gone, third, victor)

    second = merge(kept, gone, victor)

    first.refresh_from_db()
    assert first.survivor == kept
    with pytest.raises(merging.MergeError, match="Undo that first"):
        merging.undo(merge=first, by=victor, at=NOW)
    assert merging.undo(merge=second, by=victor, at=NOW)
    assert merging.undo(merge=first, by=victor, at=NOW)
    assert Partner.objects.filter(pk__in=[kept.pk, gone.pk, third.pk]).count() == 3


def test_undo_brings_back_both_and_leaves_what_came_since(kept: Partner, gone: Partner, victor: User) -> None:
    moved = PersonFactory(partner=gone)
    made = merge(kept, gone, victor, choices={"city": Choice.MERGED, "domain": Choice.MERGED})
    new = PersonFactory(partner=kept)
    Partner.objects.filter(pk=kept.pk).update(city="Bremen")

    assert merging.undo(merge=made, by=victor, at=NOW + timedelta(days=29))
    assert not merging.undo(merge=made, by=victor, at=NOW + timedelta(days=29))

    back = Partner.objects.get(pk=gone.pk)
    kept.refresh_from_db()
    assert (back.public_id, back.domain, back.city) == (gone.public_id, "birchwood.example", "Hamburg")
    assert (kept.domain, kept.city) == ("", "Bremen")
    assert Person.objects.get(pk=moved.pk).partner == back
    assert Person.objects.get(pk=new.pk).partner == kept


def test_undo_is_refused_after_thirty_days(kept: Partner, gone: Partner, victor: User) -> None:
    made = merge(kept, gone, victor)

    with pytest.raises(merging.MergeError, match="30 days"):
        merging.undo(merge=made, by=victor, at=NOW + timedelta(days=30))
    assert merging.undo(merge=made, by=victor, at=NOW + timedelta(days=30) - timedelta(seconds=1))


def test_after_an_undo_they_can_be_merged_again(kept: Partner, gone: Partner, victor: User) -> None:
    merging.undo(merge=merge(kept, gone, victor), by=victor, at=NOW)

    assert merge(kept, Partner.objects.get(pk=gone.pk), victor).undone_at is None


def test_a_row_that_no_part_moves_stops_the_merge(
    kept: Partner, gone: Partner, victor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = PersonFactory(partner=gone)
    monkeypatch.setattr("partners.services.merging.parts", list)

    with pytest.raises(merging.MergeError):
        merge(kept, gone, victor)

    person.refresh_from_db()
    assert person.partner == gone
    assert not Merge.objects.exists()


def test_the_database_keeps_one_standing_merge_of_a_record_and_its_moments_in_order(kept: Partner) -> None:
    made = MergeFactory(survivor=kept)

    for wrong in (
        {"survivor": kept, "merged_public_id": made.merged_public_id},
        {"survivor": kept, "merged_id": kept.pk},
        {"survivor": kept, "undone_at": made.merged_at - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            MergeFactory(**wrong)


def test_certifications_both_entries_hold_are_not_counted_twice(kept: Partner, gone: Partner, victor: User) -> None:
    certification = CertificationFactory()
    stays = PersonFactory(partner=kept, email="ann@birchwood.example")
    twin = PersonFactory(partner=gone, email="ann@birchwood.example")
    for person in (stays, twin):
        HeldCertificationFactory(person=person, certification=certification)

    merge(kept, gone, victor)

    assert HeldCertification.objects.filter(person=stays).count() == 1
    assert HeldCertification.objects.of_people_here().count() == 1
