"""Pages and fragments of scorecards."""
