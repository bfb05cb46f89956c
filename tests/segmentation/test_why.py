"""Why a partner is (not) in something: now and then, with the records behind each number, for both sides."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from criteria.fields import registry
from criteria.tree import parse
from partners.models import LifeStage, Partner, Tier
from partners.services import categories, life_stages, overrides, tiers
from segmentation import queries
from segmentation.models import RuleTransition, Segment
from segmentation.queries import rules
from segmentation.services import measures, recompute, segments
from tests.factories.deals import DealParticipantFactory, WonDealFactory
from tests.factories.enablement import AssetFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import AttributeDefinitionFactory, PersonFactory, RegionFactory

pytestmark = pytest.mark.django_db
MISSING = "00000000-0000-7000-8000-000000000000"


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def won(operator: str, value: int, **more: Any) -> dict[str, Any]:
    return {
        "collection": "deals",
        "aggregate": "sum",
        "of": "amount",
        "where": all_of(rule("stage", "equals", "won")),
        "window": {"last": 12, "unit": "months"},
        "operator": operator,
        "value": value,
        **more,
    }


def deal(partner: Partner, name: str, amount: int, closed_on: date) -> None:
    made = WonDealFactory(name=name, amount=amount, program_amount=amount, closed_on=closed_on, customer__country="DE")
    DealParticipantFactory(deal=made, partner=partner)


def define(key: str, criteria: Any, now: datetime, **fields: Any) -> Segment:
    return segments.define(key=key, name=key.title(), by=None, at=now, criteria=criteria, **fields)


def publish(segment: Segment, criteria: Any, at: datetime) -> None:
    draft = segments.draft_of(segment=segment, by=None, at=at)
    segments.save_draft(version=draft, by=None, at=at, changes={"criteria": criteria})
    segments.publish(version=draft, by=None, at=at)


@pytest.fixture
def sellers(pinewood: Partner, now: datetime) -> Segment:
    """A segment by what was won in the last twelve months, and some deals of Pinewood's."""
    deal(pinewood, "Harbour", 40_000, date(2030, 2, 1))
    deal(pinewood, "Depot", 20_000, date(2030, 1, 5))
    deal(pinewood, "Long ago", 90_000, date(2028, 1, 5))
    segment = define("sellers", all_of(won(">=", 50_000), rule("country", "equals", "DE")), now)
    recompute.everything(at=now)
    return segment


@pytest.fixture
def gold(pinewood: Partner, now: datetime) -> Tier:
    """A tier that asks for deals, and for something partners do not see."""
    AttributeDefinitionFactory(key="rank", kind="number", label="Our ranking", partner_may_see=False)
    deal(pinewood, "Harbour", 40_000, date(2030, 2, 1))
    track = tiers.define_track(
        key="solution",
        name="Solution",
        by=None,
        at=now,
        tiers=[{"key": "gold", "name": "Gold", "criteria": all_of(won(">=", 1), rule("attributes.rank", ">=", 3))}],
    )
    recompute.everything(at=now)
    found: Tier = track.tiers.get()
    return found


@pytest.fixture
def vendor(client_of: Callable[..., Client], vera: Any) -> Client:
    return client_of(vera)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def address(kind: str, definition: Any, partner: Partner) -> str:
    return f"/vendor/why/{kind}/{definition.public_id}/{partner.public_id}/"


# --- the records behind a number


def found(criteria: Any, partner: Partner, now: datetime, path: str = "/rules/0") -> Any:
    return next(iter(queries.records(partner=partner, criteria=criteria, path=path, at=now)), None)


def test_the_records_that_count_are_those_the_figure_counts(pinewood: Partner, sellers: Segment, now: datetime) -> None:
    records = found(all_of(won(">=", 50_000)), pinewood, now)

    assert [(row.name, row.day, row.figure) for row in records.rows] == [
        ("Harbour", date(2030, 2, 1), "40,000 EUR"),
        ("Depot", date(2030, 1, 5), "20,000 EUR"),
    ]
    assert (records.total, records.more) == (2, 0)


def test_the_record_that_decides_comes_first(pinewood: Partner, sellers: Segment, now: datetime) -> None:
    lowest = found(all_of(won("<=", 1, aggregate="min")), pinewood, now)
    first = found(all_of(won("<=", 1, aggregate="first")), pinewood, now)

    assert [one.rows[0].name for one in (lowest, first)] == ["Depot", "Depot"]


def test_only_so_many_records_are_shown_and_the_rest_is_counted(pinewood: Partner, now: datetime) -> None:
    for number in range(53):
        deal(pinewood, f"Deal {number}", 10, date(2030, 2, 1))

    records = found(all_of(won(">=", 1)), pinewood, now)

    assert (len(records.rows), records.total, records.more) == (50, 53, 3)


def test_people_who_hold_several_things_are_shown_by_what_they_hold(pinewood: Partner, now: datetime) -> None:
    ann = PersonFactory(partner=pinewood, name="Ann")
    for key in ("basic", "expert", "other"):
        HeldCertificationFactory(person=ann, certification=CertificationFactory(key=key, name=key.title()))
    clause = {
        "collection": "certifications",
        "aggregate": "count_holders",
        "of": "person",
        "each": [all_of(rule("certification", "equals", key)) for key in ("basic", "expert")],
        "operator": ">=",
        "value": 1,
    }

    records = found(all_of(clause), pinewood, now)

    assert {row.name for row in records.rows} == {"Ann: Basic", "Ann: Expert"}


def test_a_figure_over_areas_shows_each_area_with_what_is_there(pinewood: Partner, now: datetime) -> None:
    deal(pinewood, "Harbour", 40_000, date(2030, 2, 1))
    clause = {
        "per_area": {
            "areas": {
                "collection": "deals",
                "by": "customer_country",
                "aggregate": "count",
                "operator": ">=",
                "value": 1,
            },
            "need": {
                "collection": "deals",
                "by": "customer_country",
                "aggregate": "sum",
                "of": "amount",
                "operator": ">=",
                "value": 50_000,
            },
            "figure": "missing",
        },
        "operator": "=",
        "value": 0,
    }

    records = found(all_of(clause), pinewood, now)

    assert [(area.figure, area.needed, area.met) for area in records.areas] == [("1", "40,000 EUR", False)]


@pytest.mark.parametrize("path", ["", "/rules/7", "/rules/1", "x" * 10_000])
def test_a_path_that_names_no_records_has_none(pinewood: Partner, now: datetime, path: str) -> None:
    assert found(all_of(won(">=", 1), rule("country", "equals", "DE")), pinewood, now, path) is None


# --- the page


def test_the_page_says_what_is_asked_what_is_there_and_what_is_missing(
    vendor: Client, pinewood: Partner, now: datetime
) -> None:
    deal(pinewood, "Harbour", 40_000, date(2030, 2, 1))
    segment = define("sellers", all_of(won(">=", 50_000)), now)

    text = text_of(vendor.get(address("segment", segment, pinewood)))

    for seen in ("Why Pinewood is not in “Sellers”", "Has: 40,000", "Missing: 10,000 EUR more", "Show what counts"):
        assert seen in text


def test_the_records_open_below_their_clause_and_as_a_page(vendor: Client, pinewood: Partner, sellers: Segment) -> None:
    where = f"{address('segment', sellers, pinewood)}records/?path=/rules/0"

    page, fragment = text_of(vendor.get(where)), text_of(vendor.get(where, headers={"HX-Request": "true"}))

    assert "Harbour" in page
    assert "<h1" in page
    assert "Harbour" in fragment
    assert "<h1" not in fragment


def test_below_a_not_a_condition_counts_when_it_does_not_hold(vendor: Client, pinewood: Partner, now: datetime) -> None:
    segment = define("others", {**all_of(rule("country", "equals", "FR"), won(">=", 10)), "not": True}, now)

    text = text_of(vendor.get(address("segment", segment, pinewood)))

    assert "Not all of this may hold:" in text
    assert "Missing:" not in text
    assert "Not met yet" not in text


def test_an_audience_says_what_it_decides_about(vendor: Client, pinewood: Partner, now: datetime) -> None:
    audience = define("for-germany", all_of(rule("country", "equals", "DE")), now, is_audience=True)
    AssetFactory(title="Winning tenders", audience=audience)

    assert "Winning tenders" in text_of(vendor.get(address("segment", audience, pinewood)))


def test_the_criteria_of_the_partners_region_are_the_ones_explained(
    vendor: Client, pinewood: Partner, now: datetime
) -> None:
    region = RegionFactory(name="North")
    Partner.objects.filter(pk=pinewood.pk).update(region=region, employees=30)
    category = categories.define(
        key="large", name="Large", by=None, at=now, meaning="Many people.", criteria=all_of(rule("employees", ">=", 50))
    )
    own = {"overrides_criteria": True, "criteria": all_of(rule("employees", ">=", 20))}
    override = overrides.create(subject=category, region=region, by=None, at=now, **own)
    overrides.publish(version=override.versions.get(), by=None, at=now)

    text = text_of(vendor.get(address("category", category, pinewood)))

    assert "Why Pinewood fulfils the criteria of “Large”" in text
    assert "Criteria of the region North." in text

    recompute.everything(at=now)
    move = RuleTransition.objects.get(kind="category", rule_id=category.pk)
    then = text_of(vendor.get(f"{address('category', category, pinewood)}?then={move.moment}"))
    assert "By version 1 of the criteria of the region North" in then


def test_a_stage_whose_criteria_hold_says_which_one_comes_first(
    vendor: Client, pinewood: Partner, now: datetime
) -> None:
    life_stages.define(key="german", name="German", by=None, at=now, criteria=all_of(rule("country", "equals", "DE")))
    other: LifeStage = life_stages.define(key="rest", name="The rest", by=None, at=now, criteria=all_of())
    recompute.everything(at=now)

    text = text_of(vendor.get(address("stage", other, pinewood)))

    assert "Why Pinewood is not in the life stage “The rest”" in text
    assert "“German” is checked before and holds as well" in text


@pytest.mark.parametrize("kind", ["moon", "measure"])
def test_a_kind_of_rule_nobody_can_be_in_is_not_found(
    vendor: Client, pinewood: Partner, sellers: Segment, kind: str
) -> None:
    assert vendor.get(address(kind, sellers, pinewood)).status_code == 404


# --- asking


def test_naming_a_partner_and_a_rule_leads_to_the_answer(vendor: Client, pinewood: Partner, sellers: Segment) -> None:
    answer = vendor.get("/vendor/why/", {"ask": 1, "q": "pinewood", "rule": f"segment:{sellers.public_id}"})

    assert answer.status_code == 302
    assert answer["Location"] == address("segment", sellers, pinewood)


def test_a_name_that_several_partners_have_offers_them(
    client_of: Callable[..., Client], victor: Any, pinewood: Partner, sellers: Segment
) -> None:
    Partner.objects.create(name="Pinewood East")
    Partner.objects.create(name="Pinewood West")

    answer = client_of(victor).get("/vendor/why/", {"ask": 1, "q": "Pinewood ", "rule": f"segment:{sellers.public_id}"})
    several = client_of(victor).get("/vendor/why/", {"ask": 1, "q": "Pine", "rule": f"segment:{sellers.public_id}"})

    assert answer.status_code == 302, "the name is exactly that of one"
    assert "Which of these do you mean?" in text_of(several)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"q": "Oakhurst"}, "No partner you see has this name."),
        ({"q": "", "partner": "x"}, "Type a name, or part of it."),
        ({"q": "Pinewood", "rule": f"segment:{MISSING}"}, "Select a valid choice."),
        ({"q": "x" * 1_000_000}, "Ensure this value has at most 200 characters"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(
    vendor: Client, oakhurst: Partner, pinewood: Partner, asked: dict[str, str], told: str
) -> None:
    answer = vendor.get("/vendor/why/", {"ask": 1, **asked})

    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_the_form_opens_with_what_a_link_named(vendor: Client, pinewood: Partner, sellers: Segment) -> None:
    page = text_of(vendor.get(f"/vendor/why/?partner={pinewood.public_id}&rule=segment:{sellers.public_id}"))

    assert 'value="Pinewood"' in page
    assert f'<option value="segment:{sellers.public_id}" selected' in page


def test_more_rules_than_a_list_holds_are_found_by_a_part_of_their_name(
    vendor: Client, pinewood: Partner, sellers: Segment, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyers = define("zz-buyers", all_of(), now)
    monkeypatch.setattr(rules, "MOST_CHOICES", 1)
    monkeypatch.setattr(queries, "MOST_CHOICES", 1)
    asked = {"ask": 1, "q": "Pinewood"}

    assert "Part of its name" in text_of(vendor.get("/vendor/why/"))
    found = vendor.get("/vendor/why/", {**asked, "find": "buyers"})
    nobody = vendor.get("/vendor/why/", {**asked, "find": "moon"})
    linked = vendor.get("/vendor/why/", {**asked, "rule": f"segment:{buyers.public_id}"})

    assert found["Location"] == linked["Location"] == address("segment", buyers, pinewood)
    assert "No rule has this in its name." in nobody.content.decode()


# --- what was


def test_a_transition_shows_the_criteria_and_the_values_of_that_day(
    vendor: Client, pinewood: Partner, sellers: Segment, now: datetime
) -> None:
    deal(pinewood, "Later", 500_000, date(2030, 3, 1))
    publish(sellers, all_of(won(">=", 1_000_000)), now + timedelta(days=1))
    recompute.everything(at=now + timedelta(days=1))
    entered = RuleTransition.objects.get(kind="segment", rule_id=sellers.pk, partner=pinewood, entered=True)
    left = RuleTransition.objects.get(kind="segment", rule_id=sellers.pk, partner=pinewood, entered=False)

    then = text_of(vendor.get(f"{address('segment', sellers, pinewood)}?then={entered.moment}"))
    later = text_of(vendor.get(f"{address('segment', sellers, pinewood)}?then={left.moment}"))

    for seen in (
        "When Pinewood entered “Sellers”",
        "By version 1 of the criteria",
        "Has: 60,000",
        "is at least 50,000",
    ):
        assert seen in then
    for seen in ("When Pinewood left “Sellers”", "By version 2 of the criteria", "Missing: 440,000 EUR more"):
        assert seen in later


def test_the_records_of_a_past_decision_are_those_of_its_time_spans_and_say_so(
    vendor: Client, pinewood: Partner, sellers: Segment, now: datetime
) -> None:
    move = RuleTransition.objects.get(kind="segment", rule_id=sellers.pk, partner=pinewood)
    RuleTransition.objects.filter(pk=move.pk).update(at=now - timedelta(days=40))
    move.refresh_from_db()
    then = text_of(vendor.get(f"{address('segment', sellers, pinewood)}?then={move.moment}"))

    records = text_of(vendor.get(f"{address('segment', sellers, pinewood)}records/?path=/rules/0&then={move.moment}"))

    assert f"records/?path=/rules/0&amp;then={move.moment}" in then
    assert "Depot" in records, "it was closed by then"
    assert "By the time spans of 6 February 2030, among the records as they are today" in records
    assert f"?then={move.moment}" in records, "the way back leads to that moment"


def test_behind_a_measure_stand_the_records_of_each_figure_in_it(
    vendor: Client, pinewood: Partner, sellers: Segment, now: datetime
) -> None:
    amount = {key: value for key, value in won(">=", 1).items() if key not in {"operator", "value"}}
    first = measures.define(key="first", name="First", formula=amount, by=None, at=now)
    people = {"collection": "people", "aggregate": "count"}
    both = {"function": "sum", "of": [{"field": first.field_key}, people, amount]}
    second = measures.define(key="second", name="Second", formula=both, by=None, at=now)
    rich = define("rich", all_of(rule(second.field_key, ">=", 10)), now)
    recompute.everything(at=now)

    page = text_of(vendor.get(address("segment", rich, pinewood)))
    records = queries.records(
        partner=pinewood, criteria=all_of(rule(second.field_key, ">=", 10)), path="/rules/0", at=now
    )

    assert "Show what counts" in page
    assert [one.rows[0].name for one in records if one.rows][0] == "Harbour"
    assert len(records) == 2, "each figure once, however many measures ask for it"
    shown = text_of(vendor.get(f"{address('segment', rich, pinewood)}records/?path=/rules/0"))
    assert "Number of people" in shown


def test_each_clause_of_a_past_decision_is_met_or_not_as_it_was(pinewood: Partner, now: datetime) -> None:
    AttributeDefinitionFactory(key="labs", kind="number", label="Labs")
    Partner.objects.filter(pk=pinewood.pk).update(employees=70, attributes={"labs": 1})
    either = {
        "combinator": "or",
        "not": False,
        "rules": [
            rule("employees", ">=", 50),
            rule("attributes.labs", ">=", 3),
            rule("status", "equals", "active"),
            rule("region", "any_of", ["nowhere"]),
            rule("joined_on", "within_last", {"n": 10, "unit": "days"}),
        ],
    }
    RegionFactory(key="nowhere")
    segment = define("either", either, now)
    recompute.everything(at=now)
    Partner.objects.filter(pk=pinewood.pk).update(employees=1, attributes={"labs": 9}, status="former")
    move = RuleTransition.objects.get(kind="segment", rule_id=segment.pk)

    past = queries.why_then(move=move, definition=segment)

    assert past.explanation is not None
    assert past.explanation.met
    assert [leaf.met for leaf in past.explanation.leaves] == [True, False, True, False, False]
    assert past.explanation.leaves[0].has == "70 people"


def test_a_past_decision_about_other_rules_is_answered_by_what_was_entered_until_then(
    pinewood: Partner, now: datetime
) -> None:
    german = define("german", all_of(rule("country", "equals", "DE")), now)
    nested = define("nested", all_of(rule("segments", "any_of", ["german"])), now)
    settled = define(
        "settled",
        all_of(rule("segments", "for_at_least", {"n": 30, "unit": "days", "of": ["german"]})),
        now,
    )
    recompute.everything(at=now)
    recompute.everything(at=now + timedelta(days=40))
    Partner.objects.filter(pk=pinewood.pk).update(country="FR")
    recompute.all_stale(at=now + timedelta(days=50))
    recompute.all_stale(at=now + timedelta(days=51))

    met = {
        (move.rule_id, move.entered): queries.why_then(move=move, definition=segment).explanation
        for segment in (nested, settled)
        for move in RuleTransition.objects.filter(kind="segment", rule_id=segment.pk)
    }

    assert {key: found is not None and found.met for key, found in met.items()} == {
        (nested.pk, True): True,
        (nested.pk, False): False,
        (settled.pk, True): True,
        (settled.pk, False): False,
    }
    assert german


def test_criteria_that_ask_for_what_is_gone_show_the_values_that_were_kept(
    vendor: Client, pinewood: Partner, now: datetime
) -> None:
    labs = AttributeDefinitionFactory(key="labs", kind="number", label="Labs")
    Partner.objects.filter(pk=pinewood.pk).update(attributes={"labs": 12})
    segment = define("labs", all_of(rule("attributes.labs", ">=", 3)), now)
    recompute.everything(at=now)
    move = RuleTransition.objects.get(kind="segment", rule_id=segment.pk)
    labs.retired_at = now
    labs.save()

    text = text_of(vendor.get(f"{address('segment', segment, pinewood)}?then={move.moment}"))

    assert "These criteria ask for something that is gone" in text
    assert "12" in text


@pytest.mark.parametrize("then", ["", "yesterday", "20300101T000000000000Z", "9" * 1000])
def test_a_moment_nobody_knows_shows_how_it_is_now(
    vendor: Client, pinewood: Partner, sellers: Segment, then: str
) -> None:
    text = text_of(vendor.get(address("segment", sellers, pinewood), {"then": then}))

    assert "Nothing is known of that moment. This is how it is now." in text


def test_lists_of_moves_lead_to_them(vendor: Client, pinewood: Partner, sellers: Segment) -> None:
    move = RuleTransition.objects.get(kind="segment", rule_id=sellers.pk)
    link = f"{address('segment', sellers, pinewood)}?then={move.moment}"

    assert link in text_of(vendor.get(f"/vendor/segments/{sellers.public_id}/"))
    assert link in text_of(vendor.get(f"/vendor/partners/{pinewood.public_id}/classification/"))


# --- partners


def test_partners_see_their_records_but_nothing_that_is_not_theirs_to_see(
    client_of: Callable[..., Client], pete: Any, pinewood: Partner, gold: Tier, now: datetime
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(attributes={"rank": 4_711})
    client, where = client_of(pete), f"/partner/why/tier/{gold.public_id}/"

    text = text_of(client.get(where))

    assert "Something that your partner manager looks after" in text
    assert "You have: 40,000" in text
    assert "ranking" not in text
    assert "4,711" not in text
    assert "Harbour" in text_of(client.get(f"{where}records/?path=/rules/0"))
    assert "This condition looks at no records." in text_of(client.get(f"{where}records/?path=/rules/1"))


def test_partners_see_how_it_was_when_they_came_to_fulfil_it(
    client_of: Callable[..., Client], pete: Any, pinewood: Partner, gold: Tier, now: datetime
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(attributes={"rank": 4_711})
    recompute.everything(at=now)
    move = RuleTransition.objects.get(kind="tier", rule_id=gold.pk, partner=pinewood)

    text = text_of(client_of(pete).get(f"/partner/why/tier/{gold.public_id}/?then={move.moment}"))

    assert "When you came to fulfil “Gold”" in text
    assert "4,711" not in text


def test_records_about_what_partners_may_not_see_stay_with_the_vendor() -> None:
    hidden = [rule("segments", "any_of", ["x"]), rule("country", "equals", {"field": "manager"})]

    for document in hidden:
        assert not queries.partner_sees(parse(all_of(document)).rules[0], registry.catalog())
    assert queries.partner_sees(parse(all_of(won(">=", 1))).rules[0], registry.catalog())
