"""What the models promise stands in the database: no migration lost an index or a constraint on the way.

Changing a field can take an index with it that happens to stand on the same column.
"""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db


def test_every_constraint_and_index_of_the_models_stands_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind IN ('i', 'I')"
        )
        known = {name for (name,) in cursor.fetchall()}

    missing = [
        f"{model._meta.label}: {promised.name}"
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for promised in (*model._meta.constraints, *model._meta.indexes)
        if promised.name not in known
    ]

    assert not missing, "\n".join(missing)
