"""Segments under /api/v1/."""
