"""Where partners stand among their peers: as reckoned here in plain Python, kept over periods, written once."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import connection, connections

from accounts.models import User
from core.models import Program
from partners.models import Partner
from segmentation import engine
from segmentation.models import Classification, Measure, PeerRefresh, PeerStanding, RuleHealth, StalePartner
from segmentation.services import measures, peers, recompute, segments
from tests.factories.partners import (
    CategoryMembershipFactory,
    PartnerFactory,
    RegionFactory,
    TierFactory,
    TierHoldingFactory,
    TierTrackFactory,
)

pytestmark = pytest.mark.django_db

HEADS: dict[str, Any] = {"field": "employees"}
AWKWARD = (5, 5, None, 1, 900, 5, 1, None, 37, 0, 900, 12)


def compared(by: User, at: datetime, *, function: str = "percentile", key: str = "place", **settings: Any) -> Measure:
    """Return a published measure that compares peers by their people."""
    formula = {"function": function, "of": [HEADS], **settings}
    return measures.define(key=key, name=key.title(), formula=formula, by=by, at=at)


def standings(measure: Measure) -> dict[int, tuple[Decimal | None, int, int]]:
    """Return percentile, rank and number of peers, by partner."""
    rows = PeerStanding.objects.filter(measure=measure).values_list("partner_id", "percentile", "rank", "peers")
    return {pk: (percentile, rank, number) for pk, percentile, rank, number in rows}


def expected(
    partners: Iterable[Partner], group: Callable[[Partner], Any]
) -> dict[int, tuple[Decimal | None, int, int]]:
    """Return the same, counted one by one."""
    known = [one for one in partners if one.employees is not None and group(one) not in (None, "")]
    found = {}
    for one in known:
        others = [other for other in known if other != one and group(other) == group(one)]
        behind = sum(other.employees < one.employees for other in others)
        ahead = sum(other.employees > one.employees for other in others)
        exact = Decimal(100 * behind) / len(others) if others else None
        percentile = exact.quantize(Decimal("0.0001"), ROUND_HALF_UP) if exact is not None else None
        found[one.pk] = (percentile, ahead + 1, len(others) + 1)
    return found


def awkward_partners(**fields: Callable[[int], Any]) -> list[Partner]:
    """Return partners with ties and blanks among their numbers of people."""
    return [
        PartnerFactory(employees=heads, **{name: value(index) for name, value in fields.items()})
        for index, heads in enumerate(AWKWARD)
    ]


def test_among_everybody_with_ties_and_blanks(victor: User, now: datetime) -> None:
    partners = awkward_partners()
    measure = compared(victor, now)

    peers.refresh(at=now)

    assert standings(measure) == expected(partners, lambda _one: "all")


def test_within_a_country_a_group_of_one_is_first_of_one_and_who_has_no_country_has_no_standing(
    victor: User, now: datetime
) -> None:
    partners = awkward_partners(country=lambda index: ("DE", "AT", "", "US", "DE")[index % 5] if index else "CH")
    measure = compared(victor, now, peers="country")

    peers.refresh(at=now)

    found = standings(measure)
    assert found == expected(partners, lambda one: one.country)
    assert found[partners[0].pk] == (None, 1, 1)


def test_within_a_region(victor: User, now: datetime) -> None:
    emea = RegionFactory()
    regions = [None, emea, RegionFactory(parent=emea)]
    partners = awkward_partners(region=lambda index: regions[index % 3])
    measure = compared(victor, now, peers="region")

    peers.refresh(at=now)

    assert standings(measure) == expected(partners, lambda one: one.region_id)


def test_within_the_primary_category(victor: User, now: datetime) -> None:
    partners = awkward_partners()
    primary = {}
    category = CategoryMembershipFactory(partner=partners[0], is_primary=True).category
    primary[partners[0].pk] = category.pk
    for partner in partners[1:6]:
        CategoryMembershipFactory(partner=partner, category=category, is_primary=True)
        primary[partner.pk] = category.pk
    for partner in partners[6:9]:
        CategoryMembershipFactory(partner=partner, category=category, is_primary=False)
    measure = compared(victor, now, peers="category")

    peers.refresh(at=now)

    assert standings(measure) == expected(partners, lambda one: primary.get(one.pk))


def test_within_the_tier_held_on_a_track(victor: User, now: datetime) -> None:
    partners = awkward_partners()
    track = TierTrackFactory(key="solution")
    silver, gold = TierFactory(track=track, rank=1), TierFactory(track=track, rank=2)
    held = {}
    for partner in partners[:8]:
        tier = silver if partner.pk % 2 else gold
        TierHoldingFactory(partner=partner, tier=tier)
        held[partner.pk] = tier.pk
    TierHoldingFactory(partner=partners[9])  # on another track
    measure = compared(victor, now, peers="tier:solution")

    peers.refresh(at=now)

    assert standings(measure) == expected(partners, lambda one: held.get(one.pk))


def test_within_a_segment_and_only_those_who_fulfil_the_condition(victor: User, now: datetime) -> None:
    partners = awkward_partners(
        country=lambda index: "DE" if index % 2 else "AT", city=lambda index: "Ulm" * (index % 3)
    )
    german = {"combinator": "and", "rules": [{"field": "country", "operator": "equals", "value": "DE"}]}
    segments.define(key="german", name="German", criteria=german, by=victor, at=now)
    recompute.everything(at=now)
    has_city = {"combinator": "and", "rules": [{"field": "city", "operator": "is_set"}]}
    measure = compared(victor, now, peers="segment:german", where=has_city)

    peers.refresh(at=now)

    assert standings(measure) == expected(partners, lambda one: one.country == "DE" and bool(one.city) or None)


@pytest.mark.parametrize("function", ["percentile", "rank"])
def test_criteria_read_the_standing_as_a_field(function: str, victor: User, now: datetime) -> None:
    partners = awkward_partners()
    measure = compared(victor, now, function=function)
    peers.refresh(at=now)

    found = engine.values({"": {"field": measure.field_key}}, partner_ids=None, at=now)

    column = 0 if function == "percentile" else 1
    known = expected(partners, lambda _one: "all")
    assert {pk: row[""] for pk, row in found.items()} == {
        one.pk: known[one.pk][column] if one.pk in known else None for one in partners
    }


def test_a_segment_of_the_best_follows_when_somebody_overtakes(victor: User, now: datetime) -> None:
    first, second, third = (PartnerFactory(employees=heads) for heads in (30, 20, 10))
    measure = compared(victor, now, function="rank")
    leader = {"combinator": "and", "rules": [{"field": measure.field_key, "operator": "=", "value": 1}]}
    segment = segments.define(key="leader", name="Leader", criteria=leader, by=victor, at=now)
    peers.refresh(at=now)
    recompute.everything(at=now)
    assert _members(segment) == {first.pk}

    Partner.objects.filter(pk=third.pk).update(employees=99)
    recompute.all_stale(at=now)
    peers.refresh(at=now)
    recompute.all_stale(at=now)

    assert _members(segment) == {third.pk}
    assert StalePartner.objects.count() == 0
    assert second.pk not in _members(segment)


def test_a_second_refresh_writes_nothing(victor: User, now: datetime) -> None:
    awkward_partners()
    measure = compared(victor, now)
    assert peers.refresh(at=now) == 10
    before = list(PeerStanding.objects.order_by("id").values())
    PeerRefresh.objects.update(seen="")  # so that it does look again

    assert peers.refresh(at=now) == 0

    assert list(PeerStanding.objects.order_by("id").values()) == before
    assert measure.peer_refresh.taken_on == now.date()


def test_nothing_is_compared_again_until_something_was_written(
    victor: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    partner = PartnerFactory(employees=1)
    compared(victor, now)
    peers.refresh(at=now)
    peers.refresh(at=now + timedelta(minutes=3))  # the marks of the standings themselves
    seen = PeerRefresh.objects.get().refreshed_at

    peers.refresh(at=now + timedelta(minutes=6))
    assert PeerRefresh.objects.get().refreshed_at == seen

    Partner.objects.filter(pk=partner.pk).update(employees=2)
    peers.refresh(at=now + timedelta(minutes=9))
    assert PeerRefresh.objects.get().refreshed_at == now + timedelta(minutes=9)
    assert PeerStanding.objects.get().value == 2


def test_only_those_who_moved_are_marked_stale(victor: User, now: datetime) -> None:
    low, middle, high = (PartnerFactory(employees=heads) for heads in (1, 10, 100))
    compared(victor, now)
    peers.refresh(at=now)
    StalePartner.objects.all().delete()

    Partner.objects.filter(pk=low.pk).update(employees=50)
    StalePartner.objects.all().delete()
    peers.refresh(at=now)

    assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {low.pk, middle.pk}
    assert PeerStanding.objects.get(partner=high).percentile == 100


def test_who_loses_the_value_loses_the_standing(victor: User, now: datetime) -> None:
    partner = PartnerFactory(employees=5)
    measure = compared(victor, now)
    peers.refresh(at=now)

    Partner.objects.filter(pk=partner.pk).update(employees=None)
    peers.refresh(at=now)

    assert standings(measure) == {}


@pytest.mark.parametrize(
    ("frozen", "fiscal_start", "at", "day"),
    [
        ("", 1, datetime(2026, 5, 17, tzinfo=UTC), date(2026, 5, 17)),
        ("2026-01-01", 1, datetime(2026, 5, 17, tzinfo=UTC), date(2026, 1, 1)),
        ("2026-06-01", 1, datetime(2026, 5, 17, tzinfo=UTC), None),
        ("month", 1, datetime(2026, 5, 17, tzinfo=UTC), date(2026, 5, 1)),
        ("quarter", 1, datetime(2026, 5, 17, tzinfo=UTC), date(2026, 4, 1)),
        ("year", 4, datetime(2026, 5, 17, tzinfo=UTC), date(2026, 1, 1)),
        ("fiscal_year", 4, datetime(2026, 5, 17, tzinfo=UTC), date(2026, 4, 1)),
        ("fiscal_year", 4, datetime(2026, 3, 31, tzinfo=UTC), date(2025, 4, 1)),
        ("fiscal_year", 7, datetime(2026, 5, 17, tzinfo=UTC), date(2025, 7, 1)),
        ("fiscal_quarter", 2, datetime(2026, 1, 31, tzinfo=UTC), date(2025, 11, 1)),
        ("fiscal_quarter", 2, datetime(2026, 2, 1, tzinfo=UTC), date(2026, 2, 1)),
    ],
)
def test_the_day_that_is_compared(frozen: str, fiscal_start: int, at: datetime, day: date | None) -> None:
    Program.current()
    Program.objects.update(fiscal_year_start_month=fiscal_start)
    Program.forget()

    assert peers.taken_on(frozen, at=at) == day


def test_the_period_begins_at_midnight_of_the_program_not_of_the_server() -> None:
    Program.current()
    Program.objects.update(timezone="Pacific/Auckland")
    Program.forget()

    assert peers.taken_on("month", at=datetime(2026, 4, 30, 11, 59, tzinfo=UTC)) == date(2026, 4, 1)
    assert peers.taken_on("month", at=datetime(2026, 4, 30, 12, 1, tzinfo=UTC)) == date(2026, 5, 1)


def test_a_kept_comparison_stands_until_its_fiscal_year_is_over(victor: User) -> None:
    Program.current()
    Program.objects.update(fiscal_year_start_month=4)
    Program.forget()
    march, april, next_april = (datetime(*day, 9, tzinfo=UTC) for day in ((2026, 3, 20), (2026, 4, 2), (2027, 4, 1)))
    low, high = PartnerFactory(employees=1), PartnerFactory(employees=9)
    measure = compared(victor, march, function="rank", frozen="fiscal_year")
    peers.refresh(at=march)
    assert _ranks(measure) == {high.pk: 1, low.pk: 2}

    Partner.objects.filter(pk=low.pk).update(employees=99)
    late = PartnerFactory(employees=500)
    peers.refresh(at=march + timedelta(days=5))
    assert _ranks(measure) == {high.pk: 1, low.pk: 2}

    peers.refresh(at=april)
    assert _ranks(measure) == {late.pk: 1, low.pk: 2, high.pk: 3}
    Partner.objects.filter(pk=high.pk).update(employees=1000)
    peers.refresh(at=next_april - timedelta(days=1))
    assert _ranks(measure) == {late.pk: 1, low.pk: 2, high.pk: 3}

    peers.refresh(at=next_april)
    assert _ranks(measure) == {high.pk: 1, late.pk: 2, low.pk: 3}


def test_a_kept_comparison_looks_at_windows_of_time_as_of_its_day(victor: User) -> None:
    at = datetime(2026, 5, 17, 9, tzinfo=UTC)
    partner = PartnerFactory(joined_on=date(2026, 1, 1))
    days = {"field": "days_since_joined"}
    formula = {"function": "rank", "of": [days], "frozen": "2026-03-01"}
    measures.define(key="age", name="Age", formula=formula, by=victor, at=at)

    peers.refresh(at=at)

    standing = PeerStanding.objects.get(partner=partner)
    assert (standing.value, standing.taken_on) == (59, date(2026, 3, 1))


def test_before_its_day_has_come_nothing_is_compared(victor: User) -> None:
    at = datetime(2026, 5, 17, 9, tzinfo=UTC)
    PartnerFactory(employees=1)
    measure = compared(victor, at, frozen="2026-06-01")

    peers.refresh(at=at)
    assert standings(measure) == {}

    peers.refresh(at=datetime(2026, 6, 1, 0, 1, tzinfo=UTC))
    assert len(standings(measure)) == 1


def test_a_new_version_is_compared_at_once_even_within_the_period(victor: User, now: datetime) -> None:
    one, other = PartnerFactory(employees=1), PartnerFactory(employees=2)
    measure = compared(victor, now, function="rank", frozen="year")
    peers.refresh(at=now)
    draft = measures.draft_of(measure=measure, by=victor, at=now)
    turned = {"function": "rank", "of": [{"function": "difference", "of": [{"number": 0}, HEADS]}], "frozen": "year"}
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": turned})
    measures.publish(version=draft, by=victor, at=now)

    peers.refresh(at=now)

    assert _ranks(measure) == {one.pk: 1, other.pk: 2}


def test_a_measure_that_compares_no_longer_or_is_retired_leaves_no_standings(victor: User, now: datetime) -> None:
    PartnerFactory(employees=1)
    changed, retired = compared(victor, now), compared(victor, now, key="other")
    peers.refresh(at=now)
    assert PeerStanding.objects.count() == 2

    draft = measures.draft_of(measure=changed, by=victor, at=now)
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": HEADS})
    measures.publish(version=draft, by=victor, at=now)
    measures.retire(measure=retired, by=victor, at=now)
    peers.refresh(at=now)

    assert PeerStanding.objects.count() == PeerRefresh.objects.count() == 0


def test_a_comparison_of_comparisons_is_right_at_the_first_go(victor: User, now: datetime) -> None:
    low, high = PartnerFactory(employees=1, country="DE"), PartnerFactory(employees=9, country="DE")
    outer = measures.create(key="a_outer", name="Outer", by=victor, at=now)  # older, and first by every order of rows
    inner = compared(victor, now, key="z_inner", peers="country", frozen="year")
    draft = measures.draft_of(measure=outer, by=victor, at=now)
    formula = {"function": "rank", "of": [{"field": inner.field_key}], "frozen": "year"}
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": formula})
    measures.publish(version=draft, by=victor, at=now)

    peers.refresh(at=now)

    assert _ranks(outer) == {high.pk: 1, low.pk: 2}


def test_one_that_fails_keeps_its_standings_and_does_not_stop_the_others(victor: User, now: datetime) -> None:
    partner = PartnerFactory(employees=200)
    huge: dict[str, Any] = {"number": 10**15}
    sound = compared(victor, now, key="sound")
    failing = compared(victor, now, key="failing")
    peers.refresh(at=now)
    draft = measures.draft_of(measure=failing, by=victor, at=now)
    overflowing = {"function": "rank", "of": [{"function": "product", "of": [HEADS, *[huge] * 3]}]}
    measures.save_draft(version=draft, by=victor, at=now, changes={"criteria": overflowing})
    measures.publish(version=draft, by=victor, at=now)
    Partner.objects.filter(pk=partner.pk).update(employees=300)

    peers.refresh(at=now)

    assert PeerStanding.objects.get(measure=sound).value == 300
    assert PeerStanding.objects.get(measure=failing).value == 200
    assert RuleHealth.objects.get(kind="measure", rule_id=failing.pk).error


@pytest.mark.django_db(transaction=True)
def test_a_refresh_beside_another_leaves_the_same_standings(now: datetime) -> None:
    from tests.factories.accounts import VendorUserFactory  # noqa: PLC0415

    partners = awkward_partners()
    measure = compared(VendorUserFactory(), now)

    def work() -> None:
        try:
            peers.refresh(at=now)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert standings(measure) == expected(partners, lambda _one: "all")
    assert PeerRefresh.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_others_are_under_way_is_looked_for_again(now: datetime) -> None:
    """A transaction that began before the comparison and ends after it has numbered its marks, but hidden its rows."""
    from tests.factories.accounts import VendorUserFactory  # noqa: PLC0415

    partner = PartnerFactory(employees=1)
    compared(VendorUserFactory(), now)
    wrote, compared_once = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute("UPDATE partners_partner SET employees = 7 WHERE id = %s", [partner.pk])
                wrote.set()
                compared_once.wait(10)
                cursor.execute("COMMIT")
        finally:
            connections.close_all()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    wrote.wait(10)
    peers.refresh(at=now)
    compared_once.set()
    writer.join()
    assert PeerStanding.objects.get().value == 1

    peers.refresh(at=now)

    assert PeerStanding.objects.get().value == 7


def _ranks(measure: Measure) -> dict[int, int]:
    return dict(PeerStanding.objects.filter(measure=measure).values_list("partner_id", "rank"))


def _members(segment: Any) -> set[int]:
    found = Classification.objects.filter(segment_ids__contains=[segment.pk])
    return set(found.values_list("partner_id", flat=True))
