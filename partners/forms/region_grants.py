"""Which regions a regional program admin acts in, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.models import Region
from partners.queries.regions import options


class RegionGrantForm(HubForm):
    """Any number of regions; each counts with all below it."""

    regions = forms.ModelMultipleChoiceField(
        label=_("Regions"),
        queryset=Region.objects.none(),
        to_field_name="key",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each counts with all regions below it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions: Any = self.fields["regions"]
        regions.queryset = Region.objects.all()
        regions.choices = options()
