"""What criteria may ask about certifications, activity and journeys."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from criteria.fields import Choice, Collection, Field, Join, Kind, registry
from enablement.models import ActivityKind, Certification, CertificationLevel, EnrollmentState, Journey, Specialization
from partners.queries.groups import COMPANIES

ENABLEMENT = _("Enablement")
VALID = (
    "(held.expires_on IS NULL OR held.expires_on > %(today)s) AND held.earned_on <= %(today)s"
    " AND (certification.credit_until_on IS NULL OR certification.credit_until_on > %(today)s)"
)


def _certifications() -> Sequence[Choice]:
    return [Choice(one.key, one.name, one.pk) for one in Certification.objects.order_by("name")]


def _journeys() -> Sequence[Choice]:
    return [Choice(one.key, one.name, one.pk) for one in Journey.objects.order_by("name")]


def _levels() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in CertificationLevel.choices]


def _kinds() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in ActivityKind.choices]


def _states() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in EnrollmentState.choices]


CERTIFICATIONS = Collection(
    key="certifications",
    label=_("Certifications"),
    description=_("Certifications held by people who work at the partner now, and by the partner itself."),
    source="enablement_heldcertification held"
    " JOIN enablement_certification certification ON certification.id = held.certification_id"
    " LEFT JOIN partners_person person ON person.id = held.person_id",
    partner_id="held.partner_id",
    record_id="held.id",
    name="COALESCE(person.name || ': ', '') || certification.name",
    day="earned_on",
    always="(held.for_company OR person.left_at IS NULL) AND held.revoked_at IS NULL",
    fields=(
        Field(
            "certification",
            _("Certification"),
            Kind.CHOICE,
            "certification.id",
            description=_("Which certification it is."),
            example="cloud-architect",
            choices=_certifications,
        ),
        Field(
            "level",
            _("Level"),
            Kind.CHOICE,
            "certification.level",
            description=_("How deep the proven skill goes."),
            example="professional",
            choices=_levels,
        ),
        Field(
            "product_line",
            _("Product line"),
            Kind.TEXT,
            "certification.product_line",
            description=_("The product line the certification is about."),
            example="Cloud",
        ),
        Field(
            "valid",
            _("Valid today"),
            Kind.YES_NO,
            VALID,
            description=_("Earned, not expired, and not of a certification whose credit has ended."),
            example="yes",
            from_clock=True,
        ),
        Field(
            "of_company",
            _("Held by the company"),
            Kind.YES_NO,
            "held.for_company",
            description=_("Whether it counts for the company, whoever works there, instead of for a person."),
            example="no",
        ),
        Field(
            "earned_on",
            _("Earned on"),
            Kind.DATE,
            "held.earned_on",
            description=_("The day the person earned it."),
            example="2026-03-01",
        ),
        Field(
            "expires_on",
            _("Expires on"),
            Kind.DATE,
            "held.expires_on",
            description=_("The first day on which it no longer counts; empty when it never expires."),
            example="2028-03-01",
        ),
        Field(
            "person",
            _("Person"),
            Kind.NUMBER,
            "person.id",
            description=_("Who holds it. Counting distinct persons tells how many people are certified."),
            example="12",
            plural=_("People"),
        ),
    ),
)

ACTIVITY = Collection(
    key="activity",
    label=_("Activity"),
    description=_("What the partner's people did in the portal, by day."),
    source="enablement_activity activity LEFT JOIN enablement_asset asset ON asset.id = activity.asset_id",
    partner_id="activity.partner_id",
    record_id="activity.id",
    name="activity.kind || COALESCE(': ' || asset.title, '')",
    day="day",
    fields=(
        Field(
            "kind",
            _("What was done"),
            Kind.CHOICE,
            "activity.kind",
            description=_("Signing in, viewing or downloading content, or completing a journey step."),
            example="download",
            choices=_kinds,
        ),
        Field(
            "times",
            _("Times"),
            Kind.NUMBER,
            "activity.times",
            description=_("How often on that day."),
            example="3",
        ),
        Field(
            "day",
            _("Day"),
            Kind.DATE,
            "activity.day",
            description=_(
                "The day, in the program's time zone. Counting distinct days tells on how many days they came."
            ),
            example="2026-03-01",
            plural=_("Days"),
        ),
        Field(
            "person",
            _("Person"),
            Kind.NUMBER,
            "activity.person_id",
            description=_("Who did it. Counting distinct persons tells how many people are active."),
            example="12",
            plural=_("People"),
        ),
    ),
)

JOURNEYS = Collection(
    key="journeys",
    label=_("Journeys"),
    description=_("Journeys the partner began."),
    source="enablement_enrollment enrollment JOIN enablement_journey journey ON journey.id = enrollment.journey_id",
    partner_id="enrollment.partner_id",
    record_id="enrollment.id",
    name="journey.name",
    day="started_at",
    fields=(
        Field(
            "journey",
            _("Journey"),
            Kind.CHOICE,
            "journey.id",
            description=_("Which journey it is."),
            example="onboarding",
            choices=_journeys,
        ),
        Field(
            "state",
            _("State"),
            Kind.CHOICE,
            "enrollment.state",
            description=_("Under way, completed or stopped."),
            example="completed",
            choices=_states,
        ),
        Field(
            "started_at",
            _("Began"),
            Kind.MOMENT,
            "enrollment.started_at",
            description=_("When the partner began it."),
            example="2026-03-01",
        ),
        Field(
            "completed_at",
            _("Completed"),
            Kind.MOMENT,
            "enrollment.completed_at",
            description=_("When the last step was done; empty while it is under way."),
            example="2026-03-20",
        ),
    ),
)

GROUP_CERTIFICATIONS = replace(
    CERTIFICATIONS,
    key="group_certifications",
    label=_("Certifications of the whole group"),
    description=_("Certifications held by people of the partner and of all organisations below it."),
    source=f"{CERTIFICATIONS.source} JOIN {COMPANIES} ON company.member_id = held.partner_id",
    partner_id="company.top_id",
    partner_may_see=False,
)

registry.add_collections(CERTIFICATIONS, GROUP_CERTIFICATIONS, ACTIVITY, JOURNEYS)
registry.add_joins(
    Join(
        "last_activity",
        "LEFT JOIN (SELECT activity.partner_id, max(activity.day) AS day FROM enablement_activity activity"
        " WHERE {scope:activity.partner_id} GROUP BY activity.partner_id) last_activity"
        " ON last_activity.partner_id = p.id",
    )
)
registry.add_fields(
    Field(
        "last_activity_on",
        _("Last activity"),
        Kind.DATE,
        "last_activity.day",
        join="last_activity",
        group=ENABLEMENT,
        description=_("The last day on which somebody of the partner did anything in the portal."),
        example="2026-03-01",
    )
)


def _specializations() -> Sequence[Choice]:
    return [Choice(one.key, one.name, one.pk) for one in Specialization.objects.order_by("position", "name")]


registry.add_joins(
    Join(
        "specialized",
        "LEFT JOIN (SELECT held.partner_id, array_agg(held.specialization_id) AS ids"
        " FROM enablement_heldspecialization held"
        " WHERE held.ends_at IS NULL AND held.state = 'active' AND {scope:held.partner_id}"
        " GROUP BY held.partner_id) specialized ON specialized.partner_id = p.id",
    )
)
registry.add_fields(
    Field(
        "specializations",
        _("Specializations"),
        Kind.MULTI,
        "specialized.ids",
        join="specialized",
        choices=_specializations,
        description=_("Proven expertise the partner holds now."),
        example="cloud-migration",
        group=ENABLEMENT,
    )
)
