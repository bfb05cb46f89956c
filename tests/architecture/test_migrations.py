"""Migrations are complete and named for what they do."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

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
