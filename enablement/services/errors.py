"""Refusals that a person can read."""


class Refused(Exception):
    """The act is not possible as things stand; `str()` says why and what to do."""
