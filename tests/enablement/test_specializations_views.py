"""Specializations on the pages: defined by those who may, decided by managers, read by the partners they are about."""

import pytest
from django.urls import reverse

from enablement.models import HeldState, Specialization
from enablement.services import specializations
from tests.counting import queries
from tests.factories.enablement import HeldSpecializationFactory, SpecializationFactory

pytestmark = pytest.mark.django_db
GERMAN = {"combinator": "and", "not": False, "rules": [{"field": "country", "operator": "equals", "value": "DE"}]}


@pytest.fixture
def waiting(pinewood):
    return HeldSpecializationFactory(partner=pinewood, state=HeldState.PENDING)


def said(**fields):
    return {"name": "Cloud", "kind": "product", "meaning": "They can.", **fields}


def detail(specialization):
    return reverse("vendor:specialization-detail", args=[specialization.public_id])


def decision(name, held):
    return reverse(f"vendor:held-specialization-{name}", args=[held.public_id])


def test_an_admin_defines_one_and_changes_what_it_says(client_of, victor, now):
    answer = client_of(victor).post(reverse("vendor:specialization-create"), said(valid_months="12"))
    made = Specialization.objects.get()
    assert answer.url == detail(made)

    edit = reverse("vendor:specialization-edit", args=[made.public_id])
    client_of(victor).post(edit, said(meaning="They prove it."))
    made.refresh_from_db()
    assert (made.meaning, made.valid_months) == ("They prove it.", None)


def test_a_name_is_given_once(client_of, victor, now):
    SpecializationFactory(name="Cloud")
    other = SpecializationFactory(name="Network")
    for page in (
        reverse("vendor:specialization-create"),
        reverse("vendor:specialization-edit", args=[other.public_id]),
    ):
        answer = client_of(victor).post(page, said(name="cloud"))
        assert answer.status_code == 422
        assert "of this name already" in str(answer.context["form"].errors["name"])
        assert b"They can." in answer.content


@pytest.mark.parametrize("act", ["edit", "retire"])
def test_who_only_reads_definitions_changes_none(act, client_of, vera, erin):
    one = SpecializationFactory()
    page = reverse(f"vendor:specialization-{act}", args=[one.public_id])

    for user in (vera, erin):
        assert client_of(user).post(page, said()).status_code == 403
        assert client_of(user).get(detail(one)).status_code == 200
    one.refresh_from_db()
    assert one.retired_at is None


def test_a_manager_approves_what_waits_once(client_of, waiting, vera):
    assert str(waiting.partner).encode() in client_of(vera).get(reverse("vendor:specialization-waiting")).content
    for _each in range(2):
        client_of(vera).post(decision("grant", waiting))

    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == (HeldState.ACTIVE, vera)


def test_a_refusal_needs_a_reason(client_of, waiting, vera):
    assert client_of(vera).post(decision("end", waiting), {"reason": " "}).status_code == 422
    client_of(vera).post(decision("end", waiting), {"reason": "No project yet"})

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (HeldState.DECLINED, "No project yet")


@pytest.mark.parametrize("act", ["grant", "end"])
def test_strangers_find_nothing_and_readers_may_not(act, client_of, waiting, vincent, erin):
    assert client_of(vincent).post(decision(act, waiting), {"reason": "Mine"}).status_code == 404
    assert client_of(erin).post(decision(act, waiting), {"reason": "Mine"}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.state == HeldState.PENDING


def test_a_manager_sees_who_holds_it_among_their_own(client_of, vera, pinewood, oakhurst):
    one = HeldSpecializationFactory(partner=pinewood).specialization
    HeldSpecializationFactory(partner=oakhurst, specialization=one)

    assert [str(held.partner) for held in client_of(vera).get(detail(one)).context["page"]] == ["Pinewood"]


def test_a_partner_reads_what_it_has_and_what_is_missing(client_of, victor, paula, olga, now):
    specializations.create(name="German cloud", by=victor, at=now, criteria=GERMAN)
    page = reverse("partner:specialization-list")

    assert client_of(paula).get(page).context["standings"][0].met == 1
    assert client_of(olga).get(page).context["standings"][0].met == 0


def test_pages_ask_the_database_as_often_however_many_there_are(client_of, pinewood, victor, vera, paula, now):
    one = specializations.create(name="First", by=victor, at=now, criteria=GERMAN)
    HeldSpecializationFactory(partner=pinewood, specialization=one, state=HeldState.PENDING)
    pages = (
        (victor, reverse("vendor:specialization-list")),
        (victor, detail(one)),
        (vera, reverse("vendor:specialization-waiting")),
        (vera, reverse("vendor:partner-specializations-panel", args=[pinewood.public_id])),
        (paula, reverse("partner:specialization-list")),
    )
    few = [queries(client_of(user), page) for user, page in pages]
    for number in range(5):
        made = specializations.create(name=f"More {number}", by=victor, at=now, criteria=GERMAN)
        HeldSpecializationFactory(partner=pinewood, specialization=made, state=HeldState.PENDING)
        HeldSpecializationFactory(specialization=one)

    assert [queries(client_of(user), page) for user, page in pages] == few
    assert max(few) <= 12, few
