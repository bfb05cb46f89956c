"""The form of a measure itself; its formula has an editor of its own."""

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.forms import HubModelForm
from segmentation.models import Measure

KEY_LENGTH = 36


class MeasureForm(HubModelForm):
    """What a measure is called, how its number is shown, and whether partners see it."""

    class Meta:
        model = Measure
        fields = ("name", "description", "kind", "unit", "places", "partner_may_see")
        widgets = {"kind": forms.RadioSelect, "description": forms.Textarea(attrs={"rows": 2})}

    def clean_name(self) -> str:
        """Refuse a name that another measure in use has: criteria are read by it."""
        name: str = self.cleaned_data["name"].strip()
        others = Measure.objects.exclude(pk=self.instance.pk).filter(retired_at__isnull=True)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is a measure of this name already."))
        return name

    def free_key(self) -> str:
        """Return a key made of the name that no measure has."""
        stem = slugify(self.cleaned_data["name"]).replace("-", "_")[:KEY_LENGTH].strip("_")
        stem = stem if stem[:1].isalpha() else f"measure_{stem}".strip("_")[:KEY_LENGTH]
        taken = set(Measure.objects.filter(key__startswith=stem).values_list("key", flat=True))
        return next(key for key in [stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))] if key not in taken)
