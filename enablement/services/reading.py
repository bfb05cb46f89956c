"""Reads the text of files, so that they are found by it. One at a time, in a process of its own (`core.file_text`).

A part that waits is claimed by putting off its moment; a worker that dies leaves it to the next. After three tries it
is found by its title only, and the page of content health says so.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from core import file_text
from enablement.models import AssetPart, TextState

MAX_TRIES = 3
CLAIM = timedelta(minutes=5)
log = structlog.get_logger("enablement")


def read_next(*, at: datetime) -> bool:
    """Read the file that has waited longest. Returns whether there was one."""
    part = _claim(at)
    if part is None:
        return False
    try:
        with part.file.open("rb") as stored:
            text = file_text.read(stored, part.file_type)
    except (file_text.UnreadableError, OSError) as error:
        log.warning("part.unreadable", part=part.pk, tries=part.text_tries, why=str(error))
        if part.text_tries >= MAX_TRIES or isinstance(error, FileNotFoundError):
            _finish(part, TextState.FAILED, "")
    else:
        _finish(part, TextState.DONE, text)
    return True


def _claim(at: datetime) -> AssetPart | None:
    with transaction.atomic():
        waiting = AssetPart.objects.filter(text_state=TextState.WAITING, text_due_at__lte=at)
        part: AssetPart | None = (
            waiting.select_for_update(skip_locked=True, no_key=True)
            .defer("words", "body")
            .order_by("text_due_at", "pk")
        ).first()
        if part is not None:
            part.text_tries, part.text_due_at = part.text_tries + 1, at + CLAIM
            part.save(update_fields=["text_tries", "text_due_at"])
    return part


def _finish(part: AssetPart, state: TextState, text: str) -> None:
    """Write what was read, unless the part has another file by now."""
    same = AssetPart.objects.filter(pk=part.pk, file=part.file.name, text_state=TextState.WAITING)
    same.update(text=text, text_state=state, text_due_at=None)
