"""Goals at the vendor: written, divided, told to partners, renewed; and how far everybody has come."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from criteria.fields import registry
from partners.forms.refusals import show_refusal
from scorecards.forms.goals import DivideForm, GoalForm
from scorecards.models import Goal, GoalTarget, TargetKind
from scorecards.queries import Words
from scorecards.queries import goals as reads
from scorecards.services import goals
from scorecards.views.success_plans import today_of_program, tried

TEXTS = ("name", "text", "starts_on", "ends_on", "adds_up", "unit", "shows_numbers")
DIVISIBLE = (TargetKind.REGION, TargetKind.SEGMENT, TargetKind.PARTNER)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def goal_list(request: HttpRequest) -> HttpResponse:
    """Show the goals of today with their attainment, those to come, and those of before."""
    at, day = timezone.now(), today_of_program()
    rows = Goal.objects.filter(retired_at=None)
    context = {
        "now": reads.roots(rows.on(day).order_by("ends_on", "name", "pk"), at=at),
        "coming": reads.roots(rows.filter(starts_on__gt=day).order_by("starts_on", "name", "pk"), at=at),
        "past": reads.roots(rows.filter(ends_on__lt=day).order_by("-ends_on", "name", "pk")[:20], at=at),
        "may_manage": allowed(request.user, Permission.MANAGE_GOALS),
    }
    return render(request, "scorecards/vendor/goals/list.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def goal_detail(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Show a goal: what it asks, what every part has attained, who brought most."""
    goal = _load(goal_id)
    may_manage = allowed(request.user, Permission.MANAGE_GOALS) and goal.retired_at is None
    context = {
        "goal": goal,
        "page": reads.tree(goal, user=request.user, at=timezone.now()),
        "measured": Words.now().of(goal.expression),
        "top": reads.top_partners(goal, user=request.user),
        "follower": goal.followed_by.filter(retired_at=None).first(),
        "may_manage": may_manage,
        "trail": _trail(),
    }
    return render(request, "scorecards/vendor/goals/detail.html", context)


@vendor_view(Permission.MANAGE_GOALS)
@require_http_methods(["GET", "HEAD", "POST"])
def goal_create(request: HttpRequest) -> HttpResponse:
    """Write a goal."""
    form = GoalForm(request.POST or None, catalog=registry.catalog())
    if request.method == "POST" and form.is_valid():
        try:
            goal = goals.create(target=form.cleaned_data["target"], by=_me(request), at=timezone.now(), **form.said)
        except ValidationError as error:
            show_refusal(form, error, {"expression": "measure"})
        else:
            return redirect("vendor:goal-detail", goal.public_id)
    return _form(request, form, None)


@vendor_view(Permission.MANAGE_GOALS)
@require_http_methods(["GET", "HEAD", "POST"])
def goal_edit(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Change a goal."""
    goal = _load(goal_id)
    initial = {name: getattr(goal, name) for name in TEXTS}
    initial["target"] = goal.targets.get(kind=TargetKind.PROGRAM).target
    form = GoalForm(
        request.POST or None,
        initial=initial,
        catalog=registry.catalog(),
        expression=goal.expression,
        started_on=goal.starts_on,
        sentence=Words.now().of(goal.expression),
    )
    if request.method == "POST" and form.is_valid():
        try:
            target = form.cleaned_data["target"]
            goals.update(goal=goal, by=_me(request), at=timezone.now(), changes=form.said, target=target)
        except ValidationError as error:
            show_refusal(form, error, {"expression": "measure"})
        else:
            return redirect("vendor:goal-detail", goal.public_id)
    return _form(request, form, goal)


@vendor_view(Permission.MANAGE_GOALS)
@require_POST
def goal_tell(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Tell all partners of a goal."""
    goal = _load(goal_id)
    if tried(request, lambda: goals.tell(goal=goal, by=_me(request), at=timezone.now())):
        messages.success(request, _("Partners hear of it now; whoever joins later reads it on the first day."))
    return redirect("vendor:goal-detail", goal.public_id)


@vendor_view(Permission.MANAGE_GOALS)
@require_POST
def goal_retire(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Take a goal out of use."""
    goals.retire(goal=_load(goal_id), by=_me(request), at=timezone.now())
    return redirect("vendor:goal-list")


@vendor_view(Permission.MANAGE_GOALS)
@require_POST
def goal_renew(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Write the goal of the next period, as a copy."""
    goal = _load(goal_id)
    try:
        following = goals.renew(goal=goal, by=_me(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("vendor:goal-detail", goal.public_id)
    return redirect("vendor:goal-detail", following.public_id)


@vendor_view(Permission.MANAGE_GOALS)
@require_http_methods(["GET", "HEAD", "POST"])
def goal_divide(request: HttpRequest, goal_target_id: UUID) -> HttpResponse:
    """Divide a target among regions, segments or partners."""
    rows = GoalTarget.objects.visible_to(request.user).exclude(kind=TargetKind.PARTNER)
    rows = rows.select_related("goal", "region", "segment", "parent__region", "parent__parent__region")
    parent = get_object_or_404(rows, public_id=goal_target_id)
    divided_by = parent.parts.values_list("kind", flat=True).first()
    wanted = request.POST.get("by") or request.GET.get("by") or ""
    kind = divided_by or (wanted if wanted in DIVISIBLE else TargetKind.REGION)
    words = (request.POST.get("q") or request.GET.get("q") or "").strip()[:100]
    suggest = request.GET.get("suggest", "")
    found = reads.candidates(parent, kind, user=request.user, words=words, suggest=suggest)
    form = DivideForm(request.POST or None, candidates=found)
    if request.method == "POST" and form.is_valid() and _divided(request, parent, form):
        messages.success(request, _("The parts are saved."))
        return redirect(f"{reverse('vendor:goal-divide', args=[parent.public_id])}?by={kind}")
    allocated = sum((one.part.target for one in found if one.part), start=parent.target - parent.target)
    page = reverse("vendor:goal-detail", args=[parent.goal.public_id])
    context = {
        "goal": parent.goal,
        "parent": parent,
        "kind": kind,
        "kinds": [(f"?by={value}", value.label) for value in DIVISIBLE],
        "current": f"?by={kind}",
        "divided_by": divided_by,
        "form": form,
        "words": words,
        "allocated": allocated,
        "rest": parent.target - allocated,
        "trail": [*_trail(), (parent.goal.name, page)],
        "back": page,
    }
    status = 422 if form.errors else 200
    return render(request, "scorecards/vendor/goals/divide.html", context, status=status)


def _divided(request: HttpRequest, parent: GoalTarget, form: DivideForm) -> bool:
    """Write all parts or none. Returns whether they were written."""
    try:
        with transaction.atomic():
            for one, target, text in form.said:
                _divide(request, parent, one, target, text)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    return True


def _divide(request: HttpRequest, parent: GoalTarget, one: reads.Candidate, target: Any, text: str) -> None:
    if target:
        goals.put_part(parent=parent, whose=one.whose, target=target, text=text, by=_me(request), at=timezone.now())
    elif one.part is not None:
        goals.remove_part(part=one.part, by=_me(request), at=timezone.now())


def _load(public_id: UUID) -> Goal:
    return get_object_or_404(Goal.objects.select_related("told_by", "follows"), public_id=public_id)


def _form(request: HttpRequest, form: GoalForm, goal: Goal | None) -> HttpResponse:
    trail = _trail()
    if goal:
        trail.append((goal.name, reverse("vendor:goal-detail", args=[goal.public_id])))
    context = {"form": form, "goal": goal, "trail": trail}
    return render(request, "scorecards/vendor/goals/form.html", context, status=422 if form.errors else 200)


def _trail() -> list[tuple[str, str]]:
    return [(_("Goals"), reverse("vendor:goal-list"))]


def _me(request: HttpRequest) -> Any:
    return request.user
