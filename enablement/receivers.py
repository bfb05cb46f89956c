"""What enablement does on hearing others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.access import partner_standing
from accounts.services import notifications
from core.services import outbox
from enablement.models import ActivityKind, SurveyAction
from enablement.services import (
    activity,
    asset_clocks,
    awards,
    certification_notices,
    certifications,
    entering,
    event_clocks,
    event_notices,
    events,
    expiry,
    holdings,
    journey_versions,
    journeys,
    merge_rules,
    moving,
    news,
    news_notices,
    processes,
    registrations,
    reminders,
    specialization_notices,
    specializations,
    statement_counting,
    statements,
    step_meetings,
    step_proofs,
    survey_actions,
    survey_rounds,
)
from partners.models import Partner
from partners.services import conversations, merge_parts
from partners.signals import users_asked
from segmentation.signals import partners_classified

BATCH = 10_000

merge_parts.register(*merge_rules.PARTS)


@receiver(partners_classified, dispatch_uid="enablement.follow_journeys")
def follow_journeys(sender: Any, partner_ids: list[int], at: datetime, **_: Any) -> None:
    """Enroll partners who came in where a journey begins by itself, and follow those who left or came back."""
    entering.follow(partner_ids=partner_ids, at=at)


@receiver(partners_classified, dispatch_uid="enablement.follow_specializations")
def follow_specializations(sender: Any, partner_ids: list[int], at: datetime, **_: Any) -> None:
    """Grant specializations to partners who fulfil what they ask."""
    specializations.follow(partner_ids=partner_ids, at=at)


@receiver(partners_classified, dispatch_uid="enablement.count_statements")
def count_statements(sender: Any, partner_ids: list[int], at: datetime, **_: Any) -> None:
    """Count what other systems told of people who were not known then: whoever came marked their partner."""
    statement_counting.people_known(partner_ids=partner_ids)


outbox.handler(statements.RECEIVED)(statement_counting.received)
outbox.handler(statement_counting.COURSE_KNOWN)(statement_counting.course_known)
outbox.handler(specializations.CHANGED)(specialization_notices.changed)
outbox.handler(specializations.NOTICE)(specialization_notices.expires)
outbox.handler(awards.EARNED)(certification_notices.earned)
outbox.handler(certifications.REVOKED)(certification_notices.revoked)
outbox.handler(expiry.EXPIRES)(certification_notices.expires)
outbox.handler(reminders.REMIND)(reminders.step_due)
outbox.handler(entering.MOVED)(entering.tell_moved)
outbox.handler(moving.RENEWED)(moving.tell_renewed)
outbox.handler(step_proofs.HANDED_IN)(step_proofs.tell_handed_in)
outbox.handler(step_proofs.DECIDED)(step_proofs.tell_decided)
outbox.handler(step_meetings.ARRANGED)(step_meetings.tell_arranged)
outbox.handler(asset_clocks.DUE)(asset_clocks.say_due)
outbox.handler(news.PUBLISHED)(news_notices.tell_published)
notifications.register_sight(news_notices.SIGHT)(news_notices.seen_by)
outbox.handler(news.REMIND)(news_notices.tell_reminded)
outbox.handler(events.PUBLISHED)(event_notices.tell_published)
outbox.handler(events.MOVED)(event_notices.tell_moved)
outbox.handler(events.CANCELLED)(event_notices.tell_cancelled)
outbox.handler(events.RECORDED)(event_notices.tell_recorded)
outbox.handler(registrations.SEATED)(event_notices.tell_seated)
outbox.handler(event_clocks.NEAR)(event_notices.tell_near)
notifications.register_sight(event_notices.SIGHT)(event_notices.seen_by)
outbox.handler(survey_rounds.OPENED)(survey_rounds.tell_opened)
outbox.handler(survey_rounds.ENDING)(survey_rounds.tell_ending)
outbox.handler(survey_rounds.CLOSED)(survey_rounds.tell_closed)
outbox.handler(survey_actions.ASSIGNED)(survey_actions.tell_assigned)
outbox.handler(survey_actions.INVITED)(survey_actions.tell_invited)
outbox.handler(survey_actions.REPLIED)(survey_actions.tell_replied)
outbox.handler(holdings.CONFIRMED)(holdings.tell_confirmed)
outbox.handler(processes.CONFIRMED)(processes.tell_confirmed)
conversations.register(
    "survey_action",
    SurveyAction,
    gettext_lazy("You said, we did"),
    partners_of=lambda one: [guest.partner for guest in one.guests.select_related("partner")],
    vendor_page="vendor:survey-action-detail",
    partner_page="partner:survey-action-detail",
    colleagues=lambda one: [one.owner],
    select_related=("owner",),
)


@receiver(user_logged_in, dispatch_uid="enablement.note_sign_in")
def note_sign_in(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Count a sign-in of a partner's person."""
    if standing := partner_standing(user):
        activity.note(person=standing[0], kind=ActivityKind.SIGN_IN, at=timezone.now())


@receiver(users_asked, dispatch_uid="enablement.journeys_that_ask_for")
def journeys_that_ask_for(sender: Any, kind: str, key: str, **_: Any) -> list[str]:
    """Somebody wants to retire a definition: name the journeys that have a branch for it, or begin with it."""
    return journey_versions.users_of(kind, key)


@outbox.handler(journeys.PUBLISHED)
def enroll_audience(payload: Mapping[str, Any]) -> None:
    """Enroll the audience of a journey, one range of partners at a time; the next range is a message of its own."""
    first = int(payload.get("first_id", 0))
    last = Partner.objects.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ids = list(last)
    if not ids:
        return
    end = ids[-1] + 1
    entering.enroll_audience(journey_id=payload["journey_id"], first_id=first, end_id=end, at=timezone.now())
    if len(ids) == BATCH:
        outbox.put(topic=journeys.PUBLISHED, payload={"journey_id": payload["journey_id"], "first_id": end})
