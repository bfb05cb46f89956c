"""What is missing of tiers, in short: for messages, which have room for a line or two."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from criteria.explain import Explanation
from criteria.tree import CriteriaError
from partners.models import Partner, Tier
from segmentation.queries.why import asked_of, explain, for_partner


def missing(partner_ids: Sequence[int], tier_ids: Sequence[int], *, at: datetime) -> dict[tuple[int, int], list[str]]:
    """Return by partner and tier what is asked and not there, in a line each; of alternatives the nearest only."""
    tiers = Tier.objects.in_bulk(tier_ids)
    found = {}
    for partner in Partner.objects.select_related("region").filter(pk__in=partner_ids):
        for tier in tiers.values():
            found[partner.pk, tier.pk] = _missing(partner, tier, at)
    return found


def _missing(partner: Partner, tier: Tier, at: datetime) -> list[str]:
    asked = asked_of(tier, partner)
    if asked is None or asked.criteria is None:
        return []
    try:
        explanation = explain(partner=partner, criteria=asked.criteria, at=at)
    except CriteriaError:
        return []
    return [_line(leaf) for leaf in _nearest(for_partner(explanation))]


def _nearest(node: Explanation) -> Iterable[Explanation]:
    """Yield the clauses that would have to be met: all of a group that asks for all, the nearest ones of others."""
    if node.met:
        return
    if not node.joined or node.negated:
        yield node
        return
    wanting = [part for part in node.parts if not part.met]
    if node.joined != "and":
        met = len(node.parts) - len(wanting)
        wanting = sorted(wanting, key=lambda part: -(part.share or 0))[: max((node.at_least or 1) - met, 1)]
    for part in wanting:
        yield from _nearest(part)


def _line(leaf: Explanation) -> str:
    if not leaf.missing:
        return leaf.asked
    return _("%(missing)s: %(asked)s") % {"missing": leaf.missing, "asked": leaf.asked}
