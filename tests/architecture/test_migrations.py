"""Migrations are complete and named for what they do."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.architecture.test_models import OUR_APPS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    said = StringIO()

    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"Run `python manage.py makemigrations`:\n{said.getvalue()}")


def test_migrations_say_what_they_do() -> None:
    unnamed = [
        str(file.relative_to(ROOT))
        for app in OUR_APPS
        for file in (ROOT / app / "migrations").glob("*.py")
        if "_auto_" in file.name or "_alter_" in file.name
    ]

    assert not unnamed, f"Give them speaking names: {unnamed}"


def test_rows_are_written_once_the_tables_are_there_that_their_triggers_write_into() -> None:
    """In an empty database the order of migrations is that of their dependencies, and nothing else."""
    loader, stale = MigrationLoader(None), ("segmentation", "0001_initial")
    marking = ("partners", "deals", "enablement", "scorecards")

    early = [
        key
        for key, migration in loader.disk_migrations.items()
        if key[0] in marking
        and any(isinstance(one, RunSQL | RunPython) for one in migration.operations)
        and stale not in loader.graph.forwards_plan(key)
    ]

    assert not early, f"These depend on {stale}, without saying so: {early}"


def test_tables_with_rows_can_be_changed_after_their_rows_were_written() -> None:
    """PostgreSQL refuses to change a table whose deferred checks wait; an empty database would never tell.

    Source: the error “cannot ALTER TABLE because it has pending trigger events”, met when an older database was
    brought up to date.
    """
    writes = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\b")

    waiting = [
        f"{app}.{name}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in OUR_APPS
        for one in migration.operations
        if isinstance(one, RunSQL) and writes.search(str(one.sql)) and one is not migration.operations[-1]
        if "SET CONSTRAINTS ALL IMMEDIATE" not in str(one.sql)
    ]

    assert not waiting, f"Check what waits before the next operation (SET CONSTRAINTS ALL IMMEDIATE): {waiting}"


def test_the_models_of_the_past_are_built_few_times() -> None:
    """Operations one by one made the first migration of an empty database take six times as long as together."""
    scattered = {
        f"{app}.{name}": len(migration.operations)
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in OUR_APPS and len(migration.operations) > 4
    }

    assert not scattered, f"Do these operations together (core.operations.Together): {scattered}"
