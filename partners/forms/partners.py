"""The profile of a partner as a form, with the program's own attributes; and the form that assigns a manager."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HubForm, TypeAhead, dress
from partners.forms.fields import ListField, PartnerField
from partners.forms.refusals import show_refusal
from partners.models import AttributeDefinition, AttributeKind, Partner, PartnerStatus, Region
from partners.profile_fields import PROFILE_FIELDS, Group, ProfileField, Shape
from partners.queries.regions import options as region_options

ATTRIBUTE_PREFIX = "attribute_"
#: What may be typed of a text of which less is kept: a domain may come as a web address.
LENGTHS = {Shape.DOMAIN: 300, Shape.COUNTRY: 2}
NOBODY = "nobody"


class ProfileForm(HubForm):
    """What both sides may change."""

    before = forms.CharField(required=False, widget=forms.HiddenInput)

    #: Titles of the groups on the page.
    titles: ClassVar[Mapping[Group, Any]] = {
        Group.ORGANISATION: _("The organisation"),
        Group.WHERE: _("Where you are"),
        Group.OFFER: _("What you do"),
    }
    profile_fields: ClassVar = tuple(one for one in PROFILE_FIELDS if one.own)
    #: Whether attributes that partners must fill in are insisted on; the vendor may not know them.
    insists: ClassVar = True
    #: Where known values of list fields are asked for.
    values_page: ClassVar = "partner:profile-values-panel"

    def __init__(self, *args: Any, attributes: Iterable[AttributeDefinition] = (), **kwargs: Any) -> None:
        partner: Partner | None = kwargs.pop("partner", None)
        self.attributes = list(attributes)
        if partner is not None:
            kwargs["initial"] = {**initial_of(partner, self.attributes), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for one in self.profile_fields:
            self._add(one.name, profile_field(one, values_page=self.values_page))
        for definition in self.attributes:
            field = attribute_field(definition)
            field.required = self.insists and definition.is_required
            self._add(ATTRIBUTE_PREFIX + definition.key, field)
        if not self.is_bound:
            shown = {name: _written(self[name].value()) for name in self.fields if name != "before"}
            self.initial["before"] = json.dumps(shown)

    def _add(self, name: str, field: forms.Field) -> None:
        dress(field)
        self.fields[name] = field

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
        groups = [
            (title, [self[one.name] for one in self.profile_fields if one.group is group])
            for group, title in self.titles.items()
        ]
        own: dict[str, list[forms.BoundField]] = {}
        for one in self.attributes:
            own.setdefault(one.section, []).append(self[ATTRIBUTE_PREFIX + one.key])
        return groups + [(title or _("More about the organisation"), fields) for title, fields in own.items()]

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

    titles = {
        Group.WHO: _("Who they are"),
        Group.WHERE: _("Where they are"),
        Group.ORGANISATION: _("The organisation"),
        Group.OFFER: _("What they do"),
    }
    profile_fields = PROFILE_FIELDS
    insists = False
    values_page = "vendor:profile-values-panel"

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
    plain = {one.name: getattr(partner, one.name) for one in PROFILE_FIELDS if one.shape is not Shape.REGION}
    own = {ATTRIBUTE_PREFIX + one.key: _as_typed(one, partner.attributes.get(one.key)) for one in attributes}
    region = partner.region.key if partner.region else None
    return {**plain, "region": region, **own}


def profile_field(one: ProfileField, *, values_page: str = "") -> forms.Field:
    """Return the form field of a field of the profile; lists offer what the page `values_page` knows, if named."""
    common: dict[str, Any] = {"label": one.label, "required": one.required}
    if one.help_text:
        common["help_text"] = one.help_text
    match one.shape:
        case Shape.LINES:
            return forms.CharField(max_length=one.length, widget=forms.Textarea, **common)
        case Shape.LIST | Shape.LANGUAGES:
            return ListField(**common, **_offering(one, values_page))
        case Shape.WEB_ADDRESSES:
            return ListField(**common)
        case Shape.WHOLE:
            return forms.IntegerField(min_value=one.low, max_value=one.high, **common)
        case Shape.MONEY:
            return forms.DecimalField(min_value=0, max_digits=18, decimal_places=2, **common)
        case Shape.DEGREES:
            return forms.DecimalField(min_value=-one.high, max_value=one.high, max_digits=18, **common)
        case Shape.DAY:
            return forms.DateField(widget=forms.DateInput, **common)
        case Shape.STATUS:
            choices = PartnerStatus.choices
            return forms.ChoiceField(choices=choices, initial=PartnerStatus.PROSPECT, **(common | {"required": True}))
        case Shape.REGION:
            regions = Region.objects.none()
            return forms.ModelChoiceField(queryset=regions, to_field_name="key", empty_label=_("None"), **common)
        case Shape.PARTNER:
            return PartnerField(**common)
    return forms.CharField(max_length=LENGTHS.get(one.shape, one.length), **common)


def _offering(one: ProfileField, values_page: str) -> dict[str, Any]:
    if not values_page:
        return {}
    url = f"{reverse(values_page)}?{urlencode({'field': one.name})}"
    return {"widget": TypeAhead(url=url, many=True)}


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
