"""Chainable filters. `visible_to(user)` is the only place that says which rows a person may see."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.permissions import Permission
from partners import conversing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from accounts.models import Integration, User


def own_partner_ids(user: "User | Integration") -> models.QuerySet[Any, Any]:
    """Return the ids of the partner organisations the person works for, as a subquery."""
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    return apps.get_model("partners", "Person").objects.filter(user=user, left_at__isnull=True).values("partner_id")


def sees_all_partners(user: Any) -> bool:
    """Whether every partner is visible: to program admins, executives and integrations that reached a view."""
    return user.is_vendor and (not hasattr(user, "has") or user.has(Permission.VIEW_ALL_PARTNERS))


def granted_regions(user: Any) -> models.QuerySet[Any, Any]:
    """Return the regions in which the person acts as regional program admin, with all below them, as a subquery."""
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    grants = apps.get_model("partners", "RegionGrant").objects.filter(user=user).values("region_id")
    return apps.get_model("partners", "Region").objects.filter(path__overlap=ArraySubquery(grants))


def _assignments_of(user: Any) -> models.QuerySet[Any, Any]:
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    assignments = apps.get_model("partners", "Assignment").objects
    return assignments.filter(partner=OuterRef("pk"), user=user, ends_at__isnull=True)


#: A union with arrays, which the database walks by its indexes; the same asked with OR would read every partner there
#: is. Written out, for it is part of nearly every statement, and building it from querysets costs more than running it.
_LOOKED_AFTER = """
SELECT partner_id FROM partners_assignment WHERE ends_at IS NULL AND user_id = ANY({who})
UNION ALL SELECT partner_id FROM partners_secondaryassignment WHERE ends_at IS NULL AND user_id = ANY({who})"""
_COVERED = """ARRAY(SELECT %s::bigint UNION ALL SELECT user_id FROM partners_leavecover
    WHERE stand_in_id = %s AND withdrawn_at IS NULL AND starts_at <= %s AND ends_at > %s)"""


def looked_after_ids(user: Any, *, covers: bool = True) -> RawSQL:
    """Return the ids of the partners somebody looks after now: as manager, beside it, as stand-in (`covers`)."""
    if not covers:
        return RawSQL(_LOOKED_AFTER.format(who="ARRAY[%s]::bigint[]"), [user.pk] * 2)  # noqa: S611 - our own names
    now = timezone.now()
    return RawSQL(_LOOKED_AFTER.format(who=_COVERED), [user.pk, user.pk, now, now] * 2)  # noqa: S611 - our own names


class PartnerQuerySet(models.QuerySet[Any]):
    """Partners."""

    def visible_to(self, user: Any) -> Self:
        """Partners the person may see: all, those they look after, or their own."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        if user.has(Permission.VIEW_REGION_PARTNERS):
            return self.filter(Q(pk__in=looked_after_ids(user)) | Q(region__in=granted_regions(user)))
        if user.is_vendor:
            return self.looked_after_by(user)
        return self.filter(pk__in=own_partner_ids(user))

    def assigned_to(self, user: Any) -> Self:
        """Partners whose manager this person is now."""
        return self.filter(Exists(_assignments_of(user)))

    def looked_after_by(self, user: Any) -> Self:
        """Partners this person looks after now: as their manager, beside it, or for somebody who is away."""
        return self.filter(pk__in=looked_after_ids(user))

    def in_region(self, region: Any) -> Self:
        """Partners in a region or below it."""
        return self.filter(region__path__contains=[region.pk])

    def matching(self, text: str) -> Self:
        """Partners whose name, legal name, domain or city contains the text."""
        return self.filter(
            Q(name__icontains=text)
            | Q(legal_name__icontains=text)
            | Q(domain__icontains=text)
            | Q(city__icontains=text)
        )


class PartnerOwnedQuerySet(models.QuerySet[Any]):
    """Rows that belong to one partner through `partner_path`."""

    partner_path = "partner"

    def visible_to(self, user: Any) -> Self:
        """Rows of the partners the person may see."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        partners = apps.get_model("partners", "Partner").objects.visible_to(user)
        return self.filter(**{f"{self.partner_path}__in": partners})

    def of(self, partner: Any) -> Self:
        """Rows of one partner."""
        return self.filter(**{self.partner_path: partner})


class PeriodQuerySet(PartnerOwnedQuerySet):
    """Rows with a half-open period."""

    def open(self) -> Self:
        """Rows that are still on."""
        return self.filter(ends_at__isnull=True)


class LeaveCoverQuerySet(models.QuerySet[Any]):
    """Who stands in for whom."""

    def visible_to(self, user: Any) -> Self:
        """Those of the person, on either side; to whoever assigns partners, and to integrations, all."""
        if not user.is_authenticated or not user.is_vendor:
            return self.none()
        if not hasattr(user, "has") or user.has(Permission.ASSIGN_PARTNERS):
            return self
        return self.filter(Q(user=user) | Q(stand_in=user))

    def in_force(self) -> Self:
        """Those that nobody took back."""
        return self.filter(withdrawn_at__isnull=True)

    def covered_by(self, user: Any, *, at: "datetime") -> Self:
        """Those in which the person stands in at a moment."""
        return self.in_force().filter(stand_in=user, starts_at__lte=at, ends_at__gt=at)


class ThreadQuerySet(models.QuerySet[Any]):
    """Conversations."""

    def visible_to(self, user: Any, *, kinds: "Collection[str] | None" = None) -> Self:
        """Threads about records that the person may see; at the vendor, for those who may read conversations.

        With `kinds`, threads about records of these kinds only.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_vendor and hasattr(user, "has") and not user.has(Permission.VIEW_CONVERSATIONS):
            return self.none()
        if sees_all_partners(user):
            return self if kinds is None else self.filter(subject_kind__in=kinds)
        seen = Q(pk__in=[])
        for subject in conversing.subjects():
            if (subject.open_to_partners or user.is_vendor) and (kinds is None or subject.kind in kinds):
                # one look at each record: the list of everything a person sees is longer than their threads
                there = subject.visible_to(user).filter(pk=OuterRef("subject_id"))
                seen |= Q(Exists(there), subject_kind=subject.kind)
        return self.filter(seen)


class MessageQuerySet(models.QuerySet[Any]):
    """Messages."""

    def visible_to(self, user: Any) -> Self:
        """Messages of threads the person may see; the vendor's internal notes for the vendor's people only."""
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        threads = apps.get_model("partners", "Thread").objects.visible_to(user)
        return self.readable_by(user).filter(thread__in=threads)

    def readable_by(self, user: Any) -> Self:
        """Messages that the person's side may read, in threads that are known to be visible to them."""
        return self if getattr(user, "is_vendor", False) else self.filter(is_internal=False)


class OverrideQuerySet(models.QuerySet[Any]):
    """What is special about definitions in single regions. Everybody who sees definitions reads all of them."""

    def editable_by(self, user: Any, permission: Permission) -> Self:
        """Those the person may write: all with the permission, else those of the regions granted to them and below."""
        if user.has(permission):
            return self
        if user.has(Permission.EDIT_REGIONAL_TEXTS):
            return self.filter(region__in=granted_regions(user))
        return self.none()


class MembershipPartQuerySet(PartnerOwnedQuerySet):
    """Rows that belong to a partner through a membership."""

    partner_path = "membership__partner"


class FlagQuerySet(models.QuerySet[Any]):
    """Flags: what somebody said seems wrong."""

    def visible_to(self, user: Any) -> Self:
        """Flags a person may read.

        A partner's people read what their own partner sent. At the vendor, whoever sees all partners reads all; others
        read those of their partners, those they sent and those they own.
        """
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        if not user.is_vendor:
            return self.filter(from_partner=True, partner__in=own_partner_ids(user))
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        partners = apps.get_model("partners", "Partner").objects.visible_to(user)
        return self.filter(Q(partner__in=partners) | Q(sent_by=user) | Q(owner=user))


class ApplicationQuerySet(models.QuerySet[Any]):
    """Applications of organisations that want to become partners."""

    def visible_to(self, user: Any) -> Self:
        """Those handed in: all of them, or those given to the reviewer, of their regions, and of their partners."""
        if not user.is_authenticated or not user.is_vendor:
            return self.none()
        if hasattr(user, "has") and not user.has(Permission.REVIEW_APPLICATIONS):
            return self.none()
        if sees_all_partners(user):
            return self.handed_in()
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        looked_after = apps.get_model("partners", "Assignment").objects.filter(user=user, ends_at__isnull=True)
        own_regions = looked_after.filter(partner__region__isnull=False).values("partner__region")
        here = Q(region__in=own_regions) | Q(region__in=granted_regions(user))
        theirs = Q(partner__in=apps.get_model("partners", "Partner").objects.visible_to(user))
        return self.handed_in().filter(here | theirs | Q(reviewer=user))

    def handed_in(self) -> Self:
        """All but those that are still being filled in."""
        return self.exclude(state="draft")

    def waiting(self) -> Self:
        """Those to which the vendor owes an answer."""
        return self.filter(due_at__isnull=False)

    def late(self, at: "datetime") -> Self:
        """Those whose applicant should have heard from the vendor by now."""
        return self.filter(due_at__lte=at)


class TouchQuerySet(PartnerOwnedQuerySet):
    """Touches."""

    def visible_to(self, user: Any) -> Self:
        """Touches with partners the person may see; a partner sees those that are shared with it."""
        seen = super().visible_to(user)
        return seen if user.is_authenticated and user.is_vendor else seen.filter(is_shared=True)


class SignatoryQuerySet(PartnerOwnedQuerySet):
    """People named as signatories."""

    partner_path = "person__partner"
