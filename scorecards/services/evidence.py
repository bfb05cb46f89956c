"""Evidence: files that show why an answer is right, kept as those of conversations are."""

from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from core import audit
from core import files as file_rules
from core.refusals import Refusal
from partners.services.stays import person
from scorecards import periods
from scorecards.models import Answer, AnswerFile

MAX_FILES = 10


def keep(*, answer: Answer, file: "File[bytes]", by: Any | None, at: datetime) -> AnswerFile:
    """Keep a file beside an answer."""
    kind = file_rules.recognise(file)
    with audit.action("answer.keep_file", by=by):
        locked = Answer.objects.select_for_update(no_key=True).get(pk=answer.pk)
        if AnswerFile.objects.there().filter(answer=locked).count() >= MAX_FILES:
            raise Refusal({"file": _("No more than %(limit)d files stand beside one answer.") % {"limit": MAX_FILES}})
        return AnswerFile.objects.create(
            answer=locked,
            file=File(file, name=file_rules.stored_name(kind)),
            file_name=file_rules.shown_name(file.name or ""),
            file_type=kind.content_type,
            file_bytes=file.size,
            added_at=at,
            added_by=person(by),
        )


def keep_copy(file: AnswerFile, *, answer: Answer) -> AnswerFile:
    """Let a file stand beside another answer, too: that of the same question on a newer version."""
    return AnswerFile.objects.create(
        answer=answer,
        file=file.file.name,
        file_name=file.file_name,
        file_type=file.file_type,
        file_bytes=file.file_bytes,
        added_at=file.added_at,
        added_by=file.added_by,
    )


def take_away(*, file: AnswerFile, by: Any | None, at: datetime) -> bool:
    """Show a file no longer. Returns whether it was there. What was finished or belongs to the past keeps its files."""
    given = file.answer.assessment
    period = periods.starts_on(given.scorecard_version.definition.period, at=at)
    if given.finished_at is not None or given.period_starts_on != period:
        raise Refusal(_("The files of a finished assessment stay with it."), code="finished")
    with audit.action("answer.take_file_away", by=by):
        taken = AnswerFile.objects.there().filter(pk=file.pk).update(removed_at=at, removed_by=person(by))
    return bool(taken)
