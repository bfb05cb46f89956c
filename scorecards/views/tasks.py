"""Tasks on both sides: the same acts on the same rows; only guards, shells and forms differ."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import Program
from core.periods import today
from partners.forms.refusals import show_refusal
from partners.models import Partner
from scorecards.forms.tasks import OwnTaskForm, TaskForm
from scorecards.models import PartnerTask, TaskSide
from scorecards.queries import tasks as reads
from scorecards.services import tasks

PAGE_SIZE = 50


def load(request: HttpRequest, public_id: UUID) -> PartnerTask:
    """Return a task, or 404 to whom it is none of their business."""
    rows = PartnerTask.objects.visible_to(request.user).select_related("partner", "assignee", "done_by")
    return get_object_or_404(rows, public_id=public_id)


def task_list(request: HttpRequest, template: str, **more: Any) -> HttpResponse:
    """List tasks, narrowed as the address says, late ones first."""
    user: Any = request.user
    day = today(at=timezone.now(), zone=Program.current().zone)
    filters = reads.TaskFilters.of(request.GET)
    page = Paginator(reads.listed(user, filters, day), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "filters": filters, "today": day, "query": urlencode(filters.query), **more}
    return render(request, template, context)


def form_for(request: HttpRequest, partner: Partner, task: PartnerTask | None) -> OwnTaskForm:
    """Return the form of a task as the reader's side writes it."""
    user: Any = request.user
    kind = TaskForm if user.is_vendor else OwnTaskForm
    initial: dict[str, Any] = {"once": uuid4(), "is_shared": True, "side": request.GET.get("side", TaskSide.VENDOR)}
    if task:
        names = ("title", "detail", "due_on", "side", "is_shared")
        initial = {name: getattr(task, name) for name in names} | {"expected": task.version}
        initial["assignee"] = task.assignee.public_id if task.assignee else None
    return kind(request.POST or None, initial=initial, people=_people(partner, user))


def _people(partner: Partner, user: Any) -> Any:
    """Return who may do tasks about a partner: its own people, and at the vendor who looks after it and the reader."""
    theirs = User.objects.filter(person__partner=partner, person__left_at__isnull=True, is_active=True)
    found = theirs
    if user.is_vendor:
        managers = User.objects.filter(assignments__partner=partner, assignments__ends_at__isnull=True, is_active=True)
        found = theirs | managers | User.objects.filter(pk=user.pk)
    return found.distinct().order_by("-role", "name", "pk")


def create(request: Any, partner: Partner, *, template: str, origin: Any = None, **context: Any) -> HttpResponse:
    """Give somebody a task."""
    form = form_for(request, partner, None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        once = said.pop("once")
        said.pop("expected")
        side = said.pop("side", TaskSide.PARTNER)
        try:
            task = tasks.add(
                partner=partner, side=side, origin=origin, once_key=once, by=request.user, at=timezone.now(), **said
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("“%(task)s” is on the list.") % {"task": task})
            return redirect(back(request, context["back"]))
    return _shown(request, form, partner, template, context)


def edit(request: Any, task: PartnerTask, *, template: str, **context: Any) -> HttpResponse:
    """Change a task."""
    form = form_for(request, task.partner, task)
    context |= {"task": task, "may_write": tasks.may_write(task, request.user)}
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        said.pop("once")
        expected = said.pop("expected")
        try:
            tasks.update(task=task, by=request.user, at=timezone.now(), changes=said, expected=expected)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("“%(task)s” was saved.") % {"task": task})
            return redirect(back(request, context["back"]))
    return _shown(request, form, task.partner, template, context)


def _shown(request: HttpRequest, form: Any, partner: Partner, template: str, context: dict[str, Any]) -> HttpResponse:
    shown = {"form": form, "partner": partner, **context, "back": back(request, context["back"])}
    return render(request, template, shown, status=422 if form.errors else 200)


def act(request: Any, task: PartnerTask, what: Any, fallback: str) -> HttpResponse:
    """Finish a task, reopen it or take it away, and go back to where the reader was."""
    try:
        what(task=task, by=request.user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(back(request, fallback))


def back(request: HttpRequest, fallback: str) -> str:
    """Return the page of ours the reader came from, else another one."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else fallback
