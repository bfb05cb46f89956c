"""Records of imports."""

from integrations.models.imports import ImportFile, ImportResource, ImportRow, ImportState, RowResult

__all__ = ["ImportFile", "ImportResource", "ImportRow", "ImportState", "RowResult"]
