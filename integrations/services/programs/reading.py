"""From bytes to entries. Every fault is named by its place; a bad section never stops the others from being read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.api.parsers import loads
from core.api.problems import Problem
from core.refusals import Refusal
from integrations.services.programs import layout
from integrations.services.programs.layout import BY_NAME, MAX_ENTRIES, PROGRAM, SECTIONS, Section, nested_in
from integrations.services.programs.shapes import Fault, escaped, read_members, unknown

MAX_BYTES = 1024 * 1024
#: Rules are nested 8 deep, each group two levels of JSON, once more inside a collection.
MAX_DEPTH = 64
TOP = ("format", "program", *(one.name for one in SECTIONS if not one.within))


@dataclass
class Entry:
    """One entry of a section as the document has it. `values` holds only the members it names."""

    section: Section
    key: str
    pointer: str
    values: dict[str, Any]
    above: "Entry | None" = None
    faulty: bool = False

    @property
    def label(self) -> str:
        """The entry's name for people."""
        return str(self.values.get(self.section.label) or self.key)


@dataclass
class Reading:
    """What a document says, as far as it can be read."""

    program: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class UnreadableError(Refusal):
    """A file that is no JSON we read."""


def read(content: bytes) -> Any:
    """Return the JSON value of a file. Raises UnreadableError with a sentence about what cannot be read."""
    if len(content) > MAX_BYTES:
        message = _("The file has more than %(size)d KiB; a program has at most that.") % {"size": MAX_BYTES // 1024}
        raise UnreadableError(message, code="too_large")
    try:
        return loads(content.removeprefix(b"\xef\xbb\xbf"), max_depth=MAX_DEPTH)
    except Problem as problem:
        raise UnreadableError(str(problem.detail), code="malformed_json") from problem


def read_document(document: Any) -> Reading:
    """Return the entries of a document and everything wrong with its shape."""
    reading = Reading()
    if not isinstance(document, dict):
        reading.faults.append(Fault("", "not_an_object", _("A program is one object in braces.")))
        return reading
    if document.get("format") != layout.FORMAT:
        reading.faults.append(
            Fault("/format", "unknown_format", _('Write "format": "%(format)s".') % {"format": layout.FORMAT})
        )
    for name in document:
        if name not in TOP:
            reading.faults.append(unknown(name, TOP, ""))
    if "program" in document:
        reading.program, faults = read_members(document["program"], PROGRAM, "/program")
        reading.faults += faults
    for section in SECTIONS:
        if not section.within and section.name in document:
            _read_section(reading, section, document[section.name], f"/{section.name}", None)
    if len(reading.entries) > MAX_ENTRIES:
        message = _("A program has at most %(count)d entries.") % {"count": MAX_ENTRIES}
        reading.faults.append(Fault("", "too_many", message))
    return reading


def _read_section(reading: Reading, section: Section, found: Any, pointer: str, above: Entry | None) -> None:
    if not isinstance(found, list):
        reading.faults.append(Fault(pointer, "not_a_list", _("Give a list in square brackets.")))
        return
    seen: dict[str, str] = {}
    for index, document in enumerate(found[: MAX_ENTRIES + 1]):
        entry = _read_entry(reading, section, document, f"{pointer}/{index}", above)
        if entry is None:
            continue
        if entry.key in seen:
            message = _("“%(key)s” stands at %(first)s already. Each key stands once.")
            at = f"{entry.pointer}/{section.keys[0]}"
            known = {"key": entry.key, "first": seen[entry.key]}
            reading.faults.append(Fault(at, "repeated_key", message % known))
            continue
        seen[entry.key] = entry.pointer
        reading.entries.append(entry)
        inner = nested_in(section)
        if inner is not None and inner.name in document:
            _read_section(reading, inner, document[inner.name], f"{entry.pointer}/{inner.name}", entry)


def _read_entry(reading: Reading, section: Section, document: Any, pointer: str, above: Entry | None) -> Entry | None:
    inner = nested_in(section)
    values, faults = read_members(document, section.members, pointer, besides=[inner.name] if inner else [])
    reading.faults += faults
    if any(name not in values for name in section.keys):
        return None
    own = " ".join(str(values[name]) for name in section.keys)
    return Entry(section, f"{above.key}.{own}" if above else own, pointer, values, above, faulty=bool(faults))


def named(reading: Reading, section: str) -> Iterator[Entry]:
    """Yield the entries of a section."""
    return (entry for entry in reading.entries if entry.section is BY_NAME[section])


def pointer_of(entry: Entry, member: str) -> str:
    """Return the place of an entry's member."""
    return f"{entry.pointer}/{escaped(member)}" if member else entry.pointer
