"""What a partner's profile may hold: one cleaner per field, the same for forms, files and the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partners.models import AttributeDefinition, Partner, PartnerStatus, Region
from partners.profile_fields import PLACE, PROFILE_FIELDS, ProfileField, Shape
from partners.queries import attributes as attribute_queries
from partners.services import attributes, cleaning

REVENUE_DIGITS = 16


def _cleaner(one: ProfileField) -> cleaning.Cleaner | None:
    """Return what checks the values of a field; fields that name another record are looked up instead."""
    match one.shape:
        case Shape.TEXT:
            return cleaning.text(one.length, required=one.required)
        case Shape.LINES:
            return cleaning.text(one.length, lines=True)
        case Shape.LIST:
            return cleaning.text_list(one.length)
        case Shape.WEB_ADDRESSES:
            return cleaning.text_list(one.length, item=cleaning.web_address)
        case Shape.LANGUAGES:
            return cleaning.text_list(one.length, item=cleaning.language)
        case Shape.WHOLE:
            return cleaning.whole_number(one.low, one.high)
        case Shape.MONEY:
            return cleaning.amount(REVENUE_DIGITS)
        case Shape.DEGREES:
            return cleaning.degrees(one.high)
        case Shape.STATUS:
            return cleaning.choice(PartnerStatus.values)
        case Shape.DAY:
            return cleaning.day
        case Shape.COUNTRY:
            return cleaning.country
        case Shape.DOMAIN:
            return cleaning.domain
        case _:
            return None


FIELDS: dict[str, cleaning.Cleaner] = {
    one.name: cleaner for one in PROFILE_FIELDS if (cleaner := _cleaner(one)) is not None
}
#: Fields that name another record: by the record itself, its database id (`…_id`), or, for regions, its key.
REFERENCES = ("region", "region_id", "parent", "parent_id")


@dataclass(frozen=True)
class Lookups:
    """What profile values may refer to, read once for many rows."""

    regions: Mapping[str, Region]
    regions_by_id: Mapping[int, Region]
    parents: frozenset[int]
    definitions: Mapping[str, AttributeDefinition]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "Lookups":
        """Read what these rows may refer to."""
        rows = list(rows)
        asked = {name for row in rows for name in row}
        regions = list(Region.objects.all()) if asked & {"region", "region_id"} else []
        parent_ids = {row["parent_id"] for row in rows if row.get("parent_id")}
        return cls(
            regions={one.key: one for one in regions},
            regions_by_id={one.pk: one for one in regions},
            parents=frozenset(Partner.objects.filter(pk__in=parent_ids).values_list("pk", flat=True))
            if parent_ids
            else frozenset(),
            definitions=attribute_queries.in_use() if "attributes" in asked else {},
        )


def clean(values: Mapping[str, Any], lookups: Lookups) -> dict[str, Any]:
    """Return the values by the partner's column names. Raises one ValidationError that names every field at fault.

    References come out as `region_id` and `parent_id`; `attributes` stays a partial object, to be merged.
    """
    errors: dict[str, Any] = {}
    cleaned: dict[str, Any] = {}
    for name, cleaner in (
        ("region", lambda value: _region(value, lookups)),
        ("region_id", lambda value: _region(lookups.regions_by_id.get(value) or value, lookups)),
        ("parent", lambda value: value.pk if value else None),
        ("parent_id", lambda value: _parent(value, lookups)),
    ):
        if name in values:
            try:
                cleaned[f"{name.removesuffix('_id')}_id"] = cleaner(values[name])
            except ValidationError as error:
                errors[name.removesuffix("_id")] = error
    for check in (
        lambda: cleaning.collect({k: v for k, v in values.items() if k not in {*REFERENCES, "attributes"}}, FIELDS),
        lambda: _attributes(values, lookups),
    ):
        try:
            cleaned |= check()
        except ValidationError as error:
            errors |= error.error_dict if hasattr(error, "error_dict") else {"attributes": error}
    if errors:
        raise ValidationError(errors)
    return cleaned


def _attributes(values: Mapping[str, Any], lookups: Lookups) -> dict[str, Any]:
    if values.get("attributes") is None:
        return {}
    return {"attributes": attributes.clean_values(values["attributes"], definitions=lookups.definitions)}


def _region(value: Any, lookups: Lookups) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, Region):
        return value.pk
    found = lookups.regions.get(value) if isinstance(value, str) else None
    if found is None:
        raise cleaning.refusal(_("There is no such region."), "unresolved_reference")
    return found.pk


def _parent(value: Any, lookups: Lookups) -> int | None:
    if value is None:
        return None
    if value not in lookups.parents:
        raise cleaning.refusal(_("There is no such partner."), "unresolved_reference")
    return int(value)


def put(partner: Partner, values: Mapping[str, Any]) -> list[str]:
    """Set cleaned values on a partner in memory. Returns the names of the columns that differ now.

    Raises a ValidationError, and sets nothing, when only half of a place would be known.
    """
    _refuse_half_a_place({name: values.get(name, getattr(partner, name)) for name in PLACE})
    changed = []
    for name, value in values.items():
        if name == "attributes":
            kept = {**partner.attributes, **value}
            value = {key: one for key, one in kept.items() if one is not None}  # noqa: PLW2901 - merged, None clears
        if getattr(partner, name) != value:
            setattr(partner, name, value)
            changed.append(name)
    return changed


def _refuse_half_a_place(place: Mapping[str, Any]) -> None:
    missing = [name for name, value in place.items() if value is None]
    if len(missing) == 1:
        half = cleaning.refusal(_("Give latitude and longitude together, or neither."), "incomplete")
        raise ValidationError({missing[0]: half})


def refuse_own_ancestor(partner: Partner) -> None:
    """Refuse a parent that is the partner itself or stands below it."""
    seen = {partner.pk} if partner.pk else set()
    above = partner.parent_id
    while above is not None:
        if above in seen:
            raise ValidationError(
                {"parent": cleaning.refusal(_("An organisation cannot stand below itself."), "cycle")}
            )
        seen.add(above)
        above = Partner.objects.filter(pk=above).values_list("parent_id", flat=True).first()
