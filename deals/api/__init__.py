"""Deals under /api/v1."""
