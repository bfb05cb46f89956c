"""The supervisor restarts what dies, gives up on what dies at once, and leaves nothing running."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from prm import processes
from prm.supervisor import DEATHS_TOO_MANY, GaveUpError, Program, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
VARIABLES = {"PATH": os.environ["PATH"]}


def _program(folder: Path, *, command: list[str]) -> Program:
    return Program("sleeper", command, log=folder / "sleeper.log", variables=VARIABLES, folder=folder)


def test_a_program_that_dies_is_started_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, supervisor = _program(tmp_path, command=SLEEP), Supervisor()
    supervisor.start(program)
    assert program.process
    first = program.process.pid

    os.kill(first, signal.SIGKILL)
    program.process.wait()
    supervisor.look()

    assert program.is_running()
    assert program.process.pid != first
    assert "sleeper has ended and is started again" in capsys.readouterr().out
    supervisor.stop()


def test_a_program_that_dies_again_and_again_ends_the_run_with_its_last_words(tmp_path: Path) -> None:
    supervisor = Supervisor()
    program = _program(tmp_path, command=[sys.executable, "-c", "raise SystemExit('no such port')"])
    supervisor.start(program)

    for _ in range(DEATHS_TOO_MANY - 1):
        _wait_for_the_end(program)
        supervisor.look()
    _wait_for_the_end(program)
    with pytest.raises(GaveUpError, match="no such port"):
        supervisor.look()


def test_stopping_ends_programs_and_their_children_the_last_started_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor()
    for name in ("first", "second"):
        supervisor.start(
            Program(name, ["/bin/sh", "-c", "sleep 600 & wait"], log=tmp_path / name, variables={}, folder=tmp_path)
        )
    family = [psutil.Process(pid) for pid in _pids_of(supervisor)]

    supervisor.stop()

    assert not [process for process in family if process.is_running()]
    told = capsys.readouterr().out
    assert told.index("Stopping second") < told.index("Stopping first")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_children_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import os, signal; from pathlib import Path; from prm import processes; here = Path();"
        "child = processes.start(['/bin/sleep', '600'], log=here / 'log', variables={}, folder=here);"
        "print(child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}

    parent = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    child = int(parent.stdout)

    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the child still runs"
        time.sleep(0.05)


def test_the_tail_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert processes.tail(tmp_path / "none.log") == ""


def _wait_for_the_end(program: Program) -> None:
    assert program.process
    program.process.wait()


def _pids_of(supervisor: Supervisor) -> list[int]:
    return [member.process.pid for member in supervisor.members if member.process]
