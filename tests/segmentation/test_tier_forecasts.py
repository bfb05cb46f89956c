"""What the policy of a ladder would do on its next day: the forecast says so, and the reviews bear it out."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from partners.models import HoldingState, Partner, TierHolding
from partners.services import manual_overrides, tier_days, tiers
from segmentation.queries.progress import Forecast, forecasts, progress
from tests.factories.segmentation import RuleTransitionFactory
from tests.partners.tier_ladders import held, ladder, work

pytestmark = pytest.mark.django_db
NEXT = date(2030, 4, 1)
REVIEWED = {"upward": "at_review", "downward": "at_review", "grace_days": 60}
LOWERED = {**REVIEWED, "upward": "at_once"}


@pytest.fixture
def standing(pinewood: Partner, victor: User, now: datetime) -> Callable[..., None]:
    """Put Pinewood on a ladder with a policy: the tier it holds, and the employees it has."""

    def stand(tier: str, employees: int, **policy: Any) -> None:
        track = ladder(by=victor, at=now - timedelta(days=400), **policy)
        Partner.objects.filter(pk=pinewood.pk).update(employees=employees)
        if tier:
            tiers.hold(partner=pinewood, tier=track.tiers.get(key=tier), by=None, at=now - timedelta(days=40))

    return stand


def foreseen(partner: Partner, now: datetime) -> Forecast:
    ((_ladder, found),) = forecasts(partner, at=now, is_own=False)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("tier", "employees", "policy", "says"),
    [
        ("silver", 60, REVIEWED, "Would rise to Gold."),
        ("", 60, REVIEWED, "Would rise to Gold."),
        ("silver", 100, {**REVIEWED, "most_rungs_up": 1}, "Would rise to Gold. More than that one review does not"),
        ("gold", 60, REVIEWED, "Would keep Gold."),
        ("gold", 20, REVIEWED, "Would keep Gold in a grace period until 31 May."),
        ("gold", 20, {**REVIEWED, "grace_days": 0}, "Would fall from Gold to Silver."),
        ("gold", 0, {**REVIEWED, "grace_days": 0}, "Would lose Gold and hold no tier."),
        ("gold", 20, {"downward": "never"}, "Would keep Gold. On this track tiers are never lost."),
        ("gold", 20, {**REVIEWED, "minimum_stay_months": 12}, "It is kept until 5 February 2031 at least"),
        ("silver", 60, {"upward": "by_approval"}, "Would keep Silver. Gold would wait for approval."),
        ("gold", 20, {**REVIEWED, "down_calendar": "dates", "down_dates": ["12-31"]}, "only at a review that lowers"),
    ],
)
def test_the_forecast_says_what_the_policy_would_do(
    pinewood: Partner,
    standing: Callable[..., None],
    now: datetime,
    tier: str,
    employees: int,
    policy: dict[str, Any],
    says: str,
) -> None:
    standing(tier, employees, **policy)

    found = foreseen(pinewood, now)

    assert found.look.day == NEXT
    assert says in found.quiet.foreseen.says


@pytest.mark.parametrize(
    ("policy", "day", "raises", "lowers"),
    [
        ({**REVIEWED, "up_months": 12}, NEXT, False, True),
        ({**REVIEWED, "up_calendar": "dates", "up_dates": ["03-20"]}, date(2030, 3, 20), True, False),
        ({**REVIEWED, "up_months": 12, "down_calendar": "anniversary"}, date(2031, 1, 1), True, False),
    ],
    ids=["lowers", "raises", "january"],
)
def test_the_next_day_is_the_next_review_of_the_track(
    pinewood: Partner,
    standing: Callable[..., None],
    now: datetime,
    policy: dict[str, Any],
    day: date,
    raises: bool,
    lowers: bool,
) -> None:
    standing("silver", 60, **policy)

    look = foreseen(pinewood, now).look

    assert (look.day, look.raises, look.lowers) == (day, raises, lowers)


def test_an_override_keeps_a_tier_while_it_lasts(
    pinewood: Partner, standing: Callable[..., None], victor: User, now: datetime
) -> None:
    standing("gold", 20, **{**REVIEWED, "grace_days": 0})
    track = TierHolding.objects.get().track
    given = {"kind": "keep", "reason": "Agreed", "wording": "As agreed", "by": victor, "at": now}
    override = manual_overrides.begin(partner=pinewood, track=track, last_day_on=NEXT, **given)

    kept = foreseen(pinewood, now)
    type(override).objects.filter(pk=override.pk).update(last_day_on=NEXT - timedelta(days=1))
    over = foreseen(pinewood, now)

    assert kept.quiet.foreseen.says == "Would keep Gold. By an arrangement until 1 April."
    assert over.quiet.foreseen.says == "Would fall from Gold to Silver."


def test_what_was_met_on_any_day_counts_where_the_policy_says_so(
    pinewood: Partner, standing: Callable[..., None], now: datetime
) -> None:
    standing("silver", 20, **{**REVIEWED, "any_day_counts": True})
    gold = TierHolding.objects.get().track.tiers.get(key="gold")
    RuleTransitionFactory(partner=pinewood, kind="tier", rule_id=gold.pk, at=now - timedelta(days=1))

    assert foreseen(pinewood, now).quiet.foreseen.says == "Would rise to Gold."


def test_grace_is_told_with_what_saves_the_tier_and_what_comes_after_it(
    client_of: Callable[[User], Client],
    pinewood: Partner,
    standing: Callable[..., None],
    paula: User,
    vera: User,
    now: datetime,
) -> None:
    standing("gold", 20, **LOWERED)
    TierHolding.objects.update(state=HoldingState.GRACE, grace_ends_on=date(2030, 3, 20), grace_began_at=now)

    found, (track,) = foreseen(pinewood, now), progress(pinewood, at=now, is_own=True)
    own = client_of(paula).get(reverse("partner:tier-progress")).text
    theirs = client_of(vera).get(reverse("vendor:partner-forecast-panel", args=[pinewood.public_id])).text

    assert (found.look.day, found.look.ends_grace) == (date(2030, 3, 21), True)
    assert found.quiet.foreseen.says == "Would fall from Gold to Silver."
    assert [leaf.missing for leaf in track.rescue] == ["30 people more"]
    assert "In grace until 20 March" in own
    assert "The least that saves Gold:" in own
    assert "The grace period is over on 21 March." in theirs


@pytest.mark.parametrize(("tier", "employees", "policy"), [("silver", 60, REVIEWED), ("gold", 20, REVIEWED)])
def test_the_review_bears_the_forecast_out(
    pinewood: Partner, standing: Callable[..., None], now: datetime, tier: str, employees: int, policy: dict[str, Any]
) -> None:
    standing(tier, employees, **policy)
    found = foreseen(pinewood, now).quiet.foreseen

    noon = now.replace(year=NEXT.year, month=NEXT.month, day=NEXT.day)
    work(now)
    tier_days.keep(at=noon)
    work(noon)

    assert held(pinewood) == f"{found.tier.key}{' in grace' if found.outcome.kind == 'grace' else ''}"
