"""Actions from surveys as pages list them: what is open, late and answered, and the replies partners read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from enablement.models import UNFINISHED, Survey, SurveyAction, SurveyFeedback


@dataclass(frozen=True, slots=True)
class ActionFigures:
    """How many actions there are in which standing."""

    open: int
    late: int
    over_without_reply: int
    replied: int


def figures(*, day: date, survey: Survey | None = None) -> ActionFigures:
    """Return how many actions are open, late, over but not answered, and answered."""
    rows = SurveyAction.objects.all() if survey is None else SurveyAction.objects.filter(survey=survey)
    is_open = Q(state__in=UNFINISHED)
    counted = rows.aggregate(
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_on__lt=day)),
        over_without_reply=Count("pk", filter=~is_open & Q(replied_at=None)),
        replied=Count("pk", filter=Q(replied_at__isnull=False)),
    )
    return ActionFigures(**counted)


def listed(*, survey: Survey | None = None, show: str = "", user: Any = None, day: date) -> QuerySet[SurveyAction]:
    """Return actions, those that wait first and by their day; of one survey, of one's own, open or late ones only."""
    rows = SurveyAction.objects.select_related("survey", "owner")
    if survey is not None:
        rows = rows.filter(survey=survey)
    if show == "mine":
        rows = rows.filter(owner=user)
    if show in {"open", "late"}:
        rows = rows.filter(state__in=UNFINISHED)
    if show == "late":
        rows = rows.filter(due_on__lt=day)
    return rows.order_by(F("replied_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")


def replies_to(survey: Survey) -> list[SurveyAction]:
    """Return what was replied to a survey, the newest first."""
    return list(survey.actions.filter(replied_at__isnull=False).order_by("-replied_at", "-pk"))


def feedback_on(survey: Survey, *, user: Any) -> QuerySet[SurveyFeedback]:
    """Return what was told in person, as far as the reader sees its partners, the newest first."""
    rows = SurveyFeedback.objects.visible_to(user).filter(survey=survey)
    return rows.select_related("partner", "person", "heard_by").order_by("-heard_on", "-pk")
