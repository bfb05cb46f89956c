"""Reckons figures and findings, at night and on demand."""
