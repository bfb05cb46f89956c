"""Tasks on the pages: given, changed, ticked off; partners write their own side's only."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from scorecards.models import PartnerTask
from scorecards.services import tasks
from tests.counting import queries
from tests.factories.scorecards import PartnerTaskFactory

pytestmark = pytest.mark.django_db


def test_a_task_is_given_once_however_often_the_form_is_sent(client_of, pinewood, vera, now):
    page = reverse("vendor:task-create", args=[pinewood.public_id])
    sent = {"title": "Send the price list", "side": "vendor", "due_on": "2030-04-01", "once": str(uuid4())}
    for _each in range(2):
        assert client_of(vera).post(page, sent).status_code == 302

    panel = client_of(vera).get(reverse("vendor:partner-tasks-panel", args=[pinewood.public_id]))
    assert b"Send the price list" in panel.content
    assert PartnerTask.objects.count() == 1


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(client_of, pinewood, vera, paula, now):
    page = reverse("vendor:task-create", args=[pinewood.public_id])
    sent = {"title": "Typed with care", "side": "vendor", "assignee": str(paula.public_id)}
    answer = client_of(vera).post(page, sent)

    assert answer.status_code == 422
    assert "does not look after this partner" in str(answer.context["form"].errors["assignee"])
    assert b"Typed with care" in answer.content


def test_an_old_copy_of_the_form_does_not_overwrite(client_of, pinewood, vera, now):
    task = PartnerTaskFactory(partner=pinewood, side="vendor")
    page = reverse("vendor:task-edit", args=[task.public_id])
    read = task.version if isinstance(task.version, int) else 1
    tasks.update(task=task, by=vera, at=now, changes={"title": "Newer"})
    answer = client_of(vera).post(page, {"title": "Older", "side": "vendor", "expected": read})

    assert answer.status_code == 422
    assert b"Somebody changed this task" in answer.content


def test_ticking_off_leads_back_to_where_one_was_and_never_elsewhere(client_of, pinewood, vera, now):
    task = PartnerTaskFactory(partner=pinewood)
    finish = reverse("vendor:task-finish", args=[task.public_id])

    assert client_of(vera).post(finish, {"back": "/vendor/goals/"}).url == "/vendor/goals/"
    assert client_of(vera).post(finish, {"back": "//evil.example/"}).url == reverse("vendor:task-list")
    task.refresh_from_db()
    assert task.is_done


def test_late_tasks_come_first_and_the_desk_is_ones_own(client_of, pinewood, oakhurst, vera, vincent, now):
    PartnerTaskFactory(partner=pinewood, side="vendor", title="Later", due_on=date(2030, 4, 1))
    PartnerTaskFactory(partner=pinewood, side="vendor", title="Late", due_on=date(2030, 3, 1))
    PartnerTaskFactory(partner=oakhurst, side="vendor", title="Of Vincent")
    page = reverse("vendor:task-list")

    assert [one.title for one in client_of(vera).get(page).context["page"]] == ["Late", "Later"]
    assert [one.title for one in client_of(vincent).get(page).context["page"]] == ["Of Vincent"]
    assert [one.title for one in client_of(vera).get(page, {"show": "late"}).context["page"]] == ["Late"]


def test_partners_add_and_finish_their_own_and_read_ours(client_of, pinewood, paula, olga, now):
    ours = PartnerTaskFactory(partner=pinewood, side="vendor", title="We call you")
    hidden = PartnerTaskFactory(partner=pinewood, side="vendor", is_shared=False, title="CANARY-77")
    client = client_of(paula)
    assert client.post(reverse("partner:task-create"), {"title": "Name two people"}).status_code == 302
    own = PartnerTask.objects.get(side="partner")

    assert client.post(reverse("partner:task-finish", args=[own.public_id])).status_code == 302
    assert client.post(reverse("partner:task-finish", args=[ours.public_id])).status_code == 302
    assert client.get(reverse("partner:task-edit", args=[hidden.public_id])).status_code == 404
    assert "CANARY" not in client.get(reverse("partner:task-list"), {"whose": "all"}).text
    own.refresh_from_db(), ours.refresh_from_db()
    assert (own.is_done, ours.is_done) == (True, False)
    assert client_of(olga).get(reverse("partner:task-edit", args=[own.public_id])).status_code == 404


def test_late_tasks_and_proposals_are_next_steps_at_home(client_of, pinewood, vera, paula, now):
    PartnerTaskFactory(partner=pinewood, title="Confirm who comes", due_on=date(2030, 3, 1))

    shown = client_of(paula).get(reverse("partner:home"))
    assert shown.context["home"].steps[0].title == "Confirm who comes"


def test_pages_ask_the_database_as_often_however_many_there_are(client_of, pinewood, vera, paula, now):
    pages = (
        (vera, reverse("vendor:task-list") + "?whose=all"),
        (vera, reverse("vendor:partner-tasks-panel", args=[pinewood.public_id])),
        (paula, reverse("partner:task-list")),
    )
    PartnerTaskFactory(partner=pinewood)
    PartnerTaskFactory(partner=pinewood, assignee=vera, side="vendor")
    few = [queries(client_of(user), page) for user, page in pages]
    PartnerTaskFactory.create_batch(6, partner=pinewood)
    PartnerTaskFactory.create_batch(6, partner=pinewood, assignee=vera, side="vendor")

    assert [queries(client_of(user), page) for user, page in pages] == few
    assert max(few) <= 12
