"""What segmentation does on hearing others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from core.doorbell import ring_after_commit
from core.queues import Queue
from core.services import outbox
from core.signals import program_changed
from criteria.fields import RuleKind
from partners import audiences
from partners.queries import agreements, timeline
from partners.queries.definitions import users_in_criteria
from partners.services import definitions, merge_parts, publication_notices, publications
from partners.signals import (
    day_asked,
    gaps_asked,
    partner_joined,
    partners_changed,
    rules_changed,
    users_asked,
    verdicts_asked,
)
from segmentation import engine, rulebook
from segmentation.models import Classification, Measure, MeasureVersion, Segment, SegmentVersion
from segmentation.queries import gaps, history, movers
from segmentation.queries.audiences import to_choose_from
from segmentation.services import assignment_rules, follow_ups, merge_rules, recompute, rule_health
from segmentation.signals import partners_classified

outbox.handler("segmentation.classified")(follow_ups.handle)

publications.register(
    "segment",
    model=SegmentVersion,
    publish=partial(definitions.publish, kind=RuleKind.SEGMENT),
    page="vendor:segment-detail",
)
publications.register(
    "measure",
    model=MeasureVersion,
    publish=partial(definitions.publish, kind=RuleKind.MEASURE),
    page="vendor:measure-detail",
)
publication_notices.register_movers(movers.of_versions)
merge_parts.register(*merge_rules.PARTS)
timeline.register(history.HISTORY)
audiences.register(verdicts=Classification.objects.all, choices=to_choose_from)


@receiver(partners_classified)
def give_to_managers(partner_ids: Sequence[int], at: datetime, **_: Any) -> None:
    """Verdicts of partners are known: those whom a rule gives to a manager go there."""
    assignment_rules.apply(partner_ids=partner_ids, by=None, at=at)


@outbox.handler(assignment_rules.APPLY)
def give_everybody_to_managers(payload: Mapping[str, Any]) -> None:
    """A rule was changed, put elsewhere or made to apply by itself."""
    assignment_rules.apply(partner_ids=None, by=None, at=timezone.now())


@receiver(partners_changed)
def wake_worker(**_: Any) -> None:
    """Something criteria could ask about was written: the stale marks are there, a worker is told after commit."""
    ring_after_commit("segmentation.tasks.recompute_stale", queue=Queue.FRESH)
    ring_after_commit("core.tasks.deliver_outbox", queue=Queue.OUTBOX)


@receiver(partner_joined)
def classify_at_once(partner_id: int, at: datetime, **_: Any) -> None:
    """An organisation was let in: its verdicts and what follows from them belong to the same transaction."""
    if recompute.now(partner_ids=[partner_id], at=at):
        follow_ups.apply(partner_ids=[partner_id], at=at)
        recompute.now(partner_ids=[partner_id], at=at)  # a tier or journey that began may decide other rules


@receiver(rules_changed)
def recompute_everybody(kind: str, reason: str, rule_id: int | None = None, **_: Any) -> None:
    """A rule was published or retired: everybody is recomputed by it, and rules that failed get another chance.

    Runs in the publisher's transaction: a rule that would depend on itself, through however many others, undoes it.
    """
    tried_again = rule_health.try_again(at=timezone.now()) > 0
    rulebook.refuse_cycles()
    only = None if tried_again or rule_id is None else [(kind, rule_id)]
    recompute.ask_for_full_run(reason=reason, only=only)
    ring_after_commit("segmentation.tasks.refresh_peers", queue=Queue.FULL)


@receiver(program_changed)
def recompute_by_the_new_calendar(changed: Sequence[str], **_sent: Any) -> None:
    """The program's days or fiscal years begin elsewhere: everybody is recomputed."""
    if {"timezone", "fiscal_year_start_month"} & set(changed):
        recompute.ask_for_full_run(reason=_("The program's calendar was changed"))


@receiver(users_asked)
def segments_and_measures_that_ask_for(kind: str, key: str, **_: Any) -> list[str]:
    """Somebody wants to retire a definition: name the segments, measures and agreements that ask for it."""
    itself = Measure.objects.filter(key=key).first() if kind == RuleKind.MEASURE else None
    users = users_in_criteria(RuleKind(kind), key, models=(SegmentVersion, MeasureVersion), besides=itself)
    if kind == RuleKind.SEGMENT:
        for pk in Segment.objects.filter(key=key).values_list("pk", flat=True):
            users += agreements.asking(pk)
    return users


@receiver(verdicts_asked)
def judge_partners(partner_ids: Sequence[int], tier_ids: Sequence[int], at: datetime, **_: Any) -> Any:
    """Somebody decides about tiers: reckon what partners qualify for at that moment, with the values that decide."""
    return engine.judge(partner_ids, tier_ids, at=at)


@receiver(gaps_asked)
def tell_what_is_missing(partner_ids: Sequence[int], tier_ids: Sequence[int], at: datetime, **_: Any) -> Any:
    """Somebody is told about tiers: say what is missing of them."""
    return gaps.missing(partner_ids, tier_ids, at=at)


@receiver(day_asked)
def is_day_reckoned(at: datetime, **_: Any) -> bool:
    """Somebody waits for the program's day: it is there once its run is through."""
    return recompute.is_day_done(at=at)
