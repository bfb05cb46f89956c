"""Files are read for search: once, again after a worker died, and never for a file that was replaced."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import file_text
from enablement.models import Asset, TextState
from enablement.services import content, parts, reading
from portal.seed import files

PDF = files.pdf("Data sheet", ["Throughput of eighteen gigabits"])


@pytest.fixture
def sheet(victor, now):
    """A published PDF whose text waits to be read."""
    asset = content.create(by=victor, at=now, title="Sheet", kind="file", file=SimpleUploadedFile("a.pdf", PDF))
    content.publish(asset=asset, by=victor, at=now)
    return asset.parts.get()


def finds(text, user) -> bool:
    return Asset.objects.visible_to(user).matching(text, read_by=user).exists()


def test_a_file_is_found_by_its_text_once_it_was_read(sheet, paula, now):
    assert not finds("gigabits", paula)

    assert reading.read_next(at=now)
    assert not reading.read_next(at=now)

    sheet.refresh_from_db()
    assert sheet.text_state == TextState.DONE
    assert finds("gigabits", paula)
    assert finds("throughputt", paula)


def test_a_file_that_cannot_be_read_is_given_up_after_three_tries(sheet, now, monkeypatch):
    def fail(*_args, **_extra):
        raise file_text.UnreadableError("too slow")

    monkeypatch.setattr(file_text, "read", fail)
    for number in range(3):
        assert reading.read_next(at=now + number * reading.CLAIM)

    sheet.refresh_from_db()
    assert sheet.text_state == TextState.FAILED
    assert not reading.read_next(at=now + timedelta(days=1))


def test_what_a_dead_worker_had_claimed_is_read_later(sheet, now):
    assert reading._claim(now) == sheet

    assert not reading.read_next(at=now + timedelta(minutes=1))
    assert reading.read_next(at=now + timedelta(minutes=6))


def test_the_text_of_a_replaced_file_is_thrown_away(sheet, victor, now, monkeypatch):
    def replaced(*_args, **_extra):
        new = SimpleUploadedFile("b.pdf", files.pdf("Other", ["Nothing of it"]))
        parts.update(part=sheet, by=victor, at=now, changes={}, file=new)
        return "The old text"

    monkeypatch.setattr(file_text, "read", replaced)
    reading.read_next(at=now)

    sheet.refresh_from_db()
    assert (sheet.text, sheet.text_state) == ("", TextState.WAITING)


def test_a_file_that_is_gone_is_given_up_at_once(sheet, now):
    sheet.file.storage.delete(sheet.file.name)

    reading.read_next(at=now)

    sheet.refresh_from_db()
    assert sheet.text_state == TextState.FAILED
