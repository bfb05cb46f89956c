"""Who is enrolled in journeys by themselves, and what happens when what that rested on holds no longer.

The rule is part of a journey's version: new walks follow the published one, walks under way the one they are on.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from core.audit import action
from core.models import Program
from core.services import outbox
from enablement.models import Enrollment, EnrollmentState, Journey
from enablement.querysets import people_reached
from enablement.services import enrollments
from partners.services.telling import people_of, tell
from partners.signals import announce_partners

#: Rings when a walk was paused, ended or taken up again by itself.
MOVED = "enablement.walk_moved"

#: Whether a partner is where a version (`version` of `journey`) enrolls by itself.
ENTERED = """COALESCE((journey.audience_id IS NULL OR journey.audience_id = ANY(classification.segment_ids))
        AND CASE version.entry
            WHEN 'audience' THEN TRUE
            WHEN 'segment' THEN version.entry_segment_id = ANY(classification.segment_ids)
            WHEN 'stage' THEN version.entry_stage_id = classification.stage_id
            WHEN 'category' THEN EXISTS (
                SELECT FROM partners_categorymembership membership
                WHERE membership.partner_id = partner.id AND membership.category_id = version.entry_category_id
                    AND membership.ends_at IS NULL AND membership.state IN ('active', 'grace'))
            ELSE FALSE END, FALSE)"""

ENROLL = f"""
    INSERT INTO enablement_enrollment
        (journey_id, journey_version_id, partner_id, state, started_at, reason, is_automatic, idle_days)
    SELECT journey.id, version.id, partner.id, 'active', %(at)s,
        COALESCE(segment.name, category.name, stage.name, audience.name, ''), TRUE, 0
    FROM partners_partner partner
    LEFT JOIN segmentation_classification classification ON classification.partner_id = partner.id
    CROSS JOIN enablement_journey journey
    JOIN enablement_journeyversion version ON version.definition_id = journey.id AND version.state = 'published'
    LEFT JOIN segmentation_segment audience ON audience.id = journey.audience_id
    LEFT JOIN segmentation_segment segment ON segment.id = version.entry_segment_id
    LEFT JOIN partners_category category ON category.id = version.entry_category_id
    LEFT JOIN partners_lifestage stage ON stage.id = version.entry_stage_id
    WHERE journey.published_at IS NOT NULL AND journey.retired_at IS NULL
        AND partner.status IN ('prospect', 'active') AND {{limit}} AND {ENTERED}
    ON CONFLICT (journey_id, partner_id) DO NOTHING
    RETURNING partner_id
"""  # noqa: S608 - our own words

FOR_EVERYBODY = (
    "cardinality(journey.for_functions) + cardinality(journey.for_languages)"
    " + cardinality(journey.for_certifications) = 0 AND NOT journey.admins_only"
)

_WALKS = """
    FROM enablement_journeyversion version, enablement_journey journey, partners_partner partner
    LEFT JOIN segmentation_classification classification ON classification.partner_id = partner.id
    WHERE enrollment.partner_id = ANY(%(partners)s) AND partner.id = enrollment.partner_id
        AND version.id = enrollment.journey_version_id AND journey.id = enrollment.journey_id
        AND journey.retired_at IS NULL
"""
LEAVE = f"""
    UPDATE enablement_enrollment enrollment SET left_at = %(at)s,
        state = CASE version.on_leaving WHEN 'pause' THEN 'paused' ELSE 'stopped' END
    {_WALKS} AND enrollment.state = 'active' AND enrollment.is_automatic AND version.on_leaving <> 'stay'
        AND NOT {ENTERED}
    RETURNING enrollment.id, enrollment.partner_id
"""  # noqa: S608 - our own words
RETURN = f"""
    UPDATE enablement_enrollment enrollment SET left_at = NULL, state = 'active', idle_days = enrollment.idle_days
        + (%(at)s AT TIME ZONE %(zone)s)::date - (enrollment.left_at AT TIME ZONE %(zone)s)::date
    {_WALKS} AND enrollment.left_at IS NOT NULL AND {ENTERED}
    RETURNING enrollment.id, enrollment.partner_id
"""  # noqa: S608 - our own words


def follow(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Bring walks in line with what holds for partners now; twice changes nothing. Returns how many began.

    Who came in is enrolled, who left is paused or ended as the version says, who came back carries on; steps of
    branches that were entered and left are looked at for everybody.
    """
    ids = sorted(set(partner_ids))
    with action("journey.follow", by=None):
        began = _enroll_where("partner.id = ANY(%(partners)s)", among=Q(partner__in=ids), at=at, partners=ids)
        moved = _move(LEAVE, ids, at) | _move(RETURN, ids, at)
        enrollments.catch_up(partner_ids=ids, at=at)
        if moved:
            announce_partners(moved)
    return began


def enroll_audience(*, journey_id: int, first_id: int, end_id: int, at: datetime) -> int:
    """Enroll those whom one journey is for, of partners with `first_id` ≤ id < `end_id`. Returns how many."""
    limit = "journey.id = %(journey)s AND partner.id >= %(first)s AND partner.id < %(end)s"
    among = Q(partner__gte=first_id, partner__lt=end_id)
    return _enroll_where(limit, among=among, at=at, journey=journey_id, first=first_id, end=end_id)


def tell_moved(payload: Mapping[str, Any]) -> None:
    """Tell a partner that its walk was paused, ended or taken up again; nothing when that is no longer so."""
    walk = Enrollment.objects.select_related("partner", "journey").get(pk=payload["enrollment"])
    if walk.state != payload["state"]:
        return
    if walk.state == EnrollmentState.PAUSED:
        text = gettext_noop("The journey %(journey)s is paused.")
        detail = gettext_noop(
            "What it was for no longer applies to you. What you did is kept, and it goes on when it does."
        )
    elif walk.state == EnrollmentState.STOPPED:
        text = gettext_noop("The journey %(journey)s has ended.")
        detail = gettext_noop("What it was for no longer applies to you. What you did is kept. Ask your channel account"
                              " manager if you would like to finish it.")  # fmt: skip
    else:
        text = gettext_noop("The journey %(journey)s goes on.")
        detail = gettext_noop("It applies to you again. You carry on where you were, and your days moved along.")
    readers = Journey.objects.filter(pk=walk.journey_id)
    tell(
        [user for user in people_of(walk.partner) if readers.visible_to(user).exists()], kind="journey", text=text,
        names={"journey": walk.journey.name}, detail=detail, key=f"walk-{walk.pk}-{payload['at']}", by_mail=True,
        url=reverse("partner:journey-detail", args=[walk.journey.public_id]),
    )  # fmt: skip


def _enroll_where(limit: str, *, among: Q, at: datetime, **parameters: Any) -> int:
    """Enroll where `limit` holds. A journey for certain people enrolls only partners (`among`) that have one."""
    with action("journey.enroll_audience", by=None), connection.cursor() as cursor:
        cursor.execute(ENROLL.format(limit=f"{FOR_EVERYBODY} AND {limit}"), {"at": at, **parameters})
        enrolled = [row[0] for row in cursor.fetchall()]
        for journey in Journey.objects.published().narrowed():
            with_people = list(people_reached(journey).filter(among).values_list("partner", flat=True).distinct())
            only = f"journey.id = %(narrowed)s AND partner.id = ANY(%(with_people)s) AND {limit}"
            more = {"narrowed": journey.pk, "with_people": with_people}
            cursor.execute(ENROLL.format(limit=only), {"at": at, **parameters, **more})
            enrolled += [row[0] for row in cursor.fetchall()]
        if enrolled:
            enrollments.catch_up(partner_ids=enrolled, at=at)
            enrollments.ask_for_ours(enrolled)
            announce_partners(enrolled)
    return len(enrolled)


def _move(sql: str, partner_ids: list[int], at: datetime) -> set[int]:
    parameters: dict[str, Any] = {"partners": partner_ids, "at": at, "zone": str(Program.current().zone)}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        moved = dict(cursor.fetchall())
    states = dict(Enrollment.objects.filter(pk__in=moved).values_list("pk", "state")) if moved else {}
    for pk in sorted(moved):
        outbox.put(topic=MOVED, payload={"enrollment": pk, "state": states[pk], "at": at.isoformat()})
    if moved:
        enrollments.ask_for_ours(moved.values())
    return set(moved.values())
