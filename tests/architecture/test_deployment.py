"""docker-compose.yml starts the very processes that `make run` starts, and holds no secret."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.queues import Queue
from prm import programs

ROOT = Path(__file__).resolve().parent.parent.parent
LAUNCH = ["python", "-m", "prm.launch"]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_starts_each_process_by_the_name_make_run_knows_it_by(compose: dict[str, Any]) -> None:
    portal = {name: service for name, service in compose["services"].items() if service["image"] == "partner-hub"}

    assert set(portal) == set(programs.NAMES)
    assert {name: service["command"] for name, service in portal.items()} == {
        name: [*LAUNCH, name] for name in programs.NAMES
    }


def test_processes_wait_for_the_migration_and_for_the_broker(compose: dict[str, Any]) -> None:
    for name in programs.LASTING:
        assert compose["services"][name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "valkey": {"condition": "service_healthy"},
        }


def test_servers_and_web_and_worker_are_checked_for_health(compose: dict[str, Any]) -> None:
    checked = {name for name, service in compose["services"].items() if "healthcheck" in service}

    assert checked == {"postgres", "valkey", "web", "worker"}


def test_secrets_come_from_outside(compose: dict[str, Any]) -> None:
    variables = {
        name: value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if re.search("PASSWORD|SECRET", name)
    }

    assert variables
    assert all(value.startswith("${") for value in variables.values())


def test_the_worker_takes_every_queue() -> None:
    assert set(programs.QUEUES.split(",")) == set(Queue)


def test_the_image_leaves_out_what_a_folder_gathers() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()

    assert {".git", ".venv", ".data", ".env", "node_modules"} <= set(left_out)
