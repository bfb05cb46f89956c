"""Forms of agreements."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from core.files import ENDINGS
from core.forms import HubForm
from core.models import VersionState
from partners import audiences
from partners.models import AgreementVersion, Category, Gate, Region, Signers, Tier, Way

LISTS = {"categories": "category_ids", "tiers": "tier_ids", "regions": "region_ids"}


class AgreementForm(HubForm):
    """One text of an agreement: what it says, to whom, how long it holds and what it opens."""

    name = forms.CharField(label=_("Name"), max_length=120)
    text = forms.CharField(
        label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 14}), help_text=_("Markdown")
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("Instead of the text, or beside it. A new file replaces the old one."),
    )
    categories = forms.ModelMultipleChoiceField(
        label=_("Categories"), queryset=Category.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    tiers = forms.ModelMultipleChoiceField(
        label=_("Tiers, and those above them"),
        queryset=Tier.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regions = forms.ModelMultipleChoiceField(
        label=_("Regions, and those below them"),
        queryset=Region.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    audience = forms.ModelChoiceField(
        label=_("By criteria"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=_("No criteria"),
        help_text=_("A segment: whoever is in it is asked, whoever leaves it is not."),
    )
    way = forms.ChoiceField(label=_("How partners agree"), choices=Way.choices)
    signers = forms.ChoiceField(label=_("Who may agree for a partner"), choices=Signers.choices)
    valid_days = forms.IntegerField(label=_("Valid for days"), required=False, min_value=1, max_value=20000)
    valid_months = forms.IntegerField(label=_("or for months"), required=False, min_value=1, max_value=600)
    valid_until_on = forms.DateField(
        label=_("or until"), required=False, help_text=_("The first day on which it no longer counts.")
    )
    notice_days = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=730),
        label=_("Notices, days before"),
        required=False,
        help_text=_("Separated by commas, such as 60, 30, 7."),
    )
    gates = forms.MultipleChoiceField(
        label=_("Closed without it"), choices=Gate.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    asks_everybody_again = forms.BooleanField(
        label=_("Everybody accepts this text anew"),
        required=False,
        help_text=_("Otherwise who accepted an earlier text has accepted; only new ones are asked."),
    )

    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: AgreementVersion | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"notice_days": [60, 30, 7]}
        if version is not None:
            own = [name for name in self.base_fields if hasattr(version, name) and name != "file"]
            initial = {name: getattr(version, name) for name in own}
            initial |= {name: getattr(version, column) for name, column in LISTS.items()}
            initial["name"], initial["audience"] = version.definition.name, version.audience_id
            initial["expected"] = version.version if version.state == VersionState.DRAFT else None
        super().__init__(*args, initial=initial, **kwargs)
        fields: Any = self.fields
        fields["categories"].queryset = Category.objects.filter(retired_at__isnull=True).order_by("position", "name")
        fields["tiers"].queryset = (
            Tier.objects.filter(retired_at__isnull=True).select_related("track").order_by("track__position", "rank")
        )
        fields["tiers"].label_from_instance = lambda tier: f"{tier.track}: {tier}"
        fields["regions"].queryset = Region.objects.order_by("path")
        fields["audience"].queryset = audiences.choices(initial.get("audience"))

    def clean(self) -> dict[str, Any]:
        """Refuse two validities at once."""
        cleaned = super().clean() or {}
        if sum(bool(cleaned.get(name)) for name in ("valid_days", "valid_months", "valid_until_on")) > 1:
            self.add_error("valid_until_on", _("Say days, months or a day, not several of them."))
        return cleaned

    @property
    def texts(self) -> dict[str, Any]:
        """What the draft is to say."""
        elsewhere = {"name", "file", "expected", "audience", *LISTS}
        said = {name: value for name, value in self.cleaned_data.items() if name not in elsewhere}
        lists = {column: sorted(one.pk for one in self.cleaned_data[name]) for name, column in LISTS.items()}
        audience = self.cleaned_data["audience"]
        return said | lists | {"audience_id": audience.pk if audience else None}


class AcceptForm(HubForm):
    """Agreeing. `text_hash` is that of the text as it was shown."""

    text_hash = forms.CharField(widget=forms.HiddenInput)
    signed_name = forms.CharField(label=_("Your name, typed as your signature"), max_length=150)
    agreed = forms.BooleanField(label=_("I have read it and agree for my company."))

    def __init__(self, *args: Any, by_click: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_click:
            del self.fields["signed_name"]


class CopyForm(HubForm):
    """A countersigned copy."""

    copy = forms.FileField(label=_("Countersigned PDF"), widget=forms.FileInput(attrs={"accept": ".pdf"}))
