"""The numbers that criteria ask for, to be tried otherwise: named by their place, put back into the document."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from criteria.checks import as_number, measured_field, operator_of
from criteria.fields import Catalog
from criteria.operators import Shape
from criteria.sentence import Speaker
from criteria.tree import Clause, Group, Node, clauses

#: Before the path of a clause, in addresses.
PREFIX = "t"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A clause that compares with a number: what it asks about, what is asked now and what is tried."""

    path: str
    clause: Clause
    about: str
    words: str
    unit: str
    stands: Decimal
    tried: Decimal
    error: str = ""
    typed: str = ""

    @property
    def name(self) -> str:
        """Its name in an address: the places of the rules on the way."""
        return name_of(self.path)

    @property
    def is_changed(self) -> bool:
        """Whether another number is tried than stands."""
        return self.tried != self.stands

    @property
    def shown(self) -> str:
        """What stands in its field."""
        return self.typed or plain(self.tried)


def name_of(path: str) -> str:
    """Return the name of a clause's number in an address: /rules/1/rules/0 is t1-0."""
    return PREFIX + "-".join(step for step in path.split("/") if step.isdigit())


def plain(number: Decimal) -> str:
    """Return a number as a field of a form has it."""
    return f"{number.normalize():f}"


def thresholds(
    tree: Group, catalog: Catalog, speaker: Speaker, typed: Mapping[str, str], error: str
) -> list[Threshold]:
    """Return the numbers that a tree asks for, with what was typed for them; what is no number is told by `error`."""
    found = []
    for path, clause in clauses(tree):
        stands, operator = as_number(clause.value), operator_of(clause, catalog)
        if stands is None or operator is None or operator.shape is not Shape.NUMBER or clause.disabled:
            continue
        one = measured_field(clause.operand, catalog)
        text = typed.get(name_of(path), "").strip()
        number = as_number(text.replace(" ", "")) if text else stands
        about = speaker.operand(clause.operand)
        found.append(
            Threshold(
                path,
                clause,
                about[:1].upper() + about[1:],
                speaker.translate(operator.words),
                str(one.unit) if one is not None else "",
                stands,
                stands if number is None else number,
                error if number is None else "",
                text if number is None else "",
            )
        )
    return found


def with_thresholds(tree: Group, tried: Mapping[str, Decimal]) -> Group:
    """Return a tree that asks for other numbers, by the path of their clause."""
    return replace(tree, rules=tuple(_with(rule, f"/rules/{place}", tried) for place, rule in enumerate(tree.rules)))


def _with(node: Node, path: str, tried: Mapping[str, Decimal]) -> Node:
    if isinstance(node, Group):
        rules = tuple(_with(rule, f"{path}/rules/{place}", tried) for place, rule in enumerate(node.rules))
        return replace(node, rules=rules)
    return replace(node, value=_document_number(tried[path])) if path in tried else node


def _document_number(number: Decimal) -> int | str:
    """Return a number as criteria documents have it: whole ones as such, others as a text that loses no digit."""
    return int(number) if number == number.to_integral_value() else plain(number)
