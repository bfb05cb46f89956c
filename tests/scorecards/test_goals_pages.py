"""Goals on the pages: written, divided, told, and read by partners with their own part."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from partners.models import Partner
from scorecards.models import Goal, GoalTarget
from scorecards.services import goal_figures, goals
from tests.counting import queries
from tests.factories.partners import RegionFactory

pytestmark = pytest.mark.django_db
YEAR = {"starts_on": date(2030, 1, 1), "ends_on": date(2030, 12, 31)}


def written(victor, now, **said):
    texts = {"name": "People", "text": "We **grow**.", "unit": "people", **YEAR}
    expression = {"field": "employees"}
    return goals.create(**({"target": Decimal(100), "expression": expression, "by": victor, "at": now} | texts | said))


def test_a_goal_is_written_with_what_it_measures(client_of, victor, vera, now):
    sent = {"name": "Revenue", "text": "Together", "starts_on": "2030-01-01", "ends_on": "2030-12-31"}
    asked = {"measure": "sum:deals.amount", "window": "since-start", "adds_up": "sum", "target": "5000", "unit": "EUR"}
    answer = client_of(victor).post(reverse("vendor:goal-create"), {**sent, **asked})

    goal = Goal.objects.get()
    assert answer.url == reverse("vendor:goal-detail", args=[goal.public_id])
    assert goal.expression["window"] == {"since": "2030-01-01"}
    assert client_of(vera).post(reverse("vendor:goal-create"), sent).status_code == 403
    wrong = client_of(victor).post(reverse("vendor:goal-create"), {**sent, **asked, "ends_on": "2029-01-01"})
    assert wrong.status_code == 422
    assert "ends_on" in wrong.context["form"].errors


def test_a_target_is_divided_among_regions_and_the_rest_is_shown(client_of, victor, now):
    one, two = RegionFactory(name="EMEA"), RegionFactory(name="APAC")
    for region in (one, two):
        type(region).objects.filter(pk=region.pk).update(path=[region.pk])
    goal = written(victor, now)
    divide = reverse("vendor:goal-divide", args=[goal.targets.get().public_id])
    client = client_of(victor)
    sent = {"by": "region", f"target-{one.public_id}": "70", f"text-{one.public_id}": "Germany first"}
    client.post(divide, sent)

    shown = client.get(divide)
    assert (shown.context["allocated"], shown.context["rest"]) == (70, 30)
    assert b"30 left" in client.get(reverse("vendor:goal-detail", args=[goal.public_id])).content
    client.post(divide, {**sent, f"target-{two.public_id}": "50"})
    assert b"20 too much" in client.get(reverse("vendor:goal-detail", args=[goal.public_id])).content
    client.post(divide, {"by": "region"})
    assert goal.targets.count() == 1


def test_partners_read_what_we_are_after_and_their_own_part(client_of, pinewood, oakhurst, victor, paula, olga, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=8)
    goal = written(victor, now)
    page, panel = reverse("partner:goal-list"), reverse("partner:goals-panel")
    assert "People" not in client_of(paula).get(panel).text
    goals.put_part(parent=goal.targets.get(), whose=pinewood, target=Decimal(16), text="Two a month", by=victor, at=now)
    goals.tell(goal=goal, by=victor, at=now)
    while goal_figures.measure_some_due(at=now):
        pass
    goal_figures.add_up(at=now)

    shown = client_of(paula).get(page).text
    assert "<strong>grow</strong>" in shown
    assert "8 of 16 people" in shown
    assert "8 of 100 people" in shown
    assert "Two a month" in shown
    assert "of 16 people" not in client_of(olga).get(page).text
    assert "8 of 16 people" in client_of(paula).get(panel).text


def test_the_programs_figures_may_be_kept_back(client_of, pinewood, victor, paula, now):
    goals.tell(goal=written(victor, now, shows_numbers=False), by=victor, at=now)

    assert "of 100 people" not in client_of(paula).get(reverse("partner:goal-list")).text


def test_telling_without_words_is_refused_and_renewing_leads_on(client_of, victor, now):
    goal = written(victor, now, text="")
    client = client_of(victor)
    told = client.post(reverse("vendor:goal-tell", args=[goal.public_id]), follow=True)
    renewed = client.post(reverse("vendor:goal-renew", args=[goal.public_id]))

    assert b"Write what partners are to know" in told.content
    assert renewed.url == reverse("vendor:goal-detail", args=[Goal.objects.get(follows=goal).public_id])


def test_pages_ask_the_database_as_often_however_many_parts_there_are(client_of, pinewood, victor, paula, now):
    goal = written(victor, now)
    goals.tell(goal=goal, by=victor, at=now)
    pages = (
        (victor, reverse("vendor:goal-list")),
        (victor, reverse("vendor:goal-detail", args=[goal.public_id])),
        (paula, reverse("partner:goal-list")),
    )
    few = [queries(client_of(user), page) for user, page in pages]
    for name in ("EMEA", "APAC", "LATAM"):
        region = RegionFactory(name=name)
        part = {"target": Decimal(10), "by": victor, "at": now}
        goals.put_part(parent=goal.targets.get(kind="program"), whose=region, **part)

    assert GoalTarget.objects.count() == 4
    assert [queries(client_of(user), page) for user, page in pages] == few
    assert max(few) <= 12
