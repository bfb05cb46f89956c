"""Assets: made, changed, published, retired; files taken for what they are."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from core import files
from core.models import Program, PublishState
from core.refusals import Refusal
from enablement.models import Asset
from enablement.services import content
from tests.factories.enablement import AssetFactory

PDF = b"%PDF-1.7\n" + b"x" * 100


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def office(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return buffer.getvalue()


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(buffer, kind)
    return buffer.getvalue()


def test_a_new_asset_is_a_draft_owned_by_its_maker(victor, now):
    asset = content.create(by=victor, at=now, title="Pitch deck", body="Text")

    assert (asset.published_at, asset.owner, asset.state) == (None, victor, PublishState.DRAFT)
    assert asset.parts.get().body == "Text"


def test_an_asset_may_begin_without_content(victor, now):
    assert not content.create(by=victor, at=now, title="Pitch deck").parts.exists()


def test_publishing_twice_keeps_the_first_moment(victor, now):
    asset = AssetFactory(published_at=None)
    content.publish(asset=asset, by=victor, at=now)
    version = Asset.objects.get().version

    assert not content.publish(asset=asset, by=victor, at=now.replace(hour=12))

    stored = Asset.objects.get()
    assert (stored.published_at, stored.version) == (now, version)


def test_an_asset_without_content_is_not_published(victor, now):
    asset = AssetFactory(body="", published_at=None)

    with pytest.raises(Refusal):
        content.publish(asset=asset, by=victor, at=now)


@pytest.mark.django_db
def test_the_database_refuses_a_published_asset_without_content():
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetFactory(body="")


def test_an_asset_published_on_a_day_to_come_waits_for_it(victor, program, now):
    asset = AssetFactory(published_at=None)

    content.publish(asset=asset, by=victor, at=now, on=now.date() + timedelta(days=3))

    assert (asset.state, Asset.objects.published().exists()) == (PublishState.SCHEDULED, False)
    with time_machine.travel(asset.published_at - timedelta(seconds=1), tick=False):
        assert not Asset.objects.published().exists()
    with time_machine.travel(asset.published_at, tick=False):
        assert Asset.objects.published().get().state == PublishState.PUBLISHED


def test_a_day_that_has_begun_is_refused_for_publication(victor, now):
    with pytest.raises(Refusal, match="begun"):
        content.publish(asset=AssetFactory(published_at=None), by=victor, at=now, on=now.date() - timedelta(days=1))


def test_what_is_scheduled_may_be_shown_now_instead(victor, now):
    asset = AssetFactory(published_at=now + timedelta(days=3))

    assert content.publish(asset=asset, by=victor, at=now)
    assert Asset.objects.published().exists()


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        ("Europe/Berlin", datetime(2030, 3, 18, 22, 59, tzinfo=UTC), True),
        ("Europe/Berlin", datetime(2030, 3, 18, 23, 0, tzinfo=UTC), False),
        ("America/New_York", datetime(2030, 3, 19, 3, 59, tzinfo=UTC), True),
        ("America/New_York", datetime(2030, 3, 19, 4, 0, tzinfo=UTC), False),
    ],
)
def test_the_last_day_is_a_whole_day_of_the_program(program, zone, moment, shown):
    program.timezone = zone
    program.save()
    Program.forget()
    AssetFactory(last_day_on=date(2030, 3, 18))

    with time_machine.travel(moment, tick=False):
        assert Asset.objects.published().exists() == shown
        assert Asset.objects.in_state("expired").exists() != shown
        assert Asset.objects.get().state == (PublishState.PUBLISHED if shown else PublishState.EXPIRED)


def test_a_review_after_the_last_day_is_refused(victor, now):
    with pytest.raises(Refusal) as refusal:
        content.create(by=victor, at=now, title="T", last_day_on=date(2030, 4, 1), review_on=date(2030, 4, 2))

    assert "review_on" in refusal.value.message_dict


def test_a_retired_asset_comes_back_when_published_again(victor, now):
    asset = AssetFactory()
    assert content.retire(asset=asset, by=victor, at=now)
    assert not content.retire(asset=asset, by=victor, at=now)

    content.publish(asset=asset, by=victor, at=now)

    assert Asset.objects.published().get() == asset


def test_changing_nothing_writes_nothing(victor, now):
    asset = AssetFactory()
    version = Asset.objects.get().version

    assert content.update(asset=asset, by=victor, at=now, changes={"title": asset.title}) == []
    assert Asset.objects.get().version == version


def test_an_audience_of_its_own_is_for_nobody_until_its_criteria_are_published(
    victor, paula, now, classify, pinewood, gold
):
    asset = AssetFactory(audience=gold)
    classify(pinewood, gold)

    segment = content.own_audience(asset=asset, by=victor, at=now)

    assert segment.is_audience
    assert not Asset.objects.visible_to(paula).exists()
    assert content.own_audience(asset=asset, by=victor, at=now) == segment
    classify(pinewood, segment)
    assert Asset.objects.visible_to(paula).exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("page.pdf", b"<html><script>alert(1)</script>"),
        ("picture.svg", b"<svg onload='alert(1)'/>"),
        ("picture.png", b"<svg onload='alert(1)'/>"),
        ("notes.txt", b"  <script>alert(1)</script>"),
        ("notes.txt", b"\xef\xbb\xbf<html>"),
        ("notes.csv", b"a,b\0c"),
        ("notes.txt", b"\xff\xfe\xfa"),
        ("program.exe", b"MZ"),
        ("deck.pdf.exe", PDF),
        ("archive.zip", b"PK\x03\x04"),
        ("deck.pptx", office("word/document.xml")),
        ("deck.pptx", office("ppt/presentation.xml", "ppt/vbaProject.bin")),
        ("deck.pptx", b"PK\x03\x04 not an archive"),
        ("deck.pptm", office("ppt/presentation.xml")),
        ("empty.pdf", b""),
        ("noending", PDF),
        ("film.mp4", b"%PDF-1.7"),
    ],
)
def test_active_or_misnamed_files_are_refused(name, data):
    with pytest.raises(Refusal):
        files.recognise(upload(name, data))


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PNG", picture("PNG"), "image/png"),
        ("a.jpeg", picture("JPEG"), "image/jpeg"),
        ("a.pptx", office("ppt/presentation.xml"), files.OFFICE + "presentationml.presentation"),
        ("a.docx", office("word/document.xml"), files.OFFICE + "wordprocessingml.document"),
        ("a.mp4", b"\0\0\0\x18ftypmp42", "video/mp4"),
        ("a.csv", "a;ü\n".encode(), "text/plain; charset=utf-8"),
    ],
)
def test_a_file_is_taken_for_what_it_is(name, data, content_type):
    assert files.recognise(upload(name, data)).content_type == content_type


def test_a_giant_archive_directory_is_not_read():
    data = office("ppt/presentation.xml")
    end = data.rindex(b"PK\x05\x06")
    data = data[: end + 12] + (2**31).to_bytes(4, "little") + data[end + 16 :]

    with pytest.raises(Refusal):
        files.recognise(upload("deck.pptx", data))


def test_a_file_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10)

    with pytest.raises(Refusal, match="larger"):
        files.recognise(upload("deck.pdf", PDF))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("..\\..\\deck.pdf", "deck.pdf"),
        ("/etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nX: y.pdf", "aX: y.pdf"),
        ("...", "file"),
    ],
)
def test_misleading_names_are_shown_plainly(name, shown):
    assert files.shown_name(name) == shown
