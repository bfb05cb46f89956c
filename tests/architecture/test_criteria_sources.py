"""Whatever criteria read marks its partners stale when it is written, in the database itself.

The tables are read out of the SQL that apps register, so that a new field is covered without anyone remembering it.
"""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from criteria.fields import registry

#: Tables that criteria read although a write there changes no answer. A table that needs no excuse must not have one.
NO_ANSWER_CHANGES = {
    "segmentation_classification": "the answers themselves; a partner whose stage changed is marked by the engine",
    "partners_category": "only its name is shown, beside a membership",
    "enablement_asset": "only its title is shown, beside an activity",
    "scorecards_scorecard": "which one is the main one; its scores are written anew then, and those mark",
    "enablement_course": "only its name is shown, beside somebody's way through it",
    "enablement_journey": "only its name is shown, beside an enrolment",
    "enablement_survey": "only its name is shown, beside an answer",
    "enablement_surveyround": "which survey an answer belongs to, which is never changed",
}
TABLE = re.compile(r"\b(?:FROM|JOIN)\s+([a-z]+_[a-z_]+)", re.IGNORECASE)


def _texts() -> Iterator[str]:
    catalog = registry.catalog()
    yield "FROM partners_partner"
    yield from (join.sql for join in catalog.joins.values())
    yield from (field.sql for field in catalog.fields.values())
    for collection in catalog.collections.values():
        yield f"FROM {collection.source}"
        yield from (field.sql for field in collection.fields)


def _tables_read() -> set[str]:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    found = {name for text in _texts() for name in TABLE.findall(text)}
    assert found <= known, f"unknown tables: {found - known}"
    return found


def _tables_that_mark() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger"
            " WHERE tgname LIKE 'pgtrigger_stale_on_%%' AND tgenabled = 'O' GROUP BY 1"
        )
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_every_table_that_criteria_read_marks_partners_on_insert_update_and_delete() -> None:
    marking = _tables_that_mark()

    silent = {table for table in _tables_read() if marking.get(table) != 3}

    assert silent == set(NO_ANSWER_CHANGES), (
        "Declare core.triggers.marks_stale in the Meta of these models, or say above why a write changes nothing."
    )


@pytest.mark.django_db
def test_no_table_marks_partners_for_nothing() -> None:
    # pins are asked by the engine, standings by the joins of measures that compare peers, points by the fields of
    # published scorecards; answers and scorecards that are switched on give the score, which is reckoned anew for whom
    # they mark
    beyond = {
        "segmentation_segmentpin",
        "segmentation_peerstanding",
        "scorecards_answer",
        "scorecards_partnerscorecard",
        "scorecards_periodscore",
    }
    read = _tables_read() | beyond

    assert set(_tables_that_mark()) - read == set()
