"""Life stages as pages show them. Who is in which stage is found by the recompute and read here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from core.models import VersionState
from criteria.fields import registry
from partners.models import LifeStage, LifeStagePeriod, LifeStageVersion, Partner
from partners.queries import languages
from partners.queries.texts import criteria_in_words, of_state


@dataclass(frozen=True, slots=True)
class StageRow:
    """A life stage in the vendor's list."""

    stage: LifeStage
    published: LifeStageVersion | None
    draft: LifeStageVersion | None
    criteria: str
    partners: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a partner is among the stages. `stage` is None until the recompute found one."""

    stages: list[LifeStage]
    stage: LifeStage | None
    version: LifeStageVersion | None
    since: datetime | None

    def days(self, at: datetime) -> int | None:
        """Return how many whole days the partner has been in its stage."""
        return (at - self.since).days if self.since else None


def standing_of(partner: Partner, *, language: str = "") -> Standing:
    """Return the published stages in order, and which one the partner is in; in a `language` where translated."""
    found = Partner.objects.filter(pk=partner.pk).values_list("classification__stage", "classification__stage_since")
    stage_id, since = found.get()
    versions = {
        version.definition_id: version
        for version in LifeStageVersion.objects.filter(
            Q(definition__retired_at__isnull=True) | Q(definition=stage_id), state=VersionState.PUBLISHED
        ).select_related("definition")
    }
    stages = sorted((version.definition for version in versions.values()), key=lambda stage: (stage.position, stage.pk))
    stage = next((one for one in stages if one.pk == stage_id), None)
    version = versions.get(stage_id)
    if language:
        languages.name_in(language, *stages)
        version = languages.read(version, language).version if version is not None else None
    return Standing(stages, stage, version, since)


def history(partner: Partner, user: Any) -> QuerySet[LifeStagePeriod]:
    """Return every stay of a partner in a stage, newest first."""
    rows: QuerySet[LifeStagePeriod] = LifeStagePeriod.objects.visible_to(user).of(partner)
    return rows.select_related("stage").order_by("-starts_at", "-pk")


def stage_rows(user: Any) -> list[StageRow]:
    """Return all life stages in the order of a life, retired ones last, with the partners a person may see."""
    catalog = registry.catalog()
    rows = Partner.objects.visible_to(user).values("classification__stage").annotate(n=Count("pk")).order_by()
    counts = dict(rows.values_list("classification__stage", "n"))
    current = LifeStageVersion.objects.exclude(state=VersionState.SUPERSEDED)
    stages = LifeStage.objects.order_by(F("retired_at").asc(nulls_first=True), "position", "pk").prefetch_related(
        Prefetch("versions", queryset=current)
    )
    return [_row(stage, catalog, counts.get(stage.pk, 0)) for stage in stages]


def partners_in(stage: LifeStage, user: Any) -> QuerySet[Partner]:
    """Return the partners in a stage that a person may see, the longest there first."""
    rows: QuerySet[Partner] = Partner.objects.visible_to(user).filter(classification__stage=stage)
    return rows.annotate(stage_since=F("classification__stage_since")).order_by("stage_since", "pk")


def _row(stage: LifeStage, catalog: Any, partners: int) -> StageRow:
    current = list(stage.versions.all())
    published = of_state(current, VersionState.PUBLISHED)
    return StageRow(
        stage,
        published,
        of_state(current, VersionState.DRAFT),
        criteria_in_words(published.criteria, catalog) if published else "",
        partners,
    )
