"""Tasks that are more than a tick: something handed in to show, and our word where the step asks for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from core import files as file_rules
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from enablement.models import Confirmation, Enrollment, JourneyStep, Proof, ProofState, StepProof
from enablement.services import enrollments
from partners.models import Person
from partners.services.telling import manager_of, people_of, program_admins, tell

HANDED_IN = "enablement.proof_handed_in"
DECIDED = "enablement.proof_decided"
MISSING = {
    Proof.TEXT: gettext_lazy("Say in a few words what you did."),
    Proof.LINK: gettext_lazy("Give the address where it can be seen."),
    Proof.FILE: gettext_lazy("Choose the file that shows it."),
}


def hand_in(
    *,
    enrollment: Enrollment,
    step: JourneyStep,
    person: Person | None,
    by: User | None,
    at: datetime,
    text: str = "",
    link: str = "",
    file: "File[bytes] | None" = None,
) -> StepProof:
    """Hand in what shows that a task was done. Where the partner's own word counts, it is done with that.

    What waits for us already is replaced by what is handed in now.
    """
    if not step.is_handed_in:
        raise Refusal(_("This step asks for nothing to hand in."))
    enrollments.expect_open(enrollment, step)
    given = {Proof.TEXT: text.strip(), Proof.LINK: link.strip(), Proof.FILE: file}
    if step.proof != Proof.NONE and not given[Proof(step.proof)]:
        raise Refusal({step.proof: MISSING[Proof(step.proof)]})
    with action("journey.hand_in", by=by):
        Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)
        earlier = StepProof.objects.filter(enrollment=enrollment, step=step).exclude(state=ProofState.RETURNED)
        there: StepProof | None = earlier.first()
        if there is not None and there.state == ProofState.CONFIRMED:
            return there
        proof = there or StepProof(enrollment=enrollment, step=step)
        proof.person, proof.text, proof.link, proof.handed_in_at = person, text.strip(), link.strip(), at
        _keep(proof, file)
        _check_words(proof)
        if step.confirmed_by == Confirmation.SELF:
            proof.state, proof.decided_at = ProofState.CONFIRMED, at
        proof.save()
        if step.confirmed_by == Confirmation.SELF:
            enrollments.note_done(enrollment=enrollment, step=step, person=person, by=by, at=at)
        else:
            outbox.put(topic=HANDED_IN, payload={"proof": proof.pk, "at": at.isoformat()})
    return proof


def decide(*, proof: StepProof, by: User, at: datetime, is_fine: bool, reply: str = "") -> bool:
    """Confirm what was handed in, or give it back with what is missing. Returns whether that is new."""
    if not is_fine and not reply.strip():
        raise Refusal({"reply": _("Say what is missing; the partner reads it.")})
    with action("journey.decide_proof", by=by):
        locked = StepProof.objects.select_for_update(no_key=True, of=("self",)).get(pk=proof.pk)
        if locked.state != ProofState.WAITING:
            if (locked.state == ProofState.CONFIRMED) != is_fine:
                raise Refusal(_("Somebody has decided about this already: %(state)s.")
                              % {"state": locked.get_state_display()})  # fmt: skip
            return False
        locked.state = ProofState.CONFIRMED if is_fine else ProofState.RETURNED
        locked.decided_at, locked.decided_by, locked.reply = at, by, reply.strip()
        _check_words(locked)
        locked.save(update_fields=["state", "decided_at", "decided_by", "reply"])
        if is_fine:
            enrollments.note_done(
                enrollment=locked.enrollment, step=locked.step, person=locked.person, by=by, at=at, was_open=True
            )
        outbox.put(topic=DECIDED, payload={"proof": locked.pk})
    proof.refresh_from_db()
    return True


def tell_handed_in(payload: Mapping[str, Any]) -> None:
    """Tell whoever looks after the partner that something waits for our word."""
    proof = StepProof.objects.select_related("enrollment__partner", "enrollment__journey", "step").get(
        pk=payload["proof"]
    )
    if proof.state != ProofState.WAITING:
        return
    partner = proof.enrollment.partner
    tell(
        manager_of(partner) or program_admins(), kind="journey",
        text=gettext_noop("%(partner)s handed in “%(step)s”."),
        names={"partner": partner.name, "step": proof.step.title, "journey": proof.enrollment.journey.name},
        detail=gettext_noop("A step of the journey %(journey)s. Look at it and confirm it, or say what is missing."),
        key=f"proof-{proof.pk}-{payload['at']}", url=reverse("vendor:proof-detail", args=[proof.public_id]),
        by_mail=True,
    )  # fmt: skip


def tell_decided(payload: Mapping[str, Any]) -> None:
    """Tell the partner what became of what it handed in."""
    proof = StepProof.objects.select_related("enrollment__partner", "enrollment__journey", "step", "person__user").get(
        pk=payload["proof"]
    )
    if proof.state == ProofState.CONFIRMED:
        text, detail = gettext_noop("“%(step)s” is confirmed."), "%(reply)s"
    else:
        text = gettext_noop("“%(step)s” needs another look.")
        detail = gettext_noop("%(reply)s Hand it in again when you have it.")
    partner = proof.enrollment.partner
    own = [user for user in people_of(partner) if proof.person and user.pk == proof.person.user_id]
    tell(
        own or people_of(partner), kind="journey", text=text, detail=detail,
        names={"step": proof.step.title, "reply": proof.reply}, key=f"proof-{proof.pk}-{proof.state}",
        url=reverse("partner:journey-detail", args=[proof.enrollment.journey.public_id]), by_mail=True,
    )  # fmt: skip


def _check_words(proof: StepProof) -> None:
    proof.clean_fields(exclude={one.name for one in proof._meta.fields} - {"text", "link", "reply"})


def _keep(proof: StepProof, file: "File[bytes] | None") -> None:
    if file is None:
        return
    try:
        kind = file_rules.recognise(file)
    except Refusal as refusal:
        raise Refusal({"file": refusal.messages}) from refusal
    proof.file_name, proof.file_type = file_rules.shown_name(file.name or ""), kind.content_type
    proof.file_bytes = file.size
    proof.file = File(file, name=file_rules.stored_name(kind))
