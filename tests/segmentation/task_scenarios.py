"""How to try the tasks of segmentation twice."""

from typing import Any

from django.utils import timezone

from segmentation.models import Classification, FullRun, PeerStanding, RuleTransition, StalePartner
from segmentation.services import recompute
from tests.architecture.twice import Scenario, scenario
from tests.factories.partners import PartnerFactory
from tests.factories.segmentation import (
    MeasureFactory,
    MeasureVersionFactory,
    SegmentFactory,
    SegmentVersionFactory,
)

GERMAN = {
    "combinator": "and",
    "not": False,
    "rules": [{"field": "country", "operator": "equals", "value": "DE"}],
}


def german_segment() -> None:
    """Three partners, of which two belong to a segment."""
    SegmentVersionFactory(definition=SegmentFactory(key="german"), criteria=GERMAN)
    for country in ("DE", "DE", "FR"):
        PartnerFactory(country=country)


def verdicts() -> Any:
    """What is known of the partners, and how it came about."""
    return (
        list(Classification.objects.order_by("partner_id").values_list("partner_id", "segment_ids")),
        sorted(RuleTransition.objects.values_list("partner_id", "kind", "rule_id", "entered")),
        StalePartner.objects.count(),
        sorted(FullRun.objects.values_list("reason", "state")),
    )


@scenario("segmentation.tasks.recompute_stale")
def three_stale_partners() -> Scenario:
    """New partners are stale."""
    german_segment()
    return Scenario(state=verdicts)


@scenario("segmentation.tasks.continue_full_runs")
def a_full_run_has_started() -> Scenario:
    """A full run over partners that are not stale."""
    german_segment()
    StalePartner.objects.all().delete()
    recompute.start_full_run(reason="A test")
    return Scenario(state=verdicts)


@scenario("segmentation.tasks.start_daily_run")
def a_new_day() -> Scenario:
    """One run a day, however many beats there are."""
    german_segment()
    return Scenario(state=verdicts, kwargs={"at": timezone.now().isoformat()})


@scenario("segmentation.tasks.refresh_peers")
def peers_to_compare() -> Scenario:
    """A measure that nobody was compared by yet."""
    ranked = {"function": "rank", "of": [{"field": "employees"}]}
    MeasureVersionFactory(definition=MeasureFactory(key="size"), criteria=ranked)
    for employees in (1, 5, 5, None):
        PartnerFactory(employees=employees)
    standings = PeerStanding.objects.order_by("partner_id")
    return Scenario(state=lambda: list(standings.values_list("partner_id", "value", "percentile", "rank", "peers")))
