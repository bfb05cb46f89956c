"""The partner's home page: what to do now, how we are doing, what is for us; a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import VersionState
from criteria.explain import Explanation
from criteria.tree import CriteriaError, Group, parse
from deals.models import Deal, DealStage
from enablement.models import Asset, Enrollment, HeldCertification
from enablement.queries import journeys as journey_queries
from enablement.queries import picks
from partners.models import (
    CategoryMembership,
    MembershipReview,
    MembershipState,
    Partner,
    Person,
    ReviewState,
    Tier,
    TierHolding,
    TierVersion,
)
from partners.queries import languages, overrides
from partners.queries.asked_fields import Asked, asked_of
from partners.queries.completeness import Completeness, completeness
from portal.queries.home_plans import plan_and_task_steps
from portal.queries.steps import NextStep
from segmentation import engine
from segmentation.models import Classification
from segmentation.wording import speaker

STEPS_SHOWN = 3
CONTENT_SHOWN = 4
DEALS_SHOWN = 5
JOURNEYS_SHOWN = 3
RENEW_WITHIN_DAYS = 60


@dataclass(frozen=True, slots=True)
class CategoryStanding:
    """A category we are in or could be in, with its criteria explained."""

    membership: CategoryMembership
    explanation: Explanation | None

    @property
    def leaves(self) -> list[Explanation]:
        """The criteria, one by one."""
        return self.explanation.leaves if self.explanation and self.explanation.parts else []

    @property
    def met(self) -> int:
        """How many of the criteria are fulfilled."""
        return sum(leaf.met for leaf in self.leaves)


@dataclass(frozen=True, slots=True)
class TierProgress:
    """Where we stand on a ladder: the tier we hold, the next one, and what it asks."""

    track: Any
    held: Tier | None
    next: Tier | None
    explanation: Explanation | None

    @property
    def leaves(self) -> list[Explanation]:
        """What the next tier asks, one by one."""
        return self.explanation.leaves if self.explanation and self.explanation.parts else []

    @property
    def missing(self) -> list[Explanation]:
        """What is not fulfilled yet, the nearest first."""
        return sorted((leaf for leaf in self.leaves if not leaf.met), key=lambda leaf: -(leaf.share or 0))


@dataclass(frozen=True, slots=True)
class JourneyProgress:
    """How far we are on a journey, and its next step."""

    enrollment: Enrollment
    done: int
    total: int
    next: Any


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the home page."""

    classification: Classification | None
    steps: list[NextStep]
    categories: list[CategoryStanding]
    tiers: list[TierProgress]
    assets: list[Asset]
    journeys: list[JourneyProgress]
    deals: list[Deal]
    completeness: Completeness


def home(*, user: Any, person: Person, at: datetime, today: date) -> Home:
    """Return a person's home page: how their partner stands, and what is for them."""
    partner = person.partner
    classification = Classification.objects.select_related("stage").filter(partner=partner).first()
    asked = MembershipReview.objects.filter(membership=OuterRef("pk"), state=ReviewState.ASKED)
    memberships = list(
        CategoryMembership.objects.open()
        .filter(partner=partner)
        .annotate(review_id=Subquery(asked.values("public_id")[:1]), review_due_on=Subquery(asked.values("due_on")[:1]))
        .select_related("category")
        .order_by(F("is_primary").desc(), "category__position")
    )
    ladders = _ladders(partner, [membership.category_id for membership in memberships])
    _name(user, classification, memberships, ladders)
    asked_of_it = asked_of(partner)
    explained = _explained(partner, _asked(asked_of_it, memberships, ladders), at=at)
    categories = [
        CategoryStanding(membership, explained.get(f"category {membership.category_id}")) for membership in memberships
    ]
    tiers = _progress(ladders, explained)
    journeys = _journeys(user, partner)
    deals = _deals(partner)
    filled = completeness(partner, asked_of_it=asked_of_it)
    steps = [
        *plan_and_task_steps(user, partner, today=today),
        *_renewals(partner, today=today),
        *_late_deals(deals, today=today),
        *_category_steps(memberships, today=today),
        *_journey_steps(journeys),
        *_tier_steps(tiers),
        *_profile_steps(filled),
    ]
    return Home(
        classification,
        sorted(steps, key=lambda step: step.rank)[:STEPS_SHOWN],
        categories,
        tiers,
        _assets(user, person),
        journeys,
        deals[:DEALS_SHOWN],
        filled,
    )


def _name(user: Any, classification: Any, memberships: Iterable[Any], ladders: Iterable[Any]) -> None:
    """Name categories, tiers and the life stage in the reader's language."""
    stage = classification.stage if classification is not None else None
    rungs = list(ladders)
    tiers = [tier for _track, held, following in rungs for tier in (held, following)]
    named = [one for one in (stage, *(each.category for each in memberships), *tiers) if one is not None]
    language = languages.language_for(user)
    languages.name_in(language, *named)
    languages.name_tracks_in(language, *(track for track, _held, _following in rungs))


def tier_progress(partner: Partner, *, at: datetime) -> list[TierProgress]:
    """Return where a partner stands on the ladders that are for it, with what the next tiers ask."""
    stays = CategoryMembership.objects.open().filter(partner=partner)
    ladders = _ladders(partner, list(stays.values_list("category_id", flat=True)))
    criteria = {f"tier {pk}": asked for pk, asked in _published_criteria(ladders, partner)}
    return _progress(ladders, _explained(partner, criteria, at=at))


def _progress(ladders: Iterable[Any], explained: Mapping[str, Explanation]) -> list[TierProgress]:
    return [
        TierProgress(track, held, following, explained.get(f"tier {following.pk}") if following else None)
        for track, held, following in ladders
    ]


def _ladders(partner: Partner, category_ids: Sequence[int]) -> list[tuple[Any, Tier | None, Tier | None]]:
    """Return the ladders that are for the partner: (track, held tier, next tier)."""
    holding = TierHolding.objects.open().filter(partner=partner)
    tiers = (
        Tier.objects.filter(Q(track__category__isnull=True) | Q(track__category__in=category_ids))
        .filter(Q(retired_at__isnull=True) | Q(pk__in=holding.values("tier")), versions__state=VersionState.PUBLISHED)
        .annotate(held_rank=Max("track__tiers__rank", filter=Q(track__tiers__holdings__in=holding)))
        .select_related("track")
        .order_by("track__position", "track_id", "rank")
    )
    by_track: dict[Any, list[Any]] = {}
    for tier in tiers:
        by_track.setdefault(tier.track, []).append(tier)
    ladders = []
    for track, rungs in by_track.items():
        rank = rungs[0].held_rank or 0
        held = next((tier for tier in rungs if tier.rank == rank), None)
        ladders.append((track, held, next((tier for tier in rungs if tier.rank > rank), None)))
    return ladders


def _asked(
    asked_of_it: Iterable[Asked], memberships: Iterable[CategoryMembership], ladders: Iterable[Any]
) -> dict[str, Any]:
    """Return what our categories and next tiers ask."""
    categories = {one.category_id for one in memberships}
    tiers = {following.pk for _track, _held, following in ladders if following}
    found = {}
    for one in asked_of_it:
        if isinstance(one.definition, Tier):
            if one.definition.pk in tiers:
                found[f"tier {one.definition.pk}"] = one.criteria
        elif one.definition.pk in categories:
            found[f"category {one.definition.pk}"] = one.criteria
    return found


def _explained(partner: Partner, criteria: Mapping[str, Any], *, at: datetime) -> dict[str, Explanation]:
    """Explain criteria in one statement; those that cannot be read are left out."""
    trees: dict[str, Group] = {}
    for key, document in criteria.items():
        if document is not None:
            with suppress(CriteriaError):
                trees[key] = parse(document)
    try:
        return engine.explain_many(trees, partner_id=partner.pk, at=at, speak=speaker)
    except CriteriaError:
        return {}


def _published_criteria(ladders: Iterable[Any], partner: Partner) -> Iterable[tuple[int, Any]]:
    """Return what the next tiers ask of the partner, in its region."""
    ids = [following.pk for _track, _held, following in ladders if following]
    if not ids:
        return []
    published = TierVersion.objects.filter(definition__in=ids, state=VersionState.PUBLISHED)
    return [(pk, one.version.criteria) for pk, one in overrides.applied(published, partner).items()]


def _journeys(user: Any, partner: Partner) -> list[JourneyProgress]:
    return [
        JourneyProgress(one.enrollment, one.done, one.total, one.next_step)
        for one in journey_queries.under_way(partner=partner, user=user, limit=JOURNEYS_SHOWN)
        if one.enrollment is not None
    ]


def _deals(partner: Partner) -> list[Deal]:
    found = Deal.objects.of(partner).select_related("customer")
    return list(found.order_by(F("closed_on").desc(nulls_first=True), "expected_close_on", "-id")[:20])


def _assets(user: Any, person: Person) -> list[Asset]:
    """Return content that is new to the person and meant for who they are, each with the reason."""
    found = picks.by_profile(user=user, person=person, partner=person.partner, limit=CONTENT_SHOWN)
    for pick in found:
        pick.asset.reason = pick.reason  # type: ignore[attr-defined]
    return [pick.asset for pick in found]


# --- next steps


def _renewals(partner: Partner, *, today: date) -> Iterable[NextStep]:
    soon = (
        HeldCertification.objects.of(partner)
        .of_people_here()
        .not_renewed()
        .filter(expires_on__gt=today, expires_on__lt=today + timedelta(days=RENEW_WITHIN_DAYS))
        .select_related("person", "partner", "certification")
        .order_by("expires_on", "id")[:1]
    )
    for held in soon:
        yield NextStep(
            rank=0,
            title=_("Renew “%(name)s”") % {"name": held.certification},
            why=_("%(person)s holds it until %(day)s. It counts towards your tier.")
            % {"person": held.holder, "day": held.expires_on.strftime("%-d %B")},
            icon="badge-check",
            kind=_("Certification"),
            action=_("See certifications"),
            url=reverse("partner:certification-list"),
        )


def _late_deals(deals: Iterable[Deal], *, today: date) -> Iterable[NextStep]:
    for deal in deals:
        if deal.stage == DealStage.OPEN and (deal.expected_close_on is None or deal.expected_close_on < today):
            late = deal.expected_close_on is not None
            yield NextStep(
                rank=1,
                title=_("Update “%(deal)s”") % {"deal": deal},
                why=_("It was expected to close on %(day)s.") % {"day": deal.expected_close_on.strftime("%-d %B")}
                if late and deal.expected_close_on
                else _("It has no date on which it should close. Tell your partner manager when it will."),
                icon="handshake",
                kind=_("Deal"),
                action=_("See deal"),
                url=reverse("partner:deal-detail", args=[deal.public_id]),
                time=_("2 min"),
            )
            return


def _journey_steps(journeys: Iterable[JourneyProgress]) -> Iterable[NextStep]:
    for index, each in enumerate(journeys):
        if each.next is None:
            continue
        yield NextStep(
            rank=2 + index,
            title=each.next.title,
            why=_("Next on “%(journey)s”: %(done)s of %(total)s steps done.")
            % {"journey": each.enrollment.journey, "done": each.done, "total": each.total},
            icon="graduation-cap",
            kind=_("Journey"),
            action=_("Continue") if each.done else _("Start"),
            url=reverse("partner:journey-detail", args=[each.enrollment.journey.public_id]),
            time=_("%(n)s min") % {"n": each.next.minutes} if each.next.minutes else "",
            progress=round(100 * each.done / each.total) if each.done else None,
        )


def _category_steps(memberships: Iterable[Any], *, today: date) -> Iterable[NextStep]:
    """Return what is asked of us about our categories: reviews to answer, and the first suggestion."""
    suggested = [one for one in memberships if one.state == MembershipState.SUGGESTED]
    for each in memberships:
        if each.review_id:
            yield NextStep(
                rank=1,
                title=_("Does %(category)s still describe you?") % {"category": each.category},
                why=_("Your answer was due on %(day)s.") % {"day": date_format(each.review_due_on)}
                if each.review_due_on < today
                else _("Please answer by %(day)s.") % {"day": date_format(each.review_due_on)},
                icon="clipboard-list",
                kind=_("Category"),
                action=_("Answer"),
                url=reverse("partner:membership-review-detail", args=[each.review_id]),
                time=_("2 min"),
            )
    if suggested:
        yield NextStep(
            rank=5,
            title=_("Is %(category)s what you do?") % {"category": suggested[0].category},
            why=_("Your data fulfil what it asks."),
            icon="sparkles",
            kind=_("Category"),
            action=_("See why"),
            url=reverse("partner:suggestion-list"),
            time=_("1 min"),
        )


def _tier_steps(tiers: Iterable[TierProgress]) -> Iterable[NextStep]:
    for each in tiers:
        if each.next is None or not each.missing:
            continue
        nearest = each.missing[0]
        others = len(each.missing) - 1
        why = ngettext(
            "It is all that is missing for %(tier)s.",
            "One of %(n)s things still missing for %(tier)s.",
            others + 1,
        ) % {"tier": each.next, "n": others + 1}
        yield NextStep(
            rank=4,
            title=_("Towards %(tier)s: %(asked)s") % {"tier": each.next, "asked": nearest.asked},
            why=why,
            icon="medal",
            kind=_("Tier"),
            action=_("See what is missing"),
            url=reverse("partner:tier-detail"),
            progress=round(100 * nearest.share) if nearest.share else None,
        )
        return


def _profile_steps(filled: Completeness) -> Iterable[NextStep]:
    if filled.next is not None:
        yield NextStep(
            rank=6,
            title=_("Tell us about your company: %(field)s") % {"field": filled.next.label},
            why=_("%(reason)s Your profile is %(score)s %% complete.")
            % {"reason": filled.next.reason, "score": filled.score},
            icon="building-2",
            kind=_("Profile"),
            action=_("Open profile"),
            url=reverse("partner:profile"),
            time=_("5 min"),
            progress=filled.score,
        )
