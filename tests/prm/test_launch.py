"""What a person reads who asks for something that cannot be had."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from prm import launch

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


def test_a_taken_port_is_answered_with_how_to_choose_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))

        assert launch.main(["run"]) == 1

    assert "Choose another: make run PORT=8001" in capsys.readouterr().out


def test_a_second_start_in_the_same_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", "from prm import launch; lock = launch._this_folder_alone(); lock.__enter__(); input()"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
    )
    try:
        while not (tmp_path / "lock").exists() or not (tmp_path / "lock").read_text():
            assert holder.poll() is None

        assert launch.main(["run"]) == 1
    finally:
        holder.kill()
        holder.communicate()

    assert f"The portal already runs from this folder (process {holder.pid})" in capsys.readouterr().out


def test_an_unknown_benchmark_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert launch.main(["bench", "nonsense"]) == 1

    assert "There is no benchmark called nonsense" in capsys.readouterr().out


def test_an_unknown_command_is_answered_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert launch.main(["fly"]) == 2

    assert "python -m prm.launch run" in capsys.readouterr().out


def test_the_signing_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = launch._secret_key()

    assert len(key) >= 50
    assert launch._secret_key() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
