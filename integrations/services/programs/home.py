"""How one section of a document is kept in the portal: what stands, and who writes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import VersionState
from core.services import versions
from criteria.fields import RuleKind
from integrations.services.programs.layout import BY_NAME, Section
from segmentation.models import SegmentKind

Values = Mapping[str, Any]
#: Texts that are called otherwise on versions.
TEXT_FIELDS = {"own_criteria": "overrides_criteria", "formula": "criteria"}


@dataclass(frozen=True)
class Stored:
    """What stands in the portal under a key. `texts` are those of its published version, else of its draft."""

    record: Any
    values: dict[str, Any]
    is_published: bool = True
    draft: Any = None
    is_retired_above: bool = False

    @property
    def is_retired(self) -> bool:
        """Whether it, or what it is a part of, was taken out of use."""
        return self.is_retired_above or getattr(self.record, "retired_at", None) is not None


@dataclass
class Writer:
    """Who writes, when, and what others refer to by key: everything that stands, and what was made on the way."""

    by: Any
    at: datetime
    known: dict[str, dict[str, Stored]] = field(default_factory=dict)
    named: frozenset[tuple[str, str]] = frozenset()
    publishes: bool = True
    #: Scorecards whose draft this document is written into, and whose other drafts were thrown away for it.
    drafted: set[str] = field(default_factory=set)
    thrown_away: dict[str, str] = field(default_factory=dict)

    @property
    def who(self) -> dict[str, Any]:
        """The arguments that every service takes."""
        return {"by": self.by, "at": self.at}

    @property
    def person(self) -> User | None:
        """Whoever owns what is made; a system owns nothing."""
        return self.by if isinstance(self.by, User) else None

    def referred(self, section: str, key: str | None, member: str) -> Any:
        """Return the record of a key, None for none. Raises ValidationError naming the member that refers to it.

        What the document names and could not be made has its own fault: then the error says nothing.
        """
        if key is None:
            return None
        found = self.known[section].get(key)
        if found is None and (section, key) in self.named:
            raise ValidationError([])
        if found is None:
            message = _("There is no “%(key)s” among %(section)s, neither here nor in the document.")
            words = {"key": key[:60], "section": BY_NAME[section].name}
            raise ValidationError({member: ValidationError(message % words, code="unknown_reference")})
        return found.record


@dataclass(frozen=True)
class Home:
    """How one section is kept. `named` gives the arguments of services for members that are called otherwise there."""

    section: Section
    rows: Callable[[], Iterable[Any]]
    create: Callable[[Writer, Values, Any], Any]
    update: Callable[[Writer, Any, Values], Any]
    key: Callable[[Any], str] = lambda record: str(record.key)
    values: Callable[[Any], dict[str, Any]] | None = None
    kind: RuleKind | None = None
    services: ModuleType | None = None
    #: Whether what stood at first went away while other sections were written.
    is_lost: Callable[[Any], bool] = lambda record: False

    def stored(self, *, drafts: bool) -> dict[str, Stored]:
        """Return everything that stands, by key and in the order of an export."""
        return {self.key(record): self._stored(record, drafts=drafts) for record in self.rows()}

    def _stored(self, record: Any, *, drafts: bool) -> Stored:
        published, draft = _texts_of(record) if self.section.texts else (None, None)
        shown = (draft if drafts else None) or published or draft
        names = [member.name for member in self.section.members if member.name not in self.section.texts]
        values = self.values(record) if self.values else {name: getattr(record, name) for name in names}
        values |= _texts(shown, self.section.texts)
        if is_static(values):
            values[self.section.rule] = None
        return Stored(record, values, bool(published) or not self.section.texts, draft)

    def own(self, values: Values) -> dict[str, Any]:
        """Return the members that stand on the definition itself."""
        return {name: value for name, value in values.items() if name not in self.section.texts}

    def written(self, values: Values) -> dict[str, Any]:
        """Return the members that stand on a version, as versions call them."""
        return {TEXT_FIELDS.get(name, name): value for name, value in values.items() if name in self.section.texts}


def _texts(version: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return those of the texts that versions of this kind have."""
    fields = {name: TEXT_FIELDS.get(name, name) for name in names}
    return {
        name: getattr(version, one, None) for name, one in fields.items() if version is None or hasattr(version, one)
    }


def _texts_of(record: Any) -> tuple[Any, Any]:
    found = {version.state: version for version in record.versions.all()}
    return found.get(VersionState.PUBLISHED), found.get(VersionState.DRAFT)


def with_versions(queryset: Any) -> Any:
    version = queryset.model._meta.get_field("versions").related_model
    current = version.objects.exclude(state=VersionState.SUPERSEDED)
    return queryset.prefetch_related(models.Prefetch("versions", current))


def put_draft(writer: Writer, stored: Stored, texts: Values) -> tuple[Any, str]:
    """Write texts into the draft of a definition. Returns it, and whose other draft was thrown away for it.

    Only the texts of the document are published: a draft with other changes in it is not mixed with them.
    """
    definition, thrown_away = stored.record, ""
    base, draft = versions.published_of(definition), versions.existing_draft_of(definition)
    if base is not None and draft is not None:
        wanted = {name: getattr(base, name) for name in versions.texts_of(type(base)) if name != "note"} | dict(texts)
        if any(getattr(draft, name) != value for name, value in wanted.items()):
            thrown_away = versions.last_editor(draft) or _("somebody")
            versions.discard(version=draft, **writer.who)
    draft = versions.draft_of(definition=definition, **writer.who)
    versions.save_draft(version=draft, changes=texts, **writer.who)
    return draft, thrown_away


def is_static(values: Values) -> bool:
    """Whether an entry is a segment picked by hand alone, which has no criteria."""
    return values.get("kind") == SegmentKind.STATIC
