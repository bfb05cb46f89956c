"""Parts of assets: added, changed with what they were kept, taken away and brought back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import file_text, files
from core.audit import action
from core.refusals import Refusal
from enablement.models import Asset, AssetKind, AssetPart, AssetPartVersion, TextState
from enablement.models.parts import PartContent
from enablement.services.fields import apply, known

TEXTS = frozenset({"title", "summary", "body", "url", "minutes"})
EDITABLE = TEXTS | {"kind", "language", "region"}
#: Kind → the families of files it takes.
FAMILIES: dict[AssetKind, Sequence[str]] = {
    AssetKind.FILE: ("pdf", "office", "picture", "text"),
    AssetKind.VIDEO: ("video",),
    AssetKind.AUDIO: ("audio",),
}
#: Kind → what of a part makes it one.
CONTENT_OF: dict[AssetKind, tuple[str, ...]] = {
    AssetKind.PAGE: ("body",),
    AssetKind.FILE: ("file",),
    AssetKind.LINK: ("url",),
    AssetKind.VIDEO: ("file", "url"),
    AssetKind.AUDIO: ("file",),
    AssetKind.KIT: (),
}
MISSING = {
    "body": gettext_lazy("Write the text first."),
    "file": gettext_lazy("Choose a file."),
    "url": gettext_lazy("Say where it leads."),
}


def says_something(fields: Mapping[str, Any]) -> bool:
    """Whether what was given makes a part, rather than an asset without any."""
    return fields.get("kind") == AssetKind.KIT or bool(fields.get("body") or fields.get("url"))


def add(
    *,
    asset: Asset,
    by: User | None,
    at: datetime,
    kind: str = AssetKind.PAGE,
    file: "File[bytes] | None" = None,
    captions: "File[bytes] | None" = None,
    **fields: Any,
) -> AssetPart:
    """Add another medium, language or regional variant to an asset."""
    part = AssetPart(asset=asset, kind=kind, **known(fields, EDITABLE))
    _put_files(part, file, captions, at)
    _check(part)
    with action("asset_part.add", by=by):
        Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
        if kind == AssetKind.KIT and asset.parts.current().filter(kind=kind).exists():
            raise Refusal({"kind": _("This asset is a kit already.")})
        last = asset.parts.aggregate(last=Max("position"))["last"]
        part.position = 0 if last is None else last + 1
        part.save()
    asset.refresh_from_db()
    return part


def update(
    *,
    part: AssetPart,
    by: User | None,
    at: datetime,
    changes: Mapping[str, Any],
    file: "File[bytes] | None" = None,
    captions: "File[bytes] | None" = None,
    note: str = "",
) -> list[str]:
    """Change a part. Once its asset has been published, what it was before is kept as a version.

    Returns the names of what changed; nothing changed writes nothing.
    """
    with action("asset_part.update", by=by):
        before = AssetPart.objects.select_for_update(no_key=True, of=("self",)).select_related("asset").get(pk=part.pk)
        changed = apply(part, known(changes, EDITABLE - {"kind"}))
        _put_files(part, file, captions, at)
        changed += _of_files(file, captions)
        if not changed:
            return []
        _check(part)
        if before.asset.published_at and set(changed) & set(PartContent.CONTENT):
            _keep(before, by=by, at=at, note=note)
            part.number = before.number + 1
            changed.append("number")
        else:
            _forget_files(before, file, captions)
        part.save(update_fields=changed)
    return changed


def remove(*, part: AssetPart, by: User | None, at: datetime) -> bool:
    """Take a part away. Its row and files stay, so that it can be brought back. Returns whether it was there."""
    with action("asset_part.remove", by=by):
        asset = Asset.objects.select_for_update(no_key=True).get(pk=part.asset_id)
        if asset.published_at and not asset.parts.current().exclude(pk=part.pk).exists():
            raise Refusal(_("A published asset needs its content. Add something else first, or retire the asset."))
        removed = AssetPart.objects.filter(pk=part.pk, removed_at__isnull=True).update(removed_at=at)
    return bool(removed)


def bring_back(*, part: AssetPart, by: User | None, at: datetime) -> bool:
    """Show a part again that was taken away. Returns whether it was away."""
    with action("asset_part.bring_back", by=by):
        return bool(AssetPart.objects.filter(pk=part.pk, removed_at__isnull=False).update(removed_at=None))


def restore(*, version: AssetPartVersion, by: User | None, at: datetime) -> None:
    """Give a part what it had in an earlier version. What it has now becomes a version itself."""
    with action("asset_part.restore", by=by):
        part = AssetPart.objects.select_for_update(no_key=True, of=("self",)).get(pk=version.part_id)
        _keep(part, by=by, at=at, note=_("Version %(number)d was taken back into use.") % {"number": version.number})
        for name in PartContent.CONTENT:
            setattr(part, name, getattr(version, name))
        part.number += 1
        _let_read(part, at)
        part.save()


def move(*, asset: Asset, order: Sequence[Any], by: User | None, at: datetime) -> bool:
    """Put the parts of an asset in an order, by their public ids. Returns whether it was another one."""
    wanted = [str(one) for one in order]
    with action("asset_part.move", by=by):
        Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
        rows = list(asset.parts.current().order_by("position", "pk"))
        if sorted(wanted) != sorted(str(one.public_id) for one in rows):
            raise Refusal(_("The parts have changed meanwhile. Look at them again."))
        places = {str(one.public_id): one for one in rows}
        moved = [(number, places[key]) for number, key in enumerate(wanted) if places[key].position != number]
        for number, one in moved:
            AssetPart.objects.filter(pk=one.pk).update(position=number)
    return bool(moved)


def _keep(part: AssetPart, *, by: User | None, at: datetime, note: str) -> None:
    content = {name: getattr(part, name) for name in PartContent.CONTENT}
    who = by if isinstance(by, User) else None
    AssetPartVersion.objects.create(
        part=part, number=part.number, kept_at=at, replaced_by=who, note=note[:200], **content
    )


def _put_files(part: AssetPart, file: "File[bytes] | None", captions: "File[bytes] | None", at: datetime) -> None:
    if file is not None:
        families = FAMILIES.get(AssetKind(part.kind), ())
        if not families:
            raise Refusal({"file": _("This kind has no file.")})
        try:
            kind = files.recognise(file, families=families)
        except Refusal as refusal:
            raise Refusal({"file": refusal.messages}) from refusal
        part.file_name = files.shown_name(file.name or "")
        part.file_type, part.file_bytes = kind.content_type, file.size
        part.file = File(file, name=files.stored_name(kind))
        _let_read(part, at)
    if captions is not None:
        try:
            files.recognise_captions(captions)
        except Refusal as refusal:
            raise Refusal({"captions": refusal.messages}) from refusal
        part.captions = File(captions, name=files.random_name(".vtt"))


def _let_read(part: AssetPart, at: datetime) -> None:
    """Let a worker read the text of a file, so that people find it."""
    reads = bool(part.file) and file_text.is_readable(part.file_type)
    part.text, part.text_tries = "", 0
    part.text_state = TextState.WAITING if reads else TextState.NONE
    part.text_due_at = at if reads else None


def _of_files(file: Any, captions: Any) -> list[str]:
    own = ["file", "file_name", "file_type", "file_bytes", "text", "text_state", "text_tries", "text_due_at"]
    return [*(own if file is not None else ()), *(["captions"] if captions is not None else ())]


def _forget_files(before: AssetPart, file: Any, captions: Any) -> None:
    """Delete what was replaced in a draft, once that is certain."""
    for stored, is_new in ((before.file, file is not None), (before.captions, captions is not None)):
        if is_new and stored:
            transaction.on_commit(partial(stored.storage.delete, stored.name))


def _check(part: AssetPart) -> None:
    """Refuse what does not fit, by field; addresses are https, so that nothing else is ever opened from a page."""
    needed = CONTENT_OF[AssetKind(part.kind)]
    if needed and not any(bool(getattr(part, name)) for name in needed):
        raise Refusal({needed[0]: str(MISSING[needed[0]])})
    if part.captions and part.kind != AssetKind.VIDEO:
        raise Refusal({"captions": _("Only videos have captions.")})
    left_out = ["asset", "region", "words", "public_id", "file", "captions"]
    part.clean_fields(exclude=left_out)
    if part.url and not part.url.startswith("https://"):
        raise ValidationError({"url": _("The address must begin with https://.")})
