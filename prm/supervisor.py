"""Keeps the portal's processes and servers alive and hearing, and ends them in order."""

import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from prm import processes
from prm.pulse import DEAF_AFTER_SECONDS, Pulse
from prm.servers import Server
from prm.steps import say, step

LOOK_EVERY_SECONDS = 0.5
DEATHS_TOO_MANY = 5
DEATHS_WITHIN_SECONDS = 60


class GaveUpError(Exception):
    """Something dies again and again; the message is meant for the person at the terminal."""


class Program:
    """One process of the portal and the times it died."""

    def __init__(self, name: str, command: list[str], *, log: Path, variables: Mapping[str, str], folder: Path) -> None:
        """Remember how to start it."""
        self.name = name
        self.command = command
        self.log = log
        self.variables = variables
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; it tells in its log how it goes."""
        self.process = processes.start(self.command, log=self.log, variables=self.variables, folder=self.folder)

    def is_running(self) -> bool:
        """Tell whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Let the process finish what it is doing, then end it."""
        if self.process:
            processes.end(self.process, polite=signal.SIGTERM)
        self.process = None


class Supervisor:
    """Starts servers and programs in the order given, restarts what dies, stops all in the opposite order."""

    def __init__(self) -> None:
        """Begin with nothing running."""
        self.members: list[Server | Program] = []
        self._deaths: dict[str, deque[float]] = {}
        self._pulse: Pulse | None = None
        self._mute_together: list[Server | Program] = []

    def start(self, member: Server | Program) -> None:
        """Start one more and look after it from now on."""
        self.members.append(member)
        member.start()

    def listen(self, pulse: Pulse, *, names: Sequence[str]) -> None:
        """Start these members again, too, when their common sign of life is lost: either may have gone deaf."""
        self._pulse = pulse
        self._mute_together = [member for member in self.members if member.name in names]

    def watch(self) -> None:
        """Look after the members until somebody interrupts."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Start again what has died, and what lives on without hearing."""
        if self._pulse and self._pulse.is_lost():
            self._start_the_deaf_again(self._pulse)
        for member in self.members:
            if not member.is_running():
                self._note_death(member)
                say(f"  {member.name} has ended and is started again. Its log: {member.log}")
                member.stop()
                member.start()

    def stop(self) -> None:
        """Stop all, the last started first."""
        while self.members:
            member = self.members[-1]
            with step(f"Stopping {member.name}"):
                member.stop()
            self.members.pop()

    def _start_the_deaf_again(self, pulse: Pulse) -> None:
        names = " and ".join(member.name for member in self._mute_together)
        say(f"  Nothing was heard for {DEAF_AFTER_SECONDS} s: {names} are started again.")
        for member in reversed(self._mute_together):
            member.stop()
        for member in self._mute_together:
            member.start()
        pulse.begin_anew()

    def _note_death(self, member: Server | Program) -> None:
        now = time.monotonic()
        deaths = self._deaths.setdefault(member.name, deque(maxlen=DEATHS_TOO_MANY))
        deaths.append(now)
        if len(deaths) == DEATHS_TOO_MANY and now - deaths[0] < DEATHS_WITHIN_SECONDS:
            ending = processes.tail(member.log)
            raise GaveUpError(f"{member.name} ends again and again. {member.log} ends with:\n{ending}")
