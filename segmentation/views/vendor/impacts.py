"""Who would come and go if a draft were published, for the page that publishes it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.models import Partner
from segmentation.queries import impacts
from segmentation.views.vendor.criteria import SUBJECTS


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def definition_impact_panel(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Count who has it, who would come and who would go, with what they won, among the partners the reader may see."""
    subject = SUBJECTS.get(kind)
    if subject is None or subject.rule is None:
        raise Http404
    definition = get_object_or_404(subject.model, public_id=public_id)
    visible = Partner.objects.visible_to(request.user)
    impact = impacts.of_draft(subject.rule, definition, visible=visible, at=timezone.now())
    return render(request, "segmentation/vendor/impact/_panel.html", {"impact": impact, "definition": definition})
