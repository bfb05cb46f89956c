"""The program's settings and its table of exchange rates."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.services import program
from portal.forms.program import ProgramForm, RateForm
from portal.queries import program as reads


@vendor_view(Permission.MANAGE_PROGRAM)
@require_http_methods(["GET", "HEAD", "POST"])
def program_edit(request: HttpRequest) -> HttpResponse:
    """Show and change the settings."""
    form = ProgramForm(request.POST or None, instance=_as_kept())
    if request.method == "POST" and form.is_valid():
        try:
            changed = program.update(by=request.user, at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was different."))
            return redirect("vendor:program-edit")
    return _page(request, form, RateForm())


@vendor_view(Permission.MANAGE_PROGRAM)
@require_POST
def program_rate(request: HttpRequest) -> HttpResponse:
    """Say what a currency is worth from a day on."""
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            is_new = program.set_rate(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            _show(form, refusal)
        else:
            said = _("Noted. Amounts of deals follow within seconds.") if is_new else _("The table says so already.")
            messages.success(request, said)
            return redirect("vendor:program-edit")
    return _page(request, ProgramForm(instance=_as_kept()), form)


def _as_kept() -> Program:
    """Return a copy of the program for a form, which writes into what it is given."""
    return Program.objects.get_or_create(pk=1)[0]


def _page(request: HttpRequest, form: ProgramForm, rate_form: RateForm) -> HttpResponse:
    kept = _as_kept()
    context: dict[str, Any] = {
        "form": form,
        "rate_form": rate_form,
        "kept": kept,
        "rates": reads.rates(today=timezone.now().astimezone(kept.zone).date()),
        "history": reads.history(),
    }
    status = 422 if form.errors or rate_form.errors else 200
    return render(request, "portal/vendor/program/edit.html", context, status=status)


def _show(form: Any, refusal: ValidationError) -> None:
    """Put a refusal beside the fields it names, above the form otherwise."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
