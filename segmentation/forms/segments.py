"""Forms of segments."""

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.forms import HubModelForm
from partners.models import Partner
from segmentation.models import PinDirection, Segment


class SegmentForm(HubModelForm):
    """What a segment is called, and how partners come to be in it."""

    class Meta:
        model = Segment
        fields = ("name", "description", "kind")
        widgets = {"kind": forms.RadioSelect, "description": forms.Textarea(attrs={"rows": 2})}

    def clean_name(self) -> str:
        """Refuse a name that is taken, or that leaves nothing to make a key of."""
        name: str = self.cleaned_data["name"].strip()
        others = Segment.objects.exclude(pk=self.instance.pk).filter(is_audience=False)
        if others.filter(name__iexact=name, retired_at__isnull=True).exists():
            raise forms.ValidationError(_("There is a segment of this name already."))
        return name

    def free_key(self) -> str:
        """Return a key made of the name that no segment has."""
        stem = slugify(self.cleaned_data["name"])[:50] or "segment"
        taken = set(Segment.objects.filter(key__startswith=stem).values_list("key", flat=True))
        return next(key for key in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if key not in taken)


class PinForm(forms.Form):
    """Which partner to put in or keep out."""

    partner = forms.ModelChoiceField(queryset=Partner.objects.none(), to_field_name="public_id")
    direction = forms.ChoiceField(choices=PinDirection.choices)
    reason = forms.CharField(max_length=300, required=False)
