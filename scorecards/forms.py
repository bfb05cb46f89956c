"""Shape and validity of what people say about scorecards and metrics.

What a metric measures is one JSON operand of the criteria language. The form offers it as three plain questions — what
is counted, of which records, since when — and keeps an operand that says more than these can as it is.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import FieldPicker, HubModelForm
from criteria.fields import Catalog, Collection, Field, Kind
from scorecards.models import Metric, Scorecard
from scorecards.services.scorecards import OWN_FIELD

NUMBERS = {Kind.NUMBER, Kind.MONEY}
COUNTED_APART = {Kind.TEXT, Kind.CHOICE}
#: Kind of a field → the operator that asks for any of several answers.
LIMITING = {Kind.CHOICE: "in", Kind.MULTI: "any_of"}
MOST_CHOICES = 30
AS_IT_IS = "as-it-is"
WINDOWS: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "30-days": (_("Last 30 days"), {"last": 30, "unit": "days"}),
    "90-days": (_("Last 90 days"), {"last": 90, "unit": "days"}),
    "12-months": (_("Last 12 months"), {"last": 12, "unit": "months"}),
    "24-months": (_("Last 24 months"), {"last": 24, "unit": "months"}),
    "this-quarter": (_("This quarter"), {"this": "quarter"}),
    "this-year": (_("This year"), {"this": "year"}),
    "this-fiscal-year": (_("This fiscal year"), {"this": "fiscal_year"}),
}
AGGREGATES = {
    "sum": _("Sum of %(field)s"),
    "average": _("Average of %(field)s"),
    "max": _("Highest %(field)s"),
    "count_distinct": _("Number of different: %(field)s"),
}

Option = tuple[str, Any, dict[str, Any], str]


class ScorecardForm(HubModelForm):
    """Name and purpose of a scorecard."""

    class Meta:
        model = Scorecard
        fields = ("name", "purpose")


class MetricForm(HubModelForm):
    """A metric, with what it measures in three questions."""

    measure = forms.ChoiceField(label=_("What is measured"), widget=FieldPicker)
    only = forms.MultipleChoiceField(
        label=_("Only records with"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several of one kind: any of them. Of different kinds: all of them."),
    )
    window = forms.ChoiceField(label=_("In"), required=False)

    class Meta:
        model = Metric
        fields = ("name", "description", "unit", "timing", "direction", "floor", "target", "weight", "advice")

    def __init__(self, *args: Any, catalog: Catalog, sentence: str = "", **kwargs: Any) -> None:
        """Take what may be asked, and the words of the operand there is."""
        super().__init__(*args, **kwargs)
        self.catalog = catalog
        self.expression = self.instance.expression if self.instance.pk else None
        options = list(_measures(catalog))
        self.operands = {value: operand for value, _label, operand, _group in options}
        said = _answers(self.expression, catalog) if self.expression else {}
        kept = [(AS_IT_IS, sentence or _("Something that cannot be measured any more"))] if said is None else []
        self._offer("measure", [("", ""), *kept, *_grouped(options)])
        self._offer("only", list(_limits(catalog)))
        self._offer("window", [("", _("All time")), *((key, label) for key, (label, _window) in WINDOWS.items())])
        self.fields["measure"].widget.descriptions = _descriptions(catalog)
        for name in ("floor", "target"):
            if (number := self.initial.get(name)) is not None:
                self.initial[name] = f"{Decimal(number).normalize():f}"
        for name, value in ({"measure": AS_IT_IS} if said is None else said).items():
            self.fields[name].initial = value

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Put the three answers together; the operand itself is judged by the service."""
        data = super().clean() or self.cleaned_data
        measure = data.get("measure")
        if not measure:
            return data
        if measure == AS_IT_IS:
            data["expression"] = self.expression
            return data
        operand = dict(self.operands[measure])
        collection = operand.get("collection", "")
        only = [limit.split(":", 2) for limit in data.get("only", [])]
        if any(limit[0] != collection for limit in only):
            self.add_error("only", ValidationError(_("This belongs to other records than what is measured.")))
        if data.get("window") and not collection:
            self.add_error("window", ValidationError(_("A field of the partner has no period.")))
        if only and collection and not self.errors:
            operand["where"] = _where(only, self.catalog.collections[collection])
        if data.get("window") and collection:
            operand["window"] = WINDOWS[data["window"]][1]
        data["expression"] = operand
        return data

    def _post_clean(self) -> None:
        """Leave the record as it is: the service writes it, and judges what belongs together."""

    def changes(self) -> dict[str, Any]:
        """Return the answers in the service's words."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "expression")}

    def take_errors(self, error: ValidationError) -> None:
        """Show what the service refused beside its field."""
        for name, found in error.error_dict.items():
            field = "measure" if name == "expression" else name
            self.add_error(field if field in self.fields else None, found)


# --- operands as answers


def _measures(catalog: Catalog) -> Iterator[Option]:
    """Yield everything that can be measured: key, label, operand, group."""
    for field in catalog.fields.values():
        if field.kind in NUMBERS and field.key != OWN_FIELD:
            yield f"field:{field.key}", field.label, {"field": field.key}, str(field.group)
    for collection in catalog.collections.values():
        group = str(collection.label)
        count = {"collection": collection.key, "aggregate": "count"}
        yield f"count:{collection.key}", _("Number of records"), count, group
        for field in collection.fields:
            for aggregate in _aggregates(field):
                label = AGGREGATES[aggregate] % {"field": field.label}
                operand = {"collection": collection.key, "aggregate": aggregate, "of": field.key}
                yield f"{aggregate}:{collection.key}.{field.key}", label, operand, group


def _aggregates(field: Field) -> tuple[str, ...]:
    if field.kind in NUMBERS:
        return ("sum", "average", "max")
    return ("count_distinct",) if field.kind in COUNTED_APART else ()


def _grouped(options: list[Option]) -> list[tuple[str, list[tuple[str, Any]]]]:
    groups: dict[str, list[tuple[str, Any]]] = {}
    for value, label, _operand, group in options:
        groups.setdefault(group, []).append((value, label))
    return list(groups.items())


def _descriptions(catalog: Catalog) -> dict[str, str]:
    found = {f"field:{field.key}": str(field.description) for field in catalog.fields.values()}
    found |= {f"count:{one.key}": str(one.description) for one in catalog.collections.values()}
    for collection in catalog.collections.values():
        for field in collection.fields:
            for aggregate in _aggregates(field):
                found[f"{aggregate}:{collection.key}.{field.key}"] = str(field.description)
    return found


def _limits(catalog: Catalog) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the answers to choice fields of collections, by collection and field."""
    for collection in catalog.collections.values():
        for field in _limiting(collection):
            choices = [
                (f"{collection.key}:{field.key}:{value}", str(choice.label))
                for value, choice in catalog.choices(field).items()
            ]
            if 0 < len(choices) <= MOST_CHOICES:
                yield f"{collection.label}: {field.label}", choices


def _limiting(collection: Collection) -> list[Field]:
    return [field for field in collection.fields if field.kind in LIMITING]


def _where(limits: list[list[str]], collection: Collection) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for _collection, field, value in limits:
        values.setdefault(field, []).append(value)
    operators = {field.key: LIMITING[field.kind] for field in _limiting(collection)}
    rules = [{"field": field, "operator": operators[field], "value": chosen} for field, chosen in values.items()]
    return {"combinator": "and", "not": False, "rules": rules}


def _answers(expression: Mapping[str, Any], catalog: Catalog) -> dict[str, Any] | None:
    """Return the three answers that an operand is made of, or None if it says more than they can."""
    operands = {value: operand for value, _label, operand, _group in _measures(catalog)}
    plain = {key: value for key, value in expression.items() if key not in {"where", "window"}}
    measure = next((value for value, operand in operands.items() if operand == plain), None)
    window = next((key for key, (_label, one) in WINDOWS.items() if one == expression.get("window")), None)
    only = _chosen(expression, catalog)
    if measure is None or only is None or (expression.get("window") and window is None):
        return None
    return {"measure": measure, "only": only, "window": window or ""}


def _chosen(expression: Mapping[str, Any], catalog: Catalog) -> list[str] | None:
    where = expression.get("where")
    if not where:
        return []
    if where.get("combinator", "and") != "and" or where.get("not"):
        return None
    collection = catalog.collections.get(str(expression.get("collection")))
    known = {field.key for field in _limiting(collection)} if collection else set()
    chosen = []
    for rule in where.get("rules", []):
        if rule.get("field") not in known or rule.get("operator") not in {"in", "any_of", "equals"}:
            return None
        values = [rule["value"]] if rule["operator"] == "equals" else rule["value"]
        chosen += [f"{expression['collection']}:{rule['field']}:{value}" for value in values]
    return chosen
