"""What an operand, a clause and a field are in a catalog."""

from criteria.fields import Catalog, Collection, Field, Kind
from criteria.operators import Operator, operators_of
from criteria.tree import COUNTING, Clause, Operand


def operator_of(clause: Clause, catalog: Catalog, collection: Collection | None = None) -> Operator | None:
    """Return the clause's operator, or None where field or operator are unknown."""
    kind = kind_of(clause.operand, catalog, collection)
    if kind is None:
        return None
    field = field_of(clause.operand, catalog, collection) if clause.operand.field else None
    return operators_of(kind, field).get(clause.operator)


def kind_of(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> Kind | None:
    """Return the kind of value an operand has, or None where a name is unknown."""
    if is_counted(operand):
        return Kind.NUMBER
    field = measured_field(operand, catalog, collection)
    return field.kind if field else None


def is_counted(operand: Operand) -> bool:
    """Say whether an operand is a plain number, whatever field it is taken of: a count, a growth, a figure of areas."""
    return operand.per_area is not None or operand.growth_over is not None or operand.aggregate in COUNTING


def measured_field(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> Field | None:
    """Return the field that gives an operand its unit and choices: None for counts and for unknown names."""
    if operand.field:
        return field_of(operand, catalog, collection)
    target = catalog.collections.get(operand.collection)
    return target.field(operand.of) if target and not is_counted(operand) else None


def field_of(operand: Operand, catalog: Catalog, collection: Collection | None = None) -> Field | None:
    """Return the field an operand names: one of the collection inside `where`, else one of the partner."""
    return collection.field(operand.field) if collection else catalog.fields.get(operand.field)
