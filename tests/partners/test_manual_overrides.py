"""Manual overrides: a person's decision comes before criteria and reviews, until its last day is over."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from core.refusals import Refusal
from partners.models import ManualOverride, TierMove
from partners.services import manual_overrides, tier_days, tiers
from tests.factories.partners import ManualOverrideFactory, TierFactory
from tests.partners.tier_ladders import ZONES, grow, held, in_zone, ladder, moves

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def track(victor, now):
    return ladder(by=victor, at=now, downward="at_once", grace_days=30)


def override(partner, track, kind, by, at, *, tier="", days=30):
    return manual_overrides.begin(
        partner=partner,
        track=track,
        kind=kind,
        tier=track.tiers.get(key=tier) if tier else None,
        last_day_on=at.date() + timedelta(days=days),
        reason="They merge with Elm",
        wording="While your merger goes on",
        by=by,
        at=at,
    )


def test_a_tier_is_given_at_once_and_kept_whatever_the_figures_say(pinewood, track, victor, now):
    grow(pinewood, 20, at=now)

    made = override(pinewood, track, "give", victor, now, tier="platinum")
    grow(pinewood, 1, at=now + DAY)

    move = TierMove.objects.get(kind="promoted", to_tier__key="platinum")
    assert held(pinewood) == "platinum"
    assert (made.held_before.key, move.source, move.override, move.decided_by) == ("silver", "override", made, victor)
    assert move.reason == "While your merger goes on"


@pytest.mark.parametrize(("employees", "expected"), [(1, "silver"), (20, "silver"), (60, "gold"), (500, "platinum")])
def test_a_given_tier_goes_back_to_what_was_earned_or_held_before(pinewood, track, victor, now, employees, expected):
    grow(pinewood, 20, at=now)
    made = override(pinewood, track, "give", victor, now, tier="platinum")
    grow(pinewood, employees, at=now + DAY)

    manual_overrides.end(override=made, by=victor, at=now + 2 * DAY, reason="Merged")

    assert held(pinewood).split()[0] == expected


def test_keeping_a_tier_takes_it_out_of_grace_and_lets_it_in_again_afterwards(pinewood, track, victor, now):
    grow(pinewood, 60, at=now)
    grow(pinewood, 20, at=now)

    made = override(pinewood, track, "keep", victor, now)
    assert held(pinewood) == "gold"
    manual_overrides.end(override=made, by=victor, at=now + DAY)

    assert held(pinewood) == "gold in grace"
    assert moves(pinewood)[2:] == ["override_began", "rescued", "override_ended", "grace_began"]


def test_a_cap_lowers_at_once_and_holds_down_until_it_ends(pinewood, track, victor, now):
    grow(pinewood, 500, at=now)

    made = override(pinewood, track, "cap", victor, now, tier="silver")
    grow(pinewood, 501, at=now + DAY)
    assert held(pinewood) == "silver"

    manual_overrides.end(override=made, by=victor, at=now + 2 * DAY)
    assert held(pinewood) == "platinum"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("days_after", "hour", "expected"), [(-1, 12, "gold"), (0, 23, "gold"), (1, 0, "silver"), (9, 12, "silver")]
)
def test_it_ends_when_its_last_day_is_over(pinewood, track, victor, now, zone, days_after, hour, expected):
    here = in_zone(zone)
    grow(pinewood, 20, at=now)
    made = override(pinewood, track, "give", victor, now, tier="gold")

    tier_days.keep(at=datetime.combine(made.last_day_on + days_after * DAY, time(hour, 1), tzinfo=here))

    assert held(pinewood) == expected


def test_both_sides_hear_of_it_beforehand_once(pinewood, track, paula, vera, victor, now):
    grow(pinewood, 20, at=now)
    override(pinewood, track, "give", victor, now, tier="gold")
    OutboxMessage.objects.all().delete()

    for days in (15, 16, 17, 29, 29):
        tier_days.keep(at=now + days * DAY)

    told = OutboxMessage.objects.filter(topic=tier_days.OVERRIDES_END_SOON).order_by("pk")
    assert [one.payload["days"] for one in told] == [14, 1]


def test_saying_it_twice_makes_one(pinewood, track, victor, now):
    first = override(pinewood, track, "give", victor, now, tier="gold")

    assert override(pinewood, track, "give", victor, now, tier="gold") == first
    assert manual_overrides.end(override=first, by=victor, at=now) is True
    assert manual_overrides.end(override=first, by=victor, at=now) is False


def test_another_one_is_refused_while_one_stands(pinewood, track, victor, now):
    override(pinewood, track, "give", victor, now, tier="gold")

    with pytest.raises(Refusal, match="already"):
        override(pinewood, track, "cap", victor, now, tier="gold")


@pytest.mark.parametrize(
    ("kind", "tier", "days", "field"),
    [("give", "gold", -1, "last_day_on"), ("keep", "", 30, "kind"), ("give", "", 30, "tier")],
)
def test_what_makes_no_sense_is_refused_at_its_field(pinewood, track, victor, now, kind, tier, days, field):
    with pytest.raises(ValidationError) as refusal:
        override(pinewood, track, kind, victor, now, tier=tier, days=days)

    assert field in refusal.value.message_dict
    assert not ManualOverride.objects.exists()


def test_a_tier_of_another_track_is_refused(pinewood, track, victor, now):
    with pytest.raises(ValidationError, match="of this track"):
        manual_overrides.begin(
            partner=pinewood, track=track, kind="give", tier=TierFactory(), last_day_on=now.date(), reason="A",
            wording="B", by=victor, at=now,
        )  # fmt: skip


def test_giving_by_hand_does_not_get_round_it(pinewood, track, victor, now):
    grow(pinewood, 20, at=now)
    override(pinewood, track, "cap", victor, now, tier="silver")

    with pytest.raises(tiers.NotAllowed, match="manual override"):
        tiers.hold(partner=pinewood, tier=track.tiers.get(key="gold"), by=victor, at=now)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("manual_override_period", {"ends_at": "2020-01-01T00:00Z"}),
        ("manual_override_kind_known", {"kind": "bless"}),
        ("manual_override_says_why", {"wording": ""}),
    ],
)
def test_the_database_keeps_overrides_sound(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ManualOverrideFactory(**fields)


def test_the_database_keeps_one_open_override_per_track(pinewood):
    first = ManualOverrideFactory(partner=pinewood, last_day_on=date(2031, 1, 1))

    with pytest.raises(IntegrityError, match="manual_override_one_open"), transaction.atomic():
        ManualOverrideFactory(partner=pinewood, tier=first.tier)
