"""Customer references: told by partners, counted once the vendor has validated them, until their day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.refusals import Refusal
from core.services import outbox
from deals.models import CustomerReference, ReferenceState
from deals.services import references
from tests.factories.deals import CustomerReferenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reference(pinewood, paula, now):
    return references.submit(
        partner=pinewood, by=paula, at=now, customer_name="Harbour Bank", project="Cloud move", year=2029
    )


def test_a_project_is_told_once(reference, pinewood, paula, now):
    with pytest.raises(Refusal):
        references.submit(
            partner=pinewood, by=paula, at=now, customer_name="Harbour Bank", project="Cloud move", year=2029
        )


def test_the_manager_hears_and_the_partner_hears_what_was_decided(reference, paula, vera, now):
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert vera.notifications.get().text == "Pinewood names a reference: Harbour Bank: Cloud move"

    with pytest.raises(Refusal):
        references.decide(reference=reference, by=vera, at=now, is_valid=False)
    assert references.decide(reference=reference, by=vera, at=now, is_valid=True, decision="Asked their CTO")
    assert not references.decide(reference=reference, by=vera, at=now, is_valid=True, decision="Asked their CTO")
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert paula.notifications.get().text == "Your reference counts now: Harbour Bank: Cloud move"


def test_a_corrected_reference_is_looked_at_anew(reference, paula, vera, now):
    references.decide(reference=reference, by=vera, at=now, is_valid=True)
    assert references.update(reference=reference, by=paula, at=now, changes={"year": 2030}) == ["year"]

    assert (reference.state, reference.decided_by) == (ReferenceState.SUBMITTED, None)


def test_strangers_see_none(reference, paula, olga, vera, vincent):
    seen = [CustomerReference.objects.visible_to(one).exists() for one in (paula, vera, olga, vincent)]

    assert seen == [True, True, False, False]


def test_whom_we_may_ask_is_said(pinewood, paula, now):
    with pytest.raises(Refusal):
        references.submit(
            partner=pinewood, by=paula, at=now, customer_name="A", project="B", year=2029, contact_may_be_asked=True
        )


def test_the_database_refuses_what_makes_no_sense(pinewood, now):
    CustomerReferenceFactory(partner=pinewood, customer_name="A")
    for wrong in (
        {"customer_name": ""},
        {"year": 12},
        {"state": ReferenceState.VALIDATED},
        {"contact_may_be_asked": True},
        {"customer_name": "A"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CustomerReferenceFactory(partner=pinewood, **wrong)
