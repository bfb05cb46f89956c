"""What an import would do, as values: for pages, the API, and for keeping."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from integrations.services.programs.layout import FORMAT
from integrations.services.programs.shapes import Fault


class Action(StrEnum):
    """What becomes of an entry."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """A member that gets another value: both as they stand in documents, and in words where they are rules."""

    member: str
    before: Any
    after: Any
    before_words: str = ""
    after_words: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one entry. `notes` say what else comes of it."""

    section: str
    key: str
    label: str
    pointer: str
    action: Action
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Impact:
    """How many partners would come to fulfil a rule, and how many would cease to, once everybody is computed."""

    kind: str
    key: str
    label: str
    entered: int
    left: int


@dataclass(frozen=True)
class Plan:
    """What a document would do: nothing while it has faults. `impact` is None where it was not counted."""

    document: Any
    publishes: bool
    faults: list[Fault] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    impact: list[Impact] | None = None

    @property
    def digest(self) -> str:
        """What a confirmation is bound to: the document, and what it would do to the portal as it stands."""
        steps = [[one.section, one.key, one.action, [[c.member, c.before] for c in one.changes]] for one in self.steps]
        bound = json.dumps([FORMAT, self.document, self.publishes, steps], sort_keys=True)
        return hashlib.sha256(bound.encode()).hexdigest()

    @property
    def changes_nothing(self) -> bool:
        """Whether everything stands as the document says."""
        return all(step.action is Action.UNCHANGED for step in self.steps)

    @property
    def counts(self) -> dict[str, int]:
        """How many entries are created, changed and unchanged."""
        return {action.value: sum(step.action is action for step in self.steps) for action in Action}

    def report(self) -> dict[str, Any]:
        """Return everything but the document, for keeping and for the API."""
        return {
            "digest": self.digest,
            "publishes": self.publishes,
            "counts": self.counts,
            "faults": [asdict(fault) for fault in self.faults],
            "steps": [asdict(step) for step in self.steps],
            "impact": None if self.impact is None else [asdict(one) for one in self.impact],
        }
