"""Categories: made, written, published, retired."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import ngettext

from accounts.models import User
from core.services import versions
from criteria.fields import RuleKind
from partners.models import Category, CategoryVersion
from partners.services import definitions


def create(
    *,
    key: str,
    name: str,
    by: Any | None,
    at: datetime,
    position: int | None = None,
    owner: User | None = None,
    **texts: Any,
) -> Category:
    """Make a category with its first draft."""
    if position is None:
        position = (Category.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    fields = {"key": key, "name": name, "position": position, "owner": owner}
    category: Category = definitions.create(model=Category, by=by, at=at, fields=fields, texts=texts)
    return category


def define(*, key: str, name: str, by: Any | None, at: datetime, **texts: Any) -> Category:
    """Return the category with this key, made and published at once when there is none."""
    found = Category.objects.filter(key=key).first()
    if found:
        return found
    made: Category = definitions.define(
        make=lambda: create(key=key, name=name, by=by, at=at, **texts), kind=RuleKind.CATEGORY, by=by, at=at
    )
    return made


def update(*, category: Category, by: Any | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Rename a category or move it in the list."""
    return definitions.update(definition=category, by=by, at=at, changes=changes)


def edit(
    *,
    category: Category,
    by: Any | None,
    at: datetime,
    own: Mapping[str, Any],
    texts: Mapping[str, Any],
    expected: int | None,
) -> list[str]:
    """Change the category itself and the texts of its draft together. Returns the names of what changed."""
    with transaction.atomic():
        changed = update(category=category, by=by, at=at, changes=own)
        return changed + definitions.edit(definition=category, by=by, at=at, changes=texts, expected=expected)


def draft_of(*, category: Category, by: Any | None, at: datetime) -> CategoryVersion:
    """Return the draft to edit."""
    draft: CategoryVersion = versions.draft_of(definition=category, by=by, at=at)
    return draft


def save_draft(
    *, version: CategoryVersion, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write texts or criteria into a draft."""
    return versions.save_draft(version=version, by=by, at=at, changes=changes, expected=expected)


def publish(*, version: CategoryVersion, by: Any | None, at: datetime) -> bool:
    """Make a draft the text that holds."""
    return definitions.publish(kind=RuleKind.CATEGORY, version=version, by=by, at=at)


def retire(*, category: Category, by: Any | None, at: datetime) -> bool:
    """Take a category out of use; refused while partners, ladders or criteria need it."""
    return definitions.retire(kind=RuleKind.CATEGORY, definition=category, by=by, at=at, used_by=_users_of(category))


def restore(*, category: Category, by: Any | None, at: datetime) -> bool:
    """Take a retired category back into use, with the text it had."""
    return definitions.restore(kind=RuleKind.CATEGORY, definition=category, by=by, at=at)


def _users_of(category: Category) -> list[str]:
    users = [str(track) for track in category.tier_tracks.order_by("position", "pk")]
    partners = category.memberships.open().count()
    if partners:
        users.insert(0, ngettext("%(n)d partner", "%(n)d partners", partners) % {"n": partners})
    return users
