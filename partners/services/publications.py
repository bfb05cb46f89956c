"""Publications at a day: a draft is planned, its readers are told ahead if wished, and on its day it is published once.

A day begins at midnight in the program's time zone. All checks run twice: when somebody plans, and on the day itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.models import DefinitionVersion, Program, VersionState
from core.periods import today
from core.services import outbox, versions
from partners.models import PlannedPublication, PublicationState
from partners.models.publications import MOST_DAYS_AHEAD

#: A plan came to its end by itself: `plan_id`.
PLAN_ENDED = "partners.publication_ended"
#: The partners whom a plan affects are to be told ahead: `plan_id`.
TELL_AHEAD = "partners.publication_ahead"
#: A plan that partners had been told of was taken back: `plan_id`.
TAKEN_BACK = "partners.publication_taken_back"
MOST_DAYS = 730


@dataclass(frozen=True)
class Publishable:
    """A kind of definition whose drafts may be planned. `page` is the address name of a definition's own page.

    `last_editor` says who wrote a draft last; kinds whose drafts have parts look at these too.
    """

    kind: str
    model: type[DefinitionVersion]
    publish: Callable[..., bool]
    page: str
    last_editor: Callable[[Any], str] = versions.last_editor

    def url(self, version: Any) -> str:
        """Return the page of a version's definition."""
        return reverse(self.page, args=[version.definition.public_id])


_kinds: dict[str, Publishable] = {}


def register(
    kind: str,
    *,
    model: type[DefinitionVersion],
    publish: Callable[..., bool],
    page: str,
    last_editor: Callable[[Any], str] = versions.last_editor,
) -> None:
    """Say that drafts of a kind may be planned. Each app registers its own definitions."""
    _kinds[kind] = Publishable(kind, model, publish, page, last_editor)


def publishable(kind: str) -> Publishable:
    """Return what is registered for a kind."""
    return _kinds[kind]


def kind_of(version: DefinitionVersion) -> str:
    """Return the kind under which versions of this model are registered."""
    return next(one.kind for one in _kinds.values() if one.model is type(version))


def draft_of(plan: PlannedPublication) -> Any | None:
    """Return the draft that a plan is about; None when it was discarded, or is a draft no more."""
    model = publishable(plan.kind).model
    return model._default_manager.filter(pk=plan.draft_id, state=VersionState.DRAFT).first()


def plan_of(draft: DefinitionVersion | None) -> PlannedPublication | None:
    """Return the plan to publish a draft, if there is one."""
    if draft is None:
        return None
    open_ones = PlannedPublication.objects.filter(kind=kind_of(draft), draft_id=draft.pk)
    return open_ones.filter(state=PublicationState.PLANNED).select_related("planned_by").first()


def plan(
    *,
    version: DefinitionVersion,
    publish_on: date,
    by: Any | None,
    at: datetime,
    note: str = "",
    tell_ahead_days: int | None = None,
    expected: int | None = None,
) -> PlannedPublication:
    """Plan to publish a draft as it stands at the beginning of a day. Planned already, the plan becomes this one.

    Refused, as publishing would be, for a draft that cannot be published today.
    """
    kind = publishable(kind_of(version))
    day = today(at=at, zone=Program.current().zone)
    _expect_day(publish_on, day, tell_ahead_days)
    with audit.action("publication.plan", by=by):
        if version.note != note:
            versions.save_draft(version=version, by=by, at=at, changes={"note": note}, expected=expected)
            expected = None
        _expect_publishable(kind, version, by=by, at=at, expected=expected)
        found = plan_of(version)
        wished = {
            "draft_version": version.version,
            "name": str(version.definition)[:250],  # type: ignore[attr-defined]
            "publish_on": publish_on,
            "tell_ahead_days": tell_ahead_days,
        }
        if found is None:
            made: PlannedPublication = PlannedPublication.objects.create(
                kind=kind.kind, draft_id=version.pk, planned_at=at, planned_by=by, **wished
            )
            return made
        changed = [name for name, value in wished.items() if getattr(found, name) != value]
        if changed:
            found.planned_at, found.planned_by, found.told_ahead_at = at, by, None
            for name in changed:
                setattr(found, name, wished[name])
            found.save(update_fields=[*changed, "planned_at", "planned_by", "told_ahead_at"])
        return found


def unplan(*, plan: PlannedPublication, by: Any | None, at: datetime) -> bool:
    """Take a plan back; the draft stays. Partners who were told ahead are told. Ended already, nothing happens."""
    with audit.action("publication.unplan", by=by):
        locked = PlannedPublication.objects.select_for_update(no_key=True).get(pk=plan.pk)
        if locked.state != PublicationState.PLANNED:
            return False
        _end(locked, PublicationState.WITHDRAWN, at=at)
        if locked.told_ahead_at is not None:
            outbox.put(topic=TAKEN_BACK, payload={"plan_id": locked.pk})
    plan.refresh_from_db()
    return True


def publish_due(*, at: datetime) -> int:
    """Publish what is due, each in a transaction of its own, and tell partners ahead. Returns how many plans ended."""
    day = today(at=at, zone=Program.current().zone)
    open_ones = PlannedPublication.objects.filter(state=PublicationState.PLANNED)
    for pk in open_ones.filter(tell_ahead_days__isnull=False, told_ahead_at__isnull=True).values_list("pk", flat=True):
        _tell_ahead(pk, day, at=at)
    due = open_ones.filter(publish_on__lte=day).order_by("publish_on", "pk").values_list("pk", flat=True)
    return sum(_publish_one(pk, at=at) for pk in due)


def _publish_one(pk: int, *, at: datetime) -> bool:
    """Publish one plan's draft, or say why not. Whoever else looks at the plan at this moment leaves it alone."""
    with audit.action("publication.publish", by=None):
        found = _claimed(pk)
        if found is None:
            return False
        draft = draft_of(found)
        if draft is None:  # published by hand, or thrown away: somebody decided otherwise
            _end(found, PublicationState.WITHDRAWN, at=at)
            return True
        try:
            with transaction.atomic():
                _expect_as_planned(found, draft)
                publishable(found.kind).publish(
                    version=draft, by=found.planned_by, at=at, expected=found.draft_version, for_readers=True
                )
        except ValidationError as refusal:
            _end(found, PublicationState.FAILED, at=at, failure=" ".join(refusal.messages))
        else:
            _end(found, PublicationState.PUBLISHED, at=at)
        outbox.put(topic=PLAN_ENDED, payload={"plan_id": found.pk})
    return True


def _tell_ahead(pk: int, day: date, *, at: datetime) -> None:
    with transaction.atomic():
        found = _claimed(pk)
        if found is None or found.told_ahead_at is not None or found.tell_ahead_days is None:
            return
        if day < found.publish_on - timedelta(days=found.tell_ahead_days) or day >= found.publish_on:
            return
        found.told_ahead_at = at
        found.save(update_fields=["told_ahead_at"])
        outbox.put(topic=TELL_AHEAD, payload={"plan_id": found.pk})


def _claimed(pk: int) -> PlannedPublication | None:
    rows = PlannedPublication.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return rows.select_related("planned_by").filter(pk=pk, state=PublicationState.PLANNED).first()


def _end(plan: PlannedPublication, state: PublicationState, *, at: datetime, failure: str = "") -> None:
    plan.state, plan.ended_at, plan.failure = state, at, failure
    plan.save(update_fields=["state", "ended_at", "failure"])


def _expect_as_planned(plan: PlannedPublication, draft: DefinitionVersion) -> None:
    if draft.version != plan.draft_version:
        editor = publishable(plan.kind).last_editor(draft) or _("Somebody")
        raise versions.Conflict(
            _("%(name)s changed the draft after it was planned.") % {"name": editor}, code="changed_since"
        )


def _expect_publishable(
    kind: Publishable, version: DefinitionVersion, *, by: Any | None, at: datetime, expected: int | None
) -> None:
    """Publish for a moment and take it back: what would refuse on the day refuses now, in the same words."""
    with transaction.atomic():
        before = transaction.savepoint()
        published = kind.publish(version=version, by=by, at=at, expected=expected, for_readers=True)
        transaction.savepoint_rollback(before)
    version.refresh_from_db()
    if not published:
        raise versions.NotADraft(_("This version is published already."), code="not_a_draft")


def _expect_day(publish_on: date, day: date, tell_ahead_days: int | None) -> None:
    if publish_on <= day:
        raise _at("publish_on", _("Choose a day after today, or publish now."))
    if publish_on > day + timedelta(days=MOST_DAYS):
        raise _at("publish_on", _("Choose a day within the next two years."))
    if tell_ahead_days is None:
        return
    if not 1 <= tell_ahead_days <= MOST_DAYS_AHEAD:
        raise _at("tell_ahead_days", _("Tell them from 1 to %(n)d days ahead.") % {"n": MOST_DAYS_AHEAD})
    if publish_on - timedelta(days=tell_ahead_days) < day:
        left = (publish_on - day).days
        raise _at("tell_ahead_days", _("It is published in %(n)d days: choose no more than that.") % {"n": left})


def _at(name: str, message: str) -> ValidationError:
    return ValidationError({name: ValidationError(message, code="invalid")})
