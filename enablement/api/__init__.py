"""Enablement over REST."""
