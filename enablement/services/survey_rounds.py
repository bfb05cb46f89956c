"""Rounds of surveys: opened on their day, told to those who may answer, closed after their last day."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import add_months, today
from core.services import outbox, versions
from enablement.models import TERMS, Survey, SurveyResponse, SurveyRound
from enablement.querysets import people_reached
from partners.services.telling import Day, tell

OPENED = "enablement.survey_opened"
ENDING = "enablement.survey_ending"
CLOSED = "enablement.survey_closed"
#: So many people are told with one message of the outbox.
BATCH = 200
DAYS_BEFORE_END = 3
MORNING = time(8)

#: All answers of a round written anew in one go, in an order of chance, without what would let their authors come back.
SHUFFLE = """
    WITH gone AS (DELETE FROM enablement_anonymousanswer WHERE round_id = %(round)s RETURNING *)
    INSERT INTO enablement_anonymousanswer (round_id, token_digest, is_handed_in, cut, draft, answers)
    SELECT round_id, NULL::varchar, TRUE, cut, '{}'::jsonb, answers FROM gone WHERE is_handed_in ORDER BY random()
"""


def keep(*, at: datetime) -> int:
    """Close rounds whose last day is over, and open those whose day has come. Returns how many that were."""
    day = _day(at)
    done = 0
    for ended in SurveyRound.objects.filter(closed_at=None, last_day_on__lt=day).order_by("pk"):
        done += close(survey_round=ended, at=at)
    for survey in Survey.objects.published().order_by("pk"):
        done += open_if_due(survey=survey, at=at) is not None
    return done


def next_opening(survey: Survey, *, at: datetime) -> date | None:
    """Return the day on which the next round opens: none for one that is never asked again."""
    if not survey.published_at or survey.retired_at:
        return None
    last = survey.rounds.order_by("-number").first()
    if last is None:
        return survey.opens_on or _day(at)
    if survey.opens_on and survey.opens_on > last.opens_on:
        return survey.opens_on
    return add_months(last.opens_on, survey.repeats_months) if survey.repeats_months else None


def open_if_due(*, survey: Survey, at: datetime) -> SurveyRound | None:
    """Open the next round when its day has come. Returns it; nothing while another one is open."""
    with action("survey.open_round", by=None):
        survey = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        opens_on, version = next_opening(survey, at=at), versions.published_of(survey)
        day = _day(at)
        if opens_on is None or version is None or opens_on > day or survey.rounds.filter(closed_at=None).exists():
            return None
        opened = SurveyRound.objects.create(
            survey=survey,
            survey_version=version,
            number=(survey.rounds.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
            opens_on=day,
            last_day_on=day + timedelta(days=survey.open_days - 1),
            **{name: getattr(survey, name) for name in TERMS},
        )
        outbox.put(topic=OPENED, payload={"round": opened.pk})
        if survey.open_days > 2 * DAYS_BEFORE_END:
            reminded_on = opened.last_day_on - timedelta(days=DAYS_BEFORE_END)
            morning = datetime.combine(reminded_on, MORNING, tzinfo=Program.current().zone)
            outbox.put(topic=ENDING, payload={"round": opened.pk}, due_at=morning)
    return opened


def close_open_one(*, survey: Survey, at: datetime) -> bool:
    """Close the round that is open, before its last day. Returns whether there was one."""
    opened = survey.rounds.filter(closed_at=None).first()
    return opened is not None and close(survey_round=opened, at=at)


def close(*, survey_round: SurveyRound, at: datetime) -> bool:
    """End a round for good: what is only begun goes, and nobody comes back to what they said without a name.

    Returns whether it was open.
    """
    with action("survey.close_round", by=None):
        locked = SurveyRound.objects.select_for_update().get(pk=survey_round.pk)
        if locked.closed_at is not None:
            return False
        locked.closed_at = at
        locked.last_day_on = max(locked.opens_on, min(locked.last_day_on, _day(at)))
        locked.save(update_fields=["closed_at", "last_day_on"])
        SurveyResponse.objects.filter(round=locked, handed_in_at=None).delete()
        SurveyResponse.objects.filter(round=locked).exclude(draft={}).update(draft={})
        if locked.is_anonymous:
            with connection.cursor() as cursor:
                cursor.execute(SHUFFLE, {"round": locked.pk})
        outbox.put(topic=CLOSED, payload={"round": locked.pk})
    survey_round.refresh_from_db()
    return True


def tell_opened(payload: Mapping[str, Any]) -> None:
    """Tell those who may answer that a round is open, so many at a time."""
    _tell_people(
        payload, OPENED,
        text=gettext_noop("We would like to know: %(survey)s. Open until %(day)s."), key="survey-opened",
    )  # fmt: skip


def tell_ending(payload: Mapping[str, Any]) -> None:
    """Remind those who have not answered that a round ends soon, so many at a time."""
    _tell_people(
        payload, ENDING,
        text=gettext_noop("Your answer is still open: %(survey)s. It closes after %(day)s."), key="survey-ending",
    )  # fmt: skip


def tell_closed(payload: Mapping[str, Any]) -> None:
    """Tell the owner that a round has closed."""
    closed = SurveyRound.objects.select_related("survey__owner").get(pk=payload["round"])
    if closed.survey.owner is None or not closed.survey.owner.is_active:
        return
    tell(
        [closed.survey.owner], kind="survey",
        text=gettext_noop("Closed: %(survey)s. Its results are there to read."),
        names={"survey": closed.survey.name, "count": SurveyResponse.objects.filter(round=closed).handed_in().count()},
        detail=gettext_noop("%(count)s answered. Say what you make of it: what partners told us deserves a reply."),
        url=reverse("vendor:survey-results", args=[closed.survey.public_id, closed.number]),
        key=f"survey-closed-{closed.pk}",
    )  # fmt: skip


def _tell_people(payload: Mapping[str, Any], topic: str, *, text: str, key: str) -> None:
    opened = SurveyRound.objects.select_related("survey").get(pk=payload["round"])
    if opened.closed_at is not None:
        return
    answered = SurveyResponse.objects.filter(round=opened).handed_in()
    people = people_reached(opened.survey).filter(user__isnull=False, user__is_active=True)
    people = people.exclude(pk__in=answered.values("person_id"))
    if opened.answered_by == "partner":
        people = people.exclude(partner_id__in=answered.values("partner_id"))
    batch = list(
        people.filter(pk__gt=payload.get("after", 0)).order_by("pk").values_list("pk", "user_id").distinct()[:BATCH]
    )
    users = User.objects.filter(pk__in=[user for _person, user in batch]).order_by("pk")
    tell(
        users, kind="survey", text=text,
        names={"survey": opened.survey.name, "day": Day(opened.last_day_on)},
        detail=gettext_noop("What you tell us decides what we do next, and you will read here what became of it."),
        url=reverse("partner:survey-detail", args=[opened.survey.public_id]), key=f"{key}-{opened.pk}", by_mail=True,
    )  # fmt: skip
    if len(batch) == BATCH:
        outbox.put(topic=topic, payload={"round": opened.pk, "after": batch[-1][0]})


def _day(at: datetime) -> date:
    return today(at=at, zone=Program.current().zone)
