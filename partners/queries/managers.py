"""Who looks after partners: their manager, those who help, and who stands in for whoever is away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from partners.models import Assignment, LeaveCover, Partner, SecondaryAssignment


def reached_at(partners: Iterable[Any], *, at: datetime) -> QuerySet[User]:
    """Return who hears what concerns partners: their managers, and who stands in for them at a moment."""
    managers = Assignment.objects.open().filter(partner__in=partners).values("user")
    away = LeaveCover.objects.in_force().filter(user__in=managers, starts_at__lte=at, ends_at__gt=at)
    return User.objects.filter(Q(pk__in=managers) | Q(pk__in=away.values("stand_in")), is_active=True)


@dataclass(frozen=True, slots=True)
class Managers:
    """Everybody who looks after one partner now. `stand_in` is there while its manager is away."""

    manager: Assignment | None
    stand_in: LeaveCover | None
    secondary: list[SecondaryAssignment]


def of_partner(partner: Partner, *, at: datetime) -> Managers:
    """Return who looks after a partner at a moment."""
    manager = Assignment.objects.open().filter(partner=partner).select_related("user").first()
    covers = LeaveCover.objects.in_force().filter(starts_at__lte=at, ends_at__gt=at).select_related("stand_in", "user")
    helpers = SecondaryAssignment.objects.open().filter(partner=partner).select_related("user", "added_by")
    return Managers(
        manager,
        covers.filter(user=manager.user).first() if manager else None,
        list(helpers.order_by("user__name", "pk")),
    )


@dataclass(frozen=True, slots=True)
class Covers:
    """Who stands in for whom: now and in days to come, and what is over."""

    coming: list[LeaveCover]
    over: list[LeaveCover]


def covers_seen_by(user: Any, *, at: datetime, most: int = 20) -> Covers:
    """Return the arrangements that somebody may see, the next ones first and a few that are over."""
    rows = LeaveCover.objects.visible_to(user).select_related("user", "stand_in", "arranged_by")
    coming = rows.in_force().filter(ends_at__gt=at).order_by("starts_at", "pk")
    over = rows.exclude(withdrawn_at__isnull=True, ends_at__gt=at).order_by("-ends_at", "-pk")
    return Covers(list(coming), list(over[:most]))
