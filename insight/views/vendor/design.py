"""What seems wrong in the design of the program."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.doorbell import ring
from core.models import Program
from core.periods import add_months, today
from core.queues import Queue
from insight.forms.findings import AsideForm
from insight.models import Finding
from insight.queries import design as reads
from insight.queries import performance
from insight.queries.standing import overlaps, standings, worked_out_at
from insight.services import findings
from partners.forms.refusals import show_refusal

FOLDER = "insight/vendor/design"
#: How long something is set aside when nobody says otherwise.
ASIDE_MONTHS = 6


@vendor_view(Permission.VIEW_INSIGHT)
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Show what seems wrong, what could be changed, and which categories share their members."""
    context = {
        "design": reads.design(at=timezone.now()),
        "map": performance.overlap_map(standings(), overlaps()),
        "worked_out_at": worked_out_at(),
        "may_decide": allowed(request.user, Permission.MANAGE_CATEGORIES),
    }
    return render(request, f"{FOLDER}/detail.html", context)


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_POST
def design_refresh(request: HttpRequest) -> HttpResponse:
    """Have everything looked at anew, by a worker."""
    ring("insight.tasks.refresh", queue=Queue.REPORTS)
    messages.info(request, _("A worker looks at everything anew. Load this page again in a moment."))
    return redirect("vendor:design")


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_http_methods(["GET", "HEAD", "POST"])
def finding_aside(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Set something aside: it is known, and it is all right for now."""
    finding = _finding(finding_id)
    at = timezone.now()
    later = add_months(today(at=at, zone=Program.current().zone), ASIDE_MONTHS)
    form = AsideForm(
        request.POST or None, initial={"until": finding.remind_on or later, "reason": finding.aside_reason}
    )
    if request.method == "POST" and form.is_valid():
        try:
            findings.set_aside(finding=finding, by=request.user, at=at, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Set aside. It stands at the end of the page until then."))
            return redirect("vendor:design")
    context = {"form": form, "told": reads.tell(finding, day=today(at=at, zone=Program.current().zone))}
    return render(request, f"{FOLDER}/aside.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_CATEGORIES)
@require_POST
def finding_take_up(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Be reminded of something again."""
    try:
        findings.take_up(finding=_finding(finding_id), by=request.user, at=timezone.now())
    except findings.Gone as gone:
        messages.error(request, str(gone))
    return redirect("vendor:design")


def _finding(finding_id: str) -> Finding:
    found: Finding = get_object_or_404(
        Finding.objects.select_related("category", "other", "segment"), public_id=finding_id, gone_at__isnull=True
    )
    return found
