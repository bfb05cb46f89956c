"""Search from anywhere. Every group goes through `visible_to`, so nobody finds what is not for them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.permissions import Permission
from deals.models import Deal
from enablement.models import Asset, Course, Event, Journey, Lesson, NewsItem, Package, Process, Skill, Survey
from enablement.queries.news import said_to
from partners.conversing import subject_of
from partners.models import Category, Message, Partner, Person
from partners.queries.languages import language_for
from segmentation.models import Measure, Segment

HITS_PER_GROUP = 6
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    subtitle: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind."""

    label: str
    hits: list[Hit]


def search(*, text: str, user: Any) -> list[Group]:
    """Return what the person may see and whose name contains the text, in groups that are not empty."""
    text = text.strip()[:100].replace("\x00", "")
    if len(text) < SHORTEST:
        return []
    sources = _vendor_sources(user) if user.is_vendor else _partner_sources()
    found = [Group(label, list(source(text, user))) for label, source in sources]
    return [group for group in found if group.hits]


Source = Callable[[str, Any], Iterable[Hit]]


def _vendor_sources(user: Any) -> list[tuple[str, Source]]:
    sources: list[tuple[Permission, str, Source]] = [
        (Permission.VIEW_PARTNERS, _("Partners"), _partners),
        (Permission.VIEW_PARTNERS, _("People"), _people),
        (Permission.VIEW_DEALS, _("Deals"), _deals("vendor")),
        (Permission.VIEW_SEGMENTS, _("Segments"), _segments),
        (Permission.VIEW_DEFINITIONS, _("Measures"), _measures),
        (Permission.MANAGE_CONTENT, _("Content"), _assets("vendor:asset-detail")),
        (Permission.VIEW_DEFINITIONS, _("News"), _news("vendor")),
        (Permission.VIEW_DEFINITIONS, _("Events"), _events("vendor")),
        (Permission.VIEW_DEFINITIONS, _("Surveys"), _surveys("vendor")),
        (Permission.VIEW_DEFINITIONS, _("Packages"), _packages),
        (Permission.VIEW_DEFINITIONS, _("Skills"), _skills),
        (Permission.VIEW_DEFINITIONS, _("Ways of working"), _processes),
        (Permission.VIEW_PARTNERS, _("Messages"), _messages),
    ]
    return [(label, source) for permission, label, source in sources if allowed(user, permission)]


def _partners(text: str, user: Any) -> Iterable[Hit]:
    for one in (
        Partner.objects.visible_to(user).matching(text).select_related("region").order_by("name", "id")[:HITS_PER_GROUP]
    ):
        place = " · ".join(str(part) for part in (one.region, one.country) if part)
        yield Hit(one.name, place, reverse("vendor:partner-detail", args=[one.public_id]), "building-2")


def _people(text: str, user: Any) -> Iterable[Hit]:
    rows = (
        Person.objects.visible_to(user)
        .filter(left_at__isnull=True)
        .filter(Q(name__icontains=text) | Q(email__icontains=text))
    )
    for one in rows.select_related("partner").order_by("name", "id")[:HITS_PER_GROUP]:
        yield Hit(one.name, str(one.partner), reverse("vendor:partner-detail", args=[one.partner.public_id]), "user")


def _deals(side: str) -> Source:
    def source(text: str, user: Any) -> Iterable[Hit]:
        rows = Deal.objects.visible_to(user).filter(Q(name__icontains=text) | Q(customer__name__icontains=text))
        for one in rows.select_related("customer").order_by("name", "id")[:HITS_PER_GROUP]:
            yield Hit(one.name, str(one.customer), reverse(f"{side}:deal-detail", args=[one.public_id]), "handshake")

    return source


def _segments(text: str, user: Any) -> Iterable[Hit]:
    rows = Segment.objects.filter(name__icontains=text, is_audience=False, retired_at__isnull=True)
    for one in rows.order_by("name")[:HITS_PER_GROUP]:
        yield Hit(one.name, one.description, reverse("vendor:segment-detail", args=[one.public_id]), "funnel")


def _measures(text: str, user: Any) -> Iterable[Hit]:
    rows = Measure.objects.filter(name__icontains=text, retired_at__isnull=True)
    for one in rows.order_by("name")[:HITS_PER_GROUP]:
        yield Hit(one.name, one.description, reverse("vendor:measure-detail", args=[one.public_id]), "ruler")


def _assets(url_name: str) -> Source:
    def source(text: str, user: Any) -> Iterable[Hit]:
        rows = Asset.objects.visible_to(user).matching(text, read_by=user).without_words()
        for one in rows.order_by("-rank", "id")[:HITS_PER_GROUP]:
            yield Hit(
                one.title, one.summary or one.get_kind_display(), reverse(url_name, args=[one.public_id]), "file-text"
            )

    return source


def _skills(text: str, user: Any) -> Iterable[Hit]:
    named = Q(name__icontains=text) | Q(area__icontains=text)
    for one in Skill.objects.visible_to(user).filter(named).order_by("name")[:HITS_PER_GROUP]:
        page = reverse("vendor:skill-detail", args=[one.public_id]) if user.is_vendor else reverse("partner:skill-list")
        yield Hit(one.name, one.area or one.description, page, "hammer")


def _processes(text: str, user: Any) -> Iterable[Hit]:
    for one in Process.objects.visible_to(user).filter(name__icontains=text).order_by("name")[:HITS_PER_GROUP]:
        at_vendor = user.is_vendor
        page = reverse("vendor:process-detail", args=[one.public_id]) if at_vendor else reverse("partner:process-list")
        yield Hit(one.name, one.description, page, "workflow")


def _news(side: str) -> Source:
    def source(text: str, user: Any) -> Iterable[Hit]:
        rows = NewsItem.objects.visible_to(user).matching(text, language=language_for(user))
        for one in rows.order_by("-published_at", "-pk")[:HITS_PER_GROUP]:
            words = said_to(one, user)
            address = reverse(f"{side}:news-detail", args=[one.public_id])
            yield Hit(words.title, words.summary or one.get_kind_display(), address, "newspaper")

    return source


def _events(side: str) -> Source:
    def source(text: str, user: Any) -> Iterable[Hit]:
        rows = Event.objects.visible_to(user).filter(Q(title__icontains=text) | Q(summary__icontains=text))
        for one in rows.order_by("-starts_at", "-pk")[:HITS_PER_GROUP]:
            day = date_format(timezone.localtime(one.starts_at))
            yield Hit(one.title, day, reverse(f"{side}:event-detail", args=[one.public_id]), "calendar-days")

    return source


def _surveys(side: str) -> Source:
    def source(text: str, user: Any) -> Iterable[Hit]:
        rows = Survey.objects.visible_to(user).filter(name__icontains=text)
        for one in rows.order_by("name")[:HITS_PER_GROUP]:
            page = reverse(f"{side}:survey-detail", args=[one.public_id])
            yield Hit(one.name, one.summary, page, "message-circle-question-mark")

    return source


def _packages(text: str, user: Any) -> Iterable[Hit]:
    for one in Package.objects.filter(name__icontains=text).order_by("name", "pk")[:HITS_PER_GROUP]:
        yield Hit(one.name, "", reverse("vendor:package-detail", args=[one.public_id]), "package")


def _package_lessons(text: str, user: Any) -> Iterable[Hit]:
    """Find lessons that are packages, in courses the reader sees: a package has no audience of its own."""
    named = Q(package__name__icontains=text) | Q(package__isnull=False, title__icontains=text)
    rows = Lesson.objects.filter(named, course__in=Course.objects.visible_to(user)).select_related("course")
    for one in rows.order_by("title", "pk")[:HITS_PER_GROUP]:
        yield Hit(one.title, str(one.course), reverse("partner:course-detail", args=[one.course.public_id]), "package")


def _messages(text: str, user: Any) -> Iterable[Hit]:
    rows = Message.objects.visible_to(user).filter(text__icontains=text).select_related("thread")
    for one in rows.order_by("-id")[:HITS_PER_GROUP]:
        if subject := subject_of(one.thread.subject_kind):
            page = subject.page_of(one.thread.subject_public_id, at_vendor=user.is_vendor)
            yield Hit(Truncator(one.text).chars(80), f"{one.author_name} · {one.thread}", page, "message-square")


def _journeys(text: str, user: Any) -> Iterable[Hit]:
    rows = Journey.objects.visible_to(user).filter(name__icontains=text)
    for one in rows.order_by("name")[:HITS_PER_GROUP]:
        yield Hit(one.name, one.summary, reverse("partner:journey-detail", args=[one.public_id]), "graduation-cap")


def _categories(text: str, user: Any) -> Iterable[Hit]:
    rows = Category.objects.filter(name__icontains=text, retired_at__isnull=True, versions__state="published")
    for one in rows.order_by("position")[:HITS_PER_GROUP]:
        yield Hit(one.name, "", reverse("partner:category-detail", args=[one.public_id]), "shapes")


def _partner_sources() -> list[tuple[str, Source]]:
    return [
        (_("Content"), _assets("partner:asset-detail")),
        (_("News"), _news("partner")),
        (_("Events"), _events("partner")),
        (_("Journeys"), _journeys),
        (_("Surveys"), _surveys("partner")),
        (_("Packages"), _package_lessons),
        (_("Skills"), _skills),
        (_("Ways of working"), _processes),
        (_("Deals"), _deals("partner")),
        (_("Categories"), _categories),
        (_("Messages"), _messages),
    ]
