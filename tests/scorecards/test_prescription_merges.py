"""Plays move with their partner when two become one."""

from datetime import datetime

import pytest

from accounts.models import User
from partners.models import Partner
from partners.services import merging
from scorecards.models import Prescription
from tests.factories.plays import PlayFactory, PrescriptionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]


def states() -> list[tuple[str, str]]:
    return sorted(Prescription.objects.values_list("partner__name", "state"))


def test_what_is_in_work_at_both_goes_on_once_and_undoing_parts_them(
    pinewood: Partner, oakhurst: Partner, victor: User, now: datetime
) -> None:
    play = PlayFactory()
    for partner in (pinewood, oakhurst):
        PrescriptionFactory(partner=partner, play=play)
    PrescriptionFactory(partner=oakhurst)
    before = states()

    merge = merging.merge(survivor=pinewood, merged=oakhurst, by=victor, at=now, choices={})
    assert states() == [("Pinewood", "accepted"), ("Pinewood", "accepted"), ("Pinewood", "withdrawn")]

    merging.undo(merge=merge, by=victor, at=now)
    assert states() == before


def test_what_was_declined_for_both_stays_declined_once(
    pinewood: Partner, oakhurst: Partner, victor: User, now: datetime
) -> None:
    play = PlayFactory()
    for partner in (pinewood, oakhurst):
        PrescriptionFactory(partner=partner, play=play, state="declined", reason="No.")

    merging.merge(survivor=pinewood, merged=oakhurst, by=victor, at=now, choices={})

    assert states() == [("Pinewood", "declined"), ("Pinewood", "withdrawn")]
