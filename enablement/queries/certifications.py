"""Certifications as pages show them: who holds what, until when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from enablement.models import Certification, HeldCertification
from partners.models import Partner

EXPIRES_SOON_DAYS = 60


@dataclass(frozen=True)
class Held:
    """A certification somebody holds, as of a day."""

    held: HeldCertification
    today: date

    @property
    def is_expired(self) -> bool:
        """Whether it no longer counts."""
        return not self.held.is_valid_on(self.today)

    @property
    def expires_soon(self) -> bool:
        """Whether it stops counting within EXPIRES_SOON_DAYS."""
        return self.days_left is not None and 0 < self.days_left <= EXPIRES_SOON_DAYS

    @property
    def days_left(self) -> int | None:
        """For how many days it still counts; None when it never expires."""
        ends = [one for one in (self.held.expires_on, self.held.certification.credit_until_on) if one]
        return (min(ends) - self.today).days if ends else None


def held_at(*, partner: Partner, today: date) -> list[Held]:
    """Return what the partner's people hold or held: by person, the newest record of each certification."""
    rows = (
        HeldCertification.objects.of(partner)
        .of_people_here()
        .select_related("person", "certification")
        .order_by("person__name", "person", "certification", "-earned_on", F("expires_on").desc(nulls_first=True))
        .distinct("person__name", "person", "certification")
    )
    return [Held(one, today) for one in rows]


def expiring_soon(*, user: Any, today: date, days: int = EXPIRES_SOON_DAYS) -> QuerySet[HeldCertification]:
    """Return what stops counting soon at partners the person may see, soonest first; renewed ones are left out."""
    return (
        HeldCertification.objects.visible_to(user)
        .of_people_here()
        .expiring(after=today, until=today + timedelta(days=days))
        .not_renewed()
        .select_related("partner", "person", "certification")
    )


def catalogue(*, user: Any, today: date) -> QuerySet[Certification]:
    """Return all definitions with the number of people who hold them validly, at partners the person may see."""
    return Certification.objects.annotate(
        holders=Count(
            "held__person",
            distinct=True,
            filter=Q(held__in=HeldCertification.objects.visible_to(user).of_people_here().valid_on(today)),
        )
    ).order_by(F("retired_at").asc(nulls_first=True), "name")
