"""Chainable filters. `visible_to(user)` is the only place that says which rows a person may see."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.permissions import Permission
from partners import conversing

if TYPE_CHECKING:
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


class PartnerQuerySet(models.QuerySet[Any]):
    """Partners."""

    def visible_to(self, user: Any) -> Self:
        """Partners the person may see: all, those assigned to them, or their own."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_partners(user):
            return self
        if user.has(Permission.VIEW_REGION_PARTNERS):
            return self.filter(Exists(_assignments_of(user)) | Q(region__in=granted_regions(user)))
        if user.is_vendor:
            return self.assigned_to(user)
        return self.filter(pk__in=own_partner_ids(user))

    def assigned_to(self, user: Any) -> Self:
        """Partners this channel account manager looks after now."""
        return self.filter(Exists(_assignments_of(user)))

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


class ThreadQuerySet(models.QuerySet[Any]):
    """Conversations."""

    def visible_to(self, user: Any) -> Self:
        """Threads about records that the person may see; at the vendor, for those who may read conversations."""
        if not user.is_authenticated or (user.is_vendor and not user.has(Permission.VIEW_CONVERSATIONS)):
            return self.none()
        if sees_all_partners(user):
            return self
        seen = Q(pk__in=[])
        for subject in conversing.subjects():
            if subject.open_to_partners or user.is_vendor:
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
        return self if user is not None and user.is_vendor else self.filter(is_internal=False)


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
