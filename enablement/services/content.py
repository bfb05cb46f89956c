"""Assets: made, changed, published, retired. What they consist of is written by `parts`, what kits hold by `kits`."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.models import Program
from core.refusals import Refusal
from enablement.models import Asset
from enablement.models.audiences import PEOPLE_COLUMNS
from enablement.models.content import KEPT
from enablement.services import parts
from enablement.services.fields import apply, known
from enablement.services.keys import free_key
from segmentation.models import Segment
from segmentation.services import segments

EDITABLE = frozenset(
    {
        *("title", "summary", "product_lines", "business_units", "target_markets", "sales_stages"),
        *("audience", "owner", "review_on", "last_day_on"),
        *PEOPLE_COLUMNS,
    }
)


def create(
    *,
    by: User | None,
    at: datetime,
    file: "File[bytes] | None" = None,
    captions: "File[bytes] | None" = None,
    **fields: Any,
) -> Asset:
    """Make a draft. What belongs to a part (kind, text, file, address, language …) makes its first one."""
    first = {name: fields.pop(name) for name in [*fields] if name in parts.EDITABLE - EDITABLE}
    asset = Asset(**known(fields, EDITABLE))
    if asset.owner is None:
        asset.owner = by if isinstance(by, User) else None
    _check(asset)
    with action("asset.create", by=by):
        asset.save()
        if file is not None or parts.says_something(first):
            parts.add(asset=asset, by=by, at=at, file=file, captions=captions, **first)
    return asset


def update(*, asset: Asset, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change an asset. Returns the names of the fields that changed; nothing changed writes nothing."""
    changed = apply(asset, known(changes, EDITABLE))
    if not changed:
        return []
    _check(asset)
    with action("asset.update", by=by):
        asset.save(update_fields=changed)
    return changed


def publish(*, asset: Asset, by: User | None, at: datetime, on: date | None = None) -> bool:
    """Show an asset to its audience, now or from a day on. A retired asset comes back.

    Returns whether that changed anything: published is published, and only what is scheduled gets another day.
    """
    starts_at = _beginning_of(on) if on else at
    with action("asset.publish", by=by):
        locked = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
        is_on = locked.is_offered
        if is_on and (locked.published_at <= at or locked.published_at == starts_at):
            return False
        if not locked.media:
            raise Refusal(_("Add the content first: a text, a file or an address."))
        if starts_at < at:
            raise Refusal({"on": _("This day has begun already. Publish it now, or choose a later day.")})
        asset.published_at, asset.retired_at = starts_at, None
        asset.save(update_fields=["published_at", "retired_at"])
    return True


def retire(*, asset: Asset, by: User | None, at: datetime) -> bool:
    """Take an asset away from partners. It can be published again. Returns whether it was there."""
    with action("asset.retire", by=by):
        retired = Asset.objects.filter(pk=asset.pk, retired_at__isnull=True).update(retired_at=at)
    if retired:
        asset.retired_at = at
    return bool(retired)


def own_audience(*, asset: Asset, by: User | None, at: datetime) -> Segment:
    """Return a segment made for this asset alone, to write criteria for. Until these are published nobody is in it."""
    if asset.audience is not None and asset.audience.key.startswith(_audience_key(asset)):
        return asset.audience
    with transaction.atomic():
        segment = segments.create(
            key=free_key(Segment, _audience_key(asset)),
            name=_("Audience of “%(asset)s”") % {"asset": asset.title[:100]},
            description=_("Who sees this one asset."),
            is_audience=True,
            by=by,
            at=at,
        )
        update(asset=asset, by=by, at=at, changes={"audience": segment})
    return segment


def _audience_key(asset: Asset) -> str:
    return f"asset-{str(asset.public_id)[-12:]}"


def _beginning_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=Program.current().zone)


def _check(asset: Asset) -> None:
    """Refuse what does not fit, by field."""
    asset.clean_fields(exclude=[*KEPT, "public_id"])
    if asset.last_day_on and asset.review_on and asset.review_on > asset.last_day_on:
        raise Refusal({"review_on": _("That is after the last day on which it is shown.")})
