"""Touches: what the vendor's people did with a partner, the vendor's own unless it is shared."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.refusals import Refusal
from criteria.tree import parse
from partners.models import Touch, TouchKind
from partners.services import touches
from segmentation import engine
from tests.factories.partners import TouchFactory

pytestmark = pytest.mark.django_db


def log(partner, by, at, **fields):
    return touches.log(partner=partner, by=by, at=at, **({"kind": TouchKind.CALL, "happened_at": at} | fields))


def test_a_form_sent_twice_logs_once(pinewood, vera, now):
    key = uuid4()

    assert log(pinewood, vera, now, once_key=key) == log(pinewood, vera, now, once_key=key)
    assert Touch.objects.count() == 1


def test_what_has_not_happened_is_not_logged(pinewood, vera, now):
    with pytest.raises(ValidationError):
        log(pinewood, vera, now, happened_at=now + timedelta(minutes=1))


def test_a_day_needs_something_to_do(pinewood, vera, now):
    with pytest.raises(ValidationError):
        log(pinewood, vera, now, next_on=now.date())


def test_partners_see_what_is_shared(pinewood, vera, vincent, paula, olga, now):
    log(pinewood, vera, now)
    shared = log(pinewood, vera, now, is_shared=True)

    assert Touch.objects.visible_to(vera).count() == 2
    assert list(Touch.objects.visible_to(paula)) == [shared]
    assert not Touch.objects.visible_to(olga).exists()
    assert not Touch.objects.visible_to(vincent).exists()


def test_who_logged_it_corrects_it(pinewood, vera, victor, vincent, now):
    touch = log(pinewood, vera, now)

    assert touches.update(touch=touch, by=vera, at=now, changes={"note": "Budget is there"}) == ["note"]
    assert touches.update(touch=touch, by=victor, at=now, changes={"note": "Budget is there"}) == []
    with pytest.raises(Refusal):
        touches.update(touch=touch, by=vincent, at=now, changes={"note": "Mine"})


def test_a_next_step_is_ticked_off_once(pinewood, vera, now):
    touch = log(pinewood, vera, now, next_step="Send the plan")

    assert touches.finish_step(touch=touch, by=vera, at=now)
    assert not touches.finish_step(touch=touch, by=vera, at=now)


def test_criteria_ask_how_long_ago_the_last_touch_was(pinewood, vera, now):
    log(pinewood, vera, now, happened_at=now - timedelta(days=40))
    rule = {"field": "days_since_touch", "operator": ">", "value": 30}
    tree = parse({"combinator": "and", "not": False, "rules": [rule]})

    assert engine.explain(tree, partner_id=pinewood.pk, at=now).met
    log(pinewood, vera, now)
    assert not engine.explain(tree, partner_id=pinewood.pk, at=now).met


def test_the_database_refuses_what_makes_no_sense(pinewood, now):
    for wrong in ({"next_on": now.date()}, {"minutes": 0}, {"next_done_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TouchFactory(partner=pinewood, **wrong)
