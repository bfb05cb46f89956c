"""Reads shaped for the front doors."""
