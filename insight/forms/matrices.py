"""What people say of a matrix: what it compares, where it is divided, what its cells are called."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FieldPicker, HubForm
from insight.marks import Marks
from insight.models import Matrix, MatrixCell
from insight.models.matrices import DIGITS, PLACES
from insight.queries.matrices import Axis, lines_of
from partners.models import Region
from scorecards.models import Play
from scorecards.queries import figures
from segmentation.models import Segment
from segmentation.queries.thresholds import plain

SIZES = ((2, gettext_lazy("Four quadrants, one mark an axis")), (3, gettext_lazy("Nine boxes, two marks an axis")))


class MatrixForm(HubForm):
    """What a matrix is called, which figures it sets against each other, and of whom."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("What it is for"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    x_key = forms.ChoiceField(label=gettext_lazy("To the right"), widget=FieldPicker)
    y_key = forms.ChoiceField(label=gettext_lazy("Upwards"), widget=FieldPicker)
    size = forms.TypedChoiceField(
        label=gettext_lazy("Divided into"), choices=SIZES, coerce=int, initial=2, widget=forms.RadioSelect
    )
    segment = forms.ModelChoiceField(
        label=gettext_lazy("Only of a segment"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=gettext_lazy("All partners"),
    )
    region = forms.ModelChoiceField(
        label=gettext_lazy("Only in a region"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("All regions"),
    )
    is_shared = forms.BooleanField(label=gettext_lazy("Colleagues see it, too"), required=False)

    def __init__(self, *args: Any, matrix: Matrix | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segments = Segment.objects.filter(is_audience=False, retired_at__isnull=True)
        if matrix is not None and matrix.segment_id:
            segments = segments | Segment.objects.filter(pk=matrix.segment_id)
        self.fields["segment"].queryset = segments.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["region"].queryset = Region.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        fields = figures.numeric_fields()
        for name in ("x_key", "y_key"):
            known = getattr(matrix, name, "")
            gone = [(known, known)] if known and known not in fields else []
            picker = self.fields[name]
            picker.choices = [("", ""), *gone, *figures.grouped(fields)]  # type: ignore[attr-defined]
            picker.widget.descriptions = {key: str(field.description) for key, field in fields.items()}

    @property
    def changes(self) -> dict[str, Any]:
        """The answers in the service's words, the size apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "size"}


class MarksForm(HubForm):
    """Where a matrix is divided: a number between each two parts of an axis."""

    def __init__(self, *args: Any, matrix: Matrix, x: Axis, y: Axis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"low": _("%(figure)s: high from") if matrix.size == 2 else _("%(figure)s: middle from")}
        labels["high"] = _("%(figure)s: high from")
        for name, mark in matrix.marks.named:
            axis = x if name.startswith("x") else y
            self.fields[name] = forms.DecimalField(
                label=labels[name[2:]] % {"figure": axis.label},
                max_digits=DIGITS,
                decimal_places=PLACES,
                initial=plain(mark),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input input-sm w-full"}),
            )

    @staticmethod
    def is_in(query: Mapping[str, Any]) -> bool:
        """Say whether an address names marks at all."""
        return "x_low" in query or "y_low" in query

    @property
    def marks(self) -> Marks:
        """The marks typed."""
        x, y = (
            tuple(value for name, value in self.cleaned_data.items() if name.startswith(axis)) for axis in ("x_", "y_")
        )
        return Marks(x, y)

    def clean(self) -> Any:
        """Tell the mark that is not higher than the one before, at its field."""
        cleaned = super().clean()
        for axis in ("x", "y"):
            low, high = (self.cleaned_data.get(f"{axis}_{end}") for end in ("low", "high"))
            if low is not None and high is not None and high <= low:
                self.add_error(f"{axis}_high", _("Write a number above %(before)s.") % {"before": plain(low)})
        return cleaned


class CellForm(HubForm):
    """What the partners in one cell are called, what to do with them, and which play they get."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=60)
    advice = forms.CharField(
        label=gettext_lazy("What to do with them"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    play = forms.ModelChoiceField(
        label=gettext_lazy("Play"), queryset=Play.objects.none(), required=False, empty_label=gettext_lazy("No play")
    )

    def __init__(self, *args: Any, cell: MatrixCell, x: Axis, y: Axis, size: int, **kwargs: Any) -> None:
        initial = {"name": cell.name, "advice": cell.advice, "play": cell.play_id}
        super().__init__(*args, initial=initial, prefix=f"cell-{cell.column}-{cell.row}", **kwargs)
        self.cell = cell
        self.place = ", ".join(lines_of(MatrixCell(column=cell.column, row=cell.row), x, y, size))
        plays = Play.objects.published() | Play.objects.filter(pk__in=[cell.play_id] if cell.play_id else [])
        self.fields["play"].queryset = plays.order_by("position", "name", "pk")  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["placeholder"] = self.place


def evenly(size: int) -> Marks:
    """Return marks for figures that nobody has yet."""
    middle = (Decimal(50),) if size == 2 else (Decimal(33), Decimal(67))
    return Marks(middle, middle)
