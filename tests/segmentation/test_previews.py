"""What a draft would pick: exactly, about, and compared with what is published."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from criteria.tree import parse
from partners.models import Partner, Region
from partners.services import tiers
from segmentation import engine
from segmentation.engine import previews
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import (
    CategoryFactory,
    CategoryMembershipFactory,
    PartnerFactory,
    RegionFactory,
    TierFactory,
)

pytestmark = pytest.mark.django_db


def rule(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*rules: Any) -> Any:
    return parse({"combinator": "and", "not": False, "rules": list(rules)})


@pytest.fixture
def everybody() -> Any:
    return Partner.objects.all()


def won(partner: Partner, amount: int, now: datetime, days_ago: int = 10) -> None:
    day = now.date() - timedelta(days=days_ago)
    deal = DealFactory(stage="won", closed_on=day, amount=amount, program_amount=amount)
    DealParticipantFactory(deal=deal, partner=partner)


def test_the_partners_picked_are_broken_down(everybody: Any, now: datetime) -> None:
    north, south = RegionFactory(name="North"), RegionFactory(name="South")
    ash, beech = PartnerFactory(country="DE", region=north), PartnerFactory(country="DE", region=north)
    PartnerFactory(country="DE", region=south)
    PartnerFactory(country="FR", region=south)
    gold, msp = TierFactory(), CategoryFactory()
    tiers.hold(partner=ash, tier=gold, by=None, at=now, reason="", evidence={})
    CategoryMembershipFactory(partner=ash, category=msp, state="active")
    CategoryMembershipFactory(partner=beech, category=msp, state="suggested")

    match = engine.preview(all_of(rule("country", "equals", "DE")), at=now, visible=everybody, sample=2)

    assert (match.count, match.total, match.estimated) == (3, 4, False)
    assert match.sample == [ash.pk, beech.pk]
    assert match.regions == [(north.pk, 2), (south.pk, 1)]
    assert match.tiers == [(gold.pk, 1)]
    assert match.categories == [(msp.pk, 1)]


def test_only_visible_partners_are_counted(now: datetime) -> None:
    PartnerFactory(country="DE")
    mine = PartnerFactory(country="DE", name="Mine")

    match = engine.preview(all_of(rule("country", "equals", "DE")), at=now, visible=Partner.objects.filter(name="Mine"))

    assert (match.count, match.total, match.sample) == (1, 1, [mine.pk])


def crowd(size: int) -> None:
    Partner.objects.bulk_create(Partner(name=f"P {n}", country="DE" if n % 4 == 0 else "FR") for n in range(size))


def test_an_estimate_holds_the_truth_between_its_bounds(everybody: Any, now: datetime) -> None:
    crowd(6_000)
    german = all_of(rule("country", "equals", "DE"))

    about = engine.estimate(german, at=now, visible=everybody)

    assert about.estimated
    assert about.total == 6_000
    assert about.low <= 1_500 <= about.high
    assert abs(about.count - 1_500) < 150
    assert 0 < about.high - about.low < 300
    assert sum(n for _key, n in about.regions) == pytest.approx(about.count, abs=2)


def test_an_estimate_asks_the_same_partners_again(everybody: Any, now: datetime) -> None:
    crowd(6_000)
    german = all_of(rule("country", "equals", "DE"))

    assert engine.estimate(german, at=now, visible=everybody) == engine.estimate(german, at=now, visible=everybody)


def test_an_estimate_reads_a_sample_however_many_partners_there_are(everybody: Any, now: datetime) -> None:
    crowd(6_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE partners_partner")

    asked = previews.sampled().ids

    assert asked is not None
    assert len(asked) == pytest.approx(previews.SAMPLE_PARTNERS, abs=200)


def test_statistics_older_than_the_table_do_not_make_the_sample_too_small(
    everybody: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(30)
    monkeypatch.setattr(previews, "_rows_by_statistics", lambda: 6_000)
    ids = set(Partner.objects.values_list("pk", flat=True))

    asked = previews.sampled().ids

    assert asked is not None
    assert ids <= set(asked)


def test_an_estimate_of_nobody_still_says_how_many_there_may_be(everybody: Any, now: datetime) -> None:
    crowd(6_000)

    about = engine.estimate(all_of(rule("country", "equals", "XX")), at=now, visible=everybody)

    assert (about.count, about.low) == (0, 0)
    assert about.high > 0


def test_few_partners_need_no_estimate(everybody: Any) -> None:
    crowd(10)

    assert not engine.is_large(everybody)


def test_an_empty_program_has_nobody_to_ask(everybody: Any, now: datetime) -> None:
    about = engine.estimate(all_of(), at=now, visible=everybody)

    assert (about.count, about.total) == (0, 0)


def test_a_draft_is_compared_with_what_is_published(everybody: Any, now: datetime) -> None:
    north: Region = RegionFactory(name="North")
    stays = PartnerFactory(country="DE", employees=200, region=north)
    small = PartnerFactory(country="DE", employees=10, region=north)
    french = PartnerFactory(country="FR", employees=500)
    PartnerFactory(country="US", employees=1)
    for partner, amount in ((stays, 1), (small, 300), (french, 4_000), (french, 50)):
        won(partner, amount, now)
    won(french, 9_999, now, days_ago=800)

    impact = engine.compare(
        all_of(rule("employees", ">=", 100)),
        all_of(rule("country", "equals", "DE")),
        at=now,
        visible=everybody,
    )

    assert (impact.enters.count, impact.enters.sample, impact.enters.revenue) == (1, [french.pk], Decimal(4_050))
    assert (impact.leaves.count, impact.leaves.sample, impact.leaves.revenue) == (1, [small.pk], Decimal(300))
    assert impact.enters.regions == [(None, 1)]
    assert impact.leaves.regions == [(north.pk, 1)]
    assert impact.stays == 1


def test_the_most_valuable_who_move_come_first(everybody: Any, now: datetime) -> None:
    little, much, nothing = PartnerFactory(), PartnerFactory(), PartnerFactory()
    won(little, 5, now)
    won(much, 500, now)

    impact = engine.compare(all_of(), None, at=now, visible=everybody)

    assert impact.enters.sample == [much.pk, little.pk, nothing.pk]
    assert (impact.leaves.count, impact.stays) == (0, 0)


def test_the_same_text_moves_nobody(everybody: Any, now: datetime) -> None:
    PartnerFactory(country="DE")
    german = all_of(rule("country", "equals", "DE"))

    impact = engine.compare(german, german, at=now, visible=everybody)

    assert (impact.enters.count, impact.leaves.count, impact.stays) == (0, 0, 1)
    assert impact.enters.revenue == 0


def test_a_draft_is_compared_at_moments_of_the_past_by_the_windows_of_then(everybody: Any, now: datetime) -> None:
    early, late = PartnerFactory(), PartnerFactory()
    won(early, 500, now, days_ago=400)
    won(late, 500, now, days_ago=10)
    won(late, 500, now, days_ago=5)

    def sellers(least: int) -> Any:
        figure = {"collection": "deals", "aggregate": "count", "window": {"last": 12, "unit": "months"}}
        return all_of({**figure, "operator": ">=", "value": least})

    a_year_ago = now - timedelta(days=380)
    found = engine.compare_over(sellers(2), sellers(1), moments=[a_year_ago, now], visible=everybody)

    assert [(one.at, one.before, one.after, one.enters, one.leaves) for one in found] == [
        (a_year_ago, 1, 0, 0, 1),
        (now, 1, 1, 0, 0),
    ]
    assert not found[0].estimated


def test_a_comparison_over_time_can_be_estimated_for_those_who_see_everybody(everybody: Any, now: datetime) -> None:
    german, other = PartnerFactory(country="DE"), PartnerFactory(country="FR")

    about = engine.compare_over(
        all_of(rule("country", "equals", "DE")), None, moments=[now], visible=everybody, exact=False
    )
    few = everybody.filter(pk__in=[german.pk, other.pk])
    exactly = engine.compare_over(all_of(), None, moments=[now], visible=few, exact=False)

    assert [one.estimated for one in (*about, *exactly)] == [True, False]
    assert about[0].after >= 1
    assert (exactly[0].before, exactly[0].after, exactly[0].enters) == (0, 2, 2)
