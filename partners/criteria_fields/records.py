"""What criteria may ask about a partner's profile, people and channel account manager, and the program's attributes."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import VendorRole
from core.money import program_currency
from criteria.fields import Choice, Collection, Field, Join, Kind, registry
from partners.models import AttributeDefinition, AttributeKind, JobFunction, PartnerStatus, Region
from partners.queries import attributes as attribute_queries

PROFILE = _("Profile")
OFFER = _("What they do")
RELATIONSHIP = _("Relationship")
ATTRIBUTES = _("Your own attributes")


def _enum(values: Iterable[tuple[str, object]]) -> Callable[[], Sequence[Choice]]:
    choices = [Choice(value, label) for value, label in values]
    return lambda: choices


def _regions() -> Sequence[Choice]:
    return [Choice(one.key, one.name, one.pk) for one in Region.objects.order_by("path")]


def _managers() -> Sequence[Choice]:
    users = User.objects.filter(role__in=VendorRole.values).order_by("name", "id")
    return [Choice(str(one.public_id), one.name, one.pk) for one in users]


def _since(key: str) -> str:
    """Return the moment a column last changed, as the database notes it; empty when it never did since it was made."""
    return f"((p.changed_at->>'{key}')::timestamptz)"


registry.add_joins(
    Join("region", "LEFT JOIN partners_region region ON region.id = p.region_id"),
    Join(
        "assignment",
        "LEFT JOIN partners_assignment assignment ON assignment.partner_id = p.id AND assignment.ends_at IS NULL",
    ),
    Join(
        "people",
        "LEFT JOIN (SELECT partner_id, count(*) AS people, count(*) FILTER (WHERE user_id IS NOT NULL) AS users"
        " FROM partners_person WHERE left_at IS NULL AND {scope:partner_id} GROUP BY partner_id) people"
        " ON people.partner_id = p.id",
    ),
)

registry.add_fields(
    Field(
        "name", _("Name"), Kind.TEXT, "p.name",
        description=_("The name the partner goes by."), example="Pinewood", group=PROFILE, changed=_since("name"),
    ),
    Field(
        "status", _("Status"), Kind.CHOICE, "p.status",
        description=_("Whether the organisation is with us."), example="active", group=PROFILE,
        choices=_enum(PartnerStatus.choices), changed=_since("status"),
    ),
    Field(
        "country", _("Country"), Kind.TEXT, "p.country",
        description=_("Two letters, ISO 3166, of the head office."), example="DE", group=PROFILE,
        changed=_since("country"),
    ),
    Field(
        "region", _("Region"), Kind.MULTI, "region.path",
        description=_("The sales region or any region above it: a partner in Bavaria is in Germany too."),
        example="emea", group=PROFILE, join="region", choices=_regions, changed=_since("region_id"),
    ),
    Field(
        "city", _("City"), Kind.TEXT, "p.city",
        description=_("The city of the head office."), example="Hamburg", group=PROFILE, changed=_since("city"),
    ),
    Field(
        "location", _("Place on the map"), Kind.PLACE, "point(p.longitude, p.latitude)",
        description=_("Where the head office is, to ask how far it is from somewhere."), example="48.1374, 11.5755",
        group=PROFILE, changed=f"greatest({_since('latitude')}, {_since('longitude')})",
    ),
    Field(
        "domain", _("Domain"), Kind.TEXT, "p.domain",
        description=_("The domain of the partner's e-mail and web site."), example="pinewood.example", group=PROFILE,
        changed=_since("domain"),
    ),
    Field(
        "employees", _("Employees"), Kind.NUMBER, "p.employees",
        description=_("How many people work there."), example="120", unit=_("people"), group=PROFILE,
        changed=_since("employees"),
    ),
    Field(
        "annual_revenue", _("Annual revenue"), Kind.MONEY, "p.annual_revenue",
        description=_("What the partner sells in a year, in the program's currency."), example="5000000",
        unit=program_currency, group=PROFILE, changed=_since("annual_revenue"),
    ),
    Field(
        "founded_year", _("Founded in"), Kind.NUMBER, "p.founded_year",
        description=_("The year the organisation was founded."), example="2009", group=PROFILE,
        changed=_since("founded_year"),
    ),
    Field(
        "industries", _("Industries"), Kind.MULTI, "p.industries",
        description=_("Industries the partner sells to."), example="Healthcare", group=OFFER,
        changed=_since("industries"),
    ),
    Field(
        "languages", _("Languages"), Kind.MULTI, "p.languages",
        description=_("Languages the partner works in."), example="de", group=OFFER, changed=_since("languages"),
    ),
    Field(
        "selling_motions", _("Selling motions"), Kind.MULTI, "p.selling_motions",
        description=_("How the partner sells, such as resale or referral."), example="Resale", group=OFFER,
        changed=_since("selling_motions"),
    ),
    Field(
        "capabilities", _("Capabilities"), Kind.MULTI, "p.capabilities",
        description=_("What the partner can do for customers."), example="Implementation", group=OFFER,
        changed=_since("capabilities"),
    ),
    Field(
        "product_lines", _("Product lines"), Kind.MULTI, "p.product_lines",
        description=_("Product lines the partner works with."), example="Cloud", group=OFFER,
        changed=_since("product_lines"),
    ),
    Field(
        "target_markets", _("Target markets"), Kind.MULTI, "p.target_markets",
        description=_("Markets the partner addresses."), example="Mid-market", group=OFFER,
        changed=_since("target_markets"),
    ),
    Field(
        "business_units", _("Business units"), Kind.MULTI, "p.business_units",
        description=_("Parts of the organisation that work with us."), example="Public sector", group=OFFER,
        changed=_since("business_units"),
    ),
    Field(
        "locations", _("Other locations"), Kind.MULTI, "p.locations",
        description=_("Further places where the partner has people."), example="Hamburg", group=PROFILE,
        changed=_since("locations"),
    ),
    Field(
        "resources", _("Resources"), Kind.MULTI, "p.resources",
        description=_("What the partner has to work with."), example="Demo lab", group=OFFER,
        changed=_since("resources"),
    ),
    Field(
        "joined_on", _("Partner since"), Kind.DATE, "p.joined_on",
        description=_("The day the partnership began."), example="2025-06-01", group=RELATIONSHIP,
        changed=_since("joined_on"),
    ),
    Field(
        "days_since_joined", _("Days since joining"), Kind.NUMBER, "(%(today)s - p.joined_on)",
        description=_("Days since the partnership began."), example="90", unit=_("days"), group=RELATIONSHIP,
        from_clock=True,
    ),
    Field(
        "last_active_at", _("Last active"), Kind.MOMENT, "p.last_active_at",
        description=_("When somebody at the partner last did something here."), example="2026-02-01",
        group=RELATIONSHIP, changed=_since("last_active_at"),
    ),
    Field(
        "days_since_active", _("Days since last active"), Kind.NUMBER,
        "(%(today)s - (p.last_active_at AT TIME ZONE %(zone)s)::date)",
        description=_("Days since somebody at the partner last did something here."), example="30", unit=_("days"),
        group=RELATIONSHIP, from_clock=True,
    ),
    Field(
        "has_cam", _("Has a channel account manager"), Kind.YES_NO, "(assignment.id IS NOT NULL)",
        description=_("Whether somebody at the vendor looks after the partner."), example="yes", group=RELATIONSHIP,
        join="assignment",
    ),
    Field(
        "cam", _("Channel account manager"), Kind.CHOICE, "assignment.user_id",
        description=_("Who at the vendor looks after the partner."), example="Vera Vance", group=RELATIONSHIP,
        join="assignment", choices=_managers, partner_may_see=False,
    ),
    Field(
        "has_parent", _("Belongs to another organisation"), Kind.YES_NO, "(p.parent_id IS NOT NULL)",
        description=_("Whether the organisation stands below another partner."), example="no", group=RELATIONSHIP,
        changed=_since("parent_id"),
    ),
    Field(
        "people_count", _("People"), Kind.NUMBER, "coalesce(people.people, 0)",
        description=_("How many people of the partner we know."), example="5", unit=_("people"), group=RELATIONSHIP,
        join="people",
    ),
    Field(
        "users_count", _("People who may sign in"), Kind.NUMBER, "coalesce(people.users, 0)",
        description=_("How many people of the partner were invited to this portal."), example="3", unit=_("people"),
        group=RELATIONSHIP, join="people",
    ),
)  # fmt: skip

registry.add_collections(
    Collection(
        key="people",
        label=_("People"),
        description=_("Those who work at the partner now."),
        source="partners_person person",
        partner_id="person.partner_id",
        record_id="person.id",
        name="person.name",
        day="added_at",
        always="person.left_at IS NULL",
        fields=(
            Field(
                "job_function", _("Job function"), Kind.CHOICE, "person.job_function",
                description=_("What the person does there."), example="sales", choices=_enum(JobFunction.choices),
            ),
            Field(
                "job_title", _("Job title"), Kind.TEXT, "person.job_title",
                description=_("The person's title."), example="Sales engineer",
            ),
            Field(
                "language", _("Language"), Kind.TEXT, "person.language",
                description=_("The language the person prefers."), example="de",
            ),
            Field(
                "is_admin", _("Is partner admin"), Kind.YES_NO, "person.is_admin",
                description=_("Whether the person manages the partner's people and profile."), example="yes",
            ),
            Field(
                "may_sign_in", _("May sign in"), Kind.YES_NO, "(person.user_id IS NOT NULL)",
                description=_("Whether the person was invited to this portal."), example="yes",
            ),
            Field(
                "added_at", _("Added"), Kind.MOMENT, "person.created_at",
                description=_("When we came to know the person."), example="2026-01-15",
            ),
        ),
    )
)  # fmt: skip


def _attribute(definition: AttributeDefinition) -> Field:
    """Return the field of an attribute. Its key was checked to be plain letters, digits and underscores."""
    value = f"(p.attributes->>'{definition.key}')"
    kind, sql = {
        AttributeKind.TEXT: (Kind.TEXT, value),
        AttributeKind.NUMBER: (Kind.NUMBER, f"{value}::numeric"),
        AttributeKind.CHOICE: (Kind.CHOICE, value),
        AttributeKind.MULTI_CHOICE: (
            Kind.MULTI,
            f"ARRAY(SELECT jsonb_array_elements_text(p.attributes->'{definition.key}'))",
        ),
        AttributeKind.DATE: (Kind.DATE, f"{value}::date"),
        AttributeKind.YES_NO: (Kind.YES_NO, f"{value}::boolean"),
    }[AttributeKind(definition.kind)]
    return Field(
        f"{attribute_queries.FIELD_PREFIX}{definition.key}", definition.label, kind, sql,
        description=definition.description or definition.label, example=_example(definition), unit=definition.unit,
        group=ATTRIBUTES, choices=_enum((one, one) for one in definition.choices),
        partner_may_see=definition.partner_may_see, changed=_since(f"attribute.{definition.key}"),
    )  # fmt: skip


def _example(definition: AttributeDefinition) -> str:
    plain = {AttributeKind.NUMBER: "10", AttributeKind.DATE: "2026-06-30", AttributeKind.YES_NO: "yes"}
    return definition.choices[0] if definition.choices else plain.get(AttributeKind(definition.kind), "…")


def attributes() -> Iterable[Field]:
    """Return the fields of the program's own attributes, as they stand now."""
    return [_attribute(one) for one in attribute_queries.live()]


registry.add_provider(attributes)
