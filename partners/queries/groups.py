"""Groups of companies: who belongs to a partner at any depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from partners.models import GroupLink, Partner, PartnerStatus

#: Each partner with itself and all below it, for criteria about whole groups: `top_id` stands above `member_id`.
COMPANIES = (
    "(SELECT id AS top_id, id AS member_id FROM partners_partner"
    " UNION ALL SELECT top_id, member_id FROM partners_grouplink) company"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A company of a group as a line of its tree."""

    partner: Partner
    depth: int

    @property
    def steps(self) -> range:
        """One for each step it stands further in than its parent."""
        return range(1, self.depth)


@dataclass(frozen=True, slots=True)
class Family:
    """The companies next to a partner in its group, as its own people may know them."""

    parent: Partner | None
    siblings: list[Partner]
    children: list[Partner]

    @property
    def stands_alone(self) -> bool:
        """Whether there is nobody above, beside or below."""
        return self.parent is None and not self.children


def family_of(partner: Partner) -> Family:
    """Return the parent of a partner, who else stands below that, and who stands below the partner.

    Beside and below only active partners are named: whom the vendor is talking to is nobody else's business.
    """
    active = Partner.objects.filter(status=PartnerStatus.ACTIVE).order_by("name", "pk")
    beside = active.filter(parent_id=partner.parent_id).exclude(pk=partner.pk) if partner.parent_id else active.none()
    return Family(partner.parent, list(beside), list(active.filter(parent=partner)))


def group_of(partner: Partner, *, visible: "QuerySet[Any]") -> list[Member]:
    """Return the tree a partner stands in, from its top: those the reader may see. Empty when it stands alone."""
    top = GroupLink.objects.filter(member_id=partner.pk).values_list("top_id", flat=True)
    roots = list(Partner.objects.filter(pk__in=top, parent__isnull=True).values_list("pk", flat=True)) or [partner.pk]
    members = GroupLink.objects.filter(top_id=roots[0]).values("member_id")
    companies = Partner.objects.filter(pk__in=[*roots]) | Partner.objects.filter(pk__in=members)
    seen = set(visible.filter(pk__in=companies.values("pk")).values_list("pk", flat=True))
    below: dict[int | None, list[Partner]] = {}
    for one in companies.order_by("name", "pk"):
        below.setdefault(one.parent_id, []).append(one)
    tree = _walk(below, [one for one in companies if one.pk == roots[0]], 0)
    return [member for member in tree if member.partner.pk in seen] if len(tree) > 1 else []


def _walk(below: dict[int | None, list[Partner]], here: Sequence[Partner], depth: int) -> list[Member]:
    found = []
    for one in here:
        found += [Member(one, depth), *_walk(below, below.get(one.pk, []), depth + 1)]
    return found


def in_group(partner: Partner) -> bool:
    """Whether a partner stands above or below another."""
    return partner.parent_id is not None or GroupLink.objects.filter(top_id=partner.pk).exists()
