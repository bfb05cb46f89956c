"""Versions of a journey on the vendor's pages: its draft, publishing it, what was published before."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.refusals import Refusal
from enablement.forms.journeys import EntryForm, PreviewForm, PublishForm
from enablement.models import Journey, StepKind
from enablement.queries import drop_off
from enablement.queries import journey_versions as reads
from enablement.services import journeys, moving
from enablement.views.vendor.journey_pages import journey_of, shared
from partners.forms.refusals import show_refusal


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """Edit the steps of the draft. Looking makes no draft, the button on the journey's page does."""
    journey = journey_of(request, public_id)
    if request.method == "POST":
        try:
            journeys.draft_of(journey=journey, by=_me(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("vendor:journey-detail", public_id=public_id)
        return redirect("vendor:journey-draft", public_id=public_id)
    context = shared(request, journey, "draft")
    if context["draft"] is None:
        messages.info(request, _("There is no draft."))
        return redirect("vendor:journey-detail", public_id=public_id)
    steps = reads.steps_in(context["draft"])
    context |= {"steps": steps, "lanes": reads.lanes(steps), "names": {one.key: one.title for one in steps}}
    return render(request, "enablement/vendor/journeys/draft.html", context)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say in the draft on what partners are enrolled by themselves, and what happens when they leave."""
    journey = journey_of(request, public_id)
    published, draft = reads.published_and_draft(journey)
    current = draft or published
    form = EntryForm(request.POST or None, initial=model_to_dict(current) if current else {})
    if request.method == "POST" and form.is_valid():
        try:
            journeys.change_entry(journey=journey, by=_me(request), at=timezone.now(), **form.changes)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:journey-draft", public_id=public_id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/journeys/entry.html", {"form": form, "journey": journey}, status=status)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the steps as a partner of some segments has them: of the draft where there is one, else those in force."""
    journey = journey_of(request, public_id)
    published, draft = reads.published_and_draft(journey)
    version = draft if draft is not None and allowed(request.user, Permission.MANAGE_JOURNEYS) else published
    steps = reads.steps_in(version)
    among = list({step.only_for_id: step.only_for for step in steps if step.only_for}.values())
    form = PreviewForm(request.GET or None, among=among)
    held = set(form.cleaned_data["segments"]) if form.is_bound and form.is_valid() else set()
    shown = [step for step in steps if step.only_for is None or step.only_for in held]
    context = {
        "journey": journey, "version": version, "form": form, "among": among, "held": held,
        "theirs": [step for step in shown if step.kind != StepKind.OURS],
        "ours": [step for step in shown if step.kind == StepKind.OURS],
        "minutes": sum(step.minutes or 0 for step in shown if step.kind != StepKind.OURS),
        "names": {one.key: one.title for one in shown},
    }  # fmt: skip
    return render(request, "enablement/vendor/journeys/preview.html", context)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move everybody who is under way on an older version to the one in force."""
    journey = journey_of(request, public_id)
    moved = moving.move(journey=journey, by=_me(request), at=timezone.now())
    said = ngettext("%(count)s partner moved to it.", "%(count)s partners moved to it.", moved)
    messages.success(request, said % {"count": moved})
    return redirect("vendor:journey-versions", public_id=public_id)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def journey_publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a draft changes and for whom, and publish it."""
    journey = journey_of(request, public_id)
    context = shared(request, journey, "draft")
    if context["draft"] is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("vendor:journey-detail", public_id=public_id)
    data = request.POST if request.method == "POST" else None
    form = PublishForm(data, initial={"note": context["draft"].note})
    if request.method == "POST" and form.is_valid() and _published(request, journey, form):
        return redirect("vendor:journey-detail", public_id=public_id)
    before, after = reads.steps_in(context["published"]), reads.steps_in(context["draft"])
    context |= {
        "form": form,
        "before": before,
        "after": reads.compared(after, against=before),
        "gone": [one.step for one in reads.compared(before, against=after) if one.is_new],
        "entry_changes": context["published"] is not None
        and reads.entry_of(context["published"]) != reads.entry_of(context["draft"]),
        "staying": reads.under_way(journey),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enablement/vendor/journeys/publish.html", context, status=status)


@vendor_view(Permission.MANAGE_JOURNEYS)
@require_POST
def journey_discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw the draft away."""
    journey = journey_of(request, public_id)
    if journeys.discard_draft(journey=journey, by=_me(request), at=timezone.now()):
        messages.success(request, _("The draft was discarded."))
    return redirect("vendor:journey-detail", public_id=public_id)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_versions(request: HttpRequest, public_id: str) -> HttpResponse:
    """List what was ever published, and who is on which version."""
    journey = journey_of(request, public_id)
    context = shared(request, journey, "versions") | {"versions": reads.published_versions(journey)}
    context["behind"] = moving.behind(journey).count()
    return render(request, "enablement/vendor/journeys/versions.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def journey_version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Read the steps of one version."""
    journey = journey_of(request, public_id)
    version = get_object_or_404(reads.published_versions(journey), number=number)
    steps = reads.steps_in(version)
    stages = drop_off.of_version(version=version, steps=steps, user=request.user)
    context = {"journey": journey, "version": version, "steps": steps, "stages": stages}
    return render(request, "enablement/vendor/journeys/version.html", context)


def _me(request: HttpRequest) -> Any:
    return request.user


def _published(request: HttpRequest, journey: Journey, form: PublishForm) -> bool:
    staying, is_first = reads.under_way(journey), journey.published_at is None
    expected = request.POST.get("expected", "")
    try:
        journeys.publish(
            journey=journey,
            by=_me(request),
            at=timezone.now(),
            note=form.cleaned_data["note"],
            expected=int(expected) if expected.isdecimal() else None,
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    if staying and form.cleaned_data["move"]:
        moved = moving.move(journey=journey, by=_me(request), at=timezone.now())
        said = ngettext(
            "Published, and %(count)s partner under way moved to it.",
            "Published, and %(count)s partners under way moved to it.",
            moved,
        )
        messages.success(request, said % {"count": moved})
    else:
        messages.success(request, _what_was_published(staying, is_first=is_first))
    return True


def _what_was_published(staying: int, *, is_first: bool) -> str:
    if is_first:
        return _("Published. Partners in its audience are being enrolled.")
    if not staying:
        return _("Published. New walks follow it.")
    return ngettext(
        "Published. New walks follow it; %(count)s partner under way stays on the version it began with.",
        "Published. New walks follow it; %(count)s partners under way stay on the version they began with.",
        staying,
    ) % {"count": staying}
