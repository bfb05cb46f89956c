"""A region of the tree, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.forms.fields import ListField
from partners.models import Region
from partners.queries.regions import options


class RegionNameForm(HubForm):
    """What a region is called."""

    name = forms.CharField(label=_("Name"), max_length=120)


class RegionForm(RegionNameForm):
    """What a region is called, and which countries lie in it."""

    countries = ListField(
        label=_("Countries"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Names or two letters, with commas between them. Whoever applies from there belongs to this region;"
            " partners keep theirs."
        ),
    )


class RegionMoveForm(HubForm):
    """Where a region is to stand."""

    below = forms.ModelChoiceField(
        label=_("Below"), required=False, queryset=Region.objects.none(), to_field_name="key", empty_label=_("The top")
    )

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["below"], without=region)


class RegionMergeForm(HubForm):
    """Which region another one becomes part of."""

    into = forms.ModelChoiceField(
        label=_("Becomes part of"),
        queryset=Region.objects.none(),
        to_field_name="key",
        empty_label=_("Choose a region"),
    )

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["into"], without=region)


class NewRegionForm(RegionNameForm):
    """A new region and its place."""

    parent = forms.ModelChoiceField(
        label=_("Below"), required=False, queryset=Region.objects.none(), to_field_name="key", empty_label=_("The top")
    )
    key = forms.SlugField(
        label=_("Key"),
        required=False,
        max_length=40,
        help_text=_("Its name in the API and in files; made from the name when left empty. It stays."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["parent"])


def _offer(field: Any, *, without: Region | None = None) -> None:
    """Offer the regions in the order of the tree, all but one and those below it."""
    found = Region.objects.exclude(path__contains=[without.pk]) if without is not None else Region.objects.all()
    field.queryset = found
    field.choices = [("", field.empty_label), *options(without=without)]
