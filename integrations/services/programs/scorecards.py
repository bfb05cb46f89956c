"""Where the scorecards of a document live: a version of each, with its parts, drafted and published whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from core.models import VersionState
from core.services import versions
from integrations.services.programs.home import Home, Stored, Values, Writer
from integrations.services.programs.layout import BY_NAME
from scorecards.models import Metric, Scorecard, ScorecardSection, ScorecardVersion
from scorecards.services import scorecards

#: What stands on a version rather than on the scorecard itself.
ON_VERSION = ("criteria", "stages", "amber_from", "green_from", "peers")


@dataclass(frozen=True)
class ScorecardHome(Home):
    """A home whose entries are parts of scorecards, as they are published, or drafted where drafts are asked for."""

    def stored(self, *, drafts: bool) -> dict[str, Stored]:
        """Return everything that stands, by key and in the order of an export."""
        return {key: one for version in shown_versions(drafts=drafts) for key, one in self._parts(*version)}

    def _parts(
        self, scorecard: Scorecard, version: ScorecardVersion, is_published: bool
    ) -> Iterator[tuple[str, Stored]]:
        if self.section.name == "scorecards":
            yield scorecard.key, Stored(scorecard, self._values(scorecard, version), is_published)
            return
        for section in sorted(version.sections.all(), key=_place):
            key = f"{scorecard.key}.{section.key}"
            if self.section.name == "sections":
                yield key, _part(scorecard, section, self._values(section))
                continue
            metrics = [metric for metric in version.metrics.all() if metric.section_id == section.pk]
            for metric in sorted(metrics, key=_place):
                yield f"{key}.{metric.key}", _part(scorecard, metric, self._values(metric))

    def _values(self, *records: Any) -> dict[str, Any]:
        names = [member.name for member in self.section.members]
        return {name: getattr(one, name) for one in reversed(records) for name in names if hasattr(one, name)}


def shown_versions(*, drafts: bool) -> Iterator[tuple[Scorecard, ScorecardVersion, bool]]:
    """Yield each scorecard with the version a document shows, and whether anything of it is published."""
    current = ScorecardVersion.objects.exclude(state=VersionState.SUPERSEDED).prefetch_related("sections", "metrics")
    for scorecard in Scorecard.objects.order_by("key").prefetch_related(Prefetch("versions", current)):
        found = {version.state: version for version in scorecard.versions.all()}
        published, draft = found.get(VersionState.PUBLISHED), found.get(VersionState.DRAFT)
        version = (draft if drafts else None) or published or draft
        if version is not None:
            yield scorecard, version, published is not None


def draft_of(writer: Writer, scorecard: Scorecard) -> ScorecardVersion:
    """Return the draft that the document is written into.

    Only what the document says is published: a draft with other changes in it, beside a published version, is thrown
    away at the first write, and its writer is named in the plan.
    """
    if scorecard.key not in writer.drafted:
        published, draft = versions.published_of(scorecard), versions.existing_draft_of(scorecard)
        if writer.publishes and published is not None and draft is not None:
            writer.thrown_away[scorecard.key] = versions.last_editor(draft) or _("somebody")
            scorecards.discard_draft(scorecard=scorecard, **writer.who)
        writer.drafted.add(scorecard.key)
    return scorecards.draft_of(scorecard=scorecard, **writer.who)


def create_scorecard(writer: Writer, values: Values, above: Any) -> Scorecard:
    """Make a scorecard with what its draft says beside sections and metrics."""
    own, texts = _taken_apart(values)
    scorecard = scorecards.create(**own, **writer.who)
    scorecards.save_draft(version=draft_of(writer, scorecard), changes=texts, **writer.who)
    return scorecard


def update_scorecard(writer: Writer, scorecard: Scorecard, changes: Values) -> None:
    """Change what stands on a scorecard, and on its version in a draft."""
    own, texts = _taken_apart(changes)
    if own.pop("is_main", False):
        scorecards.make_main(scorecard=scorecard, **writer.who)
    scorecards.update(scorecard=scorecard, changes=own, **writer.who)
    if texts:
        scorecards.save_draft(version=draft_of(writer, scorecard), changes=texts, **writer.who)


def create_section(writer: Writer, values: Values, above: Scorecard) -> ScorecardSection:
    """Add a section to the draft of a scorecard."""
    return scorecards.add_section(version=draft_of(writer, above), **values, **writer.who)


def update_section(writer: Writer, section: ScorecardSection, changes: Values) -> None:
    """Change a section in the draft."""
    scorecards.update_section(section=_drafted(writer, section), changes=changes, **writer.who)


def create_metric(writer: Writer, values: Values, above: ScorecardSection) -> Metric:
    """Add a metric to a section in the draft; one with its key that stands in another section moves here."""
    section = _drafted(writer, above)
    elsewhere: Metric | None = (
        section.scorecard_version.metrics.filter(key=values["key"]).select_related(*_PARENTS).first()
    )
    if elsewhere is None:
        if values.get("asked_of", "nobody") == "nobody" and "target" not in values:
            message = _("Give the number that earns 100 points.")
            raise ValidationError({"target": ValidationError(message, code="required")})
        return scorecards.add_metric(section=section, **values, **writer.who)
    changes = {name: value for name, value in values.items() if name != "key"} | {"section": section}
    scorecards.update_metric(metric=elsewhere, changes=changes, **writer.who)
    return elsewhere


def update_metric(writer: Writer, metric: Metric, changes: Values) -> None:
    """Change a metric in the draft."""
    scorecards.update_metric(metric=_drafted(writer, metric), changes=changes, **writer.who)


def publish(writer: Writer, scorecard: Scorecard) -> None:
    """Publish the draft that the document was written into, or the one that a scorecard began with."""
    draft = versions.existing_draft_of(scorecard)
    is_new = versions.published_of(scorecard) is None
    if draft is not None and (is_new or scorecard.key in writer.drafted):
        scorecards.publish(version=draft, **writer.who)


_PARENTS = ("section", "scorecard_version__definition")


def _drafted(writer: Writer, part: Any) -> Any:
    """Return the same part of the draft, by its key."""
    draft = draft_of(writer, part.scorecard_version.definition)
    return type(part).objects.select_related("scorecard_version__definition").get(scorecard_version=draft, key=part.key)


def _part(scorecard: Scorecard, part: Any, values: dict[str, Any]) -> Stored:
    part.scorecard_version.definition = scorecard
    return Stored(part, values, is_retired_above=scorecard.retired_at is not None)


def _place(part: Any) -> int:
    return int(part.position)


def _taken_apart(values: Values) -> tuple[dict[str, Any], Mapping[str, Any]]:
    own = {name: value for name, value in values.items() if name not in ON_VERSION}
    return own, {name: value for name, value in values.items() if name in ON_VERSION}


HOMES = (
    ScorecardHome(BY_NAME["scorecards"], list, create_scorecard, update_scorecard),
    ScorecardHome(BY_NAME["sections"], list, create_section, update_section),
    ScorecardHome(BY_NAME["metrics"], list, create_metric, update_metric),
)
