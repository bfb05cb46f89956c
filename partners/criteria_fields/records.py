"""What criteria may ask about a partner's profile, people and channel account manager, and the program's attributes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import VendorRole
from core.money import program_currency
from criteria.fields import Choice, Collection, Field, Join, Kind, no_choices, registry
from partners.models import AttributeDefinition, AttributeKind, JobFunction, PartnerStatus, Region
from partners.profile_fields import PROFILE_FIELDS, Group, ProfileField, Shape
from partners.queries import attributes as attribute_queries
from partners.queries.groups import COMPANIES

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
        "companies",
        "LEFT JOIN (SELECT top_id, count(*) AS below FROM partners_grouplink WHERE {scope:top_id} GROUP BY top_id)"
        " companies ON companies.top_id = p.id",
    ),
    Join(
        "people",
        "LEFT JOIN (SELECT partner_id, count(*) AS people, count(*) FILTER (WHERE user_id IS NOT NULL) AS users"
        " FROM partners_person WHERE left_at IS NULL AND {scope:partner_id} GROUP BY partner_id) people"
        " ON people.partner_id = p.id",
    ),
)

#: What fields of the profile are in criteria. A region is asked by its way down the tree.
KINDS = {
    **dict.fromkeys((Shape.TEXT, Shape.COUNTRY, Shape.DOMAIN), Kind.TEXT),
    **dict.fromkeys((Shape.LIST, Shape.LANGUAGES, Shape.REGION), Kind.MULTI),
    Shape.WHOLE: Kind.NUMBER,
    Shape.MONEY: Kind.MONEY,
    Shape.DAY: Kind.DATE,
    Shape.STATUS: Kind.CHOICE,
}
GROUPS = {Group.WHO: PROFILE, Group.WHERE: PROFILE, Group.ORGANISATION: PROFILE, Group.OFFER: OFFER}
CHOICES = {Shape.STATUS: _enum(PartnerStatus.choices), Shape.REGION: _regions}


def _profile_field(one: ProfileField) -> Field:
    """Return what criteria may ask about a field of the profile."""
    is_region = one.shape is Shape.REGION
    return Field(
        one.name, one.label, KINDS[one.shape], "region.path" if is_region else f"p.{one.name}",
        description=one.description, example=one.example, group=GROUPS[one.group],
        unit=program_currency if one.shape is Shape.MONEY else one.unit,
        join="region" if is_region else "", choices=CHOICES.get(one.shape, no_choices),
        changed=_since("region_id" if is_region else one.name),
    )  # fmt: skip


registry.add_fields(*(_profile_field(one) for one in PROFILE_FIELDS if one.example))
registry.add_fields(
    Field(
        "location", _("Place on the map"), Kind.PLACE, "point(p.longitude, p.latitude)",
        description=_("Where the head office is, to ask how far it is from somewhere."), example="48.1374, 11.5755",
        group=PROFILE, changed=f"greatest({_since('latitude')}, {_since('longitude')})",
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
        "group_companies", _("Organisations in the group"), Kind.NUMBER, "(1 + coalesce(companies.below, 0))",
        description=_("The organisation itself and all below it, at any depth."), example="3",
        unit=_("organisations"), group=RELATIONSHIP, join="companies", partner_may_see=False,
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

PEOPLE = Collection(
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
)  # fmt: skip

registry.add_collections(
    PEOPLE,
    replace(
        PEOPLE,
        key="group_people",
        label=_("People of the whole group"),
        description=_("Those who work at the partner, or at an organisation below it, now."),
        source=f"partners_person person JOIN {COMPANIES} ON company.member_id = person.partner_id",
        partner_id="company.top_id",
        partner_may_see=False,
    ),
)


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
