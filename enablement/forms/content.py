"""Assets as people enter them."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.files import ENDINGS
from core.markdown import MAX_LENGTH
from enablement.forms.audiences import LANGUAGES, ForPeopleForm
from enablement.models import AssetKind
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from


class AssetForm(ForPeopleForm):
    """One asset. Which of text, file and address is needed depends on the kind, and is asked at publishing."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(label=_("Summary"), max_length=500, required=False, help_text=_("One or two sentences."))
    kind = forms.ChoiceField(label=_("Kind"), choices=AssetKind.choices)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Markdown: # heading, **bold**, - list, [link](https://…), tables with |."),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("Up to 25 MB. A new file replaces the old one."),
    )
    url = forms.URLField(
        label=_("Address"), required=False, max_length=1000, assume_scheme="https", help_text=_("Begins with https://")
    )
    audience = forms.ModelChoiceField(
        label=_("Audience"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner"),
        help_text=_("Only partners in this segment see it, find it and can download it."),
    )
    product_lines = SimpleArrayField(
        forms.CharField(max_length=80), label=_("Product lines"), required=False, help_text=_("Separated by commas.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="en")
    minutes = forms.IntegerField(label=_("Minutes it takes"), required=False, min_value=1, max_value=9999)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)
    review_on = forms.DateField(label=_("Review by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].queryset = to_choose_from(self.initial.get("audience"))  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners()  # type: ignore[attr-defined]

    def clean_product_lines(self) -> list[str]:
        """Return the lines without blanks and repetitions."""
        return list(dict.fromkeys(line.strip() for line in self.cleaned_data["product_lines"] if line.strip()))

    @property
    def changes(self) -> dict[str, Any]:
        """What the service is to write; the file is given separately."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


def owners() -> Any:
    """Return the people of the vendor who may own something."""
    return User.objects.filter(is_active=True).exclude(role="").order_by("name")
