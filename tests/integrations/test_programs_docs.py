"""The reference of the format says what documents are read by, and the document in it can be imported."""

import json
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from accounts.models import User
from integrations.services import programs
from integrations.services.programs.layout import BY_NAME, PROGRAM, SECTIONS, Section
from integrations.services.programs.shapes import Member

DOCS = Path(__file__).parents[2] / "docs" / "programs.md"
BEGIN = "<!-- reference: made by tests/integrations/test_programs_docs.py, run with UPDATE_DOCS=1 -->\n"
END = "<!-- end of reference -->"


def reference() -> str:
    """Return a table for each section."""
    lines = ["", "## `program`", "", "Settings of the program itself: one object, not a list.", "", *table(PROGRAM)]
    for section in SECTIONS:
        lines += ["", f"## `{place(section)}`", "", f"{section.title}. {section.help}{_found_by(section)}", ""]
        lines += table(section.members)
    return "\n".join(lines) + "\n\n"


def place(section: Section) -> str:
    """Return where the entries of a section stand in a document."""
    return f"{place(BY_NAME[section.within])}[].{section.name}" if section.within else section.name


def _found_by(section: Section) -> str:
    keys = ", ".join(f"`{key}`" for key in section.keys)
    return "" if section.keys == ("key",) else f" Found by {keys}."


def table(members: tuple[Member, ...]) -> Iterator[str]:
    """Yield the lines of one table."""
    yield "| member | value | meaning |"
    yield "|---|---|---|"
    for member in members:
        yield f"| `{member.name}`{' *needed*' if member.needed else ''} | {value(member)} | {member.help} |"


def value(member: Member) -> str:
    """Return what a member may be, in words."""
    schema = member.shape.schema()
    choices = schema.get("anyOf", [schema])
    return " or ".join(dict.fromkeys(_one(choice) for choice in choices))


def _one(schema: dict[str, object]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])  # type: ignore[attr-defined]
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        kinds = {"integer": "numbers", "string": "texts", "object": "objects"}
        return f"list of {kinds[schema['items']['type']]}, at most {schema['maxItems']}"  # type: ignore[index]
    if "minimum" in schema:
        nothing = " or null" if isinstance(schema["type"], list) else ""
        return f"{schema['minimum']} to {schema['maximum']}{nothing}"
    if schema.get("format") == "date":
        return "day, `2026-01-31`"
    names = {"string": "text", "boolean": "true or false", "null": "null", "number": "number", "object": "object"}
    return names[str(schema["type"])]


def test_the_reference_is_that_of_the_code() -> None:
    """Run with UPDATE_DOCS=1 to write it anew."""
    text = DOCS.read_text()
    before, rest = text.split(BEGIN)
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(f"{before}{BEGIN}{reference()}{END}{rest.split(END)[1]}")

    assert DOCS.read_text().split(BEGIN)[1].split(END)[0] == reference()


@pytest.mark.django_db
def test_the_example_says_what_the_page_says_it_does(victor: User, now: datetime) -> None:
    [text] = re.findall(r"```json\n(.*?)```", DOCS.read_text(), flags=re.DOTALL)
    document = json.loads(text)

    [fault] = programs.plan(document, by=victor, at=now).faults

    assert f"{fault.pointer}  {fault.code}: {fault.message}" in DOCS.read_text()
    document["regions"] = [{"key": "latam", "name": "Latin America"}]
    assert programs.plan(document, by=victor, at=now).faults == []
