"""Empties the database after a test that committed: only the tables that hold something, and in one go.

Truncating all tables, as Django does, takes as long with three rows as with millions, and there are hundreds of them.
"""

from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

#: What migrations wrote and no test changes.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}
#: Set to `replica`, deleting fires no triggers: some rows may never be deleted, others are written about deleted ones.
#: The tests' own servers let the tests set it; with other servers tables are truncated.
WITHOUT_TRIGGERS = "session_replication_role"


def empty() -> None:
    """Delete every row but those of migrations, and let keys begin at one again."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT_TABLES]
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)  # noqa: S608
        cursor.execute(filled)
        found = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"SELECT has_parameter_privilege('{WITHOUT_TRIGGERS}', 'SET')")
        if cursor.fetchone() == (True,):
            deletions = "; ".join(f"DELETE FROM {name}" for name in found)  # noqa: S608
            cursor.execute(f"SET {WITHOUT_TRIGGERS} = replica; {deletions}; RESET {WITHOUT_TRIGGERS}")
        elif found:
            cursor.execute(f"TRUNCATE {', '.join(found)} CASCADE")
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL AND sequencename <> ALL(%s)",
            [[f"{name}_id_seq" for name in KEPT_TABLES]],
        )


def _empty_after(_case: Any) -> None:
    empty()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Empty the database this way after every test that commits."""
    TransactionTestCase._fixture_teardown = _empty_after  # type: ignore[method-assign]
