"""A web process leaves what stays for good out of garbage collection: at its start, and after some pages."""

import gc
from collections.abc import Iterator
from itertools import count

import pytest
from django.core.signals import request_finished

from prm import warm


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    thresholds = gc.get_threshold()
    monkeypatch.setattr(warm, "_answers", count(1))
    yield
    request_finished.disconnect(dispatch_uid="prm.warm")
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_is_loaded_is_left_out_of_garbage_collection() -> None:
    warm.up()

    assert gc.get_freeze_count() > 0
    assert gc.isenabled()


def test_what_pages_load_is_left_out_once_some_were_shown() -> None:
    warm.up()
    at_first = gc.get_freeze_count()
    loaded = [[] for _ in range(1000)]

    for _ in range(warm.SETTLED_AFTER[0] - 1):
        request_finished.send(sender=None)
    before = gc.get_freeze_count()
    assert before <= at_first
    request_finished.send(sender=None)

    assert gc.get_freeze_count() >= before + len(loaded)
