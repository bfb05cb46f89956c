"""Goals: divided among regions, segments and partners, attained in real time, told to partners, renewed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.models import Program
from core.refusals import Refusal
from core.services import outbox
from partners.models import Partner
from partners.services import merging, region_merging
from scorecards.models import GoalDay, GoalFigure, GoalTarget
from scorecards.services import goal_figures, goals
from segmentation.models import Classification
from segmentation.services import recompute
from tests.factories.goals import GoalDayFactory, GoalFactory, GoalFigureFactory, GoalTargetFactory
from tests.factories.partners import PartnerFactory, RegionFactory
from tests.factories.segmentation import SegmentFactory

pytestmark = pytest.mark.django_db
EMPLOYEES = {"field": "employees"}


def told(user):
    outbox.deliver_due(at=datetime(2031, 1, 1, tzinfo=UTC))
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def written(victor, now, **said):
    texts = {"name": "People", "text": "We grow.", "starts_on": date(2030, 1, 1), "ends_on": date(2030, 12, 31)}
    return goals.create(**({"target": Decimal(100), "expression": EMPLOYEES, "by": victor, "at": now} | texts | said))


def root(goal):
    return goal.targets.get(kind="program")


def region(name, above=None):
    made = RegionFactory(name=name, parent=above)
    type(made).objects.filter(pk=made.pk).update(path=[*(above.path if above else []), made.pk])
    made.refresh_from_db()
    return made


def kept_up(at):
    while goal_figures.measure_some_due(at=at):
        pass
    return goal_figures.add_up(at=at)


def attained(part):
    part.refresh_from_db()
    return part.attained


def test_parts_add_up_what_their_own_partners_bring(victor, now):
    emea, apac = region("EMEA"), region("APAC")
    dach = region("DACH", emea)
    alder, birch = PartnerFactory(employees=30, region=dach), PartnerFactory(employees=12, region=emea)
    PartnerFactory(employees=5, region=apac)
    PartnerFactory(employees=None)
    segment = SegmentFactory()
    recompute.everything(at=now)
    Classification.objects.filter(partner=birch).update(segment_ids=[segment.pk])
    goal = written(victor, now)
    part = {"target": Decimal(10), "by": victor, "at": now}
    of_emea = goals.put_part(parent=root(goal), whose=emea, **part)
    of_apac = goals.put_part(parent=root(goal), whose=apac, **part)
    of_segment = goals.put_part(parent=of_emea, whose=segment, **part)
    of_dach = goals.put_part(parent=root(written(victor, now)), whose=dach, **part)
    of_alder = goals.put_part(parent=of_dach, whose=alder, **part)

    assert kept_up(now)
    assert [attained(one) for one in (root(goal), of_emea, of_apac, of_segment, of_dach, of_alder)] == [
        *(47, 42, 5, 12, 30, 30)
    ]
    assert goal_figures.add_up(at=now) == 0
    assert GoalDay.objects.get(target=root(goal)).attained == 47


def test_a_change_at_a_partner_reaches_the_goal_by_the_workers_own_way(pinewood, victor, now):
    goal = written(victor, now)
    kept_up(now)
    recompute.all_stale(at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    Partner.objects.filter(pk=pinewood.pk).update(employees=17)

    recompute.all_stale(at=now)
    outbox.deliver_due(at=now + timedelta(minutes=1))
    goal_figures.add_up(at=now)

    assert attained(root(goal)) == 17


def test_a_partner_that_moves_takes_its_figure_along(pinewood, victor, now):
    emea, apac = region("EMEA"), region("APAC")
    Partner.objects.filter(pk=pinewood.pk).update(employees=17, region=emea)
    part = {"target": Decimal(10), "by": victor, "at": now}
    goal = written(victor, now)
    of_emea = goals.put_part(parent=root(goal), whose=emea, **part)
    of_apac = goals.put_part(parent=root(goal), whose=apac, **part)
    kept_up(now)
    Partner.objects.filter(pk=pinewood.pk).update(region=apac)
    goal_figures.add_up(at=now)

    assert [attained(of_emea), attained(of_apac)] == [None, 17]


def test_figures_may_count_on_average(victor, now):
    for employees in (10, 20, None):
        PartnerFactory(employees=employees)
    goal = written(victor, now, adds_up="average")
    kept_up(now)

    assert attained(root(goal)) == 15


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_a_goal_counts_from_its_first_to_its_last_day_in_the_programs_zone(zone, pinewood, victor, now):
    Program.objects.filter(pk=Program.current().pk).update(timezone=zone)
    Program.forget()
    Partner.objects.filter(pk=pinewood.pk).update(employees=17)
    goal = written(victor, now, starts_on=date(2030, 4, 1), ends_on=date(2030, 4, 30))
    begins = datetime(2030, 4, 1, tzinfo=Program.current().zone)
    ends = datetime(2030, 5, 1, tzinfo=Program.current().zone)

    kept_up(begins - timedelta(seconds=1))
    assert attained(root(goal)) is None
    kept_up(begins)
    assert attained(root(goal)) == 17
    Partner.objects.filter(pk=pinewood.pk).update(employees=18)
    kept_up(ends)
    assert attained(root(goal)) == 17


def test_a_run_over_everybody_can_be_taken_up_again(victor, now, monkeypatch):
    monkeypatch.setattr(goal_figures, "BATCH_PARTNERS", 2)
    PartnerFactory.create_batch(5, employees=3)
    goal = written(victor, now)

    assert [goal_figures.measure_some_due(at=now) for _ in range(4)] == [2, 2, 1, 0]
    goal.refresh_from_db()
    assert (goal.measured_on, goal.figures.count()) == (now.date(), 5)


def test_parts_of_one_target_are_of_one_kind_and_lie_within_it(pinewood, victor, now):
    emea, apac = region("EMEA"), region("APAC")
    dach = region("DACH", emea)
    part = {"target": Decimal(10), "by": victor, "at": now}
    of_emea = goals.put_part(parent=root(written(victor, now)), whose=emea, **part)

    for wrong in (
        {"parent": of_emea.parent, "whose": pinewood},
        {"parent": of_emea, "whose": apac},
        {"parent": of_emea, "whose": emea},
        {"parent": of_emea, "whose": pinewood},
    ):
        with pytest.raises(ValidationError):
            goals.put_part(**wrong, **part)
    with pytest.raises(ValidationError):
        goals.put_part(parent=of_emea, whose=dach, **part | {"target": Decimal(0)})
    of_partner = goals.put_part(parent=root(written(victor, now)), whose=pinewood, **part)
    with pytest.raises(Refusal):
        goals.put_part(parent=of_partner, whose=dach, **part)


def test_handing_the_same_part_down_twice_changes_it(pinewood, victor, now):
    goal = written(victor, now)
    part = {"parent": root(goal), "whose": pinewood, "by": victor, "at": now}

    assert goals.put_part(target=Decimal(5), **part) == goals.put_part(target=Decimal(6), text="Two deals", **part)
    one = goal.targets.get(kind="partner")
    assert (one.target, one.text) == (6, "Two deals")
    assert goals.remove_part(part=one, by=victor, at=now)
    assert not goals.remove_part(part=one, by=victor, at=now)
    with pytest.raises(Refusal):
        goals.remove_part(part=root(goal), by=victor, at=now)


def test_what_makes_no_sense_is_refused_at_its_field(victor, now):
    for name, wrong in (
        ("ends_on", {"ends_on": date(2030, 1, 1)}),
        ("expression", {"expression": {"field": "nothing"}}),
        ("target", {"target": Decimal(0)}),
        ("name", {"name": ""}),
    ):
        with pytest.raises(ValidationError) as error:
            written(victor, now, **wrong)
        assert name in error.value.message_dict


def test_a_goal_that_measures_something_else_is_measured_anew(pinewood, victor, now):
    Partner.objects.filter(pk=pinewood.pk).update(employees=17)
    goal = written(victor, now)
    kept_up(now)

    assert goals.update(goal=goal, by=victor, at=now, changes={"name": "People"}, target=Decimal(100)) == []
    assert goals.update(goal=goal, by=victor, at=now, changes={"name": "Heads"}, target=Decimal(90)) == [
        "name",
        "target",
    ]
    assert goal.figures.exists()
    counted = {"collection": "deals", "aggregate": "count", "window": {"since": "start"}}
    assert goals.update(goal=goal, by=victor, at=now, changes={"expression": counted}) == ["expression"]
    assert goals.update(goal=goal, by=victor, at=now, changes={"expression": counted}) == []
    assert not goal.figures.exists()
    assert goal.expression["window"] == {"since": "2030-01-01"}


def test_all_active_partners_are_told_once(pinewood, oakhurst, victor, paula, olga, now, monkeypatch):
    monkeypatch.setattr("scorecards.services.goal_notices.BATCH_PARTNERS", 1)
    goal = written(victor, now)

    assert goals.tell(goal=goal, by=victor, at=now)
    assert not goals.tell(goal=goal, by=victor, at=now)
    assert told(paula) == told(olga) == ["What we are after until 31 December 2030: People"]
    with pytest.raises(ValidationError):
        goals.tell(goal=written(victor, now, text=" "), by=victor, at=now)


def test_a_goal_is_renewed_once_with_its_parts_for_a_period_as_long(pinewood, victor, now):
    counted = {"collection": "deals", "aggregate": "count", "window": {"since": "start"}}
    goal = written(victor, now, expression=counted)
    goals.put_part(parent=root(goal), whose=pinewood, target=Decimal(9), by=victor, at=now)
    goals.tell(goal=goal, by=victor, at=now)

    following = goals.renew(goal=goal, by=victor, at=now)

    assert goals.renew(goal=goal, by=victor, at=now) == following
    assert (following.starts_on, following.ends_on) == (date(2031, 1, 1), date(2031, 12, 31))
    assert (following.told_at, following.expression["window"]) == (None, {"since": "2031-01-01"})
    assert following.targets.get(kind="partner").target == 9


def test_program_admins_are_reminded_once_of_a_goal_that_has_no_successor(victor, now):
    goal = written(victor, now)
    soon = datetime(2030, 12, 1, 10, tzinfo=UTC)

    assert goals.ask_for_renewal(at=soon - timedelta(days=1)) == 0
    assert goals.ask_for_renewal(at=soon) == 1
    assert goals.ask_for_renewal(at=soon) == 0
    assert told(victor) == ["People ends on 31 December 2030, and no goal follows it yet."]
    goals.renew(goal=written(victor, now), by=victor, at=now)
    assert goals.ask_for_renewal(at=soon) == 0
    assert goals.retire(goal=goal, by=victor, at=now)
    assert not goals.retire(goal=goal, by=victor, at=now)


def test_whose_parts_one_sees(pinewood, oakhurst, victor, vera, erin, paula, olga, now):
    goal = written(victor, now)
    for partner in (pinewood, oakhurst):
        goals.put_part(parent=root(goal), whose=partner, target=Decimal(5), by=victor, at=now)

    seen = {
        user.name: sorted(str(one) for one in GoalTarget.objects.visible_to(user))
        for user in (victor, vera, erin, paula, olga)
    }
    assert seen["Vera Vance"] == ["Pinewood", "The whole program"]
    assert seen["Victor Voss"] == seen["Erin Ekholm"] == ["Oakhurst", "Pinewood", "The whole program"]
    assert (seen["Paula Park"], seen["Olga Oss"]) == (["Pinewood"], ["Oakhurst"])


def test_parts_go_to_the_partner_that_stays_unless_it_has_its_own(pinewood, oakhurst, victor, now):
    goal, other = written(victor, now), written(victor, now)
    for partner in (pinewood, oakhurst):
        goals.put_part(parent=root(goal), whose=partner, target=Decimal(5), by=victor, at=now)
    goals.put_part(parent=root(other), whose=pinewood, target=Decimal(5), by=victor, at=now)
    kept_up(now)
    merging.merge(survivor=oakhurst, merged=pinewood, by=victor, at=now, choices={})

    assert [one.partner for one in GoalTarget.objects.filter(kind="partner")] == [oakhurst, oakhurst]
    assert set(GoalFigure.objects.values_list("partner", flat=True)) == {oakhurst.pk}


def test_a_region_with_a_part_of_a_goal_is_not_merged_away(victor, now):
    emea, apac = region("EMEA"), region("APAC")
    goals.put_part(parent=root(written(victor, now)), whose=emea, target=Decimal(5), by=victor, at=now)

    with pytest.raises(Refusal, match="People"):
        region_merging.merge(region=emea, into=apac, by=victor, at=now)


def test_the_database_refuses_what_makes_no_sense(pinewood, now):
    target = GoalTargetFactory()
    part = {"goal": target.goal, "parent": target, "kind": "partner", "partner": pinewood}
    GoalTargetFactory(**part)
    figure, day = GoalFigureFactory(), GoalDayFactory()
    follows = GoalFactory(follows=target.goal).follows
    for write in (
        lambda: GoalTargetFactory(goal=target.goal),
        lambda: GoalTargetFactory(**part),
        lambda: GoalTargetFactory(target=0),
        lambda: GoalTargetFactory(kind="region"),
        lambda: GoalTargetFactory(partner=pinewood),
        lambda: GoalTargetFactory(goal=target.goal, kind="partner", partner=pinewood),
        lambda: GoalFactory(name=""),
        lambda: GoalFactory(ends_on=date(2029, 1, 1)),
        lambda: GoalFactory(follows=follows),
        lambda: GoalFigureFactory(goal=figure.goal, partner=figure.partner),
        lambda: GoalDayFactory(target=day.target),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
