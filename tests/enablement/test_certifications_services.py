"""Certifications: recorded once, expiring as defined, brought in by the thousand."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.refusals import Refusal
from core.rows import Result
from enablement.models import HeldCertification
from enablement.services import certifications
from tests.factories.core import SourceFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory

pytestmark = pytest.mark.django_db
EARNED = date(2030, 1, 31)


def test_it_expires_as_its_definition_says(pete, now):
    held = certifications.record(
        person=pete.person, certification=CertificationFactory(valid_months=25), earned_on=EARNED, by=None, at=now
    )

    assert held.expires_on == date(2032, 2, 29)


def test_a_given_expiry_wins(pete, now):
    held = certifications.record(
        person=pete.person,
        certification=CertificationFactory(valid_months=24),
        earned_on=EARNED,
        expires_on=date(2030, 6, 1),
        by=None,
        at=now,
    )

    assert held.expires_on == date(2030, 6, 1)


def test_recording_twice_records_once(pete, now):
    certification = CertificationFactory()

    for _ in range(2):
        certifications.record(person=pete.person, certification=certification, earned_on=EARNED, by=None, at=now)

    assert HeldCertification.objects.get().version == 1


def test_renewing_on_another_day_is_another_record(pete, now):
    certification = CertificationFactory()

    for day in (EARNED, date(2031, 1, 31)):
        certifications.record(person=pete.person, certification=certification, earned_on=day, by=None, at=now)

    assert HeldCertification.objects.count() == 2


def test_names_of_one_sound_get_keys_of_their_own(now):
    keys = [certifications.create(name=name, by=None, at=now).key for name in ("C", "C++", "认证")]

    assert keys == ["c", "c-2", "certification"]


def test_a_name_is_defined_once(now):
    certifications.create(name="Cloud", by=None, at=now)

    with pytest.raises(Refusal):
        certifications.create(name="CLOUD", by=None, at=now)


def test_it_cannot_expire_on_the_day_it_is_earned(pete, now):
    with pytest.raises(ValidationError):
        certifications.record(
            person=pete.person,
            certification=CertificationFactory(),
            earned_on=EARNED,
            expires_on=EARNED,
            by=None,
            at=now,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldCertificationFactory(earned_on=EARNED, expires_on=EARNED)


def test_the_first_day_it_no_longer_counts_is_the_day_it_expires():
    HeldCertificationFactory(earned_on=EARNED, expires_on=date(2030, 3, 1))

    assert HeldCertification.objects.valid_on(date(2030, 2, 28)).exists()
    assert not HeldCertification.objects.valid_on(date(2030, 3, 1)).exists()


# --- many at once


def bring_in(rows, now):
    return certifications.upsert_many(rows=rows, source=SourceFactory(), by=None, at=now)


def test_rows_find_people_by_address_and_certifications_by_key_or_name(pinewood, pete, now):
    CertificationFactory(key="cloud", name="Cloud Architect", valid_months=12)
    rows = [
        {"partner_id": pinewood.pk, "email": " Pete@Pinewood.example", "certification": "cloud", "earned_on": EARNED},
        {
            "partner_id": pinewood.pk,
            "email": "pete@pinewood.example",
            "certification": "cloud ARCHITECT",
            "earned_on": date(2031, 1, 31),
            "expires_on": date(2031, 7, 1),
        },
    ]

    outcomes = bring_in(rows, now)

    assert [one.result for one in outcomes] == [Result.CREATED, Result.CREATED]
    assert list(HeldCertification.objects.order_by("earned_on").values_list("expires_on", flat=True)) == [
        date(2031, 1, 31),
        date(2031, 7, 1),
    ]


def test_the_same_rows_again_change_nothing(pete, now):
    CertificationFactory(key="cloud")
    rows = [{"person_id": pete.person.pk, "certification": "cloud", "earned_on": EARNED}]
    first = bring_in(rows, now)

    second = bring_in(rows, now)

    assert [one.result for one in second] == [Result.UNCHANGED]
    assert second[0].object_id == first[0].object_id
    assert HeldCertification.objects.get().version == 1


def test_another_expiry_updates_the_record(pete, now):
    CertificationFactory(key="cloud")
    row = {"person_id": pete.person.pk, "certification": "cloud", "earned_on": EARNED}
    bring_in([row], now)

    outcomes = bring_in([row | {"expires_on": date(2033, 1, 1)}], now)

    assert outcomes[0].result == Result.UPDATED
    assert HeldCertification.objects.get().expires_on == date(2033, 1, 1)


def test_of_two_rows_about_one_record_the_last_counts(pete, now):
    CertificationFactory(key="cloud")
    row = {"person_id": pete.person.pk, "certification": "cloud", "earned_on": EARNED}

    outcomes = bring_in([row, row | {"expires_on": date(2033, 1, 1)}], now)

    assert [one.result for one in outcomes] == [Result.CREATED, Result.UPDATED]
    assert HeldCertification.objects.get().expires_on == date(2033, 1, 1)


def test_bad_rows_fail_alone_and_name_the_field(pinewood, pete, olga, now):
    CertificationFactory(key="cloud")
    good = {"partner_id": pinewood.pk, "email": "pete@pinewood.example", "certification": "cloud", "earned_on": EARNED}

    outcomes = bring_in(
        [
            good | {"email": "olga@oakhurst.example"},
            good | {"certification": "rocket"},
            good | {"earned_on": None},
            good | {"expires_on": EARNED},
            good,
        ],
        now,
    )

    assert [one.errors[0].field for one in outcomes[:4]] == ["email", "certification", "earned_on", "expires_on"]
    assert outcomes[4].result == Result.CREATED


def test_a_thousand_rows_take_the_queries_of_one(pinewood, pete, now, django_assert_max_num_queries):
    CertificationFactory(key="cloud")
    rows = [
        {"person_id": pete.person.pk, "certification": "cloud", "earned_on": date.fromordinal(700_000 + day)}
        for day in range(1000)
    ]

    with django_assert_max_num_queries(18):
        outcomes = bring_in(rows, now)

    assert {one.result for one in outcomes} == {Result.CREATED}
