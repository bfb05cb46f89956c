"""Where each section of a document lives in the portal: which rows hold its entries, and which services write them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import CurrencyRate, Program, VersionState
from core.services import program, versions
from criteria.fields import RuleKind
from deals.models import Product
from deals.services import products
from enablement.models import Certification
from enablement.services import certifications
from integrations.services.programs.layout import (
    BY_NAME,
    CATEGORY_TEXTS,
    PROGRAM,
    TIER_TEXTS,
    Section,
)
from partners.models import (
    AttributeDefinition,
    Category,
    CategoryOverride,
    LifeStage,
    Region,
    Tier,
    TierOverride,
    TierTrack,
)
from partners.models.overrides import Override
from partners.services import attributes, categories, life_stages, overrides, regions, tiers
from scorecards.models import Metric, Scorecard
from scorecards.services import scorecards
from segmentation.models import Measure, Segment, SegmentKind
from segmentation.services import measures, segments

Values = Mapping[str, Any]
PROGRAM_FIELDS = {"time_zone": "timezone"}
#: Texts that are called otherwise on versions.
TEXT_FIELDS = {"own_criteria": "overrides_criteria", "formula": "criteria"}


@dataclass(frozen=True)
class Stored:
    """What stands in the portal under a key. `texts` are those of its published version, else of its draft."""

    record: Any
    values: dict[str, Any]
    is_published: bool = True
    draft: Any = None

    @property
    def is_retired(self) -> bool:
        """Whether it was taken out of use."""
        return getattr(self.record, "retired_at", None) is not None


@dataclass
class Writer:
    """Who writes, when, and what others refer to by key: everything that stands, and what was made on the way."""

    by: Any
    at: datetime
    known: dict[str, dict[str, Stored]] = field(default_factory=dict)
    named: frozenset[tuple[str, str]] = frozenset()

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


def _with_versions(queryset: Any) -> Any:
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


# --- the program itself, and its rates


def program_values() -> dict[str, Any]:
    """Return the program's settings as a document names them."""
    found = Program.objects.filter(pk=1).first() or Program.current()
    return {member.name: getattr(found, PROGRAM_FIELDS.get(member.name, member.name)) for member in PROGRAM}


def update_program(writer: Writer, changes: Values) -> None:
    """Change the program's settings. Another currency empties the table of rates."""
    program.update(changes={PROGRAM_FIELDS.get(name, name): value for name, value in changes.items()}, **writer.who)
    writer.known["rates"] = HOMES["rates"].stored(drafts=False)


def _rate_values(rate: CurrencyRate) -> dict[str, Any]:
    return {"currency": rate.currency, "starts_on": rate.starts_on, "rate": rate.rate}


# --- regions, attributes, products, certifications


def _region_values(region: Region) -> dict[str, Any]:
    return {"key": region.key, "name": region.name, "parent": region.parent.key if region.parent else None}


def _create_region(writer: Writer, values: Values, above: Any) -> Region:
    parent = writer.referred("regions", values.get("parent"), "parent")
    return regions.create(name=values["name"], key=values["key"], parent=parent, **writer.who)


def _update_region(writer: Writer, region: Region, changes: Values) -> None:
    if "name" in changes:
        regions.rename(region=region, name=changes["name"], **writer.who)
    if "parent" in changes:
        parent = writer.referred("regions", changes["parent"], "parent")
        regions.move(region=region, parent=parent, **writer.who)


def _update_attribute(writer: Writer, definition: AttributeDefinition, changes: Values) -> None:
    if "kind" in changes:
        message = _("The kind of an attribute stays: values and criteria rest on it. Make another attribute.")
        raise ValidationError({"kind": ValidationError(message, code="fixed")})
    attributes.update(definition=definition, changes=changes, **writer.who)


# --- tracks and tiers


#: What a document calls otherwise than a track does.
TRACK_MEMBERS = {"upward": "promotes", "downward": "demotes"}
TRACK_FIELDS = {member: name for name, member in TRACK_MEMBERS.items()}


def _track_values(track: TierTrack) -> dict[str, Any]:
    return {
        "key": track.key,
        "name": track.name,
        "category": track.category.key if track.category else None,
        **{TRACK_MEMBERS.get(name, name): getattr(track, name) for name in TierTrack.policy_fields},
        "position": track.position,
    }


def _track_fields(writer: Writer, values: Values) -> dict[str, Any]:
    fields = dict(values)
    if "category" in fields:
        fields["category"] = writer.referred("categories", fields["category"], "category")
    return {TRACK_FIELDS.get(name, name): value for name, value in fields.items()}


def order_tiers(writer: Writer, track: TierTrack, wanted: Sequence[str]) -> bool:
    """Put the tiers that a document names into its order. Others keep their places among them."""
    rungs = list(track.tiers.order_by("rank"))
    by_key = {tier.key: tier for tier in rungs}
    order = merged([tier.key for tier in rungs], [key for key in wanted if key in by_key])
    return tiers.reorder(track=track, tiers=[by_key[key] for key in order], **writer.who)


def merged(stands: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return what stands with the wanted keys in their own order, each place of others kept.

    >>> merged(["a", "x", "b", "new"], ["a", "new", "b"])
    ['a', 'x', 'new', 'b']
    """
    places = iter(wanted)
    return [next(places) if key in wanted else key for key in stands]


# --- regional overrides


def _overrides() -> list[Override]:
    """Return the overrides of categories and of tiers that are in use."""
    found: list[Override] = []
    for model, subject in ((CategoryOverride, "category"), (TierOverride, "tier__track")):
        rows = model.objects.filter(retired_at__isnull=True).select_related("region", subject)
        found += _with_versions(rows.order_by("pk"))
    return sorted(found, key=_override_key)


def _override_values(override: Override) -> dict[str, Any]:
    subject = override.subject
    key = f"{subject.track.key}.{subject.key}" if isinstance(subject, Tier) else subject.key
    return {"kind": override.subject_field, "key": key, "region": override.region.key}


def _override_key(override: Override) -> str:
    return " ".join(_override_values(override).values())


def _create_override(writer: Writer, values: Values, above: Any) -> Any:
    section = "tiers" if values["kind"] == "tier" else "categories"
    subject = writer.referred(section, values["key"], "key")
    region = writer.referred("regions", values["region"], "region")
    return overrides.create(subject=subject, region=region, **writer.who)


# --- scorecards and metrics


def _create_scorecard(writer: Writer, values: Values, above: Any) -> Scorecard:
    return scorecards.create(**values, **writer.who)


def _update_scorecard(writer: Writer, scorecard: Scorecard, changes: Values) -> None:
    if changes.get("is_main"):
        scorecards.make_main(scorecard=scorecard, **writer.who)
    scorecards.update(scorecard=scorecard, changes=changes, **writer.who)


def _definition(
    name: str, kind: RuleKind, services: ModuleType, argument: str, rows: Callable[[], Any], **more: Any
) -> Home:
    """Return the home of definitions that have a list of their own, made and renamed by services of one shape."""
    return Home(
        section=BY_NAME[name],
        rows=lambda: _with_versions(rows()),
        create=lambda writer, values, above: services.create(**values, **writer.who),
        update=lambda writer, record, changes: services.update(**{argument: record}, changes=changes, **writer.who),
        kind=kind,
        services=services,
        **more,
    )


HOMES: dict[str, Home] = {
    home.section.name: home
    for home in (
        Home(
            section=BY_NAME["rates"],
            rows=lambda: CurrencyRate.objects.order_by("currency", "starts_on"),
            key=lambda rate: f"{rate.currency} {rate.starts_on.isoformat()}",
            values=_rate_values,
            create=lambda writer, values, above: program.set_rate(**values, **writer.who),
            update=lambda writer, rate, changes: program.set_rate(**_rate_values(rate) | dict(changes), **writer.who),
        ),
        Home(
            section=BY_NAME["regions"],
            rows=lambda: Region.objects.select_related("parent").order_by("path"),
            values=_region_values,
            create=_create_region,
            update=_update_region,
        ),
        Home(
            section=BY_NAME["attributes"],
            rows=lambda: AttributeDefinition.objects.order_by("position", "pk"),
            create=lambda writer, values, above: attributes.create(**values, **writer.who),
            update=_update_attribute,
        ),
        Home(
            section=BY_NAME["products"],
            rows=lambda: Product.objects.order_by("key"),
            create=lambda writer, values, above: products.create(**values, **writer.who),
            update=lambda writer, product, changes: products.update(
                product=product, changes=dict(changes), **writer.who
            ),
        ),
        Home(
            section=BY_NAME["certifications"],
            rows=lambda: Certification.objects.order_by("key"),
            create=lambda writer, values, above: certifications.create(**values, **writer.who),
            update=lambda writer, one, changes: certifications.update(certification=one, changes=changes, **writer.who),
        ),
        Home(
            section=BY_NAME["measures"],
            rows=lambda: _with_versions(Measure.objects.order_by("key")),
            create=lambda writer, values, above: measures.create(**values, owner=writer.person, **writer.who),
            update=lambda writer, measure, changes: measures.update(measure=measure, changes=changes, **writer.who),
            kind=RuleKind.MEASURE,
            services=measures,
        ),
        _definition(
            "categories",
            RuleKind.CATEGORY,
            categories,
            "category",
            lambda: Category.objects.order_by("position", "pk"),
        ),
        _definition(
            "life_stages",
            RuleKind.STAGE,
            life_stages,
            "stage",
            lambda: LifeStage.objects.order_by("position", "pk"),
        ),
        Home(
            section=BY_NAME["segments"],
            rows=lambda: _with_versions(Segment.objects.filter(is_audience=False).order_by("key")),
            create=lambda writer, values, above: segments.create(**values, owner=writer.person, **writer.who),
            update=lambda writer, segment, changes: segments.update(segment=segment, changes=changes, **writer.who),
            kind=RuleKind.SEGMENT,
            services=segments,
        ),
        Home(
            section=BY_NAME["tracks"],
            rows=lambda: TierTrack.objects.select_related("category").order_by("position", "pk"),
            values=_track_values,
            create=lambda writer, values, above: tiers.create_track(**_track_fields(writer, values), **writer.who),
            update=lambda writer, track, changes: tiers.update_track(
                track=track, changes=_track_fields(writer, changes), **writer.who
            ),
        ),
        Home(
            section=BY_NAME["tiers"],
            rows=lambda: _with_versions(
                Tier.objects.select_related("track").order_by("track__position", "track_id", "rank")
            ),
            key=lambda tier: f"{tier.track.key}.{tier.key}",
            create=lambda writer, values, above: tiers.create(track=above, **values, **writer.who),
            update=lambda writer, tier, changes: tiers.update(tier=tier, changes=changes, **writer.who),
            kind=RuleKind.TIER,
            services=tiers,
        ),
        Home(
            section=BY_NAME["overrides"],
            rows=_overrides,
            key=_override_key,
            values=_override_values,
            create=_create_override,
            update=lambda writer, override, changes: [],
            services=overrides,
        ),
        Home(
            section=BY_NAME["scorecards"],
            rows=lambda: Scorecard.objects.order_by("key"),
            create=_create_scorecard,
            update=_update_scorecard,
        ),
        Home(
            section=BY_NAME["metrics"],
            rows=lambda: Metric.objects.select_related("scorecard").order_by("scorecard__key", "position", "pk"),
            key=lambda metric: f"{metric.scorecard.key}.{metric.key}",
            create=lambda writer, values, above: scorecards.add_metric(scorecard=above, **values, **writer.who),
            update=lambda writer, metric, changes: scorecards.update_metric(
                metric=metric, changes=changes, **writer.who
            ),
        ),
    )
}


def is_static(values: Values) -> bool:
    """Whether an entry is a segment picked by hand alone, which has no criteria."""
    return values.get("kind") == SegmentKind.STATIC


def misplaced(values: Values) -> list[str]:
    """Return the members of an override that what it overrides does not have."""
    if values.get("kind") != "tier":
        return []
    return [name for name in CATEGORY_TEXTS if name in values and name not in TIER_TEXTS]
