"""Packages as people upload them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm


class PackageForm(HubForm):
    """A new package: its file, and what we call it."""

    file = forms.FileField(label=_("Package"), widget=forms.FileInput({"accept": ".zip"}))
    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, help_text=_("Empty: as the package calls itself.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("SCORM 1.2 or 2004 as a .zip of up to %(most)d MB.") % {
            "most": settings.MAX_PACKAGE_BYTES // 1024**2
        }


class PackageVersionForm(PackageForm):
    """A package anew."""

    name = None  # type: ignore[assignment]
    note = forms.CharField(label=_("What changed"), max_length=200, required=False)


class PackageNameForm(HubForm):
    """What a package is called."""

    name = forms.CharField(label=_("Name"), max_length=200)
