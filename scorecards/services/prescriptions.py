"""Plays given to one partner: accepted, changed, declined, withdrawn, done.

Accepting does the act: a journey is begun, content stands among the partner's next steps, and whoever is to do it gets
a task, which is also how they hear of it. What a journey, a certification or the library shows to be done is done here.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts.models import User
from core import files as file_rules
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from enablement.models import Asset, Journey
from enablement.services import enrollments
from partners.models import Partner
from scorecards.models import (
    LINKS,
    PartnerTask,
    Play,
    PlayKind,
    Prescription,
    PrescriptionState,
    Scorecard,
    SegmentPlay,
    TaskSide,
)
from scorecards.queries.prescriptions import Estimate, evidence_of, tasks_of
from scorecards.services import outcomes, tasks

CHANGED = "scorecards.prescription_changed"
EDITABLE = frozenset({"words", "due_on", "side", "assignee"})
MAX_TITLE = 200


def accept(
    *,
    partner: Partner,
    play: Play,
    by: User | None,
    at: datetime,
    scorecard: Scorecard | None = None,
    metric_key: str = "",
    metric_name: str = "",
    estimate: Estimate | None = None,
    worth: int | None = None,
    words: str | None = None,
    due_on: date | None = None,
    side: TaskSide | str | None = None,
    assignee: User | None = None,
    segment_play: SegmentPlay | None = None,
) -> Prescription:
    """Give a partner a play, mostly for a metric. In work already, it stays as it is.

    Without words it is asked in those of the play. An incentive is ours to do unless somebody says otherwise.
    """
    with action("prescription.accept", by=by):
        Partner.objects.select_for_update(no_key=True, of=("self",)).get(pk=partner.pk)
        known = Prescription.objects.open().filter(partner=partner, play=play).first()
        if known:
            return known  # type: ignore[no-any-return]
        _expect_possible(play, partner)
        given = Prescription(
            partner=partner,
            play=play,
            scorecard=scorecard,
            metric_key=metric_key,
            metric_name=metric_name,
            segment_play=segment_play,
            state=PrescriptionState.ACCEPTED,
            words=(play.partner_does if words is None else words).strip(),
            due_on=due_on,
            side=side or (TaskSide.VENDOR if play.kind == PlayKind.INCENTIVE else TaskSide.PARTNER),
            assignee=assignee,
            expected=estimate.points if estimate else None,
            expected_from=estimate.partners if estimate else None,
            worth=worth,
            decided_by=by,
            decided_at=at,
        )
        _check(given, at)
        given.save(force_insert=True)
        Prescription.objects.filter(
            partner=partner, play=play, metric_key=metric_key, state=PrescriptionState.DECLINED
        ).update(state=PrescriptionState.WITHDRAWN)
        if play.journey is not None:
            enrollments.enroll(journey=play.journey, partner=partner, at=at, reason=play.name, by=by)
        outcomes.begin(prescription=given)
        _add_task(given, by=by, at=at)
    return given


def update(*, prescription: Prescription, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change the words, the day or who does it, of what is in work. Returns the names of what changed."""
    if unknown := changes.keys() - EDITABLE:
        raise TypeError(f"Not a field of prescriptions: {', '.join(sorted(unknown))}")
    with action("prescription.update", by=by):
        given = _locked(prescription)
        _expect_open(given)
        wanted = {name: value.strip() if name == "words" else value for name, value in changes.items()}
        changed = sorted(name for name, value in wanted.items() if getattr(given, name) != value)
        if not changed:
            return []
        for name in changed:
            setattr(given, name, wanted[name])
        _check(given, at, is_new_day="due_on" in changed)
        given.save(update_fields=changed)
        for task in tasks_of(given).open():
            news = {"detail": _detail(given), "due_on": given.due_on, "side": given.side, "assignee": given.assignee}
            tasks.update(task=task, by=by, at=at, changes=news)
    prescription.refresh_from_db()
    return changed


def decline(
    *,
    partner: Partner,
    play: Play,
    by: User | None,
    at: datetime,
    reason: str,
    scorecard: Scorecard | None = None,
    metric_key: str = "",
    metric_name: str = "",
) -> Prescription:
    """Say why a play is not for a partner. It is not proposed for this metric again until that is taken back."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why, so that nobody proposes it again in vain.")})
    with action("prescription.decline", by=by):
        Partner.objects.select_for_update(no_key=True, of=("self",)).get(pk=partner.pk)
        declined, _is_new = Prescription.objects.get_or_create(
            partner=partner,
            play=play,
            metric_key=metric_key,
            state=PrescriptionState.DECLINED,
            defaults={
                "scorecard": scorecard,
                "metric_name": metric_name,
                "reason": reason,
                "decided_by": by,
                "decided_at": at,
            },
        )
    return declined


def propose_again(*, prescription: Prescription, by: User | None, at: datetime) -> bool:
    """Take a refusal back: the play is proposed again. What was said stays in the history."""
    with action("prescription.propose_again", by=by):
        rows = Prescription.objects.filter(pk=prescription.pk, state=PrescriptionState.DECLINED)
        return bool(rows.update(state=PrescriptionState.WITHDRAWN))


def withdraw(*, prescription: Prescription, by: User | None, at: datetime, reason: str) -> bool:
    """Take back what is in work, and its task with it. The partner is told why. Returns whether it was in work."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why; the partner reads it.")})
    with action("prescription.withdraw", by=by):
        given = _locked(prescription)
        if given.state != PrescriptionState.ACCEPTED:
            return False
        given.state, given.reason = PrescriptionState.WITHDRAWN, reason
        given.save(update_fields=["state", "reason"])
        for task in tasks_of(given).open():
            tasks.remove(task=task, by=by, at=at)
        _tell(given, by)
    prescription.refresh_from_db()
    return True


def finish(
    *,
    prescription: Prescription,
    by: User | None,
    at: datetime,
    note: str = "",
    proof: "File[bytes] | None" = None,
) -> bool:
    """Note that a play was done, with what there is to say and show. Returns whether it was in work."""
    kind = file_rules.recognise(proof) if proof is not None else None
    with action("prescription.finish", by=by):
        given = _locked(prescription)
        if given.state == PrescriptionState.DONE:
            return False
        _expect_open(given)
        if by is not None and not by.is_vendor and given.side == TaskSide.VENDOR:
            raise Refusal(_("This is ours to do; we tell you when it is done."), code="not_yours")
        given.state, given.done_by, given.done_at, given.note = PrescriptionState.DONE, by, at, note.strip()
        if proof is not None and kind is not None:
            given.proof_name, given.proof_type = file_rules.shown_name(proof.name or ""), kind.content_type
            given.proof = File(proof, name=file_rules.stored_name(kind))
        given.save(update_fields=["state", "done_by", "done_at", "note", "proof", "proof_name", "proof_type"])
        outcomes.complete(prescription=given, at=at)
        for task in tasks_of(given).open():
            tasks.finish(task=task, by=by, at=at)
        _tell(given, by)
    prescription.refresh_from_db()
    return True


def follow(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Finish what the records show to be done: a journey completed, a certificate earned, content opened."""
    found = Prescription.objects.open().filter(partner__in=sorted(set(partner_ids))).exclude(side=TaskSide.VENDOR)
    links = found.filter(play__kind__in=list(LINKS)).select_related("play", "partner").order_by("pk")
    shown = [(one, evidence) for one in links if (evidence := evidence_of(one))]
    return sum(finish(prescription=one, by=None, at=at, note=evidence) for one, evidence in shown)


def follow_tasks(*, at: datetime) -> int:
    """Finish what somebody ticked off as a task."""
    ticked = PartnerTask.objects.filter(origin_kind="prescription", done_at__isnull=False)
    found = Prescription.objects.open().filter(pk__in=ticked.values("origin_id")).order_by("pk")
    by_origin = {
        task.origin_id: task for task in ticked.filter(origin_id__in=found.values("pk")).select_related("done_by")
    }
    return sum(finish(prescription=one, by=by_origin[one.pk].done_by, at=at) for one in found)


# --- what has to hold


def _locked(prescription: Prescription) -> Prescription:
    rows = Prescription.objects.select_for_update(no_key=True, of=("self",)).select_related("partner", "play")
    return rows.get(pk=prescription.pk)  # type: ignore[no-any-return]


def _expect_open(given: Prescription) -> None:
    if given.state != PrescriptionState.ACCEPTED:
        raise Refusal(_("This is not in work any more."), code="not_open")


def _expect_possible(play: Play, partner: Partner) -> None:
    """Refuse a play that is not in use, or gives what the partner could not open."""
    if not play.is_offered:
        raise Refusal(_("“%(name)s” is not published.") % {"name": play}, code="not_published")
    seen = True
    if play.asset_id is not None:
        seen = Asset.objects.for_partner(partner).filter(pk=play.asset_id).exists()
    if play.journey_id is not None:
        seen = Journey.objects.for_partner(partner).filter(pk=play.journey_id).exists()
    if not seen:
        told = _("“%(link)s” is not for %(partner)s: it is outside of its audience, or not published.")
        raise Refusal(told % {"link": play.link, "partner": partner}, code="not_for_them")


def _check(given: Prescription, at: datetime, *, is_new_day: bool = True) -> None:
    if is_new_day and given.due_on and given.due_on < today(at=at, zone=Program.current().zone):
        raise ValidationError({"due_on": _("This day is over. Choose today or a later one.")})
    if not given.words:
        raise ValidationError({"words": _("Say what is to be done.")})


# --- who does it and who hears of it


def _add_task(given: Prescription, *, by: User | None, at: datetime) -> None:
    tasks.add(
        partner=given.partner,
        title=given.play.name[:MAX_TITLE],
        detail=_detail(given),
        side=given.side,
        assignee=given.assignee,
        due_on=given.due_on,
        by=by,
        at=at,
        origin=given,
        is_shared=True,
    )


def _detail(given: Prescription) -> str:
    """Return what is to be done and why, as a task says it."""
    if not given.metric_name:
        return given.words
    return f"{given.words}\n\n{_('It is to move “%(metric)s”.') % {'metric': given.metric_name}}"


def _tell(given: Prescription, by: User | None) -> None:
    payload = {"prescription": given.pk, "state": given.state, "by": by.pk if by else None}
    outbox.put(topic=CHANGED, payload=payload)
