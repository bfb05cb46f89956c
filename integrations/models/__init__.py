"""Records of imports."""

from integrations.models.imports import ImportFile, ImportResource, ImportRow, ImportState, RowResult
from integrations.models.programs import ProgramImport, ProgramImportState

__all__ = [
    "ImportFile",
    "ImportResource",
    "ImportRow",
    "ImportState",
    "ProgramImport",
    "ProgramImportState",
    "RowResult",
]
