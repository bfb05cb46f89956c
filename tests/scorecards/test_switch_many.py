"""A scorecard switched on for many partners at once: whom it fits, and nothing twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from core.refusals import Refusal
from partners.models import Partner
from scorecards.models import PartnerScorecard, Scorecard
from scorecards.queries.fits import fits
from scorecards.services import use
from segmentation.models import Classification, StalePartner
from segmentation.services import recompute
from tests.counting import queries
from tests.factories.assessments import assessed_scorecard, question
from tests.factories.partners import LifeStageFactory, PartnerFactory
from tests.factories.scorecards import ScorecardFactory, publish_metrics

pytestmark = pytest.mark.django_db

PAGE = "/vendor/scorecards/switch-on/"
BIG = {"field": "employees", "operator": ">=", "value": 10}
GERMAN = {"field": "country", "operator": "in", "value": ["DE"]}


@pytest.fixture
def growth() -> Scorecard:
    """A scorecard for big partners in Germany, switched on for single partners."""
    scorecard = ScorecardFactory(name="Growth", reach="switched_on")
    publish_metrics(scorecard, question(), criteria={"combinator": "and", "not": False, "rules": [BIG, GERMAN]})
    return scorecard


@pytest.fixture
def some(vera: User, pinewood: Partner, now: datetime) -> list[Partner]:
    """Pinewood, which fits, and two of Vera's that do not, one for two reasons."""
    Partner.objects.filter(pk=pinewood.pk).update(employees=20, country="DE")
    others = [PartnerFactory(name="Quiet", employees=20, country="FR"), PartnerFactory(name="Small", employees=1)]
    for one in others:
        one.assignments.create(user=vera, starts_at=now)
    recompute.everything(at=now)
    return [pinewood, *others]


def test_whom_it_fits_and_why_it_does_not_fit_the_others(growth: Any, some: Any, vera: User, now: datetime) -> None:
    use.switch_on(partner=some[1], scorecard=growth, by=vera, at=now)

    found = fits(some, growth.versions.get(), at=now)

    assert [(one.partner.name, one.is_on, len(one.reasons)) for one in found] == [
        ("Pinewood", False, 0),
        ("Quiet", True, 1),
        ("Small", False, 2),
    ]
    assert "country" in found[1].reasons[0]


def test_it_does_not_fit_partners_of_other_stages(some: Any, now: datetime) -> None:
    stage = LifeStageFactory(key="new", name="Just begun")
    scorecard = ScorecardFactory(reach="switched_on")
    publish_metrics(scorecard, question(), stages=["new"])
    Classification.objects.filter(partner=some[1]).update(stage=stage)

    found = fits(some, scorecard.versions.get(), at=now)

    assert [bool(one.reasons) for one in found] == [True, False, True]
    assert found[0].reasons == ["It is made for the life stage Just begun."]


def test_it_is_switched_on_for_all_that_do_not_have_it_once(growth: Any, some: Any, vera: User, now: datetime) -> None:
    use.switch_on(partner=some[0], scorecard=growth, by=vera, at=now)
    StalePartner.objects.all().delete()
    later = now + timedelta(hours=1)

    assert use.switch_on_many(partners=some, scorecard=growth, by=vera, at=later, reason=" Growth ") == some[1:]
    assert use.switch_on_many(partners=some, scorecard=growth, by=vera, at=later) == []

    rows = PartnerScorecard.objects.order_by("partner_id").values_list("starts_at", "reason", "switched_on_by")
    assert list(rows) == [(now, "", vera.pk), (later, "Growth", vera.pk), (later, "Growth", vera.pk)]
    assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {one.pk for one in some[1:]}


def test_what_measures_everybody_is_not_switched_on(some: Any, vera: User, now: datetime) -> None:
    scorecard, _metrics = assessed_scorecard(reach="everybody")

    with pytest.raises(Refusal):
        use.switch_on_many(partners=some, scorecard=scorecard, by=vera, at=now)


def test_a_manager_looks_first_and_switches_on_for_those_it_fits(
    client_of: Any, growth: Any, some: Any, vera: User, oakhurst: Partner
) -> None:
    client = client_of(vera)
    chosen = {"partner": [str(one.public_id) for one in [*some, oakhurst]]}
    asked = client.post(PAGE, chosen).content.decode()
    assert "See whom it fits" in asked
    assert "Oakhurst" not in asked

    named = {**chosen, "scorecard": str(growth.public_id), "reason": "Growth"}
    looked = client.post(PAGE, {**named, "act": "look"}).content.decode()
    for text in ("It fits 1 partner", "It does not fit 2 partners", "Not fulfilled: country", "Switch it on"):
        assert text in looked, text
    assert not PartnerScorecard.objects.exists()

    for _ in range(2):
        assert client.post(PAGE, {**named, "act": "switch"}).url == "/vendor/"
    assert [one.partner for one in PartnerScorecard.objects.all()] == some[:1]
    client.post(PAGE, {**named, "act": "switch", "everyone": "on"})
    assert PartnerScorecard.objects.count() == 3


def test_a_scorecard_is_asked_for_and_what_is_typed_stays(client_of: Any, some: Any, vera: User) -> None:
    answer = client_of(vera).post(PAGE, {"partner": [str(some[0].public_id)], "reason": "Growth", "act": "look"})

    assert answer.status_code == 422
    assert 'value="Growth"' in answer.content.decode()


def test_it_is_switched_off_for_all_that_have_it_and_only_once(
    growth: Any, some: Any, vera: User, now: datetime
) -> None:
    use.switch_on_many(partners=some[:2], scorecard=growth, by=vera, at=now)
    StalePartner.objects.all().delete()
    later = now + timedelta(hours=1)

    assert use.switch_off_many(partners=some, scorecard=growth, by=vera, at=later, reason=" Done ") == 2
    assert use.switch_off_many(partners=some, scorecard=growth, by=vera, at=later) == 0

    rows = PartnerScorecard.objects.values_list("ends_at", "end_reason", "switched_off_by")
    assert list(rows) == [(later, "Done", vera.pk)] * 2
    assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {one.pk for one in some[:2]}


def test_a_manager_switches_it_off_for_the_chosen_ones_alone(
    client_of: Any, growth: Any, some: Any, vera: User, erin: User, oakhurst: Partner, now: datetime
) -> None:
    use.switch_on_many(partners=[*some, oakhurst], scorecard=growth, by=vera, at=now)
    client, page = client_of(vera), "/vendor/scorecards/switch-off/"
    chosen = {"partner": [str(one.public_id) for one in [*some[:2], oakhurst]]}

    asked = client.post(page, chosen).content.decode()
    assert "Growth is on for 2 partners" in asked
    assert client.post(page, {**chosen, "act": "switch"}).status_code == 422
    assert client.post(page, {**chosen, "scorecard": str(growth.public_id), "act": "switch"}).url == "/vendor/"

    assert {one.partner for one in PartnerScorecard.objects.open()} == {some[2], oakhurst}
    assert "is on for none of them" in client.post(page, chosen).content.decode()
    assert "No partner is chosen" in client.get(page).content.decode()
    assert queries(client, page) <= 12
    assert client_of(erin).get(page).status_code == 403


def test_the_page_keeps_its_queries_and_asks_for_a_choice(client_of: Any, growth: Any, vera: User, erin: User) -> None:
    assert "No partner is chosen" in client_of(vera).get(PAGE).content.decode()
    assert queries(client_of(vera), PAGE) <= 12
    assert client_of(erin).get(PAGE).status_code == 403
