"""Deals at the vendor: who sees which, what they add up to, and how they are recorded."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from deals.models import Customer, Deal, DealRole
from deals.services import deals
from deals.services.deals import Participation
from partners.models import Partner
from tests.deals.conftest import Record
from tests.factories.deals import DealFactory, DealParticipantFactory, ProductFactory, WonDealFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
ClientOf = Callable[[User], Client]
QUERIES_PER_PAGE = 12


@pytest.fixture
def deal(record: Record, pinewood: Partner) -> Deal:
    """A deal of Pinewood."""
    return record(partners=[Participation(pinewood, DealRole.RESELL, Decimal(60))])


@pytest.fixture
def foreign(record: Record, oakhurst: Partner) -> Deal:
    """A deal of Oakhurst."""
    return record(name="Oak deal", partners=[Participation(oakhurst, DealRole.RESELL)])


class TestList:
    """The list."""

    url = "/vendor/deals/"

    def shown(self, client: Client, query: str = "") -> list[str]:
        """Return the names on the page."""
        return [deal.name for deal in client.get(f"{self.url}?{query}").context["page"]]

    def test_a_cam_sees_the_deals_of_assigned_partners(
        self, client_of: ClientOf, vera: User, deal: Deal, foreign: Deal
    ) -> None:
        assert self.shown(client_of(vera)) == [deal.name]

    def test_an_executive_sees_all_and_may_record_none(
        self, client_of: ClientOf, erin: User, deal: Deal, foreign: Deal
    ) -> None:
        page = client_of(erin).get(self.url)

        assert len(page.context["page"].object_list) == 2
        assert "/vendor/deals/new/" not in page.content.decode()

    def test_partner_people_have_no_business_here(self, client_of: ClientOf, paula: User) -> None:
        assert client_of(paula).get(self.url).status_code == 403

    def test_totals_count_what_the_filters_leave(self, client_of: ClientOf, victor: User, pinewood: Partner) -> None:
        for amount in (100, 200):
            DealParticipantFactory(deal=WonDealFactory(amount=amount), partner=pinewood)
        DealFactory(amount=50)

        totals = client_of(victor).get(f"{self.url}?stage=won").context["totals"]

        assert (totals.won_count, totals.won_amount, totals.open_count, totals.win_rate) == (2, 300, 0, 1)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("stage=open", ["Young"]),
            ("stage=won", ["Old"]),
            ("period=30", ["Young"]),
            ("q=you", ["Young"]),
            ("q=oakhurst", ["Old"]),
            ("q=nothing", []),
            ("whose=mine", []),
            ("sort=amount", ["Old", "Young"]),
            ("stage=odd&sort=odd&period=odd&partner=odd", ["Young", "Old"]),
        ],
    )
    def test_filters(
        self, query: str, expected: list[str], client_of: ClientOf, victor: User, oakhurst: Partner, now: Any
    ) -> None:
        DealFactory(name="Young", opened_on=date(2030, 3, 10), amount=1)
        old = WonDealFactory(name="Old", closed_on=date(2029, 1, 1), amount=2)
        DealParticipantFactory(deal=old, partner=oakhurst)

        assert self.shown(client_of(victor), query) == expected

    def test_one_partner_only(
        self, client_of: ClientOf, victor: User, deal: Deal, foreign: Deal, oakhurst: Partner
    ) -> None:
        assert self.shown(client_of(victor), f"partner={oakhurst.public_id}") == [foreign.name]

    def test_a_partner_one_may_not_see_filters_everything_away(
        self, client_of: ClientOf, vera: User, deal: Deal, oakhurst: Partner
    ) -> None:
        assert self.shown(client_of(vera), f"partner={oakhurst.public_id}") == []

    def test_a_deal_in_two_roles_is_one_row(
        self, client_of: ClientOf, vera: User, deal: Deal, pinewood: Partner
    ) -> None:
        DealParticipantFactory(deal=deal, partner=pinewood, role=DealRole.MANAGE)

        assert self.shown(client_of(vera)) == [deal.name]

    def test_htmx_gets_the_results_alone(self, client_of: ClientOf, victor: User, deal: Deal) -> None:
        page = client_of(victor).get(self.url, headers={"HX-Request": "true"}).content.decode()

        assert deal.name in page
        assert "<html" not in page

    def test_queries_stay_few_as_deals_grow(
        self, client_of: ClientOf, victor: User, pinewood: Partner, django_assert_max_num_queries: Any
    ) -> None:
        for _number in range(20):
            DealParticipantFactory(deal=DealFactory(), partner=pinewood)
        client = client_of(victor)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            client.get(self.url)


class TestDetail:
    """One deal."""

    def test_it_shows_who_takes_part_and_what_happened(
        self, client_of: ClientOf, vera: User, victor: User, deal: Deal, now: Any, django_assert_max_num_queries: Any
    ) -> None:
        deals.update(deal=deal, by=victor, at=now, changes={"stage": "won", "closed_on": date(2030, 3, 1)})
        client = client_of(vera)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            page = client.get(reverse("vendor:deal-detail", args=[deal.public_id]))

        assert [change.fields for change in page.context["history"]] == [["stage", "closed on"], []]
        assert "Victor Voss" in page.content.decode()
        assert "Pinewood" in page.content.decode()

    def test_a_deal_of_others_is_not_there(
        self, client_of: ClientOf, vera: User, pinewood: Partner, foreign: Deal
    ) -> None:
        assert client_of(vera).get(reverse("vendor:deal-detail", args=[foreign.public_id])).status_code == 404


class TestPanel:
    """A partner's deals on its page."""

    def test_it_shows_the_last_year_and_the_newest(
        self, client_of: ClientOf, vera: User, pinewood: Partner, now: Any, django_assert_max_num_queries: Any
    ) -> None:
        for closed_on in (date(2030, 3, 1), date(2028, 3, 1)):
            DealParticipantFactory(deal=WonDealFactory(closed_on=closed_on), partner=pinewood)
        client = client_of(vera)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            page = client.get(reverse("vendor:partner-deals-panel", args=[pinewood.public_id]))

        assert page.context["deals"].totals.won_count == 1
        assert len(page.context["deals"].newest) == 2

    def test_there_is_none_of_a_partner_of_others(self, client_of: ClientOf, vera: User, oakhurst: Partner) -> None:
        assert client_of(vera).get(reverse("vendor:partner-deals-panel", args=[oakhurst.public_id])).status_code == 404


def typed(*rows: dict[str, str], **differs: Any) -> dict[str, Any]:
    """Return what somebody types into the form."""
    fields = {
        "name": "Firewall for Acme",
        "customer_name": "Acme",
        "customer_domain": "acme.example",
        "amount": "1500.00",
        "currency": "EUR",
        "stage": "open",
        "opened_on": "2030-03-01",
        "partners-TOTAL_FORMS": str(len(rows)),
        "partners-INITIAL_FORMS": "0",
    }
    for index, row in enumerate(rows):
        fields |= {f"partners-{index}-{name}": value for name, value in row.items()}
    return {**fields, **differs}


class TestEditing:
    """Recording and changing."""

    url = "/vendor/deals/new/"
    pine = {"partner": "pinewood.example", "role": "resell", "split_percent": "60"}
    oak = {"partner": "OAKHURST", "role": "refer", "split_percent": "10"}
    empty = {"partner": "", "role": "resell", "split_percent": "100"}

    def test_a_deal_is_recorded_with_its_partners(
        self, client_of: ClientOf, victor: User, pinewood: Partner, oakhurst: Partner
    ) -> None:
        product = ProductFactory()

        answer = client_of(victor).post(self.url, typed(self.pine, self.oak, self.empty, products=[product.pk]))

        deal = Deal.objects.get()
        assert answer["Location"] == reverse("vendor:deal-detail", args=[deal.public_id])
        assert set(deal.participants.values_list("partner__name", "role", "split_percent")) == {
            ("Pinewood", "resell", 60),
            ("Oakhurst", "refer", 10),
        }
        assert deal.lines.get().product == product

    @pytest.mark.parametrize("person", ["vera", "erin", "paula"])
    def test_only_those_with_the_right_may(
        self, person: str, client_of: ClientOf, request: pytest.FixtureRequest
    ) -> None:
        client = client_of(request.getfixturevalue(person))

        assert client.post(self.url, typed()).status_code == 403
        assert not Deal.objects.exists()

    def test_a_name_that_is_no_partner_is_told_beside_it(self, client_of: ClientOf, victor: User) -> None:
        page = client_of(victor).post(self.url, typed({**self.pine, "partner": "Nobody & Sons"}))

        assert page.status_code == 422
        assert "No partner is called" in page.content.decode()

    def test_a_repeated_name_asks_for_the_domain(self, client_of: ClientOf, victor: User, pinewood: Partner) -> None:
        Partner.objects.create(name="Pinewood", domain="pinewood.test")

        page = client_of(victor).post(self.url, typed({**self.pine, "partner": "Pinewood"}))

        assert page.status_code == 422
        assert "give the domain" in page.content.decode()

    def test_shares_above_the_whole_are_refused_and_nothing_is_written(
        self, client_of: ClientOf, victor: User, pinewood: Partner, oakhurst: Partner
    ) -> None:
        page = client_of(victor).post(self.url, typed(self.pine, {**self.oak, "role": "resell", "split_percent": "50"}))

        assert page.status_code == 422
        assert "10 too many" in page.content.decode()
        assert not Deal.objects.exists()
        assert not Customer.objects.exists()

    def test_another_row_keeps_everything_typed(self, client_of: ClientOf, victor: User, pinewood: Partner) -> None:
        page = client_of(victor).post(self.url, typed(self.pine, name="", act="add-partner"))

        assert page.status_code == 200
        assert [row["partner"].value() for row in page.context["formset"]] == ["pinewood.example", None]
        assert page.context["form"]["amount"].value() == "1500.00"
        assert not Deal.objects.exists()

    def test_a_deal_is_changed_and_a_partner_taken_off(
        self, client_of: ClientOf, victor: User, deal: Deal, pinewood: Partner, oakhurst: Partner
    ) -> None:
        url = reverse("vendor:deal-edit", args=[deal.public_id])
        rows = [{**self.pine, "DELETE": "on"}, self.oak]

        answer = client_of(victor).post(url, typed(*rows, **{"partners-INITIAL_FORMS": "1"}))

        deal.refresh_from_db()
        assert answer.status_code == 302
        assert deal.name == "Firewall for Acme"
        assert deal.participants.get().partner == oakhurst

    def test_the_edit_page_shows_what_is_known(
        self, client_of: ClientOf, victor: User, deal: Deal, django_assert_max_num_queries: Any
    ) -> None:
        client = client_of(victor)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            page = client.get(reverse("vendor:deal-edit", args=[deal.public_id]))

        assert page.context["form"]["customer_domain"].value() == "acme.example"
        assert page.context["formset"].forms[0]["partner"].value() == "pinewood.example"

    def test_partners_are_suggested_while_typing(self, client_of: ClientOf, victor: User, pinewood: Partner) -> None:
        url = reverse("vendor:deal-partner-options")

        page = client_of(victor).get(url, {"partners-0-partner": "pine"}).content.decode()

        assert 'value="pinewood.example"' in page
