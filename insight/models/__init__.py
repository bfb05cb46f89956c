"""What is reckoned about the program itself: figures of categories by quarter, and what seems wrong in its design."""

from insight.models.figures import CategoryFlow, CategoryOverlap, CategoryQuarter
from insight.models.findings import Finding, FindingKind

__all__ = ["CategoryFlow", "CategoryOverlap", "CategoryQuarter", "Finding", "FindingKind"]
