"""The marks between bands as numbers in a plain form."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.forms import HubForm
from segmentation.queries.bands import Scale
from segmentation.queries.thresholds import plain

DIGITS, PLACES = 18, 4


class BandsForm(HubForm):
    """One number between each two bands, each higher than the one before."""

    def __init__(self, *args: Any, scale: Scale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        then = scale.drafted or [band.bounds for band in scale.bands]
        for place, (below, above) in enumerate(pairwise(scale.bands)):
            names = {"below": below.segment, "above": above.segment}
            mark = then[place].high
            self.fields[f"mark_{place}"] = forms.DecimalField(
                label=_("From “%(below)s” to “%(above)s”") % names,
                max_digits=DIGITS,
                decimal_places=PLACES,
                initial=plain(mark) if mark is not None else None,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input input-sm w-40"}),
                help_text=_("The mark itself is “%(band)s”.")
                % {"band": above.segment if below.bounds.upper == "<" else below.segment},
            )

    @property
    def marks(self) -> list[Decimal]:
        """The numbers typed, the lowest first."""
        return [self.cleaned_data[name] for name in self.fields]

    def clean(self) -> Any:
        """Tell the first mark that is not higher than the one before, at its field."""
        cleaned = super().clean()
        before = None
        for name in self.fields:
            mark = self.cleaned_data.get(name)
            if mark is not None and before is not None and mark <= before:
                self.add_error(name, _("Write a number above %(before)s.") % {"before": plain(before)})
                break
            before = mark if mark is not None else before
        return cleaned
