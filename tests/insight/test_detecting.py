"""Each thing that may be wrong is found where it is so, at its threshold, and not below it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Notification, User
from insight.models import FindingKind
from insight.queries import detecting
from insight.services import figures
from partners.models import Category, Partner
from partners.services import categories
from segmentation.models import Classification
from tests.factories.enablement import AssetFactory
from tests.factories.partners import FlagFactory, PartnerFactory
from tests.factories.segmentation import SegmentFactory, SegmentVersionFactory
from tests.insight.conftest import stay, won

pytestmark = pytest.mark.django_db
Maker = Callable[..., Category]
LONG_AGO = timedelta(days=700)


def found_at(now: datetime, kind: FindingKind) -> list[detecting.Found]:
    figures.refresh(at=now)
    return [one for one in detecting.everything(at=now) if one.kind == kind]


def members(category: Category, count: int, now: datetime, **fields: Any) -> list[Partner]:
    partners = [PartnerFactory(**fields) for _each in range(count)]
    for partner in partners:
        stay(partner, category, now - LONG_AGO)
    return partners


def test_more_than_a_dozen_categories_are_too_many(category_of: Maker, now: datetime) -> None:
    for number in range(12):
        category_of(f"Category {number}")
    assert found_at(now, FindingKind.TOO_MANY) == []

    category_of("One more")

    assert [one.numbers for one in found_at(now, FindingKind.TOO_MANY)] == [{"categories": 13, "most": 12}]


@pytest.mark.parametrize(("apart", "is_found"), [(2, True), (3, False)])
def test_nearly_the_same_members(category_of: Maker, now: datetime, apart: int, is_found: bool) -> None:
    msp, var = category_of("MSP"), category_of("VAR")
    for partner in members(msp, 8, now):
        stay(partner, var, now - LONG_AGO)
    members(var, apart, now)

    found = found_at(now, FindingKind.SAME_MEMBERS)

    assert [one.numbers["both"] for one in found] == ([8] if is_found else [])


def test_nearly_the_same_benefits(category_of: Maker, now: datetime) -> None:
    text = "A named engineer, two days of training a year, and joint marketing funds of 2,000 euro each quarter."
    msp, var = category_of("MSP", benefits=text), category_of("VAR", benefits=text.replace("two days", "three days"))
    category_of("ISV", benefits="A listing in our catalogue and early access to every interface before it is released.")

    found = found_at(now, FindingKind.SAME_BENEFITS)

    assert [{one.category_id, one.other_id} for one in found] == [{msp.pk, var.pk}]


def test_nobody_in_it_after_a_month(category_of: Maker, now: datetime) -> None:
    empty = category_of("MSP", published_at=now - timedelta(days=30))
    category_of("New", published_at=now - timedelta(days=29))
    members(category_of("VAR", published_at=now - timedelta(days=90)), 1, now)

    assert [one.category_id for one in found_at(now, FindingKind.NO_MEMBERS)] == [empty.pk]


def test_members_of_whom_criteria_know_nothing(victor: User, now: datetime) -> None:
    asks = {"combinator": "and", "rules": [{"field": "employees", "operator": ">=", "value": 10}]}
    msp = categories.define(key="msp", name="MSP", by=victor, at=now, criteria=asks)
    members(msp, 4, now, employees=20)
    members(msp, 2, now, employees=None)

    (found,) = found_at(now, FindingKind.NO_DATA)

    assert found.numbers["members"] == 6
    assert [share for _label, share in found.numbers["fields"]] == [33]


def test_memberships_past_their_review(category_of: Maker, now: datetime) -> None:
    msp = category_of("MSP")
    members(msp, 9, now)
    late = stay(PartnerFactory(), msp, now - LONG_AGO)
    late.next_review_on = date(2030, 3, 17)
    late.save(update_fields=["next_review_on"])

    assert [one.numbers for one in found_at(now, FindingKind.OVERDUE)] == [{"overdue": 1, "members": 10}]


def test_data_moved_and_nobody_did(category_of: Maker, now: datetime) -> None:
    msp = category_of("MSP")
    partners = members(msp, 10, now)
    assert found_at(now, FindingKind.RIGID) == []
    for partner in partners[:5]:
        Partner.objects.filter(pk=partner.pk).update(changed_at={"employees": (now - timedelta(days=9)).isoformat()})

    assert [one.numbers for one in found_at(now, FindingKind.RIGID)] == [{"moved": 5, "members": 10}]


def test_partners_that_were_never_told(category_of: Maker, pinewood: Partner, paula: User, now: datetime) -> None:
    msp = category_of("MSP")
    stay(pinewood, msp, now - LONG_AGO)
    assert [one.numbers for one in found_at(now, FindingKind.UNTOLD)] == [
        {"untold": 1, "members": 1, "without_user": 0}
    ]

    Notification.objects.create(
        user=paula, kind="membership", text="You are in", url=f"/partner/categories/{msp.public_id}/", dedupe_key="1"
    )

    assert found_at(now, FindingKind.UNTOLD) == []


def test_feedback_that_nobody_acts_on(category_of: Maker, now: datetime) -> None:
    msp = category_of("MSP")
    FlagFactory(category=msp, due_on=date(2030, 3, 17))
    FlagFactory(category=msp, due_on=date(2030, 3, 18))

    assert [one.numbers for one in found_at(now, FindingKind.UNHEARD)] == [{"late": 1, "open": 2}]


def test_a_segment_treated_like_all_others(pinewood: Partner, now: datetime) -> None:
    def segment_with_a_member() -> Any:
        version = SegmentVersionFactory(published_at=now - LONG_AGO)
        pinewood.classification.segment_ids.append(version.definition_id)
        pinewood.classification.save(update_fields=["segment_ids"])
        return version.definition

    Classification.objects.get_or_create(partner=pinewood)
    plain, with_content = segment_with_a_member(), segment_with_a_member()
    AssetFactory(audience=with_content)
    SegmentFactory()

    assert [one.segment_id for one in found_at(now, FindingKind.LIKE_ALL_OTHERS)] == [plain.pk]


def test_two_categories_that_look_like_one(category_of: Maker, now: datetime) -> None:
    msp, var = category_of("MSP"), category_of("VAR")
    for partner in members(msp, 10, now):
        stay(partner, var, now - LONG_AGO)
    won(Partner.objects.earliest("pk"), 500, date(2030, 2, 1))

    (found,) = found_at(now, FindingKind.MERGE)

    assert {found.category_id, found.other_id} == {msp.pk, var.pk}
    assert (found.numbers["percent"], found.numbers["revenue"]) == (100, "500.0000")


def test_a_category_that_holds_two_kinds_of_partners(category_of: Maker, now: datetime) -> None:
    msp, isv = category_of("MSP"), category_of("ISV")
    rich = members(msp, 5, now)
    for partner in rich:
        stay(partner, isv, now - LONG_AGO)
        won(partner, 4000, date(2030, 1, 10))
    for partner in members(msp, 6, now):
        won(partner, 1000, date(2030, 1, 10))

    (found,) = found_at(now, FindingKind.SPLIT)

    assert (found.category_id, found.other_id) == (msp.pk, isv.pk)
    assert found.numbers == {"inside": 5, "outside": 6, "inside_median": "4000.00", "outside_median": "1000.00"}


def test_a_category_that_nobody_needs(category_of: Maker, now: datetime) -> None:
    old = category_of("Old", published_at=now - LONG_AGO)
    members(old, 2, now)
    category_of("New", published_at=now - timedelta(days=300))
    members(category_of("MSP", published_at=now - LONG_AGO), 3, now)

    found = found_at(now, FindingKind.RETIRE)

    assert [one.category_id for one in found] == [old.pk]
