"""Shape and validity of what people say about deals."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import formset_factory
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.forms import HubForm, dress
from core.money import Money
from deals.models import Deal, DealRole, DealStage, Product
from deals.services.deals import Line, Participation
from partners.models import Partner

#: Name of a period → its days.
PERIODS = {"30": 30, "90": 90, "365": 365}


class DealFilterForm(forms.Form):
    """The filters of the list. A value that cannot be read is as good as none."""

    q = forms.CharField(required=False, max_length=100)
    stage = forms.ChoiceField(required=False, choices=[("", _("Any stage")), *DealStage.choices], label=_("Stage"))
    period = forms.ChoiceField(
        required=False,
        label=_("Period"),
        choices=[
            ("", _("Any time")),
            ("30", _("Last 30 days")),
            ("90", _("Last 90 days")),
            ("365", _("Last 365 days")),
        ],
    )
    whose = forms.ChoiceField(
        required=False, label=_("Whose"), choices=[("", _("All partners")), ("mine", _("Partners I look after"))]
    )
    partner = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[
            ("newest", _("Newest first")),
            ("amount", _("Largest first")),
            ("closing", _("Closing soonest")),
            ("customer", _("By customer")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("stage", "period", "whose", "sort"):
            field = self.fields[name]
            field.widget.attrs |= {"class": "select select-sm w-40 sm:w-44", "aria-label": field.label}

    def value(self, name: str) -> Any:
        """Return what was asked for, or nothing."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


class DealForm(HubForm):
    """A deal without its partners, which stand in a formset beside it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    customer_name = forms.CharField(label=_("End customer"), max_length=200)
    customer_domain = forms.CharField(
        label=_("Customer's domain"),
        max_length=253,
        required=False,
        help_text=_("Such as acme.example. It tells customers of the same name apart."),
    )
    customer_country = forms.CharField(
        label=_("Customer's country"), max_length=2, required=False, help_text=_("Two letters, such as DE.")
    )
    customer_industry = forms.CharField(label=_("Customer's industry"), max_length=80, required=False)
    amount = forms.DecimalField(label=_("Amount"), max_digits=19, decimal_places=4, min_value=0)
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, help_text=_("Three letters, such as EUR.")
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=DealStage.choices)
    opened_on = forms.DateField(label=_("Opened on"), widget=forms.DateInput)
    expected_close_on = forms.DateField(label=_("Expected to close on"), widget=forms.DateInput, required=False)
    closed_on = forms.DateField(
        label=_("Closed on"), widget=forms.DateInput, required=False, help_text=_("For deals that are won or lost.")
    )
    products = forms.ModelMultipleChoiceField(
        label=_("Products"),
        queryset=Product.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def customer_parts(self) -> dict[str, str]:
        """Return how the customer is named."""
        return {part: self.cleaned_data[f"customer_{part}"] for part in ("name", "domain", "country", "industry")}

    def changes(self, *, deal: Deal | None = None) -> dict[str, Any]:
        """Return everything but customer and partners, in the service's words. Quantities of known lines stay."""
        data = self.cleaned_data
        quantities = {line.product_id: line.quantity for line in deal.lines.all()} if deal else {}
        plain = {name: data[name] for name in ("name", "stage", "opened_on", "expected_close_on", "closed_on")}
        return {
            **plain,
            "amount": Money(data["amount"], data["currency"]),
            "products": [Line(product, quantities.get(product.pk, 1)) for product in data["products"]],
        }

    def take_errors(self, error: ValidationError) -> list[str]:
        """Show what the service refused beside its field; return what concerns the partners."""
        about_partners = []
        for name, found in error.error_dict.items():
            if name.startswith("partners"):
                about_partners += [message for one in found for message in one.messages]
            else:
                self.add_error(name if name in self.fields else None, found)
        return about_partners

    @staticmethod
    def said_of(deal: Deal) -> dict[str, Any]:
        """Return a deal as the form shows it."""
        plain = ("name", "currency", "stage", "opened_on", "expected_close_on", "closed_on")
        customer = {
            f"customer_{part}": getattr(deal.customer, part) for part in ("name", "domain", "country", "industry")
        }
        amount = Money(deal.amount, deal.currency).rounded().amount
        products = [line.product_id for line in deal.lines.all()]
        return {name: getattr(deal, name) for name in plain} | customer | {"amount": amount, "products": products}


class ParticipantForm(HubForm):
    """One partner on the deal, named by its name or domain."""

    partner = forms.CharField(label=_("Partner"), max_length=253, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=DealRole.choices, initial=DealRole.RESELL)
    split_percent = forms.DecimalField(
        label=_("Share in percent"), min_value=0, max_value=100, decimal_places=2, max_digits=5, initial=100
    )

    def __init__(self, *args: Any, user: Any, known: Mapping[str, Partner], **kwargs: Any) -> None:
        """Take who names partners, and those on the deal already: they may stay, whoever edits it."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.known = known
        self.fields["partner"].widget.attrs |= {
            "list": "partner-options",
            "autocomplete": "off",
            "hx-get": reverse("vendor:deal-partner-options"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#partner-options",
            "hx-sync": "this:replace",
        }

    def clean_partner(self) -> Partner | None:
        """Return the one partner of that name or domain."""
        text = " ".join(self.cleaned_data["partner"].split())
        if not text:
            return None
        if text in self.known:
            return self.known[text]
        found = list(Partner.objects.visible_to(self.user).filter(Q(name__iexact=text) | Q(domain__iexact=text))[:2])
        if not found:
            raise ValidationError(_("No partner is called “%(text)s”."), code="unknown", params={"text": text})
        if len(found) > 1:
            raise ValidationError(_("Several partners are called “%(text)s”: give the domain."), params={"text": text})
        return found[0]

    def participation(self) -> Participation | None:
        """Return what the row says, or None for an empty or removed one."""
        data = self.cleaned_data
        if data.get("DELETE") or not data.get("partner"):
            return None
        return Participation(data["partner"], data["role"], data["split_percent"])


class ParticipantRows(forms.BaseFormSet):
    """The partners on the deal, each of whom can be taken off."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Name the checkbox of a row as what it does."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Take off")
        dress(form.fields["DELETE"])


ParticipantFormSet = formset_factory(
    ParticipantForm, ParticipantRows, extra=1, can_delete=True, max_num=20, validate_max=True
)
