"""Every test run has its own PostgreSQL and Valkey, started before Django reads its settings, thrown away at the end.

Parallel workers share the two servers: each has its own database (by pytest-django) and its own Valkey database number.
Migrations run once: the empty tables are kept as SQL in `.data/cache/`, new migrations are run on top of them, and test
databases are copies.
"""

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from prm import servers

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".data" / "cache"
#: Tables of so many states of the migrations are kept: branches are changed often.
MOST_CACHED = 12
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
        _let_triggers_rest(addresses["DATABASE_URL"])
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
    """Fill the database with empty tables: what the same migrations made before, else the rest on top of the most."""
    migrations = _migrations()
    tables = CACHE / f"tables-{_fingerprint(migrations)}.sql"
    programs = servers.postgres_binaries()
    if begun := tables if tables.exists() else _nearest(migrations):
        _run(programs / "psql", "-Xq1", "--set=ON_ERROR_STOP=1", f"--file={begun}", f"--dbname={database_url}")
    if begun == tables:
        return
    _run(sys.executable, "manage.py", "migrate", "--verbosity=0")
    CACHE.mkdir(parents=True, exist_ok=True)
    for outdated in sorted(CACHE.glob("tables-*.sql"), key=_age)[MOST_CACHED - 1 :]:
        outdated.with_suffix(".json").unlink(missing_ok=True)
        outdated.unlink(missing_ok=True)
    unfinished = tables.with_suffix(f".{os.getpid()}")
    _run(programs / "pg_dump", f"--file={unfinished}", f"--dbname={database_url}")
    tables.with_suffix(".json").write_text(json.dumps(migrations))
    unfinished.rename(tables)


def _let_triggers_rest(database_url: str) -> None:
    """Let the tests delete rows without what triggers would do; only a superuser may allow that."""
    superuser = psycopg2.connect(database_url, user="postgres")
    with superuser, superuser.cursor() as cursor:
        cursor.execute("GRANT SET ON PARAMETER session_replication_role TO prm")
    superuser.close()


def _nearest(migrations: dict[str, str]) -> Path | None:
    """Return the tables that most of the migrations made, and no other ones: only the rest are missing."""
    known = {path: json.loads(path.read_text()) for path in CACHE.glob("tables-*.json")}
    fitting = [path for path, made in known.items() if made.items() <= migrations.items()]
    found = max(fitting, key=lambda path: len(known[path]), default=None)
    return found.with_suffix(".sql") if found and found.with_suffix(".sql").exists() else None


def _age(tables: Path) -> float:
    return -tables.stat().st_mtime if tables.exists() else 0.0


def _migrations() -> dict[str, str]:
    """Return the digest of every migration, and of what they run with, by path."""
    paths = [ROOT / "requirements.lock", *sorted(ROOT.glob("*/migrations/*.py"))]
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _fingerprint(migrations: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(migrations).encode()).hexdigest()[:16]


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise pytest.UsageError(f"The tests' tables could not be made.\n{done.stdout}{done.stderr}")


def _own_database(redis_url: str, number: int) -> str:
    """Return the address with another database number, in either spelling: unix://…?db=0 or redis://host/0."""
    if redis_url.startswith("unix:"):
        return re.sub(r"db=\d+", f"db={number}", redis_url)
    return re.sub(r"/\d*$", f"/{number}", redis_url)
