"""/livez and /readyz: what machines are told about our health."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core import doorbell
from core.services import heartbeats


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that answers."""
    monkeypatch.setattr(doorbell, "answers", lambda: True)


def test_livez_answers_without_a_database(client: Client) -> None:
    answer = client.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
@pytest.mark.django_db
def test_neither_host_name_nor_https_nor_a_session_stands_in_the_way(
    client: Client, settings: Any, broker: None, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client.cookies["sessionid"] = "nonsense"

    answer = client.get(path, headers={"Host": "10.0.0.7"})

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert client.head(path, headers={"Host": "10.0.0.7"}).status_code == 200


@pytest.mark.django_db
def test_other_methods_find_nothing(client: Client) -> None:
    assert client.post("/livez").status_code == 404


@pytest.mark.django_db
def test_all_well_is_ready(client: Client, broker: None) -> None:
    heartbeats.beat(name=heartbeats.WORKER, at=timezone.now())

    answer = client.get("/readyz").json()

    assert answer == {"status": "ready", "database": "ok", "broker": "ok", "worker": "ok"}


@pytest.mark.django_db
def test_without_the_broker_pages_are_served_all_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "answers", lambda: False)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["broker"]) == ("degraded", "away")


@pytest.mark.django_db
def test_a_worker_not_heard_for_a_minute_is_told(client: Client, broker: None) -> None:
    heartbeats.beat(name=heartbeats.WORKER, at=timezone.now() - timedelta(seconds=61))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["worker"]) == (200, "silent")


@pytest.mark.django_db
def test_without_the_database_nothing_is_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused at 10.0.0.8")

    monkeypatch.setattr(connection, "cursor", away)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "database": "away"})
