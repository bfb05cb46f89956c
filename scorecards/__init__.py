"""Metrics and the scores made of them."""
