"""The JSON Schema of a program's document, made of the table that documents are read by."""

from collections.abc import Iterable
from typing import Any

from criteria.tree import COMBINATORS
from integrations.services.programs.layout import FORMAT, PROGRAM, SECTIONS, Section, nested_in
from integrations.services.programs.shapes import Member

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

#: The criteria language as far as a schema can say it: fields and operators are this program's own.
LANGUAGE: Schema = {
    "criteria": {
        "type": "object",
        "description": "A group of rules taken together.",
        "properties": {
            "combinator": {"enum": list(COMBINATORS)},
            "not": {"type": "boolean"},
            "at_least": {"type": "integer", "minimum": 1},
            "rules": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/criteria"}, {"$ref": "#/$defs/clause"}]}},
            "disabled": {"type": "boolean"},
            "note": {"type": "string", "maxLength": 300},
        },
        "required": ["rules"],
        "additionalProperties": False,
    },
    "clause": {
        "type": "object",
        "description": "A number or field compared with a value.",
        "properties": {"operator": {"type": "string"}, "rules": False},
        "required": ["operator"],
    },
    "operand": {"type": "object", "description": "A field, or a figure over records."},
    "formula": {"type": "object", "description": "A number made of fields, figures and other measures."},
}


def schema() -> Schema:
    """Return the JSON Schema of a document."""
    sections = {
        section.name: {"type": "array", "description": str(section.help), "items": _entry(section)}
        for section in SECTIONS
        if not section.within
    }
    return {
        "$schema": DIALECT,
        "title": "A partner program",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "program": {"type": "object", "properties": _members(PROGRAM), "additionalProperties": False},
            **sections,
        },
        "required": ["format"],
        "additionalProperties": False,
        "$defs": LANGUAGE,
    }


def _entry(section: Section) -> Schema:
    properties = _members(section.members)
    inner = nested_in(section)
    if inner:
        properties[inner.name] = {"type": "array", "description": str(inner.help), "items": _entry(inner)}
    return {
        "type": "object",
        "properties": properties,
        "required": [member.name for member in section.members if member.needed],
        "additionalProperties": False,
    }


def _members(members: Iterable[Member]) -> Schema:
    return {member.name: {**member.shape.schema(), "description": str(member.help)} for member in members}
