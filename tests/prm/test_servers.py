"""The embedded servers start, keep what they were given, and get over a crash."""

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from prm import processes, servers

SIZES = servers.Sizes(shared_buffers="16MB", max_connections=20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that PostgreSQL's own account can reach when root runs the tests."""
    for step in (tmp_path, *tmp_path.parents[:2]):
        step.chmod(step.stat().st_mode | stat.S_IXOTH)
    return tmp_path


@pytest.fixture
def postgres(folder: Path) -> Iterator[servers.Postgres]:
    server = servers.Postgres(folder / "postgres", log=folder / "postgres.log", sizes=SIZES)
    yield server
    server.stop()


@pytest.fixture
def valkey(folder: Path) -> Iterator[servers.Valkey]:
    server = servers.Valkey(folder / "valkey", log=folder / "valkey.log", sizes=SIZES)
    yield server
    server.stop()


def _ask(server: servers.Postgres, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(server.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_postgres_keeps_its_rows_over_a_restart(postgres: servers.Postgres) -> None:
    postgres.start()
    _ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")

    postgres.stop()
    postgres.start()

    assert _ask(postgres, "SELECT number FROM kept") == [(7,)]


def test_postgres_gets_over_a_kill(postgres: servers.Postgres) -> None:
    postgres.start()
    _ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
    assert postgres.process

    os.kill(postgres.process.pid, signal.SIGKILL)
    postgres.process.wait()
    postgres.start()

    assert _ask(postgres, "SELECT number FROM kept") == [(7,)]


def test_postgres_starts_over_a_pid_file_that_names_somebody_else(postgres: servers.Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    postgres.start()

    assert postgres.answers()


def test_the_portal_is_not_the_databases_superuser(postgres: servers.Postgres) -> None:
    postgres.start()

    assert _ask(postgres, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [(False, True)]


def test_other_accounts_cannot_reach_the_sockets(postgres: servers.Postgres, valkey: servers.Valkey) -> None:
    postgres.start()
    valkey.start()

    assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700


def test_valkey_keeps_its_queues_over_a_restart(valkey: servers.Valkey) -> None:
    valkey.start()
    redis.Redis.from_url(valkey.url).set("queue", "waiting")

    valkey.stop()
    valkey.start()

    assert redis.Redis.from_url(valkey.url).get("queue") == b"waiting"


def test_valkey_evicts_nothing(valkey: servers.Valkey) -> None:
    valkey.start()

    assert redis.Redis.from_url(valkey.url).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_a_folder_too_deep_for_a_socket_still_works(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    server = servers.Valkey(deep, log=folder / "valkey.log", sizes=SIZES)

    server.start()
    try:
        assert server.answers()
        assert not server.socket.is_relative_to(deep)
    finally:
        server.stop()
    assert not server.sockets.exists()


def test_a_server_that_cannot_start_says_so_with_the_end_of_its_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VALKEY_BIN", "/bin/false")
    server = servers.Valkey(folder / "valkey", log=folder / "valkey.log", sizes=SIZES)

    with pytest.raises(servers.ServerError, match="Valkey did not start"):
        server.start()


def test_nothing_is_started_where_servers_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://prm@db.example/prm")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")

    assert servers.embedded(folder, logs=folder, sizes=SIZES) == []


def test_a_pid_file_without_a_process_is_removed(folder: Path) -> None:
    pid_file = folder / "server.pid"
    pid_file.write_text("4194304\n")

    processes.end_leftover(pid_file, program="valkey-server", polite=signal.SIGTERM)

    assert not pid_file.exists()
