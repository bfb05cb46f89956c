"""What is known of a partner, read from the objects by hand: the ground of the second opinion in `evaluator`.

Nothing here looks at the catalog's SQL. A new field or collection of the catalog goes in here and in `kinds`; a test
tells which.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from partners.models import Partner, Person, Tier
from tests.segmentation.kinds import ATTRIBUTES, COLUMNS_OF, DAY, LISTS, MULTI, NUMBER

Record = Mapping[str, Any]


def facts_of(partner: Partner, *, today: date, zone: ZoneInfo) -> Record:
    """Return a partner's fields by key; moments stay moments, and what is not known is None."""
    people = people_of(partner)
    held = [one.category.key for one in partner.memberships.all() if holds(one)]
    main = [one.category.key for one in partner.memberships.all() if holds(one) and one.is_primary]
    cams = [one.user for one in partner.assignments.all() if one.ends_at is None]
    since = stage_since(partner)
    return {
        "name": partner.name,
        "domain": partner.domain,
        "country": partner.country,
        "city": partner.city,
        "location": None if partner.latitude is None else (partner.latitude, partner.longitude),
        "status": partner.status,
        "region": _region(partner),
        **{key: getattr(partner, key) for key in LISTS},
        "employees": partner.employees,
        "annual_revenue": partner.annual_revenue,
        "founded_year": partner.founded_year,
        "joined_on": partner.joined_on,
        "days_since_joined": (today - partner.joined_on).days if partner.joined_on else None,
        "last_active_at": partner.last_active_at,
        "days_since_active": _days_since(partner.last_active_at, today, zone),
        "last_activity_on": max((one.day for one in partner.activities.all()), default=None),
        "has_cam": bool(cams),
        "cam": str(cams[0].public_id) if cams else None,
        "has_parent": partner.parent_id is not None,
        "group_companies": len(companies_of(partner)),
        "people_count": len(people),
        "users_count": sum(person.user_id is not None for person in people),
        "categories": held or None,
        "primary_category": main[0] if main else None,
        "tiers": _tiers(partner),
        "tiers_in_grace": [
            _tier_key(one.tier) for one in partner.tier_holdings.all() if one.ends_at is None and one.state == "grace"
        ]
        or None,
        "tier_invitations": [_tier_key(one.tier) for one in partner.tier_invitations.all() if one.ends_at is None]
        or None,
        "score": next(
            (one.value for one in partner.scores.all() if one.is_current and one.scorecard.is_main), None
        ),
        "days_in_stage": _days_since(since, today, zone),
        "agreements.valid": _agreements(partner, today) or None,
        "days_since_touch": _days_since(
            max((one.happened_at for one in partner.touches.all()), default=None), today, zone
        ),
        "specializations": [
            one.specialization.key
            for one in partner.specializations.all()
            if one.ends_at is None and one.state == "active"
        ]
        or None,
        **_readiness(partner),
        **{f"attributes.{key}": _attribute(partner, key, kind) for key, kind in ATTRIBUTES.items()},
    }  # fmt: skip


def changed_at(partner: Partner, field: str) -> datetime | None:
    """Return the moment since which a field of a partner holds its value; None when it did from the beginning."""
    moments = [partner.changed_at.get(column) for column in COLUMNS_OF.get(field, (field,))]
    return max((datetime.fromisoformat(one) for one in moments if one), default=None)


def records_of(name: str, partner: Partner, *, today: date, zone: ZoneInfo) -> list[Record]:
    """Return the records of a collection that belong to a partner; `#` tells them apart."""
    match name:
        case "group_deals":
            return _group_deals(partner)
        case "group_people" | "group_certifications":
            own = name.removeprefix("group_")
            return [
                one for company in companies_of(partner) for one in records_of(own, company, today=today, zone=zone)
            ]
        case "people":
            return [_person(person) for person in people_of(partner)]
        case "certifications":
            return [_certification(held, today) for one in people_of(partner) for held in one.certifications.all()]
        case "courses":
            return [_course(way) for one in people_of(partner) for way in one.courses.all()]
        case "quizzes":
            return [_quiz(taken) for one in people_of(partner) for taken in one.quiz_standings.all()]
        case "events":
            return [_seat(seat) for one in people_of(partner) for seat in one.event_registrations.all() if counts(seat)]
        case "survey_answers":
            return [_survey_answer(one) for one in partner.survey_responses.all() if is_told(one)]
        case "skills":
            return [one for person in people_of(partner) for one in skills_of(person, today=today, zone=zone)]
        case "processes":
            return [_adoption(one) for one in partner.adoptions.all() if one.ended_at is None]
        case "activity":
            return [_activity(one) for one in partner.activities.all()]
        case "journeys":
            return [_enrollment(one) for one in partner.enrollments.all()]
        case "memberships":
            return [_membership(one) for one in partner.memberships.all()]
        case "tiers_held":
            return [_holding(one) for one in partner.tier_holdings.all()]
        case "touches":
            return [_touch(one) for one in partner.touches.all()]
        case "references":
            return [_reference(one, today) for one in partner.references.all()]
    mine: dict[int, list[Any]] = {}
    for participant in partner.deal_participations.all():
        mine.setdefault(participant.deal_id, []).append(participant)
    if name == "deal_lines":
        return [_deal_line(line, parts) for parts in mine.values() for line in parts[0].deal.lines.all()]
    return [_deal(parts) for parts in mine.values()]


def companies_of(partner: Partner) -> list[Partner]:
    """Return a partner and all below it."""
    return [partner, *(one for child in partner.children.all() for one in companies_of(child))]


def _group_deals(partner: Partner) -> list[Record]:
    shares: dict[int, list[list[Any]]] = {}
    for company in companies_of(partner):
        mine: dict[int, list[Any]] = {}
        for participant in company.deal_participations.all():
            mine.setdefault(participant.deal_id, []).append(participant)
        for deal_id, parts in mine.items():
            shares.setdefault(deal_id, []).append(parts)
    found = []
    for companies in shares.values():
        each = [_deal(parts) for parts in companies]
        share = sum(max(Fraction(part.split_percent) for part in parts) for parts in companies)
        worth = each[0]["amount"]
        roles = sorted({role for one in each for role in one["roles"]})
        amount = None if worth is None else Fraction(worth) * min(share, Fraction(100)) / 100
        found.append({**each[0], "roles": roles, "share_amount": amount})
    return found


def people_of(partner: Partner) -> list[Person]:
    """Return who works there now."""
    return [person for person in partner.people.all() if person.left_at is None]


def holds(membership: Any) -> bool:
    """Say whether a membership means that the partner is in the category now."""
    return membership.ends_at is None and membership.state in {"active", "grace"}


def stage_since(partner: Partner) -> datetime | None:
    """Return the moment since which the partner is in its life stage, as it was stored."""
    stored = getattr(partner, "classification", None)
    return stored.stage_since if stored else None


def _days_since(moment: datetime | None, today: date, zone: ZoneInfo) -> int | None:
    return None if moment is None else (today - moment.astimezone(zone).date()).days


def _region(partner: Partner) -> list[str] | None:
    found, region = [], partner.region
    while region is not None:
        found.append(region.key)
        region = region.parent
    return found or None


def _tiers(partner: Partner) -> list[str] | None:
    found = []
    for holding in partner.tier_holdings.all():
        if holding.ends_at is None:
            ladder = holding.tier.track
            found += [f"{ladder.key}.{rung.key}" for rung in ladder.tiers.all() if rung.rank <= holding.tier.rank]
    return found or None


def _tier_key(tier: Tier) -> str:
    return f"{tier.track.key}.{tier.key}"


def _attribute(partner: Partner, key: str, kind: str) -> Any:
    value = partner.attributes.get(key)
    if kind == MULTI:
        return value or []
    if value is None:
        return None
    if kind == NUMBER:
        return Fraction(str(value))
    return date.fromisoformat(value) if kind == DAY else value


def _person(person: Person) -> Record:
    return {
        "#": person.pk,
        "job_function": person.job_function,
        "job_title": person.job_title,
        "language": person.language,
        "is_admin": person.is_admin,
        "may_sign_in": person.user_id is not None,
        "added_at": person.created_at.astimezone(UTC),
    }


def _certification(held: Any, today: date) -> Record:
    return {
        "#": held.pk,
        "certification": held.certification.key,
        "level": held.certification.level,
        "product_line": held.certification.product_line,
        "valid": held.earned_on <= today and (held.expires_on is None or held.expires_on > today),
        "of_company": held.for_company,
        "earned_on": held.earned_on,
        "expires_on": held.expires_on,
        "person": held.person_id,
    }


def _course(way: Any) -> Record:
    return {
        "#": way.pk,
        "course": way.course.key,
        "completed": way.completed_at is not None,
        "started_at": way.started_at,
        "completed_at": way.completed_at,
        "person": way.person_id,
    }


def counts(seat: Any) -> bool:
    """Say whether somebody has or had a seat at an event that was not called off."""
    return seat.state == "registered" and seat.event.cancelled_at is None


def _seat(seat: Any) -> Record:
    return {
        "#": seat.pk,
        "event": str(seat.event.public_id),
        "kind": seat.event.kind,
        "attended": bool(seat.attended),
        "starts_at": seat.event.starts_at,
        "person": seat.person_id,
    }


def is_told(response: Any) -> bool:
    """Say whether an answer was handed in, and with a name."""
    return response.handed_in_at is not None and not response.round.is_anonymous


def _survey_answer(response: Any) -> Record:
    asked = [one["key"] for one in response.round.survey_version.questions if one["kind"] == "nps"]
    return {
        "#": response.pk,
        "survey": response.round.survey.key,
        "handed_in_at": response.handed_in_at,
        "nps": next((response.answers[key] for key in asked if key in response.answers), None),
        "person": response.person_id,
    }


def skills_of(person: Any, *, today: date, zone: ZoneInfo) -> list[Record]:
    """Return what is said of somebody's skills, and what certificates and courses prove, each a record."""
    found = [
        (f"said {one.pk}", one.skill, one.level, one.source, one.since_on, one.expires_on)
        for one in person.skills.all()
        if one.ended_at is None
    ]
    for held in person.certifications.all():
        for evidence in held.certification.proves.all() if held.revoked_at is None else ():
            ends = [day for day in (held.expires_on, held.certification.credit_until_on) if day]
            found.append(
                (f"{held.pk} {evidence.pk}", evidence.skill, evidence.level, "proven", held.earned_on,
                 min(ends, default=None))
            )  # fmt: skip
    for way in person.courses.all():
        for evidence in way.course.proves.all() if way.completed_at else ():
            day = way.completed_at.astimezone(zone).date()
            found.append(
                (f"course {way.pk} {evidence.pk}", evidence.skill, evidence.level, "proven", day,
                 evidence.skill.expiry(day))
            )  # fmt: skip
    return [
        {
            "#": number,
            "skill": skill.key,
            "level": level,
            "source": source,
            "counts": since <= today and (until is None or until > today),
            "since_on": since,
            "expires_on": until,
            "person": person.pk,
        }
        for number, skill, level, source, since, until in found
    ]


def _adoption(one: Any) -> Record:
    return {
        "#": one.pk,
        "process": one.process.key,
        "state": one.state,
        "source": one.source,
        "since_on": one.since_on,
    }


def _quiz(taken: Any) -> Record:
    return {
        "#": taken.pk,
        "quiz": taken.quiz.key,
        "measures": taken.quiz.measures,
        "passed": taken.passed_at is not None,
        "last_percent": taken.last_percent,
        "best_percent": taken.best_percent,
        "taken_on": taken.taken_on,
        "person": taken.person_id,
    }


def _readiness(partner: Partner) -> Record:
    """Return what assessments say of a partner's people: on average and at best."""
    found: Record = {}
    for measure in ("tech_savviness", "product_knowledge"):
        taken = [
            one.last_percent
            for person in people_of(partner)
            for one in person.quiz_standings.all()
            if one.quiz.measures == measure and one.last_percent is not None
        ]
        found[measure] = Fraction(sum(taken), len(taken)) if taken else None
        found[f"{measure}_best"] = max(taken, default=None)
    return found


def _activity(one: Any) -> Record:
    return {"#": one.pk, "kind": one.kind, "times": one.times, "day": one.day, "person": one.person_id}


def _enrollment(one: Any) -> Record:
    return {
        "#": one.pk,
        "journey": one.journey.key,
        "state": one.state,
        "started_at": one.started_at,
        "completed_at": one.completed_at,
    }


def _membership(one: Any) -> Record:
    return {
        "#": one.pk,
        "category": one.category.key,
        "state": one.state,
        "source": one.source,
        "primary": one.is_primary,
        "began": one.starts_at,
        "ended": one.ends_at,
    }


def _agreements(partner: Partner, today: date) -> list[str]:
    counting = {
        one.agreement.key
        for one in partner.acceptances.all()
        if one.number >= one.agreement.required_number and (one.ends_on is None or one.ends_on > today)
    }
    return sorted(counting)


def _touch(one: Any) -> Record:
    return {"#": one.pk, "kind": one.kind, "happened_at": one.happened_at, "minutes": one.minutes}


def _reference(one: Any, today: date) -> Record:
    line = one.product.line if one.product else ""
    return {
        "#": one.pk,
        "state": one.state,
        "counts": one.state == "validated" and (one.expires_on is None or one.expires_on > today),
        "product_line": line or None,
        "year": one.year,
        "visibility": one.visibility,
        "contact_may_be_asked": one.contact_may_be_asked,
        "decided_at": one.decided_at,
    }


def _holding(one: Any) -> Record:
    tier = f"{one.tier.track.key}.{one.tier.key}"
    return {"#": one.pk, "tier": tier, "began": one.starts_at, "ended": one.ends_at}


def _deal(parts: list[Any]) -> Record:
    deal = parts[0].deal
    share = max(Fraction(part.split_percent) for part in parts)  # roles do not add up: a deal is shared per role
    worth = deal.program_amount
    products = [line.product for line in deal.lines.all()]
    return {
        "#": deal.pk,
        "amount": worth,
        "share_amount": None if worth is None else Fraction(worth) * share / 100,
        "stage": deal.stage,
        "roles": [part.role for part in parts],
        "products": [product.key for product in products],
        "product_lines": [product.line for product in products if product.line],
        "customer": str(deal.customer.public_id),
        "customer_name": deal.customer.name,
        "customer_industry": deal.customer.industry,
        "customer_country": deal.customer.country,
        "opened_on": deal.opened_on,
        "expected_close_on": deal.expected_close_on,
        "closed_on": deal.closed_on,
    }


def _deal_line(line: Any, parts: list[Any]) -> Record:
    return {
        "#": line.pk,
        "quantity": line.quantity,
        "product": line.product.key,
        "product_line": line.product.line or None,
        "stage": line.deal.stage,
        "roles": [part.role for part in parts],
        "customer": str(line.deal.customer.public_id),
        "closed_on": line.deal.closed_on,
    }
