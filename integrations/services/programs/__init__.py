"""A whole program as one JSON document: read, planned, applied, exported."""

from integrations.services.programs.exporting import document, printed
from integrations.services.programs.layout import titles
from integrations.services.programs.planning import PlanRefusedError, ProgramChangedError, apply, plan
from integrations.services.programs.plans import Action, Change, Impact, Plan, Step
from integrations.services.programs.reading import MAX_BYTES, UnreadableError, read
from integrations.services.programs.schema import schema
from integrations.services.programs.shapes import Fault

__all__ = [
    "MAX_BYTES",
    "Action",
    "Change",
    "Fault",
    "Impact",
    "Plan",
    "PlanRefusedError",
    "ProgramChangedError",
    "Step",
    "UnreadableError",
    "apply",
    "document",
    "plan",
    "printed",
    "read",
    "schema",
    "titles",
]
