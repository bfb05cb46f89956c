"""Applications as the vendor's pages show them, and who should look at one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest, Upper

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import VendorRole, permissions_of
from partners.models import (
    AnswerGoesTo,
    ApplicationQuestion,
    ApplicationState,
    ApplicationTerms,
    Assignment,
    Message,
    MessageFile,
    Partner,
    PartnerApplication,
    Region,
    RegionCountry,
    Side,
)
from partners.models.applications import OPEN_STATES
from partners.queries.application_questions import asked_of

#: From how alike on two names are taken to be the same organisation's, 0 to 1.
ALIKE = 0.5
MAX_CANDIDATES = 8
NOBODY, ME = "nobody", "me"


def terms() -> ApplicationTerms:
    """Return how the program takes applications; its defaults until somebody changed them."""
    return ApplicationTerms.objects.filter(pk=1).first() or ApplicationTerms(pk=1)


# --- who should look at it


def likely_region(country: str) -> Region | None:
    """Return the region that names a country; where none does, the one in which most partners of the country are."""
    named = RegionCountry.objects.filter(country=country).select_related("region").first()
    if named is not None:
        return named.region
    counted = Partner.objects.filter(country=country, region__isnull=False).values("region")
    first = counted.annotate(n=Count("pk")).order_by("-n", "region").values_list("region", flat=True).first()
    return Region.objects.filter(pk=first).first() if first else None


def likely_reviewer(region: Region | None) -> User | None:
    """Return the channel account manager who looks after most partners in a region and below."""
    if region is None:
        return None
    inside = Partner.objects.in_region(region)
    counted = Assignment.objects.open().filter(partner__in=inside, user__in=reviewers()).values("user")
    first = counted.annotate(n=Count("pk")).order_by("-n", "user").values_list("user", flat=True).first()
    return User.objects.filter(pk=first).first() if first else None


def reviewers() -> QuerySet[User]:
    """Return everybody who may review applications."""
    roles = [role for role in VendorRole if Permission.REVIEW_APPLICATIONS in permissions_of(role)]
    return User.objects.filter(is_active=True, role__in=roles).order_by("name", "id")


# --- whether we know them already


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner that may be the same organisation, with what is the same."""

    partner: Any
    same_domain: bool
    same_tax_id: bool
    likeness: float
    is_visible: bool

    @property
    def percent(self) -> int:
        """How alike the names are, in hundredths."""
        return round(100 * self.likeness)


def candidates(application: PartnerApplication, user: Any) -> list[Candidate]:
    """Return partners that may be the same organisation, the likeliest first, and which of them a person may open."""
    name, domain, tax_id = application.name, application.domain, application.tax_id
    seen = Partner.objects.visible_to(user).filter(pk=OuterRef("pk"))
    rows = _alike(name=name, domain=domain, tax_id=tax_id).annotate(is_visible=Exists(seen))
    found = [
        Candidate(
            one,
            bool(domain) and one.domain == domain,
            bool(tax_id) and _bare(one.tax_id) == _bare(tax_id),
            one.likeness,
            one.is_visible,
        )
        for one in rows[:MAX_CANDIDATES]
    ]
    return sorted(found, key=lambda one: (not one.same_domain, not one.same_tax_id, -one.likeness))


def is_known(*, name: str, domain: str, tax_id: str) -> bool:
    """Whether a partner looks like the same organisation. Nothing else of it is told to strangers."""
    return bool(_alike(name=name, domain=domain, tax_id=tax_id)[:1])


def other_applications(application: PartnerApplication) -> QuerySet[PartnerApplication]:
    """Return open applications that may be of the same organisation."""
    same = Q(contact_email__iexact=application.contact_email)
    if application.domain:
        same |= Q(domain=application.domain)
    if application.tax_id:
        same |= Q(tax_id=application.tax_id)
    rows = PartnerApplication.objects.filter(same, state__in=OPEN_STATES).exclude(pk=application.pk)
    return rows.order_by("submitted_at", "id")


def _alike(*, name: str, domain: str, tax_id: str) -> QuerySet[Any]:
    words = name.strip().upper()
    same = Q(pk__in=[])
    if len(words) > 2:  # noqa: PLR2004 - two letters are like everything
        same |= Q(shouted__trigram_similar=words, likeness__gte=ALIKE)
    if domain:
        same |= Q(domain=domain)
    if tax_id:
        same |= Q(tax_id__in={tax_id, _bare(tax_id)})
    likeness = Greatest(TrigramSimilarity(Upper("name"), words), TrigramSimilarity(Upper("legal_name"), words))
    rows = Partner.objects.annotate(shouted=Upper("name"), likeness=likeness).filter(same)
    return rows.select_related("region").order_by("-likeness", "pk")


def _bare(tax_id: str) -> str:
    return "".join(part for part in tax_id.upper() if part.isalnum())


# --- the queue


@dataclass(frozen=True)
class Filters:
    """What the queue was narrowed to, as it stands in the address."""

    text: str = ""
    state: str = ""
    reviewer: str = ""
    region: str = ""
    late: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """Read the filters out of an address."""
        plain = {name: query.get(name, "").strip() for name in ("state", "reviewer", "region", "late")}
        return cls(text=query.get("q", "").strip()[:100].replace("\x00", ""), **plain)

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return self != Filters()


def queue(user: Any, filters: Filters, *, at: Any) -> QuerySet[PartnerApplication]:
    """Return the applications a person may review, those due first on top; without a state, the open ones."""
    rows = PartnerApplication.objects.visible_to(user)
    if filters.state in ApplicationState.values:
        rows = rows.filter(state=filters.state)
    elif filters.state != "all":
        rows = rows.filter(state__in=OPEN_STATES)
    if filters.text:
        rows = rows.filter(
            Q(name__icontains=filters.text)
            | Q(domain__icontains=filters.text)
            | Q(contact_name__icontains=filters.text)
            | Q(contact_email__icontains=filters.text)
        )
    if filters.reviewer == ME:
        rows = rows.filter(reviewer=user)
    elif filters.reviewer == NOBODY:
        rows = rows.filter(reviewer__isnull=True)
    if filters.region:
        region = Region.objects.filter(key=filters.region).first()
        rows = rows.filter(region__path__contains=[region.pk]) if region else rows.none()
    if filters.late:
        rows = rows.late(at)
    return rows.select_related("region", "reviewer").order_by(
        F("due_at").asc(nulls_last=True), F("submitted_at").desc(nulls_last=True), "pk"
    )


def waiting_for(user: Any, *, at: datetime) -> QuerySet[PartnerApplication]:
    """Return the applications that wait for an answer of one person, or of nobody yet, those due first on top.

    Late ones wait for whoever sees all partners, too.
    """
    theirs = Q(reviewer=user) | Q(reviewer__isnull=True)
    if user.has(Permission.VIEW_ALL_PARTNERS):
        theirs |= Q(due_at__lte=at)
    rows = PartnerApplication.objects.visible_to(user).waiting().filter(theirs)
    return rows.select_related("reviewer").order_by("due_at", "pk")


def of_partner(partner: Partner, user: Any) -> QuerySet[PartnerApplication]:
    """Return the applications by which a partner came, the newest first."""
    rows = PartnerApplication.objects.visible_to(user).filter(partner=partner)
    return rows.select_related("decided_by", "region").order_by("-decided_at", "-pk")


def state_counts(user: Any) -> dict[str, int]:
    """Return how many applications are in each state, of those a person may review."""
    rows = PartnerApplication.objects.visible_to(user).values("state")
    return dict(rows.annotate(n=Count("pk")).order_by().values_list("state", "n"))


def said(application: PartnerApplication) -> list[Message]:
    """Return what was said between the applicant and the vendor, in order; the vendor's own notes are left out."""
    rows = Message.objects.filter(
        thread__subject_kind="application", thread__subject_id=application.pk, is_internal=False, removed_at=None
    )
    return list(rows.order_by("id").prefetch_related("files"))


def files_said(application: PartnerApplication) -> QuerySet[MessageFile]:
    """Return the files that went between the applicant and the vendor."""
    rows = MessageFile.objects.filter(message__in=[one.pk for one in said(application)])
    return rows.order_by("id")


def files_sent(application: PartnerApplication) -> int:
    """Return how many files the applicant has sent, those of messages taken away among them."""
    return MessageFile.objects.filter(
        message__thread__subject_kind="application",
        message__thread__subject_id=application.pk,
        message__side=Side.OUTSIDE,
    ).count()


# --- what was answered, as a partner's columns


def as_partner(application: PartnerApplication, asked: Iterable[ApplicationQuestion] | None = None) -> dict[str, Any]:
    """Return what an application says by the names of a partner's fields, `attributes` among them.

    `asked` are the questions whose answers count, where they are at hand already; otherwise all that were asked.
    """
    values: dict[str, Any] = {
        "name": application.name,
        "domain": application.domain,
        "tax_id": application.tax_id,
        "country": application.country,
        "region_id": application.region_id,
    }
    attributes = {}
    for question in asked_of(application.category_ids) if asked is None else asked:
        answer = application.answers.get(str(question.public_id))
        if answer in (None, "", []):
            continue
        if question.goes_to == AnswerGoesTo.PROFILE:
            values[question.profile_field] = answer
        elif question.attribute is not None:
            attributes[question.attribute.key] = answer
    return values | ({"attributes": attributes} if attributes else {})
