"""The text of a file, read in a process of its own so that a hostile file cannot take anybody down.

The child (`file_reader.py`) knows nothing of the portal: no settings, no database, an empty environment, and limits on
time, memory and what it may write, set by the kernel. It is killed when its time is over.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

READER = Path(__file__).with_name("file_reader.py")
SECONDS = 30
COPY_BYTES = 1024 * 1024
#: Content type → how the child is told to read it.
KINDS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/plain; charset=utf-8": "txt",
}


class UnreadableError(Exception):
    """A file whose text could not be read within the limits."""


def is_readable(content_type: str) -> bool:
    """Whether files of this type have text that can be read."""
    return content_type in KINDS


def read(file: IO[bytes], content_type: str, *, seconds: int = SECONDS) -> str:
    """Return the text of a file. Raises UnreadableError when the child failed, was too slow or too greedy."""
    with tempfile.NamedTemporaryFile(prefix="hub-") as copy, tempfile.TemporaryFile() as answer:
        while data := file.read(COPY_BYTES):
            copy.write(data)
        copy.flush()
        child = subprocess.Popen(  # noqa: S603 - our own script, and a path we have made
            [sys.executable, "-I", "-B", str(READER), KINDS[content_type], copy.name],
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=tempfile.gettempdir(),
            start_new_session=True,
        )
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            _end(child)
            raise UnreadableError(f"not read within {seconds} s") from None
        finally:
            _end(child)
        if code != 0:
            raise UnreadableError(f"the reader ended with {code}")
        answer.seek(0)
        return answer.read().decode("utf-8", "replace").replace("\0", "")


def _end(child: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
