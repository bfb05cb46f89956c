"""What the shell of a page shows of the reader: navigation, what is unread, the partner's manager."""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import IntegerField, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import allowed
from accounts.models import User
from accounts.permissions import Permission
from partners.models import Assignment
from partners.queries import conversations


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation, for those who hold the permission, or the other one. `also` begins addresses that
    belong to it, too."""

    label: str | Promise
    icon: str
    url_name: str
    permission: Permission
    group: str | Promise = ""
    also: tuple[str, ...] = ()
    or_permission: Permission | None = None

    def is_for(self, user: User) -> bool:
        """Whether somebody may go there."""
        return any(allowed(user, one) for one in (self.permission, self.or_permission) if one)

    @property
    def counts_messages(self) -> bool:
        """Whether the number of conversations with something new stands beside it."""
        return self.url_name.endswith(":conversation-list")


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry as one reader sees it on one page."""

    label: str | Promise
    icon: str
    url: str
    current: bool
    group: str | Promise
    badge: int | None = None


PROGRAM = _("Program")
INSIGHT = _("Insight")
DATA = _("Data")

VENDOR = (
    Entry(_("My partners"), "layout-dashboard", "vendor:home", Permission.VIEW_PARTNERS),
    Entry(
        _("All partners"),
        "building-2",
        "vendor:partner-list",
        Permission.VIEW_PARTNERS,
        also=("/vendor/people/", "/vendor/why/", "/vendor/assessments/"),
    ),
    Entry(
        _("Stage board"),
        "columns-3",
        "vendor:stage-board",
        Permission.VIEW_PARTNERS,
        also=("/vendor/life-stages/conversion/",),
    ),
    Entry(_("Messages"), "messages-square", "vendor:conversation-list", Permission.VIEW_CONVERSATIONS),
    Entry(_("Applications"), "inbox", "vendor:application-list", Permission.REVIEW_APPLICATIONS),
    Entry(_("Touches"), "phone", "vendor:touch-list", Permission.VIEW_PARTNERS),
    Entry(_("Alerts"), "bell-ring", "vendor:alert-list", Permission.VIEW_PARTNERS),
    Entry(_("Where time goes"), "hourglass", "vendor:time-spent", Permission.VIEW_PARTNERS),
    Entry(_("Leave cover"), "plane", "vendor:leave-cover-list", Permission.EDIT_PARTNERS),
    Entry(
        _("On journeys"),
        "footprints",
        "vendor:walk-list",
        Permission.VIEW_PARTNERS,
        also=("/vendor/journeys/walks/", "/vendor/journeys/proofs/"),
    ),
    Entry(_("Learning elsewhere"), "radio-tower", "vendor:statement-list", Permission.VIEW_PARTNERS),
    Entry(_("Tasks"), "list-checks", "vendor:task-list", Permission.VIEW_SCORECARDS),
    Entry(_("Success plans"), "target", "vendor:success-plan-list", Permission.VIEW_SCORECARDS),
    Entry(_("Goals"), "goal", "vendor:goal-list", Permission.VIEW_SCORECARDS),
    Entry(_("Deals"), "handshake", "vendor:deal-list", Permission.VIEW_DEALS),
    Entry(_("References"), "quote", "vendor:reference-list", Permission.VIEW_DEALS),
    Entry(
        _("Memberships"),
        "user-round-check",
        "vendor:membership-list",
        Permission.VIEW_PARTNERS,
        also=("/vendor/flags/",),
    ),
    Entry(
        _("Segments"),
        "funnel",
        "vendor:segment-list",
        Permission.VIEW_SEGMENTS,
        PROGRAM,
        also=("/vendor/criteria/segment/",),
    ),
    Entry(_("Classification"), "grid-3x3", "vendor:classification", Permission.VIEW_SEGMENTS, PROGRAM),
    Entry(_("Measures"), "ruler", "vendor:measure-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(
        _("Categories"),
        "shapes",
        "vendor:category-list",
        Permission.VIEW_DEFINITIONS,
        PROGRAM,
        also=("/vendor/criteria/category/",),
    ),
    Entry(
        _("Tiers"),
        "medal",
        "vendor:track-list",
        Permission.VIEW_DEFINITIONS,
        PROGRAM,
        also=("/vendor/criteria/tier/", "/vendor/tiers/"),
    ),
    Entry(
        _("Life stages"),
        "sprout",
        "vendor:life-stage-list",
        Permission.VIEW_DEFINITIONS,
        PROGRAM,
        also=("/vendor/criteria/stage/",),
    ),
    Entry(_("Scorecards"), "gauge", "vendor:scorecard-list", Permission.VIEW_SCORECARDS, PROGRAM),
    Entry(
        _("Plays"),
        "swords",
        "vendor:play-list",
        Permission.VIEW_SCORECARDS,
        PROGRAM,
        also=("/vendor/prescriptions/",),
    ),
    Entry(_("Plays of segments"), "goal", "vendor:segment-play-list", Permission.VIEW_SEGMENTS, PROGRAM),
    Entry(_("Content"), "library", "vendor:asset-list", Permission.MANAGE_CONTENT, PROGRAM),
    Entry(_("Journeys"), "route", "vendor:journey-list", Permission.MANAGE_JOURNEYS, PROGRAM),
    Entry(
        _("Courses"),
        "graduation-cap",
        "vendor:course-list",
        Permission.MANAGE_COURSES,
        PROGRAM,
        also=("/vendor/quizzes/", "/vendor/packages/"),
    ),
    Entry(
        _("Certifications"),
        "badge-check",
        "vendor:certification-list",
        Permission.MANAGE_CERTIFICATIONS,
        PROGRAM,
        also=("/vendor/certificates/",),
    ),
    Entry(_("News"), "newspaper", "vendor:news-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(_("Events"), "calendar-days", "vendor:event-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(_("Surveys"), "message-circle-question-mark", "vendor:survey-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(_("Agreements"), "signature", "vendor:agreement-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(
        _("Translations"),
        "languages",
        "vendor:translation-list",
        Permission.MANAGE_CATEGORIES,
        PROGRAM,
        or_permission=Permission.EDIT_REGIONAL_TEXTS,
    ),
    Entry(_("Specializations"), "award", "vendor:specialization-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(_("Skills"), "hammer", "vendor:skill-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(_("Ways of working"), "workflow", "vendor:process-list", Permission.VIEW_DEFINITIONS, PROGRAM),
    Entry(
        _("Category performance"), "chart-column", "vendor:category-performance-list", Permission.VIEW_INSIGHT, INSIGHT
    ),
    Entry(_("Matrices"), "chart-scatter", "vendor:matrix-list", Permission.VIEW_SEGMENTS, INSIGHT),
    Entry(_("Managers"), "users-round", "vendor:manager-list", Permission.VIEW_ALL_PARTNERS, INSIGHT),
    Entry(_("Design health"), "stethoscope", "vendor:design", Permission.VIEW_INSIGHT, INSIGHT),
    Entry(_("Imports"), "file-up", "vendor:import-list", Permission.RUN_IMPORTS, DATA),
    Entry(_("Program as a file"), "file-braces", "vendor:program-import-list", Permission.MANAGE_PROGRAM, DATA),
    Entry(_("Assignment rules"), "user-cog", "vendor:assignment-rule-list", Permission.ASSIGN_PARTNERS, DATA),
    Entry(
        _("Duplicates"),
        "git-merge",
        "vendor:duplicate-list",
        Permission.MERGE_PARTNERS,
        DATA,
        also=("/vendor/merges/",),
    ),
    Entry(_("Attributes"), "list-plus", "vendor:attribute-list", Permission.MANAGE_ATTRIBUTES, DATA),
    Entry(_("Regions"), "map", "vendor:region-list", Permission.MANAGE_REGIONS, DATA),
    Entry(_("Integrations"), "plug", "vendor:integration-list", Permission.MANAGE_INTEGRATIONS, DATA),
    Entry(_("Freshness"), "activity", "vendor:freshness", Permission.MANAGE_PROGRAM, DATA),
    Entry(_("Users"), "users", "vendor:user-list", Permission.MANAGE_USERS, DATA),
    Entry(_("Settings"), "settings", "vendor:program-edit", Permission.MANAGE_PROGRAM, DATA),
)
PARTNER = (
    Entry(_("Home"), "house", "partner:home", Permission.USE_PARTNER_PORTAL),
    Entry(
        _("Messages"),
        "messages-square",
        "partner:conversation-list",
        Permission.USE_PARTNER_PORTAL,
        also=("/partner/touches/",),
    ),
    Entry(_("News"), "newspaper", "partner:news-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Events"), "calendar-days", "partner:event-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Tasks"), "list-checks", "partner:task-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Success plans"), "target", "partner:success-plan-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("What we are after"), "goal", "partner:goal-list", Permission.USE_PARTNER_PORTAL),
    Entry(
        _("Learning"),
        "graduation-cap",
        "partner:learning",
        Permission.USE_PARTNER_PORTAL,
        also=("/partner/courses/", "/partner/quizzes/", "/partner/attempts/"),
    ),
    Entry(_("Journeys"), "route", "partner:journey-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Certifications"), "badge-check", "partner:certification-list", Permission.USE_PARTNER_PORTAL),
    Entry(
        _("Specializations"),
        "award",
        "partner:specialization-list",
        Permission.USE_PARTNER_PORTAL,
        also=("/partner/references/",),
    ),
    Entry(_("Skills"), "hammer", "partner:skill-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Ways of working"), "workflow", "partner:process-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Content library"), "library", "partner:asset-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Deals"), "handshake", "partner:deal-list", Permission.USE_PARTNER_PORTAL),
    Entry(
        _("Scorecards"),
        "gauge",
        "partner:scorecard",
        Permission.USE_PARTNER_PORTAL,
        also=("/partner/scorecards/", "/partner/assessments/"),
    ),
    Entry(_("Agreed steps"), "list-checks", "partner:prescription-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Tier and benefits"), "medal", "partner:tier-detail", Permission.USE_PARTNER_PORTAL),
    Entry(_("Categories"), "shapes", "partner:category-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Glossary"), "book-open-text", "partner:glossary", Permission.USE_PARTNER_PORTAL),
    Entry(
        _("Agreements"),
        "signature",
        "partner:agreement-list",
        Permission.USE_PARTNER_PORTAL,
        also=("/partner/acceptances/",),
    ),
    Entry(_("Surveys"), "message-circle-question-mark", "partner:survey-list", Permission.USE_PARTNER_PORTAL),
    Entry(_("Your company"), "building-2", "partner:profile", Permission.USE_PARTNER_PORTAL),
    Entry(_("People"), "users", "partner:person-list", Permission.MANAGE_OWN_PEOPLE),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give what the shell shows; each is only asked for when a template shows it, and then once."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav_items": []}
    around = cache(lambda: _around(user, getattr(request, "partner", None)))
    return {
        "nav_items": cache(lambda: nav_items(user, request.path, new_messages=around().threads)),
        "unread_notifications": cache(lambda: around().notifications),
        "partner_manager": cache(lambda: around().manager),
        "reads_conversations": not user.is_vendor or user.has(Permission.VIEW_CONVERSATIONS),
    }


def nav_items(user: User, path: str, *, new_messages: int = 0) -> list[NavItem]:
    """Return the places a person may go to. The current one has the longest beginning of this page's address."""
    entries = [
        (entry, url)
        for entry in (VENDOR if user.is_vendor else PARTNER)
        if entry.is_for(user) and (url := _url_of(entry.url_name))
    ]
    homes = {_url_of("vendor:home"), _url_of("partner:home")}  # every page of a side begins with its home's address
    beginnings = [(start, url) for entry, url in entries for start in (url, *entry.also)]
    fitting = [
        (start, url) for start, url in beginnings if path == start or (path.startswith(start) and start not in homes)
    ]
    _start, current = max(fitting, key=lambda one: len(one[0]), default=("", ""))
    return [
        NavItem(
            entry.label,
            entry.icon,
            url,
            url == current,
            entry.group,
            new_messages if entry.counts_messages else None,
        )
        for entry, url in entries
    ]


class Manager(NamedTuple):
    """Who looks after a partner."""

    name: str
    email: str


class Around(NamedTuple):
    """What every page says beside its own: how much is new to the reader, and who looks after its partner."""

    notifications: int
    threads: int
    manager: Manager | None


class _NumberOf(Subquery):
    """How many rows a query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _around(user: User, partner: Any) -> Around:
    """Read it in one quick statement, for it is asked on every page; where there are news, in two."""
    notifications = user.notifications.filter(read_at__isnull=True)
    kinds = conversations.with_news_for(user).values("thread__subject_kind").distinct()
    manager = (
        Assignment.objects.open()
        .filter(partner=partner)
        .values(told=JSONObject(name="user__name", email="user__email"))
    )
    number, kinds_with_news, told = (
        User.objects.filter(pk=user.pk)
        .values_list(_NumberOf(notifications.values("pk")), ArraySubquery(kinds), Subquery(manager[:1]))
        .get()
    )
    threads = conversations.unread_by(user, kinds=kinds_with_news).count() if kinds_with_news else 0
    return Around(number, threads, Manager(**told) if told else None)


@cache
def _url_of(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
