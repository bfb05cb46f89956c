"""Which partner is the same organisation, as a form."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.forms import HubForm
from partners.forms.fields import PartnerField


class ChooseForm(HubForm):
    """The other partner, by its domain or exact name."""

    other = PartnerField(label=_("The other partner"), required=True)

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = others

    def clean_other(self) -> Any:
        """Ask for one when nothing was typed."""
        other = self.cleaned_data["other"]
        if other is None:
            self.add_error("other", _("Name the other partner."))
        return other
