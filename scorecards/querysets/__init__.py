"""Chainable filters of this app, by subject."""
