"""Starting and ending programs so that none is left behind, whatever happens to the one who started them."""

import contextlib
import ctypes
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

STOP_SECONDS = 30
PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    variables: Mapping[str, str],
    folder: Path,
    account: pwd.struct_passwd | None = None,
    on_parent_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, out of reach of the terminal's Ctrl-C, writing to its log.

    When the starting process dies, even by kill -9, the program gets the signal `on_parent_death` (on Linux).
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(variables),
            start_new_session=True,
            preexec_fn=_die_with_parent(on_parent_death),
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )


def end(process: subprocess.Popen[bytes], *, polite: signal.Signals, seconds: float = STOP_SECONDS) -> None:
    """Ask a program to finish; after `seconds` end it and what it started."""
    family = _family(process.pid)
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(polite)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait()


def end_leftover(pid_file: Path, *, program: str, polite: signal.Signals) -> None:
    """End the program of an earlier run that still owns this folder, and remove a pid file that lies."""
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess, psutil.TimeoutExpired):
        process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
        if process.name() == program:
            process.send_signal(polite)
            process.wait(STOP_SECONDS)
    pid_file.unlink(missing_ok=True)


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    with contextlib.suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    return ""


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
