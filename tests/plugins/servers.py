"""Every test run has its own PostgreSQL and Valkey, started before Django reads its settings, thrown away at the end.

Parallel workers share the two servers: each has its own database (by pytest-django) and its own Valkey database number.
"""

import contextlib
import os
import re

import pytest

from prm import servers

_running = contextlib.ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the servers, once for all parallel workers, and lead Django to them."""
    os.environ["PLAIN_STATIC"] = "1"
    os.environ.pop("PUBLIC_URL", None)
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["REDIS_URL"] = _own_database(os.environ["REDIS_URL"], int(worker.removeprefix("gw")) + 1)
        return
    os.environ.update(_running.enter_context(servers.throw_away(servers.Sizes.throw_away())))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers."""
    _running.close()


def _own_database(redis_url: str, number: int) -> str:
    """Return the address with another database number, in either spelling: unix://…?db=0 or redis://host/0."""
    if redis_url.startswith("unix:"):
        return re.sub(r"db=\d+", f"db={number}", redis_url)
    return re.sub(r"/\d*$", f"/{number}", redis_url)
