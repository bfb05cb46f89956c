"""Template tags of scorecards."""
