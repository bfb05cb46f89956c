"""Partners on journeys, for who looks after them: the list, one walk step by step, what was handed in."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.sending import send_file
from enablement.forms.step_work import DecisionForm
from enablement.models import Enrollment, Journey, JourneyStep, StepAnswers, StepKind, StepMeeting, StepProof
from enablement.queries import journeys as journey_queries
from enablement.queries import progress
from enablement.services import enrollments, moving, step_proofs
from enablement.views import meetings
from partners.forms.refusals import show_refusal

PAGE_SIZE = 50
PROOFS_SHOWN = 10
FOLDER = "enablement/vendor/walks"
SHOWS = (
    ("active", gettext_lazy("Under way")),
    ("stuck", gettext_lazy("Stuck")),
    ("ours", gettext_lazy("Waiting for us")),
    ("paused", gettext_lazy("Paused")),
    ("completed", gettext_lazy("Completed")),
    ("stopped", gettext_lazy("Stopped")),
)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def walk_list(request: HttpRequest) -> HttpResponse:
    """List partners on journeys: one's own or all one sees, by where they stand."""
    user: Any = request.user
    at, today = timezone.now(), timezone.localdate()
    show = request.GET.get("show", "")
    show = show if show in progress.SHOWS else "active"
    whose = "all" if request.GET.get("whose") == "all" or not allowed(user, Permission.EDIT_PLANS) else "mine"
    words, key = request.GET.get("q", "").strip()[:100], request.GET.get("journey", "")
    journeys = list(Journey.objects.visible_to(user).published().order_by("name"))
    journey = next((one for one in journeys if one.key == key), None)
    rows = progress.walks(user=user, whose=whose, journey=journey, words=words)
    page = Paginator(progress.shown(rows, show=show, at=at, today=today), PAGE_SIZE).get_page(request.GET.get("page"))
    query = {"show": show, "whose": whose, "journey": journey.key if journey else "", "q": words}
    proofs = list(progress.waiting_proofs(user, whose=whose)[: PROOFS_SHOWN + 1])
    context = {
        "page": page,
        "rows": progress.as_rows(page.object_list, at=at, today=today),
        "counts": progress.counts(rows, at=at, today=today),
        "proofs": proofs[:PROOFS_SHOWN],
        "has_more_proofs": len(proofs) > PROOFS_SHOWN,
        "journeys": journeys,
        "chosen": journey,
        "stuck_after": progress.STUCK_AFTER_DAYS,
        "query": urlencode(query),
        "query_of": {one: urlencode(query | {"show": one}) for one in progress.SHOWS},
        "shows": SHOWS,
        **query,
    }
    return render(request, f"{FOLDER}/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def walk_detail(request: HttpRequest, walk_id: str) -> HttpResponse:
    """Show one partner's walk as it stands, both sides' steps, with what was handed in, agreed and answered."""
    return _walk_page(request, _walk(request, walk_id))


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def walk_stop(request: HttpRequest, walk_id: str) -> HttpResponse:
    """End a walk before its end."""
    walk = _walk(request, walk_id)
    enrollments.stop(enrollment=walk, by=_me(request), at=timezone.now())
    messages.success(request, _("Ended: %(journey)s for %(partner)s")
                     % {"journey": walk.journey, "partner": walk.partner})  # fmt: skip
    return redirect("vendor:walk-detail", walk_id=walk_id)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def walk_move(request: HttpRequest, walk_id: str) -> HttpResponse:
    """Move one walk to the version in force."""
    walk = _walk(request, walk_id)
    if moving.move(journey=walk.journey, by=_me(request), at=timezone.now(), among=[walk.pk]):
        messages.success(request, _("Moved to the newest version. What was done still counts."))
    return redirect("vendor:walk-detail", walk_id=walk_id)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def walk_meeting(request: HttpRequest, walk_id: str, step_id: str) -> HttpResponse:
    """Propose, agree to or note a meeting."""
    walk = _walk(request, walk_id)
    steps = JourneyStep.objects.filter(journey_version=walk.journey_version_id, kind=StepKind.MEETING)
    step = get_object_or_404(steps, public_id=step_id)
    proposal, held, is_done = meetings.act(request, enrollment=walk, step=step, person=None)
    if is_done:
        messages.success(request, _("Noted: %(step)s") % {"step": step.title})
        return redirect("vendor:walk-detail", walk_id=walk_id)
    return _walk_page(request, walk, at_fault={step.pk: (proposal, held)})


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def proof_detail(request: HttpRequest, proof_id: str) -> HttpResponse:
    """Show what a partner handed in; whoever may decide finds the form there."""
    return _proof_page(request, _proof(request, proof_id), DecisionForm())


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def proof_decide(request: HttpRequest, proof_id: str) -> HttpResponse:
    """Confirm what was handed in, or give it back with a reply."""
    proof = _proof(request, proof_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        is_fine = request.POST.get("act") == "confirm"
        reply = form.cleaned_data["reply"]
        try:
            step_proofs.decide(proof=proof, by=_me(request), at=timezone.now(), is_fine=is_fine, reply=reply)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            said = _("Confirmed: %(step)s") if is_fine else _("Given back: %(step)s")
            messages.success(request, said % {"step": proof.step.title})
            return redirect("vendor:walk-detail", walk_id=proof.enrollment.public_id)
    return _proof_page(request, proof, form)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def proof_file(request: HttpRequest, proof_id: str) -> HttpResponseBase:
    """Send the file that was handed in."""
    proof = get_object_or_404(StepProof.objects.visible_to(request.user).exclude(file=""), public_id=proof_id)
    return send_file(request, proof.file, name=proof.file_name, content_type=proof.file_type, to_keep=True)


def _me(request: HttpRequest) -> Any:
    return request.user


def _proof(request: HttpRequest, proof_id: str) -> StepProof:
    rows = StepProof.objects.visible_to(request.user)
    found = rows.select_related("enrollment__partner", "enrollment__journey", "step", "person", "decided_by")
    proof: StepProof = get_object_or_404(found, public_id=proof_id)
    return proof


def _proof_page(request: HttpRequest, proof: StepProof, form: DecisionForm) -> HttpResponse:
    may_decide = allowed(request.user, Permission.EDIT_PLANS)
    context = {"proof": proof, "form": form, "may_decide": may_decide}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"{FOLDER}/proof.html", context, status=status)


def _walk(request: HttpRequest, walk_id: str) -> Enrollment:
    rows = Enrollment.objects.visible_to(request.user).select_related("partner", "journey", "journey_version")
    walk: Enrollment = get_object_or_404(rows, public_id=walk_id)
    if walk.journey.published_at is None:
        raise Http404
    return walk


def _walk_page(request: HttpRequest, walk: Enrollment, at_fault: dict[int, Any] | None = None) -> HttpResponse:
    steps = journey_queries.steps_of(
        journey=walk.journey, enrollment=walk, partner=walk.partner, user=request.user, today=timezone.localdate()
    )
    work: dict[str, dict[int, Any]] = {"proofs": {}, "meetings": {}, "answers": {}}
    for proof in StepProof.objects.filter(enrollment=walk).select_related("person").order_by("handed_in_at", "pk"):
        work["proofs"].setdefault(proof.step_id, []).append(proof)
    work["meetings"] = {one.step_id: one for one in StepMeeting.objects.filter(enrollment=walk)}
    work["answers"] = {one.step_id: one for one in StepAnswers.objects.filter(enrollment=walk).select_related("person")}
    forms = at_fault or {}
    rows = [
        {
            "one": one,
            "proofs": work["proofs"].get(one.step.pk, []),
            "meeting": work["meetings"].get(one.step.pk),
            "answers": journey_queries.told(one.step, work["answers"].get(one.step.pk)),
            "forms": forms.get(one.step.pk) or (meetings.forms() if one.step.kind == StepKind.MEETING else None),
        }
        for one in steps
    ]
    context = {
        "walk": walk,
        "journey": walk.journey,
        "partner": walk.partner,
        "rows": rows,
        "theirs": [row for row in rows if row["one"].step.kind != StepKind.OURS],
        "ours": [row for row in rows if row["one"].step.kind == StepKind.OURS],
        "done": sum(1 for one in steps if one.done),
        "total": len(steps),
        "is_behind": walk.journey_version.state == "superseded" and walk.state in {"active", "paused"},
        "may_edit": allowed(request.user, Permission.EDIT_PLANS),
    }
    return render(request, f"{FOLDER}/detail.html", context, status=422 if at_fault else 200)
