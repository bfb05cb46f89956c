"""Versions of a scorecard: drafted with their sections and metrics, and published together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import action
from core.models import VersionState
from core.refusals import Refusal
from core.services import versions
from criteria import checks
from criteria.fields import RuleKind, registry
from partners.models import LifeStage, TierTrack
from partners.queries.definitions import names
from scorecards.models import FULL, Metric, Scorecard, ScorecardSection, ScorecardVersion
from scorecards.services import runs, score_circles
from scorecards.services.metric_checks import check_metric

#: What a version is made of beside its own texts.
_PARTS = (Metric, ScorecardSection)
#: Whom partners can be compared with; besides, `tier:<track>` are the holders of a tier of a ladder.
PEERS = {
    "stage": gettext_lazy("Partners in the same life stage"),
    "everybody": gettext_lazy("All partners it applies to"),
    "country": gettext_lazy("Partners in the same country"),
    "region": gettext_lazy("Partners in the same region"),
    "category": gettext_lazy("Partners with the same primary category"),
}


def draft_of(*, scorecard: Scorecard, by: Any | None, at: datetime) -> ScorecardVersion:
    """Return the draft to edit, made as a copy of the published version with all its parts when there is none yet."""
    with action("scorecard.draft", by=by):
        lock(scorecard)
        draft: ScorecardVersion | None = versions.existing_draft_of(scorecard)
        if draft is not None:
            return draft
        published = versions.published_of(scorecard)
        made: ScorecardVersion = versions.draft_of(definition=scorecard, by=by, at=at)
        if published is not None:
            copy_parts(published, made)
        return made


def save_draft(
    *, version: ScorecardVersion, by: Any | None, at: datetime, changes: Mapping[str, Any], expected: int | None = None
) -> list[str]:
    """Write into a draft: `criteria`, `stages`, `amber_from`, `green_from`, `peers`. Returns what changed.

    A draft's criteria need not make sense yet. Raises ValidationError by field.
    """
    wanted = {name: getattr(version, name) for name in ("stages", "amber_from", "green_from", "peers")} | dict(changes)
    errors: dict[str, str] = {}
    if not 1 <= wanted["amber_from"] < wanted["green_from"] <= FULL:
        errors["green_from"] = _("Green begins above amber, and at 100 points at most.")
    if unknown := sorted(set(wanted["stages"]) - _stages()):
        errors["stages"] = _("There is no life stage “%(key)s”.") % {"key": unknown[0]}
    if "peers" in changes and wanted["peers"] not in peer_groups():
        errors["peers"] = _("Choose whom partners are compared with.")
    if errors:
        raise ValidationError({name: ValidationError(message, code="invalid") for name, message in errors.items()})
    return versions.save_draft(version=version, by=by, at=at, changes=changes, expected=expected)


def peer_groups() -> dict[str, Any]:
    """Return whom partners can be compared with: what a version keeps, and its words."""
    tracks = TierTrack.objects.order_by("position", "pk").values_list("key", "name")
    ladders = {f"tier:{key}": _("Partners with the same tier of %(track)s") % {"track": name} for key, name in tracks}
    return {**PEERS, **ladders}


def discard_draft(*, scorecard: Scorecard, by: Any | None, at: datetime) -> bool:
    """Throw the draft away with its parts. Returns False when there is none."""
    with action("scorecard.discard", by=by):
        lock(scorecard)
        draft = versions.existing_draft_of(scorecard)
        if draft is None:
            return False
        versions.discard(version=draft, by=by, at=at)
    return True


def publish(
    *,
    version: ScorecardVersion,
    by: Any | None,
    at: datetime,
    note: str = "",
    expected: int | None = None,
    for_readers: bool = False,
) -> bool:
    """Make a draft what partners are measured by, and have everybody measured. Published already, nothing happens.

    `expected` is the row `version` that was read before saying yes. `for_readers` asks nothing more here: partners read
    no texts of a version that might be missing.
    """
    with action("scorecard.publish", by=by):
        lock(version.definition)
        version.refresh_from_db()
        if note and version.state == VersionState.DRAFT:
            versions.save_draft(version=version, by=by, at=at, changes={"note": note}, expected=expected)
            expected = None
        before = versions.published_of(version.definition)
        published = versions.publish(
            version=version, by=by, at=at, checks=[_expect_ready], expected=expected, differ=differences
        )
        if published:
            score_circles.refuse()
            score_circles.refuse_losses(before=before, after=version)
            runs.start(reason=_("%(name)s was published") % {"name": version.definition})
    return published


def lock(scorecard: Scorecard) -> None:
    """Let one writer at a time change the versions of a scorecard."""
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)


def lock_draft(version: ScorecardVersion) -> None:
    """Let one editor at a time change the parts of a draft; those of a published version are never changed."""
    locked = ScorecardVersion.objects.select_for_update().filter(pk=version.pk).first()
    if locked is None or locked.state != VersionState.DRAFT:
        raise versions.NotADraft(_("This version is published, or was discarded. Edit the draft."), code="not_a_draft")


def note_edit(version: ScorecardVersion) -> None:
    """Count a change of a part as one of its draft: who planned or read the draft before it did not see this one."""
    ScorecardVersion.objects.filter(pk=version.pk).update(version=F("version") + 1)


def last_editor(version: ScorecardVersion) -> str:
    """Return the name of whoever wrote a version or one of its parts last."""
    trails = [_trail(part).filter(scorecard_version=version) for part in _PARTS]
    trails.append(_trail(ScorecardVersion).filter(pgh_obj_id=version.pk))
    newest = [trail.order_by("-pgh_created_at", "-pgh_id").first() for trail in trails]
    last = max((one for one in newest if one is not None), key=lambda one: one.pgh_created_at, default=None)
    return str((last and last.pgh_context or {}).get("by_name") or "")


def copy_parts(source: ScorecardVersion, target: ScorecardVersion) -> None:
    """Copy sections and metrics from one version to an empty one, with their keys."""
    sections = list(source.sections.order_by("position"))
    copies = [
        ScorecardSection(scorecard_version=target, position=place, **section.texts)
        for place, section in enumerate(sections)
    ]
    ScorecardSection.objects.bulk_create(copies)
    homes = dict(zip((section.pk for section in sections), copies, strict=True))
    Metric.objects.bulk_create(
        Metric(scorecard_version=target, section=homes[metric.section_id], position=metric.position, **metric.texts)
        for metric in source.metrics.order_by("section__position", "position")
    )


def differences(before: ScorecardVersion, after: ScorecardVersion) -> list[str]:
    """Return what differs between two versions: names of their texts, and `sections` where parts do."""
    found = versions.differences(before, after)
    return found if _parts(before) == _parts(after) else [*found, "sections"]


def users_of(kind: RuleKind, key: str) -> list[str]:
    """Return the metrics in use that name a definition, and the scorecards whose criteria, stages or peers do."""
    current = ScorecardVersion.objects.exclude(state=VersionState.SUPERSEDED).filter(
        definition__retired_at__isnull=True
    )
    found = []
    for version in current.select_related("definition").prefetch_related("metrics").order_by("definition_id", "number"):
        if kind is RuleKind.STAGE and key in version.stages or names(version.criteria, kind, key):
            found.append(str(version.definition))
        found += [str(metric) for metric in version.metrics.all() if names(metric.expression, kind, key)]
    return list(dict.fromkeys(found))


def _trail(model: type[Model]) -> Any:
    return model.events.rel.related_model._default_manager  # type: ignore[attr-defined]


def _stages() -> set[str]:
    return set(LifeStage.objects.filter(retired_at__isnull=True).values_list("key", flat=True))


def _parts(version: ScorecardVersion) -> list[Any]:
    return [
        [
            section.texts,
            [metric.texts for metric in section.metrics.order_by("position")],
        ]
        for section in version.sections.order_by("position")
    ]


def _expect_ready(draft: ScorecardVersion) -> None:
    """Refuse a draft that cannot measure: without metrics, with an empty section, or with what cannot be run."""
    sections = list(draft.sections.prefetch_related("metrics").order_by("position"))
    if not any(section.metrics.all() for section in sections):
        raise Refusal(_("Add a metric first: without any there is no score."), code="no_metrics")
    for section in sections:
        if not section.metrics.all():
            message = _("The section “%(name)s” has no metrics. Add one, or remove the section.")
            raise Refusal(message % {"name": section}, code="empty_section")
        for metric in section.metrics.all():
            check_metric(metric)
    problems = checks.check(draft.criteria, registry.catalog()) if draft.criteria else []
    if problems:
        raise ValidationError(
            {"criteria": [ValidationError(f"{one.path}: {one.message}", code=one.code) for one in problems]}
        )
