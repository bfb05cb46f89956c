"""Whether a document makes sense in a program: every error names the node at fault, and how to mend it."""

from typing import Any

from criteria.checks.clauses import NAMING, SINGLE, CriteriaChecks
from criteria.checks.formulas import FormulaChecks
from criteria.checks.lookups import field_of, is_counted, kind_of, measured_field, operator_of
from criteria.checks.values import DATED, FIELD_AGAINST_FIELD, NUMERIC, as_day, as_number
from criteria.fields import Catalog
from criteria.tree import CriteriaError, Group, Problem, parse, parse_formula, parse_operand

__all__ = [
    "DATED",
    "FIELD_AGAINST_FIELD",
    "NAMING",
    "NUMERIC",
    "SINGLE",
    "as_day",
    "as_number",
    "check",
    "check_formula",
    "check_operand",
    "check_tree",
    "field_of",
    "is_counted",
    "kind_of",
    "measured_field",
    "operator_of",
]


def check(document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a document; an empty list means it can be published."""
    try:
        tree = parse(document)
    except CriteriaError as error:
        return error.problems
    return check_tree(tree, catalog)


def check_tree(tree: Group, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a tree."""
    checker = CriteriaChecks(catalog)
    checker.group(tree, "", None)
    return checker.problems


def check_operand(document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a numeric operand, such as what a metric measures."""
    try:
        operand = parse_operand(document)
    except CriteriaError as error:
        return error.problems
    checker = CriteriaChecks(catalog)
    checker.numeric(operand, "")
    return checker.problems


def check_formula(document: Any, catalog: Catalog) -> list[Problem]:
    """Return everything wrong with a formula, such as a measure is; an empty list means it can be published."""
    try:
        formula = parse_formula(document)
    except CriteriaError as error:
        return error.problems
    checker = FormulaChecks(catalog)
    checker.formula(formula, "", is_whole_formula=True)
    return checker.problems
