"""A region of the tree, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.models import Region
from partners.queries.regions import options


class RegionForm(HubForm):
    """A region's name and place."""

    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(
        label=_("Below"), required=False, queryset=Region.objects.none(), to_field_name="key", empty_label=_("The top")
    )

    def __init__(self, *args: Any, region: Region | None = None, **kwargs: Any) -> None:
        if region is not None:
            above = region.parent.key if region.parent else None
            kwargs["initial"] = {"name": region.name, "parent": above}
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = Region.objects.all()
        parent.choices = [("", parent.empty_label), *options(without=region)]


class NewRegionForm(RegionForm):
    """A new region."""

    key = forms.SlugField(
        label=_("Key"),
        required=False,
        max_length=40,
        help_text=_("Its name in the API and in files; made from the name when left empty. It stays."),
    )
