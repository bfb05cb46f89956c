"""Not for you: what is meant for gold partners does not exist for others, by no door and in no part."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from enablement.models import Asset
from enablement.services import content, kits, opinions, parts, reading
from partners.models import Partner, Region
from portal.seed import files
from segmentation.models import Classification, Segment
from tests.conftest import person_at
from tests.factories.accounts import VendorUserFactory

pytestmark = [
    pytest.mark.browser_may_see(404),
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 8
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nZanzibar says hello\n"
#: A word that stands in every part of what is not for Oakhurst, and nowhere else.
SECRET = "zanzibar"
POST = """
async ([address, data]) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const body = new URLSearchParams(data);
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual" });
  return answer.status || (answer.type === "opaqueredirect" ? 302 : 0);
}
"""
GET = """
async ([address, headers]) => {
  const answer = await fetch(address, { headers, redirect: "manual" });
  return [answer.status, await answer.text()];
}
"""


@pytest.fixture(autouse=True)
def _media_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pinewood() -> Partner:
    """A gold partner in a region of its own."""
    region = Region.objects.create(key="north", name="North")
    Region.objects.filter(pk=region.pk).update(path=[region.pk])
    partner = Partner.objects.create(name="Pinewood", country="DE", status="active", region=region)
    gold = Segment.objects.create(key="gold", name="Gold partners")
    Classification.objects.update_or_create(partner=partner, defaults={"segment_ids": [gold.pk]})
    return partner


@pytest.fixture
def secrets(pinewood: Partner) -> dict[str, Asset]:
    """An asset of each kind for gold partners, with everything that may hang on one."""
    victor = VendorUserFactory(name="Victor Voss", role="program_admin")
    at, gold = timezone.now(), Segment.objects.get(key="gold")
    by = {"by": victor, "at": at}
    upload = SimpleUploadedFile
    what: dict[str, dict[str, Any]] = {
        "page": {"body": f"# {SECRET}"},
        "file": {"kind": "file", "file": upload("a.pdf", files.pdf("Sheet", [SECRET]))},
        "link": {"kind": "link", "url": f"https://vendor.example/{SECRET}"},
        "video": {"kind": "video", "file": upload("a.mp4", FILM), "captions": upload("a.vtt", CAPTIONS)},
        "audio": {"kind": "audio", "file": upload("a.mp3", b"ID3" + FILM)},
        "kit": {"kind": "kit", "body": f"All about {SECRET}"},
    }
    made = {
        key: content.create(title=f"Zanzibar {key}", summary=f"About {SECRET}", audience=gold, **by, **fields)
        for key, fields in what.items()
    }
    parts.add(asset=made["page"], language="de", title="Sansibar", body=f"{SECRET} auf Deutsch", **by)
    kits.add(kit=made["kit"], item=made["page"], **by)
    for asset in made.values():
        content.publish(asset=asset, **by)
    while reading.read_next(at=timezone.now()):
        pass
    return made


def doors(asset: Asset) -> list[str]:
    """Return every address by which something of an asset could be had."""
    own = f"/partner/assets/{asset.public_id}/"
    found = [own, f"{own}?medium=watch", f"{own}?language=de", f"{own}more/", f"/api/v1/assets/{asset.public_id}"]
    for part in asset.parts.all():
        found.append(f"/api/v1/asset-parts/{part.public_id}")
        found += [f"{own}parts/{part.public_id}/{door}/" for door in ("download", "play", "captions")]
    return found


LISTS = [
    "/partner/",
    "/partner/assets/",
    "/partner/assets/picked/",
    "/partner/assets/?shelf=recent",
    "/partner/assets/?shelf=favourites",
    "/partner/assets/?sort=rated",
    f"/partner/assets/?q={SECRET}",
    "/partner/assets/?q=zanzibra",
    f"/partner/assets/suggest/?q={SECRET[:4]}",
    f"/search/?q={SECRET}",
    "/api/v1/assets",
    f"/api/v1/assets?q={SECRET}",
    "/api/v1/assets/count",
    "/api/v1/asset-parts",
    "/notifications/",
]


def test_what_is_not_for_oakhurst_does_not_exist_there(
    secrets: dict[str, Asset], pinewood: Partner, new_page: Callable[..., Page]
) -> None:
    oakhurst = Partner.objects.create(name="Oakhurst", country="US", status="active")
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example")
    olga: User = person_at(oakhurst, name="Olga Oss", email="olga@oakhurst.example")
    theirs, ours = new_page(olga), new_page(paula)

    # Paula finds them all by a mistyped word, reads one, keeps it and rates it.
    ours.goto("/partner/assets/")
    ours.get_by_role("combobox", name="Search titles, texts and files").fill("zanzibra")
    ours.wait_for_url("**q=zanzibra**")  # all six stood there before
    expect(ours.get_by_role("status").filter(has_text="6 items")).to_be_visible()
    ours.get_by_role("button", name="Favourite: Zanzibar page").click()
    expect(ours.get_by_role("button", name="Favourite: Zanzibar page")).to_have_attribute("aria-pressed", "true")
    ours.get_by_role("link", name="Zanzibar page").first.click()
    expect(ours.get_by_role("heading", name="Zanzibar page", level=1)).to_be_visible()
    ours.get_by_role("link", name="German").click()
    expect(ours.get_by_role("heading", name="Sansibar", level=1)).to_be_visible()
    ours.get_by_label("Very good").check()
    ours.get_by_role("button", name="Send").click()
    expect(ours.get_by_text("Saved. Thank you.")).to_be_visible()

    # What Olga once marked, when it was for her, is none of her business now.
    for asset in secrets.values():
        opinions.keep(person=olga.person, asset=asset, at=timezone.now(), is_favourite=True)

    # For Olga there is nothing: by no list, no search and no suggestion …
    theirs.goto("/partner/assets/")
    expect(theirs.get_by_text("There is no content for you yet")).to_be_visible()
    for address in LISTS:
        status, text = theirs.evaluate(GET, [address, {"Accept": "*/*"}])
        told = (
            unquote(text).lower().replace(f"“{SECRET}”", "").replace(f'value="{SECRET}"', "").replace(f"q={SECRET}", "")
        )
        assert status in {200, 404}, address
        assert SECRET not in told, address
        assert not [key for key, asset in secrets.items() if str(asset.public_id) in text], address
    assert json.loads(theirs.evaluate(GET, ["/api/v1/assets/count", {}])[1])["count"] == 0

    # … and by no address, of the thing itself or of any of its parts, which are all open to Paula.
    for key, asset in secrets.items():
        for address in doors(asset):
            assert theirs.evaluate(GET, [address, {}])[0] == 404, (key, address)
        for part in asset.parts.exclude(file=""):
            door = f"/partner/assets/{asset.public_id}/parts/{part.public_id}/download/"
            assert theirs.evaluate(GET, [door, {"Range": "bytes=0-9"}])[0] == 404
            assert ours.evaluate(GET, [door, {"Range": "bytes=0-9"}])[0] == 206
        own = f"/partner/assets/{asset.public_id}/"
        assert theirs.evaluate(POST, [f"{own}favourite/", {"keep": "1"}]) == 404
        assert theirs.evaluate(POST, [f"{own}rate/", {"stars": "1"}]) == 404
        assert ours.evaluate(GET, [own, {}])[0] == 200
    theirs.goto(f"/partner/assets/{secrets['page'].public_id}/")
    expect(theirs.get_by_role("heading", level=1)).not_to_have_text("Zanzibar page")


def test_the_variant_of_another_region_does_not_exist_either(
    secrets: dict[str, Asset], pinewood: Partner, new_page: Callable[..., Page]
) -> None:
    south = Region.objects.create(key="south", name="South")
    victor = VendorUserFactory(name="Vic", role="program_admin")
    part = parts.add(
        asset=secrets["page"], by=victor, at=timezone.now(), kind="file", region=south,
        file=SimpleUploadedFile("south.txt", b"only about the quokka"),
    )  # fmt: skip
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example")
    page = new_page(paula)
    page.goto(f"/partner/assets/{secrets['page'].public_id}/")

    expect(page.get_by_text("south.txt")).to_have_count(0)
    door = f"/partner/assets/{secrets['page'].public_id}/parts/{part.public_id}/download/"
    assert page.evaluate(GET, [door, {}])[0] == 404
    assert page.evaluate(GET, [f"/api/v1/asset-parts/{part.public_id}", {}])[0] == 404


def test_a_video_plays_with_its_captions_and_leaving_the_audience_ends_it(
    secrets: dict[str, Asset], pinewood: Partner, new_page: Callable[..., Page]
) -> None:
    paula: User = person_at(pinewood, name="Paula Park", email="paula@pinewood.example")
    page = new_page(paula)
    page.goto(f"/partner/assets/{secrets['video'].public_id}/")
    captions = page.locator("video track").get_attribute("src")
    film = page.locator("video").get_attribute("src")
    assert page.evaluate(GET, [captions, {}]) == [200, CAPTIONS.decode()]

    Classification.objects.filter(partner=pinewood).update(segment_ids=[])

    for address in (captions, film, page.url):
        assert page.evaluate(GET, [address, {}])[0] == 404
