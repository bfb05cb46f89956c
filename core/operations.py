"""What migrations do beyond Django's own operations."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.compiler import Trigger


class Together(Operation):
    """Do several operations with the models built twice: as they were before the first, as they are after the last.

    One by one each makes Django build the models of the past anew, and with them nearly all others: a second or two.
    Fits operations that do not need each other's models, such as new models, fields, indexes and statements.
    """

    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Let the state know them all; what was built of it is forgotten first, or it would be built for each."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Do them in their order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Undo them, the last one first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what is done, for the output of ``migrate``."""
        return f"{len(self.operations)} operations together"

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Name it as migrations write it."""
        return (self.__class__.__qualname__, [], {"operations": self.operations})


class AddTriggers(Operation):
    """Install many triggers at once: ``triggers`` by the name of the model, in lower case.

    The state afterwards is the one that an ``AddTrigger`` for each of them leaves. Those make Django build the
    models of the past anew, a tenth of a second each time: most of the first migration of an empty database.
    """

    reversible = True

    def __init__(self, triggers: Mapping[str, Sequence[Trigger]]) -> None:
        self.triggers = triggers

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Let the models of that moment know their triggers; no column depends on them, so no model is built anew."""
        for model_name, triggers in self.triggers.items():
            options = state.models[app_label, model_name].options
            options["triggers"] = [*options.get("triggers", []), *triggers]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create them."""
        for trigger in self._all():
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop them."""
        for trigger in self._all():
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        """Say what is done, for the output of ``migrate``."""
        return f"Create {len(self._all())} triggers"

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Name it as migrations write it."""
        return (self.__class__.__qualname__, [], {"triggers": self.triggers})

    def _all(self) -> list[Trigger]:
        return [trigger for triggers in self.triggers.values() for trigger in triggers]
