"""Every test run has its own PostgreSQL and Valkey, started before Django reads its settings, thrown away at the end.

Parallel workers share the two servers: each has its own database (by pytest-django) and its own Valkey database number.
Migrations run once per change: the empty tables are kept as SQL in `.data/cache/`, and test databases are copies.
"""

import contextlib
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from prm import servers

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".data" / "cache"
TEMPLATE_VARIABLE = "TEST_DATABASE_TEMPLATE"

_running = contextlib.ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the servers, once for all parallel workers, and lead Django to them."""
    os.environ["PLAIN_STATIC"] = "1"
    os.environ.pop("PUBLIC_URL", None)
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["REDIS_URL"] = _own_database(os.environ["REDIS_URL"], int(worker.removeprefix("gw")) + 1)
        return
    addresses = _running.enter_context(servers.throw_away(servers.Sizes.throw_away()))
    os.environ.update(addresses)
    if "DATABASE_URL" in addresses:
        _make_tables(addresses["DATABASE_URL"])
        os.environ[TEMPLATE_VARIABLE] = "prm"


def pytest_configure() -> None:
    """Let test databases be copies of the one whose tables are ready."""
    if template := os.environ.get(TEMPLATE_VARIABLE):
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers."""
    _running.close()


def _make_tables(database_url: str) -> None:
    """Fill the database with empty tables, by migrating or from what the same migrations made before."""
    tables = CACHE / f"tables-{_migrations_fingerprint()}.sql"
    programs = servers.postgres_binaries()
    if tables.exists():
        _run(programs / "psql", "-Xq1", "--set=ON_ERROR_STOP=1", f"--file={tables}", f"--dbname={database_url}")
        return
    _run(sys.executable, "manage.py", "migrate", "--verbosity=0")
    for outdated in CACHE.glob("tables-*.sql"):
        outdated.unlink(missing_ok=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    unfinished = tables.with_suffix(f".{os.getpid()}")
    _run(programs / "pg_dump", f"--file={unfinished}", f"--dbname={database_url}")
    unfinished.rename(tables)


def _migrations_fingerprint() -> str:
    digest = hashlib.sha256()
    for path in [ROOT / "requirements.lock", *sorted(ROOT.glob("*/migrations/*.py"))]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise pytest.UsageError(f"The tests' tables could not be made.\n{done.stdout}{done.stderr}")


def _own_database(redis_url: str, number: int) -> str:
    """Return the address with another database number, in either spelling: unix://…?db=0 or redis://host/0."""
    if redis_url.startswith("unix:"):
        return re.sub(r"db=\d+", f"db={number}", redis_url)
    return re.sub(r"/\d*$", f"/{number}", redis_url)
