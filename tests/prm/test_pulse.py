"""A worker that lives on without hearing is found by its sign of life, and started again."""

import os
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from core.services import heartbeats
from prm import pulse
from prm.pulse import DEAF_AFTER_SECONDS, LOOK_EVERY_SECONDS, START_SECONDS, Pulse
from prm.supervisor import Program, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


class Clock:
    """A clock one turns by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Sign:
    """The worker's row, or the failure to read it."""

    def __init__(self) -> None:
        self.value: object = "before"
        self.readable = True

    def __call__(self) -> object:
        if not self.readable:
            raise psycopg2.OperationalError
        return self.value


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sign() -> Sign:
    return Sign()


def lost_after(watched: Pulse, clock: Clock, seconds: float) -> bool:
    """Let time pass as the supervisor lives through it; tell whether the pulse was lost at its end."""
    lost, ends = False, clock.now + seconds
    while clock.now < ends:
        clock.now += LOOK_EVERY_SECONDS
        lost = watched.is_lost()
    return lost


def test_silence_after_a_sign_is_borne_for_a_minute(clock: Clock, sign: Sign) -> None:
    watched = Pulse(sign, clock=clock)
    lost_after(watched, clock, START_SECONDS + DEAF_AFTER_SECONDS - 5)
    sign.value = "heard"

    assert not lost_after(watched, clock, DEAF_AFTER_SECONDS)
    assert lost_after(watched, clock, 2 * LOOK_EVERY_SECONDS)


def test_what_was_just_started_has_longer_and_an_old_sign_does_not_count(clock: Clock, sign: Sign) -> None:
    watched = Pulse(sign, clock=clock)

    assert not lost_after(watched, clock, START_SECONDS + DEAF_AFTER_SECONDS)
    assert lost_after(watched, clock, LOOK_EVERY_SECONDS)

    watched.begin_anew()
    assert not lost_after(watched, clock, START_SECONDS + DEAF_AFTER_SECONDS)


def test_time_in_which_the_database_was_away_is_not_held_against_the_worker(clock: Clock, sign: Sign) -> None:
    watched = Pulse(sign, clock=clock)
    sign.readable = False
    assert not lost_after(watched, clock, 600)

    sign.readable = True

    assert not lost_after(watched, clock, DEAF_AFTER_SECONDS)


def test_a_machine_that_slept_makes_nobody_deaf(clock: Clock, sign: Sign) -> None:
    watched = Pulse(sign, clock=clock)
    lost_after(watched, clock, LOOK_EVERY_SECONDS)

    clock.now += 8 * 3600

    assert not watched.is_lost()
    assert not lost_after(watched, clock, DEAF_AFTER_SECONDS)


def test_a_deaf_worker_and_beat_are_started_again_and_nothing_else(
    tmp_path: Path, clock: Clock, sign: Sign, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor()
    for name in ("web", "worker", "beat"):
        supervisor.start(
            Program(name, SLEEP, log=tmp_path / name, variables={"PATH": os.environ["PATH"]}, folder=tmp_path)
        )
    supervisor.listen(Pulse(sign, clock=clock), names=("worker", "beat"))
    before = {member.name: member.process.pid for member in supervisor.members}

    for _ in range((START_SECONDS + 2 * DEAF_AFTER_SECONDS) // LOOK_EVERY_SECONDS):
        clock.now += LOOK_EVERY_SECONDS
        supervisor.look()

    after = {member.name: member.process.pid for member in supervisor.members}
    assert {name for name in after if after[name] != before[name]} == {"worker", "beat"}
    assert capsys.readouterr().out.count("worker and beat are started again") == 1
    supervisor.stop()


@pytest.mark.django_db(transaction=True)
def test_the_sign_is_read_without_django() -> None:
    moment = timezone.now()
    heartbeats.beat(name="worker", at=moment)
    where = connection.get_connection_params()
    names = {"database": "dbname", "dbname": "dbname", "host": "host", "port": "port", "user": "user"}
    address = psycopg2.extensions.make_dsn(**{names[key]: where[key] for key in names if where.get(key)})

    assert pulse.read_from(address)() == (moment,)
