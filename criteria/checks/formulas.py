"""Whether formulas make sense in a catalog."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from criteria.checks.clauses import CriteriaChecks
from criteria.checks.values import as_number, is_day_in_reach
from criteria.tree import PEER_FUNCTIONS, Formula, Function, Number, Operand, is_whole

MAX_PLACES = 6
MAX_BANDS = 50
#: How many formulas a function takes: (fewest, most).
ARITY = {
    "sum": (1, 50),
    "difference": (2, 50),
    "product": (1, 50),
    "ratio": (2, 2),
    "growth": (2, 2),
    "best": (1, 50),
    "worst": (1, 50),
    "average": (1, 50),
    "first_known": (1, 50),
    "points": (0, 0),
}
PEERS = ("everybody", "country", "region", "category")
FREEZES = ("month", "quarter", "year", "fiscal_quarter", "fiscal_year")


class FormulaChecks(CriteriaChecks):
    """Walks a formula, noting every fault."""

    def formula(self, formula: Formula, path: str, *, is_whole_formula: bool = False) -> None:
        if isinstance(formula, Number):
            self.number(formula.value, f"{path}/number")
        elif isinstance(formula, Operand):
            self.numeric(formula, path)
        else:
            if formula.name in PEER_FUNCTIONS and not is_whole_formula:
                self.fault(path, "peers_inside", "Make this a measure of its own, and use that one here.")
            self.function(formula, path)

    def function(self, one: Function, path: str) -> None:
        fewest, most = ARITY.get(one.name, (1, 1))
        if not fewest <= len(one.of) <= most:
            many = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            self.fault(f"{path}/of", "bad_number", f"“{one.name}” takes {many} of these.")
        for index, inner in enumerate(one.of):
            self.formula(inner, f"{path}/of/{index}")
        for index, part in enumerate(one.parts):
            self.formula(part.of, f"{path}/parts/{index}/of")
            self.number(part.each, f"{path}/parts/{index}/each")
            if part.cap is not None:
                self.number(part.cap, f"{path}/parts/{index}/cap")
        if one.where is not None:
            self.group(one.where, f"{path}/where", None)
        elif one.name == "gate":
            self.fault(f"{path}/where", "value_missing", "Say what must hold.")
        self.settings(one, path)

    def settings(self, one: Function, path: str) -> None:
        settings = one.settings
        for name in ("if_zero", "from", "to", "cap", "otherwise", "target", "points"):
            if name in settings:
                self.number(settings[name], f"{path}/{name}")
        match one.name:
            case "clamp":
                self.limits(settings, path)
            case "round":
                if not is_whole(settings.get("places", 0)) or not 0 <= settings.get("places", 0) <= MAX_PLACES:
                    self.fault(f"{path}/places", "bad_number", f"Enter a whole number from 0 to {MAX_PLACES}.")
            case "credit":
                target = as_number(settings.get("target"))
                if target is None or target <= 0:
                    self.fault(f"{path}/target", "bad_number", "Enter the target: a number above 0.")
            case "bands":
                self.bands(settings.get("bands"), f"{path}/bands")
            case "percentile" | "rank":
                self.peers(settings, path)

    def limits(self, settings: dict[str, Any], path: str) -> None:
        low, high = as_number(settings.get("from")), as_number(settings.get("to"))
        if "from" not in settings and "to" not in settings:
            self.fault(f"{path}/from", "value_missing", "Say from where, or up to where.")
        elif low is not None and high is not None and low > high:
            self.fault(f"{path}/to", "empty_range", "The first value is larger than the last.")

    def bands(self, bands: Any, path: str) -> None:
        if not isinstance(bands, tuple) or not 1 <= len(bands) <= MAX_BANDS:
            self.fault(path, "not_a_list", f"Enter 1 to {MAX_BANDS} bands.")
            return
        last: Decimal | None = None
        for index, band in enumerate(bands):
            here = f"{path}/{index}"
            if not isinstance(band, dict) or set(band) != {"from", "value"}:
                self.fault(here, "not_a_band", "A band begins from a number and has a value.")
                return
            self.number(band["from"], f"{here}/from")
            self.number(band["value"], f"{here}/value")
            start = as_number(band["from"])
            if start is not None and last is not None and start <= last:
                self.fault(f"{here}/from", "empty_range", "Bands go upwards: this one begins below the one before.")
            last = start

    def peers(self, settings: dict[str, Any], path: str) -> None:
        peers, frozen = settings.get("peers", "everybody"), settings.get("frozen", "")
        if not isinstance(peers, str) or not self.knows_peers(peers):
            message = f"Choose one of {', '.join(PEERS)}, a tier ladder or a segment."
            self.fault(f"{path}/peers", "unknown_choice", message)
        if frozen != "" and frozen not in FREEZES and not is_day_in_reach(frozen):
            self.fault(f"{path}/frozen", "not_a_day", f"Enter a day, or one of {', '.join(FREEZES)}.")

    def knows_peers(self, peers: str) -> bool:
        way, _, key = peers.partition(":")
        if way == "segment":
            return key in self.choices_of("segments")
        if way == "tier":
            return any(choice.startswith(f"{key}.") for choice in self.choices_of("tiers"))
        return peers in PEERS

    def choices_of(self, name: str) -> Iterable[str]:
        field = self.catalog.fields.get(name)
        return () if field is None else self.catalog.choices(field)
