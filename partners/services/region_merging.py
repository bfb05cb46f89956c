"""A region becomes part of another, with all that is in it; undone, everything that still stands there goes back."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from criteria.fields import RuleKind
from partners.models import (
    CategoryOverride,
    Partner,
    PartnerApplication,
    Region,
    RegionCountry,
    RegionGrant,
    RegionMerge,
    TierOverride,
)
from partners.queries import region_uses
from partners.services import definitions, regions
from partners.signals import announce_partners, region_going, region_returned


class CannotMergeError(Refusal):
    """The region cannot become part of the other one; the message says what names it."""


def merge(*, region: Region, into: Region, by: Any, at: datetime) -> RegionMerge:
    """Let a region become part of another: partners, regions below, texts, people and applications go along.

    Refused while rules or agreements name it, or both regions have a text for the same definition: these somebody
    has to decide on first.
    """
    with audit.action("region.merge", by=by, into=into.name):
        regions.lock_tree()
        region, into = Region.objects.get(pk=region.pk), Region.objects.get(pk=into.pk)
        _expect_mergeable(region, into)
        children = list(region.children.order_by("pk"))
        grants = RegionGrant.objects.filter(region=region)
        known = set(RegionGrant.objects.filter(region=into).values_list("user_id", flat=True))
        partners = list(Partner.objects.select_for_update(no_key=True).filter(region=region).order_by("pk"))
        made = RegionMerge.objects.create(
            into=into,
            key=region.key,
            name=region.name,
            parent_id=region.parent_id,
            partner_ids=[one.pk for one in partners],
            child_ids=[one.pk for one in children],
            category_override_ids=_ids(CategoryOverride.objects.filter(region=region)),
            tier_override_ids=_ids(TierOverride.objects.filter(region=region)),
            application_ids=_ids(PartnerApplication.objects.filter(region=region)),
            user_ids=list(grants.order_by("pk").values_list("user_id", flat=True)),
            moved_grant_ids=_ids(grants.exclude(user__in=known)),
            country_ids=_ids(RegionCountry.objects.filter(region=region)),
            merged_at=at,
            merged_by=by,
        )
        for child in children:
            regions.put(child, into)
        Partner.objects.filter(pk__in=made.partner_ids).update(region=into)
        for model in (CategoryOverride, TierOverride, PartnerApplication):
            model._default_manager.filter(region=region).update(region=into)
        grants.exclude(user__in=known).update(region=into)
        grants.all().delete()
        RegionCountry.objects.filter(region=region).update(region=into)
        region_going.send(sender=Region, region=region)
        region.delete()
        _announce(made)
    return made


def undo(*, merge: RegionMerge, by: Any, at: datetime) -> Region:
    """Make the region again and put back what still stands where the merge put it. Undone already, it is returned.

    Refused while its key belongs to another region.
    """
    with audit.action("region.unmerge", by=by):
        regions.lock_tree()
        found = RegionMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
        if found.undone_at is not None:
            return Region.objects.get(key=found.key)
        into = found.into
        above = Region.objects.filter(pk=found.parent_id or 0).first()
        region = regions.add(name=found.name, key=found.key, parent=above)
        for child in Region.objects.filter(pk__in=found.child_ids, parent=into).order_by("pk"):
            regions.put(child, region)
        standing = Partner.objects.filter(pk__in=found.partner_ids, region=into)
        Partner.objects.filter(pk__in=_ids(standing)).update(region=region)
        for model, ids in (
            (CategoryOverride, found.category_override_ids),
            (TierOverride, found.tier_override_ids),
            (PartnerApplication, found.application_ids),
        ):
            model._default_manager.filter(pk__in=ids, region=into).update(region=region)
        RegionCountry.objects.filter(pk__in=found.country_ids, region=into).update(region=region)
        region_returned.send(sender=Region, region=region)
        RegionGrant.objects.filter(pk__in=found.moved_grant_ids, region=into).update(region=region)
        has = set(RegionGrant.objects.filter(region=region).values_list("user_id", flat=True))
        known = set(RegionGrant.objects.filter(region=into).values_list("user_id", flat=True))
        missing = [pk for pk in found.user_ids if pk not in has and pk in known]
        RegionGrant.objects.bulk_create(RegionGrant(user_id=pk, region=region) for pk in missing)
        found.undone_at, found.undone_by = at, by
        found.save(update_fields=["undone_at", "undone_by"])
        _announce(found)
    merge.refresh_from_db()
    return region


def _expect_mergeable(region: Region, into: Region) -> None:
    if region.pk in into.path:
        raise CannotMergeError(_("Choose a region that is not %(name)s or below it.") % {"name": region}, code="below")
    refusals = region_uses.merging_of(region, into).refusals
    if refusals:
        raise CannotMergeError(
            _("%(name)s is still named by %(users)s.") % {"name": region, "users": ", ".join(refusals)}, code="in_use"
        )


def _announce(made: RegionMerge) -> None:
    """Partners' regions changed, and texts that ask something of their own hold elsewhere."""
    announce_partners(Partner.objects.in_region(made.into).values_list("pk", flat=True))
    for kind, ids in ((RuleKind.CATEGORY, made.category_override_ids), (RuleKind.TIER, made.tier_override_ids)):
        if ids:
            definitions.announce(kind=kind, reason=_("%(name)s was merged") % {"name": made})


def _ids(rows: models.QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))
