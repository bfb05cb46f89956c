"""The broker may be emptied or away at any time: verdicts stay fresh by the sweep, and nothing is lost."""

import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
from django.db import connection

from partners.models import Partner
from prm import programs, servers
from prm.supervisor import Program
from segmentation.models import Classification, Segment
from segmentation.services import recompute
from tests.plugins.worker import ROOT, LiveWorker, variables_of_this_test
from tests.segmentation.torture import (
    SEED,
    digest,
    is_settled,
    lasting,
    make_program,
    settle,
    soon,
    tell_goal,
)

pytestmark = [pytest.mark.torture, pytest.mark.usefixtures("transactional_db")]

PARTNERS = 300
FLUSHES = lasting(1, 20)
AWAY_SECONDS = lasting(3, 60)
FRESH_WITHIN_SECONDS = 10
RESTART_SECONDS = 1
SILENCE_SECONDS = 5


@dataclass
class Portal:
    """A broker of its own with a worker and a beat; what dies is started again, as a supervisor would."""

    broker: servers.Valkey
    worker: LiveWorker
    beat: Program
    freshness: list[float] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    last_start: float = 0

    def look(self) -> None:
        """Start what has died again, whether or not its broker is there."""
        for member in (self.worker.program, self.beat):
            if not member.is_running() and time.monotonic() - self.last_start > RESTART_SECONDS:
                self.last_start = time.monotonic()
                self.deaths.append(member.name)
                member.start()

    def kill_broker(self) -> None:
        """End the broker by kill -9."""
        assert self.broker.process
        self.broker.process.kill()
        self.broker.process.wait()

    def wait_until_fresh(self, partner: Partner, segment: Segment, *, member: bool) -> None:
        """Wait until a partner is in a segment, or is not; note how long it took."""
        began = time.monotonic()
        here = Classification.objects.filter(partner=partner, segment_ids__contains=[segment.pk])
        assert soon(lambda: here.exists() == member, meanwhile=self.look, every=0.05), f"seed {SEED}"
        self.freshness.append(time.monotonic() - began)


@contextlib.contextmanager
def portal(folder: Path) -> Iterator[Portal]:
    """Run the three."""
    broker = servers.Valkey(folder / "valkey", log=folder / "valkey.log", sizes=servers.Sizes.throw_away())
    with servers.running([broker]):
        variables = variables_of_this_test() | {"REDIS_URL": broker.url}
        beat = Program("beat", programs.command("beat"), log=folder / "beat.log", variables=variables, folder=ROOT)
        worker = LiveWorker(folder / "worker.log", redis_url=broker.url)
        worker.start()
        beat.start()
        try:
            yield Portal(broker, worker, beat)
        finally:
            beat.stop()
            worker.stop()


def move(partner: Partner) -> bool:
    """Let a partner's country change, by a write that rings no bell. Returns whether it is German now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE partners_partner SET country = CASE country WHEN 'DE' THEN 'FR' ELSE 'DE' END WHERE id = %s"
            " RETURNING country = 'DE'",
            [partner.pk],
        )
        return bool(cursor.fetchone()[0])


def test_verdicts_stay_fresh_while_the_broker_is_emptied_and_while_it_is_away(tmp_path: Path) -> None:
    moments = random.Random(SEED)
    make_program(PARTNERS, nested=3)
    settle()
    german = Segment.objects.get(key="german")
    partners = list(Partner.objects.order_by("pk"))

    with portal(tmp_path) as running:
        for _ in range(FLUSHES):
            partner = moments.choice(partners)
            is_german = move(partner)
            time.sleep(moments.uniform(0, 2))
            redis.Redis.from_url(running.broker.url).flushall()
            running.wait_until_fresh(partner, german, member=is_german)
        _report("broker-emptied", running)

        running.kill_broker()
        deadline = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < deadline:
            partner = moments.choice(partners)
            running.wait_until_fresh(partner, german, member=move(partner))
        running.broker.start()
        partner = moments.choice(partners)
        running.wait_until_fresh(partner, german, member=move(partner))
        _report("broker-away", running)

        assert soon(is_settled, meanwhile=running.look), f"seed {SEED}"
        after = digest()
        recompute.start_full_run(reason="once more")
        settle()
        assert digest() == after, f"something was lost (seed {SEED})"

        running.beat.stop()
        is_german = move(partner)
        time.sleep(SILENCE_SECONDS)
        was_german = german.pk in Classification.objects.get(partner=partner).segment_ids
        assert was_german != is_german, "without a sweep nobody comes, and this torture would notice"


def _report(goal: str, running: Portal) -> None:
    """Tell how soon verdicts were right again since the last report."""
    seconds, running.freshness = running.freshness, []
    within = sum(each <= FRESH_WITHIN_SECONDS for each in seconds)
    tell_goal(goal, passed=within, of=len(seconds), slowest=f"{max(seconds):.1f}s", deaths=len(running.deaths))
