"""Duplicates: found by what tells, scored with reasons, and two when somebody says so."""

import pytest

from accounts.models import User
from core.models import Source
from core.services import external_ids
from partners.models import DuplicateCheck, DuplicatePair, Partner
from partners.services import duplicates
from tests.conftest import NOW
from tests.factories.core import SourceFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


def found() -> list[tuple[str, str, list[str]]]:
    """Look at everybody who changed and return the pairs that wait, with what makes them alike."""
    while duplicates.check_some():
        pass
    return [
        (pair.first.name, pair.second.name, [reason["kind"] for reason in pair.reasons])
        for pair in DuplicatePair.objects.waiting().order_by("-score", "pk").select_related("first", "second")
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Birchwood Systems GmbH", "Birchwood Systems"),
        ("Birchwood Systems GmbH & Co. KG", "BIRCHWOOD SYSTEMS, Inc."),
        ("Birchwood-Systems S.A.", "Birchwood  Systems"),
    ],
)
def test_legal_forms_case_and_marks_do_not_make_two_of_one(one: str, other: str) -> None:
    PartnerFactory(name=one)
    PartnerFactory(name=other)

    assert found() == [(one, other, ["name"])]


def test_names_that_only_resemble_need_another_reason() -> None:
    PartnerFactory(name="Birchwood Systems", city="Hamburg")
    PartnerFactory(name="Birchwood Systemes", city="HAMBURG")
    PartnerFactory(name="Birchwood Sisters", city="Lyon")

    assert found() == [("Birchwood Systems", "Birchwood Systemes", ["name", "city"])]


def test_a_tax_id_tells_whatever_its_spaces() -> None:
    PartnerFactory(name="Larchmont", tax_id="DE 811.234.567")
    PartnerFactory(name="Alder Consulting", tax_id="de811234567")

    assert found() == [("Larchmont", "Alder Consulting", ["tax"])]


def test_a_web_site_on_the_others_domain_tells_with_the_name() -> None:
    PartnerFactory(name="Larchmont Data", domain="larchmont.example")
    PartnerFactory(name="Larchmont Data Services", websites=["https://www.larchmont.example/en"])

    assert found() == [("Larchmont Data", "Larchmont Data Services", ["host", "name"])]


def test_pages_on_other_peoples_hosts_tell_nothing() -> None:
    PartnerFactory(name="Larchmont", websites=["https://linkedin.com/company/larchmont"])
    PartnerFactory(name="Alder", websites=["https://linkedin.com/company/alder"])

    assert found() == []


def test_a_source_that_knows_both_by_ids_of_their_own_speaks_against_it() -> None:
    crm: Source = SourceFactory(key="crm")
    pair = [PartnerFactory(name="Larchmont"), PartnerFactory(name="Larchmont GmbH")]
    external_ids.attach("partners", crm, {pair[0].pk: "1", pair[1].pk: "2"})

    assert found() == []


def test_the_same_id_in_two_systems_adds_to_the_name() -> None:
    crm, erp = SourceFactory(key="crm"), SourceFactory(key="erp")
    pair = [PartnerFactory(name="Larchmont"), PartnerFactory(name="Larchmont GmbH")]
    external_ids.attach("partners", crm, {pair[0].pk: "K-77"})
    external_ids.attach("partners", erp, {pair[1].pk: "K-77"})

    assert found() == [("Larchmont", "Larchmont GmbH", ["name", "id"])]


def test_parent_and_child_are_related_not_the_same() -> None:
    parent = PartnerFactory(name="Larchmont")
    PartnerFactory(name="Larchmont GmbH", parent=parent)

    assert found() == []


def test_a_pair_goes_when_it_no_longer_holds_and_is_scored_anew_when_it_does() -> None:
    PartnerFactory(name="Larchmont")
    other = PartnerFactory(name="Larchmont GmbH")
    assert len(found()) == 1
    score = DuplicatePair.objects.get().score

    Partner.objects.filter(pk=other.pk).update(city="Lyon", country="FR")
    Partner.objects.filter(name="Larchmont").update(country="DE")
    assert found() == []
    Partner.objects.filter(pk=other.pk).update(country="DE")
    assert len(found()) == 1
    assert DuplicatePair.objects.get().score == score
    Partner.objects.filter(pk=other.pk).update(name="Alder")

    assert found() == []


def test_only_what_tells_is_looked_at_again() -> None:
    partner = PartnerFactory(name="Larchmont")
    found()

    Partner.objects.filter(pk=partner.pk).update(last_active_at=NOW, employees=5)

    assert not DuplicateCheck.objects.exists()


def test_not_duplicates_is_remembered_and_can_be_forgotten(victor: User) -> None:
    PartnerFactory(name="Larchmont")
    other = PartnerFactory(name="Larchmont GmbH")
    found()
    pair = DuplicatePair.objects.get()

    assert duplicates.dismiss(pair=pair, by=victor, at=NOW, note="Two families.")
    assert not duplicates.dismiss(pair=pair, by=victor, at=NOW)
    Partner.objects.filter(pk=other.pk).update(name="Larchmont AG")
    assert found() == []
    assert duplicates.reopen(pair=pair, by=victor, at=NOW)

    assert len(found()) == 1


def test_a_site_that_very_many_share_makes_no_pairs() -> None:
    for number in range(duplicates.MOST_SHARING + 1):
        PartnerFactory(name=chr(ord("a") + number) * 9, websites=["https://shared.example"])

    assert found() == []
