"""Recording deals, changing them, and sharing them among partners."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.models import Program
from core.money import Money
from deals.models import Deal, DealRole, DealStage
from deals.services import deals
from deals.services.deals import Line, Participation
from partners.models import Partner
from partners.signals import partners_changed
from segmentation.models import StalePartner
from tests.deals.conftest import Record
from tests.factories.core import CurrencyRateFactory
from tests.factories.deals import ProductFactory


def codes(error: ValidationError) -> dict[str, list[str]]:
    """Return what a refusal says, by field."""
    return {name: [one.code for one in several] for name, several in error.error_dict.items()}


@pytest.fixture
def announced() -> Any:
    """Collect the partners that are announced as changed."""
    heard: list[list[int]] = []

    def listen(partner_ids: list[int], **_: Any) -> None:
        heard.append(partner_ids)

    partners_changed.connect(listen)
    yield heard
    partners_changed.disconnect(listen)


def test_a_deal_is_recorded_with_everybody_on_it(record: Record, pinewood: Partner, oakhurst: Partner) -> None:
    product = ProductFactory(name="Cloud backup")

    deal = record(
        partners=[Participation(pinewood, DealRole.RESELL), Participation(oakhurst, DealRole.REFER, Decimal(10))],
        products=[Line(product, 3)],
    )

    deal.refresh_from_db()
    assert deal.program_amount == 1000
    assert set(deal.participants.values_list("partner", "role", "split_percent")) == {
        (pinewood.pk, "resell", 100),
        (oakhurst.pk, "refer", 10),
    }
    assert list(deal.lines.values_list("product", "quantity")) == [(product.pk, 3)]


def test_recording_announces_the_partners_on_the_deal(
    record: Record, pinewood: Partner, oakhurst: Partner, announced: list[list[int]]
) -> None:
    record(partners=[Participation(pinewood, DealRole.RESELL), Participation(pinewood, DealRole.MANAGE)])

    assert announced == [[pinewood.pk]]


def test_an_amount_is_worth_what_the_table_says_on_the_closing_day(record: Record) -> None:
    CurrencyRateFactory(currency="USD", starts_on=date(2029, 1, 1), rate=Decimal("0.5"))
    CurrencyRateFactory(currency="USD", starts_on=date(2030, 2, 1), rate=Decimal("0.8"))
    dollars = Money(Decimal("1000.00"), "usd")

    opened = record(amount=dollars)
    won = record(amount=dollars, stage=DealStage.WON, closed_on=date(2030, 2, 1))

    assert opened.program_amount == 500
    assert won.program_amount == 800
    assert won.currency == "USD"


def test_an_amount_without_a_rate_is_refused_by_name_and_day(record: Record) -> None:
    with pytest.raises(ValidationError) as refused:
        record(amount=Money(Decimal(10), "CHF"))

    assert codes(refused.value) == {"amount": ["no_rate"]}
    assert "CHF" in refused.value.messages[0]
    assert "10 January 2030" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Money(Decimal("1.005"), "EUR"), "too_precise"),
        (Money(Decimal("0.5"), "JPY"), "too_precise"),
        (Money(Decimal(-1), "EUR"), "negative"),
        (Money(Decimal(1), "EURO"), "invalid_currency"),
        (Money(Decimal(10) ** 16, "EUR"), "max_whole_digits"),
        (None, "null"),
    ],
)
def test_an_odd_amount_is_refused(record: Record, amount: Money | None, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        record(amount=amount)

    assert codes(refused.value) == {"amount": [code]}


@pytest.mark.parametrize(
    ("stage", "closed_on", "code"),
    [
        ("open", date(2030, 1, 20), "open_deal_closed"),
        ("won", None, "required"),
        ("lost", None, "required"),
        ("won", date(2030, 3, 20), "date_in_future"),
    ],
)
def test_stage_and_closing_day_must_fit(record: Record, stage: str, closed_on: date | None, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        record(stage=stage, closed_on=closed_on)

    assert codes(refused.value) == {"closed_on": [code]}


def test_a_deal_may_be_closed_where_it_is_tomorrow_already(record: Record, now: datetime) -> None:
    deal = record(stage="won", closed_on=now.date() + timedelta(days=1))

    assert deal.pk


def test_everything_wrong_with_a_deal_is_told_at_once(record: Record) -> None:
    with pytest.raises(ValidationError) as refused:
        record(name="", stage="maybe", amount=Money(Decimal(-1), "EUR"))

    assert codes(refused.value) == {"name": ["blank"], "stage": ["invalid_choice"], "amount": ["negative"]}


def test_partners_in_one_role_share_at_most_the_whole(record: Record, pinewood: Partner, oakhurst: Partner) -> None:
    with pytest.raises(ValidationError) as refused:
        record(
            partners=[
                Participation(pinewood, DealRole.RESELL, Decimal(70)),
                Participation(oakhurst, DealRole.RESELL, Decimal("40.5")),
            ]
        )

    assert codes(refused.value) == {"partners": ["shares_above_whole"]}
    assert "Resell add up to 110.5 percent, which is 10.5 too many" in refused.value.messages[0]


def test_different_roles_do_not_share_with_each_other(record: Record, pinewood: Partner, oakhurst: Partner) -> None:
    deal = record(partners=[Participation(pinewood, DealRole.RESELL), Participation(oakhurst, DealRole.SERVICE)])

    assert deal.participants.count() == 2


@pytest.mark.parametrize(
    ("role", "split", "field", "code"),
    [
        ("owner", Decimal(10), "partners.0.role", "invalid_choice"),
        ("resell", Decimal(-1), "partners.0.split_percent", "out_of_range"),
    ],
)
def test_an_odd_participation_is_refused_where_it_stands(
    record: Record, pinewood: Partner, role: str, split: Decimal, field: str, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        record(partners=[Participation(pinewood, role, split)])

    assert codes(refused.value) == {field: [code]}


def test_a_partner_is_named_once_in_a_role(record: Record, pinewood: Partner) -> None:
    twice = [
        Participation(pinewood, DealRole.RESELL, Decimal(20)),
        Participation(pinewood, DealRole.RESELL, Decimal(20)),
    ]

    with pytest.raises(ValidationError) as refused:
        record(partners=twice)

    assert codes(refused.value) == {"partners.1": ["repeated"]}


def test_a_refused_deal_leaves_nothing_behind(record: Record) -> None:
    with pytest.raises(ValidationError):
        record(name="")

    assert not Deal.objects.exists()


def test_winning_a_deal_changes_its_stage_day_and_worth(record: Record, victor: User, now: datetime) -> None:
    CurrencyRateFactory(currency="USD", rate=Decimal("0.5"))
    CurrencyRateFactory(currency="USD", starts_on=date(2030, 2, 1), rate=Decimal("0.8"))
    deal = record(amount=Money(Decimal(100), "USD"))

    changed = deals.update(deal=deal, by=victor, at=now, changes={"stage": "won", "closed_on": date(2030, 2, 1)})

    assert changed == ["stage", "amount", "closed_on"]
    assert deal.program_amount == 80
    assert deal.version == 2


def test_a_deal_opened_anew_loses_its_closing_day(record: Record, victor: User, now: datetime) -> None:
    deal = record(stage="lost", closed_on=date(2030, 2, 1))

    changed = deals.update(deal=deal, by=victor, at=now, changes={"stage": "open"})

    assert changed == ["stage", "closed_on"]
    assert deal.closed_on is None


def test_the_same_change_twice_writes_nothing_the_second_time(
    record: Record, victor: User, now: datetime, pinewood: Partner, announced: list[list[int]]
) -> None:
    deal = record(partners=[Participation(pinewood, DealRole.RESELL)])
    changes = {"name": "Backup for all of Acme", "partners": [Participation(pinewood, DealRole.MANAGE)]}
    deals.update(deal=deal, by=victor, at=now, changes=changes)
    StalePartner.objects.all().delete()
    announced.clear()

    changed = deals.update(deal=deal, by=victor, at=now, changes=changes)

    assert changed == []
    assert deal.version == 2
    assert announced == []
    assert not StalePartner.objects.exists()


def test_partners_who_come_and_go_are_both_announced_and_stale(
    record: Record, victor: User, now: datetime, pinewood: Partner, oakhurst: Partner, announced: list[list[int]]
) -> None:
    deal = record(partners=[Participation(pinewood, DealRole.RESELL)])
    StalePartner.objects.all().delete()

    changed = deals.set_participants(
        deal=deal, participants=[Participation(oakhurst, DealRole.RESELL)], by=victor, at=now
    )

    assert changed
    assert announced[-1] == [pinewood.pk, oakhurst.pk]
    assert set(StalePartner.objects.values_list("partner_id", flat=True)) == {pinewood.pk, oakhurst.pk}


def test_a_deal_is_another_version_when_only_its_partners_changed(
    record: Record, victor: User, now: datetime, pinewood: Partner
) -> None:
    deal = record()

    deals.set_participants(deal=deal, participants=[Participation(pinewood, DealRole.RESELL)], by=victor, at=now)

    assert deal.version == 2


def test_products_are_replaced_whole(record: Record, victor: User, now: datetime) -> None:
    first, second = ProductFactory(), ProductFactory()
    deal = record(products=[Line(first), Line(second)])

    deals.set_products(deal=deal, products=[Line(second, 5)], by=victor, at=now)

    assert list(deal.lines.values_list("product", "quantity")) == [(second.pk, 5)]


def test_every_change_is_in_the_audit_trail_with_its_person(record: Record, victor: User, now: datetime) -> None:
    deal = record()

    deals.update(deal=deal, by=victor, at=now, changes={"name": "Another name"})

    event = deal.events.order_by("pgh_id").last()
    assert (event.pgh_label, event.name) == ("update", "Another name")
    assert event.pgh_context["action"] == "deal.update"
    assert event.pgh_context["by"] == victor.pk


def test_the_program_currency_needs_no_rate(record: Record) -> None:
    Program.objects.update_or_create(pk=1, defaults={"currency": "USD"})

    deal = record(amount=Money(Decimal(7), "USD"))

    assert deal.program_amount == 7
