"""Shape and validity of what people say about metrics."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import FieldPicker, HubModelForm, dress
from criteria.fields import Catalog
from scorecards.forms import operands
from scorecards.forms.limits import RecordLimits
from scorecards.models import LEVELS, AskedOf, Metric, ScorecardSection

ANCHORS = tuple(f"anchor_{level}" for level in range(1, LEVELS + 1))
LEVEL_LABELS = (
    _("Level 1: 0 points"),
    _("Level 2: 25 points"),
    _("Level 3: 50 points"),
    _("Level 4: 75 points"),
    _("Level 5: 100 points"),
)
#: What only a measured metric says; an answered one has levels instead.
MEASURED_ONLY = ("direction", "floor", "target", "unit")


class MetricForm(HubModelForm):
    """A metric: what it measures in three questions, or what the five levels of an answer mean."""

    section = forms.ModelChoiceField(label=_("Section"), queryset=ScorecardSection.objects.none())
    measure = forms.ChoiceField(label=_("What is measured"), widget=FieldPicker, required=False)
    only = forms.MultipleChoiceField(
        label=_("Only records with"),
        required=False,
        widget=RecordLimits,
        help_text=_("Several of one kind: any of them. Of different kinds: all of them."),
    )
    window = forms.ChoiceField(label=_("In"), required=False)

    class Meta:
        model = Metric
        fields = (
            *("name", "description", "best_practice", "advice", "timing", "weight", "asked_of"),
            *("unit", "direction", "floor", "target", "half_life_days"),
            *("benchmark_kind", "benchmark_value", "benchmark_percentile"),
        )
        widgets = {"asked_of": forms.RadioSelect, "benchmark_kind": forms.RadioSelect}  # noqa: RUF012 - Django's own
        help_texts = {  # noqa: RUF012 - Django's own
            "half_life_days": _(
                "Points fade by half in so many days since the figure was last true or the answer given. Empty: never."
            ),
            "best_practice": _("What the best do, in a sentence. Partners read it beside their own figure."),
            "benchmark_value": _("The figure that others are known to reach."),
            "benchmark_percentile": _("75 is what the best quarter of its peers reaches at least."),
        }

    def __init__(self, *args: Any, catalog: Catalog, sentence: str = "", **kwargs: Any) -> None:
        """Take what may be asked, and the words of the operand there is."""
        super().__init__(*args, **kwargs)
        self.catalog = catalog
        self.expression = self.instance.expression if self.instance.pk else None
        self._offer_sections()
        self._offer_measures(sentence)
        for level, (name, label) in enumerate(zip(ANCHORS, LEVEL_LABELS, strict=True)):
            said = self.instance.anchors[level] if self.instance.is_assessed and self.instance.pk else ""
            self.fields[name] = forms.CharField(label=label, max_length=300, required=False, initial=said)
            dress(self.fields[name])
        for name in MEASURED_ONLY:
            self.fields[name].required = False
        for name in ("floor", "target", "benchmark_value"):
            if (number := self.initial.get(name)) is not None:
                self.initial[name] = f"{Decimal(number).normalize():f}"
        if self.instance.is_assessed:
            self.initial.update({"floor": "0", "target": ""})

    @property
    def anchors(self) -> list[forms.BoundField]:
        """The fields of the levels."""
        return [self[name] for name in ANCHORS]

    def _offer_sections(self) -> None:
        field: Any = self.fields["section"]
        field.queryset = self.instance.scorecard_version.sections.order_by("position")
        self.initial["section"] = self.instance.section_id

    def _offer_measures(self, sentence: str) -> None:
        options = list(operands.measures(self.catalog))
        self.operands = {value: operand for value, _label, operand, _group in options}
        said = operands.answers(self.expression, self.catalog) if self.expression else {}
        unreadable = _("Something that cannot be measured any more")
        kept = [(operands.AS_IT_IS, sentence or unreadable)] if said is None else []
        self._offer("measure", [("", ""), *kept, *operands.grouped(options)])
        self._offer("only", list(operands.limits(self.catalog)))
        windows = [(key, label) for key, (label, _window) in operands.WINDOWS.items()]
        self._offer("window", [("", _("All time")), *windows])
        self.fields["measure"].widget.descriptions = operands.descriptions(self.catalog)
        for name, value in ({"measure": operands.AS_IT_IS} if said is None else said).items():
            self.fields[name].initial = value

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Put the answers together; what belongs to the other kind of metric does not count."""
        data = super().clean() or self.cleaned_data
        if data.get("asked_of") == AskedOf.NOBODY:
            self._expect_a_line(data)
            data["expression"] = self._operand(data)
            data["anchors"] = []
        else:
            data |= {"expression": None, "anchors": [data.get(name, "").strip() for name in ANCHORS]}
            for name in (*MEASURED_ONLY, "measure", "only", "window"):
                self.errors.pop(name, None)
        return data

    def _expect_a_line(self, data: dict[str, Any]) -> None:
        required = _("This field is required.")
        for name in ("measure", "direction", "target"):
            if not data.get(name) and data.get(name) != Decimal(0) and name not in self.errors:
                self.add_error(name, ValidationError(required, code="required"))
        if data.get("floor") is None and "floor" not in self.errors:
            data["floor"] = Decimal(0)

    def _operand(self, data: dict[str, Any]) -> Any:
        measure = data.get("measure")
        if not measure:
            return None
        if measure == operands.AS_IT_IS:
            return self.expression
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
        return operand

    def _post_clean(self) -> None:
        """Leave the record as it is: the service writes it, and judges what belongs together."""

    def changes(self) -> dict[str, Any]:
        """Return the answers in the service's words."""
        names = [name for name in self.Meta.fields if name not in MEASURED_ONLY]
        if self.cleaned_data["asked_of"] == AskedOf.NOBODY:
            names += MEASURED_ONLY
        return {name: self.cleaned_data[name] for name in (*names, "section", "expression", "anchors")}

    def take_errors(self, error: ValidationError) -> None:
        """Show what the service refused beside its field."""
        for name, found in error.error_dict.items():
            field = {"expression": "measure", "anchors": ANCHORS[0]}.get(name, name)
            self.add_error(field if field in self.fields else None, found)
