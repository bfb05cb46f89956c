"""Whether groups, clauses and what they ask about make sense in a catalog."""

from criteria.checks.lookups import field_of, measured_field, operator_of
from criteria.checks.values import DATED, NUMERIC, ValueChecks
from criteria.fields import Collection, Kind
from criteria.operators import CHANGES
from criteria.tree import COUNTING, COUNTS, Area, Clause, Group, Node, Operand, PerArea

#: Kinds whose field holds one value that can be told from another.
SINGLE = tuple(kind for kind in Kind if kind not in {Kind.MULTI, Kind.RULES, Kind.PLACE})
#: Kinds of field that can name an area, such as a product line or a country.
NAMING = (Kind.TEXT, Kind.CHOICE, Kind.MULTI)


class CriteriaChecks(ValueChecks):
    """Walks a tree, noting every fault."""

    def node(self, node: Node, path: str, collection: Collection | None) -> None:
        if isinstance(node, Group):
            self.group(node, path, collection)
        else:
            self.clause(node, path, collection)

    def group(self, group: Group, path: str, collection: Collection | None) -> None:
        if group.disabled:
            return
        if path and not group.rules:
            self.fault(
                path,
                "empty_group",
                "This group is empty. Add a rule or remove the group.",
            )
        for index, rule in enumerate(group.rules):
            self.node(rule, f"{path}/rules/{index}", collection)

    def clause(self, clause: Clause, path: str, collection: Collection | None) -> None:
        if clause.disabled:
            return
        kind = self.operand(clause.operand, path, collection)
        if kind is None:
            return
        field = measured_field(clause.operand, self.catalog, collection)
        operator = operator_of(clause, self.catalog, collection)
        if operator is None:
            unrecorded = clause.operator in {one.key for one in CHANGES}
            fault = "It is not recorded when this changes." if unrecorded else "“{}” does not fit this field."
            self.fault(f"{path}/operator", "unknown_operator", fault.format(clause.operator[:40]))
            return
        self.value(clause, operator, kind, field, path, collection)

    # --- operands

    def operand(self, operand: Operand, path: str, collection: Collection | None) -> Kind | None:
        if operand.field:
            field = field_of(operand, self.catalog, collection)
            if field is None:
                self.fault(
                    f"{path}/field",
                    "unknown_field",
                    f"There is no field “{operand.field[:60]}”.",
                )
            return field.kind if field else None
        if collection is not None:
            self.fault(f"{path}/collection", "nested_collection", "Records cannot be asked about other records.")
            return None
        if operand.per_area is not None:
            self.per_area(operand.per_area, f"{path}/per_area")
            return Kind.NUMBER
        target = self.catalog.collections.get(operand.collection)
        if target is None:
            self.fault(
                f"{path}/collection",
                "unknown_collection",
                f"There are no records “{operand.collection[:60]}”.",
            )
            return None
        if operand.where is not None:
            self.group(operand.where, f"{path}/where", target)
        for index, group in enumerate(operand.each):
            self.group(group, f"{path}/each/{index}", target)
        if operand.window is not None:
            self.window(operand.window, f"{path}/window")
        kind = self.aggregate(operand, target, path)
        if operand.growth_over is not None:
            self.growth(operand, kind, path)
            return Kind.NUMBER
        return kind

    def growth(self, operand: Operand, kind: Kind | None, path: str) -> None:
        self.whole_span(operand.growth_over, f"{path}/growth_over")
        if operand.window is None:
            self.fault(f"{path}/window", "window_missing", "Say which stretch of time is compared with the one before.")
        if kind is not None and kind not in NUMERIC:
            self.fault(f"{path}/of", "wrong_type", "Only numbers grow.")

    def per_area(self, per_area: PerArea, path: str) -> None:
        for name, area in (("areas", per_area.areas), ("need", per_area.need)):
            self.area(area, f"{path}/{name}")

    def area(self, area: Area, path: str) -> None:
        self.clause(area.clause, path, None)
        operand = area.clause.operand
        if operand.aggregate == "count_holders" or operand.growth_over is not None:
            self.fault(f"{path}/aggregate", "wrong_type", "In an area, choose a plain figure.")
        if area.clause.disabled:
            self.fault(f"{path}/disabled", "unknown_key", "Switch the whole rule off, not a part of it.")
        if isinstance(area.clause.value, dict) and "field" in area.clause.value:
            self.fault(f"{path}/value", "wrong_type", "In an area, compare with a value, not with a field.")
        target = self.catalog.collections.get(area.clause.operand.collection)
        by = target.field(area.by) if target else None
        if target is not None and (by is None or by.kind not in NAMING):
            self.fault(f"{path}/by", "unknown_field", f"{target.label} have no areas “{area.by[:60]}”.")

    def numeric(self, operand: Operand, path: str) -> None:
        before = len(self.problems)
        kind = self.operand(operand, path, None)
        if len(self.problems) == before and kind not in NUMERIC:
            self.fault(f"{path}/field", "not_a_number", "Choose a field that is a number.")

    def aggregate(self, operand: Operand, target: Collection, path: str) -> Kind | None:
        if operand.aggregate in COUNTS:
            return Kind.NUMBER
        field = target.field(operand.of)
        if field is None:
            self.fault(
                f"{path}/of",
                "unknown_field",
                f"{target.label} have no field “{operand.of[:60]}”.",
            )
            return None
        allowed = {
            "count_distinct": SINGLE,
            "count_holders": SINGLE,
            "sum": NUMERIC,
            "average": NUMERIC,
            "min": NUMERIC + DATED,
            "max": NUMERIC + DATED,
            "first": NUMERIC + DATED + (Kind.TEXT, Kind.CHOICE),
            "latest": NUMERIC + DATED + (Kind.TEXT, Kind.CHOICE),
        }[operand.aggregate]
        if field.kind not in allowed:
            self.fault(
                f"{path}/of",
                "wrong_type",
                f"“{field.label}” has no {operand.aggregate.replace('_', ' ')}.",
            )
            return None
        return Kind.NUMBER if operand.aggregate in COUNTING else field.kind
