"""Templates of success plans: what plans begin with."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from criteria.fields import registry
from partners.forms.refusals import show_refusal
from scorecards.forms.plan_templates import (
    TemplateForm,
    TemplateMilestoneForm,
    TemplateObjectiveForm,
    TemplateTaskForm,
)
from scorecards.models import PlanTemplate, TemplateMilestone, TemplateObjective, TemplateTask
from scorecards.queries import Words
from scorecards.services import plan_templates

TEXTS = ("name", "purpose", "summary", "length_days")


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def plan_template_list(request: HttpRequest) -> HttpResponse:
    """List the templates, with how many plans run that began with each."""
    running = Count("plans", filter=~Q(plans__state__in=["closed", "ended"]), distinct=True)
    rows = PlanTemplate.objects.annotate(running=running, asked=Count("objectives", distinct=True))
    context = {
        "templates": rows.order_by("retired_at", "name", "pk"),
        "may_manage": allowed(request.user, Permission.MANAGE_PLAN_TEMPLATES),
    }
    return render(request, "scorecards/vendor/plan_templates/list.html", context)


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_POST
def plan_template_starters(request: HttpRequest) -> HttpResponse:
    """Add the templates that come with the portal."""
    made = len(plan_templates.add_starters(by=_me(request), at=timezone.now()))
    told = ngettext("%(n)d template was added.", "%(n)d templates were added.", made) % {"n": made}
    messages.success(request, told if made else _("They are all here already."))
    return redirect("vendor:plan-template-list")


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def plan_template_detail(request: HttpRequest, plan_template_id: UUID) -> HttpResponse:
    """Show what plans from a template begin with."""
    template = get_object_or_404(PlanTemplate, public_id=plan_template_id)
    words = Words.now()
    context = {
        "template": template,
        "objectives": [(one, words.of(_counted_today(one))) for one in template.objectives.order_by("position", "pk")],
        "milestones": template.milestones.order_by("after_days", "pk"),
        "tasks": template.planned_tasks.order_by("after_days", "pk"),
        "may_manage": allowed(request.user, Permission.MANAGE_PLAN_TEMPLATES) and template.retired_at is None,
        "may_restore": allowed(request.user, Permission.MANAGE_PLAN_TEMPLATES) and template.retired_at is not None,
        "trail": _trail(),
    }
    return render(request, "scorecards/vendor/plan_templates/detail.html", context)


def _counted_today(objective: TemplateObjective) -> Any:
    """Return what is measured without the start, which no words know before a plan has one."""
    expression = dict(objective.expression)
    if expression.get("window") == {"since": "start"}:
        expression.pop("window")
    return expression


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_template_create(request: HttpRequest) -> HttpResponse:
    """Make a template."""
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = _free_key(form.cleaned_data["name"])
            template = plan_templates.create(key=key, by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:plan-template-detail", template.public_id)
    return _form(request, form, None)


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_template_edit(request: HttpRequest, plan_template_id: UUID) -> HttpResponse:
    """Change a template's texts."""
    template = get_object_or_404(PlanTemplate, public_id=plan_template_id)
    form = TemplateForm(request.POST or None, initial={name: getattr(template, name) for name in TEXTS})
    if request.method == "POST" and form.is_valid():
        try:
            plan_templates.update(template=template, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:plan-template-detail", template.public_id)
    return _form(request, form, template)


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_POST
def plan_template_retire(request: HttpRequest, plan_template_id: UUID) -> HttpResponse:
    """Offer a template no more."""
    template = get_object_or_404(PlanTemplate, public_id=plan_template_id)
    plan_templates.retire(template=template, by=_me(request), at=timezone.now())
    return redirect("vendor:plan-template-list")


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_POST
def plan_template_restore(request: HttpRequest, plan_template_id: UUID) -> HttpResponse:
    """Offer a retired template again."""
    template = get_object_or_404(PlanTemplate, public_id=plan_template_id)
    plan_templates.restore(template=template, by=_me(request), at=timezone.now())
    return redirect("vendor:plan-template-detail", template.public_id)


# --- parts


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def template_objective_create(request: HttpRequest, plan_template_id: UUID) -> HttpResponse:
    """Add an objective to a template."""
    template = get_object_or_404(PlanTemplate, public_id=plan_template_id)
    return _objective(request, TemplateObjective(template=template, position=template.objectives.count()))


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def template_objective_edit(request: HttpRequest, template_objective_id: UUID) -> HttpResponse:
    """Change an objective of a template."""
    return _objective(request, _load(TemplateObjective, template_objective_id))


def _objective(request: HttpRequest, part: TemplateObjective) -> HttpResponse:
    names = ("name", "why", "unit", "direction", "target", "adds_to_today", "weight")
    form = TemplateObjectiveForm(
        request.POST or None,
        initial={name: getattr(part, name) for name in names} if part.pk else {},
        catalog=registry.catalog(),
        expression=part.expression if part.pk else None,
        sentence=Words.now().of(_counted_today(part)) if part.pk else "",
    )
    return _written(request, form, part, "objective")


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def template_milestone_create(request: HttpRequest, plan_template_id: UUID) -> HttpResponse:
    """Add a milestone to a template."""
    template = get_object_or_404(PlanTemplate, public_id=plan_template_id)
    return _plain(request, TemplateMilestone(template=template), TemplateMilestoneForm, "milestone")


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def template_milestone_edit(request: HttpRequest, template_milestone_id: UUID) -> HttpResponse:
    """Change a milestone of a template."""
    return _plain(request, _load(TemplateMilestone, template_milestone_id), TemplateMilestoneForm, "milestone")


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def template_task_create(request: HttpRequest, plan_template_id: UUID) -> HttpResponse:
    """Add a task to a template."""
    template = get_object_or_404(PlanTemplate, public_id=plan_template_id)
    return _plain(request, TemplateTask(template=template), TemplateTaskForm, "task")


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_http_methods(["GET", "HEAD", "POST"])
def template_task_edit(request: HttpRequest, template_task_id: UUID) -> HttpResponse:
    """Change a task of a template."""
    return _plain(request, _load(TemplateTask, template_task_id), TemplateTaskForm, "task")


def _plain(request: HttpRequest, part: Any, form_class: Any, what: str) -> HttpResponse:
    initial = {name: getattr(part, name) for name in form_class.base_fields} if part.pk else {}
    return _written(request, form_class(request.POST or None, initial=initial), part, what)


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_POST
def template_objective_remove(request: HttpRequest, template_objective_id: UUID) -> HttpResponse:
    """Take an objective out of a template."""
    return _removed(request, _load(TemplateObjective, template_objective_id))


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_POST
def template_milestone_remove(request: HttpRequest, template_milestone_id: UUID) -> HttpResponse:
    """Take a milestone out of a template."""
    return _removed(request, _load(TemplateMilestone, template_milestone_id))


@vendor_view(Permission.MANAGE_PLAN_TEMPLATES)
@require_POST
def template_task_remove(request: HttpRequest, template_task_id: UUID) -> HttpResponse:
    """Take a task out of a template."""
    return _removed(request, _load(TemplateTask, template_task_id))


# --- inside


def _load(model: Any, public_id: UUID) -> Any:
    return get_object_or_404(model.objects.select_related("template"), public_id=public_id)


def _removed(request: HttpRequest, part: Any) -> HttpResponse:
    plan_templates.remove(part=part, by=_me(request), at=timezone.now())
    return redirect("vendor:plan-template-detail", part.template.public_id)


def _written(request: HttpRequest, form: Any, part: Any, what: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            plan_templates.put(part=part, by=_me(request), at=timezone.now(), **form.said)
        except ValidationError as error:
            show_refusal(form, error, {"expression": "measure"})
        else:
            return redirect("vendor:plan-template-detail", part.template.public_id)
    template = part.template
    page = reverse("vendor:plan-template-detail", args=[template.public_id])
    context = {
        "form": form,
        "part": part if part.pk else None,
        "template": template,
        "what": what,
        "back": page,
        "trail": [*_trail(), (template.name, page)],
    }
    status = 422 if form.errors else 200
    return render(request, "scorecards/vendor/plan_templates/part.html", context, status=status)


def _form(request: HttpRequest, form: Any, template: PlanTemplate | None) -> HttpResponse:
    trail = _trail()
    if template:
        trail.append((template.name, reverse("vendor:plan-template-detail", args=[template.public_id])))
    context = {"form": form, "template": template, "trail": trail}
    status = 422 if form.errors else 200
    return render(request, "scorecards/vendor/plan_templates/form.html", context, status=status)


def _trail() -> list[tuple[str, str]]:
    return [
        (_("Success plans"), reverse("vendor:success-plan-list")),
        (_("Templates"), reverse("vendor:plan-template-list")),
    ]


def _free_key(name: str) -> str:
    wanted = slugify(name)[:50].strip("-") or "template"
    taken = set(PlanTemplate.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    return next(key for n in range(1, len(taken) + 2) if (key := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def _me(request: HttpRequest) -> Any:
    return request.user
