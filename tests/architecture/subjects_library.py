"""What the names in addresses of the library stand for."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.subjects import asset, published_or_not, subject
from tests.architecture.world import EVERYBODY, Thing, Variants, World
from tests.factories import enablement


@subject("part")
def part(world: World) -> Variants:
    """A video with captions of that asset, with a version before; and a part of another asset."""
    own = enablement.AssetPartFactory(
        asset=world.things("asset", asset).own.record,
        kind="video",
        number=2,
        file=SimpleUploadedFile("film.mp4", b"bytes"),
        captions=SimpleUploadedFile("film.vtt", b"WEBVTT"),
    )
    enablement.AssetPartVersionFactory(part=own, number=1, file=SimpleUploadedFile("old.mp4", b"bytes"))
    other = enablement.AssetPartFactory()
    return Variants(
        Thing(str(own.public_id), EVERYBODY, own), Thing(str(other.public_id), frozenset(), other), within="asset"
    )


@subject("asset_part")
def asset_part(world: World) -> Variants:
    """A part of a published asset, and one of a draft."""
    published = enablement.AssetFactory()
    return published_or_not(published.parts.get(), enablement.AssetPartFactory())


@subject("item")
def item(world: World) -> Variants:
    """An asset in that kit, and one that is not in it."""
    inside = enablement.KitItemFactory(kit=world.things("asset", asset).own.record).item
    outside = enablement.AssetFactory()
    return Variants(
        Thing(str(inside.public_id), EVERYBODY, inside),
        Thing(str(outside.public_id), frozenset(), outside),
        within="asset",
    )
