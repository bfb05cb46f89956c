"""Before a profile is saved, partners read what it would do; nothing is written by asking."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from core.models.base import VersionState
from partners.models import Partner
from tests.conftest import NOW
from tests.factories.partners import CategoryFactory, CategoryVersionFactory
from tests.factories.segmentation import SegmentFactory, SegmentVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
SignIn = Callable[[User], Client]
URL = "/partner/company/effects/"
BIG = {"combinator": "and", "not": False, "rules": [{"field": "employees", "operator": ">=", "value": 50}]}


@pytest.fixture(autouse=True)
def _rules() -> None:
    """A category and a segment for those with fifty people."""
    published = {"state": VersionState.PUBLISHED, "published_at": NOW, "criteria": BIG}
    CategoryVersionFactory(definition=CategoryFactory(name="Integrator"), **published)
    SegmentVersionFactory(definition=SegmentFactory(name="Our secret"), **published)


def test_what_begins_to_hold_is_told_and_nothing_is_written(pinewood: Partner, paula: User, client_of: SignIn) -> None:
    answer = client_of(paula).post(URL, {"employees": "80"}, headers={"HX-Request": "true"})

    assert "You would fit the category Integrator." in answer.text
    assert "Our secret" not in answer.text
    pinewood.refresh_from_db()
    assert pinewood.employees is None


def test_what_ceases_to_hold_is_told(pinewood: Partner, paula: User, client_of: SignIn) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=80)

    answer = client_of(paula).post(URL, {"employees": "8"}, headers={"HX-Request": "true"})

    assert "You would no longer fit the category Integrator." in answer.text


def test_a_change_that_decides_nothing_says_so(paula: User, client_of: SignIn) -> None:
    answer = client_of(paula).post(URL, {"city": "Bremen"}, headers={"HX-Request": "true"})

    assert "changes nothing about your categories" in answer.text


def test_without_script_the_form_comes_back_with_what_was_typed(paula: User, client_of: SignIn) -> None:
    answer = client_of(paula).post(URL, {"employees": "80", "city": "Bremen"})

    assert "You would fit the category Integrator." in answer.text
    assert 'value="Bremen"' in answer.text
    assert 'action="/partner/company/edit/"' in answer.text


def test_mistakes_are_told(paula: User, client_of: SignIn) -> None:
    client = client_of(paula)

    assert client.post(URL, {"employees": "many"}).status_code == 422
    assert "Mend what is marked" in client.post(URL, {"employees": "many"}, headers={"HX-Request": "true"}).text


def test_only_partner_admins_ask(pete: User, client_of: SignIn) -> None:
    assert client_of(pete).post(URL, {"employees": "80"}).status_code == 403
