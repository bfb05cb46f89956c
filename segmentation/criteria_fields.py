"""What criteria may ask about verdicts and measures: segments, the stage, what a partner qualifies for, its numbers."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from core.models import VersionState
from core.money import program_currency
from criteria.fields import Choice, Field, Join, Kind, RuleKind, registry
from criteria.tree import PEER_FUNCTIONS, CriteriaError, Formula, Function, parse_formula
from partners.models import Category, LifeStage, Tier
from segmentation.models import Measure, MeasureKind, MeasureVersion, Segment

GROUP = _("Classification")
MEASURES = _("Measures")


def segment_choices() -> Sequence[Choice]:
    """Return the segments that rules may name."""
    rows = Segment.objects.filter(retired_at__isnull=True, is_audience=False).order_by("name")
    return [Choice(key, name, pk) for pk, key, name in rows.values_list("id", "key", "name")]


def stage_choices() -> Sequence[Choice]:
    """Return the life stages."""
    rows = LifeStage.objects.order_by("position", "id")
    return [Choice(key, name, pk) for pk, key, name in rows.values_list("id", "key", "name")]


def category_choices() -> Sequence[Choice]:
    """Return the categories a partner can be eligible for."""
    rows = Category.objects.filter(retired_at__isnull=True).order_by("position", "id")
    return [Choice(key, name, pk) for pk, key, name in rows.values_list("id", "key", "name")]


def tier_choices() -> Sequence[Choice]:
    """Return the tiers, named by track and tier."""
    rows = Tier.objects.order_by("track__position", "rank").values_list(
        "id", "track__key", "key", "track__name", "name"
    )
    return [Choice(f"{track}.{key}", f"{track_name}: {name}", pk) for pk, track, key, track_name, name in rows]


def measure_fields() -> Iterator[Field | Join]:
    """Yield a field for every published measure; one that compares peers is read from their stored standings."""
    published = MeasureVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
    for version in published.select_related("definition").order_by("definition__name", "definition_id"):
        try:
            formula = parse_formula(version.formula)
        except CriteriaError:  # written for another release: rules that need it are set aside and say so
            continue
        if isinstance(formula, Function) and formula.name in PEER_FUNCTIONS:
            yield from _standing(version.definition, formula)
        else:
            yield measure_field(version.definition, formula=formula)


def measure_field(measure: Measure, *, formula: Formula, sql: str = "", join: str = "") -> Field:
    """Return the field by which criteria ask for a measure."""
    units = {MeasureKind.PERCENT: "%", MeasureKind.MONEY: program_currency}
    return Field(
        measure.field_key,
        measure.name,
        Kind.MONEY if measure.kind == MeasureKind.MONEY else Kind.NUMBER,
        sql,
        description=measure.description or _("A measure of this program."),
        example="75",
        unit=measure.unit or units.get(MeasureKind(measure.kind), ""),
        group=MEASURES,
        join=join,
        formula=formula,
        partner_may_see=measure.partner_may_see,
    )


def _standing(measure: Measure, formula: Function) -> Iterator[Field | Join]:
    alias = f"standing_{measure.pk}"
    on = f"{alias}.partner_id = p.id AND {alias}.measure_id = {measure.pk}"
    yield Join(alias, f"LEFT JOIN segmentation_peerstanding {alias} ON {on}")
    yield measure_field(measure, formula=formula, sql=f"{alias}.{formula.name}", join=alias)


registry.add_provider(measure_fields)
registry.add_joins(
    Join("classification", "LEFT JOIN segmentation_classification k ON k.partner_id = p.id"),
    Join(
        "pins",
        "LEFT JOIN (SELECT partner_id,"
        " array_agg(segment_id) FILTER (WHERE direction = 'in') AS pinned_in,"
        " array_agg(segment_id) FILTER (WHERE direction = 'out') AS pinned_out"
        " FROM segmentation_segmentpin WHERE {scope:partner_id} GROUP BY 1) pins ON pins.partner_id = p.id",
    ),
)
registry.add_fields(
    Field(
        "segments",
        _("Segment"),
        Kind.RULES,
        "",
        description=_("The segments the partner is in."),
        example="growing-in-dach",
        group=GROUP,
        choices=segment_choices,
        rule_kind=RuleKind.SEGMENT,
        partner_may_see=False,
    ),
    Field(
        "life_stage",
        _("Life stage"),
        Kind.RULES,
        "",
        description=_("Where the partner is in its life with us."),
        example="activated",
        group=GROUP,
        choices=stage_choices,
        rule_kind=RuleKind.STAGE,
    ),
    Field(
        "eligible_categories",
        _("Fulfils the criteria of category"),
        Kind.RULES,
        "",
        description=_("Categories whose criteria hold, whether or not the partner is in them."),
        example="msp",
        group=GROUP,
        choices=category_choices,
        rule_kind=RuleKind.CATEGORY,
    ),
    Field(
        "qualified_tiers",
        _("Fulfils the criteria of tier"),
        Kind.RULES,
        "",
        description=_("Tiers whose criteria hold today, whether or not the partner holds them."),
        example="solution.gold",
        group=GROUP,
        choices=tier_choices,
        rule_kind=RuleKind.TIER,
    ),
    Field(
        "days_in_stage",
        _("Days in life stage"),
        Kind.NUMBER,
        "(%(today)s - (k.stage_since AT TIME ZONE %(zone)s)::date)",
        description=_("Days since the partner entered its life stage."),
        example="90",
        unit=_("days"),
        group=GROUP,
        join="classification",
        from_clock=True,
    ),
)
