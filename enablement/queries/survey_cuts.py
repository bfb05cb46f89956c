"""Into which group a partner falls, by each way in which results are told apart."""

from collections.abc import Collection

from django.db.models import F, Min
from django.utils.translation import gettext as _

from enablement.models import CutBy
from partners.models import CategoryMembership, Partner, Region, TierHolding, TierTrack
from segmentation.models import Classification, Segment


def groups_of(partner_ids: Collection[int], *, by: str, segment: Segment | None = None) -> dict[int, str]:
    """Return the group of each partner; one without any is left out."""
    if by == CutBy.REGION:
        there = Partner.objects.filter(pk__in=partner_ids, region__isnull=False)
        tops = dict(there.values_list("pk", F("region__path__0")))
        names = dict(Region.objects.filter(pk__in=set(tops.values())).values_list("pk", "name"))
        return {partner: names[region] for partner, region in tops.items() if region in names}
    if by == CutBy.CATEGORY:
        held = CategoryMembership.objects.filter(partner__in=partner_ids, is_primary=True, ends_at=None)
        return dict(held.values_list("partner_id", "category__name"))
    if by == CutBy.TIER:
        first = TierTrack.objects.aggregate(first=Min("position"))["first"]
        held = TierHolding.objects.filter(partner__in=partner_ids, ends_at=None, track__position=first)
        return dict(held.values_list("partner_id", "tier__name"))
    if by == CutBy.STAGE:
        known = Classification.objects.filter(partner__in=partner_ids, stage__isnull=False)
        return dict(known.values_list("partner_id", "stage__name"))
    if by == CutBy.SEGMENT and segment is not None:
        inside = Classification.objects.filter(partner__in=partner_ids, segment_ids__contains=[segment.pk])
        ids = set(inside.values_list("partner_id", flat=True))
        names = {True: segment.name, False: _("Not in %(segment)s") % {"segment": segment.name}}
        return {partner: names[partner in ids] for partner in partner_ids}
    return {}
