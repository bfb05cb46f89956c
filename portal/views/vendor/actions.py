"""What to do next: all of it, one thing done right there and undone, put away for later, placed among priorities."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.forms.refusals import show_refusal
from partners.models import Partner, Touch
from partners.services import touches
from portal.forms.actions import QuickTouchForm, SetAsideForm
from portal.queries import do_next as reads
from portal.queries.dashboard import Priority
from portal.queries.dashboard_rows import Reader
from scorecards.models import ActionChoice, Alert, PartnerTask, Quadrant
from scorecards.services import action_choices, nudges
from scorecards.services import tasks as partner_tasks

#: After a call a thing to do about engagement comes back, if it still holds, in so many days.
CALLED_DAYS = 14


def board_of_four(priorities: Sequence[Priority]) -> dict[str, Any]:
    """Return what the board of four needs."""
    return {
        "pins": [(one.number, one.effort, one.impact) for one in priorities],
        "quadrants": [str(Quadrant(name).label) for name in ("now", "plan", "quick", "later")],
        "quadrant_choices": Quadrant.choices,
    }


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def action_list(request: Any) -> HttpResponse:
    """Show everything to do, the most urgent first, and what was put away."""
    at = timezone.now()
    reader = Reader(request.user, at, today(at=at, zone=Program.current().zone))
    found = reads.everything(reader, page=request.GET.get("page"))
    may_edit = allowed(request.user, Permission.EDIT_PARTNERS)
    return render(request, "portal/vendor/actions/list.html", {"found": found, "may_edit": may_edit, "today": at})


# --- done right there, and undone


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def task_act(request: Any, task_id: UUID) -> HttpResponse:
    """Tick a task off, or take it up again."""
    task = get_object_or_404(PartnerTask.objects.visible_to(request.user).select_related("partner"), public_id=task_id)
    act = partner_tasks.reopen if _undoes(request) else partner_tasks.finish
    return _done(request, task.title, task.partner, lambda at: act(task=task, by=request.user, at=at), _("Done"))


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def step_act(request: Any, touch_id: UUID) -> HttpResponse:
    """Tick the next step of a touch off, or take it up again."""
    touch = get_object_or_404(Touch.objects.visible_to(request.user).select_related("partner"), public_id=touch_id)
    act = touches.reopen_step if _undoes(request) else touches.finish_step
    return _done(
        request, touch.next_step, touch.partner, lambda at: act(touch=touch, by=request.user, at=at), _("Done")
    )


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def alert_act(request: Any, alert: UUID) -> HttpResponse:
    """Send the prepared message about an alert, or take it back."""
    found = get_object_or_404(Alert.objects.visible_to(request.user).select_related("partner"), public_id=alert)
    act: Any = nudges.take_back if _undoes(request) else nudges.send
    title = found.get_kind_display()
    return _done(request, title, found.partner, lambda at: act(alert=found, by=request.user, at=at), _("Message sent"))


def _undoes(request: HttpRequest) -> bool:
    return request.POST.get("act") == "undo"


def _done(request: Any, title: str, partner: Any, act: Any, word: str) -> HttpResponse:
    """Do it and say so in the place of the thing to do, with a way back; without script, on the page it came from."""
    try:
        act(timezone.now())
    except ValidationError as error:
        if request.htmx:
            context = {"said": " ".join(error.messages), "title": title, "partner": partner}
            return render(request, "portal/vendor/actions/_refused.html", context, status=422)
        messages.error(request, " ".join(error.messages))
        return redirect(_back(request))
    undone = _undoes(request)
    if request.htmx:
        context = {"title": title, "partner": partner, "word": word, "undone": undone, "url": request.path}
        return render(request, "portal/vendor/actions/_done.html", context)
    messages.success(request, _("Taken back: %(what)s") % {"what": title} if undone else f"{word}: {title}")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    return back if back.startswith("/vendor/") else reverse("vendor:home")


# --- put away, brought back, placed


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def action_set_aside(request: Any, public_id: UUID) -> HttpResponse:
    """Put a thing to do about a partner away: until a day, or for good, with the reason."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    day = today(at=timezone.now(), zone=Program.current().zone)
    given = {name: request.GET.get(name, "") for name in ("key", "title")}
    form = SetAsideForm(request.POST or None, today=day, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            choice = action_choices.set_aside(partner=partner, by=request.user, at=timezone.now(), **form.decided)
        except ValidationError as error:
            show_refusal(form, error, {"until_on": "day"})
        else:
            if request.htmx:
                return render(request, "portal/vendor/actions/_set_aside.html", {"choice": choice})
            messages.success(request, _("Put away: %(what)s") % {"what": choice.title})
            return redirect("vendor:action-list")
    context = {"form": form, "partner": partner, "trail": [(_("Do next"), reverse("vendor:action-list"))]}
    template = "_set_aside_form.html" if request.htmx else "set_aside.html"
    return render(request, f"portal/vendor/actions/{template}", context, status=422 if form.errors else 200)


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def action_bring_back(request: Any, action_choice: UUID) -> HttpResponse:
    """Take a thing to do up again."""
    choice = get_object_or_404(ActionChoice, public_id=action_choice, user=request.user)
    action_choices.bring_back(choice=choice, at=timezone.now())
    if request.htmx:
        context = {"title": choice.title, "partner": choice.partner, "undone": True}
        return render(request, "portal/vendor/actions/_done.html", context)
    messages.success(request, _("It is on your list again: %(what)s") % {"what": choice.title})
    return redirect("vendor:action-list")


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def action_place(request: Any, public_id: UUID) -> HttpResponse:
    """Say where a thing to do stands among one's priorities."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    key, title = request.POST.get("key", "")[:60], request.POST.get("title", "")[:300]
    try:
        action_choices.place(
            key=key,
            partner=partner,
            title=title,
            by=request.user,
            at=timezone.now(),
            quadrant=request.POST.get("quadrant", ""),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('vendor:home')}#priorities")


# --- a touch in two clicks


@vendor_view(Permission.EDIT_PARTNERS)
@require_POST
def touch_quick(request: Any, public_id: UUID) -> HttpResponse:
    """Log a call, a meeting or a note with a partner: what kind is the button that was pressed."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    form = QuickTouchForm(request.POST)
    at = timezone.now()
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("vendor:touch-log", partner.public_id)
    fields = dict(form.cleaned_data)
    once, key = fields.pop("once"), fields.pop("key")
    touch = touches.log(partner=partner, by=request.user, at=at, once_key=once, happened_at=at, **fields)
    if key.startswith("alert-"):
        until = today(at=at, zone=Program.current().zone) + timedelta(days=CALLED_DAYS)
        action_choices.set_aside(
            key=key, partner=partner, title=partner.name, by=request.user, at=at, until_on=until,
            reason=_("%(kind)s logged") % {"kind": touch.get_kind_display()},
        )  # fmt: skip
    said = _("%(kind)s with %(partner)s logged.") % {"kind": touch.get_kind_display(), "partner": partner}
    messages.success(request, said)
    return redirect(_back(request))


def quick_touch() -> dict[str, Any]:
    """Return what the dialog that logs a touch needs: one key for each time a page is opened."""
    return {"once": uuid4()}
