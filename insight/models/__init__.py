"""What is reckoned about the program itself (categories by quarter, segments, what seems wrong), and matrices kept."""

from insight.models.figures import CategoryFlow, CategoryOverlap, CategoryQuarter
from insight.models.findings import Finding, FindingKind
from insight.models.matrices import Matrix, MatrixCell
from insight.models.readings import SegmentReading

__all__ = [
    "CategoryFlow",
    "CategoryOverlap",
    "CategoryQuarter",
    "Finding",
    "FindingKind",
    "Matrix",
    "MatrixCell",
    "SegmentReading",
]
