"""Success plans on both sides: the same pages over the same rows; only guards, shells and acts differ."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from partners.forms.refusals import show_refusal
from scorecards.forms.success_plans import ChangesForm, ReviewForm
from scorecards.models import PlanVersion, PlanVersionState, SuccessPlan
from scorecards.quarters import Quarter
from scorecards.queries import Words
from scorecards.queries import success_plans as reads
from scorecards.services import plan_agreement, plan_reviews


@dataclass(frozen=True, slots=True)
class Side:
    """Where somebody reads plans: the shell, the names of addresses, and what they may do."""

    name: str
    may_edit: bool
    may_agree: bool

    @property
    def base(self) -> str:
        """The shell of the page."""
        return f"{self.name}/base.html"

    @classmethod
    def of(cls, request: HttpRequest) -> "Side":
        """Return the side of a reader."""
        user: Any = request.user
        if user.is_vendor:
            may = allowed(user, Permission.EDIT_PLANS)
            return cls("vendor", may, may)
        return cls("partner", False, allowed(user, Permission.EDIT_OWN_PROFILE))

    def url(self, name: str, *args: Any) -> str:
        """Return the address of a page of this side."""
        return reverse(f"{self.name}:{name}", args=args)


def load(request: HttpRequest, public_id: UUID) -> SuccessPlan:
    """Return a plan, or 404 to whom it is none of their business."""
    rows = SuccessPlan.objects.visible_to(request.user).select_related("partner", "template", "closed_by")
    return get_object_or_404(rows, public_id=public_id)


def version_in_work(plan: SuccessPlan, *states: str) -> PlanVersion | None:
    """Return the version of a plan that is written or proposed, if there is one."""
    rows = PlanVersion.objects.select_related("plan__partner")
    return rows.filter(plan=plan, state__in=states or ("draft", "proposed")).first()


def nothing_there(request: HttpRequest, plan: SuccessPlan) -> HttpResponse:
    """Go to a plan's page: what the reader wanted to act on is not there any more, or not yet."""
    messages.info(request, _("Nothing waits for that here now. This is how the plan stands."))
    return redirect(Side.of(request).url("success-plan-detail", plan.public_id))


def detail(request: Any, plan: SuccessPlan, *, status: int = 200, form: Any = None) -> HttpResponse:
    """Show a plan: what to do now, how it does, and everything both sides agreed to."""
    side = Side.of(request)
    found = reads.page(plan, user=request.user, at=timezone.now())
    if found is None:
        context = {"side": side.name, "base": side.base, "plan": plan, "trail": trail(side)}
        return render(request, "scorecards/success_plans/waiting.html", context)
    words = Words.now()
    context = {
        "side": side.name,
        "base": side.base,
        "plan": plan,
        "page": found,
        "rows": [(one, words.of(one.objective.expression)) for one in found.standings],
        "planned": [] if found.tasks else list(found.version.planned_tasks.order_by("due_on", "pk")),
        "differences": _against_agreed(found),
        "may_edit": side.may_edit and not plan.is_over,
        "may_agree": side.may_agree and not plan.is_over,
        "may_reach": not plan.is_over and (side.may_edit or side.name == "partner"),
        "changes_form": form or ChangesForm(auto_id="changes_%s"),
        "back": request.path,
        "today": found.today,
        "trail": trail(side),
    }
    return render(request, "scorecards/success_plans/detail.html", context, status=status)


def _against_agreed(found: reads.PlanPage) -> list[reads.Difference]:
    """Return what the version in work says otherwise than the one that holds."""
    if found.in_work is None or not found.is_agreed:
        return []
    return reads.differences(found.version, found.in_work)


def trail(side: Side, plan: SuccessPlan | None = None) -> list[tuple[str, str]]:
    """Return the way to a plan's pages."""
    way = [(_("Success plans"), side.url("success-plan-list"))]
    return [*way, (plan.name, side.url("success-plan-detail", plan.public_id))] if plan else way


def agree(request: Any, plan: SuccessPlan) -> HttpResponse:
    """Agree to what is proposed, for one's own side."""
    version = version_in_work(plan, PlanVersionState.PROPOSED)
    if version is None:
        return nothing_there(request, plan)
    if tried(request, lambda: plan_agreement.agree(version=version, by=request.user, at=timezone.now())):
        version.refresh_from_db()
        if version.state == PlanVersionState.AGREED:
            messages.success(request, _("Agreed by both sides. Its tasks are with those who do them."))
        else:
            messages.success(request, _("Noted. It holds once the other side has agreed, too."))
    return redirect(Side.of(request).url("success-plan-detail", plan.public_id))


def ask_for_changes(request: Any, plan: SuccessPlan) -> HttpResponse:
    """Send a proposal back, with words."""
    version = version_in_work(plan, PlanVersionState.PROPOSED)
    if version is None:
        return nothing_there(request, plan)
    form = ChangesForm(request.POST, auto_id="changes_%s")
    if form.is_valid():
        words = form.cleaned_data["words"]
        try:
            plan_agreement.ask_for_changes(version=version, by=request.user, at=timezone.now(), words=words)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Sent. You read the next proposal as soon as it is there."))
            return redirect(Side.of(request).url("success-plan-list"))
    return detail(request, plan, status=422, form=form)


def milestone(request: Any, plan: SuccessPlan) -> HttpResponse:
    """Tick a milestone off, or say that it is not reached after all."""
    act = plan_reviews.unreach if request.POST.get("reached") == "0" else plan_reviews.reach
    found = PlanVersion.objects.filter(plan=plan).readable_by(request.user).live()
    key = request.POST.get("milestone", "")[:40]
    if not any(one.milestones.filter(key=key).exists() for one in found):
        return nothing_there(request, plan)
    tried(request, lambda: act(plan=plan, milestone_key=key, by=request.user, at=timezone.now()))
    return redirect(Side.of(request).url("success-plan-detail", plan.public_id) + "#milestones")


def tried(request: HttpRequest, act: Any) -> bool:
    """Do something that may be refused, and say so. Returns whether it was done."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True


# --- versions


def version_list(request: Any, plan: SuccessPlan) -> HttpResponse:
    """Show every version with what it says otherwise than the one before."""
    side = Side.of(request)
    rows = PlanVersion.objects.filter(plan=plan).readable_by(request.user).order_by("number")
    known = rows.select_related("proposed_by", "vendor_agreed_by", "partner_agreed_by")
    versions = list(reads.with_parts(known))
    pairs = [(one, reads.differences(before, one) if before else []) for before, one in pairwise([None, *versions])]
    context = {"side": side.name, "base": side.base, "plan": plan, "pairs": pairs[::-1], "trail": trail(side, plan)}
    return render(request, "scorecards/success_plans/versions.html", context)


def version_detail(request: Any, plan: SuccessPlan, number: int) -> HttpResponse:
    """Show one version as it was written."""
    side = Side.of(request)
    rows = reads.with_parts(PlanVersion.objects.filter(plan=plan).readable_by(request.user))
    version = get_object_or_404(
        rows.select_related("proposed_by", "vendor_agreed_by", "partner_agreed_by"), number=number
    )
    words = Words.now()
    context = {
        "side": side.name,
        "base": side.base,
        "plan": plan,
        "version": version,
        "objectives": [(one, words.of(one.expression)) for one in version.objectives.all()],
        "tasks": sorted(version.planned_tasks.all(), key=lambda one: (one.due_on, one.pk)),
        "trail": [*trail(side, plan), (_("Versions"), side.url("success-plan-versions", plan.public_id))],
    }
    return render(request, "scorecards/success_plans/version.html", context)


# --- reviews


def review(request: Any, plan: SuccessPlan, quarter: str) -> HttpResponse:
    """Show the review of a quarter, and write notes in it."""
    side = Side.of(request)
    found = reads.review_page(plan, _day(quarter), user=request.user, at=timezone.now())
    if found is None:
        raise Http404
    names = ("went_well", "went_badly", "decisions")
    expected = found.review.version if found.review.pk else 0
    initial = {name: getattr(found.review, name) for name in names} | {"expected": expected}
    form = ReviewForm(request.POST or None, initial=initial)
    may_write = (side.may_edit or side.may_agree) and not found.is_finished and not plan.is_over
    if request.method == "POST" and form.is_valid() and may_write:
        said = dict(form.cleaned_data)
        read = said.pop("expected") or None
        try:
            plan_reviews.note(
                plan=plan, quarter=found.quarter, by=request.user, at=timezone.now(), notes=said, expected=read
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The notes of %(quarter)s are saved.") % {"quarter": found.quarter})
            return redirect(request.path)
    if request.method == "POST" and not may_write:
        messages.error(request, _("Nothing is written here now: the review is finished, or your role only reads."))
    words = Words.now()
    context = {
        "side": side.name,
        "base": side.base,
        "plan": plan,
        "page": found,
        "rows": [(one, words.of(one.objective.expression)) for one in found.rows],
        "form": form,
        "may_write": may_write,
        "may_edit": side.may_edit,
        "back": request.path,
        "today": found.today,
        "trail": trail(side, plan),
    }
    return render(request, "scorecards/success_plans/review.html", context, status=422 if form.errors else 200)


def quarter_of_plan(request: Any, plan: SuccessPlan, quarter: str) -> Quarter:
    """Return a quarter of a plan by its first day, or 404."""
    found = reads.review_page(plan, _day(quarter), user=request.user, at=timezone.now())
    if found is None:
        raise Http404
    return found.quarter


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def today_of_program() -> date:
    """Return the day it is in the program's zone."""
    return today(at=timezone.now(), zone=Program.current().zone)
