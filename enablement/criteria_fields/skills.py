"""What criteria may ask about skills of people and ways of working."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from criteria.fields import Choice, Collection, Field, Kind, registry
from enablement.criteria_fields.learning import PERSON
from enablement.models import Adopted, Process, Skill, SkillSource

#: What is said and what is proven, one below the other. A certificate proves until it lapses; a course for as long as
#: the skill says.
HELD = """(
    SELECT held.id::text AS id, held.person_id, held.skill_id, held.level, held.source, held.since_on, held.expires_on
    FROM enablement_heldskill held WHERE held.ended_at IS NULL
    UNION ALL
    SELECT 'certificate-' || certificate.id || '-' || evidence.id, certificate.person_id, evidence.skill_id,
        evidence.level, 'proven', certificate.earned_on, LEAST(certificate.expires_on, certification.credit_until_on)
    FROM enablement_heldcertification certificate
    JOIN enablement_certification certification ON certification.id = certificate.certification_id
    JOIN enablement_skillevidence evidence ON evidence.certification_id = certificate.certification_id
    WHERE certificate.revoked_at IS NULL AND certificate.person_id IS NOT NULL
    UNION ALL
    SELECT 'course-' || progress.id || '-' || evidence.id, progress.person_id, evidence.skill_id, evidence.level,
        'proven', (progress.completed_at AT TIME ZONE %(zone)s)::date,
        ((progress.completed_at AT TIME ZONE %(zone)s)::date + make_interval(months => taught.valid_months))::date
    FROM enablement_courseprogress progress
    JOIN enablement_skillevidence evidence ON evidence.course_id = progress.course_id
    JOIN enablement_skill taught ON taught.id = evidence.skill_id
    WHERE progress.completed_at IS NOT NULL
) holding"""


def _skills() -> Sequence[Choice]:
    rows = Skill.objects.filter(published_at__isnull=False).order_by("area", "name")
    return [Choice(one.key, one.name, one.pk) for one in rows]


def _processes() -> Sequence[Choice]:
    rows = Process.objects.filter(published_at__isnull=False, rule=None).order_by("name")
    return [Choice(one.key, one.name, one.pk) for one in rows]


def _sources() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in SkillSource.choices]


def _said_by() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in SkillSource.choices if value != SkillSource.PROVEN]


def _states() -> Sequence[Choice]:
    return [Choice(value, label) for value, label in Adopted.choices]


SKILLS = Collection(
    key="skills",
    label=_("Skills"),
    description=_("Skills of people who work at the partner now: told, confirmed and proven, each for itself."),
    source=f"{HELD} JOIN enablement_skill skill ON skill.id = holding.skill_id"
    " JOIN partners_person person ON person.id = holding.person_id",
    partner_id="person.partner_id",
    record_id="holding.id",
    name="person.name || ': ' || skill.name",
    day="since_on",
    always="person.left_at IS NULL",
    fields=(
        Field(
            "skill",
            _("Skill"),
            Kind.CHOICE,
            "skill.id",
            description=_("Which skill it is."),
            example="backup-design",
            choices=_skills,
        ),
        Field(
            "level",
            _("Level"),
            Kind.NUMBER,
            "holding.level",
            description=_("How well: 1 aware, 2 working, 3 proficient, 4 expert."),
            example="3",
        ),
        Field(
            "source",
            _("Who says so"),
            Kind.CHOICE,
            "holding.source",
            description=_("Told by the partner, confirmed by the vendor, or proven by a course or certificate."),
            example="confirmed",
            choices=_sources,
        ),
        Field(
            "counts",
            _("Counts today"),
            Kind.YES_NO,
            "(holding.expires_on IS NULL OR holding.expires_on > %(today)s) AND holding.since_on <= %(today)s",
            description=_("Whether it has begun and its validity has not ended."),
            example="yes",
            from_clock=True,
        ),
        Field(
            "since_on",
            _("Since"),
            Kind.DATE,
            "holding.since_on",
            description=_("Since when the person has it."),
            example="2026-03-01",
        ),
        Field(
            "expires_on",
            _("Counts until"),
            Kind.DATE,
            "holding.expires_on",
            description=_("The first day on which it no longer counts; empty when it never ends."),
            example="2028-03-01",
        ),
        PERSON,
    ),
)

PROCESSES = Collection(
    key="processes",
    label=_("Ways of working"),
    description=_("How far the partner is with ways of working, as told and confirmed; figures are segments."),
    source="enablement_adoption adoption JOIN enablement_process process ON process.id = adoption.process_id",
    partner_id="adoption.partner_id",
    record_id="adoption.id",
    name="process.name",
    day="since_on",
    always="adoption.ended_at IS NULL",
    fields=(
        Field(
            "process",
            _("Way of working"),
            Kind.CHOICE,
            "process.id",
            description=_("Which one it is."),
            example="joint-planning",
            choices=_processes,
        ),
        Field(
            "state",
            _("How far"),
            Kind.CHOICE,
            "adoption.state",
            description=_("Not started, partly or adopted."),
            example="adopted",
            choices=_states,
        ),
        Field(
            "source",
            _("Who says so"),
            Kind.CHOICE,
            "adoption.source",
            description=_("Told by the partner, or confirmed by the vendor."),
            example="confirmed",
            choices=_said_by,
        ),
        Field(
            "since_on",
            _("Since"),
            Kind.DATE,
            "adoption.since_on",
            description=_("Since when."),
            example="2026-03-01",
        ),
    ),
)

registry.add_collections(SKILLS, PROCESSES)
