"""What waits for somebody at the vendor: one thing to do each, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import Partner
from partners.queries import applications

SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Action:
    """What to do for whom, and why. A higher `urgency` comes first; `late` things are past their day."""

    urgency: int
    text: str
    reason: str
    due: str
    tone: str
    icon: str
    url: str
    name: str
    partner: Partner | None = None


@dataclass(frozen=True, slots=True)
class WaitingApplications:
    """The applications that wait for one person's answer: the most urgent ones, and how many there are."""

    actions: list[Action]
    total: int


def waiting_applications(user: Any, *, at: datetime, most: int) -> WaitingApplications:
    """Return the applications that somebody, or nobody yet, owes an answer."""
    rows: Any = applications.waiting_for(user, at=at).annotate(total=Window(Count("pk")))
    found = list(rows[:most])
    return WaitingApplications([_to_answer(one, user, at) for one in found], found[0].total if found else 0)


def _to_answer(application: Any, user: Any, at: datetime) -> Action:
    """Return what to do about one application; late ones come before everything else."""
    due, handed_in = timezone.localtime(application.due_at), timezone.localtime(application.submitted_at)
    late, soon = application.due_at <= at, application.due_at <= at + SOON
    return Action(
        urgency=100 if late else 85 if soon else 65,
        text=_("Answer the application"),
        reason=f"{_('It has waited since %(day)s.') % {'day': date_format(handed_in)}} {_whose(application, user)}",
        due=_("Late") if late else date_format(due, "j M, H:i"),
        tone="error" if late else "warning" if soon else "plain",
        icon="clock-alert" if late or soon else "",
        url=reverse("vendor:application-detail", args=[application.public_id]),
        name=application.name,
    )


def _whose(application: Any, user: Any) -> str:
    if application.reviewer_id == user.pk:
        return _("It is yours.")
    return (
        _("%(name)s reviews it.") % {"name": application.reviewer} if application.reviewer else _("It is nobody's yet.")
    )
