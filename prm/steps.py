"""What a person at the terminal reads while something starts: one line per step, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show a step as it begins, and its seconds when it is done."""
    began = time.monotonic()
    sys.stdout.write(f"  {what:<46}")
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f"{time.monotonic() - began:5.1f} s")


def say(text: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
