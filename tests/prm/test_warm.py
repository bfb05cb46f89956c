"""What is loaded for good is not looked at by every full garbage collection."""

import gc
from collections.abc import Iterator

import pytest

from prm import warm


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_loaded_is_left_out_of_garbage_collection() -> None:
    warm.up()

    assert gc.get_freeze_count() > 0
    assert gc.isenabled()
