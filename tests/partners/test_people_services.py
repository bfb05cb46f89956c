"""People come, change, are invited and leave; the last partner admin stays."""

import pytest
from django.core.exceptions import ValidationError

from core.rows import Result
from partners.models import Person
from partners.services import people
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory
from tests.factories.core import SourceFactory
from tests.factories.partners import PersonFactory

pytestmark = pytest.mark.django_db


def test_a_person_is_added_once_per_address(pinewood, oakhurst, victor, now):
    people.add(partner=pinewood, by=victor, at=now, name="Ada", email="Ada@pinewood.example")

    with pytest.raises(ValidationError) as caught:
        people.add(partner=pinewood, by=victor, at=now, name="Ada", email="ada@pinewood.example")

    assert list(caught.value.error_dict) == ["email"]
    assert people.add(partner=oakhurst, by=victor, at=now, name="Ada", email="ada@pinewood.example")


def test_a_person_needs_a_name_and_an_address(pinewood, victor, now):
    with pytest.raises(ValidationError) as caught:
        people.add(partner=pinewood, by=victor, at=now, name=" ", job_function="boss")

    assert set(caught.value.error_dict) == {"name", "email", "job_function"}


def test_the_same_change_again_writes_nothing(pete, victor, now):
    assert people.update(person=pete.person, by=victor, at=now, changes={"job_function": "sales"}) == ["job_function"]
    version = pete.person.version

    assert people.update(person=pete.person, by=victor, at=now, changes={"job_function": "sales"}) == []
    assert pete.person.version == version


def test_an_invited_person_gets_an_account(pinewood, victor, now):
    person = PersonFactory(partner=pinewood, email="ada@pinewood.example")

    people.invite(person=person, by=victor, at=now)

    assert person.user.email == "ada@pinewood.example"
    assert not person.user.is_vendor


def test_an_address_somebody_else_signs_in_with_is_not_invited(pinewood, olga, victor, now):
    VendorUserFactory(email="boss@vendor.example")
    for email in ("boss@vendor.example", "olga@oakhurst.example"):
        person = PersonFactory(partner=pinewood, email=email)

        with pytest.raises(ValidationError):
            people.invite(person=person, by=victor, at=now)

        person.refresh_from_db()
        assert person.user is None


def test_who_leaves_loses_access_and_may_come_back_elsewhere(pete, paula, oakhurst, now):
    assert people.leave(person=pete.person, by=paula, at=now)
    assert not people.leave(person=pete.person, by=paula, at=now)

    gone = Person.objects.get(pk=pete.person.pk)
    assert (gone.left_at, gone.user) == (now, None)
    back = people.add(partner=oakhurst, by=paula, at=now, name="Pete", email=pete.email)
    assert people.invite(person=back, by=paula, at=now).user == pete


def test_partner_people_keep_one_admin(paula, pinewood, victor, now):
    with pytest.raises(ValidationError, match="partner admin first"):
        people.leave(person=paula.person, by=paula, at=now)
    with pytest.raises(ValidationError, match="partner admin first"):
        people.update(person=paula.person, by=paula, at=now, changes={"is_admin": False})

    second = person_at(pinewood, name="Ana", email="ana@pinewood.example", is_admin=True)
    assert people.leave(person=paula.person, by=paula, at=now)
    assert people.leave(person=second.person, by=victor, at=now)


def test_rows_find_people_by_id_and_by_address(pinewood, pete, victor, now):
    crm = SourceFactory(key="crm")
    rows = [
        {"external_id": "1", "partner_id": pinewood.pk, "name": "Pete Pratt", "email": "PETE@pinewood.example"},
        {"external_id": "2", "partner_id": pinewood.pk, "name": "Ada", "email": "ada@pinewood.example"},
        {"external_id": "3", "partner_id": 0, "name": "Bob", "email": "bob@pinewood.example"},
        {"external_id": "4", "partner_id": pinewood.pk, "name": "Eve", "email": "not an address"},
        {"external_id": "5", "name": "Nobody", "email": "nobody@pinewood.example"},
    ]

    outcomes = people.upsert_many(rows=rows, source=crm, by=victor, at=now)

    assert [one.result for one in outcomes] == [Result.UPDATED, Result.CREATED, *[Result.FAILED] * 3]
    assert outcomes[0].object_id == pete.person.pk
    assert [error.field for one in outcomes[2:] for error in one.errors] == ["partner", "email", "partner"]
    again = people.upsert_many(rows=rows[:2], source=crm, by=victor, at=now)
    assert [one.result for one in again] == [Result.UNCHANGED, Result.UNCHANGED]


def test_a_row_does_not_move_a_person_to_another_partner(pinewood, oakhurst, victor, now):
    crm = SourceFactory(key="crm")
    row = {"external_id": "2", "partner_id": pinewood.pk, "name": "Ada", "email": "ada@pinewood.example"}
    people.upsert_many(rows=[row], source=crm, by=victor, at=now)

    outcome = people.upsert_many(rows=[{**row, "partner_id": oakhurst.pk}], source=crm, by=victor, at=now)[0]

    assert outcome.errors[0].field == "partner"
