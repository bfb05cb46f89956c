"""Views that people keep: their own and those that colleagues share."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import SavedView
from accounts.services import saved_views
from core.refusals import Refusal
from tests.factories.accounts import SavedViewFactory

pytestmark = pytest.mark.django_db


def save(by, at, name="Late ones", **fields):
    return saved_views.save(page="dashboard", name=name, by=by, at=at, **({"filters": {"alert": "deal"}} | fields))


def test_the_same_name_again_is_the_same_view(vera, now):
    first = save(vera, now)
    again = save(vera, now, name="LATE ones", filters={"stage": "inactive"}, columns=["tier"], sort="-score")

    assert again.pk == first.pk
    assert (again.filters, again.columns, again.sort) == ({"stage": "inactive"}, ["tier"], "-score")


def test_a_page_opens_with_one_view_at_most(vera, vincent, now):
    first = save(vera, now, is_default=True)
    second = save(vera, now, name="Second", is_default=True)
    theirs = save(vincent, now, is_default=True)

    assert list(SavedView.objects.filter(is_default=True).order_by("pk")) == [second, theirs]
    assert saved_views.make_default(view=first, by=vera, at=now)
    assert not saved_views.make_default(view=first, by=vera, at=now)
    assert saved_views.make_default(view=first, by=vera, at=now, is_default=False)


def test_colleagues_open_what_is_shared_and_change_nothing(vera, vincent, now):
    view = save(vera, now)
    assert not SavedView.objects.visible_to(vincent).exists()

    assert saved_views.share(view=view, by=vera, at=now)
    assert not saved_views.share(view=view, by=vera, at=now)

    assert list(SavedView.objects.visible_to(vincent)) == [view]
    for change in (saved_views.share, saved_views.make_default, saved_views.remove):
        with pytest.raises(Refusal):
            change(view=view, by=vincent, at=now)


def test_a_view_is_removed_once(vera, now):
    view = save(vera, now)

    assert saved_views.remove(view=view, by=vera, at=now)
    assert not saved_views.remove(view=view, by=vera, at=now)


def test_a_name_is_asked_for_and_there_is_an_end(vera, now):
    with pytest.raises(ValidationError):
        save(vera, now, name="  ")
    for number in range(saved_views.MOST):
        SavedViewFactory(user=vera, name=f"Number {number}")
    with pytest.raises(Refusal):
        save(vera, now)


def test_the_database_keeps_names_and_defaults_apart(vera):
    SavedViewFactory(user=vera, name="Mine", is_default=True)
    for fields in ({"name": "MINE"}, {"name": "Other", "is_default": True}, {"name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedViewFactory(user=vera, **fields)
