"""What follows from surveys: feedback noted, actions with an owner, partners invited, and the reply that they read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.audit import action
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from core.services import outbox
from enablement.models import (
    UNFINISHED,
    Survey,
    SurveyAction,
    SurveyActionGuest,
    SurveyActionState,
    SurveyFeedback,
    SurveyResponse,
)
from enablement.querysets import people_reached
from enablement.services.fields import apply, known
from partners.models import Partner, Person
from partners.services.telling import Day, people_of, tell

ASSIGNED = "enablement.survey_action_assigned"
INVITED = "enablement.survey_action_invited"
REPLIED = "enablement.survey_replied"
BATCH = 200
EDITABLE = frozenset({"title", "heard", "owner", "due_on", "state"})
KEPT_ELSEWHERE = ("public_id", "replied_at", "replied_by")


def note_feedback(
    *, survey: Survey, partner: Partner, by: User, at: datetime, text: str, heard_on: date, person: Person | None = None
) -> SurveyFeedback:
    """Note what somebody of a partner said in person. The same said twice is kept once."""
    text = text.strip()
    if survey.is_anonymous:
        raise Refusal(_("This survey is anonymous: nothing with a name stands beside it."))
    if not text:
        raise Refusal({"text": _("Write what they said.")})
    if heard_on > today(at=at, zone=Program.current().zone):
        raise Refusal({"heard_on": _("This day is still to come.")})
    if person is not None and person.partner_id != partner.pk:
        raise Refusal({"person": _("Choose somebody of this partner.")})
    with action("survey.note_feedback", by=by):
        Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        noted, _is_new = SurveyFeedback.objects.get_or_create(
            survey=survey, partner=partner, person=person, text=text, heard_on=heard_on, defaults={"heard_by": by}
        )
    return noted


def begin(
    *, survey: Survey, by: User, at: datetime, title: str, heard: str, owner: User, due_on: date | None = None
) -> SurveyAction:
    """Make an action of what partners said. Its owner is told, unless it is they who begin it."""
    made = SurveyAction(survey=survey, title=title.strip(), heard=heard.strip(), owner=owner, due_on=due_on)
    _expect_words(made)
    made.clean_fields(exclude=KEPT_ELSEWHERE)
    with action("survey.begin_action", by=by):
        made.save()
        _tell_owner(made, by)
    return made


def update(*, survey_action: SurveyAction, by: User, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change an action. Returns what changed. One that was replied to stays over."""
    changed = apply(survey_action, known(changes, EDITABLE))
    if not changed:
        return []
    if survey_action.replied_at and survey_action.state in UNFINISHED:
        raise Refusal({"state": _("Partners have read the reply. Begin a new action for what comes next.")})
    _expect_words(survey_action)
    survey_action.clean_fields(exclude=KEPT_ELSEWHERE)
    with action("survey.update_action", by=by):
        survey_action.save(update_fields=changed)
        if "owner" in changed:
            _tell_owner(survey_action, by)
    return changed


def reply(
    *, survey_action: SurveyAction, by: User, at: datetime, text: str, state: str = SurveyActionState.DONE
) -> bool:
    """Publish what became of it; whoever answered is told. Said again in other words, nobody is told twice.

    Returns whether anything changed.
    """
    text = text.strip()
    if not text:
        raise Refusal({"reply": _("Write what you did, or why not.")})
    if state in UNFINISHED:
        raise Refusal({"state": _("A reply says what became of it: done, or not done.")})
    with action("survey.reply", by=by):
        locked = SurveyAction.objects.select_for_update(no_key=True).get(pk=survey_action.pk)
        if locked.replied_at and (locked.reply, locked.state) == (text, state):
            return False
        is_first = locked.replied_at is None
        locked.reply, locked.state = text, state
        locked.replied_at, locked.replied_by = (at, by) if is_first else (locked.replied_at, locked.replied_by)
        locked.save(update_fields=["reply", "state", "replied_at", "replied_by"])
        if is_first:
            outbox.put(topic=REPLIED, payload={"action": locked.pk})
    survey_action.refresh_from_db()
    return True


def invite(*, survey_action: SurveyAction, partners: Iterable[Partner], by: User, at: datetime) -> int:
    """Invite partners to work it out with us. Returns how many are new."""
    new = 0
    with action("survey.invite_to_action", by=by):
        for partner in partners:
            guest, is_new = SurveyActionGuest.objects.get_or_create(action=survey_action, partner=partner)
            if is_new:
                new += 1
                outbox.put(topic=INVITED, payload={"guest": guest.pk})
    return new


def uninvite(*, survey_action: SurveyAction, partner: Partner, by: User, at: datetime) -> bool:
    """Take an invitation back. Returns whether there was one."""
    with action("survey.uninvite_from_action", by=by):
        removed, _each = SurveyActionGuest.objects.filter(action=survey_action, partner=partner).delete()
    return bool(removed)


def tell_assigned(payload: Mapping[str, Any]) -> None:
    """Tell somebody that an action is theirs."""
    one = SurveyAction.objects.select_related("survey", "owner").get(pk=payload["action"])
    if one.owner_id != payload["owner"] or not one.owner.is_active:
        return
    detail = gettext_noop("It is due on %(day)s.") if one.due_on else ""
    tell(
        [one.owner], kind="survey", text=gettext_noop("Yours to work out, from the survey %(survey)s: “%(title)s”."),
        names={"survey": one.survey.name, "title": one.title, "day": Day(one.due_on)}, detail=detail,
        url=reverse("vendor:survey-action-detail", args=[one.public_id]),
        key=f"survey-action-{one.pk}-{one.owner_id}", by_mail=True,
    )  # fmt: skip


def tell_invited(payload: Mapping[str, Any]) -> None:
    """Tell the people of a partner that they are invited to work something out with us."""
    guest = SurveyActionGuest.objects.select_related("action__survey", "partner").filter(pk=payload["guest"]).first()
    if guest is None:
        return
    one = guest.action
    tell(
        people_of(guest.partner), kind="survey",
        text=gettext_noop("We would like to work this out with you: “%(title)s”."),
        names={"title": one.title, "survey": one.survey.name},
        detail=gettext_noop("Partners told us in “%(survey)s” what it is about. Read it, and say what you think."),
        url=reverse("partner:survey-action-detail", args=[one.public_id]), key=f"survey-guest-{guest.pk}", by_mail=True,
    )  # fmt: skip


def tell_replied(payload: Mapping[str, Any]) -> None:
    """Tell of a reply, so many at a time: those who answered; of an anonymous survey everybody it was for."""
    one = SurveyAction.objects.select_related("survey").get(pk=payload["action"])
    survey = one.survey
    rounds = survey.rounds.values_list("is_anonymous", flat=True)
    if survey.is_anonymous or any(rounds):
        people = people_reached(survey)
    else:
        answered = SurveyResponse.objects.filter(round__survey=survey).handed_in()
        people = Person.objects.filter(pk__in=answered.values("person_id"), left_at=None)
    people = people.filter(user__isnull=False, user__is_active=True, pk__gt=payload.get("after", 0))
    batch = list(people.order_by("pk").values_list("pk", "user_id").distinct()[:BATCH])
    tell(
        User.objects.filter(pk__in=[user for _person, user in batch]).order_by("pk"), kind="survey",
        text=gettext_noop("You said, we did: “%(title)s”."), names={"title": one.title, "survey": survey.name},
        detail=gettext_noop("It is our reply to what partners told us in “%(survey)s”. Read what became of it."),
        url=reverse("partner:survey-detail", args=[survey.public_id]) + "#replies", key=f"survey-reply-{one.pk}",
        by_mail=True,
    )  # fmt: skip
    if len(batch) == BATCH:
        outbox.put(topic=REPLIED, payload={"action": one.pk, "after": batch[-1][0]})


def _tell_owner(one: SurveyAction, by: User) -> None:
    if one.owner_id != by.pk:
        outbox.put(topic=ASSIGNED, payload={"action": one.pk, "owner": one.owner_id})


def _expect_words(one: SurveyAction) -> None:
    if not one.title:
        raise Refusal({"title": _("Say what you do about it.")})
    if not one.heard:
        raise Refusal({"heard": _("Say what partners told you: they read it beside the reply.")})
