"""The program's own attributes, on the vendor's side."""

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

from accounts.access import vendor_view
from accounts.permissions import Permission
from partners.forms.attributes import AttributeForm, NewAttributeForm, RenameChoiceForm
from partners.forms.refusals import show_refusal
from partners.models import AttributeDefinition
from partners.queries import attributes as reads
from partners.services import attributes


def _trail() -> list[tuple[str, str]]:
    return [(_("Attributes"), reverse("vendor:attribute-list"))]


@vendor_view(Permission.MANAGE_ATTRIBUTES)
@require_safe
def attribute_list(request: HttpRequest) -> HttpResponse:
    """List the attributes, retired ones apart."""
    retired = AttributeDefinition.objects.filter(retired_at__isnull=False).order_by("label", "id")
    context = {"attributes": reads.live(), "retired": retired}
    return render(request, "partners/vendor/attributes/list.html", context)


@vendor_view(Permission.MANAGE_ATTRIBUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def attribute_create(request: HttpRequest) -> HttpResponse:
    """Add an attribute."""
    form = NewAttributeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            definition = attributes.create(by=request.user, at=timezone.now(), **form.values)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            told = _("%(label)s is on every profile, in the API, in filters and in criteria now.")
            messages.success(request, told % {"label": definition.label})
            return redirect("vendor:attribute-list")
    context = {"form": form, "trail": _trail()}
    return render(request, "partners/vendor/attributes/create.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_ATTRIBUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def attribute_edit(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Change an attribute's texts, choices and who may see it."""
    definition = get_object_or_404(AttributeDefinition, public_id=public_id)
    form = AttributeForm(request.POST or None, definition=definition)
    if request.method == "POST" and form.is_valid():
        try:
            attributes.update(definition=definition, by=request.user, at=timezone.now(), changes=form.values)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(label)s was saved.") % {"label": form.cleaned_data["label"]})
            return redirect("vendor:attribute-list")
    renaming = RenameChoiceForm(choices=definition.choices) if definition.choices else None
    context = {
        "form": form,
        "renaming": renaming,
        "definition": definition,
        "users": reads.users_of(definition),
        "trail": _trail(),
    }
    return render(request, "partners/vendor/attributes/edit.html", context, status=422 if form.errors else 200)


@vendor_view(Permission.MANAGE_ATTRIBUTES)
@require_POST
def attribute_rename_choice(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Give a choice another name; partners that have it keep it."""
    definition = get_object_or_404(AttributeDefinition, public_id=public_id)
    before, after = request.POST.get("before", ""), request.POST.get("after", "")
    try:
        count = attributes.rename_choice(
            definition=definition, before=before, after=after, by=request.user, at=timezone.now()
        )
        told = ngettext(
            "The choice was renamed; %(count)d partner has it.", "The choice was renamed; %(count)d have it.", count
        )
        messages.success(request, told % {"count": count})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("vendor:attribute-edit", definition.public_id)


@vendor_view(Permission.MANAGE_ATTRIBUTES)
@require_POST
def attribute_retire(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Take an attribute out of use, unless published criteria ask about it."""
    definition = get_object_or_404(AttributeDefinition, public_id=public_id)
    try:
        attributes.retire(definition=definition, by=request.user, at=timezone.now())
        messages.success(request, _("%(label)s was retired. Its values are kept.") % {"label": definition.label})
    except attributes.AttributeInUseError as error:
        messages.error(request, str(error))
    return redirect("vendor:attribute-list")


@vendor_view(Permission.MANAGE_ATTRIBUTES)
@require_POST
def attribute_restore(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Bring a retired attribute back."""
    definition = get_object_or_404(AttributeDefinition, public_id=public_id)
    attributes.restore(definition=definition, by=request.user, at=timezone.now())
    messages.success(request, _("%(label)s is back.") % {"label": definition.label})
    return redirect("vendor:attribute-list")
