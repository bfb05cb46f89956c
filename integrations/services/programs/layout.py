"""The sections of a program's document: what entries each has, and what their members mean.

One table, from which documents are read, compared, exported and described: the JSON Schema and the reference in
`docs/programs.md` are made of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enablement.models import CertificationLevel
from integrations.services.programs.language_shapes import Code, Countries, Languages, Names, Translated
from integrations.services.programs.shapes import (
    Currency,
    Day,
    DaysOfYear,
    Figure,
    Flag,
    Key,
    Keys,
    Member,
    OneOf,
    Reference,
    Rule,
    Text,
    Texts,
    Whole,
    Wholes,
    Zone,
)
from partners.models import AnswerGoesTo, AttributeKind
from partners.models.tier_policies import MOST_GRACE_DAYS, MOST_MONTHS
from partners.tier_policy import CalendarKind, Downward, Upward
from scorecards.models import (
    LEVELS,
    AskedOf,
    BenchmarkKind,
    Direction,
    EffortUnit,
    MetricTiming,
    Period,
    PlayKind,
    PurposeKind,
    Reach,
    Sharing,
)
from segmentation.models import MeasureKind, SegmentKind

FORMAT = "partner-program/1"
MAX_ENTRIES = 2_000
LOWER = r"[a-z][a-z0-9_]*"
LOWER_SAYS = _("lower-case letters, digits and underscores, beginning with a letter")
#: The texts of a category that a region may have otherwise.
CATEGORY_TEXTS = (
    *("meaning", "examples", "counter_examples", "objective", "eligibility", "requirements", "benefits", "incentives"),
    *("obligations", "training", "co_selling", "deal_terms", "marketing_kit", "contacts"),
)
#: Those of a tier.
TIER_TEXTS = ("meaning", "benefits")
OVERRIDDEN = ("category", "tier")
#: What a region may have otherwise of a category.
OVERRIDE_TEXTS = (*CATEGORY_TEXTS, "review_interval_months", "grace_days")
#: The kinds of plays that need nothing which is no part of a document.
PLAY_KINDS = (PlayKind.ACTIVITY.value, PlayKind.INCENTIVE.value, PlayKind.CERTIFICATION.value)
#: What may be planned, and the section in which it is defined.
PLANNED_KINDS = {"category": "categories", "tier": "tiers", "life_stage": "life_stages"}


@dataclass(frozen=True)
class Section:
    """A list of entries with keys. A nested section's entries stand in a member of another's, under its own key.

    `rule` names the member that holds a document of the criteria language, where entries have one, and `without` says
    in words what no document means. Members in `texts`
    stand on a version that is drafted and published; the others hold at once.
    """

    name: str
    title: str | Promise
    help: str | Promise
    members: tuple[Member, ...]
    keys: tuple[str, ...] = ("key",)
    label: str = "name"
    texts: tuple[str, ...] = ()
    rule: str = ""
    within: str = ""
    without: str | Promise = _("nobody")

    @property
    def known(self) -> dict[str, Member]:
        """The members by name."""
        return {one.name: one for one in self.members}


def _key(length: int, **pattern: str | Promise) -> Member:
    return Member("key", Key(length, **pattern), _("The name that stays, by which it is found again."), needed=True)  # type: ignore[arg-type]


def _name(length: int = 120) -> Member:
    return Member("name", Text(length, needed=True), _("What people call it."), needed=True)


POSITION = Member("position", Whole(0, 100_000), _("Its place in lists, lowest first."))
CRITERIA = Member("criteria", Rule(), _("Who fulfils it: a document of the criteria language, null for nobody."))


def _translations(texts: Sequence[str]) -> Member:
    help_text = _("Its name and texts in further languages: language → text → words.")
    return Member("translations", Translated(texts), help_text)


def _long(name: str, help_text: str | Promise) -> Member:
    return Member(name, Text(lines=True), help_text)


PROGRAM = (
    Member("name", Text(120, needed=True), _("The vendor's name.")),
    Member("hub_name", Text(120, needed=True), _("What the portal is called.")),
    Member("time_zone", Zone(), _("Where the program's days begin and end.")),
    Member("fiscal_year_start_month", Whole(1, 12), _("The month in which the fiscal year begins.")),
    Member("currency", Currency(), _("The currency all amounts are compared in.")),
    Member("language", Code(), _("The language definitions are written in, such as `en`.")),
    Member("languages", Languages(), _("Further languages they are translated into, each with `code` and `name`.")),
    Member("applications_open", Flag(), _("Whether organisations may apply to become partners.")),
    Member("applications_welcome", Text(2000, lines=True), _("What stands above the application form.")),
    Member("applications_answer_hours", Whole(1, 1440), _("Within how many hours applicants are answered.")),
    Member("applications_final_days", Whole(1, 365), _("After how many days a refusal is final.")),
)

SECTIONS: tuple[Section, ...] = (
    Section(
        "rates",
        _("Exchange rates"),
        _("Fixed rates, in place of daily ones: what a unit of a currency is worth in the program's, from a day on."),
        (
            Member("currency", Currency(), _("The other currency."), needed=True),
            Member("starts_on", Day(), _("The first day on which the rate holds."), needed=True),
            Member("rate", Figure(18, 8, above=Decimal(0)), _("What one unit is worth."), needed=True),
        ),
        keys=("currency", "starts_on"),
        label="",
    ),
    Section(
        "regions",
        _("Regions"),
        _("The region tree. Regions may stand in any order."),
        (
            _key(40),
            _name(),
            Member("parent", Reference(), _("The key of the region above, null at the top.")),
            Member("countries", Countries(), _("The two letters of the countries that lie in it; each lies in one.")),
        ),
    ),
    Section(
        "attributes",
        _("Attributes"),
        _("What this program knows of partners beyond the profile. Criteria ask for them as `attributes.<key>`."),
        (
            _key(40, pattern=LOWER, says=LOWER_SAYS),
            Member("label", Text(120, needed=True), _("What people call it."), needed=True),
            Member("kind", OneOf(AttributeKind.values), _("What its values are; stays as it is."), needed=True),
            Member("choices", Texts(120, 50), _("What may be chosen, for the kinds with choices.")),
            Member("description", Text(300), _("What it means.")),
            Member("unit", Text(30), _("What numbers count.")),
            Member("partner_may_edit", Flag(), _("Whether partners may change it.")),
            Member("partner_may_see", Flag(), _("Whether partners may see it.")),
            POSITION,
        ),
        label="label",
    ),
    Section(
        "products",
        _("Products"),
        _("What is sold, as far as rules ask for products or their lines."),
        (_key(60), _name(200), Member("line", Text(80), _("The product line it belongs to."))),
    ),
    Section(
        "certifications",
        _("Certifications"),
        _("What people can be certified in, as far as rules ask for it."),
        (
            _key(60),
            _name(200),
            Member("level", OneOf(CertificationLevel.values), _("How deep the proven skill goes.")),
            Member("product_line", Text(80), _("The product line it is about.")),
            Member("valid_months", Whole(1, 600, nothing=True), _("For how many months it counts, null for ever.")),
        ),
    ),
    Section(
        "measures",
        _("Measures"),
        _("Named numbers. Criteria, metrics and other measures ask for them as the field `measure_<key>`."),
        (
            _key(40, pattern=LOWER, says=LOWER_SAYS),
            _name(),
            Member("description", Text(500), _("What the number says.")),
            Member("kind", OneOf(MeasureKind.values), _("How the number is shown.")),
            Member("unit", Text(30), _("What it counts.")),
            Member("places", Whole(0, 6), _("How many decimal places are shown.")),
            Member("partner_may_see", Flag(), _("Whether partners may see it.")),
            Member("formula", Rule("formula", nothing=False), _("How it is reckoned."), needed=True),
        ),
        texts=("formula",),
        rule="formula",
    ),
    Section(
        "categories",
        _("Categories"),
        _("What a partner can be in the program."),
        (
            _key(40),
            _name(),
            POSITION,
            CRITERIA,
            _long("meaning", _("The definition in plain words.")),
            _long("examples", _("Who is meant.")),
            _long("counter_examples", _("Who is not meant.")),
            _long("objective", _("What the category is for.")),
            _long("eligibility", _("Who may be in it, beyond the criteria.")),
            _long("requirements", _("What is asked, in words.")),
            _long("benefits", _("What partners get.")),
            _long("incentives", _("What pays off for them.")),
            _long("obligations", _("What partners owe.")),
            _long("training", _("What they learn.")),
            _long("co_selling", _("How vendor and partner sell together.")),
            _long("deal_terms", _("The terms of deal registration.")),
            _long("marketing_kit", _("What there is for their marketing.")),
            _long("contacts", _("Whom to ask.")),
            Member("review_interval_months", Whole(1, 120), _("After how many months members are looked at again.")),
            Member(
                "grace_days",
                Whole(0, 365, nothing=True),
                _("How long members stay once criteria cease to hold; null for as long as everywhere."),
            ),
            _translations(CATEGORY_TEXTS),
            Member(
                "owner",
                Reference(254),
                _("The e-mail address of who answers for it, null for nobody. Somebody unknown here is left out."),
            ),
        ),
        texts=("criteria", *CATEGORY_TEXTS, "review_interval_months", "grace_days", "translations"),
        rule="criteria",
    ),
    Section(
        "life_stages",
        _("Life stages"),
        _("Where partners are in their life with the vendor. The first by precedence whose criteria hold wins."),
        (
            _key(40),
            _name(),
            POSITION,
            Member("precedence", Whole(0, 100_000), _("The order of checking, lowest first.")),
            CRITERIA,
            _long("meaning", _("What the stage means.")),
            Member("next_step", Text(300), _("What helps partners in it.")),
            Member(
                "stuck_after_days",
                Whole(1, 3650, nothing=True),
                _("After how many days in it a partner is marked as stuck; null for never."),
            ),
            _translations(("meaning", "next_step")),
        ),
        texts=("criteria", "meaning", "next_step", "stuck_after_days", "translations"),
        rule="criteria",
    ),
    Section(
        "segments",
        _("Segments"),
        _("Partners picked for attention. Whom somebody picked by hand is no part of the program."),
        (
            _key(60),
            _name(),
            Member("description", Text(500), _("What the segment is for.")),
            Member("kind", OneOf(SegmentKind.values), _("By criteria, picked by hand, or both.")),
            CRITERIA,
        ),
        texts=("criteria",),
        rule="criteria",
    ),
    Section(
        "tracks",
        _("Tier tracks"),
        _("Ladders, each with its tiers."),
        (
            _key(40),
            _name(),
            Member("names", Names(), _("Its name in further languages: language → name.")),
            Member("category", Reference(), _("The key of the category it is for, null for every partner.")),
            Member("promotes", OneOf(Upward.values), _("Whether partners rise at once, at a review, or by approval.")),
            Member(
                "demotes", OneOf(Downward.values), _("Whether partners begin to fall at once, at a review, or never.")
            ),
            Member("grace_days", Whole(0, MOST_GRACE_DAYS), _("Days of grace before a partner falls.")),
            Member("notice_days", Wholes(0, MOST_GRACE_DAYS, 20), _("Days before the end of grace with a notice.")),
            Member("up_calendar", OneOf(CalendarKind.values), _("On which days reviews raise.")),
            Member("up_dates", DaysOfYear(), _("Those days, where they are fixed.")),
            Member("up_months", Whole(1, MOST_MONTHS), _("Every so many months of the fiscal year, where it is so.")),
            Member("down_calendar", OneOf(CalendarKind.values), _("On which days reviews lower.")),
            Member("down_dates", DaysOfYear(), _("Those days, where they are fixed.")),
            Member("down_months", Whole(1, MOST_MONTHS), _("Every so many months of the fiscal year, where it is so.")),
            Member("any_day_counts", Flag(), _("Whether at a review any day since the one before counts.")),
            Member("minimum_stay_months", Whole(0, MOST_MONTHS), _("Months for which a tier is kept at least.")),
            Member("most_rungs_up", Whole(1, 100, nothing=True), _("By how many tiers a review raises at most.")),
            Member("most_rungs_down", Whole(1, 100, nothing=True), _("By how many tiers a partner falls at most.")),
            Member("reviews_wait", Flag(), _("Whether somebody looks at a review before it is carried out.")),
            POSITION,
        ),
    ),
    Section(
        "tiers",
        _("Tiers"),
        _("The rungs of a ladder, the lowest first."),
        (
            _key(40),
            _name(),
            CRITERIA,
            _long("meaning", _("The definition in plain words.")),
            _long("benefits", _("What partners get.")),
            _translations(TIER_TEXTS),
        ),
        texts=("criteria", *TIER_TEXTS, "translations"),
        rule="criteria",
        within="tracks",
    ),
    Section(
        "overrides",
        _("Regional overrides"),
        _("What a category or tier says and asks otherwise in a region and below. Texts left empty are inherited."),
        (
            Member("kind", OneOf(OVERRIDDEN), _("What is overridden."), needed=True),
            Member("key", Reference(nothing=False), _("Its key; of a tier “track.tier”."), needed=True),
            Member("region", Reference(nothing=False), _("The key of the region."), needed=True),
            Member("own_criteria", Flag(), _("Whether it has criteria of its own; otherwise they are inherited.")),
            CRITERIA,
            *(
                _long(name, _("Its text here; of a tier there are only `meaning` and `benefits`."))
                for name in CATEGORY_TEXTS
            ),
            Member(
                "review_interval_months",
                Whole(1, 120, nothing=True),
                _("After how many months members are looked at again there; null for as everywhere."),
            ),
            Member(
                "grace_days",
                Whole(0, 365, nothing=True),
                _("How long members there stay once criteria cease to hold; null for as everywhere."),
            ),
            _translations(CATEGORY_TEXTS),
        ),
        keys=("kind", "key", "region"),
        label="",
        texts=("own_criteria", "criteria", *OVERRIDE_TEXTS, "translations"),
        rule="criteria",
    ),
    Section(
        "scorecards",
        _("Scorecards"),
        _("Metrics chosen for a purpose. The document says what is published, sections and metrics included."),
        (
            _key(60),
            _name(160),
            Member("purpose", Text(300), _("What it is for.")),
            Member("purpose_kind", OneOf(PurposeKind.values), _("The kind of that purpose.")),
            Member("is_main", Flag(), _("Whether it gives the score shown on home pages and dashboards; one does.")),
            Member("reach", OneOf(Reach.values), _("Everybody it applies to, or partners it was switched on for.")),
            Member("period", OneOf(Period.values), _("How long a score stands for.")),
            Member("sharing", OneOf(Sharing.values), _("What partners see of how they stand.")),
            Member("criteria", Rule(), _("Who it applies to: a criteria document, null for everybody.")),
            Member("stages", Texts(40, 50), _("The keys of the life stages it is proposed for.")),
            Member("amber_from", Whole(1, 99), _("The score from which the zone is amber; below it is red.")),
            Member("green_from", Whole(2, 100), _("The score from which the zone is green.")),
            Member(
                "peers",
                Text(80, needed=True),
                _("With whom partners are compared: stage, everybody, country, region, category, or `tier:<track>`."),
            ),
        ),
        rule="criteria",
        without=_("everybody"),
    ),
    Section(
        "sections",
        _("Sections of scorecards"),
        _("Groups of metrics with a score of their own; new ones are added at the end of the scorecard."),
        (_key(60), _name(160), Member("description", Text(300), _("What it is about."))),
        within="scorecards",
    ),
    Section(
        "metrics",
        _("Metrics"),
        _("What is measured or asked of every partner; new ones are added at the end of the section."),
        (
            _key(60),
            _name(160),
            Member("description", Text(300), _("What it says.")),
            Member("best_practice", Text(300), _("What the best do.")),
            Member("advice", Text(300), _("What helps where it is low.")),
            Member("asked_of", OneOf(AskedOf.values), _("Who answers it; nobody where it is measured.")),
            Member("expression", Rule("operand"), _("The number measured, null where it is answered.")),
            Member("anchors", Texts(300, LEVELS), _("What each of the five levels of an answer means.")),
            Member("unit", Text(30), _("What the number counts.")),
            Member("timing", OneOf(MetricTiming.values), _("Whether it foretells or confirms.")),
            Member("direction", OneOf(Direction.values), _("Whether more or less is better.")),
            Member("floor", Figure(18, 4), _("The number that earns no points; 1 where it is answered.")),
            Member("target", Figure(18, 4), _("The number that earns 100 points; 5 where it is answered.")),
            Member("weight", Whole(1, 1000), _("How much it counts among the others.")),
            Member("half_life_days", Whole(1, 3650, nothing=True), _("In how many days points halve; null: never.")),
            Member("benchmark_kind", OneOf(BenchmarkKind.values), _("What a figure is compared with.")),
            Member("benchmark_value", Figure(18, 4, nothing=True), _("The fixed value to compare with.")),
            Member("benchmark_percentile", Whole(1, 99, nothing=True), _("The percentile of peers to compare with.")),
        ),
        rule="expression",
        within="sections",
        without=_("an answer"),
    ),
    Section(
        "plays",
        _("Plays"),
        _("What closes gaps. Those that give content or a journey are left out: these are no part of a document."),
        (
            _name(160),
            Member("objective", Text(300, needed=True), _("What is different when it has worked."), needed=True),
            _long("partner_does", _("What the partner does.")),
            _long("vendor_does", _("What the vendor does; partners do not read it.")),
            Member("kind", OneOf(PLAY_KINDS), _("What it consists of.")),
            Member("certification", Reference(), _("The key of the certification, for plays of that kind.")),
            Member("effort", Whole(1, 32_000, nothing=True), _("How much work it is, null where nobody said.")),
            Member("effort_unit", OneOf(EffortUnit.values), _("What effort is counted in.")),
            Member("metric_keys", Keys(60), _("The keys of the metrics it moves; by them it is proposed.")),
            Member("measure_keys", Keys(60), _("The keys of the measures it moves.")),
            Member("position", Whole(0, 32_000), _("Its place where nothing else decides, lowest first.")),
            Member("outcome_days", Whole(1, 32_000), _("After how many days its outcome is looked at.")),
        ),
        keys=("name",),
    ),
    Section(
        "questions",
        _("Questions to applicants"),
        _("The application form: what organisations are asked that want to become partners."),
        (
            _key(60),
            Member("text", Text(200, needed=True), _("What is asked."), needed=True),
            Member("help_text", Text(300), _("What helps to answer it.")),
            Member(
                "goes_to",
                OneOf(AnswerGoesTo.values),
                _("Where the answer is kept: for the review only, or for good."),
                needed=True,
            ),
            Member("profile_field", Reference(40), _("The field of the profile that it fills, null for none.")),
            Member("attribute", Reference(40), _("The key of the attribute that it fills, null for none.")),
            Member("kind", Reference(12), _("What its answers are, for answers that go nowhere; else null.")),
            Member("choices", Texts(120, 50), _("What may be chosen.")),
            Member("categories", Keys(100), _("The keys of the categories it is asked for; empty for everybody.")),
            Member("is_required", Flag(), _("Whether it has to be answered.")),
            POSITION,
        ),
        label="text",
    ),
    Section(
        "planned",
        _("Planned publications"),
        _("What a category, tier or life stage is to say from a day on. Texts left out are as they are published."),
        (
            Member("kind", OneOf(tuple(PLANNED_KINDS)), _("What is planned."), needed=True),
            Member("key", Reference(nothing=False), _("Its key; of a tier “track.tier”."), needed=True),
            Member("publish_on", Day(), _("The first day on which it holds; it lies ahead."), needed=True),
            Member("tell_ahead_days", Whole(1, 180, nothing=True), _("How many days ahead partners are told.")),
            Member("note", Text(500), _("What changes, and why.")),
            CRITERIA,
            *(_long(name, _("Its text then, as far as definitions of its kind have it.")) for name in CATEGORY_TEXTS),
            Member("review_interval_months", Whole(1, 120), _("Of a category: months between reviews.")),
            Member("grace_days", Whole(0, 365, nothing=True), _("Of a category: days of grace.")),
            Member("next_step", Text(300), _("Of a life stage: what helps partners in it.")),
            Member("stuck_after_days", Whole(1, 3650, nothing=True), _("Of a life stage: when partners are stuck.")),
            _translations((*CATEGORY_TEXTS, "next_step")),
        ),
        keys=("kind", "key"),
        label="",
        rule="criteria",
    ),
)

BY_NAME = {section.name: section for section in SECTIONS}


def nested_in(section: Section) -> Section | None:
    """Return the section whose entries stand inside those of another, if there is one."""
    return next((one for one in SECTIONS if one.within == section.name), None)


def titles() -> dict[str, str | Promise]:
    """Return the titles of the sections by name, that of the program's settings first."""
    return {"program": _("Program"), **{section.name: section.title for section in SECTIONS}}
