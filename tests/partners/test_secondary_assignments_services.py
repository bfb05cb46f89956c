"""Several people look after a partner, one of them as its manager; and somebody stands in for who is away."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.models import Program
from core.refusals import Refusal
from core.services import outbox
from partners.models import LeaveCover, Partner, SecondaryAssignment, Touch
from partners.queries import managers
from partners.services import assignments, leave_covers, merging, secondary_assignments, telling
from tests.factories.accounts import UserFactory
from tests.factories.partners import LeaveCoverFactory, PartnerFactory, SecondaryAssignmentFactory, TouchFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sees(user) -> set[str]:
    return set(Partner.objects.visible_to(user).values_list("name", flat=True))


def told(user) -> list[str]:
    outbox.deliver_due(at=datetime(2031, 1, 1, tzinfo=UTC))
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_whoever_helps_sees_the_partner_and_what_is_its(pinewood, vera, vincent, now):
    touch = TouchFactory(partner=pinewood)

    assert secondary_assignments.add(partners=[pinewood], user=vincent, by=vera, at=now) == 1

    assert sees(vincent) == {"Pinewood", "Oakhurst"}
    assert list(Touch.objects.visible_to(vincent)) == [touch]
    assert told(vincent) == ["You help to look after Pinewood"]


def test_saying_it_twice_changes_nothing(pinewood, vera, vincent, now):
    secondary_assignments.add(partners=[pinewood], user=vincent, by=vera, at=now)

    assert secondary_assignments.add(partners=[pinewood], user=vincent, by=vera, at=now + DAY) == 0
    assert secondary_assignments.add(partners=[pinewood], user=vera, by=vera, at=now) == 0
    assert SecondaryAssignment.objects.count() == 1


def test_only_its_manager_or_who_assigns_names_others(pinewood, oakhurst, vera, vincent, victor, now):
    with pytest.raises(Refusal, match="not the manager of 1"):
        secondary_assignments.add(partners=[pinewood, oakhurst], user=vincent, by=vera, at=now)
    assert secondary_assignments.add(partners=[pinewood, oakhurst], user=vincent, by=victor, at=now) == 1


def test_people_who_look_after_nobody_are_refused(pinewood, vera, erin, now):
    for stranger in (erin, UserFactory()):
        with pytest.raises(ValidationError):
            secondary_assignments.add(partners=[pinewood], user=stranger, by=vera, at=now)


def test_help_ends_and_anybody_may_step_back(pinewood, vera, vincent, now):
    secondary_assignments.add(partners=[pinewood], user=vincent, by=vera, at=now)

    assert secondary_assignments.end(partners=[pinewood], user=vincent, by=vincent, at=now + DAY) == 1
    assert secondary_assignments.end(partners=[pinewood], user=vincent, by=vera, at=now + DAY) == 0
    assert sees(vincent) == {"Oakhurst"}


def test_a_helper_who_becomes_the_manager_helps_no_more(pinewood, vera, vincent, victor, now):
    secondary_assignments.add(partners=[pinewood], user=vincent, by=vera, at=now)

    assignments.assign(partners=[pinewood], user=vincent, by=victor, at=now + DAY)

    assert not SecondaryAssignment.objects.open().exists()
    assert managers.of_partner(pinewood, at=now + DAY).manager.user == vincent


def test_helpers_of_merged_partners_help_once(pinewood, vera, vincent, victor, now):
    other = PartnerFactory()
    for partner in (pinewood, other):
        SecondaryAssignmentFactory(partner=partner, user=vincent)
    SecondaryAssignmentFactory(partner=other, user=vera)

    merging.merge(survivor=pinewood, merged=other, by=victor, at=now)

    assert [(one.partner, one.user) for one in SecondaryAssignment.objects.open()] == [(pinewood, vincent)]


def test_the_database_refuses_two_open_and_periods_the_wrong_way_round(pinewood, vincent):
    first = SecondaryAssignmentFactory(partner=pinewood, user=vincent)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondaryAssignmentFactory(partner=pinewood, user=vincent)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondaryAssignment.objects.filter(pk=first.pk).update(ends_at=first.starts_at - DAY)


# --- who stands in


def arrange(user, stand_in, by, at, first=date(2030, 3, 20), last=date(2030, 3, 22)):
    return leave_covers.arrange(user=user, stand_in=stand_in, first_on=first, last_on=last, by=by, at=at)


@pytest.mark.parametrize(
    ("moment", "visible"),
    [
        (datetime(2030, 3, 19, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2030, 3, 19, 23, 0, tzinfo=UTC), True),
        (datetime(2030, 3, 22, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2030, 3, 22, 23, 0, tzinfo=UTC), False),
    ],
)
def test_the_stand_in_sees_the_partners_on_whole_days_of_the_program(
    program, pinewood, vera, vincent, now, moment, visible
):
    Program.objects.filter(pk=program.pk).update(timezone="Europe/Berlin")
    Program.forget()
    arrange(vera, vincent, vera, now)

    with time_machine.travel(moment, tick=False):
        assert ("Pinewood" in sees(vincent)) is visible
        assert (vincent in telling.manager_of(pinewood)) is visible
        assert vera in telling.manager_of(pinewood)


def test_standing_in_shows_where_the_other_helps_too(pinewood, oakhurst, vera, vincent, victor, now):
    rosa = SecondaryAssignmentFactory(partner=pinewood).user
    leave_covers.arrange(user=rosa, stand_in=vincent, first_on=now.date(), last_on=now.date(), by=victor, at=now)

    assert sees(vincent) == {"Pinewood", "Oakhurst"}


def test_both_are_told_but_not_who_arranged_it(vera, vincent, now):
    arrange(vera, vincent, vera, now)
    arrange(vera, vincent, vera, now)

    assert told(vincent) == ["Vincent Vale stands in for Vera Vance from 20 March 2030 to 22 March 2030"]
    assert told(vera) == []


def test_one_stands_in_at_a_time(vera, vincent, victor, now):
    arrange(vera, vincent, vera, now)
    with pytest.raises(ValidationError, match="Vincent Vale stands in on some"):
        arrange(vera, victor, vera, now, first=date(2030, 3, 22), last=date(2030, 3, 30))


def test_colleagues_do_not_decide_for_each_other(vera, vincent, victor, now):
    with pytest.raises(Refusal):
        arrange(vera, vincent, vincent, now)
    assert arrange(vera, vincent, victor, now)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2030, 3, 22), date(2030, 3, 20), "last_on"),
        (date(2030, 3, 1), date(2030, 3, 17), "last_on"),
        (date(2030, 3, 20), date(2031, 4, 20), "last_on"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(vera, vincent, now, first, last, field):
    with pytest.raises(ValidationError) as refused:
        arrange(vera, vincent, vera, now, first=first, last=last)
    assert field in refused.value.message_dict


def test_nobody_stands_in_for_themselves(vera, erin, now):
    for stranger in (vera, erin):
        with pytest.raises(ValidationError):
            arrange(vera, stranger, vera, now)


def test_it_is_taken_back_once(pinewood, vera, vincent, now):
    cover = arrange(vera, vincent, vera, now, first=date(2030, 3, 18))
    assert "Pinewood" in sees(vincent)

    assert leave_covers.withdraw(cover=cover, by=vera, at=now)
    assert not leave_covers.withdraw(cover=cover, by=vera, at=now)
    assert "Pinewood" not in sees(vincent)
    assert arrange(vera, vincent, vera, now, first=date(2030, 3, 18)) != cover


def test_the_database_keeps_covers_whole(vera, vincent):
    first = LeaveCoverFactory(user=vera, stand_in=vincent)
    for fields in ({"user": vera, "stand_in": vera}, {"user": vera}, {"ends_at": first.starts_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LeaveCoverFactory(**fields)
    assert LeaveCover.objects.visible_to(vincent).count() == 1
