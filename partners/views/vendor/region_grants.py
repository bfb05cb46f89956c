"""In which regions a person acts as regional program admin."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import vendor_view
from accounts.models import User
from accounts.permissions import Permission
from partners.forms.definitions import add_refusal
from partners.forms.region_grants import RegionGrantForm
from partners.services import region_grants


@vendor_view(Permission.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_regions(request: HttpRequest, user: UUID) -> HttpResponse:
    """Choose the regions of a regional program admin."""
    person = get_object_or_404(User.objects.exclude(role=""), public_id=user)
    granted = [grant.region.key for grant in person.region_grants.select_related("region")]
    form = RegionGrantForm(request.POST or None, initial={"regions": granted})
    if request.method == "POST" and form.is_valid():
        try:
            changed = region_grants.grant(
                user=person, regions=form.cleaned_data["regions"], by=request.user, at=timezone.now()
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved, from the next page on.") if changed else _("Nothing changed."))
            return redirect("vendor:user-edit", person.public_id)
    context = {
        "person": person,
        "form": form,
        "is_regional": person.has(Permission.VIEW_REGION_PARTNERS) and not person.has(Permission.VIEW_ALL_PARTNERS),
        "trail": [(_("Users"), reverse("vendor:user-list")), (str(person), reverse("vendor:user-edit", args=[user]))],
    }
    return render(request, "partners/vendor/region_grants/edit.html", context, status=422 if form.errors else 200)
