"""Which application a browser may see: the one begun in it, or the one whose e-mailed link was opened in it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.network import client_address, network_of
from partners.models import PartnerApplication
from partners.models.applications import EDITABLE_STATES
from partners.queries import application_questions as questions
from partners.services import application_limits, applications
from partners.services.application_limits import Act

SESSION_KEY = "partner_application"


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form, as the list of steps shows it."""

    key: str
    label: str
    url: str
    done: bool
    current: bool


def let_in(request: HttpRequest, application: PartnerApplication, *, proved: bool) -> None:
    """Let this browser see an application. `proved` says that the e-mailed link was opened in it."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = {"id": str(application.public_id), "proved": proved}


def let_out(request: HttpRequest) -> None:
    """Let this browser see none any more."""
    request.session.pop(SESSION_KEY, None)


def current(request: HttpRequest) -> PartnerApplication | None:
    """Return the application this browser may see.

    Whoever begins one in somebody else's name loses sight of it once that person opens the link.
    """
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return None
    rows = PartnerApplication.objects.select_related("region", "reviewer", "partner")
    found: PartnerApplication | None = rows.filter(public_id=kept["id"]).first()
    return found if found and (kept["proved"] or found.email_proved_at is None) else None


def applicant_page(*, editable: bool = False) -> Callable[[Any], Any]:
    """Give a view the visitor's application, or lead to where one gets it; `editable` ones lead on when it is not."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            application = current(request)
            if application is None:
                messages.warning(request, _("Open the link in our e-mail to go on, or begin anew here."))
                return redirect("apply-start")
            if editable and application.state not in EDITABLE_STATES:
                return redirect("apply-status")
            return view(request, application, *args, **kwargs)

        return page

    return decorate


def steps_of(application: PartnerApplication, here: str) -> list[Step]:
    """Return the pages of the form that this applicant has, and which are done."""
    missing = applications.what_is_missing(application)
    general = questions.about_business()
    special = questions.about_categories(application.category_ids)
    chosen = bool(application.category_ids)
    pages = [("who", _("Who you are"), True)]
    if general:
        answered = any(str(one.public_id) in application.answers for one in general)
        pages.append(("business", _("How you do business"), answered and "business" not in missing))
    pages.append(("categories", _("Categories"), chosen and "categories" not in missing))
    if special:
        answered = any(str(one.public_id) in application.answers for one in special)
        pages.append(("questions", _("A few more questions"), answered and "questions" not in missing))
    pages.append(("review", _("Read and submit"), False))
    return [Step(key, label, reverse(f"apply-{key}"), done, key == here) for key, label, done in pages]


def after(application: PartnerApplication, here: str) -> str:
    """Return the address of the page that follows one."""
    steps = steps_of(application, here)
    place = next((index for index, step in enumerate(steps) if step.current), 0)
    return steps[min(place + 1, len(steps) - 1)].url


def may(request: HttpRequest, act: Act, *, email: str = "") -> bool:
    """Count what a visitor is about to do. Returns whether it is not too much."""
    network = network_of(client_address(request))
    return application_limits.take(act=act, network=network, email=email, at=timezone.now())
