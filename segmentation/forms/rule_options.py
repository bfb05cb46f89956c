"""What the controls of the rule editor offer: what a rule can be about, how it counts, and when."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.fields import Catalog, Collection, Field
from criteria.tree import AREA_FIGURES
from segmentation.forms.rule_form import PER_AREA, area_collections

Option = tuple[str, str]
#: What can be picked, in groups: (group, [(value, label, description)]).
Picker = list[tuple[str, list[tuple[str, str, str]]]]
#: The list of what a rule about a partner may ask, which the page holds once.
PARTNER_PICKER = "picker-partner"

AGGREGATE_LABELS: dict[str, str | Promise] = {
    "count": _("number of"),
    "count_distinct": _("number of different"),
    "count_days": _("number of days with"),
    "count_weeks": _("number of weeks with"),
    "count_months": _("number of months with"),
    "count_quarters": _("number of quarters with"),
    "count_years": _("number of years with"),
    "count_fiscal_quarters": _("number of fiscal quarters with"),
    "count_fiscal_years": _("number of fiscal years with"),
    "count_holders": _("number of those who have all of"),
    "sum": _("total"),
    "min": _("lowest"),
    "max": _("highest"),
    "average": _("average"),
    "first": _("first"),
    "latest": _("latest"),
}
WINDOW_LABELS: dict[str, str | Promise] = {
    "": _("at any time"),
    "last": _("in the last"),
    "next": _("in the next"),
    "this": _("in this"),
    "previous": _("in the previous"),
    "since": _("since"),
}
AREA_LABELS: dict[str, str | Promise] = {
    "missing": _("areas in which it is missing"),
    "met": _("areas in which it is met"),
    "areas": _("areas there are"),
    "share": _("percent of areas in which it is met"),
}


def options_html(picker: Picker) -> str:
    """Return what can be picked as the options of a select."""
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (name, format_html_join("", '<option value="{}" data-description="{}">{}</option>', _for_html(options)))
            for name, options in picker
        ),
    )


def _for_html(options: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    return ((value, description, label) for value, label, description in options)


def picker_options(catalog: Catalog) -> Picker:
    """Return what a rule about a partner may ask, in groups."""
    groups = [
        (name, [(f"field:{one.key}", str(one.label), _described(one)) for one in fields])
        for name, fields in catalog.groups.items()
    ]
    records = [(f"collection:{one.key}", str(one.label), _records(one)) for one in catalog.collections.values()]
    if area_collections(catalog):
        described = gettext("Something that each area needs, such as two certified people for every product line sold.")
        records.append((f"{PER_AREA}:", gettext("For each area"), described))
    return [*groups, (gettext("Records"), records)]


def fields_of(collection: Collection) -> Picker:
    options = [(f"field:{one.key}", str(one.label), _described(one)) for one in collection.fields]
    return [(str(collection.label), options)]


def _records(collection: Collection) -> str:
    """Return what records tell, so that they are found by the names of their fields too."""
    fields = ", ".join(str(one.label) for one in collection.fields)
    return f"{collection.description} {fields}."


def _described(one: Field) -> str:
    unit = gettext("In %(unit)s.") % {"unit": one.unit} if one.unit else ""
    example = gettext("For example %(example)s.") % {"example": one.example} if one.example else ""
    return " ".join(part for part in (str(one.description), unit, example) if part)


def area_options() -> list[Option]:
    """Return what a clause for each area can count."""
    return [(key, str(AREA_LABELS[key])) for key in AREA_FIGURES]
