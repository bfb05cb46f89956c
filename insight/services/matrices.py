"""Segmentation matrices: kept, changed, divided elsewhere, copied, removed; and what their cells are called."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core.audit import action
from core.refusals import Refusal
from criteria.checks import check_operand
from criteria.fields import registry
from enablement.services.keys import free_key
from insight.marks import Marks
from insight.models import Matrix, MatrixCell
from scorecards.models import Play

EDITABLE = frozenset({"name", "description", "is_shared", "x_key", "y_key", "segment", "region"})
CELL_EDITABLE = frozenset({"name", "advice", "play"})
#: So many somebody keeps, as many as one may look through.
MOST = 40
LONGEST_NAME = 120
MARK_LIMIT = Decimal(10) ** 14


def may_change(matrix: Matrix, user: Any) -> bool:
    """Whether it is somebody's own, or a shared one and they look after what the program shares."""
    return matrix.owner_id == user.pk or (matrix.is_shared and user.has(Permission.MANAGE_SEGMENTS))


def create(*, name: str, marks: Marks, by: User, at: datetime, key: str = "", **fields: Any) -> Matrix:
    """Keep a matrix, with a cell for each pair of parts."""
    made = Matrix(owner=by, key=key or free_key(Matrix, name), name=name.strip(), **_known(fields), **_columns(marks))
    _check(made, marks)
    with action("matrix.create", by=by):
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if Matrix.objects.filter(owner=by).count() >= MOST:
            raise Refusal(_("You keep %(most)d matrices already. Remove one first.") % {"most": MOST})
        _save(made)
        _fill(made)
    return made


def define(
    *, key: str, name: str, marks: Marks, cells: Mapping[tuple[int, int], Mapping[str, Any]], by: User, at: datetime,
    **fields: Any,
) -> Matrix:  # fmt: skip
    """Return the matrix with this key, made with its cells when there is none."""
    found: Matrix | None = Matrix.objects.filter(key=key).first()
    if found is not None:
        return found
    with transaction.atomic():
        made = create(key=key, name=name, marks=marks, by=by, at=at, **fields)
        for cell in made.cells.all():
            if changes := cells.get((cell.column, cell.row)):
                describe(cell=cell, by=by, at=at, changes=changes)
    return made


def update(
    *, matrix: Matrix, by: User, at: datetime, changes: Mapping[str, Any], marks: Marks | None = None
) -> list[str]:
    """Change what it compares, of whom, and where it is divided. Returns the names of what changed.

    From four cells to nine the corners keep their names, and from nine to four.
    """
    with action("matrix.update", by=by):
        locked = _locked(matrix, by)
        wanted = dict(_known(changes)) | (_columns(marks) if marks else {})
        if isinstance(wanted.get("name"), str):
            wanted["name"] = wanted["name"].strip()
        changed = sorted(name for name, value in wanted.items() if getattr(locked, name) != value)
        if not changed:
            return []
        size = locked.size
        for name in changed:
            setattr(locked, name, wanted[name])
        _check(locked, locked.marks)
        locked.save(update_fields=changed)
        if locked.size != size:
            _resize(locked)
    matrix.refresh_from_db()
    return changed


def move_marks(*, matrix: Matrix, marks: Marks, by: User, at: datetime) -> list[str]:
    """Divide it elsewhere, in as many parts as it has. Returns the names of the marks that moved."""
    if marks.size != matrix.size:
        raise Refusal(_("Somebody changed the matrix meanwhile. Look at it again."), code="other_size")
    return update(matrix=matrix, by=by, at=at, changes={}, marks=marks)


def describe(*, cell: MatrixCell, by: User, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Name a cell, say what to do with its partners, and which play they get. Returns the names of what changed."""
    if unknown := changes.keys() - CELL_EDITABLE:
        raise TypeError(f"Not a field of cells: {', '.join(sorted(unknown))}")
    wanted: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    with action("matrix.cell", by=by):
        _locked(cell.matrix, by)
        changed = sorted(name for name, value in wanted.items() if getattr(cell, name) != value)
        if not changed:
            return []
        if "play" in changed:
            _expect_usable(wanted["play"])
        for name in changed:
            setattr(cell, name, wanted[name])
        cell.clean_fields(exclude=["public_id", "matrix"])
        cell.save(update_fields=changed)
    return changed


def describe_all(
    *, matrix: Matrix, cells: Iterable[tuple[MatrixCell, Mapping[str, Any]]], by: User, at: datetime
) -> int:
    """Describe many cells at once: all of them, or none. Returns how many changed."""
    with action("matrix.cells", by=by):
        _locked(matrix, by)
        return sum(bool(describe(cell=cell, by=by, at=at, changes=changes)) for cell, changes in cells)


def copy(*, matrix: Matrix, by: User, at: datetime, name: str = "", marks: Marks | None = None) -> Matrix:
    """Keep a matrix of one's own like another one, with the names and plays of its cells."""
    with action("matrix.copy", by=by):
        fields = {field: getattr(matrix, field) for field in EDITABLE - {"name", "is_shared"}}
        made = create(
            name=(name or _("%(name)s (copy)") % {"name": matrix.name})[:LONGEST_NAME],
            marks=marks or matrix.marks,
            by=by,
            at=at,
            **fields,
        )
        known = {(cell.column, cell.row): cell for cell in matrix.cells.all()}
        for cell in made.cells.all():
            like = known.get((cell.column, cell.row))
            if like is not None:
                cell.name, cell.advice, cell.play = like.name, like.advice, like.play
                cell.save(update_fields=["name", "advice", "play"])
    return made


def remove(*, matrix: Matrix, by: User, at: datetime) -> bool:
    """Forget it. Segments made of its cells stay. Returns whether it was there."""
    with action("matrix.remove", by=by):
        if not Matrix.objects.filter(pk=matrix.pk).exists():
            return False
        _locked(matrix, by).delete()
    return True


# --- cells


def _fill(matrix: Matrix) -> None:
    """Make the cells that are missing."""
    known = set(matrix.cells.values_list("column", "row"))
    places = [(column, row) for column in range(matrix.size) for row in range(matrix.size)]
    MatrixCell.objects.bulk_create(
        MatrixCell(matrix=matrix, column=column, row=row) for column, row in places if (column, row) not in known
    )


def _resize(matrix: Matrix) -> None:
    """Move the corners to where they are now; what lies between them is made, or goes."""
    if matrix.size == 2:
        matrix.cells.filter(column=1).delete()
        matrix.cells.filter(row=1).delete()
    before, after = (1, 2) if matrix.size == 3 else (2, 1)
    matrix.cells.filter(column=before).update(column=after)
    matrix.cells.filter(row=before).update(row=after)
    _fill(matrix)


# --- what has to hold


def _locked(matrix: Matrix, by: User) -> Matrix:
    locked: Matrix = Matrix.objects.select_for_update(no_key=True).get(pk=matrix.pk)
    if not may_change(locked, by):
        raise Refusal(
            _("This matrix is %(name)s's. Keep a copy of your own to change it.") % {"name": locked.owner or "–"},
            code="not_yours",
        )
    return locked


def _known(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"Not a field of matrices: {', '.join(sorted(unknown))}")
    return fields


def _columns(marks: Marks) -> dict[str, Any]:
    if not marks.ascend:
        told = _("Each mark must be higher than the one before it, and both axes have as many.")
        raise ValidationError(told, code="not_ascending")
    x, y = (*marks.x, None), (*marks.y, None)
    return {"x_low": x[0], "x_high": x[1], "y_low": y[0], "y_high": y[1]}


def _check(matrix: Matrix, marks: Marks) -> None:
    if not matrix.name:
        raise ValidationError({"name": _("Give the matrix a name.")})
    if matrix.x_key == matrix.y_key:
        raise ValidationError({"y_key": _("Choose two different figures.")})
    if any(abs(mark) >= MARK_LIMIT for mark in (*marks.x, *marks.y)):
        raise ValidationError(_("A mark is too large."), code="too_large")
    catalog = registry.catalog()
    for name in ("x_key", "y_key"):
        if check_operand({"field": getattr(matrix, name)}, catalog):
            raise ValidationError({name: _("This figure cannot be measured. Choose another one.")})
    matrix.clean_fields(exclude=["public_id", "created_at", "updated_at", "version", "owner"])


def _expect_usable(play: Play | None) -> None:
    if play is not None and not play.is_offered:
        raise Refusal({"play": _("“%(name)s” is not published.") % {"name": play}}, code="not_published")


def _save(matrix: Matrix) -> None:
    try:
        with transaction.atomic():
            matrix.save(force_insert=True)
    except IntegrityError as error:
        if "key" not in str(error):
            raise
        raise Refusal(_("Somebody keeps a matrix of this name just now. Try again."), code="taken") from error
