"""Forms of regional overrides: the region, own criteria or not, and the texts that differ there."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.forms.definitions import DefinitionForm
from partners.models import CategoryOverrideVersion, Region, TierOverrideVersion
from partners.models.categories import CATEGORY_TEXTS
from partners.queries import overrides as reads
from partners.queries.regions import options

MAX_SHOWN = 300


class OverrideForm(DefinitionForm):
    """What differs in a region. Texts left empty are inherited; each says what that would be."""

    own_fields = ()
    name = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        override = kwargs.get("definition")
        above = reads.inherited(override) if override is not None else None
        self._say_what_is_inherited(above)

    def _say_what_is_inherited(self, above: reads.Applied | None) -> None:
        for name in self._meta.fields or ():
            if isinstance(self.fields[name], forms.CharField):
                text = getattr(above.version, name) if above else ""
                self.fields[name].help_text = (
                    _("Left empty, this holds: %(text)s") % {"text": _shortened(text)}
                    if text
                    else _("Left empty, the definition's own text holds.")
                )


class CategoryOverrideForm(OverrideForm):
    """What differs of a category."""

    class Meta:
        model = CategoryOverrideVersion
        fields = ("overrides_criteria", *CATEGORY_TEXTS, "review_interval_months", "grace_days")
        help_texts = {
            "review_interval_months": gettext_lazy(
                "Left empty, members are reviewed as often as elsewhere. A new interval counts for a member from its"
                " next decision or review on; days that are set stay."
            ),
            "grace_days": gettext_lazy(
                "Left empty, as long as elsewhere. It counts for grace that begins once this is published; grace that"
                " has begun keeps its last day. 0: nothing happens when criteria cease to hold."
            ),
        }


class TierOverrideForm(OverrideForm):
    """What differs of a tier."""

    class Meta:
        model = TierOverrideVersion
        fields = ("overrides_criteria", "meaning", "benefits")


class _RegionMixin(forms.Form):
    """Asks for the region. Those that have an override already are not offered."""

    region = forms.ModelChoiceField(
        label=gettext_lazy("Region"),
        queryset=Region.objects.none(),
        to_field_name="key",
        empty_label=gettext_lazy("Choose a region"),
        help_text=gettext_lazy("It holds there and in all regions below that have no text of their own."),
    )
    field_order: tuple[str, ...] = ("region",)

    def __init__(self, *args: Any, subject: Any, regions: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = subject.overrides.filter(retired_at__isnull=True).values("region_id")
        region: Any = self.fields["region"]
        region.queryset = (Region.objects.all() if regions is None else regions).exclude(pk__in=taken)
        free = set(region.queryset.values_list("key", flat=True))
        region.choices = [("", region.empty_label), *((key, name) for key, name in options() if key in free)]


class NewCategoryOverrideForm(_RegionMixin, CategoryOverrideForm):
    """A new override of a category."""


class NewTierOverrideForm(_RegionMixin, TierOverrideForm):
    """A new override of a tier."""


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_SHOWN else f"{words[:MAX_SHOWN].rstrip()}…"
