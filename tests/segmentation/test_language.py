"""What the language of criteria can say beyond plain comparisons, decided by the engine on real records."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from criteria.checks import check, check_formula
from criteria.fields import registry
from criteria.tree import operand_key, parse, parse_operand
from partners.models import Partner
from partners.services import partners as partner_services
from segmentation import engine
from segmentation.models import RuleTransition, Segment
from segmentation.services import measures, recompute, segments
from tests.factories.deals import DealFactory, DealLineFactory, DealParticipantFactory, ProductFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import (
    CategoryFactory,
    CategoryOverrideFactory,
    CategoryOverrideVersionFactory,
    CategoryVersionFactory,
    PartnerFactory,
    PersonFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db

DEALS = {"collection": "deals", "aggregate": "count"}
YEAR = {"last": 12, "unit": "months"}


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def picked(*rules: Any, at: datetime) -> set[str]:
    """Return the names of the partners that rules pick."""
    document = all_of(*rules)
    assert check(document, registry.catalog()) == []
    match = engine.preview(parse(document), at=at, visible=Partner.objects.all(), sample=100)
    return set(Partner.objects.filter(pk__in=match.sample).values_list("name", flat=True))


def value_of(formula: Any, partner: Partner, *, at: datetime) -> Decimal | None:
    assert check_formula(formula, registry.catalog()) == []
    return engine.values({"it": formula}, partner_ids=[partner.pk], at=at)[partner.pk]["it"]


def sold(partner: Partner, on: date, amount: int = 100, line: str = "") -> None:
    deal = DealFactory(stage="won", closed_on=on, amount=amount, program_amount=amount)
    DealParticipantFactory(deal=deal, partner=partner)
    if line:
        DealLineFactory(deal=deal, product=ProductFactory(line=line))


def holder(partner: Partner, *certifications: Any, on: date = date(2030, 1, 7)) -> None:
    person = PersonFactory(partner=partner)
    for certification in certifications:
        HeldCertificationFactory(person=person, certification=certification, earned_on=on)


@pytest.fixture
def ash() -> Partner:
    """A partner with something to count."""
    return PartnerFactory(name="Ash", employees=10)


@pytest.fixture
def beech() -> Partner:
    """Another one."""
    return PartnerFactory(name="Beech", employees=None)


def test_growth_compares_a_window_with_the_same_one_earlier(ash: Partner, beech: Partner, now: Any) -> None:
    today = now.date()
    for months_ago, amount in ((1, 150), (13, 100)):
        sold(ash, today - timedelta(days=30 * months_ago), amount)
    sold(beech, today, 500)
    growth = {"collection": "deals", "aggregate": "sum", "of": "amount", "window": YEAR}
    growth["growth_over"] = {"n": 1, "unit": "years"}

    assert picked({**growth, "operator": "=", "value": 50}, at=now) == {"Ash"}
    assert picked({**growth, "operator": "is_empty"}, at=now) == {"Beech"}


def test_what_grew_to_twice_as_much_has_grown_by_a_hundred_percent(ash: Partner, now: Any) -> None:
    """Averages of three are cut off after some digits: 6.66… against 3.33… is 100.00000000000001 then."""
    for days, amounts in ((30, (10, 5, 5)), (395, (5, 3, 2))):
        for amount in amounts:
            sold(ash, now.date() - timedelta(days=days), amount)
    growth = {"collection": "deals", "aggregate": "average", "of": "amount", "window": YEAR}
    growth["growth_over"] = {"n": 1, "unit": "years"}

    for operator in ("=", "<=", ">="):
        assert picked({**growth, "operator": operator, "value": 100}, at=now) == {"Ash"}, operator
    assert picked({**growth, "operator": "between", "value": [100, 101]}, at=now) == {"Ash"}
    assert picked({**growth, "operator": ">", "value": 100}, at=now) == set()


def test_three_thirds_of_the_points_are_all_of_them(ash: Partner, victor: Any, now: Any) -> None:
    third = {"function": "credit", "of": [{"number": 1}], "target": 3, "points": 10}
    thirds = {"function": "sum", "of": [third, third, third]}
    measures.define(key="thirds", name="Thirds", formula=thirds, by=victor, at=now)
    measures.define(key="ten", name="Ten", formula={"number": 10}, by=victor, at=now)
    bands = {"function": "bands", "of": [thirds], "bands": [{"from": 0, "value": 1}, {"from": 10, "value": 2}]}

    assert picked(rule("measure_thirds", ">=", 10), at=now) == {"Ash"}
    assert picked(rule("measure_thirds", ">=", {"field": "measure_ten"}), at=now) == {"Ash"}
    assert picked(rule("measure_ten", "<=", {"field": "measure_thirds"}), at=now) == {"Ash"}
    assert value_of(bands, ash, at=now) == 2


def test_a_window_may_lie_further_back_or_end_on_another_day(ash: Partner, beech: Partner, now: Any) -> None:
    sold(ash, date(2029, 2, 1))
    sold(beech, date(2030, 2, 1))
    at_least_one = {"operator": ">=", "value": 1}
    a_year_earlier = {**DEALS, "window": {**YEAR, "back": {"n": 1, "unit": "years"}}}
    as_of = {**DEALS, "window": {**YEAR, "as_of": "2029-12-31"}}

    assert picked({**a_year_earlier, **at_least_one}, at=now) == {"Ash"}
    assert picked({**as_of, **at_least_one}, at=now) == {"Ash"}
    assert picked({**DEALS, "window": YEAR, **at_least_one}, at=now) == {"Beech"}


def test_holders_are_people_who_have_several_things_at_once(ash: Partner, beech: Partner, now: Any) -> None:
    sales, technical = CertificationFactory(key="sales"), CertificationFactory(key="technical")
    holder(ash, sales, technical)
    holder(beech, sales)
    holder(beech, technical)
    each = [all_of(rule("certification", "equals", key)) for key in ("sales", "technical")]
    both = {"collection": "certifications", "aggregate": "count_holders", "of": "person", "each": each}

    assert picked({**both, "operator": ">=", "value": 1}, at=now) == {"Ash"}
    assert picked({**both, "at_least": 1, "operator": ">=", "value": 2}, at=now) == {"Beech"}
    assert picked({**both, "operator": "=", "value": 0}, at=now) == {"Beech"}


def test_each_area_that_sells_needs_its_own_people(ash: Partner, beech: Partner, now: Any) -> None:
    cloud, network = (CertificationFactory(product_line=line) for line in ("Cloud", "Network"))
    for partner in (ash, beech):
        sold(partner, now.date(), line="Cloud")
        sold(partner, now.date(), line="Network")
        holder(partner, cloud)
    holder(ash, network)
    per_area = {
        "areas": {**DEALS, "by": "product_lines", "window": YEAR, "operator": ">=", "value": 1},
        "need": {"collection": "certifications", "aggregate": "count", "by": "product_line"}
        | {"operator": ">=", "value": 1},
    }

    def figure(name: str, operator: str, value: int) -> set[str]:
        return picked({"per_area": {**per_area, "figure": name}, "operator": operator, "value": value}, at=now)

    assert figure("missing", "=", 0) == {"Ash"}
    assert figure("areas", "=", 2) == {"Ash", "Beech"}
    assert figure("share", "=", 50) == {"Beech"}
    assert figure("met", "=", 2) == {"Ash"}


def test_a_rule_may_ask_since_when_another_has_held_without_a_break(ash: Partner, now: Any) -> None:
    base = segments.define(key="large", name="Large", by=None, at=now, criteria=all_of(rule("employees", ">=", 5)))
    recompute.everything(at=now)
    for_a_week = rule("segments", "for_at_least", {"n": 7, "unit": "days", "of": [base.key]})
    lately = rule("segments", "within_last", {"n": 7, "unit": "days", "of": [base.key]})
    week = timedelta(days=7)

    assert picked(for_a_week, at=now + week - timedelta(days=1)) == set()
    assert picked(for_a_week, at=now + week) == {"Ash"}

    partner_services.update(partner=ash, by=None, at=now, changes={"employees": 1})
    left_at = now + timedelta(days=8)
    recompute.all_stale(at=left_at)
    assert picked(for_a_week, at=left_at) == set()
    assert picked(lately, at=left_at + timedelta(days=6)) == {"Ash"}
    assert picked(lately, at=left_at + week) == set()


def test_what_follows_from_the_past_is_kept_up_in_the_rule_book_itself(ash: Partner, now: Any) -> None:
    segments.define(key="large", name="Large", by=None, at=now, criteria=all_of(rule("employees", ">=", 5)))
    was = rule("segments", "within_last", {"n": 7, "unit": "days", "of": ["large"]})
    lately = segments.define(key="lately", name="Lately", by=None, at=now, criteria=all_of(was))
    recompute.everything(at=now)
    partner_services.update(partner=ash, by=None, at=now, changes={"employees": 1})
    recompute.all_stale(at=now + timedelta(days=1))

    assert _members(lately) == {"Ash"}

    recompute.everything(at=now + timedelta(days=8))
    assert _members(lately) == set()


def test_a_disabled_rule_asks_nothing(ash: Partner, beech: Partner, now: Any) -> None:
    off = {**rule("employees", ">=", 5), "disabled": True, "note": "until spring"}

    assert picked(off, rule("name", "is_set"), at=now) == {"Ash", "Beech"}
    assert picked({**all_of(rule("name", "equals", "Ash")), "disabled": True}, at=now) == {"Ash", "Beech"}


def test_formulas_reckon_exactly_and_say_nothing_where_nothing_is_known(ash: Partner, beech: Partner, now: Any) -> None:
    sold(ash, now.date(), 1000)
    revenue = {"collection": "deals", "aggregate": "sum", "of": "amount"}
    heads = {"field": "employees"}
    ratio = {"function": "ratio", "of": [revenue, heads]}
    bands = {"function": "bands", "of": [revenue], "bands": [{"from": 500, "value": 1}, {"from": 1000, "value": 2}]}
    points = {"function": "points", "parts": [{"of": heads, "each": 3, "cap": 20}, {"of": revenue, "each": "0.01"}]}
    gate = {"function": "gate", "where": all_of(rule("employees", "is_set")), "of": [revenue], "otherwise": -1}
    expected = (
        (ratio, 100, None),
        ({**ratio, "of": [revenue, {"number": 0}], "if_zero": 7}, 7, 7),
        (bands, 2, None),
        (points, 30, 0),
        ({**points, "cap": 25}, 25, 0),
        (gate, 1000, -1),
        ({"function": "credit", "of": [heads], "target": 40, "points": 100}, 25, 0),
        ({"function": "growth", "of": [{"number": 3}, {"number": 2}]}, 50, 50),
        ({"function": "clamp", "of": [heads], "from": 20}, 20, None),
        ({"function": "best", "of": [heads, {"number": 4}]}, 10, 4),
        ({"function": "average", "of": [heads, {"number": 4}]}, 7, 4),
        ({"function": "difference", "of": [heads, {"number": 4}, {"number": 1}]}, 5, None),
        ({"function": "round", "of": [{"function": "ratio", "of": [{"number": 2}, {"number": 3}]}], "places": 2},) +
        (Decimal("0.67"), Decimal("0.67")),
    )  # fmt: skip

    for formula, of_ash, of_beech in expected:
        assert value_of(formula, ash, at=now) == of_ash, formula
        assert value_of(formula, beech, at=now) == of_beech, formula


def test_a_place_among_peers_counts_those_below(now: Any) -> None:
    partners = [PartnerFactory(name=f"P{n}", country="DE", employees=n) for n in (10, 20, 20, 40, 50)]
    alone, unknown = PartnerFactory(country="FR", employees=1), PartnerFactory(country="DE", employees=None)
    by_country = {"function": "percentile", "of": [{"field": "employees"}], "peers": "country"}

    assert [value_of(by_country, one, at=now) for one in partners] == [0, 25, 25, 75, 100]
    assert value_of(by_country, alone, at=now) is None
    assert engine.values({"it": by_country}, partner_ids=[unknown.pk], at=now).get(unknown.pk, {}).get("it") is None
    ranks = {**by_country, "function": "rank", "peers": "everybody"}
    assert [value_of(ranks, one, at=now) for one in (*partners, alone)] == [5, 3, 3, 2, 1, 6]


def test_a_spread_tells_range_quartiles_and_who_is_unknown(now: Any) -> None:
    for n in range(1, 102):
        PartnerFactory(employees=n)
    PartnerFactory(employees=None)

    spread = engine.spread({"field": "employees"}, at=now, visible=Partner.objects.all(), buckets=10)

    assert (spread.known, spread.empty, spread.lowest, spread.highest) == (101, 1, 1, 101)
    assert spread.quartiles == (26, 51, 76)
    assert [n for _from, _to, n in spread.buckets] == [10] * 9 + [11]


def test_what_if_asks_the_whole_rule_book_and_writes_nothing(ash: Partner, now: Any) -> None:
    large = segments.define(key="large", name="Large", by=None, at=now, criteria=all_of(rule("employees", ">=", 50)))
    nested = all_of(rule("segments", "any_of", ["large"]), {**DEALS, "operator": ">=", "value": 3})
    both = segments.define(key="both", name="Both", by=None, at=now, criteria=nested)
    recompute.everything(at=now)
    substitutes = {
        operand_key(parse_operand({"field": "employees"})): 60,
        operand_key(parse_operand(DEALS)): 3,
    }

    answer = engine.what_if(partner_id=ash.pk, at=now, substitutes=substitutes)

    assert answer.before.segment_ids == []
    assert answer.after.segment_ids == sorted([large.pk, both.pk])
    assert not RuleTransition.objects.filter(partner=ash, kind="segment").exists()
    why = engine.explain(parse(nested), partner_id=ash.pk, at=now, substitutes={**substitutes, "segment:large": True})
    assert why.met
    assert why.leaves[1].has == "3"


def test_the_text_of_the_nearest_region_decides(now: Any) -> None:
    world = RegionFactory(key="world", parent=None)
    emea = RegionFactory(key="emea", parent=world)
    dach = RegionFactory(key="dach", parent=emea)
    category = CategoryFactory(key="reseller")
    live = {"state": "published", "published_at": now}
    CategoryVersionFactory(definition=category, criteria=all_of(rule("employees", ">=", 100)), **live)
    for region, least in ((emea, 50), (dach, 10)):
        override = CategoryOverrideFactory(category=category, region=region)
        criteria = all_of(rule("employees", ">=", least))
        CategoryOverrideVersionFactory(definition=override, overrides_criteria=True, criteria=criteria, **live)
    for name, region, employees in (
        ("world 60", world, 60), ("world 100", world, 100), ("emea 60", emea, 60), ("emea 20", emea, 20),
        ("dach 20", dach, 20), ("nowhere 60", None, 60),
    ):  # fmt: skip
        PartnerFactory(name=name, region=region, employees=employees)

    recompute.everything(at=now)

    eligible = Partner.objects.filter(classification__category_ids__contains=[category.pk])
    assert set(eligible.values_list("name", flat=True)) == {"world 100", "emea 60", "dach 20"}
    evidence = RuleTransition.objects.get(partner__name="dach 20", kind="category").evidence
    assert evidence["values"] == [20]
    assert evidence["override"] == category.overrides.get(region=dach).pk


def _members(segment: Segment) -> set[str]:
    found = Partner.objects.filter(classification__segment_ids__contains=[segment.pk])
    return set(found.values_list("name", flat=True))
