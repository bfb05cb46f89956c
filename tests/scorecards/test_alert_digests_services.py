"""Managers hear of new alerts once a day, in one notice, and of each alert once."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Notification, User
from partners.models import LeaveCover, Partner
from scorecards.models import Alert, AlertKind, AlertRun
from scorecards.services import alert_digests, alerts
from tests.factories.alerts import AlertFactory
from tests.factories.partners import LeaveCoverFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def day_is_done(now: datetime) -> None:
    """Everybody was looked at today, and will have been tomorrow."""
    for at in (now, now + DAY):
        AlertRun.objects.create(reason="A new day", slot=alerts.day_slot(at=at), done_at=at)


def texts(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_two_new_alerts_are_one_notice(day_is_done: None, vera: User, pinewood: Partner, now: datetime) -> None:
    AlertFactory(partner=pinewood)
    AlertFactory(partner=pinewood, kind=AlertKind.CERTIFICATION, facts={"n": 1, "day": "2030-04-01", "name": "Cloud"})

    assert alert_digests.send(at=now) == 1
    assert alert_digests.send(at=now) == 0

    assert texts(vera) == ["2 new alerts about 1 partner"]
    assert "Cloud expires on 1 April" in Notification.objects.get().detail
    assert not Alert.objects.filter(told_at__isnull=True).exists()


def test_what_comes_later_that_day_is_told_tomorrow(
    day_is_done: None, vera: User, pinewood: Partner, now: datetime
) -> None:
    AlertFactory(partner=pinewood)
    alert_digests.send(at=now)
    AlertFactory(partner=pinewood, kind=AlertKind.ENGAGEMENT, facts={"recent": 1, "before": 30})

    assert alert_digests.send(at=now) == 0
    assert alert_digests.send(at=now + DAY) == 1
    assert texts(vera)[1:] == ["1 new alert about 1 partner"]


def test_nothing_is_told_before_everybody_was_looked_at(vera: User, pinewood: Partner, now: datetime) -> None:
    AlertFactory(partner=pinewood)

    assert alert_digests.send(at=now) == 0


def test_who_stands_in_hears_too(
    day_is_done: None, vera: User, vincent: User, pinewood: Partner, now: datetime
) -> None:
    cover: LeaveCover = LeaveCoverFactory(user=vera, stand_in=vincent, starts_at=now - DAY, ends_at=now + DAY)
    AlertFactory(partner=pinewood)

    alert_digests.send(at=now)

    assert texts(cover.stand_in) == ["1 new alert about 1 partner, for Vera Vance"]
