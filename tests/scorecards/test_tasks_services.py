"""Tasks: given to either side, told to who is to do them, late by the program's days, and told of once."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.models import Program
from core.refusals import Refusal
from core.services import outbox
from scorecards.models import PartnerTask
from scorecards.services import tasks
from tests.factories.scorecards import PartnerTaskFactory

pytestmark = pytest.mark.django_db


def add(partner, by, at, **fields):
    return tasks.add(partner=partner, by=by, at=at, **({"title": "Send the price list", "side": "vendor"} | fields))


def told(user):
    outbox.deliver_due(at=datetime(2031, 1, 1, tzinfo=UTC))
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_a_task_for_a_partner_is_told_to_its_admin_with_the_day(pinewood, vera, paula, pete, now):
    task = add(pinewood, vera, now, title="  Name two people  ", side="partner", due_on=date(2030, 3, 29))

    assert task.title == "Name two people"
    assert task.is_shared
    assert told(paula) == ["Vera Vance has a task for you: Name two people"]
    assert "29" in Notification.objects.get(user=paula).detail
    assert told(pete) == []


def test_whoever_it_is_assigned_to_is_told_and_nobody_tells_themselves(pinewood, vera, paula, pete, now):
    add(pinewood, vera, now, side="partner", assignee=pete)
    add(pinewood, vera, now, assignee=vera)

    assert len(told(pete)) == 1
    assert told(paula) == []
    assert told(vera) == []


def test_a_form_sent_twice_gives_one_task(pinewood, vera, now):
    key = uuid4()

    assert add(pinewood, vera, now, once_key=key) == add(pinewood, vera, now, once_key=key)
    assert PartnerTask.objects.count() == 1


def test_a_task_needs_words_and_somebody_who_can_do_it(pinewood, vera, vincent, erin, olga, paula, now):
    with pytest.raises(ValidationError) as error:
        add(pinewood, vera, now, title="  ")
    assert "title" in error.value.message_dict
    for wrong in (
        {"assignee": vincent},
        {"assignee": erin},
        {"assignee": paula},
        {"assignee": olga, "side": "partner"},
    ):
        with pytest.raises(ValidationError) as error:
            add(pinewood, vera, now, **wrong)
        assert "assignee" in error.value.message_dict


def test_partners_see_what_is_shared_and_write_their_own(pinewood, vera, vincent, paula, pete, olga, now):
    ours = add(pinewood, vera, now)
    shared = add(pinewood, vera, now, is_shared=True)
    theirs = add(pinewood, pete, now, side="partner")

    assert PartnerTask.objects.visible_to(vera).count() == 3
    assert set(PartnerTask.objects.visible_to(pete)) == {shared, theirs}
    assert not PartnerTask.objects.visible_to(olga).exists()
    assert not PartnerTask.objects.visible_to(vincent).exists()
    assert tasks.finish(task=theirs, by=paula, at=now)
    for task in (ours, shared):
        with pytest.raises(Refusal):
            tasks.finish(task=task, by=paula, at=now)
    with pytest.raises(Refusal):
        tasks.update(task=theirs, by=paula, at=now, changes={"side": "vendor"})


def test_finishing_and_reopening_twice_changes_nothing(pinewood, vera, now):
    task = add(pinewood, vera, now)

    assert tasks.finish(task=task, by=vera, at=now)
    assert not tasks.finish(task=task, by=vera, at=now + timedelta(hours=1))
    assert (task.done_at, task.done_by) == (now, vera)
    assert tasks.reopen(task=task, by=vera, at=now)
    assert not tasks.reopen(task=task, by=vera, at=now)
    assert (task.done_at, task.done_by) == (None, None)


def test_saying_the_same_changes_nothing_and_an_old_copy_is_refused(pinewood, vera, now):
    task = add(pinewood, vera, now)
    read = task.version
    changes = {"title": "Send the new price list"}

    assert tasks.update(task=task, by=vera, at=now, changes=changes, expected=read) == ["title"]
    assert tasks.update(task=task, by=vera, at=now, changes=changes) == []
    with pytest.raises(Refusal):
        tasks.update(task=task, by=vera, at=now, changes={"title": "Mine"}, expected=read)


def test_a_task_handed_to_the_partner_is_shared_and_told(pinewood, vera, paula, now):
    task = add(pinewood, vera, now)

    assert tasks.update(task=task, by=vera, at=now, changes={"side": "partner"}) == ["side"]
    assert task.is_shared
    assert len(told(paula)) == 1


def test_a_task_taken_away_is_gone_once(pinewood, vera, now):
    task = add(pinewood, vera, now)

    assert tasks.remove(task=task, by=vera, at=now)
    assert not tasks.remove(task=task, by=vera, at=now)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_a_task_is_late_when_its_day_is_over_in_the_programs_zone(zone, pinewood, vera, paula, now):
    Program.objects.filter(pk=Program.current().pk).update(timezone=zone)
    Program.forget()
    add(pinewood, vera, now, side="partner", due_on=date(2030, 3, 20))
    assert len(told(paula)) == 1
    midnight = datetime(2030, 3, 21, tzinfo=Program.current().zone)

    assert tasks.note_late(at=midnight - timedelta(seconds=1)) == 0
    assert tasks.note_late(at=midnight) == 1
    assert tasks.note_late(at=midnight) == 0
    assert told(paula)[1:] == ["Late since 20 March 2030: Send the price list"]


def test_a_task_with_a_new_day_is_late_anew(pinewood, vera, now):
    task = add(pinewood, vera, now, assignee=vera, due_on=date(2030, 3, 15))
    assert tasks.note_late(at=now) == 1
    tasks.update(task=task, by=vera, at=now, changes={"due_on": date(2030, 3, 17)})
    outbox.deliver_due(at=now + timedelta(minutes=1))
    assert tasks.note_late(at=now + timedelta(minutes=2)) == 1

    assert len(told(vera)) == 2
    tasks.finish(task=task, by=vera, at=now)
    assert tasks.note_late(at=now + timedelta(days=9)) == 0


def test_what_is_late_comes_first_and_what_has_no_day_last(pinewood, vera, now):
    someday = add(pinewood, vera, now)
    later = add(pinewood, vera, now, due_on=date(2030, 4, 1))
    late = add(pinewood, vera, now, due_on=date(2030, 3, 1))

    assert list(PartnerTask.objects.in_order_of_need()) == [late, later, someday]
    assert list(PartnerTask.objects.late(now.date())) == [late]


def test_the_database_refuses_what_makes_no_sense(pinewood, vera, now):
    for wrong in (
        {"title": ""},
        {"side": "nobody"},
        {"is_shared": False},
        {"done_by": vera},
        {"origin_kind": "play"},
        {"origin_id": 1},
        {"late_told_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PartnerTaskFactory(partner=pinewood, **wrong)
