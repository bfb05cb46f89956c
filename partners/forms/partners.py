"""The profile of a partner as a form, with the program's own attributes; and the form that assigns a manager."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm, dress
from partners.forms.fields import ListField, PartnerField, degrees_field
from partners.forms.refusals import show_refusal
from partners.models import AttributeDefinition, AttributeKind, Partner, PartnerStatus, Region
from partners.queries.regions import options as region_options

ATTRIBUTE_PREFIX = "attribute_"
NOBODY = "nobody"


class ProfileForm(HubForm):
    """What both sides may change."""

    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=4000,
        widget=forms.Textarea,
        help_text=_("What the organisation does, in a few sentences."),
    )
    websites = ListField(label=_("Web sites"))
    city = forms.CharField(label=_("City"), required=False, max_length=120)
    latitude = degrees_field(_("Latitude"), 90, _("Degrees north of the equator, such as 48.1374; south is negative."))
    longitude = degrees_field(_("Longitude"), 180, _("Degrees east of Greenwich, such as 11.5755; west is negative."))
    employees = forms.IntegerField(label=_("Employees"), required=False, min_value=0)
    annual_revenue = forms.DecimalField(
        label=_("Annual revenue"),
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=2,
        help_text=_("In the program's currency."),
    )
    founded_year = forms.IntegerField(label=_("Founded in"), required=False, min_value=1500, max_value=2200)
    industries = ListField(label=_("Industries"))
    languages = ListField(label=_("Languages"), help_text=_("Codes with commas between them, such as en, pt-BR."))
    selling_motions = ListField(label=_("Selling motions"))
    capabilities = ListField(label=_("Capabilities"))
    product_lines = ListField(label=_("Product lines"))
    target_markets = ListField(label=_("Target markets"))
    business_units = ListField(label=_("Business units"), help_text=_("Parts of the organisation that work with us."))
    locations = ListField(label=_("Other locations"), help_text=_("Further cities, with commas between them."))
    resources = ListField(label=_("Resources"), help_text=_("What there is to work with, such as a demo lab."))
    before = forms.CharField(required=False, widget=forms.HiddenInput)

    #: Titles of the groups on the page, with their fields in order.
    groups: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (
            _("The organisation"),
            (
                *("description", "websites", "city", "latitude", "longitude", "locations"),
                *("employees", "annual_revenue", "founded_year"),
            ),
        ),
        (
            _("What you do"),
            (
                *("industries", "languages", "selling_motions", "capabilities", "product_lines", "target_markets"),
                *("business_units", "resources"),
            ),
        ),
    )

    def __init__(self, *args: Any, attributes: Iterable[AttributeDefinition] = (), **kwargs: Any) -> None:
        partner: Partner | None = kwargs.pop("partner", None)
        self.attributes = list(attributes)
        if partner is not None:
            kwargs["initial"] = {**initial_of(partner, self.attributes), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for definition in self.attributes:
            field = attribute_field(definition)
            dress(field)
            self.fields[ATTRIBUTE_PREFIX + definition.key] = field
        if not self.is_bound:
            shown = {name: _written(self[name].value()) for name in self.fields if name != "before"}
            self.initial["before"] = json.dumps(shown)

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that differ from what the person was shown, whatever was saved by others meanwhile."""
        shown = self._shown()
        return [name for name in self.fields if name != "before" and self._differs(name, shown)]

    def _shown(self) -> dict[str, Any]:
        try:
            shown = json.loads(self.data.get("before") or "{}")
        except ValueError:
            return {}
        return shown if isinstance(shown, dict) else {}

    def _differs(self, name: str, shown: dict[str, Any]) -> bool:
        field = self.fields[name]
        if name not in shown:
            return field.has_changed(self.get_initial_for_field(field, name), self._typed(name))
        try:
            return bool(field.to_python(shown[name]) != field.to_python(self._typed(name)))
        except ValidationError:
            return True

    def _typed(self, name: str) -> Any:
        return self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    @property
    def grouped(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by group, the program's own attributes last."""
        groups = [(title, [self[name] for name in names]) for title, names in self.groups]
        own = [self[ATTRIBUTE_PREFIX + one.key] for one in self.attributes]
        return [*groups, (_("More about the organisation"), own)] if own else groups

    @property
    def values(self) -> dict[str, Any]:
        """Everything typed, by the names the service knows."""
        return self._values([name for name in self.fields if name != "before"])

    @property
    def changes(self) -> dict[str, Any]:
        """Only what the person changed: what somebody else changed meanwhile is not undone."""
        return self._values(self.changed_data)

    def _values(self, names: list[str]) -> dict[str, Any]:
        plain = {name: self.cleaned_data[name] for name in names if not name.startswith(ATTRIBUTE_PREFIX)}
        own = {
            name.removeprefix(ATTRIBUTE_PREFIX): self.cleaned_data[name]
            for name in names
            if name.startswith(ATTRIBUTE_PREFIX)
        }
        return {**plain, "attributes": {key: _plain(value) for key, value in own.items()}} if own else plain

    def show(self, error: ValidationError) -> None:
        """Put what the service refused beside the fields."""
        show_refusal(self, error, {f"attributes.{one.key}": ATTRIBUTE_PREFIX + one.key for one in self.attributes})


class PartnerForm(ProfileForm):
    """What the vendor may change: all of it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    legal_name = forms.CharField(label=_("Legal name"), required=False, max_length=200)
    domain = forms.CharField(
        label=_("Domain"),
        required=False,
        max_length=300,
        help_text=_("Such as pinewood.example. No two partners share one."),
    )
    tax_id = forms.CharField(label=_("Tax id"), required=False, max_length=40)
    status = forms.ChoiceField(label=_("Status"), choices=PartnerStatus.choices, initial=PartnerStatus.PROSPECT)
    country = forms.CharField(label=_("Country"), required=False, max_length=2, help_text=_("Two letters, such as DE."))
    region = forms.ModelChoiceField(
        label=_("Region"), required=False, queryset=Region.objects.none(), to_field_name="key", empty_label=_("None")
    )
    parent = PartnerField(label=_("Belongs to"))
    joined_on = forms.DateField(label=_("Partner since"), required=False, widget=forms.DateInput)

    groups = (
        (_("Who they are"), ("name", "legal_name", "domain", "tax_id", "status", "joined_on", "parent")),
        (_("Where they are"), ("country", "region", "city", "latitude", "longitude", "locations")),
        (_("The organisation"), ("description", "websites", "employees", "annual_revenue", "founded_year")),
        (
            _("What they do"),
            (
                *("industries", "languages", "selling_motions", "capabilities", "product_lines", "target_markets"),
                *("business_units", "resources"),
            ),
        ),
    )

    def __init__(self, *args: Any, visible: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = visible
        region: Any = self.fields["region"]
        region.queryset = Region.objects.all()
        region.choices = [("", region.empty_label), *region_options()]


class AssignForm(HubForm):
    """Who is to look after the chosen partners."""

    user = forms.ChoiceField(label=_("Channel account manager"))
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, managers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.managers = {str(one.public_id): one for one in managers.order_by("name", "id")}
        user: Any = self.fields["user"]
        people = [(key, one.name) for key, one in self.managers.items()]
        user.choices = [("", _("Choose a manager")), *people, (NOBODY, _("Nobody any more"))]

    @property
    def manager(self) -> User | None:
        """Who was chosen; None for nobody."""
        return self.managers.get(self.cleaned_data["user"])


def initial_of(partner: Partner, attributes: Iterable[AttributeDefinition]) -> dict[str, Any]:
    """Return a partner's values by the names of form fields."""
    names = {name for _title, names in PartnerForm.groups for name in names}
    plain = {name: getattr(partner, name) for name in names - {"region", "parent"}}
    own = {ATTRIBUTE_PREFIX + one.key: _as_typed(one, partner.attributes.get(one.key)) for one in attributes}
    region = partner.region.key if partner.region else None
    return {**plain, "region": region, "parent": partner.parent, **own}


def attribute_field(definition: AttributeDefinition) -> forms.Field:
    """Return the form field of an attribute."""
    label = f"{definition.label} ({definition.unit})" if definition.unit else definition.label
    common: Mapping[str, Any] = {"label": label, "help_text": definition.description, "required": False}
    choices = [(one, one) for one in definition.choices]
    match definition.kind:
        case AttributeKind.NUMBER:
            return forms.DecimalField(max_digits=21, decimal_places=6, **common)
        case AttributeKind.CHOICE:
            return forms.ChoiceField(choices=[("", "—"), *choices], **common)
        case AttributeKind.MULTI_CHOICE:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case AttributeKind.DATE:
            return forms.DateField(widget=forms.DateInput, **common)
        case AttributeKind.YES_NO:
            words = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
            return forms.TypedChoiceField(choices=words, coerce=lambda word: word == "yes", empty_value=None, **common)
    return forms.CharField(max_length=500, **common)


def _written(value: Any) -> Any:
    """Return a field's value as it travels in a page: a text, or a list of them."""
    return value if value is None or isinstance(value, str | list) else str(value)


def _as_typed(definition: AttributeDefinition, value: Any) -> Any:
    """Return a stored value as the form field shows it."""
    if definition.kind == AttributeKind.YES_NO and value is not None:
        return "yes" if value else "no"
    return value


def _plain(value: Any) -> Any:
    """Return None for what was left empty."""
    return None if value in ("", []) else value
