"""The writers of scorecards, metrics and scores."""
