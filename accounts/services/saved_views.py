"""Views of lists that people keep: saved, changed, made the one a page opens with, removed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SavedView, User
from core.refusals import Refusal

MOST = 40


def save(
    *,
    page: str,
    name: str,
    by: User,
    at: datetime,
    filters: Mapping[str, str],
    columns: Sequence[str] = (),
    sort: str = "",
    is_shared: bool = False,
    is_default: bool = False,
) -> SavedView:
    """Keep a view under a name. One's own view of the same name is written anew."""
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the view a name.")})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        own = SavedView.objects.filter(user=by, page=page)
        view = own.filter(name__iexact=name).first() or SavedView(user=by, page=page)
        if view.pk is None and own.count() >= MOST:
            raise Refusal(_("You keep %(most)d views already. Remove one first.") % {"most": MOST})
        if is_default:
            own.filter(is_default=True).exclude(pk=view.pk).update(is_default=False)
        view.name, view.filters, view.columns, view.sort = name, dict(filters), list(columns), sort
        view.is_shared, view.is_default = is_shared, is_default
        view.clean_fields(exclude=["public_id", "created_at", "updated_at", "version"])
        view.save()
    view.refresh_from_db()
    return view


def make_default(*, view: SavedView, by: User, at: datetime, is_default: bool = True) -> bool:
    """Open the page with one's own view, or no longer. Returns whether that is a change."""
    _expect_own(view, by)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        own = SavedView.objects.filter(user=by, page=view.page)
        if is_default:
            own.filter(is_default=True).exclude(pk=view.pk).update(is_default=False)
        return bool(own.filter(pk=view.pk).exclude(is_default=is_default).update(is_default=is_default))


def share(*, view: SavedView, by: User, at: datetime, is_shared: bool = True) -> bool:
    """Let colleagues open one's view, or no longer. Returns whether that is a change."""
    _expect_own(view, by)
    return bool(SavedView.objects.filter(pk=view.pk).exclude(is_shared=is_shared).update(is_shared=is_shared))


def remove(*, view: SavedView, by: User, at: datetime) -> bool:
    """Forget one's own view. Returns whether it was there."""
    _expect_own(view, by)
    count, _rows = SavedView.objects.filter(pk=view.pk).delete()
    return bool(count)


def _expect_own(view: SavedView, by: Any) -> None:
    if view.user_id != by.pk:
        raise Refusal(_("This view is %(name)s's. Save it under your own name to change it.") % {"name": view.user})
