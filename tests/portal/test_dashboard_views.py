"""The dashboard: what is shown of whom, narrowed, sorted, saved, and done for many at once; its queries stay few."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import SavedView, User
from accounts.services import saved_views
from partners.models import Message, Partner, SecondaryAssignment, Touch
from partners.services import assignments, leave_covers, secondary_assignments
from portal.queries.dashboard import CARDS_PER_STAGE, MORE_CARDS
from scorecards.models import Alert, AlertKind, PartnerTask
from tests.counting import queries
from tests.factories.alerts import AlertFactory
from tests.factories.deals import DealFactory, DealParticipantFactory
from tests.factories.partners import PartnerFactory, TouchFactory
from tests.factories.scorecards import PartnerTaskFactory, ScorecardFactory, ScoreFactory

pytestmark = pytest.mark.django_db
QUERIES_PER_PAGE = 12


@pytest.fixture
def crowd(vera: User, victor: User, now: datetime) -> list[Partner]:
    """Five hundred partners that Vera looks after, with something of everything."""
    main = ScorecardFactory(is_main=True)
    made = [PartnerFactory(name=f"Partner {number:03}") for number in range(499)]
    assignments.assign(partners=made, user=vera, by=victor, at=now)
    for number, partner in enumerate(made[:60]):
        AlertFactory(partner=partner)
        PartnerTaskFactory(partner=partner, side="vendor", due_on=now.date() - timedelta(days=number % 5))
        ScoreFactory(partner=partner, scorecard=main, value=number, day=now.date())
        TouchFactory(partner=partner, next_step="Send the offer", logged_by=vera)
        DealParticipantFactory(partner=partner, deal=DealFactory())
    return made


def page(client: Any, query: str = "") -> str:
    answer = client.get(f"/vendor/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("query", ["", "?layout=table&sort=-score&alert=any&zone=low&q=partner"])
def test_five_hundred_partners_take_twelve_queries(client_of: Any, crowd: Any, vera: User, query: str) -> None:
    assert queries(client_of(vera), f"/vendor/{query}") <= QUERIES_PER_PAGE


def test_a_managers_dashboard_and_all_there_is_to_do_keep_their_queries(
    client_of: Any, crowd: Any, vera: User, victor: User
) -> None:
    assert queries(client_of(victor), f"/vendor/managers/{vera.public_id}/") <= QUERIES_PER_PAGE
    assert queries(client_of(vera), "/vendor/do-next/") <= QUERIES_PER_PAGE
    assert queries(client_of(victor), "/vendor/managers/") <= QUERIES_PER_PAGE
    assert queries(client_of(vera), "/vendor/time/") <= QUERIES_PER_PAGE
    assert queries(client_of(vera), "/vendor/alerts/") <= QUERIES_PER_PAGE


def test_filters_narrow_board_and_table_alike(
    client_of: Any, vera: User, victor: User, pinewood: Any, now: Any
) -> None:
    other = PartnerFactory(name="Quiet Ltd")
    assignments.assign(partners=[other], user=vera, by=victor, at=now)
    AlertFactory(partner=pinewood)
    client = client_of(vera)

    for layout in ("board", "table"):
        shown = page(client, f"?alert=silent&layout={layout}")
        assert "Pinewood" in shown
        assert "Quiet Ltd" not in shown
    assert "No partner matches these filters." in page(client, "?stage=nowhere")
    assert "No partner matches these filters." in page(client, "?whose=nonsense")


def test_a_table_has_the_columns_one_chose_in_their_order(client_of: Any, vera: User) -> None:
    shown = page(client_of(vera), "?layout=table&column=won&column=tier&column=unknown")

    assert shown.index(">Tier") < shown.index(">Won in 12 months")
    assert "Last touch" not in shown.split("<tbody>")[0].split("<thead>")[1]


def test_those_one_helps_with_and_covers_are_marked_and_found(
    client_of: Any, vera: User, vincent: User, victor: User, pinewood: Partner, oakhurst: Partner, now: datetime
) -> None:
    third = PartnerFactory(name="Third")
    assignments.assign(partners=[third], user=victor, by=victor, at=now)
    secondary_assignments.add(partners=[third], user=vera, by=victor, at=now)
    leave_covers.arrange(user=vincent, stand_in=vera, first_on=now.date(), last_on=now.date(), by=victor, at=now)
    client = client_of(vera)

    assert all(name in page(client) for name in ("Pinewood", "Third", "Oakhurst"))
    for whose, name in (("primary", "Pinewood"), ("secondary", "Third"), ("stand-in", "Oakhurst")):
        shown = page(client, f"?whose={whose}&layout=table").split("<tbody>")[1]
        assert [one for one in ("Pinewood", "Third", "Oakhurst") if one in shown] == [name]


def test_a_saved_view_opens_first_and_gives_way_to_the_address(
    client_of: Any, vera: User, pinewood: Partner, now: datetime
) -> None:
    client = client_of(vera)
    answer = client.post(
        "/vendor/views/save/",
        {"query": "alert=deal&layout=table&column=won&sort=-won", "name": "Stalled", "is_default": "on"},
    )

    view = SavedView.objects.get()
    assert answer.url == f"/vendor/?view={view.public_id}"
    assert (view.filters, view.columns, view.sort) == ({"alert": "deal", "layout": "table"}, ["won"], "-won")
    assert "No partner matches" in page(client)
    assert "Pinewood" in page(client, "?all=")


def test_a_shared_view_is_opened_by_colleagues_and_removed_by_its_owner_only(
    client_of: Any, vera: User, vincent: User, now: datetime
) -> None:
    view = saved_views.save(page="dashboard", name="Weak", by=vera, at=now, filters={"zone": "low"}, is_shared=True)

    assert "Weak" in page(client_of(vincent))
    assert client_of(vincent).post(f"/vendor/views/{view.public_id}/change/", {"act": "remove"}).status_code == 404
    client_of(vera).post(f"/vendor/views/{view.public_id}/change/", {"act": "remove"})
    assert not SavedView.objects.exists()


def test_a_name_is_asked_for_and_the_view_is_kept(client_of: Any, vera: User) -> None:
    answer = client_of(vera).post("/vendor/views/save/", {"query": "alert=deal", "name": ""})

    assert answer.status_code == 422
    assert 'value="alert=deal"' in answer.content.decode()


# --- many at once


def test_a_task_is_added_for_each_once(client_of: Any, vera: User, pinewood: Partner, oakhurst: Partner) -> None:
    client = client_of(vera)
    chosen = {"partner": [str(pinewood.public_id), str(oakhurst.public_id)]}
    form = client.post("/vendor/partners/tasks/add/", chosen).content.decode()
    assert "Pinewood" in form
    assert "Oakhurst" not in form

    sent = {**chosen, "once": "0b1c", "title": "Send the price list", "side": "vendor"}
    for _ in range(2):
        assert client.post("/vendor/partners/tasks/add/", sent).status_code == 302
    assert [(one.partner, one.title) for one in PartnerTask.objects.all()] == [(pinewood, "Send the price list")]


def test_a_message_goes_to_each_once(client_of: Any, vera: User, pinewood: Partner) -> None:
    client = client_of(vera)
    sent = {"partner": [str(pinewood.public_id)], "once": "0b1c", "text": "The fair is in May."}

    for _ in range(2):
        client.post("/vendor/partners/messages/write/", sent)

    assert [one.text for one in Message.objects.all()] == ["The fair is in May."]


def test_somebody_is_named_to_help_with_the_chosen(
    client_of: Any, vera: User, vincent: User, pinewood: Partner
) -> None:
    client = client_of(vera)
    chosen = {"partner": [str(pinewood.public_id)]}
    assert "Name a secondary manager" in client.post("/vendor/partners/secondary/", chosen).content.decode()

    refused = client.post("/vendor/partners/secondary/", {**chosen, "user": ""})
    assert refused.status_code == 422
    client.post("/vendor/partners/secondary/", {**chosen, "user": str(vincent.public_id), "reason": "Speaks French"})

    assert SecondaryAssignment.objects.get().reason == "Speaks French"


def test_the_export_has_the_columns_shown(client_of: Any, vera: User, pinewood: Partner, now: datetime) -> None:
    TouchFactory(partner=pinewood, happened_at=now)
    client = client_of(vera)
    named = client.post("/vendor/export/", {"partner": [str(pinewood.public_id)], "column": ["touched", "alerts"]})
    whole = client.get("/vendor/export/?stage=nowhere")

    rows = list(csv.reader(io.StringIO(b"".join(named.streaming_content).decode())))
    assert rows == [["Partner", "Last touch", "Alerts"], ["Pinewood", "2030-03-18", ""]]
    assert len(list(csv.reader(io.StringIO(b"".join(whole.streaming_content).decode())))) == 1


# --- a colleague's, to read


def test_a_managers_dashboard_is_to_read_only(client_of: Any, vera: User, erin: User, pinewood: Partner) -> None:
    AlertFactory(partner=pinewood)

    shown = client_of(erin).get(f"/vendor/managers/{vera.public_id}/").content.decode()

    assert "Partners of Vera Vance" in shown
    assert "Call to reactivate: Pinewood" in shown
    for act in ("Log a touch", "data-select", "Save view", "/set-aside/"):
        assert act not in shown, act


def test_managers_stand_side_by_side(
    client_of: Any, vera: User, vincent: User, erin: User, pinewood: Any, now: Any
) -> None:
    AlertFactory(partner=pinewood)
    TouchFactory(partner=pinewood, logged_by=vera, happened_at=now - timedelta(days=3), minutes=20)
    PartnerTaskFactory(partner=pinewood, side="vendor", due_on=now.date() - timedelta(days=1))

    shown = client_of(erin).get("/vendor/managers/").content.decode()

    assert shown.index("Vera Vance") < shown.index("Vincent Vale")
    assert "20 min" in shown
    assert client_of(vera).get("/vendor/managers/").status_code == 403


# --- alerts


def test_alerts_are_listed_open_and_over(
    client_of: Any, vera: User, pinewood: Partner, oakhurst: Partner, now: datetime
) -> None:
    AlertFactory(partner=pinewood)
    AlertFactory(partner=oakhurst)
    AlertFactory(partner=pinewood, kind=AlertKind.ENGAGEMENT, facts={"recent": 1, "before": 60}, ends_at=now)
    client = client_of(vera)

    listed = client.get("/vendor/alerts/").content.decode()
    over = client.get("/vendor/alerts/?state=over").content.decode()
    panel = client.get(f"/vendor/partners/{pinewood.public_id}/alerts/panel/").content.decode()

    assert "Nobody was ever in touch" in listed
    assert "Oakhurst" not in listed
    assert "1 activities in 30 days; 20 were usual" in over
    assert "Silent partner" in panel
    assert "Engagement dropped" in panel


def test_thresholds_show_their_effect_before_they_are_saved(
    client_of: Any, victor: User, vera: User, pinewood: Partner, now: datetime
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(last_active_at=now - timedelta(days=50))
    client = client_of(victor)
    values = {"deal_quiet_days": 30, "tier_days": 45, "review_days": 14, "certification_days": 60,
              "engagement_drop_percent": 50, "engagement_least": 15, "silent_days": 40,
              "wanted": AlertKind.values}  # fmt: skip

    shown = client.post("/vendor/alerts/thresholds/", {**values, "act": "preview"}).content.decode()
    assert "such as Pinewood" in shown
    assert not Alert.objects.exists()

    assert client.post("/vendor/alerts/thresholds/", {**values, "act": "save"}).status_code == 302
    wrong = client.post("/vendor/alerts/thresholds/", {**values, "silent_days": 0, "act": "save"})
    assert wrong.status_code == 422
    assert client_of(vera).get("/vendor/alerts/thresholds/").status_code == 403


# --- where time goes


def test_time_is_set_against_value_and_coverage_proposed(
    client_of: Any, vera: User, victor: User, pinewood: Partner, now: datetime
) -> None:
    busy = PartnerFactory(name="Much talk")
    assignments.assign(partners=[busy], user=vera, by=victor, at=now)
    DealParticipantFactory(partner=pinewood, deal=DealFactory(program_amount=90_000))
    DealParticipantFactory(partner=busy, deal=DealFactory(program_amount=1_000))
    TouchFactory(partner=busy, logged_by=vera, happened_at=now - timedelta(days=3), minutes=300)
    Touch.objects.exclude(partner=busy).delete()

    shown = client_of(vera).get("/vendor/time/?days=30").content.decode()

    assert "Give Pinewood about" in shown
    assert "minutes less a month with Much talk" in shown
    assert "nobody was in touch" in shown


def test_without_touches_the_page_says_what_to_do(client_of: Any, vincent: User) -> None:
    assert "No touch was logged in this period" in client_of(vincent).get("/vendor/time/").content.decode()


# --- leave cover


def test_a_stand_in_is_named_and_taken_back(client_of: Any, vera: User, vincent: User, now: datetime) -> None:
    client = client_of(vera)
    given = {"user": vera.public_id, "stand_in": vincent.public_id, "first_on": "2030-03-20", "last_on": "2030-03-22"}

    assert client.post("/vendor/leave-cover/new/", given).status_code == 302
    assert "Vincent Vale for Vera Vance" in client.get("/vendor/leave-cover/").content.decode()
    again = client.post("/vendor/leave-cover/new/", {**given, "last_on": "2030-03-19"})
    assert "The last day is before the first one." in again.content.decode()
    cover = vera.leave_covers.get()
    assert client_of(vincent).post(f"/vendor/leave-cover/{cover.public_id}/withdraw/").status_code == 302
    cover.refresh_from_db()
    assert cover.withdrawn_at is None
    client.post(f"/vendor/leave-cover/{cover.public_id}/withdraw/")
    cover.refresh_from_db()
    assert cover.withdrawn_at == now


# --- more cards


def test_a_stage_shows_its_first_cards_and_the_next_ones_in_place(client_of: Any, crowd: Any, vera: User) -> None:
    client = client_of(vera)
    board = page(client)
    assert board.count("<article") == CARDS_PER_STAGE
    assert f"more=none&amp;from={CARDS_PER_STAGE}" in board

    more = client.get(f"/vendor/?all=&more=none&from={CARDS_PER_STAGE}", headers={"HX-Request": "true"})

    shown = more.content.decode()
    assert shown.count("<article") == MORE_CARDS
    assert f"from={CARDS_PER_STAGE + MORE_CARDS}" in shown
    assert "<h1" not in shown
    assert client.get("/vendor/?more=none&from=99999999", headers={"HX-Request": "true"}).status_code == 200


def test_without_script_the_rest_of_a_stage_is_a_table(client_of: Any, vera: User, pinewood: Partner) -> None:
    assert "Pinewood" in page(client_of(vera), "?all=&stage=none&layout=table")
