"""Reads for the pages of insight."""
