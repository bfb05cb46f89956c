"""What a web process does before its first visitor and after its first ones, so that no visitor waits for it.

A full collection of garbage looks at everything that is alive: a fifth of a second with all that a portal loads, in
the middle of whoever's request sets it off. What stays for good (modules, then the templates and translations that the
first pages load) need not be looked at. A page makes and drops tens of thousands of objects, hardly any of them in
circles, so collections may be rarer than Python's own setting, too.
"""

import gc
from itertools import count
from typing import Any

from django.core.signals import request_finished
from django.urls import get_resolver

#: After so many answers what is alive is left out of collections, too.
SETTLED_AFTER = (20, 200, 2000)
#: So many new objects set off a collection of the young ones; Python's own setting is 700.
YOUNG_OBJECTS = 5000

_answers = count(1)


def up() -> None:
    """Load every page's module, and leave what is loaded out of garbage collection."""
    get_resolver().url_patterns  # noqa: B018 - reading it loads them
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
    settle()
    request_finished.connect(settle_in_time, dispatch_uid="prm.warm")


def settle() -> None:
    """Leave everything that is alive now out of garbage collection."""
    gc.collect()
    gc.freeze()


def settle_in_time(**_sent: Any) -> None:
    """Settle once some pages were shown. Their readers have their answers by then."""
    if next(_answers) in SETTLED_AFTER:
        settle()
