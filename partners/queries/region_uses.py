"""What leans on a region, and what moving it elsewhere or merging it away would change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.roles import VendorRole
from core import countries
from core.models import VersionState
from criteria.fields import RuleKind
from partners.models import (
    Agreement,
    AgreementVersion,
    CategoryOverride,
    Partner,
    PartnerApplication,
    Region,
    RegionGrant,
    TierOverride,
)
from partners.models.overrides import Override
from partners.queries.definitions import users_in_criteria
from partners.signals import users_asked


@dataclass(frozen=True, slots=True)
class Uses:
    """What names one region, and so counts for everybody in it and below."""

    region: Region
    overrides: list[Override] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing names it."""
        return not (self.overrides or self.people or self.rules or self.agreements)


@dataclass(frozen=True, slots=True)
class Move:
    """What putting a region elsewhere would change for the partners in it and below."""

    region: Region
    below: Region | None
    partners: int
    regions: int
    #: Regions on the way down that they leave and come to, with what names each; the own ones go along.
    left: list[Uses]
    entered: list[Uses]
    along: list[Uses]

    @property
    def is_change(self) -> bool:
        """Whether it would stand elsewhere."""
        return self.region.parent_id != (self.below.pk if self.below else None)


@dataclass(frozen=True, slots=True)
class Merging:
    """What letting one region become part of another would do, and what stands in the way."""

    region: Region
    into: Region
    partners: int
    applications: int
    children: list[Region]
    overrides: list[Override]
    people: list[User]
    #: What names the region where it cannot be put right: rules, agreements, texts that both regions have.
    rules: list[str]
    agreements: list[Agreement]
    clashes: list[Override]
    countries: list[str]

    @property
    def refusals(self) -> list[str]:
        """The names of all that stands in the way."""
        return [*self.rules, *map(str, self.agreements), *map(str, self.clashes)]


def uses_of(regions: Sequence[Region]) -> list[Uses]:
    """Return what names each of some regions, in their order."""
    ids = [one.pk for one in regions]
    overrides = _overrides(ids)
    acting = RegionGrant.objects.filter(region__in=ids, user__is_active=True, user__role=VendorRole.REGIONAL_ADMIN)
    people: dict[int, list[User]] = {}
    for grant in acting.select_related("user").order_by("user__name", "pk"):
        people.setdefault(grant.region_id, []).append(grant.user)
    return [
        Uses(
            one,
            [override for override in overrides if override.region_id == one.pk],
            people.get(one.pk, []),
            rules_naming(one),
            agreements_naming(one),
        )
        for one in regions
    ]


def move_of(region: Region, below: Region | None) -> Move:
    """Return what moving a region would change."""
    before, after = region.path[:-1], below.path if below else []
    inside = Region.objects.filter(path__contains=[region.pk])
    by_id = {one.pk: one for one in Region.objects.filter(pk__in={*before, *after})}
    left, entered = (
        uses_of([by_id[pk] for pk in way if pk not in other]) for way, other in ((before, after), (after, before))
    )
    return Move(
        region,
        below,
        partners=Partner.objects.in_region(region).count(),
        regions=inside.count() - 1,
        left=left,
        entered=entered,
        along=[one for one in uses_of(list(inside.order_by("path"))) if not one.is_empty],
    )


def merging_of(region: Region, into: Region) -> Merging:
    """Return what merging a region into another would do."""
    own, others = _overrides([region.pk]), _overrides([into.pk])
    taken = {_subject(one) for one in others}
    return Merging(
        region,
        into,
        partners=Partner.objects.filter(region=region).count(),
        applications=PartnerApplication.objects.filter(region=region).count(),
        children=list(region.children.order_by("name", "pk")),
        overrides=[one for one in own if _subject(one) not in taken],
        people=[one.user for one in RegionGrant.objects.filter(region=region).select_related("user").order_by("pk")],
        rules=rules_naming(region),
        agreements=agreements_naming(region),
        clashes=[one for one in own if _subject(one) in taken],
        countries=sorted(countries.name_of(one) for one in region.countries.values_list("country", flat=True)),
    )


def rules_naming(region: Region) -> list[str]:
    """Return the names of all in use whose published or drafted criteria name a region."""
    found = users_in_criteria(RuleKind.REGION, region.key)
    for _receiver, named in users_asked.send(sender=Region, kind=RuleKind.REGION, key=region.key):
        found.extend(named or [])
    return list(dict.fromkeys(map(str, found)))


def agreements_naming(region: Region) -> list[Agreement]:
    """Return the agreements in use that are for a region."""
    current = AgreementVersion.objects.exclude(state=VersionState.SUPERSEDED).filter(region_ids__contains=[region.pk])
    in_use = Agreement.objects.filter(versions__in=current, retired_at__isnull=True)
    return list(in_use.distinct().order_by("name", "pk"))


def _overrides(region_ids: list[int]) -> list[Override]:
    found: list[Any] = []
    for model, subject in ((CategoryOverride, "category"), (TierOverride, "tier")):
        rows = model.objects.filter(Q(retired_at__isnull=True), region__in=region_ids)
        found += rows.select_related("region", subject).order_by("pk")
    return found


def _subject(override: Override) -> tuple[str, int]:
    return override.subject_field, override.subject.pk
