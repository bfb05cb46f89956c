"""Who looks after which partner: one, the chosen ones, or all that a list was narrowed to."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.forms.partners import AssignForm
from partners.forms.refusals import show_refusal
from partners.models import Partner
from partners.queries import attributes as attribute_queries
from partners.queries import partners as reads
from partners.services import assignments
from partners.views.ids import uuids

SAMPLE_SIZE = 10


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_assign(request: HttpRequest) -> HttpResponse:
    """Show whom an assignment would touch, and do it: the chosen partners, or all that a list was narrowed to."""
    chosen = _chosen(request)
    count = chosen.count()
    form = AssignForm(request.POST or None, managers=reads.managers(), initial={"expected": count})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["expected"] != count:
            form.add_error(None, _("The list has changed since you looked: it is %(count)d now.") % {"count": count})
            form.data = {**request.POST.dict(), "expected": count}
        elif (changed := _assign(request, form, chosen)) is not None:
            messages.success(request, _told(changed, form.manager))
            return redirect(_back(request, chosen, count))
    sample = list(chosen.order_by("name", "id")[:SAMPLE_SIZE])
    context = {
        "form": form,
        "count": count,
        "sample": sample,
        "more": count - len(sample),
        "by_manager": reads.by_manager(chosen),
        "trail": [(_("Partners"), reverse("vendor:partner-list"))],
        "back": _back(request, chosen, count),
    }
    return render(request, "partners/vendor/assignments/assign.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.ASSIGN_PARTNERS)
@require_POST
def partner_release(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Let rules decide again who looks after a partner."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    assignments.release(partners=[partner], by=request.user, at=timezone.now())
    messages.success(request, _("Rules decide again who looks after %(name)s.") % {"name": partner.name})
    return redirect("vendor:partner-history", partner.public_id)


def _chosen(request: HttpRequest) -> QuerySet[Any]:
    visible = Partner.objects.visible_to(request.user)
    if request.GET.get("all") != "1":
        return visible.filter(public_id__in=uuids(request.GET.getlist("partner")))
    filters = reads.Filters.of(request.GET.dict())
    return reads.narrowed(visible, filters, user=request.user, attributes=attribute_queries.in_use())


def _assign(request: HttpRequest, form: AssignForm, chosen: QuerySet[Any]) -> int | None:
    try:
        return assignments.assign(partners=chosen.only("pk"), user=form.manager, by=request.user, at=timezone.now())
    except ValidationError as error:
        show_refusal(form, error)
        return None


def _told(changed: int, user: Any) -> str:
    if user is None:
        words = ngettext("%(n)d partner has no manager now.", "%(n)d partners have no manager now.", changed)
        return words % {"n": changed}
    words = ngettext("%(n)d partner was assigned to %(name)s.", "%(n)d partners were assigned to %(name)s.", changed)
    return words % {"n": changed, "name": user.name}


def _back(request: HttpRequest, chosen: QuerySet[Any], count: int) -> str:
    """Return where the reader came from: the partner's page for one, else the list as it was narrowed."""
    if request.GET.get("all") != "1":
        one = chosen.first() if count == 1 else None
        return reverse("vendor:partner-detail", args=[one.public_id]) if one else reverse("vendor:partner-list")
    query = urlencode({name: value for name, value in request.GET.items() if name != "all"})
    return f"{reverse('vendor:partner-list')}?{query}"
