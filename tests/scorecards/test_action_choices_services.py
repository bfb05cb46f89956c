"""Things to do are put away for a reason, come back on their day, and stand where one places them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from scorecards.models import ActionChoice
from scorecards.services import action_choices
from tests.factories.alerts import ActionChoiceFactory

pytestmark = pytest.mark.django_db


def put_away(partner, by, at, **fields):
    given = {"key": "alert-1", "title": "Check in", "reason": "On holiday"} | fields
    return action_choices.set_aside(partner=partner, by=by, at=at, **given)


def test_put_away_twice_the_last_word_counts(pinewood, vera, now):
    put_away(pinewood, vera, now, until_on=date(2030, 3, 25))
    again = put_away(pinewood, vera, now, reason="They closed shop")

    assert (again.until_on, again.reason) == (None, "They closed shop")
    assert ActionChoice.objects.count() == 1


def test_a_reason_and_a_day_to_come_are_asked_for(pinewood, vera, now):
    with pytest.raises(ValidationError, match="Say why"):
        put_away(pinewood, vera, now, reason=" ")
    with pytest.raises(ValidationError, match="after today"):
        put_away(pinewood, vera, now, until_on=now.date())


def test_it_is_brought_back_once_and_keeps_its_place(pinewood, vera, now):
    choice = put_away(pinewood, vera, now)
    action_choices.place(key="alert-1", partner=pinewood, title="Check in", by=vera, at=now, quadrant="plan")

    assert action_choices.bring_back(choice=choice, at=now)
    assert not action_choices.bring_back(choice=choice, at=now + timedelta(days=1))
    assert ActionChoice.objects.get().quadrant == "plan"


def test_there_are_four_places(pinewood, vera, now):
    with pytest.raises(ValidationError):
        action_choices.place(key="task-1", partner=pinewood, title="Call", by=vera, at=now, quadrant="someday")


@pytest.mark.parametrize("fields", [{"quadrant": ""}, {"quadrant": "never"}, {"quadrant": "", "reason": "Why"}])
def test_the_database_refuses_choices_that_say_nothing(db, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionChoiceFactory(**fields)


def test_the_database_refuses_two_choices_about_one_thing_and_one_put_away_without_reason(pinewood, vera, now):
    first = ActionChoiceFactory(user=vera, key="task-1")
    for fields in ({"user": vera, "key": "task-1"}, {"set_aside_at": now, "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActionChoiceFactory(**fields)
    assert first.pk
