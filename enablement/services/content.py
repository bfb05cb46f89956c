"""Assets: made, changed, published, retired."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import files
from core.audit import action
from core.refusals import Refusal
from enablement.models import Asset, AssetKind
from enablement.models.audiences import PEOPLE_COLUMNS

EDITABLE = frozenset(
    {
        *("title", "summary", "kind", "body", "url", "minutes", "language", "product_lines"),
        *("audience", "owner", "review_on"),
        *PEOPLE_COLUMNS,
    }
)
CONTENT_OF: dict[AssetKind, tuple[str, ...]] = {
    AssetKind.PAGE: ("body",),
    AssetKind.FILE: ("file",),
    AssetKind.LINK: ("url",),
    AssetKind.VIDEO: ("file", "url"),
}


def create(*, by: User | None, at: datetime, file: "File[bytes] | None" = None, **fields: Any) -> Asset:
    """Make a draft."""
    asset = Asset(**_known(fields))
    if asset.owner is None:
        asset.owner = by
    _put_file(asset, file)
    _check(asset)
    with action("asset.create", by=by):
        asset.save()
    return asset


def update(
    *, asset: Asset, by: User | None, at: datetime, changes: Mapping[str, Any], file: "File[bytes] | None" = None
) -> list[str]:
    """Change an asset. Returns the names of the fields that changed; nothing changed writes nothing."""
    changed = [name for name, value in _known(changes).items() if getattr(asset, name) != value]
    for name in changed:
        setattr(asset, name, changes[name])
    replaced = asset.file.name if file is not None else ""
    if file is not None:
        _put_file(asset, file)
        changed += ["file", "file_name", "file_type", "file_bytes"]
    if not changed:
        return []
    _check(asset)
    if asset.published_at and not has_content(asset):
        raise Refusal(_("A published asset needs its content. Retire it first to empty it."))
    with action("asset.update", by=by):
        asset.save(update_fields=changed)
        if replaced:
            transaction.on_commit(partial(asset.file.storage.delete, replaced))
    return changed


def publish(*, asset: Asset, by: User | None, at: datetime) -> None:
    """Show an asset to its audience, now. A retired asset comes back."""
    if asset.published_at and not asset.retired_at:
        return
    if not has_content(asset):
        raise Refusal(_("Add the content first: a text, a file or an address."))
    asset.published_at, asset.retired_at = at, None
    with action("asset.publish", by=by):
        asset.save(update_fields=["published_at", "retired_at"])


def retire(*, asset: Asset, by: User | None, at: datetime) -> None:
    """Take an asset away from partners. It can be published again."""
    if asset.retired_at:
        return
    asset.retired_at = at
    with action("asset.retire", by=by):
        asset.save(update_fields=["retired_at"])


def has_content(asset: Asset) -> bool:
    """Whether there is something to see, as its kind asks."""
    return any(bool(getattr(asset, name)) for name in CONTENT_OF[AssetKind(asset.kind)])


def _known(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"Not a field of assets: {', '.join(sorted(unknown))}")
    return fields


def _put_file(asset: Asset, file: "File[bytes] | None") -> None:
    if file is None:
        return
    try:
        kind = files.recognise(file, video=asset.kind == AssetKind.VIDEO)
    except Refusal as refusal:
        raise Refusal({"file": refusal.messages}) from refusal
    asset.file_name = files.shown_name(file.name or "")
    asset.file_type, asset.file_bytes = kind.content_type, file.size
    asset.file = File(file, name=files.stored_name(kind))


def _check(asset: Asset) -> None:
    """Refuse what does not fit, by field; addresses are https, so that nothing else is ever opened from a page."""
    asset.clean_fields(exclude=["file", "words", "public_id"])
    if asset.url and not asset.url.startswith("https://"):
        raise ValidationError({"url": _("The address must begin with https://.")})
