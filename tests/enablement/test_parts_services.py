"""Parts of assets: media, languages and regional variants, their versions, and what the database keeps of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from core.refusals import Refusal
from enablement.models import Asset, AssetKind, AssetPart, AssetPartVersion, TextState
from enablement.services import content, parts
from tests.factories.enablement import AssetFactory, AssetPartFactory, AssetPartVersionFactory
from tests.factories.partners import RegionFactory

PDF = b"%PDF-1.7\n" + b"x" * 100
FILM = b"\0\0\0\x18ftypmp42" + b"x" * 100
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def asset(db):
    """A published page."""
    return AssetFactory(body="As it was.")


def test_an_asset_knows_the_media_languages_and_minutes_of_its_parts(asset, victor, now):
    parts.add(asset=asset, by=victor, at=now, kind="video", language="de", minutes=12, file=upload("a.mp4", FILM))
    parts.add(asset=asset, by=victor, at=now, kind="audio", minutes=7, file=upload("a.mp3", b"ID3" + b"x" * 50))

    asset.refresh_from_db()
    assert (asset.kind, asset.language, asset.minutes) == ("page", "en", 7)
    assert asset.media == ["listen", "read", "watch"]
    assert asset.languages == ["de", "en"]
    assert {"medium:watch", "language:de", "time:15"} <= set(asset.facets)


def test_a_part_taken_away_counts_no_longer_and_may_come_back(asset, victor, now):
    german = parts.add(asset=asset, by=victor, at=now, language="de", body="Auf Deutsch.")

    assert parts.remove(part=german, by=victor, at=now)
    assert not parts.remove(part=german, by=victor, at=now)
    assert Asset.objects.get().languages == ["en"]

    assert parts.bring_back(part=german, by=victor, at=now)
    assert Asset.objects.get().languages == ["de", "en"]


def test_the_last_part_of_a_published_asset_stays(asset, victor, now):
    with pytest.raises(Refusal):
        parts.remove(part=asset.parts.get(), by=victor, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        asset.parts.update(removed_at=now)


def test_where_all_parts_are_regional_the_asset_is_too(asset, victor, now):
    region = RegionFactory()
    parts.add(asset=asset, by=victor, at=now, body="Here only.", region=region)
    assert Asset.objects.get().region_ids == []

    asset.parts.filter(region=None).delete()

    assert Asset.objects.get().region_ids == [region.pk]


# --- versions


def test_what_a_published_part_was_is_kept(asset, victor, now):
    part = asset.parts.get()

    changed = parts.update(part=part, by=victor, at=now, changes={"body": "As it is."}, note="New prices")

    kept = part.versions.get()
    assert "body" in changed
    assert (kept.number, kept.body, kept.note, kept.replaced_by) == (1, "As it was.", "New prices", victor)
    assert (part.number, AssetPart.objects.get().body) == (2, "As it is.")


def test_the_same_text_again_is_no_version(asset, victor, now):
    part = asset.parts.get()

    assert parts.update(part=part, by=victor, at=now, changes={"body": "As it was."}) == []
    assert not part.versions.exists()


def test_a_draft_has_no_versions(victor, now):
    part = AssetPartFactory()

    parts.update(part=part, by=victor, at=now, changes={"body": "Better."})

    assert not part.versions.exists()


def test_an_earlier_version_is_taken_back_into_use_and_nothing_is_lost(asset, victor, now):
    part = asset.parts.get()
    parts.update(part=part, by=victor, at=now, changes={"body": "Worse."})

    parts.restore(version=part.versions.get(), by=victor, at=now + timedelta(days=1))

    part.refresh_from_db()
    assert (part.number, part.body) == (3, "As it was.")
    assert list(part.versions.order_by("number").values_list("body", flat=True)) == ["As it was.", "Worse."]


@pytest.mark.django_db
def test_a_version_is_never_changed_and_numbered_once():
    version = AssetPartVersionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AssetPartVersion.objects.update(body="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetPartVersionFactory(part=version.part, number=version.number)


def test_a_file_replaced_in_a_draft_is_deleted_and_that_of_a_published_part_kept(
    victor, now, django_capture_on_commit_callbacks
):
    asset = content.create(by=victor, at=now, title="Deck", kind=AssetKind.FILE, file=upload("one.pdf", PDF))
    part = asset.parts.get()
    first = part.file.name
    with django_capture_on_commit_callbacks(execute=True):
        parts.update(part=part, by=victor, at=now, changes={}, file=upload("two.pdf", PDF))
    second = part.file.name
    content.publish(asset=asset, by=victor, at=now)

    with django_capture_on_commit_callbacks(execute=True):
        parts.update(part=part, by=victor, at=now, changes={}, file=upload("three.pdf", PDF))

    assert (part.file.storage.exists(first), part.file.storage.exists(second)) == (False, True)
    assert (part.file_name, part.versions.get().file_name) == ("three.pdf", "two.pdf")


# --- what is refused


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.com", "https:evil", "data:text/html,x"])
def test_an_address_is_https(asset, victor, now, url):
    with pytest.raises(ValidationError) as error:
        parts.add(asset=asset, by=victor, at=now, kind=AssetKind.LINK, url=url)

    assert "url" in error.value.message_dict


@pytest.mark.django_db
def test_the_database_takes_no_other_address_and_no_empty_part():
    for wrong in ({"url": "http://example.com"}, {"body": ""}, {"kind": "video", "body": "x"}, {"kind": "file"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AssetPartFactory(**wrong)


@pytest.mark.django_db
def test_the_database_takes_captions_of_videos_only_and_one_kit():
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetPartFactory(captions="captions/x.vtt")
    kit = AssetPartFactory(kind="kit")
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetPartFactory(asset=kit.asset, kind="kit")


@pytest.mark.parametrize(
    ("kind", "name", "data"),
    [
        ("video", "a.pdf", PDF),
        ("audio", "a.mp4", FILM),
        ("file", "a.mp4", FILM),
        ("page", "a.pdf", PDF),
    ],
)
def test_each_kind_takes_its_own_files(asset, victor, now, kind, name, data):
    with pytest.raises(Refusal) as refusal:
        parts.add(asset=asset, by=victor, at=now, kind=kind, body="x", file=upload(name, data))

    assert "file" in refusal.value.message_dict


@pytest.mark.parametrize(
    ("kind", "field"), [("page", "body"), ("file", "file"), ("link", "url"), ("video", "file"), ("audio", "file")]
)
def test_a_part_without_its_content_is_refused_at_the_field(asset, victor, now, kind, field):
    with pytest.raises(Refusal) as refusal:
        parts.add(asset=asset, by=victor, at=now, kind=kind)

    assert field in refusal.value.message_dict


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.srt", CAPTIONS),
        ("a.vtt", b"1\n00:00:00,000 --> 00:00:02,000\nHello"),
        ("a.vtt", b"<html>WEBVTT"),
        ("a.vtt", b"WEBVTT\n\n<script>alert(1)</script>"),
        ("a.vtt", b"WEBVTT\n\0"),
    ],
)
def test_captions_are_webvtt(asset, victor, now, name, data):
    with pytest.raises(Refusal) as refusal:
        parts.add(asset=asset, by=victor, at=now, kind="video", file=upload("a.mp4", FILM), captions=upload(name, data))

    assert "captions" in refusal.value.message_dict


def test_parts_are_put_in_an_order(asset, victor, now):
    second = parts.add(asset=asset, by=victor, at=now, kind="link", url="https://vendor.example/")
    ids = [second.public_id, asset.parts.get(kind="page").public_id]

    assert parts.move(asset=asset, order=ids, by=victor, at=now)
    assert not parts.move(asset=asset, order=ids, by=victor, at=now)
    assert Asset.objects.get().kind == "link"
    with pytest.raises(Refusal):
        parts.move(asset=asset, order=ids[:1], by=victor, at=now)


def test_files_with_text_wait_to_be_read_and_films_do_not(asset, victor, now):
    paper = parts.add(asset=asset, by=victor, at=now, kind="file", file=upload("a.pdf", PDF))
    film = parts.add(
        asset=asset, by=victor, at=now, kind="video", file=upload("a.mp4", FILM), captions=upload("a.vtt", CAPTIONS)
    )

    assert (paper.text_state, film.text_state) == (TextState.WAITING, TextState.NONE)
    assert film.captions.name.startswith("captions/")
