"""The starter pack at the vendor: added to the program in one step."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from scorecards.services import starter


@vendor_view(Permission.MANAGE_SCORECARDS)
@require_POST
def starter_install(request: HttpRequest) -> HttpResponse:
    """Add the scorecards of the starter pack that are not there yet."""
    added = len(starter.install(by=request.user, at=timezone.now()))
    if added:
        text = ngettext(
            "%d scorecard was added and published. Switch it on where it fits, on a partner's page.",
            "%d scorecards were added and published. Switch them on where they fit, on a partner's page.",
            added,
        )
        messages.success(request, text % added)
    else:
        messages.info(request, _("Every scorecard of the starter pack is there already."))
    return redirect("vendor:scorecard-list")
