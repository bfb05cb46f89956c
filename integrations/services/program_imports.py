"""A program's document on its way through the pages: looked at, confirmed, kept."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.refusals import Refusal
from integrations.models import ProgramImport, ProgramImportState
from integrations.services import programs
from integrations.services.programs import Plan, PlanRefusedError, ProgramChangedError


class AppliedAlreadyError(Refusal):
    """The document was imported before."""


def propose(*, content: bytes, file_name: str, publish: bool, by: User, at: datetime) -> ProgramImport:
    """Keep a document with what it would do. Raises UnreadableError when it is not JSON we read."""
    found = programs.plan(programs.read(content), by=by, at=at, publish=publish)
    proposal = ProgramImport(
        file_name=file_name[:200],
        content=content.decode().removeprefix("\ufeff"),
        publishes=publish,
        created_by=by,
    )
    with audit.action("program_import.propose", by=by):
        _keep(proposal, found, at=at)
    return proposal


def look_again(*, proposal: ProgramImport, by: User, at: datetime) -> None:
    """Plan a document anew, for the program as it stands now."""
    found = _plan(proposal, by=by, at=at)
    with audit.action("program_import.look_again", by=by):
        locked = _waiting(proposal)
        _keep(locked, found, at=at)
    proposal.refresh_from_db()


def confirm(*, proposal: ProgramImport, digest: str, by: User, at: datetime) -> Plan:
    """Do what a document would do, if it still is what the reader saw.

    Raises ProgramChangedError when it is not; `look_again` then.
    """
    _expect_waiting(proposal)
    wanted = _plan(proposal, by=by, at=at, impact=False)
    if wanted.faults:
        raise PlanRefusedError(wanted)
    if wanted.digest != digest:
        raise ProgramChangedError(wanted)
    with audit.action("program_import.confirm", by=by):
        locked = _waiting(proposal)
        done = programs.apply(wanted, by=by, at=at)
        locked.report = done.report() | {"impact": proposal.report.get("impact")}
        locked.state, locked.applied_at, locked.applied_by = ProgramImportState.APPLIED, at, by
        locked.save(update_fields=["report", "state", "applied_at", "applied_by"])
    proposal.refresh_from_db()
    return done


def _plan(proposal: ProgramImport, *, by: User, at: datetime, impact: bool = True) -> Plan:
    document = programs.read(proposal.content.encode())
    return programs.plan(document, by=by, at=at, publish=proposal.publishes, impact=impact)


def _keep(proposal: ProgramImport, found: Plan, *, at: datetime) -> None:
    proposal.report, proposal.planned_at = found.report(), at
    proposal.state = ProgramImportState.REFUSED if found.faults else ProgramImportState.PLANNED
    proposal.save()


def _waiting(proposal: ProgramImport) -> ProgramImport:
    locked = ProgramImport.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    _expect_waiting(locked)
    return locked


def _expect_waiting(proposal: ProgramImport) -> None:
    if proposal.state == ProgramImportState.APPLIED:
        raise AppliedAlreadyError(_("This document was imported already."), code="invalid_transition")
