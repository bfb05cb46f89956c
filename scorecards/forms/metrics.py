"""Shape and validity of what people say about metrics."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import FieldPicker, HubModelForm
from criteria.fields import Catalog
from scorecards.forms import operands
from scorecards.models import Metric


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
        options = list(operands.measures(catalog))
        self.operands = {value: operand for value, _label, operand, _group in options}
        said = operands.answers(self.expression, catalog) if self.expression else {}
        unreadable = _("Something that cannot be measured any more")
        kept = [(operands.AS_IT_IS, sentence or unreadable)] if said is None else []
        self._offer("measure", [("", ""), *kept, *operands.grouped(options)])
        self._offer("only", list(operands.limits(catalog)))
        windows = [(key, label) for key, (label, _window) in operands.WINDOWS.items()]
        self._offer("window", [("", _("All time")), *windows])
        self.fields["measure"].widget.descriptions = operands.descriptions(catalog)
        for name in ("floor", "target"):
            if (number := self.initial.get(name)) is not None:
                self.initial[name] = f"{Decimal(number).normalize():f}"
        for name, value in ({"measure": operands.AS_IT_IS} if said is None else said).items():
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
        if measure == operands.AS_IT_IS:
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
            operand["where"] = operands.where(only, self.catalog.collections[collection])
        if data.get("window") and collection:
            operand["window"] = operands.WINDOWS[data["window"]][1]
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
