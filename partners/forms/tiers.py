"""Forms of tier tracks, tiers, and of giving a partner a tier."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, HubModelForm, dress
from core.models import Program
from partners.forms.definitions import DefinitionForm, KeyMixin
from partners.models import Category, Tier, TierTrack, TierVersion


class TrackForm(HubModelForm):
    """A ladder: its name, in each language of the program, and for whom it is."""

    class Meta:
        model = TierTrack
        fields = ("name", "category")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = Category.objects.filter(retired_at__isnull=True).order_by("position", "pk")
        category.empty_label = _("Every partner")
        for code, language in Program.current().further_languages.items():
            field = forms.CharField(
                label=_("Name in %(language)s") % {"language": language},
                max_length=120,
                required=False,
                initial=self.instance.names.get(code, ""),
            )
            field.widget.attrs["lang"] = code
            dress(field)
            self.fields[f"name_{code}"] = field

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed, as services take it."""
        said = dict(self.cleaned_data)
        codes = Program.current().further_languages
        names = {code: name for code in codes if (name := said.pop(f"name_{code}", ""))}
        kept = {code: name for code, name in self.instance.names.items() if code not in codes}
        return {**said, "names": {**kept, **names}}


class NewTrackForm(KeyMixin, TrackForm):
    """A new ladder."""

    field_order: tuple[str, ...] = ("name", "key", "category")


class TierForm(DefinitionForm):
    """The texts of a tier."""

    own_fields = ("name",)

    class Meta:
        model = TierVersion
        fields = ("meaning", "benefits")
        help_texts = {
            "meaning": _("Who stands on this rung, in a sentence or two. Partners read it in the glossary."),
            "benefits": _("What a partner gets on this rung, one benefit a line."),
        }


class NewTierForm(KeyMixin, TierForm):
    """A new tier, at the top of its ladder."""

    field_order: tuple[str, ...] = ("name", "key", "meaning", "benefits")


class HoldForm(HubForm):
    """Giving a partner a tier by hand."""

    tier = forms.ModelChoiceField(label=_("Tier"), queryset=Tier.objects.none())
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The partner reads it beside the tier."), widget=forms.Textarea
    )

    def __init__(self, *args: Any, track: TierTrack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier: Any = self.fields["tier"]
        tier.queryset = track.tiers.filter(retired_at__isnull=True).order_by("-rank")
        tier.empty_label = _("Choose a tier")
