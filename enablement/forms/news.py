"""News as people at the vendor enter it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm, dress
from core.markdown import MAX_LENGTH
from core.services import translations
from enablement.forms.audiences import ForPeopleForm
from enablement.forms.content import owners
from enablement.models import Importance, NewsItem, NewsKind
from segmentation.models import Segment
from segmentation.queries.audiences import to_choose_from


class NewsForm(ForPeopleForm):
    """An item: what it says, how much it asks, and whom it is for."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text=_("One or two sentences; they stand in lists and in e-mails."),
    )
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Markdown: # heading, **bold**, - list, [link](https://…), tables with |."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=NewsKind.choices)
    importance = forms.ChoiceField(
        label=_("Importance"),
        choices=Importance.choices,
        help_text=_(
            "Normal goes into digests; important is e-mailed at once to those who want that; what must be acknowledged"
            " stays on top of every reader's home page, and is always e-mailed."
        ),
    )
    audience = forms.ModelChoiceField(
        label=_("Audience"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Every partner"),
        help_text=_("Nobody else sees it, finds it or is told of it."),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)
    last_day_on = forms.DateField(
        label=_("Shown until"), required=False, help_text=_("The last day on which partners see it. Empty: for good.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["audience"].queryset = to_choose_from(self.initial.get("audience"))
        fields["owner"].queryset = owners()


class PublishNewsForm(HubForm):
    """The moment from which an item is to be shown, in the reader's time zone."""

    starts_at = forms.DateTimeField(label=_("From"))


class NewsTranslationForm(HubForm):
    """An item's texts in one language."""

    def __init__(self, *args: Any, item: NewsItem, language: str, **kwargs: Any) -> None:
        kept = item.translations.get(language, {})
        super().__init__(*args, initial=kept, **kwargs)
        for name in item.translatable:
            field: Any = item._meta.get_field(name)
            self.fields[name] = forms.CharField(
                label=str(field.verbose_name).capitalize(),
                required=False,
                max_length=field.max_length or translations.MAX_LENGTH,
                widget=forms.TextInput
                if name == "title"
                else forms.Textarea(attrs={"rows": 14 if name == "body" else 4}),
            )
            self.fields[name].widget.attrs["lang"] = language
            dress(self.fields[name])
        if translations.old_in(item, language):
            self.fields["still"] = forms.BooleanField(
                label=_("What I left as it is still says the same as the original"), required=False
            )
            dress(self.fields["still"])
        self.names = item.translatable

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by text."""
        return {name: self.cleaned_data[name] for name in self.names}
