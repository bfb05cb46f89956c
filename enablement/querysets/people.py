"""What people of partners hold, think and are asked."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from partners.querysets import PartnerOwnedQuerySet


class PersonOwnedQuerySet(PartnerOwnedQuerySet):
    """Rows that belong to a person of a partner."""

    partner_path = "person__partner"


class QuestionQuerySet(models.QuerySet[Any]):
    """Questions of pools."""

    def in_use(self) -> Self:
        """Those that are still asked."""
        return self.filter(retired_at__isnull=True)


class LessonQuerySet(models.QuerySet[Any]):
    """Lessons of courses."""

    def open_to(self, user: Any) -> Self:
        """Lessons with a text of their own, and those whose asset the person may see."""
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        assets = apps.get_model("enablement", "Asset").objects.visible_to(user)
        return self.filter(Q(asset__isnull=True) | Q(asset__in=assets.values("pk")))


class HeldQuerySet(PersonOwnedQuerySet):
    """Certifications people and companies hold."""

    partner_path = "partner"

    def of_people_here(self) -> Self:
        """Held by people who have not left their partner, or by the company, and not revoked."""
        return self.filter(Q(for_company=True) | Q(person__left_at__isnull=True), revoked_at__isnull=True)

    def valid_on(self, day: Any) -> Self:
        """Not expired on a day, not revoked, and not of a certification whose credit has ended."""
        ended = Q(certification__credit_until_on__isnull=False, certification__credit_until_on__lte=day)
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=day), ~ended, revoked_at__isnull=True)

    def not_renewed(self) -> Self:
        """Of which there is no newer one."""
        theirs = Q(person=OuterRef("person")) | Q(for_company=True, partner=OuterRef("partner"))
        newer = self.model._default_manager.filter(theirs, certification=OuterRef("certification"), revoked_at=None)
        return self.filter(~Exists(newer.filter(earned_on__gt=OuterRef("earned_on"))))

    def expiring(self, *, after: Any, until: Any) -> Self:
        """Valid on the first day and no longer on the last, soonest first."""
        return self.filter(expires_on__gt=after, expires_on__lte=until).order_by(F("expires_on"), "pk")
