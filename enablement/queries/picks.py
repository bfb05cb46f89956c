"""What is picked for somebody, each with the reason why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enablement.models import Activity, ActivityKind, Asset
from partners.models import JobFunction, Partner, Person
from segmentation.models import Classification

LOOKED_AT = (ActivityKind.VIEW, ActivityKind.DOWNLOAD)
PEER_DAYS = 60
PEERS_READ = 300
#: Fewer partners than this are not told of: one could guess who they are.
ENOUGH_PEERS = 5
NEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Pick:
    """An asset, and why it is shown."""

    asset: Asset
    reason: str


def picks(*, user: Any, person: Person, partner: Partner, limit: int = 4) -> list[Pick]:
    """Return what a person has not used yet and most likely wants: by what peers use, and by who they are."""
    unseen = _unseen(user, person)
    by_peers = _used_by_peers(partner)
    rows = unseen.filter(pk__in=list(by_peers))
    popular = sorted(rows, key=lambda one: (-by_peers[one.pk], one.pk))
    said = [Pick(one, _of_peers(by_peers[one.pk])) for one in popular]
    fitting = by_profile(user=user, person=person, partner=partner, limit=limit * 2)
    return _first_of(limit, _in_turn(said, fitting))


def by_profile(*, user: Any, person: Person, partner: Partner, limit: int) -> list[Pick]:
    """Return what is new to a person and meant for who they are, in one statement."""
    rows = _unseen(user, person)
    yes = Value(True)
    tests = {
        "for_function": When(for_functions__contains=[person.job_function], then=yes) if person.job_function else None,
        "about_line": When(product_lines__overlap=list(partner.product_lines), then=yes)
        if partner.product_lines
        else None,
        "for_us": When(audience__isnull=False, then=yes),
    }
    for name, test in tests.items():
        cases = [test] if test else []
        rows = rows.annotate(**{name: Case(*cases, default=Value(False), output_field=BooleanField())})
    order = [F(name).desc() for name in tests]
    return [Pick(one, _reason(one, person, partner)) for one in rows.order_by(*order, "-published_at", "pk")[:limit]]


def _reason(asset: Any, person: Person, partner: Partner) -> str:
    if asset.for_function:
        return _("For people who work in %(function)s") % {
            "function": str(JobFunction(person.job_function).label).lower()
        }
    shared = [line for line in asset.product_lines if line in partner.product_lines]
    if shared:
        return _("About %(line)s, which you sell") % {"line": shared[0]}
    if asset.for_us:
        return _("Meant for partners like you")
    if timezone.now() - asset.published_at < timedelta(days=NEW_DAYS):
        return _("New")
    return _("You have not seen it yet")


def _of_peers(count: int) -> str:
    words = ngettext("%(count)d partner like you used it lately", "%(count)d partners like you used it lately", count)
    return words % {"count": count}


def _unseen(user: Any, person: Person) -> QuerySet[Asset]:
    seen = Activity.objects.filter(partner=person.partner_id, person=person, asset=OuterRef("pk"), kind__in=LOOKED_AT)
    return Asset.objects.visible_to(user).filter(~Exists(seen)).without_words()


def _used_by_peers(partner: Partner) -> dict[int, int]:
    """Return by how many partners of the same life stage each asset was used of late; only where they are enough."""
    stage = Classification.objects.filter(partner=partner).values("stage")
    peers = Classification.objects.filter(stage__in=stage).exclude(partner=partner).values("partner")[:PEERS_READ]
    since = timezone.now().date() - timedelta(days=PEER_DAYS)
    used = Activity.objects.filter(partner__in=peers, asset__isnull=False, kind__in=LOOKED_AT, day__gt=since)
    counts = used.order_by().values_list("asset").annotate(partners=Count("partner", distinct=True))
    return dict(counts.filter(partners__gte=ENOUGH_PEERS).order_by("-partners", "asset")[:40])


def _in_turn(*lists: list[Pick]) -> Iterable[Pick]:
    for place in range(max(map(len, lists), default=0)):
        for one in lists:
            if place < len(one):
                yield one[place]


def _first_of(limit: int, found: Iterable[Pick]) -> list[Pick]:
    kept: dict[int, Pick] = {}
    for pick in found:
        kept.setdefault(pick.asset.pk, pick)
        if len(kept) == limit:
            break
    return list(kept.values())
