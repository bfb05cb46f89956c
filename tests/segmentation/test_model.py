"""Whatever happens in whatever order, the stored verdicts are those that a second opinion gives.

Random sequences of what people, systems and the calendar do, with workers that do part of their work and lose it. The
normal suite tries the same few each time; MODEL_SEQUENCES=2000 tries so many new ones.

To lose a transaction is all that a kill does to the database. Real processes are killed in `test_killed_worker`, at
moments between which no step of a model lies.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.models import Program
from core.services import outbox
from core.services import program as program_settings
from deals.models import Customer, Deal
from partners.models import Category, LifeStage, LifeStagePeriod, Partner, PartnerStatus, Tier
from partners.services import categories, life_stages, memberships, tiers
from partners.services import partners as partner_services
from partners.services.definitions import InUse
from segmentation.models import (
    Classification,
    FullRun,
    PinDirection,
    RuleTransition,
    RunState,
    Segment,
    SegmentKind,
    SegmentPin,
    StalePartner,
)
from segmentation.services import recompute, segments
from tests.factories.deals import CustomerFactory, DealFactory, DealParticipantFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import PartnerFactory, PersonFactory
from tests.segmentation.evaluator import Evaluator
from tests.segmentation.population import with_everything
from tests.segmentation.torture import publish

pytestmark = pytest.mark.django_db

WANTED = int(os.environ.get("MODEL_SEQUENCES", "0"))
SEQUENCES, STEPS = WANTED or 40, 12
#: A Saturday evening before clocks change in Europe, and a quarter ends.
BEGINNING = datetime(2030, 3, 30, 22, 30, tzinfo=UTC)
ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Europe/Berlin")
COUNTRIES = ("DE", "AT", "")
SIZES = (None, 0, 10, 200)
KINDS = {"segment": "segment_ids", "category": "category_ids", "tier": "tier_ids"}
FEW = st.integers(0, 5)


def all_of(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "not": False, "rules": list(rules)}


def field(key: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": key, "operator": operator, "value": value}


def count(collection: str, *where: Any, window: Any = None, least: int = 1) -> dict[str, Any]:
    asked = {"collection": collection, "aggregate": "count", "operator": ">=", "value": least}
    asked |= {"where": all_of(*where)} if where else {}
    return asked | ({"window": window} if window else {})


CRITERIA = (
    all_of(),
    all_of(field("country", "in", ["DE", "AT"])),
    all_of(field("country", "is_empty"), field("employees", "is_set")) | {"combinator": "or", "not": True},
    all_of(field("employees", ">=", 10)),
    all_of(field("joined_on", "within_last", {"n": 7, "unit": "days"})),
    all_of(count("deals", field("stage", "equals", "won"), window={"last": 1, "unit": "months"})),
    all_of(count("deals", window={"this": "fiscal_quarter"})),
    all_of(count("certifications", field("valid", "is_true"))),
    all_of(field("categories", "any_of", ["msp"])),
    all_of(field("life_stage", "any_of", ["selling"])),
    all_of(field("eligible_categories", "none_of", ["msp"]), field("qualified_tiers", "any_of", ["ladder.base"])),
)
MSP, BASE, TOP, SELLING, OTHER = CRITERIA[3], CRITERIA[7], all_of(), CRITERIA[5], CRITERIA[0]


def found_a_program() -> None:
    """Make partners with records that the calendar will change the meaning of, and a rule of each kind and criteria."""
    at, today = BEGINNING, BEGINNING.date()
    Program.forget()
    categories.define(key="msp", name="MSP", by=None, at=at, criteria=MSP)
    rungs = [{"key": "base", "name": "Base", "criteria": BASE}, {"key": "top", "name": "Top", "criteria": TOP}]
    tiers.define_track(key="ladder", name="Ladder", tiers=rungs, by=None, at=at)
    life_stages.define(key="selling", name="Selling", by=None, at=at, criteria=SELLING)
    life_stages.define(key="other", name="Other", by=None, at=at, criteria=OTHER)
    for number, criteria in enumerate(CRITERIA):
        kind = (SegmentKind.DYNAMIC, SegmentKind.MIXED)[number % 2]
        segments.define(key=f"s{number}", name="Of the first day", by=None, at=at, criteria=criteria, kind=kind)
    customer, certification = CustomerFactory(), CertificationFactory(key="first")
    for number in range(3):
        joined = today - timedelta(days=(0, 5, 400)[number])
        partner = PartnerFactory(country=COUNTRIES[number], employees=SIZES[number], joined_on=joined)
        expires = today + timedelta(days=(1, 7, 30)[number])
        person = PersonFactory(partner=partner)
        HeldCertificationFactory(person=person, certification=certification, earned_on=joined, expires_on=expires)
        closed = today - timedelta(days=(0, 29, 31)[number])
        deal = DealFactory(customer=customer, stage="won", opened_on=closed, closed_on=closed)
        DealParticipantFactory(deal=deal, partner=partner)
    recompute.everything(at=at)


class LostError(Exception):
    """The worker is gone before its work was committed."""


def step(**given: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Make a method a step that may happen, after which workers do at once what waits, or not."""

    def as_rule(method: Callable[..., None]) -> Any:
        @rule(is_done_at_once=st.booleans(), **given)
        @wraps(method)
        def run(self: Any, is_done_at_once: bool, **drawn: Any) -> None:
            method(self, **drawn)
            if is_done_at_once:
                self.everything_that_waits_is_done()

        return run

    return as_rule


class AnyProgram(RuleBasedStateMachine):
    """What happens to the program, in a transaction of its own that is undone at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.at = BEGINNING
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.made = 0
        Program.forget()

    def teardown(self) -> None:
        try:
            self.everything_that_waits_is_done()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            Program.forget()

    # --- people and systems

    @step(which=FEW, country=st.sampled_from(COUNTRIES), employees=st.sampled_from(SIZES))
    def edit_a_partner(self, which: int, country: str, employees: int | None) -> None:
        changes = {"country": country, "employees": employees}
        partner_services.update(partner=self._partner(which), by=None, at=self.at, changes=changes)

    @step(country=st.sampled_from(COUNTRIES), days=st.integers(-8, 1))
    def write_many_by_sql(self, country: str, days: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE partners_partner SET country = %s, joined_on = %s WHERE id %% 2 = 0",
                [country, self._today() + timedelta(days=days)],
            )

    @step(employees=st.sampled_from(SIZES))
    def a_partner_joins(self, employees: int | None) -> None:
        self.made += 1
        partner = PartnerFactory(name=f"N{self.made}", employees=employees, joined_on=self._today())
        PersonFactory(partner=partner)

    @step(which=FEW)
    def open_a_deal(self, which: int) -> None:
        deal = DealFactory(customer=Customer.objects.get(), stage="open", opened_on=self._today(), closed_on=None)
        DealParticipantFactory(deal=deal, partner=self._partner(which))

    @step(days=st.integers(0, 40), stage=st.sampled_from(["won", "lost"]))
    def close_the_oldest_deal(self, days: int, stage: str) -> None:
        deal = Deal.objects.filter(stage="open").order_by("pk").first()
        if deal is not None:
            closed_on = self._today() - timedelta(days=days)
            Deal.objects.filter(pk=deal.pk).update(stage=stage, closed_on=closed_on, opened_on=closed_on)

    @step(which=FEW, days=st.integers(1, 30))
    def certify(self, which: int, days: int) -> None:
        HeldCertificationFactory(
            person=self._partner(which).people.order_by("pk").first(),
            certification=CertificationFactory(),
            earned_on=self._today() - timedelta(days=days // 10),
            expires_on=self._today() + timedelta(days=days),
        )

    @step(which=FEW)
    def assign_or_end_a_category(self, which: int) -> None:
        partner, category = self._partner(which), Category.objects.get(key="msp")
        held = partner.memberships.filter(category=category, ends_at=None, state="active").first()
        if held is None:
            memberships.assign(partner=partner, category=category, by=None, at=self.at)
        else:
            memberships.end(membership=held, by=None, at=max(self.at, held.starts_at), reason="It is over")

    @step(which=FEW)
    def a_partner_ends(self, which: int) -> None:
        Partner.objects.filter(pk=self._partner(which).pk).update(status=PartnerStatus.ENDED)

    # --- program admins

    @step(data=st.data(), way=st.sampled_from(["publish", "change", "nest", "retire"]))
    def change_the_rule_book(self, data: st.DataObject, way: str) -> None:
        criteria, which = data.draw(st.sampled_from(CRITERIA)), data.draw(st.integers(0, len(CRITERIA) - 1))
        rows = list(Segment.objects.filter(retired_at=None).order_by("pk"))
        segment = rows[which % len(rows)]
        if way == "change":
            if segment.versions.get(state="published").criteria != criteria:
                publish(segment, criteria, at=self.at)
        elif way == "retire":
            with suppress(InUse):
                segments.retire(segment=segment, by=None, at=self.at)
        else:
            self.made += 1
            inner = field("segments", data.draw(st.sampled_from(["any_of", "none_of"])), [segment.key])
            if way == "nest":  # everybody is written as a group of nothing, which does not stand within another
                criteria = all_of(inner, criteria) if criteria["rules"] else all_of(inner)
            kind = data.draw(st.sampled_from([SegmentKind.MIXED, SegmentKind.DYNAMIC]))
            key = f"{way}-{self.made}"
            segments.define(key=key, name=key, by=None, at=self.at, criteria=criteria, kind=kind)

    @step(which=FEW, partner=FEW, way=st.sampled_from([*PinDirection, None]))
    def pin_or_unpin(self, which: int, partner: int, way: PinDirection | None) -> None:
        mixed = list(Segment.objects.filter(kind=SegmentKind.MIXED, retired_at=None).order_by("pk"))
        if mixed:
            segment, some = mixed[which % len(mixed)], [self._partner(partner)]
            if way is None:
                segments.unpin(segment=segment, partners=some, by=None, at=self.at)
            else:
                segments.pin(segment=segment, partners=some, direction=way, by=None, at=self.at)

    @step(zone=st.sampled_from(ZONES), month=st.sampled_from([1, 4, 11]))
    def move_the_program(self, zone: str, month: int) -> None:
        changes = {"timezone": zone, "fiscal_year_start_month": month}
        program_settings.update(by=None, at=self.at, changes=changes)

    @step(hours=st.sampled_from([1, 12, 24, 24 * 7, 24 * 31]))
    def time_goes_by(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        recompute.start_daily_run(at=self.at)

    # --- workers

    @rule(limit=st.integers(1, 3))
    def compute_some_stale_partners(self, limit: int) -> None:
        recompute.stale(at=self.at, limit=limit)

    @rule()
    def do_a_part_of_a_full_run(self) -> None:
        recompute.continue_one(at=self.at)

    @rule(limit=st.integers(1, 100))
    def lose_a_worker_with_stale_partners(self, limit: int) -> None:
        self._lose(lambda: recompute.stale(at=self.at, limit=limit))

    @rule()
    def lose_a_worker_with_a_part_of_a_run(self) -> None:
        self._lose(lambda: recompute.continue_one(at=self.at))

    @rule()
    def deliver_follow_ups(self) -> None:
        outbox.deliver_due(at=self.at)

    def everything_that_waits_is_done(self) -> None:
        """Compute what waits, as sweeps do, and ask for the second opinion on all of it."""
        while recompute.continue_one(at=self.at):
            pass
        recompute.all_stale(at=self.at)
        assert not StalePartner.objects.exists()
        assert not FullRun.objects.exclude(state=RunState.DONE).exists()
        expected = self._opinions()
        for row in Classification.objects.select_related("partner"):
            has = (row.segment_ids, row.category_ids, row.tier_ids, row.stage_id)
            assert has == expected.pop(row.partner_id), row.partner.name
        assert not expected, "nobody is left out"

    # --- what always holds

    @invariant()
    def answers_are_in_order_and_each_stands_once(self) -> None:
        for row in Classification.objects.all():
            for column in KINDS.values():
                ids = getattr(row, column)
                assert ids == sorted(set(ids))

    @invariant()
    def the_history_leads_to_the_present(self) -> None:
        present: dict[Any, set[int]] = {}
        for move in RuleTransition.objects.order_by("id"):
            inside = present.setdefault((move.partner_id, move.kind), set())
            assert (move.rule_id in inside) != move.entered, "nobody enters twice, or leaves without having been in"
            (inside.add if move.entered else inside.remove)(move.rule_id)
        for row in Classification.objects.all():
            for kind, column in KINDS.items():
                assert present.get((row.partner_id, kind), set()) == set(getattr(row, column))
            assert present.get((row.partner_id, "stage"), set()) == ({row.stage_id} - {None})

    @invariant()
    def the_open_stay_in_a_life_stage_is_the_present_one(self) -> None:
        stays = LifeStagePeriod.objects.filter(ends_at=None)
        present = {row.partner_id: row.stage_id for row in Classification.objects.exclude(stage=None)}
        assert dict(stays.values_list("partner_id", "stage_id")) == present
        assert stays.count() == len(present)

    # --- how

    def _partner(self, which: int) -> Partner:
        rows = list(Partner.objects.order_by("pk"))
        return rows[which % len(rows)]

    def _today(self) -> date:
        return self.at.astimezone(Program.current().zone).date()

    @staticmethod
    def _lose(work: Callable[[], object]) -> None:
        with suppress(LostError), transaction.atomic():
            work()
            raise LostError

    def _opinions(self) -> dict[int, tuple[list[int], list[int], list[int], int | None]]:
        """Return what a second opinion says of every partner."""
        program = Program.current()
        evaluator = Evaluator(self.at, program.zone, program.fiscal_year_start_month)
        found: dict[tuple[str, str], set[int]] = {}
        evaluator.rules = found
        partners = with_everything(Partner.objects.order_by("pk"))

        def picked(criteria: Any) -> set[int]:
            return {partner.pk for partner in partners if evaluator.holds(criteria, partner)}

        found["eligible_categories", "msp"] = picked(MSP)
        found["qualified_tiers", "ladder.base"] = picked(BASE)
        found["qualified_tiers", "ladder.top"] = picked(TOP)
        found["life_stage", "selling"] = picked(SELLING)
        found["life_stage", "other"] = picked(OTHER) - found["life_stage", "selling"]
        pins = set(SegmentPin.objects.values_list("segment_id", "partner_id", "direction"))
        waiting = list(Segment.objects.filter(retired_at=None, versions__state="published").order_by("pk"))
        while waiting:
            segment = waiting.pop(0)
            criteria = segment.versions.get(state="published").criteria
            try:
                inside = picked(criteria)
            except KeyError:  # it builds on a segment whose turn has not come
                waiting.append(segment)
                continue
            if segment.kind == SegmentKind.MIXED:
                inside |= {pk for own, pk, way in pins if own == segment.pk and way == "in"}
                inside -= {pk for own, pk, way in pins if own == segment.pk and way == "out"}
            found["segments", segment.key] = inside
        ids = {
            "segments": dict(Segment.objects.values_list("key", "pk")),
            "eligible_categories": dict(Category.objects.values_list("key", "pk")),
            "qualified_tiers": {f"ladder.{key}": pk for key, pk in Tier.objects.values_list("key", "pk")},
            "life_stage": dict(LifeStage.objects.values_list("key", "pk")),
        }

        def of(asked: str, pk: int) -> list[int]:
            return sorted(ids[asked][key] for kind, key in found if kind == asked and pk in found[kind, key])

        return {
            partner.pk: (
                of("segments", partner.pk),
                of("eligible_categories", partner.pk),
                of("qualified_tiers", partner.pk),
                next(iter(of("life_stage", partner.pk)), None),
            )
            for partner in partners
        }


def test_stored_verdicts_are_those_of_a_second_opinion_whatever_happens() -> None:
    phases = list(Phase) if os.environ.get("SHRINK") else [Phase.generate]
    found_a_program()
    run_state_machine_as_test(
        AnyProgram,
        settings=settings(
            max_examples=SEQUENCES, stateful_step_count=STEPS, derandomize=not WANTED, database=None, deadline=None,
            suppress_health_check=list(HealthCheck), phases=phases, report_multiple_bugs=False, print_blob=True,
        ),
    )  # fmt: skip
