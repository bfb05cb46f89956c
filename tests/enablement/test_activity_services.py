"""Activity: counted by day of the program, and heard by criteria."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from core.models import Program
from enablement.models import Activity, ActivityKind
from enablement.services import activity
from segmentation.models import StalePartner
from tests.factories.enablement import AssetFactory

pytestmark = pytest.mark.django_db


def test_the_same_on_one_day_is_one_row(pete, now):
    asset = AssetFactory()

    for _ in range(3):
        activity.note(person=pete.person, kind=ActivityKind.VIEW, at=now, asset=asset)

    assert Activity.objects.get().times == 3


def test_sign_ins_without_an_asset_are_counted_alike(pete, now):
    for _ in range(2):
        activity.note(person=pete.person, kind=ActivityKind.SIGN_IN, at=now)

    assert Activity.objects.get().times == 2


def test_the_day_is_that_of_the_program(pete):
    program = Program.current()
    program.timezone = "Asia/Tokyo"
    program.save()

    activity.note(person=pete.person, kind=ActivityKind.VIEW, at=datetime(2030, 3, 18, 15, 30, tzinfo=UTC))

    assert Activity.objects.get().day == date(2030, 3, 19)


def test_the_partner_becomes_stale(pete, pinewood, now):
    StalePartner.objects.all().delete()

    activity.note(person=pete.person, kind=ActivityKind.VIEW, at=now)

    assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {pinewood.pk}


def test_the_partner_was_last_active_now(pete, pinewood, now):
    activity.note(person=pete.person, kind=ActivityKind.VIEW, at=now)

    pinewood.refresh_from_db()
    assert pinewood.last_active_at == now


def test_signing_in_is_noted_for_people_of_partners_only(pete, vera, now, client_of):
    client_of(pete)
    client_of(vera)

    assert [(one.person.user, one.kind) for one in Activity.objects.all()] == [(pete, ActivityKind.SIGN_IN)]


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_are_all_counted(pete, now):
    person = pete.person
    person.partner  # noqa: B018 - loaded before the threads

    def click() -> None:
        activity.note(person=person, kind=ActivityKind.VIEW, at=now)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Activity.objects.get().times == 4
