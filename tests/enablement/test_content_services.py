"""Assets: made, changed, published, retired; files taken for what they are."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from core import files
from core.refusals import Refusal
from enablement.models import Asset, AssetKind
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


def test_a_new_asset_is_a_draft_owned_by_its_maker(victor, now):
    asset = content.create(by=victor, at=now, title="Pitch deck", body="Text")

    assert (asset.published_at, asset.owner) == (None, victor)


def test_publishing_twice_keeps_the_first_moment(victor, now):
    asset = AssetFactory(published_at=None)
    content.publish(asset=asset, by=victor, at=now)
    version = Asset.objects.get().version

    content.publish(asset=asset, by=victor, at=now.replace(hour=12))

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


def test_a_retired_asset_comes_back_when_published_again(victor, now):
    asset = AssetFactory()
    content.retire(asset=asset, by=victor, at=now)

    content.publish(asset=asset, by=victor, at=now)

    assert Asset.objects.published().get() == asset


def test_changing_nothing_writes_nothing(victor, now):
    asset = AssetFactory()
    version = Asset.objects.get().version

    assert content.update(asset=asset, by=victor, at=now, changes={"title": asset.title}) == []
    assert Asset.objects.get().version == version


def test_a_published_asset_cannot_lose_its_content(victor, now):
    asset = AssetFactory()

    with pytest.raises(Refusal):
        content.update(asset=asset, by=victor, at=now, changes={"body": ""})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.com", "https:evil", "data:text/html,x"])
def test_an_address_is_https(victor, now, url):
    with pytest.raises(ValidationError) as error:
        content.create(by=victor, at=now, title="Link", kind=AssetKind.LINK, url=url)

    assert "url" in error.value.message_dict


def test_a_file_lies_under_a_random_name_and_keeps_its_own_for_people(victor, now):
    asset = content.create(by=victor, at=now, title="Deck", kind=AssetKind.FILE, file=upload("../../Plän 1.PDF", PDF))

    assert asset.file_name == "Plän 1.PDF"
    assert asset.file_type == "application/pdf"
    assert "Pl" not in asset.file.name
    assert asset.file.name.startswith("assets/")


def test_a_new_file_replaces_the_old_one(victor, now, django_capture_on_commit_callbacks):
    asset = content.create(by=victor, at=now, title="Deck", kind=AssetKind.FILE, file=upload("one.pdf", PDF))
    old = asset.file.name

    with django_capture_on_commit_callbacks(execute=True):
        content.update(asset=asset, by=victor, at=now, changes={}, file=upload("two.pdf", PDF))

    assert not asset.file.storage.exists(old)
    assert asset.file_name == "two.pdf"


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
        ("a.PNG", b"\x89PNG\r\n\x1a\nxx", "image/png"),
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


def test_a_video_takes_no_document(victor, now):
    with pytest.raises(Refusal):
        content.create(by=victor, at=now, title="Film", kind=AssetKind.VIDEO, file=upload("a.pdf", PDF))


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
