"""Assets and their parts as people enter them."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.files import endings, limit_bytes
from core.forms import HubForm
from core.markdown import MAX_LENGTH
from enablement.forms.audiences import LANGUAGES, ForPeopleForm
from enablement.models import Asset, AssetKind, SalesStage
from enablement.services.parts import FAMILIES
from partners.models import Region
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from

RECORDING_MB = limit_bytes("video") // 1024**2


class CommaListField(SimpleArrayField):
    """Several short texts with commas between them, without blanks and repetitions."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(forms.CharField(max_length=80), required=False, **extra)

    def clean(self, value: Any) -> list[str]:
        """Return the texts."""
        return list(dict.fromkeys(one.strip() for one in super().clean(value) if one.strip()))


class AssetForm(ForPeopleForm):
    """What holds for an asset whatever its parts: what it is about, for whom, whose it is and how long it is shown."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(label=_("Summary"), max_length=500, required=False, help_text=_("One or two sentences."))
    product_lines = CommaListField(label=_("Product lines"), help_text=_("Separated by commas."))
    sales_stages = forms.MultipleChoiceField(
        label=_("Sales stages"), required=False, choices=SalesStage.choices, widget=forms.CheckboxSelectMultiple
    )
    target_markets = CommaListField(label=_("Target markets"))
    business_units = CommaListField(label=_("Business units"))
    audience = forms.ModelChoiceField(
        label=_("Audience"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner"),
        help_text=_("Only partners in this segment see it, find it and can download it."),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, help_text=_("Hears when a review is due.")
    )
    review_on = forms.DateField(label=_("Review by"), required=False)
    last_day_on = forms.DateField(
        label=_("Shown until"), required=False, help_text=_("The last day on which partners see it. Empty: for good.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["audience"].queryset = to_choose_from(self.initial.get("audience"))
        fields["owner"].queryset = owners()
        for name in ("product_lines", "target_markets", "business_units"):
            known = _known(name)
            if known:
                fields[name].help_text = _("Separated by commas. Known: %(words)s.") % {"words": ", ".join(known)}

    @property
    def changes(self) -> dict[str, Any]:
        """What the service is to write."""
        return dict(self.cleaned_data)


class PartForm(HubForm):
    """One part of an asset. Which of text, file and address is needed depends on its kind."""

    kind = forms.ChoiceField(label=_("Kind"), choices=AssetKind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="en")
    region = forms.ModelChoiceField(
        label=_("Only in"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=_("Every region"),
        help_text=_("Partners there see it instead of what is of the same kind and language; nobody else sees it."),
    )
    part_title = forms.CharField(
        label=_("Title in this language"), max_length=200, required=False, help_text=_("Empty: the title of the asset.")
    )
    part_summary = forms.CharField(label=_("Summary in this language"), max_length=500, required=False)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Markdown: # heading, **bold**, - list, [link](https://…), tables with |. Beside a video or recording it is"
            " what one can read instead."
        ),
    )
    file = forms.FileField(label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ""}))
    captions = forms.FileField(
        label=_("Captions"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt"}),
        help_text=_("WebVTT, in the language of the video."),
    )
    url = forms.URLField(
        label=_("Address"), required=False, max_length=1000, assume_scheme="https", help_text=_("Begins with https://")
    )
    minutes = forms.IntegerField(label=_("Minutes it takes"), required=False, min_value=1, max_value=9999)
    note = forms.CharField(
        label=_("What changed"), max_length=200, required=False, help_text=_("Kept with the version before.")
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["region"].queryset = Region.objects.order_by("name")
        families = FAMILIES.get(AssetKind(kind), ()) if kind else [one for some in FAMILIES.values() for one in some]
        if kind:
            del fields["kind"]
            for name in _left_out(AssetKind(kind)):
                fields.pop(name, None)
        else:
            del fields["note"]
        if "file" in fields:
            fields["file"].widget.attrs["accept"] = ",".join(endings(*families))
            fields["file"].help_text = _("Documents up to 25 MB, videos and recordings up to %(limit)d MB.") % {
                "limit": RECORDING_MB
            }

    @property
    def changes(self) -> dict[str, Any]:
        """What the service is to write; files and the note are given separately."""
        names = {"part_title": "title", "part_summary": "summary"}
        separate = {"file", "captions", "note"}
        return {names.get(key, key): value for key, value in self.cleaned_data.items() if key not in separate}

    @property
    def uploads(self) -> dict[str, Any]:
        """The files that were sent."""
        return {name: self.cleaned_data.get(name) for name in ("file", "captions")}


#: A part's fields as the form calls them: a form may stand beside that of its asset.
FORM_NAMES = {"title": "part_title", "summary": "part_summary"}


class PublishForm(HubForm):
    """A day from which an asset is to be shown."""

    on = forms.DateField(label=_("From this day on"))


class KitItemForm(HubForm):
    """An asset to put into a kit."""

    item = forms.ModelChoiceField(label=_("Asset"), queryset=Asset.objects.none(), to_field_name="public_id")

    def __init__(self, *args: Any, kit: Asset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Asset.objects.filter(retired_at__isnull=True).exclude(media__contains=["kit"])
        rows = rows.exclude(in_kits__kit=kit).without_words().order_by("title", "pk")
        self.fields["item"].queryset = rows  # type: ignore[attr-defined]


def owners() -> Any:
    """Return the people of the vendor who may own something."""
    return User.objects.filter(is_active=True).exclude(role="").order_by("name")


def _known(column: str, most: int = 12) -> list[str]:
    """Return values that other assets have already, so that one thing gets one name."""
    rows = Asset.objects.filter(retired_at__isnull=True).exclude(**{column: []}).values_list(column, flat=True)[:500]
    return sorted({value for values in rows for value in values})[:most]


def _left_out(kind: AssetKind) -> set[str]:
    """Return the fields that a kind has no use for."""
    needs = {
        AssetKind.PAGE: {"file", "captions", "url"},
        AssetKind.FILE: {"captions", "url"},
        AssetKind.LINK: {"file", "captions"},
        AssetKind.VIDEO: set(),
        AssetKind.AUDIO: {"captions", "url"},
        AssetKind.KIT: {"file", "captions", "url"},
    }
    return needs[kind]
