"""Scorecards, assessments, tasks and success plans over REST."""
