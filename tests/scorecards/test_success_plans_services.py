"""Success plans: drafted, proposed, agreed by both and locked, changed by a next version, closed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.refusals import Refusal
from core.services import outbox
from partners.models import Message
from scorecards.models import PartnerTask, PlanObjective, PlanState, PlanVersion, PlanVersionState, SuccessPlan
from scorecards.services import plan_agreement, plan_drafts, plan_parts, plan_templates, tasks
from tests.factories.success_plans import (
    PlanObjectiveFactory,
    PlanVersionFactory,
    SuccessPlanFactory,
    TemplateMilestoneFactory,
    TemplateObjectiveFactory,
    TemplateTaskFactory,
)
from tests.scorecards.plans import END, START, WON_AMOUNT, agreed, drafted, filled, quarterly

pytestmark = pytest.mark.django_db


def told(user):
    outbox.deliver_due(at=datetime(2031, 1, 1, tzinfo=UTC))
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


# --- drafting


def test_a_plan_begins_as_a_copy_of_its_template(pinewood, vera, now):
    pinewood.employees = 50
    pinewood.save()
    objective = TemplateObjectiveFactory(target=20, adds_to_today=True)
    template = objective.template
    TemplateObjectiveFactory(template=template, expression=WON_AMOUNT, target=1000, position=1)
    TemplateMilestoneFactory(template=template, after_days=30)
    TemplateTaskFactory(template=template, after_days=400)

    plan = plan_drafts.begin(partner=pinewood, name="Growth", starts_on=START, template=template, by=vera, at=now)

    version = plan.versions.get()
    people, revenue = version.objectives.order_by("position")
    assert (version.ends_on, plan.state) == (END, PlanState.DRAFT)
    assert people.floor == 50
    assert list(people.targets.order_by("quarter_starts_on").values_list("target", flat=True)) == [55, 60, 65, 70]
    assert revenue.expression["window"] == {"since": "2030-01-01"}
    assert revenue.targets.get(quarter_starts_on=date(2030, 4, 1)).target == 496
    assert version.milestones.get().due_on == date(2030, 1, 31)
    assert version.planned_tasks.get().due_on == END


def test_a_draft_is_measured_at_once(pinewood, vera, now):
    pinewood.employees = 7
    pinewood.save()
    draft = filled(pinewood, vera, now)

    key = draft.objectives.get(name="Employees").key
    assert draft.plan.figures.get(objective_key=key).value == 7


def test_an_objective_needs_a_target_for_every_quarter_on_the_right_side(pinewood, vera, now):
    draft = drafted(pinewood, vera, now)
    asked = {"version": draft, "by": vera, "at": now, "name": "People", "expression": {"field": "employees"}}

    for wrong in ({START: Decimal(1)}, quarterly(1, 2, 3, 0), quarterly(1, 2, -3, 4)):
        with pytest.raises(ValidationError) as error:
            plan_parts.put_objective(targets=wrong, **asked)
        assert "targets" in error.value.message_dict
    with pytest.raises(ValidationError):
        plan_parts.put_objective(targets=quarterly(1, 2, 3, 4), direction="less", **asked)
    with pytest.raises(ValidationError) as error:
        plan_parts.put_objective(targets=quarterly(1, 2, 3, 4), **asked | {"expression": {"field": "nothing"}})
    assert "expression" in error.value.message_dict
    assert plan_parts.put_objective(targets=quarterly(0, 0, 3, 4), **asked)
    assert plan_parts.put_objective(targets=quarterly(8, 6, 4, 2), floor=10, direction="less", **asked)


def test_the_same_form_again_is_the_same_part(pinewood, vera, now):
    draft = drafted(pinewood, vera, now)
    asked = {"version": draft, "by": vera, "at": now, "key": "k1"}
    for _each in range(2):
        measured = {"name": "People", "expression": {"field": "employees"}}
        plan_parts.put_objective(targets=quarterly(1, 2, 3, 4), **measured, **asked)
        plan_parts.put_milestone(name="Campaign", due_on=END, **asked)
        plan_parts.put_task(title="Call", side="vendor", due_on=END, **asked)

    assert [getattr(draft, part).count() for part in ("objectives", "milestones", "planned_tasks")] == [1, 1, 1]


def test_what_measures_something_else_is_another_objective(pinewood, vera, now):
    draft = filled(pinewood, vera, now)
    one = draft.objectives.get(name="Employees")
    key = one.key
    same = {
        "version": draft,
        "by": vera,
        "at": now,
        "objective": one,
        "targets": quarterly(1, 2, 3, 4),
        "name": "Heads",
    }

    assert plan_parts.put_objective(expression={"field": "employees"}, **same).key == key
    assert plan_parts.put_objective(expression=WON_AMOUNT, **same).key != key


def test_days_of_parts_lie_within_the_plan(pinewood, vera, now):
    draft = drafted(pinewood, vera, now)
    for day in (START - timedelta(days=1), END + timedelta(days=1)):
        with pytest.raises(ValidationError):
            plan_parts.put_milestone(version=draft, by=vera, at=now, name="Campaign", due_on=day)
    with pytest.raises(ValidationError):
        plan_drafts.edit(version=draft, by=vera, at=now, changes={"ends_on": START})


def test_a_longer_plan_asks_in_its_new_quarters_what_it_asked_in_the_end(pinewood, vera, now):
    draft = filled(pinewood, vera, now)

    assert plan_drafts.edit(version=draft, by=vera, at=now, changes={"ends_on": date(2031, 2, 1)}) == ["ends_on"]
    people = draft.objectives.get(name="Employees").targets.order_by("quarter_starts_on")
    assert list(people.values_list("target", flat=True)) == [10, 20, 30, 40, 40]
    plan_drafts.edit(version=draft, by=vera, at=now, changes={"ends_on": date(2030, 6, 30)})
    assert list(people.values_list("target", flat=True)) == [10, 20]
    assert plan_drafts.edit(version=draft, by=vera, at=now, changes={"ends_on": date(2030, 6, 30)}) == []


# --- proposing and agreeing


def test_a_plan_that_asks_for_nothing_cannot_be_proposed(pinewood, vera, now):
    with pytest.raises(Refusal):
        plan_agreement.propose(version=drafted(pinewood, vera, now), by=vera, at=now)


def test_agreed_by_both_it_is_locked_and_its_tasks_are_given(pinewood, vera, paula, now):
    version = filled(pinewood, vera, now)

    assert plan_agreement.propose(version=version, by=vera, at=now)
    assert not plan_agreement.propose(version=version, by=vera, at=now)
    assert version.plan.__class__.objects.get().state == PlanState.PROPOSED
    assert plan_agreement.agree(version=version, by=paula, at=now)
    assert not plan_agreement.agree(version=version, by=paula, at=now)

    assert (version.state, version.vendor_agreed_by, version.partner_agreed_by) == ("agreed", vera, paula)
    assert SuccessPlan.objects.get().state == PlanState.AGREED
    task = PartnerTask.objects.get()
    assert (task.title, task.side, task.origin_kind, task.is_shared) == (
        "Name a sponsor",
        "partner",
        "successplan",
        True,
    )
    assert told(paula) == [
        "Vera Vance proposes a plan to you: Growth year",
        "A task for you: Name a sponsor",
    ]
    assert told(vera) == ["Growth year is agreed by both sides"]


def test_it_takes_both_sides_in_whatever_order(pinewood, vera, paula, now):
    version = filled(pinewood, vera, now)
    plan_agreement.propose(version=version, by=vera, at=now, agrees=False)
    plan_agreement.agree(version=version, by=paula, at=now)
    assert version.state == PlanVersionState.PROPOSED

    plan_agreement.agree(version=version, by=vera, at=now)
    assert version.state == PlanVersionState.AGREED


def test_only_an_admin_agrees_for_the_partner(pinewood, vera, pete, now):
    version = filled(pinewood, vera, now)
    plan_agreement.propose(version=version, by=vera, at=now)

    with pytest.raises(Refusal):
        plan_agreement.agree(version=version, by=pete, at=now)


def test_a_draft_is_not_agreed_to(pinewood, vera, paula, now):
    with pytest.raises(Refusal):
        plan_agreement.agree(version=filled(pinewood, vera, now), by=paula, at=now)


def test_a_proposal_is_sent_back_with_words_in_the_conversation(pinewood, vera, paula, now):
    version = filled(pinewood, vera, now)
    plan_agreement.propose(version=version, by=vera, at=now)

    with pytest.raises(ValidationError):
        plan_agreement.ask_for_changes(version=version, by=paula, at=now, words=" ")
    assert plan_agreement.ask_for_changes(version=version, by=paula, at=now, words="Two people, not four.")
    assert not plan_agreement.ask_for_changes(version=version, by=paula, at=now, words="Two people, not four.")
    assert (version.state, version.vendor_agreed_at) == (PlanVersionState.DRAFT, None)
    assert Message.objects.get().text == "Two people, not four."
    assert told(vera)[0] == "Paula Park asks for changes to Growth year"


def test_what_is_proposed_is_not_written_until_it_is_taken_back(pinewood, vera, paula, now):
    version = filled(pinewood, vera, now)
    plan_agreement.propose(version=version, by=vera, at=now)

    with pytest.raises(plan_parts.NotADraft):
        plan_drafts.edit(version=version, by=vera, at=now, changes={"summary": "More"})
    with pytest.raises(Refusal):
        plan_agreement.take_back(version=version, by=paula, at=now)
    assert plan_agreement.take_back(version=version, by=vera, at=now)
    assert plan_drafts.edit(version=version, by=vera, at=now, changes={"summary": "More"}) == ["summary"]


def test_a_change_is_a_next_version_that_both_agree_to_again(pinewood, vera, paula, now):
    first = agreed(pinewood, vera, paula, now)
    draft = plan_drafts.next_draft(plan=first.plan, by=vera, at=now)
    assert plan_drafts.next_draft(plan=first.plan, by=vera, at=now) == draft
    assert [one.name for one in draft.objectives.order_by("position")] == ["Revenue won", "Employees"]
    assert set(draft.objectives.values_list("key")) == set(first.objectives.values_list("key"))

    task = draft.planned_tasks.get()
    said = {"title": "Name two sponsors", "side": "partner", "due_on": END}
    plan_parts.put_task(version=draft, task=task, by=vera, at=now, **said)
    plan_agreement.propose(version=draft, by=vera, at=now)
    assert first.__class__.objects.get(pk=first.pk).state == PlanVersionState.AGREED
    plan_agreement.agree(version=draft, by=paula, at=now)

    first.refresh_from_db()
    assert (first.state, draft.state) == (PlanVersionState.SUPERSEDED, PlanVersionState.AGREED)
    assert PartnerTask.objects.get().title == "Name two sponsors"


def test_a_task_that_is_done_stays_as_it_was(pinewood, vera, paula, now):
    first = agreed(pinewood, vera, paula, now)
    tasks.finish(task=PartnerTask.objects.get(), by=paula, at=now)
    draft = plan_drafts.next_draft(plan=first.plan, by=vera, at=now)
    plan_agreement.propose(version=draft, by=vera, at=now)
    plan_agreement.agree(version=draft, by=paula, at=now)

    assert PartnerTask.objects.get().is_done


def test_a_thrown_away_draft_leaves_what_is_agreed_and_a_first_one_leaves_nothing(pinewood, vera, paula, now):
    version = agreed(pinewood, vera, paula, now)
    draft = plan_drafts.next_draft(plan=version.plan, by=vera, at=now)

    assert not plan_drafts.discard(version=draft, by=vera, at=now)
    assert plan_drafts.discard(version=drafted(pinewood, vera, now), by=vera, at=now)
    assert SuccessPlan.objects.get().versions.get() == version


def test_a_plan_is_closed_or_ended_once_and_then_rests(pinewood, vera, paula, now):
    version = agreed(pinewood, vera, paula, now)
    plan = version.plan

    assert plan_agreement.close(plan=plan, by=vera, at=now, words="A good year.")
    assert not plan_agreement.close(plan=plan, by=vera, at=now)
    assert not plan_agreement.end(plan=plan, by=vera, at=now, words="Twice")
    assert told(paula)[-1] == "Growth year is closed"
    with pytest.raises(Refusal):
        plan_drafts.next_draft(plan=plan, by=vera, at=now)


def test_ending_early_needs_a_reason_and_somebody_of_the_vendor(pinewood, vera, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan

    with pytest.raises(ValidationError):
        plan_agreement.end(plan=plan, by=vera, at=now, words="")
    with pytest.raises(Refusal):
        plan_agreement.end(plan=plan, by=paula, at=now, words="We stop")
    assert plan_agreement.end(plan=plan, by=vera, at=now, words="They stopped selling hardware.")
    assert plan.state == PlanState.ENDED


# --- who sees what


def test_partners_see_a_plan_once_it_is_proposed_and_never_a_draft(pinewood, vera, vincent, paula, olga, now):
    version = filled(pinewood, vera, now)
    assert not SuccessPlan.objects.visible_to(paula).exists()
    plan_agreement.propose(version=version, by=vera, at=now)
    plan_agreement.agree(version=version, by=paula, at=now)
    plan_drafts.next_draft(plan=version.plan, by=vera, at=now)

    assert SuccessPlan.objects.visible_to(paula).get() == version.plan
    assert list(PlanVersion.objects.readable_by(paula)) == [version]
    assert PlanVersion.objects.readable_by(vera).count() == 2
    assert not SuccessPlan.objects.visible_to(olga).exists()
    assert not SuccessPlan.objects.visible_to(vincent).exists()


# --- templates


def test_starters_are_made_once_and_can_be_drafted_from(pinewood, vera, victor, now):
    made = plan_templates.add_starters(by=victor, at=now)
    assert [one.key for one in made] == ["onboarding-90-days", "growth-year", "reactivation"]
    assert plan_templates.add_starters(by=victor, at=now) == []

    for template in made:
        plan = plan_drafts.begin(
            partner=pinewood, name=template.name, starts_on=date(2030, 2, 11), template=template, by=vera, at=now
        )
        version = plan.versions.get()
        assert version.objectives.count() == template.objectives.count() >= 3
        assert plan_agreement.propose(version=version, by=vera, at=now)


# --- what the database refuses


def refuses(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_what_was_agreed_is_never_changed_whoever_writes(pinewood, vera, paula, now):
    version = agreed(pinewood, vera, paula, now)
    rows = PlanVersion.objects.filter(pk=version.pk)
    objective = version.objectives.first()

    refuses(lambda: rows.update(summary="Other words"))
    refuses(lambda: rows.update(state="draft"))
    refuses(lambda: rows.update(partner_agreed_by=vera))
    refuses(rows.delete)
    refuses(lambda: PlanObjective.objects.filter(pk=objective.pk).update(weight=9))
    refuses(lambda: PlanObjectiveFactory(plan_version=version))
    refuses(objective.targets.all().delete)
    refuses(lambda: version.milestones.update(due_on=START))
    refuses(version.planned_tasks.all().delete)


def test_what_is_proposed_is_not_changed_whoever_writes(pinewood, vera, now):
    version = filled(pinewood, vera, now)
    plan_agreement.propose(version=version, by=vera, at=now)

    refuses(lambda: PlanVersion.objects.filter(pk=version.pk).update(summary="Other words"))
    refuses(lambda: version.objectives.update(weight=9))


def test_the_database_refuses_what_makes_no_sense(pinewood, vera, now):
    plan = SuccessPlanFactory(partner=pinewood)
    draft = PlanVersionFactory(plan=plan)

    for wrong in (
        {"name": ""},
        {"state": "lost"},
        {"state": "closed"},
        {"closed_at": now},
        {"state": "ended", "closed_at": now},
        {"progress": 101},
    ):
        refuses(lambda wrong=wrong: SuccessPlan.objects.filter(pk=plan.pk).update(**wrong))
    refuses(lambda: PlanVersionFactory(plan=plan, number=2))
    refuses(lambda: PlanVersionFactory(plan=SuccessPlanFactory(), state="agreed", proposed_at=now))
    refuses(lambda: PlanVersionFactory(plan=SuccessPlanFactory(), state="proposed"))
    refuses(lambda: PlanVersionFactory(plan=SuccessPlanFactory(), vendor_agreed_at=now))
    objective = PlanObjectiveFactory(plan_version=draft)
    refuses(lambda: PlanObjectiveFactory(plan_version=draft, key=objective.key))
    refuses(lambda: PlanObjectiveFactory(plan_version=draft, weight=0))
    refuses(lambda: PlanObjectiveFactory(plan_version=draft, name=""))
