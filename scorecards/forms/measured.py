"""What a plan's objective or a goal measures, asked in three plain questions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import FieldPicker, HubForm
from criteria.fields import Catalog
from scorecards.attainment import FROM_START, from_start
from scorecards.forms import operands
from scorecards.forms.limits import RecordLimits

SINCE_START = "since-start"


class MeasuredForm(HubForm):
    """A form about something measured. What says more than three questions can is kept as it is."""

    since_start = _("Since the start")

    measure = forms.ChoiceField(label=_("What is measured"), widget=FieldPicker)
    only = forms.MultipleChoiceField(
        label=_("Only records with"),
        required=False,
        widget=RecordLimits,
        help_text=_("Several of one kind: any of them. Of different kinds: all of them."),
    )
    window = forms.ChoiceField(label=_("In"), required=False)

    def __init__(
        self,
        *args: Any,
        catalog: Catalog,
        expression: Any = None,
        started_on: Any = None,
        sentence: str = "",
        **kw: Any,
    ) -> None:
        """Take what may be asked, and the operand there is with the words for it."""
        super().__init__(*args, **kw)
        self.catalog = catalog
        self.expression = from_start(expression, started_on) if expression and started_on else expression
        options = list(operands.measures(catalog))
        self.operands = {value: operand for value, _label, operand, _group in options}
        said = self._answers() if self.expression else {}
        unreadable = _("Something that cannot be measured any more")
        kept = [(operands.AS_IT_IS, sentence or unreadable)] if said is None else []
        windows = [(key, label) for key, (label, _window) in operands.WINDOWS.items()]
        self._offer("measure", [("", ""), *kept, *operands.grouped(options)])
        self._offer("only", list(operands.limits(catalog)))
        self._offer("window", [("", _("All time")), (SINCE_START, self.since_start), *windows])
        self.fields["measure"].widget.descriptions = operands.descriptions(catalog)
        for name, value in ({"measure": operands.AS_IT_IS} if said is None else said).items():
            self.fields[name].initial = value

    def _answers(self) -> dict[str, Any] | None:
        """Return the three answers the operand is made of; None if it says more than they can."""
        if self.expression.get("window") != FROM_START:
            return operands.answers(self.expression, self.catalog)
        plain = {name: value for name, value in self.expression.items() if name != "window"}
        said = operands.answers(plain, self.catalog)
        return None if said is None else {**said, "window": SINCE_START}

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Put the three answers together; the operand itself is judged by the service."""
        data = super().clean() or self.cleaned_data
        measure = data.get("measure")
        if measure == operands.AS_IT_IS:
            data["expression"] = self.expression
        elif measure:
            data["expression"] = self._operand(measure, data)
        return data

    def _operand(self, measure: str, data: dict[str, Any]) -> dict[str, Any]:
        operand = dict(self.operands[measure])
        collection = operand.get("collection", "")
        only = [limit.split(":", 2) for limit in data.get("only", [])]
        if any(limit[0] != collection for limit in only):
            self.add_error("only", ValidationError(_("This belongs to other records than what is measured.")))
        elif only and collection:
            operand["where"] = operands.where(only, self.catalog.collections[collection])
        if window := data.get("window"):
            if not collection:
                self.add_error("window", ValidationError(_("A field of the partner has no period.")))
            operand["window"] = FROM_START if window == SINCE_START else operands.WINDOWS[window][1]
        return operand
