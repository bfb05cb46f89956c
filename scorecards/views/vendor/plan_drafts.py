"""Drafts of success plans: their texts, objectives, milestones and tasks, until they are proposed."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from criteria.fields import registry
from partners.forms.refusals import show_refusal
from scorecards.forms.success_plans import DraftForm, MilestoneForm, ObjectiveForm, PlannedTaskForm, ProposeForm
from scorecards.models import (
    ObjectiveFigure,
    PlanMilestone,
    PlannedTask,
    PlanObjective,
    PlanVersion,
    PlanVersionState,
    SuccessPlan,
)
from scorecards.quarters import quarters_between
from scorecards.queries import Words
from scorecards.queries import success_plans as reads
from scorecards.services import plan_agreement, plan_drafts, plan_parts
from scorecards.views import success_plans as plans

FORM = "scorecards/vendor/success_plans/part.html"


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def success_plan_draft(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Write a draft: its texts here, its parts on pages of their own."""
    plan = plans.load(request, success_plan_id)
    draft = plans.version_in_work(plan, PlanVersionState.DRAFT)
    if draft is None:
        return plans.nothing_there(request, plan)
    initial = {"name": plan.name, "expected": draft.version}
    initial |= {name: getattr(draft, name) for name in ("summary", "ends_on", "note")}
    form = DraftForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        name, expected = said.pop("name"), said.pop("expected")
        try:
            plan_drafts.edit(version=draft, by=_me(request), at=timezone.now(), changes=said, expected=expected)
            plan_drafts.rename(plan=plan, name=name, by=_me(request), at=timezone.now())
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("vendor:success-plan-draft", plan.public_id)
    return _draft_page(request, plan, draft, form=form, status=422 if form.errors else 200)


def _draft_page(
    request: HttpRequest, plan: SuccessPlan, draft: PlanVersion, *, form: Any, status: int = 200, propose: Any = None
) -> HttpResponse:
    whole = reads.with_parts(PlanVersion.objects.filter(pk=draft.pk)).get()
    agreed = reads.with_parts(PlanVersion.objects.filter(plan=plan, state=PlanVersionState.AGREED)).first()
    values = ObjectiveFigure.objects.filter(plan=plan, is_current=True).values_list("objective_key", "value")
    today, words = dict(values), Words.now()
    context = {
        "plan": plan,
        "draft": whole,
        "objectives": [(one, words.of(one.expression), today.get(one.key)) for one in whole.objectives.all()],
        "quarters": quarters_between(plan.starts_on, whole.ends_on),
        "tasks": sorted(whole.planned_tasks.all(), key=lambda one: (one.due_on, one.pk)),
        "differences": reads.differences(agreed, whole) if agreed else [],
        "agreed": agreed,
        "form": form,
        "propose_form": propose or ProposeForm(),
        "trail": plans.trail(plans.Side.of(request), plan),
    }
    return render(request, "scorecards/vendor/success_plans/draft.html", context, status=status)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_propose(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Put a draft before the partner."""
    plan = plans.load(request, success_plan_id)
    draft = plans.version_in_work(plan)
    if draft is None:
        return plans.nothing_there(request, plan)
    agrees = request.POST.get("agrees") == "on"
    if plans.tried(
        request, lambda: plan_agreement.propose(version=draft, by=_me(request), at=timezone.now(), agrees=agrees)
    ):
        messages.success(request, _("Proposed. %(partner)s hears of it now.") % {"partner": plan.partner})
        return redirect("vendor:success-plan-detail", plan.public_id)
    return redirect("vendor:success-plan-draft", plan.public_id)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_discard(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    plan = plans.load(request, success_plan_id)
    draft = plans.version_in_work(plan, PlanVersionState.DRAFT)
    if draft is None:
        return plans.nothing_there(request, plan)
    is_gone = plan_drafts.discard(version=draft, by=_me(request), at=timezone.now())
    messages.success(request, _("The draft of %(plan)s was thrown away.") % {"plan": plan})
    return redirect("vendor:success-plan-list") if is_gone else redirect("vendor:success-plan-detail", plan.public_id)


# --- objectives


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_objective_create(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Add an objective to a draft."""
    plan = plans.load(request, success_plan_id)
    draft = plans.version_in_work(plan, PlanVersionState.DRAFT)
    return _objective(request, draft, None) if draft else plans.nothing_there(request, plan)


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_objective_edit(request: HttpRequest, plan_objective_id: UUID) -> HttpResponse:
    """Change an objective of a draft."""
    objective = _part(request, PlanObjective, plan_objective_id)
    return _objective(request, objective.plan_version, objective)


def _objective(request: HttpRequest, draft: PlanVersion, objective: PlanObjective | None) -> HttpResponse:
    plan = draft.plan
    words = Words.now()
    initial: dict[str, Any] = {"once": _once()}
    if objective:
        initial = {name: getattr(objective, name) for name in ("name", "why", "unit", "direction", "floor", "weight")}
    form = ObjectiveForm(
        request.POST or None,
        initial=initial,
        quarters=quarters_between(plan.starts_on, draft.ends_on),
        targets={one.quarter_starts_on: one.target for one in objective.targets.all()} if objective else {},
        catalog=registry.catalog(),
        expression=objective.expression if objective else None,
        started_on=plan.starts_on,
        sentence=words.of(objective.expression) if objective else "",
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan_parts.put_objective(
                version=draft,
                objective=objective,
                key=form.cleaned_data["once"],
                targets=form.asked,
                by=_me(request),
                at=timezone.now(),
                **form.said,
            )
        except ValidationError as error:
            show_refusal(form, error, {"expression": "measure", "targets": form.last_target})
        else:
            return _back(plan, "objectives")
    return _shown(request, draft, form, objective, "objective")


# --- milestones and tasks


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_milestone_create(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Add a milestone to a draft."""
    plan = plans.load(request, success_plan_id)
    draft = plans.version_in_work(plan, PlanVersionState.DRAFT)
    return _milestone(request, draft, None) if draft else plans.nothing_there(request, plan)


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_milestone_edit(request: HttpRequest, plan_milestone_id: UUID) -> HttpResponse:
    """Change a milestone of a draft."""
    milestone = _part(request, PlanMilestone, plan_milestone_id)
    return _milestone(request, milestone.plan_version, milestone)


def _milestone(request: HttpRequest, draft: PlanVersion, milestone: PlanMilestone | None) -> HttpResponse:
    initial = {name: getattr(milestone, name) for name in ("name", "due_on")} if milestone else {"once": _once()}
    form = MilestoneForm(request.POST or None, initial=initial)
    put = _put(plan_parts.put_milestone, draft, request, milestone=milestone)
    return _written(request, draft, form, milestone, put, "milestone")


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def planned_task_create(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Add a task to a draft."""
    plan = plans.load(request, success_plan_id)
    draft = plans.version_in_work(plan, PlanVersionState.DRAFT)
    return _task(request, draft, None) if draft else plans.nothing_there(request, plan)


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def planned_task_edit(request: HttpRequest, planned_task_id: UUID) -> HttpResponse:
    """Change a task of a draft."""
    task = _part(request, PlannedTask, planned_task_id)
    return _task(request, task.plan_version, task)


def _task(request: HttpRequest, draft: PlanVersion, task: PlannedTask | None) -> HttpResponse:
    names = ("title", "side", "due_on", "detail")
    initial = {name: getattr(task, name) for name in names} if task else {"once": _once()}
    form = PlannedTaskForm(request.POST or None, initial=initial)
    return _written(request, draft, form, task, _put(plan_parts.put_task, draft, request, task=task), "task")


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def plan_objective_remove(request: HttpRequest, plan_objective_id: UUID) -> HttpResponse:
    """Take an objective out of a draft."""
    objective = _part(request, PlanObjective, plan_objective_id)
    plan_parts.remove_objective(objective=objective, by=_me(request), at=timezone.now())
    return _back(objective.plan_version.plan, "objectives")


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def plan_milestone_remove(request: HttpRequest, plan_milestone_id: UUID) -> HttpResponse:
    """Take a milestone out of a draft."""
    milestone = _part(request, PlanMilestone, plan_milestone_id)
    plan_parts.remove_milestone(milestone=milestone, by=_me(request), at=timezone.now())
    return _back(milestone.plan_version.plan, "milestones")


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def planned_task_remove(request: HttpRequest, planned_task_id: UUID) -> HttpResponse:
    """Take a task out of a draft."""
    task = _part(request, PlannedTask, planned_task_id)
    plan_parts.remove_task(task=task, by=_me(request), at=timezone.now())
    return _back(task.plan_version.plan, "tasks")


# --- inside


def _part(request: HttpRequest, model: Any, public_id: UUID) -> Any:
    """Return a part of a draft of a plan the reader sees, or 404."""
    seen = SuccessPlan.objects.visible_to(request.user)
    rows = model.objects.filter(plan_version__plan__in=seen, plan_version__state=PlanVersionState.DRAFT)
    return get_object_or_404(rows.select_related("plan_version__plan__partner"), public_id=public_id)


def _put(service: Any, draft: PlanVersion, request: HttpRequest, **part: Any) -> Any:
    def put(said: dict[str, Any]) -> None:
        key = said.pop("once")
        service(version=draft, by=_me(request), at=timezone.now(), key=key, **part, **said)

    return put


def _written(request: HttpRequest, draft: PlanVersion, form: Any, part: Any, put: Any, what: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            put(dict(form.cleaned_data))
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return _back(draft.plan, f"{what}s")
    return _shown(request, draft, form, part, what)


def _shown(request: HttpRequest, draft: PlanVersion, form: Any, part: Any, what: str) -> HttpResponse:
    context = {
        "plan": draft.plan,
        "form": form,
        "part": part,
        "what": what,
        "trail": plans.trail(plans.Side.of(request), draft.plan),
    }
    return render(request, FORM, context, status=422 if form.errors else 200)


def _back(plan: SuccessPlan, where: str) -> HttpResponse:
    response: HttpResponse = redirect("vendor:success-plan-draft", plan.public_id)
    response["Location"] += f"#{where}"
    return response


def _once() -> str:
    return uuid4().hex[:12]


def _me(request: HttpRequest) -> Any:
    return request.user
