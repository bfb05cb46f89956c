"""Everything criteria may ask about says what it is, in words, with an example."""

import re
from collections.abc import Iterator

import pytest

from criteria.fields import Field, Kind, registry

pytestmark = pytest.mark.django_db
KEY = re.compile(r"^[a-z][a-z0-9_.]*$")


def named_fields() -> Iterator[tuple[str, Field]]:
    """Yield every field of a partner and of its collections, with a name for the report."""
    catalog = registry.catalog()
    for field in catalog.fields.values():
        yield field.key, field
    for collection in catalog.collections.values():
        for field in collection.fields:
            yield f"{collection.key}.{field.key}", field


def test_apps_have_registered_fields_and_collections() -> None:
    catalog = registry.catalog()

    assert catalog.fields
    assert catalog.collections


def test_every_field_has_label_description_kind_and_example() -> None:
    wrong = []
    for name, field in named_fields():
        lacking = [part for part in ("label", "description", "example") if not str(getattr(field, part))]
        if not isinstance(field.kind, Kind):
            lacking.append("kind")
        if not KEY.match(field.key):
            lacking.append("a key in lower-case letters")
        if lacking:
            wrong.append(f"{name} lacks {', '.join(lacking)}")

    assert not wrong, "\n".join(wrong)


def test_every_field_stands_in_a_group_and_its_join_exists() -> None:
    catalog = registry.catalog()
    wrong = [
        field.key
        for field in catalog.fields.values()
        if not str(field.group) or (field.join and field.join not in catalog.joins)
    ]

    assert not wrong


def test_fields_to_pick_from_offer_something_to_pick() -> None:
    wrong = [
        name for name, field in named_fields() if field.kind is Kind.CHOICE and field.choices.__name__ == "no_choices"
    ]

    assert not wrong


def test_every_collection_is_described_and_its_day_is_one_of_its_fields() -> None:
    wrong = []
    for collection in registry.catalog().collections.values():
        day = collection.field(collection.day)
        if not str(collection.label) or not str(collection.description):
            wrong.append(f"{collection.key} lacks a label or a description")
        if day is None or day.kind not in {Kind.DATE, Kind.MOMENT}:
            wrong.append(f"{collection.key}: its day {collection.day!r} is no date field of its own")

    assert not wrong, "\n".join(wrong)
