"""The rule book as one statement: what it decides, what it writes, and what it leaves alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.services import outbox
from partners.models import Partner
from partners.services import life_stages
from partners.services import partners as partner_services
from segmentation.models import Classification, RuleHealth, RuleTransition, Segment, SegmentKind, StalePartner
from segmentation.services import recompute, segments
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def any_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "or", "not": False, "rules": list(rules)}


def names(segment: Segment) -> set[str]:
    found = Partner.objects.filter(classification__segment_ids__contains=[segment.pk])
    return set(found.values_list("name", flat=True))


def define(key: str, criteria: Any, now: Any, **fields: Any) -> Segment:
    return segments.define(key=key, name=key.title(), by=None, at=now, criteria=criteria, **fields)


@pytest.fixture
def three(now: Any) -> dict[str, Partner]:
    """Three partners in two countries."""
    return {
        "Ash": PartnerFactory(name="Ash", country="DE", employees=10),
        "Beech": PartnerFactory(name="Beech", country="DE", employees=200),
        "Cedar": PartnerFactory(name="Cedar", country="", employees=None),
    }


def test_a_segment_holds_the_partners_its_criteria_pick(three: Any, now: Any) -> None:
    german = define("german", all_of(rule("country", "equals", "de")), now)
    large = define("large", all_of(rule("country", "in", ["DE"]), rule("employees", ">=", 100)), now)

    recompute.everything(at=now)

    assert names(german) == {"Ash", "Beech"}
    assert names(large) == {"Beech"}


def test_a_negative_comparison_is_the_exact_opposite_so_unset_counts(three: Any, now: Any) -> None:
    foreign = define("foreign", all_of(rule("country", "not_equals", "DE")), now)
    not_large = define("not-large", {**all_of(rule("employees", ">=", 100)), "not": True}, now)

    recompute.everything(at=now)

    assert names(foreign) == {"Cedar"}
    assert names(not_large) == {"Ash", "Cedar"}


def test_at_least_n_of_the_rules(three: Any, now: Any) -> None:
    document = {
        "combinator": "at_least",
        "at_least": 2,
        "not": False,
        "rules": [rule("country", "equals", "DE"), rule("employees", ">", 5), rule("name", "begins_with", "b")],
    }
    segment = define("two-of-three", document, now)

    recompute.everything(at=now)

    assert names(segment) == {"Ash", "Beech"}


def test_an_or_inside_an_and_keeps_to_its_group(three: Any, now: Any) -> None:
    document = all_of(
        rule("country", "equals", "DE"), any_of(rule("employees", ">", 100), rule("name", "equals", "cedar"))
    )
    segment = define("grouped", document, now)

    recompute.everything(at=now)

    assert names(segment) == {"Beech"}


def test_figures_over_records_look_at_nested_rules_and_a_window(three: Any, now: Any) -> None:
    today = now.date()
    for partner, closed_on, amount in (
        ("Ash", today, 60_000),
        ("Ash", today - timedelta(days=30), 50_000),
        ("Beech", date(today.year - 2, 1, 1), 500_000),
    ):
        deal = DealFactory(stage="won", closed_on=closed_on, amount=amount, program_amount=amount)
        DealParticipantFactory(deal=deal, partner=three[partner])
    big = {
        "collection": "deals",
        "aggregate": "sum",
        "of": "amount",
        "where": all_of(rule("stage", "equals", "won")),
        "window": {"last": 12, "unit": "months"},
        "operator": ">=",
        "value": 100_000,
    }
    none = {"collection": "deals", "aggregate": "count", "operator": "=", "value": 0}
    sellers, silent = define("sellers", all_of(big), now), define("silent", all_of(none), now)

    recompute.everything(at=now)

    assert names(sellers) == {"Ash"}
    assert names(silent) == {"Cedar"}


def test_a_deal_counts_once_for_a_partner_with_two_roles_on_it(three: Any, now: Any) -> None:
    deal = DealFactory()
    for role in ("refer", "manage"):
        DealParticipantFactory(deal=deal, partner=three["Ash"], role=role)
    twice = {"collection": "deals", "aggregate": "count", "operator": ">=", "value": 2}
    segment = define("twice", all_of(twice), now)

    recompute.everything(at=now)

    assert names(segment) == set()


def test_segments_build_on_segments_and_stages_in_one_run(three: Any, now: Any) -> None:
    base = define("base", all_of(rule("country", "equals", "DE")), now)
    life_stages.define(
        key="large",
        name="Large",
        by=None,
        at=now,
        criteria=all_of(rule("segments", "any_of", ["base"]), rule("employees", ">", 100)),
    )
    life_stages.define(key="other", name="Other", by=None, at=now, criteria=all_of())
    top = define("top", all_of(rule("life_stage", "any_of", ["large"]), rule("segments", "all_of", ["base"])), now)

    recompute.everything(at=now)

    assert names(base) == {"Ash", "Beech"}
    assert names(top) == {"Beech"}
    stages = dict(Classification.objects.values_list("partner__name", "stage__key"))
    assert stages == {"Ash": "other", "Beech": "large", "Cedar": "other"}


def test_pins_win_over_criteria_and_survive_every_run(three: Any, now: Any) -> None:
    segment = define("mixed", all_of(rule("country", "equals", "DE")), now, kind=SegmentKind.MIXED)
    segments.pin(segment=segment, partners=[three["Cedar"]], direction="in", by=None, at=now)
    segments.pin(segment=segment, partners=[three["Ash"]], direction="out", by=None, at=now)

    recompute.everything(at=now)
    recompute.everything(at=now)

    assert names(segment) == {"Beech", "Cedar"}


def test_a_static_segment_holds_whom_somebody_picked(three: Any, now: Any) -> None:
    segment = define("picked", None, now, kind=SegmentKind.STATIC)
    segments.pin(segment=segment, partners=[three["Cedar"]], direction="in", by=None, at=now)

    recompute.all_stale(at=now)

    assert names(segment) == {"Cedar"}


def test_a_change_makes_only_its_partner_stale_and_right_again(three: Any, now: Any) -> None:
    large = define("large", all_of(rule("employees", ">=", 100)), now)
    recompute.everything(at=now)

    partner_services.update(partner=three["Ash"], by=None, at=now, changes={"employees": 500})
    assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {three["Ash"].pk}
    recompute.all_stale(at=now)

    assert names(large) == {"Ash", "Beech"}
    assert not StalePartner.objects.exists()


def test_entering_and_leaving_is_kept_with_the_values_that_decided(three: Any, now: Any) -> None:
    large = define("large", all_of(rule("employees", ">=", 100)), now)
    recompute.everything(at=now)
    Partner.objects.filter(name="Beech").update(employees=20)
    recompute.all_stale(at=now + timedelta(days=1))

    moves = RuleTransition.objects.filter(kind="segment", rule_id=large.pk).order_by("id")

    assert [(move.partner.name, move.entered) for move in moves] == [("Beech", True), ("Beech", False)]
    assert [move.evidence["values"][0] for move in moves] == [200, 20]


def test_running_again_writes_nothing(three: Any, now: Any) -> None:
    define("large", all_of(rule("employees", ">=", 100)), now)
    recompute.everything(at=now)
    before = list(Classification.objects.order_by("pk").values())

    recompute.everything(at=now + timedelta(hours=1))

    assert list(Classification.objects.order_by("pk").values()) == before


def test_a_rule_that_fails_keeps_its_members_and_stops_nobody_else(three: Any, now: Any) -> None:
    large = define("large", all_of(rule("employees", ">=", 100)), now)
    german = define("german", all_of(rule("country", "equals", "DE")), now)
    recompute.everything(at=now)
    draft = segments.draft_of(segment=large, by=None, at=now)
    segments.save_draft(
        version=draft, by=None, at=now, changes={"criteria": all_of(rule("a_field_that_went_away", "=", 1))}
    )
    type(draft).objects.filter(definition=large, state="published").update(state="superseded")
    type(draft).objects.filter(pk=draft.pk).update(state="published", published_at=now)
    Partner.objects.filter(name="Cedar").update(country="DE", employees=1000)

    recompute.everything(at=now)

    assert names(large) == {"Beech"}
    assert names(german) == {"Ash", "Beech", "Cedar"}
    assert RuleHealth.objects.get().rule_id == large.pk


def test_a_circle_of_segments_is_refused_and_a_diamond_is_not(three: Any, now: Any) -> None:
    base = define("base", all_of(rule("country", "equals", "DE")), now)
    define("left", all_of(rule("segments", "any_of", ["base"])), now)
    define("right", all_of(rule("segments", "any_of", ["base"])), now)
    tip = define("tip", all_of(rule("segments", "all_of", ["left", "right"])), now)
    recompute.everything(at=now)
    assert names(tip) == {"Ash", "Beech"}

    draft = segments.draft_of(segment=base, by=None, at=now)
    segments.save_draft(
        version=draft, by=None, at=now, changes={"criteria": all_of(rule("segments", "any_of", ["tip"]))}
    )
    with pytest.raises(Exception, match="circle"):
        segments.publish(version=draft, by=None, at=now)

    recompute.everything(at=now)
    assert names(base) == {"Ash", "Beech"}


def test_what_follows_is_put_into_the_outbox_of_the_same_transaction(three: Any, now: Any) -> None:
    define("large", all_of(rule("employees", ">=", 100)), now)

    recompute.everything(at=now)

    assert "segmentation.classified" in outbox.topics()
    assert outbox.deliver_due(at=now + timedelta(seconds=1)) >= 1
