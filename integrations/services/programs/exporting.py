"""The whole program as the document that an import of it reads."""

import json
from typing import Any

from integrations.services.programs.home import Stored
from integrations.services.programs.homes import HOMES, program_values
from integrations.services.programs.layout import FORMAT, PROGRAM, SECTIONS, Section, nested_in

Document = dict[str, Any]


def document() -> Document:
    """Return the program as it stands: what is published and in use. Drafts and what was retired are not in it."""
    found: Document = {"format": FORMAT}
    values = program_values()
    found["program"] = {member.name: member.shape.dump(values[member.name]) for member in PROGRAM}
    for section in SECTIONS:
        if not section.within:
            found[section.name] = [entry for entries in _grouped(section).values() for entry in entries]
    return found


def printed(found: Document) -> str:
    """Return a document as text for people: two spaces for each level, letters as they are."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _grouped(section: Section) -> dict[str, list[Document]]:
    """Return the entries of a section, and what is nested in them, by the key of what they stand in."""
    inner = nested_in(section)
    nested = _grouped(inner) if inner else {}
    found: dict[str, list[Document]] = {}
    for key, one in HOMES[section.name].stored(drafts=False).items():
        if one.is_published and not one.is_retired:
            entry = dumped(section, one)
            if inner:
                entry[inner.name] = nested.get(key, [])
            found.setdefault(key.rpartition(".")[0] if section.within else "", []).append(entry)
    return found


def dumped(section: Section, one: Stored) -> Document:
    """Return an entry as it stands in a document."""
    return {
        member.name: member.shape.dump(one.values[member.name])
        for member in section.members
        if member.name in one.values
    }
