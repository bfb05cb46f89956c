"""Segmentation matrices: partners by two figures, in quadrants or nine boxes that each have a name and a play."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from insight.marks import Marks
from insight.querysets import MatrixCellQuerySet, MatrixQuerySet
from partners.models import Region
from scorecards.models import Play
from segmentation.models import Segment

DIGITS, PLACES = 18, 4


def _mark(*, upper: bool = False) -> Any:
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=upper, blank=upper)


@tracked()
class Matrix(Record):
    """Two figures of the rule book against each other, with the marks that divide them.

    `x_key` and `y_key` are numeric fields of the criteria language, measures and scores among them. With `x_high` and
    `y_high` it is a nine-box. It is of everybody, or of the partners in a segment, in a region, or both.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="matrices", verbose_name=_("owner")
    )
    is_shared = models.BooleanField(_("colleagues see it, too"), default=False)
    x_key = models.CharField(_("to the right"), max_length=120)
    y_key = models.CharField(_("upwards"), max_length=120)
    x_low = _mark()
    x_high = _mark(upper=True)
    y_low = _mark()
    y_high = _mark(upper=True)
    segment = models.ForeignKey(
        Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("only of a segment")
    )
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("only in a region")
    )

    objects = MatrixQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="matrix_named"),
            models.CheckConstraint(
                condition=~Q(x_key="") & ~Q(y_key="") & ~Q(x_key=F("y_key")), name="matrix_of_two_figures"
            ),
            models.CheckConstraint(
                condition=Q(x_high__isnull=True, y_high__isnull=True)
                | Q(x_high__isnull=False, y_high__isnull=False, x_high__gt=F("x_low"), y_high__gt=F("y_low")),
                name="matrix_marks_ascend",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def marks(self) -> Marks:
        """Where it is divided."""
        axes = ((self.x_low, self.x_high), (self.y_low, self.y_high))
        x, y = (tuple(mark for mark in axis if mark is not None) for axis in axes)
        return Marks(x, y)

    @property
    def size(self) -> int:
        """How many cells an axis has: 2 or 3."""
        return 2 if self.x_high is None else 3


@tracked()
class MatrixCell(Record):
    """One cell of a matrix: what partners in it are called, and the play they get.

    Columns count from the left, rows from below; both begin with 0. `segment` was made of the cell.
    """

    matrix = models.ForeignKey(Matrix, on_delete=models.CASCADE, related_name="cells")
    column = models.PositiveSmallIntegerField()
    row = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=60, blank=True)
    advice = models.CharField(_("what to do with them"), max_length=200, blank=True)
    play = models.ForeignKey(
        Play, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("play")
    )
    segment = models.ForeignKey(Segment, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    objects = MatrixCellQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matrix", "column", "row"], name="matrix_cell_once"),
            models.CheckConstraint(condition=Q(column__lte=2, row__lte=2), name="matrix_cell_within"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.column}/{self.row}"
