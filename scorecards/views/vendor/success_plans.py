"""Success plans at the vendor: listed, begun, proposed, agreed to, reviewed and closed."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from partners.forms.refusals import show_refusal
from partners.models import Partner
from scorecards.forms.success_plans import BeginForm, CloseForm, EndForm
from scorecards.models import Pace, PlanState, PlanVersionState
from scorecards.queries import success_plans as reads
from scorecards.services import plan_agreement, plan_drafts, plan_reviews
from scorecards.views import success_plans as plans
from scorecards.views import tasks

PAGE_SIZE = 50


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def success_plan_list(request: HttpRequest) -> HttpResponse:
    """List plans, those that are behind first."""
    state, pace = request.GET.get("state", ""), request.GET.get("pace", "")
    words = request.GET.get("q", "").strip()[:100]
    rows = reads.listed(request.user)
    if state in PlanState.values:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.running()
    if pace in Pace.values and pace:
        rows = rows.filter(pace=pace)
    if words:
        rows = rows.filter(partner__name__icontains=words) | rows.filter(name__icontains=words)
    query = {"state": state, "pace": pace, "q": words}
    context = {
        "page": Paginator(rows.order_by("progress", "starts_on", "pk"), PAGE_SIZE).get_page(request.GET.get("page")),
        "states": PlanState.choices,
        "paces": [one for one in Pace.choices if one[0]],
        "may_edit": allowed(request.user, Permission.EDIT_PLANS),
        "query": urlencode({name: value for name, value in query.items() if value}),
        **query,
    }
    return render(request, "scorecards/vendor/success_plans/list.html", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def success_plan_detail(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Show a plan."""
    return plans.detail(request, plans.load(request, success_plan_id))


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def success_plan_create(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Begin a plan with a partner."""
    partner = _partner(request, partner_id)
    form = BeginForm(request.POST or None, initial={"starts_on": plans.today_of_program()})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            plan = plan_drafts.begin(partner=partner, by=_me(request), at=timezone.now(), **said)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:success-plan-draft", plan.public_id)
    templates = form.fields["template"].queryset  # type: ignore[attr-defined]
    context = {"form": form, "partner": partner, "templates": templates, "trail": _trail(partner)}
    status = 422 if form.errors else 200
    return render(request, "scorecards/vendor/success_plans/create.html", context, status=status)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_agree(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Agree to what is proposed, for the vendor."""
    return plans.agree(request, plans.load(request, success_plan_id))


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_take_back(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Take a proposal back to write on."""
    plan = plans.load(request, success_plan_id)
    version = plans.version_in_work(plan, PlanVersionState.PROPOSED)
    if version is None:
        return plans.nothing_there(request, plan)
    plans.tried(request, lambda: plan_agreement.take_back(version=version, by=_me(request), at=timezone.now()))
    return redirect("vendor:success-plan-draft", plan.public_id)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_change(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Write the next version of what is agreed."""
    plan = plans.load(request, success_plan_id)
    done = plans.tried(request, lambda: plan_drafts.next_draft(plan=plan, by=_me(request), at=timezone.now()))
    return redirect("vendor:success-plan-draft" if done else "vendor:success-plan-detail", plan.public_id)


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def success_plan_close(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Close a plan whose work is done."""
    return _finish(request, success_plan_id, CloseForm, plan_agreement.close, "close")


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def success_plan_end(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """End a plan before its time."""
    return _finish(request, success_plan_id, EndForm, plan_agreement.end, "end")


def _finish(request: HttpRequest, public_id: UUID, form_class: Any, act: Any, what: str) -> HttpResponse:
    plan = plans.load(request, public_id)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(plan=plan, by=_me(request), at=timezone.now(), words=form.cleaned_data["words"])
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("vendor:success-plan-detail", plan.public_id)
    context = {"plan": plan, "form": form, "what": what, "trail": plans.trail(plans.Side.of(request), plan)}
    status = 422 if form.errors else 200
    return render(request, "scorecards/vendor/success_plans/finish.html", context, status=status)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_milestone(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Tick a milestone off."""
    return plans.milestone(request, plans.load(request, success_plan_id))


@vendor_view(Permission.EDIT_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def success_plan_task(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Give somebody a task that belongs to a plan."""
    plan = plans.load(request, success_plan_id)
    page = reverse("vendor:success-plan-detail", args=[plan.public_id])
    trail = plans.trail(plans.Side.of(request), plan)
    form = "scorecards/vendor/success_plans/task.html"
    return tasks.create(request, plan.partner, template=form, origin=plan, back=page, plan=plan, trail=trail)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def success_plan_versions(request: HttpRequest, success_plan_id: UUID) -> HttpResponse:
    """Show what was written, proposed and agreed, version by version."""
    return plans.version_list(request, plans.load(request, success_plan_id))


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def success_plan_version(request: HttpRequest, success_plan_id: UUID, number: int) -> HttpResponse:
    """Show one version."""
    return plans.version_detail(request, plans.load(request, success_plan_id), number)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def success_plan_review(request: HttpRequest, success_plan_id: UUID, quarter: str) -> HttpResponse:
    """Show the review of a quarter, and write notes in it with the right to."""
    return plans.review(request, plans.load(request, success_plan_id), quarter)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_review_finish(request: HttpRequest, success_plan_id: UUID, quarter: str) -> HttpResponse:
    """Finish the review of a quarter: its figures and notes stay as they are."""
    return _act_on_review(request, success_plan_id, quarter, plan_reviews.finish)


@vendor_view(Permission.EDIT_PLANS)
@require_POST
def success_plan_review_reopen(request: HttpRequest, success_plan_id: UUID, quarter: str) -> HttpResponse:
    """Open a finished review again."""
    return _act_on_review(request, success_plan_id, quarter, plan_reviews.reopen)


def _act_on_review(request: HttpRequest, public_id: UUID, quarter: str, act: Any) -> HttpResponse:
    plan = plans.load(request, public_id)
    one = plans.quarter_of_plan(request, plan, quarter)
    if plans.tried(request, lambda: act(plan=plan, quarter=one, by=_me(request), at=timezone.now())):
        messages.success(request, _("The review of %(quarter)s was saved.") % {"quarter": one})
    return redirect("vendor:success-plan-review", plan.public_id, quarter)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def partner_success_plans_panel(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show the plans with a partner, for its page."""
    partner = _partner(request, partner_id)
    rows = reads.listed(request.user).filter(partner=partner).order_by("closed_at", "-starts_on", "-pk")[:4]
    may_edit = allowed(request.user, Permission.EDIT_PLANS)
    context = {"partner": partner, "plans": list(rows), "may_edit": may_edit}
    return render(request, "scorecards/vendor/success_plans/_panel.html", context)


def _partner(request: HttpRequest, public_id: UUID) -> Partner:
    return get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)


def _trail(partner: Partner) -> list[tuple[str, Any]]:
    return [
        (_("Success plans"), reverse("vendor:success-plan-list")),
        (partner.name, reverse("vendor:partner-detail", args=[partner.public_id])),
    ]


def _me(request: HttpRequest) -> Any:
    return request.user
