"""Ways of working: defined, published, retired; and how far a partner is, told by it or confirmed by the vendor."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox, publishing, versions
from enablement.models import Adopted, Adoption, Process, SkillSource
from enablement.services.fields import apply, known
from enablement.services.keys import free_key
from partners.models import Partner
from partners.services.telling import Words, admins_of, tell
from partners.signals import announce_partners

CONFIRMED = "enablement.process_confirmed"
EDITABLE = frozenset({"name", "description", "owner", "rule"})


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Process:
    """Make a draft."""
    process = Process(name=name, key=key or free_key(Process, name), **known(fields, EDITABLE))
    if process.owner is None:
        process.owner = by
    _check(process)
    process.full_clean(exclude=["public_id"])
    with action("process.create", by=by):
        process.save()
    return process


def update(*, process: Process, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change how it is described, or which figures show it. Returns what changed."""
    changed = apply(process, known(changes, EDITABLE))
    if changed:
        _check(process)
        process.clean_fields(exclude=["public_id"])
        with action("process.update", by=by):
            process.save(update_fields=changed)
    return changed


def publish(*, process: Process, by: User | None, at: datetime) -> bool:
    """Show it to partners, or show a retired one again. Returns whether it was not there before."""
    return publishing.publish(process, name="process", by=by, at=at)


def retire(*, process: Process, by: User | None, at: datetime) -> bool:
    """Ask for it no more. What was said is kept. Returns whether it was asked for."""
    return publishing.retire(process, name="process", by=by, at=at)


def say(
    *,
    partner: Partner,
    process: Process,
    source: SkillSource,
    state: str,
    by: User | None,
    at: datetime,
    since_on: date | None = None,
    note: str = "",
) -> Adoption:
    """Say how far a partner is, since a day (today where none is named). The same again changes nothing.

    What the vendor confirms is told to the partner's admins.
    """
    day = today(at=at, zone=Program.current().zone)
    note = note.strip()
    with action(f"process.{source}", by=by):
        Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
        rows = Adoption.objects.filter(partner=partner, process=process, source=source, ended_at=None)
        before: Adoption | None = rows.first()
        same = before is not None and before.state == state
        since = since_on or (before.since_on if before is not None and same else day)
        if before is not None and same and (before.note, before.since_on) == (note, since):
            return before
        _expect_sayable(process, state=state, since=since, day=day)
        if before is not None:
            before.ended_at = max(at, before.said_at)
            before.save(update_fields=["ended_at"])
        adoption: Adoption = Adoption.objects.create(
            partner=partner, process=process, source=source, state=state, since_on=since, note=note,
            said_at=at, said_by=by,
        )  # fmt: skip
        announce_partners([partner.pk])
        if source == SkillSource.CONFIRMED:
            outbox.put(topic=CONFIRMED, payload={"adoption": adoption.pk})
    return adoption


def tell_confirmed(payload: Mapping[str, Any]) -> None:
    """Tell the admins of a partner how far the vendor finds it."""
    rows = Adoption.objects.select_related("partner", "process", "said_by")
    one = rows.filter(pk=payload["adoption"], ended_at=None).first()
    if one is None:
        return
    state = Adopted(one.state)
    tell(
        admins_of(one.partner), kind="skill",
        text=gettext_noop("%(who)s says how far you are with %(process)s: %(state)s."),
        detail=gettext_noop("%(note)s"), key=f"adoption-{one.pk}-confirmed", url=reverse("partner:process-list"),
        names={
            "who": one.said_by or Program.current().name, "process": one.process,
            "state": Words(lambda: str(state.label).lower()), "note": one.note,
        },
        by_mail=True,
    )  # fmt: skip


def _check(process: Process) -> None:
    if Process.objects.filter(name__iexact=process.name).exclude(pk=process.pk).exists():
        raise Refusal({"name": _("There is one of this name already.")})
    if process.rule is not None and versions.published_of(process.rule) is None:
        raise Refusal({"rule": _("Publish this segment's criteria first.")})


def _expect_sayable(process: Process, *, state: str, since: date, day: date) -> None:
    if not process.is_offered:
        raise Refusal(_("This is not asked for now."))
    if process.rule_id is not None:
        raise Refusal(_("The figures say who works this way; nobody needs to tell."))
    if state not in Adopted.values:
        raise Refusal({"state": _("Choose how far it is.")})
    if since > day:
        raise Refusal({"since_on": _("This day is still to come.")})
