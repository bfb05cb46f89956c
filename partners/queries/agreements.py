"""Agreements: who has to agree, who has, what runs out, and what is closed meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.models import Program, VersionState
from core.periods import today
from partners import audiences
from partners.models import (
    Acceptance,
    Agreement,
    AgreementVersion,
    CategoryMembership,
    Gate,
    JobFunction,
    Partner,
    Person,
    Signers,
    Tier,
    TierHolding,
)
from partners.models.memberships import HOLDING_STATES


class IsAmong(Func):
    """`a = ANY(array)`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    arity = 2
    output_field = BooleanField()


class Standing(StrEnum):
    """Where a partner stands with an agreement."""

    DUE = "due"
    OUTDATED = "outdated"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    VALID = "valid"


def program_day() -> date:
    """Return the day it is in the program's time zone."""
    return today(at=timezone.now(), zone=Program.current().zone)


def in_force(day: date) -> QuerySet[Acceptance]:
    """Return the acceptances that count on a day: of a text that is new enough, and not run out."""
    return Acceptance.objects.filter(number__gte=F("agreement__required_number")).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day)
    )


def asked_of(partner_ids: Any) -> QuerySet[AgreementVersion]:
    """Return the published agreements that these partners have to accept. `partner_ids` may be a subquery of one."""
    published = AgreementVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
    held = CategoryMembership.objects.filter(
        IsAmong(F("category_id"), OuterRef("category_ids")),
        partner__in=partner_ids,
        ends_at__isnull=True,
        state__in=HOLDING_STATES,
    )
    below = Tier.objects.filter(
        IsAmong(F("pk"), OuterRef(OuterRef("tier_ids"))),
        track=OuterRef("tier__track"),
        rank__lte=OuterRef("tier__rank"),
    )
    holding = TierHolding.objects.filter(Exists(below), partner__in=partner_ids, ends_at__isnull=True)
    there = Partner.objects.filter(pk__in=partner_ids, region__path__overlap=OuterRef("region_ids"))
    addressed = audiences.verdicts().filter(IsAmong(OuterRef("audience_id"), F("segment_ids")), partner__in=partner_ids)
    return published.filter(
        Q(category_ids=[]) | Exists(held),
        Q(tier_ids=[]) | Exists(holding),
        Q(region_ids=[]) | Exists(there),
        Q(audience_id__isnull=True) | Exists(addressed),
    )


def closing(partner_ids: Any, gate: Gate, day: date) -> QuerySet[AgreementVersion]:
    """Return what these partners have to accept before a gate opens to them."""
    accepted = in_force(day).filter(partner__in=partner_ids, agreement=OuterRef("definition"))
    return asked_of(partner_ids).filter(~Exists(accepted), gates__contains=[gate])


def audience_of(version: AgreementVersion) -> QuerySet[Partner]:
    """Return the partners who have to accept a version: those that are with us, as it says."""
    partners = Partner.objects.filter(status__in=("prospect", "active"))
    if version.category_ids:
        rows = CategoryMembership.objects.filter(
            category__in=version.category_ids, ends_at__isnull=True, state__in=HOLDING_STATES
        )
        partners = partners.filter(pk__in=rows.values("partner"))
    if version.tier_ids:
        asked = Tier.objects.filter(pk__in=version.tier_ids, track=OuterRef("tier__track"))
        rows = TierHolding.objects.filter(Exists(asked.filter(rank__lte=OuterRef("tier__rank"))), ends_at__isnull=True)
        partners = partners.filter(pk__in=rows.values("partner"))
    if version.region_ids:
        partners = partners.filter(region__path__overlap=version.region_ids)
    if version.audience_id:
        addressed = audiences.verdicts().filter(segment_ids__contains=[version.audience_id])
        partners = partners.filter(pk__in=addressed.values("partner"))
    return partners


def asking(audience_id: int) -> list[str]:
    """Return the names of the agreements in use that are asked of an audience, drafts among them."""
    rows = AgreementVersion.objects.filter(audience_id=audience_id, definition__retired_at__isnull=True)
    used = rows.exclude(state=VersionState.SUPERSEDED).order_by("definition__name")
    return list(used.values_list("definition__name", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Place:
    """Where one partner stands with one agreement: the text that is asked, and what it accepted last."""

    version: AgreementVersion
    acceptance: Acceptance | None
    standing: Standing
    days_left: int | None

    @property
    def agreement(self) -> Agreement:
        """The agreement."""
        return self.version.definition

    @property
    def wants_acting(self) -> bool:
        """Whether somebody should accept, now or soon."""
        return self.standing != Standing.VALID


def place(version: AgreementVersion, acceptance: Acceptance | None, day: date) -> Place:
    """Say where a partner stands that accepted this last."""
    if acceptance is None:
        return Place(version, None, Standing.DUE, None)
    left = (acceptance.ends_on - day).days if acceptance.ends_on else None
    if acceptance.number < version.definition.required_number:
        return Place(version, acceptance, Standing.OUTDATED, left)
    if left is not None and left <= 0:
        return Place(version, acceptance, Standing.EXPIRED, left)
    soon = left is not None and left <= max(version.notice_days, default=0)
    return Place(version, acceptance, Standing.EXPIRING if soon else Standing.VALID, left)


def places_of(partner: Partner, day: date) -> list[Place]:
    """Return where a partner stands with everything it has to accept, what is to be done first."""
    versions = asked_of([partner.pk]).select_related("definition").order_by("definition__position", "definition__name")
    last: dict[int, Acceptance] = {}
    for one in partner.acceptances.select_related("person").order_by("accepted_at", "pk"):
        last[one.agreement_id] = one
    found = [place(one, last.get(one.definition_id), day) for one in versions]
    order = list(Standing)
    return sorted(found, key=lambda one: order.index(one.standing))


def with_acceptance(partners: QuerySet[Partner], agreement: Agreement) -> Any:
    """Add what partners accepted last of an agreement: `accepted_number`, `accepted_at`, `ends_on`, `by_name`."""
    rows = Acceptance.objects.filter(partner=OuterRef("pk"), agreement=agreement).order_by("-accepted_at", "-pk")
    return partners.annotate(
        accepted_number=Subquery(rows.values("number")[:1]),
        accepted_at=Subquery(rows.values("accepted_at")[:1]),
        accepted_id=Subquery(rows.values("public_id")[:1]),
        ends_on=Subquery(rows.values("ends_on")[:1]),
        by_name=Subquery(rows.values("signed_name")[:1]),
    )


def standing_of(partner: Any, version: AgreementVersion, day: date) -> Standing:
    """Say where a partner stands that came with what it accepted last (`with_acceptance`)."""
    if partner.accepted_number is None:
        return Standing.DUE
    last = Acceptance(number=partner.accepted_number, ends_on=partner.ends_on)
    return place(version, last, day).standing


def narrowed(partners: Any, version: AgreementVersion, show: str, day: date) -> Any:
    """Return the partners who have accepted, who have not, or whose acceptance runs out within the notice days."""
    required = version.definition.required_number
    counts = Q(accepted_number__gte=required) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
    if show == "accepted":
        return partners.filter(counts)
    if show == "outstanding":
        return partners.exclude(pk__in=partners.filter(counts).values("pk"))
    if show == "expiring":
        last = date.fromordinal(day.toordinal() + max(version.notice_days, default=30))
        return partners.filter(accepted_number__gte=required, ends_on__gt=day, ends_on__lte=last)
    return partners


def signers_of(partner: Any, version: AgreementVersion) -> QuerySet[Person]:
    """Return the people of a partner, or of one referred to in a query, who may accept a version."""
    return signers_among(Person.objects.filter(partner=partner, left_at__isnull=True, user__isnull=False), version)


def signers_among(people: QuerySet[Person], version: AgreementVersion) -> QuerySet[Person]:
    """Return those of people who may sign in who may accept a version for their partner."""
    if version.signers == Signers.ADMINS:
        return people.filter(is_admin=True)
    if version.signers == Signers.EXECUTIVES:
        return people.filter(job_function=JobFunction.EXECUTIVE)
    return people.filter(signatory__isnull=False)


def agreements_listed() -> Iterable[Agreement]:
    """Return every agreement with its versions, those in use first."""
    rows = Agreement.objects.prefetch_related("versions").order_by(
        F("retired_at").asc(nulls_first=True), "position", "name"
    )
    for one in rows:
        versions = sorted(one.versions.all(), key=lambda version: version.number)
        one.published = next((v for v in versions if v.state == VersionState.PUBLISHED), None)  # type: ignore[attr-defined]
        one.draft = next((v for v in versions if v.state == VersionState.DRAFT), None)  # type: ignore[attr-defined]
    return rows
