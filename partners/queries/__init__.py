"""Reads shaped for pages and reports, by subject."""
