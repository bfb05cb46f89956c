"""Rules by which partners come to a manager: in their order, with what applying them would do."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models.base import VersionState
from criteria.fields import RuleKind
from partners.forms.refusals import show_refusal
from segmentation import queries
from segmentation.forms.assignment_rules import AssignmentRuleForm, NewAssignmentRuleForm
from segmentation.models import AssignmentRule
from segmentation.services import assignment_rules


def _trail() -> list[tuple[str, str]]:
    return [(_("Assignment rules"), reverse("vendor:assignment-rule-list"))]


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_safe
def assignment_rule_list(request: HttpRequest) -> HttpResponse:
    """Show the rules in the order in which they are asked, and what applying all of them would do."""
    rules = AssignmentRule.objects.filter(retired_at__isnull=True).select_related("segment", "manager")
    ordered = list(rules.prefetch_related("segment__versions").order_by("position", "pk"))
    counts = queries.member_counts()
    rows = [{"rule": rule, "count": counts.get(rule.segment_id, 0), **_criteria(rule)} for rule in ordered]
    context = {
        "rows": rows,
        "plan": assignment_rules.plan(),
        "may_write": allowed(request.user, Permission.MANAGE_SEGMENTS),
        "kind": RuleKind.SEGMENT.value,
    }
    return render(request, "segmentation/vendor/assignment_rules/list.html", context)


def _criteria(rule: AssignmentRule) -> dict[str, Any]:
    """Return a rule's criteria as a sentence, and whether they wait to be published."""
    versions = {one.state: one for one in rule.segment.versions.all()}
    published = versions.get(VersionState.PUBLISHED)
    return {
        "sentence": queries.sentence_of(published.criteria) if published else "",
        "has_draft": VersionState.DRAFT in versions,
    }


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_rule_create(request: HttpRequest) -> HttpResponse:
    """Make a rule; its criteria come next."""
    form = NewAssignmentRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rule = assignment_rules.create(by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            if allowed(request.user, Permission.MANAGE_SEGMENTS):
                return redirect("vendor:criteria-edit", RuleKind.SEGMENT.value, rule.segment.public_id)
            return redirect("vendor:assignment-rule-list")
    return _form_page(request, form, None)


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_rule_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Rename a rule, give its partners to somebody else, or let it apply by itself."""
    rule = _rule(public_id)
    initial = {"name": rule.segment.name, "manager": rule.manager_id, "is_on": rule.is_on}
    form = AssignmentRuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            assignment_rules.update(rule=rule, by=request.user, at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("vendor:assignment-rule-list")
    return _form_page(request, form, rule)


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_POST
def assignment_rule_move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask a rule earlier or later."""
    up = request.POST.get("way") != "down"
    assignment_rules.move(rule=_rule(public_id), up=up, by=request.user, at=timezone.now())
    return redirect("vendor:assignment-rule-list")


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_POST
def assignment_rule_retire(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a rule out of use."""
    rule = _rule(public_id)
    assignment_rules.retire(rule=rule, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is no longer applied. Partners stay where they are.") % {"name": rule})
    return redirect("vendor:assignment-rule-list")


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_POST
def assignment_rule_apply(request: HttpRequest) -> HttpResponse:
    """Give everybody to the managers the rules say, now."""
    changed = assignment_rules.apply(partner_ids=None, by=request.user, at=timezone.now(), all_rules=True)
    told = ngettext("%(count)d partner changed its manager.", "%(count)d partners changed their manager.", changed)
    messages.success(request, told % {"count": changed})
    return redirect("vendor:assignment-rule-list")


def _form_page(request: HttpRequest, form: Any, rule: AssignmentRule | None) -> HttpResponse:
    context = {"form": form, "rule": rule, "trail": _trail()}
    status = 422 if form.errors else 200
    return render(request, "segmentation/vendor/assignment_rules/form.html", context, status=status)


def _rule(public_id: str) -> AssignmentRule:
    rules = AssignmentRule.objects.filter(retired_at__isnull=True).select_related("segment", "manager")
    found: AssignmentRule = get_object_or_404(rules, public_id=public_id)
    return found
