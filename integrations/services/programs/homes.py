"""Where each section of a document lives in the portal: which rows hold its entries, and which services write them."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import CurrencyRate, Program
from core.services import program
from criteria.fields import RuleKind
from deals.models import Product
from deals.services import products
from enablement.models import Certification
from enablement.services import certifications
from integrations.services.programs.home import Home, Values, Writer, with_versions
from integrations.services.programs.layout import (
    BY_NAME,
    OVERRIDE_TEXTS,
    PROGRAM,
    TIER_TEXTS,
)
from integrations.services.programs.planned import HOME as PLANNED_HOME
from integrations.services.programs.plays import HOME as PLAYS_HOME
from integrations.services.programs.questions import HOME as QUESTIONS_HOME
from integrations.services.programs.scorecards import HOMES as SCORECARD_HOMES
from partners.models import (
    AttributeDefinition,
    Category,
    CategoryOverride,
    LifeStage,
    Region,
    RegionCountry,
    Tier,
    TierOverride,
    TierTrack,
)
from partners.models.overrides import Override
from partners.queries import applications
from partners.services import (
    application_questions,
    attributes,
    categories,
    life_stages,
    overrides,
    region_countries,
    regions,
    tiers,
)
from segmentation.models import Measure, Segment
from segmentation.services import measures, segments

PROGRAM_FIELDS = {"time_zone": "timezone"}
#: Settings that are said of the application form.
TERMS_FIELDS = {
    "applications_open": "is_open",
    "applications_welcome": "welcome",
    "applications_answer_hours": "response_hours",
    "applications_final_days": "final_days",
}


# --- the program itself, and its rates


def program_values() -> dict[str, Any]:
    """Return the program's settings as a document names them."""
    found = Program.objects.filter(pk=1).first() or Program.current()
    terms = applications.terms()
    return {
        member.name: getattr(terms, TERMS_FIELDS[member.name])
        if member.name in TERMS_FIELDS
        else getattr(found, PROGRAM_FIELDS.get(member.name, member.name))
        for member in PROGRAM
    }


def update_program(writer: Writer, changes: Values) -> None:
    """Change the program's settings. Another currency empties the table of rates."""
    own = {PROGRAM_FIELDS.get(name, name): value for name, value in changes.items() if name not in TERMS_FIELDS}
    terms = {TERMS_FIELDS[name]: value for name, value in changes.items() if name in TERMS_FIELDS}
    program.update(changes=own, **writer.who)
    if terms:
        application_questions.set_terms(changes=terms, **writer.who)
    writer.known["rates"] = HOMES["rates"].stored(drafts=False)


def _rate_values(rate: CurrencyRate) -> dict[str, Any]:
    return {"currency": rate.currency, "starts_on": rate.starts_on, "rate": rate.rate}


# --- regions, attributes, products, certifications


def _region_values(region: Region) -> dict[str, Any]:
    return {
        "key": region.key,
        "name": region.name,
        "parent": region.parent.key if region.parent else None,
        "countries": sorted(one.country for one in region.countries.all()),
    }


def _create_region(writer: Writer, values: Values, above: Any) -> Region:
    parent = writer.referred("regions", values.get("parent"), "parent")
    made = regions.create(name=values["name"], key=values["key"], parent=parent, **writer.who)
    _name_countries(writer, made, values)
    return made


def _name_countries(writer: Writer, region: Region, values: Values) -> None:
    """Say which countries lie in a region. Those that lie in another one which the document names too come over."""
    if "countries" not in values:
        return
    moved = RegionCountry.objects.filter(country__in=values["countries"]).exclude(region=region)
    for other in Region.objects.filter(countries__in=moved).distinct():
        if ("regions", other.key) in writer.named:
            kept = other.countries.exclude(country__in=values["countries"]).values_list("country", flat=True)
            region_countries.name_countries(region=other, codes=list(kept), **writer.who)
    region_countries.name_countries(region=region, codes=values["countries"], **writer.who)


def _update_region(writer: Writer, region: Region, changes: Values) -> None:
    _name_countries(writer, region, changes)
    if "name" in changes:
        regions.rename(region=region, name=changes["name"], **writer.who)
    if "parent" in changes:
        parent = writer.referred("regions", changes["parent"], "parent")
        regions.move(region=region, parent=parent, **writer.who)


def _category_values(category: Category) -> dict[str, Any]:
    owner = category.owner.email if category.owner else None
    return {"key": category.key, "name": category.name, "position": category.position, "owner": owner}


def _category_fields(values: Values) -> dict[str, Any]:
    """Return values as services take them. Owners whom nobody knows were left out before."""
    owner = {"owner": owner_of(values["owner"])} if "owner" in values else {}
    return {**values, **owner}


def owner_of(email: str | None) -> User | None:
    """Return who at the vendor signs in with an e-mail address."""
    return User.objects.by_email(email).exclude(role="").filter(is_active=True).first() if email else None


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
        "names": track.names,
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
        found += with_versions(rows.order_by("pk"))
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


def _definition(
    name: str, kind: RuleKind, services: ModuleType, argument: str, rows: Callable[[], Any], **more: Any
) -> Home:
    """Return the home of definitions that have a list of their own, made and renamed by services of one shape."""
    return Home(
        section=BY_NAME[name],
        rows=lambda: with_versions(rows()),
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
            rows=lambda: Region.objects.select_related("parent").prefetch_related("countries").order_by("path"),
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
            rows=lambda: with_versions(Measure.objects.order_by("key")),
            create=lambda writer, values, above: measures.create(**values, owner=writer.person, **writer.who),
            update=lambda writer, measure, changes: measures.update(measure=measure, changes=changes, **writer.who),
            kind=RuleKind.MEASURE,
            services=measures,
        ),
        Home(
            section=BY_NAME["categories"],
            rows=lambda: with_versions(Category.objects.select_related("owner").order_by("position", "pk")),
            values=_category_values,
            create=lambda writer, values, above: categories.create(**_category_fields(values), **writer.who),
            update=lambda writer, category, changes: categories.update(
                category=category, changes=_category_fields(changes), **writer.who
            ),
            kind=RuleKind.CATEGORY,
            services=categories,
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
            rows=lambda: with_versions(Segment.objects.filter(is_audience=False).order_by("key")),
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
            rows=lambda: with_versions(
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
        *SCORECARD_HOMES,
        PLAYS_HOME,
        QUESTIONS_HOME,
        PLANNED_HOME,
    )
}


def misplaced(values: Values) -> list[str]:
    """Return the members of an override that what it overrides does not have."""
    if values.get("kind") != "tier":
        return []
    return [name for name in OVERRIDE_TEXTS if name in values and name not in TIER_TEXTS]
