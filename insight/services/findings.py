"""Keeps what seems wrong: found at night, gone when it is gone, set aside by somebody who says why."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from core import audit
from core.models import Program
from core.periods import add_months, today
from core.refusals import Refusal
from insight.models import Finding
from insight.queries import detecting
from insight.queries.detecting import Found

#: Nobody sets something aside for longer without looking again.
LONGEST_ASIDE_MONTHS = 24


class Gone(Refusal):
    """The finding is no longer there."""


def refresh(*, at: datetime) -> int:
    """Look anew. Returns how many findings are new or gone; the same again changes nothing."""
    return keep(detecting.everything(at=at), at=at)


def keep(found: Iterable[Found], *, at: datetime) -> int:
    """Write down what is new, forget what is gone, and bring the numbers of the rest up to date."""
    wanted = {one.subject: one for one in found}
    with audit.action("finding.refresh", by=None):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('insight.findings', 0))")
        known = {_subject(one): one for one in Finding.objects.filter(gone_at__isnull=True)}
        gone = [one.pk for subject, one in known.items() if subject not in wanted]
        Finding.objects.filter(pk__in=gone).update(gone_at=at)
        new = [
            Finding(
                kind=one.kind,
                category_id=one.category_id,
                other_id=one.other_id,
                segment_id=one.segment_id,
                numbers=one.numbers,
                found_at=at,
            )
            for subject, one in wanted.items()
            if subject not in known
        ]
        Finding.objects.bulk_create(new)
        moved = [one for subject, one in known.items() if subject in wanted and one.numbers != wanted[subject].numbers]
        for one in moved:
            one.numbers = wanted[_subject(one)].numbers
        Finding.objects.bulk_update(moved, ["numbers"])
    return len(new) + len(gone)


def set_aside(*, finding: Finding, until: date, reason: str, by: Any, at: datetime) -> bool:
    """Be reminded of a finding only from a day on, and say why. Returns whether that was a change."""
    said = reason.strip()
    day = today(at=at, zone=Program.current().zone)
    wrong: dict[str, str] = {}
    if not said:
        wrong["reason"] = _("Say why, so that others need not find out again.")
    if until <= day:
        wrong["until"] = _("Choose a day to come.")
    elif until > add_months(day, LONGEST_ASIDE_MONTHS):
        wrong["until"] = _("Choose a day within two years: by then it deserves another look.")
    if wrong:
        raise ValidationError(wrong)
    with audit.action("finding.set_aside", by=by):
        locked = _locked(finding)
        if (locked.remind_on, locked.aside_reason) == (until, said):
            return False
        locked.remind_on, locked.aside_reason, locked.aside_by = until, said, by
        locked.save(update_fields=["remind_on", "aside_reason", "aside_by"])
    return True


def take_up(*, finding: Finding, by: Any, at: datetime) -> bool:
    """Be reminded of a finding again at once. Returns whether it had been set aside."""
    with audit.action("finding.take_up", by=by):
        locked = _locked(finding)
        if locked.remind_on is None:
            return False
        locked.remind_on, locked.aside_reason, locked.aside_by = None, "", None
        locked.save(update_fields=["remind_on", "aside_reason", "aside_by"])
    return True


def _locked(finding: Finding) -> Finding:
    locked = Finding.objects.select_for_update(no_key=True).get(pk=finding.pk)
    if locked.gone_at is not None:
        raise Gone(_("This is no longer so; there is nothing to set aside."), code="gone")
    return locked


def _subject(finding: Finding) -> tuple[str, int | None, int | None, int | None]:
    return finding.kind, finding.category_id, finding.other_id, finding.segment_id
