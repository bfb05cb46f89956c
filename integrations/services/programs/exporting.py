"""The whole program as the document that an import of it reads."""

import json
from typing import Any

from integrations.services.programs.homes import HOMES, Home, Stored, program_values
from integrations.services.programs.layout import FORMAT, PROGRAM, SECTIONS, Section, nested_in

Document = dict[str, Any]


def document() -> Document:
    """Return the program as it stands: what is published and in use. Drafts and what was retired are not in it."""
    found: Document = {"format": FORMAT}
    values = program_values()
    found["program"] = {member.name: member.shape.dump(values[member.name]) for member in PROGRAM}
    for section in SECTIONS:
        if not section.within:
            found[section.name] = _entries(section, "")
    return found


def printed(found: Document) -> str:
    """Return a document as text for people: two spaces for each level, letters as they are."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _entries(section: Section, above: str) -> list[Document]:
    stored = HOMES[section.name].stored(drafts=False)
    inner = nested_in(section)
    nested = _grouped(HOMES[inner.name]) if inner else {}
    found = []
    for key, one in stored.items():
        if one.is_published and not one.is_retired:
            entry = dumped(section, one)
            if inner:
                entry[inner.name] = nested.get(key, [])
            found.append(entry)
    return found


def _grouped(home: Home) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for key, one in home.stored(drafts=False).items():
        if one.is_published and not one.is_retired:
            found.setdefault(key.split(".")[0], []).append(dumped(home.section, one))
    return found


def dumped(section: Section, one: Stored) -> Document:
    """Return an entry as it stands in a document."""
    return {
        member.name: member.shape.dump(one.values[member.name])
        for member in section.members
        if member.name in one.values
    }
