"""One world for a test, and the clock at which it stands."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import reading
from tests.architecture import world as worlds
from tests.architecture.walk import Address, addresses, unknown_names


@pytest.fixture
def world(db: None, now: datetime, settings: Any, tmp_path: Path) -> worlds.World:
    """Everybody and everything; files lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    return worlds.build()


@pytest.fixture
def every_address() -> list[Address]:
    """Every address of the portal whose names are known. `test_guards.py` fails for the others."""
    return [address for address in addresses() if not unknown_names(address)]


@pytest.fixture
def reads(identity: str, world: worlds.World, every_address: list[Address]) -> list[reading.Read]:
    """What every address answers somebody who reads it."""
    return reading.read_by(identity, world, every_address)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep thousands of refusals, all wanted, out of the log of a failing test."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
