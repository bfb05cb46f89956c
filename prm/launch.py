"""Everything `make` starts: the portal with all its processes, or one command beside running servers.

python -m prm.launch run                      the whole portal, until Ctrl-C
python -m prm.launch web|worker|beat|migrate  one process, for who brings servers and a supervisor (docker-compose.yml)
python -m prm.launch healthy                  whether the web process can serve pages, for such a supervisor
python -m prm.launch beside COMMAND …         a command with the addresses of this folder's servers
python -m prm.launch spare COMMAND …          a command with servers that are thrown away
python -m prm.launch bench [NAME …]           benchmarks on such servers
"""

import contextlib
import fcntl
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from prm import assets, processes, programs, pulse, servers
from prm.steps import say, step
from prm.supervisor import GaveUpError, Program, Supervisor

ROOT = Path(__file__).resolve().parent.parent
WEB_START_SECONDS = 60
LAST_PORT = 65535
LOG_BYTES_KEPT = 10_000_000


class RefusedError(Exception):
    """The request cannot be met here and now; the message says what to do instead."""


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names; return the exit code."""
    name, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if name in programs.NAMES:
        command = programs.command(name)
        os.execvp(command[0], command)  # noqa: S606 - the process itself, so that signals reach it
    doors = {"run": run, "beside": beside, "spare": spare, "bench": bench, "healthy": healthy}
    if name not in doors:
        say(__doc__ or "")
        return 2
    try:
        return doors[name](rest)
    except (RefusedError, GaveUpError, servers.ServerError, assets.BuildError) as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        return 130


def run(_arguments: Sequence[str]) -> int:
    """Start the whole portal, look after it, and stop it in order."""
    began = time.monotonic()
    with _this_folder_alone():
        port = _free_port()
        supervisor = Supervisor()
        try:
            variables = _start(supervisor, port)
            status = _wait_for_web(port, supervisor)
            _greet(variables, status=status, seconds=time.monotonic() - began)
            supervisor.watch()
        except KeyboardInterrupt:
            say("\nStopping. What you entered is kept in .data/.")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, _ask_for_patience)
            supervisor.stop()
            _running_file().unlink(missing_ok=True)
    return 0


def beside(command: Sequence[str]) -> int:
    """Run a command with this folder's servers: those of a running portal, else started for this command."""
    if not command:
        raise RefusedError("Say which command to run: python -m prm.launch beside COMMAND …")
    if _running_file().exists() and not _lock_is_free():
        return _run_command(command, json.loads(_running_file().read_text()))
    with _this_folder_alone(), servers.running(_servers()) as addresses:
        return _run_command(command, {**_variables(_port()), **addresses})


def spare(command: Sequence[str]) -> int:
    """Run a command with servers of its own, thrown away afterwards."""
    with servers.throw_away(servers.Sizes.throw_away()) as addresses:
        return _run_command(command, addresses)


def bench(names: Sequence[str]) -> int:
    """Run the benchmarks on servers of the size of `make run`, thrown away afterwards."""
    scripts = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
    if unknown := set(names) - set(scripts):
        raise RefusedError(
            f"There is no benchmark called {', '.join(sorted(unknown))}. There are: {', '.join(scripts)}."
        )
    assets.build()
    with servers.throw_away(servers.Sizes.from_environment()) as addresses:
        code = _run_command([sys.executable, "-m", "prm.prepare"], {**addresses, "DEMO": "none"})
        for name in names or scripts:
            code = code or _run_command([sys.executable, "-m", f"benchmarks.{name}"], addresses)
    return code


def healthy(_arguments: Sequence[str]) -> int:
    """Tell by the exit code whether the web process on PORT can serve pages."""
    return 0 if _status_of("/readyz", port=_port()) == http.HTTPStatus.OK else 1


# --- starting


def _start(supervisor: Supervisor, port: int) -> dict[str, str]:
    with step("Building style sheet and scripts"):
        assets.build()
    own_servers = _servers()
    with step("Starting PostgreSQL and Valkey"):
        for server in own_servers:
            _keep_log_short(server.log)
            supervisor.start(server)
    variables = {**_variables(port), **servers.addresses(own_servers)}
    _note_how_to_reach(variables)
    if code := _run_command([sys.executable, "-m", "prm.prepare"], variables):
        raise RefusedError(f"Preparing the portal failed (exit code {code}); the lines above tell why.")
    for name in programs.LASTING:
        log = _data() / "logs" / f"{name}.log"
        _keep_log_short(log)
        supervisor.start(Program(name, programs.command(name), log=log, variables=variables, folder=ROOT))
    supervisor.listen(pulse.Pulse(pulse.read_from(variables["DATABASE_URL"])), names=("worker", "beat"))
    return variables


def _servers() -> list[servers.Server]:
    return servers.embedded(_data(), logs=_data() / "logs", sizes=servers.Sizes.from_environment())


def _variables(port: int) -> dict[str, str]:
    """Return the environment of every process: what the person set, and defaults for a portal on this machine."""
    defaults = {"PUBLIC_URL": f"http://localhost:{port}", "SECRET_KEY": _secret_key(), "DATA_DIR": str(_data())}
    return {**defaults, **os.environ, "PORT": str(port)}


def _note_how_to_reach(variables: Mapping[str, str]) -> None:
    """Let `beside` find the running servers, and sign with the same key."""
    names = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "DATA_DIR", "PORT")
    _running_file().touch(mode=0o600)
    _running_file().write_text(json.dumps({name: variables[name] for name in names if name in variables}))


def _secret_key() -> str:
    """Return the key sessions are signed with; made once per folder, readable by its owner only."""
    path = _data() / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def _wait_for_web(port: int, supervisor: Supervisor) -> int:
    """Wait for the first answer of the web server; return its status."""
    with step("Starting web, worker and beat"):
        deadline = time.monotonic() + WEB_START_SECONDS
        while (status := _status_of("/", port=port)) is None:
            supervisor.look()
            if time.monotonic() > deadline:
                log = _data() / "logs" / "web.log"
                raise GaveUpError(f"The web server gives no answer. {log} ends with:\n{processes.tail(log)}")
            time.sleep(0.1)
    return status


def _status_of(path: str, *, port: int) -> int | None:
    connection = http.client.HTTPConnection(os.environ.get("HOST", "127.0.0.1"), port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def _greet(variables: Mapping[str, str], *, status: int, seconds: float) -> None:
    sign_ins = _data() / "signins.txt"
    say(f"\nThe portal is ready after {seconds:.1f} s: {variables['PUBLIC_URL']}\n")
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        say("Its first page fails, though; .data/logs/web.log tells why.\n")
    if sign_ins.exists():
        say(sign_ins.read_text())
    say("Logs are in .data/logs/. Ctrl-C stops everything.")


# --- this folder


def _data() -> Path:
    folder = Path(os.environ.get("DATA_DIR") or ROOT / ".data").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _running_file() -> Path:
    return _data() / "running.json"


@contextlib.contextmanager
def _this_folder_alone() -> Iterator[None]:
    """Hold the folder's lock, which the system gives back however this process ends."""
    with (_data() / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RefusedError(
                f"The portal already runs from this folder (process {lock.read().strip()}). Stop it with Ctrl-C first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock_is_free() -> bool:
    try:
        with _this_folder_alone():
            return True
    except RefusedError:
        return False


def _port() -> int:
    wanted = os.environ.get("PORT", "8000")
    if not wanted.isdigit() or not 0 < int(wanted) <= LAST_PORT:
        raise RefusedError(f"PORT is {wanted!r}. Choose a number: make run PORT=8001")
    return int(wanted)


def _free_port() -> int:
    wanted = _port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HOST", "127.0.0.1"), wanted))
        except OSError as error:
            raise RefusedError(f"Port {wanted}: {error.strerror}. Choose another: make run PORT=8001") from None
    return wanted


def _keep_log_short(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES_KEPT:
        log.replace(log.with_suffix(".old.log"))


# --- commands


def _run_command(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a command in the foreground until it ends; an interruption ends it, too."""
    process = subprocess.Popen(list(command), cwd=ROOT, env={**os.environ, **variables})
    try:
        return process.wait()
    except KeyboardInterrupt:
        processes.end(process, polite=signal.SIGTERM)
        raise


def _ask_for_patience(_number: int, _frame: FrameType | None) -> None:
    say("\nStill stopping; running work may take up to 30 s.")


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)  # they end a run as Ctrl-C does
    sys.exit(main(sys.argv[1:]))
