"""The beat outlives its broker."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import redis
from django.conf import settings
from redbeat.schedulers import acquire_distributed_beat_lock
from redis.exceptions import ConnectionError as NoBroker

from prm.beat import RETRY_SECONDS, LastingScheduler
from prm.celery import app


@pytest.fixture
def broker() -> redis.Redis:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    return client


@pytest.fixture
def scheduler(broker: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[LastingScheduler]:
    """A scheduler that has begun its work, yet rings for nothing."""
    one = LastingScheduler(app, lazy=False)
    monkeypatch.setattr(one, "apply_async", lambda entry, **_kwargs: None)
    acquire_distributed_beat_lock(sender=SimpleNamespace(scheduler=one))
    yield one
    one.close()


def test_it_goes_on_with_its_whole_schedule_when_the_broker_was_emptied(scheduler, broker) -> None:
    scheduler.tick()
    broker.flushdb()

    assert scheduler.tick() == 0

    kept = {key.decode() for key in broker.zrange(app.redbeat_conf.schedule_key, 0, -1)}
    assert {LastingScheduler.Entry.generate_key(app, name) for name in app.conf.beat_schedule} <= kept
    assert scheduler.lock.owned()
    assert scheduler.tick() > 0


def test_it_waits_where_another_has_taken_over(scheduler, broker) -> None:
    broker.flushdb()
    broker.set(scheduler.lock_key, "another", px=300)

    scheduler.tick()

    assert scheduler.lock.owned(), "the other one's lock has run out"


def test_it_tries_again_soon_while_the_broker_is_away(scheduler, monkeypatch) -> None:
    def away(_seconds: int) -> None:
        raise NoBroker

    monkeypatch.setattr(scheduler.lock, "extend", away)

    assert scheduler.tick() == RETRY_SECONDS
