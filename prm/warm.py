"""What a web process does before its first visitor, so that no visitor waits for it."""

import gc

from django.urls import get_resolver


def up() -> None:
    """Load every page's module, and leave what is loaded out of garbage collection.

    A full collection looks at everything that is alive: a fifth of a second with all that a portal loads, in the middle
    of whoever's request sets it off. What stays for good need not be looked at.
    """
    get_resolver().url_patterns  # noqa: B018 - reading it loads them
    gc.collect()
    gc.freeze()
