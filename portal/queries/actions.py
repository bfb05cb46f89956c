"""What waits for somebody at the vendor: one thing to do each, and why."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Window
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.addresses import address
from partners.queries import applications
from portal.queries.dashboard_facts import Waiting
from scorecards.alert_words import Said, said
from scorecards.models import AlertKind, Quadrant

SOON = timedelta(days=1)
#: Alerts about which a prepared message can be sent at once.
NUDGES = (AlertKind.DEAL, AlertKind.CERTIFICATION, AlertKind.TIER)
#: Alerts that a call answers.
CALLS = (AlertKind.SILENT, AlertKind.ENGAGEMENT)
#: About how many minutes an answer takes, by what it is: below `QUICK_MINUTES` it counts as little effort.
MINUTES: Mapping[str, int] = {
    AlertKind.DEAL: 5,
    AlertKind.TIER: 40,
    AlertKind.REVIEW: 10,
    AlertKind.CERTIFICATION: 3,
    AlertKind.ENGAGEMENT: 30,
    AlertKind.SILENT: 20,
    "task": 30,
    "step": 15,
    "categories": 5,
    "stage": 45,
}
QUICK_MINUTES = 20
#: The name of a page and whose it is.
Page = tuple[str, Any]


class Action(NamedTuple):
    """What to do for whom, and why. A higher `urgency` comes first; `late` things are past their day.

    `act` is what one click does right there: finish (a task or step), nudge (send a prepared message), call (log one);
    nothing where a page has to be opened. `subject_id` names what it is done to, `page` where more of it stands.
    A tuple, as a dashboard makes thousands of them and shows few.
    """

    urgency: int
    text: str
    reason: str
    due: str
    tone: str
    icon: str
    page: tuple[str, Any]
    name: str
    partner: Any = None
    key: str = ""
    kind: str = ""
    act: str = ""
    subject_id: Any = None
    worth: Any = 0

    @property
    def url(self) -> str:
        """The address of its page, worked out for the few that are shown."""
        return address(*self.page)

    @property
    def title(self) -> str:
        """The thing to do with whom."""
        return f"{self.text}: {self.name}" if self.name else self.text

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        return MINUTES.get(self.kind, QUICK_MINUTES)

    @property
    def dom_id(self) -> str:
        """The id of its place on a page."""
        return f"action-{self.key}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one partner when its things to do are worked out."""

    partner: Any
    stage_key: str
    waiting: Iterable[Waiting]
    categories: int
    worth: Any


def of_partner(known: Known, *, user_id: int, today: date) -> list[Action]:
    """Return everything to do for a partner, the most urgent first. What is assigned to others is theirs."""
    page, language = ("vendor:partner-detail", known.partner.public_id), get_language() or ""
    found, has_alert = [], False
    for one in known.waiting:
        if one.what == "alert":
            has_alert = True
            found.append(_of_alert(one, known, page, today, language))
        elif one.user_id is None or one.user_id == user_id:
            found.append(_of_work(one, known, page, today, language))
    found += _of_standing(known, page, language, has_alert=has_alert)
    return sorted(found, key=_most_urgent) if len(found) > 1 else found


def _most_urgent(action: Action) -> tuple[int, str]:
    return -action.urgency, action.key


@lru_cache(maxsize=4096)
def _told(kind: str, facts: str, today: date, language: str) -> tuple[Said, Mapping[str, Any]]:
    """Return an alert in words, with its facts: worked out once a day for all who look at it in one language."""
    read = json.loads(facts)
    return said(kind, read, today=today), read


def _of_alert(one: Waiting, known: Known, page: Page, today: date, language: str) -> Action:
    words, facts = _told(one.text, one.facts or "{}", today, language)
    act = "nudge" if one.text in NUDGES else "call" if one.text in CALLS else ""
    if one.text == AlertKind.DEAL and facts.get("deal_id"):
        page = ("vendor:deal-detail", facts["deal_id"])
    elif one.text == AlertKind.REVIEW and facts.get("review_id"):
        page = ("vendor:membership-review-detail", facts["review_id"])
    return Action(
        words.urgency, words.act, words.reason, words.mark, words.tone, words.icon, page, known.partner.name,
        known.partner, one.key, one.text, act, one.public_id, known.worth,
    )  # fmt: skip


def _of_work(one: Waiting, known: Known, page: Page, today: date, language: str) -> Action:
    due = _due(one.what, one.due_on, today, language)
    return Action(
        due.urgency, one.text, due.reason, due.mark, due.tone, due.icon, page, known.partner.name, known.partner,
        one.key, one.what, "finish", one.public_id, known.worth,
    )  # fmt: skip


class Due(NamedTuple):
    """How pressing something with a day is, in words."""

    urgency: int
    mark: str
    tone: str
    icon: str
    reason: str


@lru_cache(maxsize=4096)
def _due(what: str, due_on: date | None, today: date, language: str) -> Due:
    """Return how pressing a task or a next step is: worked out once a day for all that are due then."""
    reason = _("A task for you.") if what == "task" else _("You promised it.")
    if due_on is None:
        return Due(42, "", "plain", "", reason)
    days = (today - due_on).days
    if days > 0:
        late = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
        return Due(84 + min(days, 10), late, "error", "alarm-clock", reason)
    if days == 0:
        return Due(82, _("Today"), "warning", "", reason)
    mark = date_format(due_on, "D" if -days < 7 else "j M")
    return Due(68 + days if -days <= 7 else 40, mark, "plain", "", reason)


class Standing(NamedTuple):
    """What is to be done because of where a partner stands, in words."""

    urgency: int
    text: str
    reason: str
    kind: str
    tone: str = "plain"
    icon: str = ""
    due: str = ""


@lru_cache(maxsize=1024)
def _standing(stage_key: str, categories: int, has_alert: bool, is_active: bool, language: str) -> list[Standing]:
    """Return what follows from where a partner stands: worked out once for all who stand there."""
    found = []
    if stage_key == "inactive" and not has_alert:
        told = _("It is in the stage of inactive partners.")
        found.append(Standing(55, _("Call to reactivate"), told, "stage", "warning", "trending-down", _("At risk")))
    if categories:
        told = ngettext("%(n)s category waits for a decision.", "%(n)s categories wait for a decision.", categories)
        found.append(Standing(50, _("Decide on categories"), told % {"n": categories}, "categories"))
    if stage_key == "onboarded" and not is_active:
        found.append(Standing(45, _("Book kick-off call"), _("Nobody has signed in yet."), "stage"))
    if stage_key == "prospective":
        told = _("A prospect needs a profile before it can be approved.")
        found.append(Standing(38, _("Profile for approval"), told, "stage"))
    return found


def _of_standing(known: Known, page: Page, language: str, *, has_alert: bool) -> Iterable[Action]:
    """Yield what follows from where the partner stands, without anybody having said so."""
    partner = known.partner
    is_active = partner.last_active_at is not None
    for one in _standing(known.stage_key, known.categories, has_alert, is_active, language):
        yield Action(
            one.urgency, one.text, one.reason, one.due, one.tone, one.icon, page, partner.name, partner,
            f"{one.kind}-{partner.pk}", one.kind, "call" if one.kind == "stage" else "", None, known.worth,
        )  # fmt: skip


def quadrant_of(action: Action, *, typical_worth: Any) -> Quadrant:
    """Return where an action stands by itself: by what is at stake, or how pressing it is, and by what it takes."""
    matters = action.worth >= typical_worth or action.urgency >= 80
    is_quick = action.minutes <= QUICK_MINUTES
    if matters:
        return Quadrant.NOW if is_quick else Quadrant.PLAN
    return Quadrant.QUICK if is_quick else Quadrant.LATER


# --- applications


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
        page=("vendor:application-detail", application.public_id),
        name=application.name,
        key=f"application-{application.pk}",
        kind="application",
    )


def _whose(application: Any, user: Any) -> str:
    if application.reviewer_id == user.pk:
        return _("It is yours.")
    return (
        _("%(name)s reviews it.") % {"name": application.reviewer} if application.reviewer else _("It is nobody's yet.")
    )
