"""Beside people who write, full runs take one processor of the database; where nobody writes, all of them."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from segmentation import engine
from segmentation.models import FullRun, Pace, RunRange, RunState
from segmentation.services import pace, recompute
from tests.factories.partners import PartnerFactory


def note(*, marks: int, at: datetime) -> None:
    pace.note(marks=marks, partners=marks, seconds=0.1, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("marks", "earlier", "expected"),
    [
        (1, timedelta(0), True),
        (1, timedelta(minutes=1), True),
        (1, timedelta(minutes=2), False),
        (0, timedelta(0), False),  # a range of a run: nobody wrote
    ],
)
def test_people_write_when_their_marks_were_worked_off_a_moment_ago(
    now: datetime, marks: int, earlier: timedelta, expected: bool
) -> None:
    note(marks=marks, at=now - earlier)

    assert pace.people_write(at=now) is expected


@pytest.mark.django_db
@pytest.mark.parametrize("marks", [0, 1])
def test_a_look_is_not_shared_among_processors_while_people_write(
    now: datetime, monkeypatch: pytest.MonkeyPatch, marks: int
) -> None:
    PartnerFactory()
    recompute.everything(at=now)
    found = []

    def watched(*given: Any, **named: Any) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW max_parallel_workers_per_gather")
            found.append(cursor.fetchone()[0])
        return looked(*given, **named)

    looked = engine.differing
    monkeypatch.setattr(engine, "differing", watched)
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_parallel_workers_per_gather")
        usual = cursor.fetchone()[0]
    Pace.objects.all().delete()
    note(marks=marks, at=now)
    recompute.start_full_run(reason="test")

    while recompute.continue_one(at=now):
        pass

    assert found == ["0" if marks else usual]


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("marks", [0, 1])
def test_one_range_at_a_time_is_worked_on_while_people_write(now: datetime, marks: int) -> None:
    PartnerFactory()
    recompute.start_full_run(reason="test")
    assert recompute.continue_one(at=now)  # it is divided into ranges, and there is one
    Pace.objects.all().delete()
    note(marks=marks, at=now)
    begun, end = threading.Event(), threading.Event()

    def another_worker() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(recompute._ONE_AT_A_TIME)
                begun.set()
                end.wait(timeout=60)
        finally:
            connections.close_all()

    other = threading.Thread(target=another_worker)
    other.start()
    assert begun.wait(timeout=60)
    try:
        assert recompute.continue_one(at=now) is not bool(marks)
    finally:
        end.set()
        other.join()
    assert RunRange.objects.filter(state=RunState.PENDING).count() == marks

    while recompute.continue_one(at=now):
        pass
    assert FullRun.objects.get().state == RunState.DONE
