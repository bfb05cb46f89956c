"""Success plans on the pages of both sides."""

from datetime import date

import pytest
from django.urls import reverse

from scorecards.models import PlanTemplate, PlanVersion, QuarterlyReview, SuccessPlan
from scorecards.services import plan_agreement, plan_drafts, plan_parts, plan_templates
from tests.counting import queries
from tests.scorecards.plans import WON_AMOUNT, agreed, drafted, filled, quarterly

pytestmark = pytest.mark.django_db


def page(side, name, plan, *more):
    return reverse(f"{side}:success-plan-{name}", args=[plan.public_id, *more])


def test_a_plan_is_begun_from_a_template_and_proposed(client_of, pinewood, vera, victor, now):
    plan_templates.add_starters(by=victor, at=now)
    client = client_of(vera)
    begin = reverse("vendor:success-plan-create", args=[pinewood.public_id])
    client.post(begin, {"template": "growth-year", "name": "Growth", "starts_on": "2030-03-18"})
    plan = SuccessPlan.objects.get()

    assert b"Joint account list agreed" in client.get(page("vendor", "draft", plan)).content
    answer = client.post(page("vendor", "propose", plan), {"agrees": "on"})
    assert answer.url == page("vendor", "detail", plan)
    assert PlanVersion.objects.get().vendor_agreed_by == vera


def objective(**more):
    targets = {f"target-2030-{month:02}-01": number for month, number in ((1, 10), (4, 20), (7, 30), (10, 40))}
    asked = {"name": "Deals", "measure": "count:deals", "window": "since-start", "direction": "more"}
    return {**asked, "floor": "0", "weight": "2", "once": "abc", **targets, **more}


def test_an_objective_is_written_in_three_questions_with_targets(client_of, pinewood, vera, now):
    draft = drafted(pinewood, vera, now)
    new = reverse("vendor:plan-objective-create", args=[draft.plan.public_id])
    for _each in range(2):
        assert client_of(vera).post(new, objective()).status_code == 302

    one = draft.objectives.get()
    assert one.expression == {"collection": "deals", "aggregate": "count", "window": {"since": "2030-01-01"}}
    edit = client_of(vera).get(reverse("vendor:plan-objective-edit", args=[one.public_id]))
    assert edit.context["form"]["window"].value() == "since-start"
    assert edit.context["form"]["target-2030-10-01"].value() == "40"


def test_what_is_wrong_with_an_objective_is_said_at_its_field(client_of, pinewood, vera, now):
    draft = drafted(pinewood, vera, now)
    new = reverse("vendor:plan-objective-create", args=[draft.plan.public_id])
    answer = client_of(vera).post(new, objective(**{"target-2030-10-01": "-5", "name": "Typed with care"}))

    assert answer.status_code == 422
    assert "above where the objective starts" in str(answer.context["form"].errors["target-2030-10-01"])
    assert b"Typed with care" in answer.content


def test_what_says_more_than_three_questions_is_kept(client_of, pinewood, vera, now):
    draft = drafted(pinewood, vera, now)
    formula = {"collection": "deals", "aggregate": "sum", "of": "amount", "window": {"last": 5, "unit": "months"}}
    made = {"version": draft, "by": vera, "at": now, "name": "Odd"}
    one = plan_parts.put_objective(expression=formula, targets=quarterly(1, 2, 3, 4), **made)
    edit = reverse("vendor:plan-objective-edit", args=[one.public_id])
    client_of(vera).post(edit, objective(measure="as-it-is", window="", name="Odd still"))

    one.refresh_from_db()
    assert (one.name, one.expression) == ("Odd still", formula)


def test_the_partner_reads_agrees_and_never_sees_drafts(client_of, pinewood, vera, paula, pete, olga, now):
    version = filled(pinewood, vera, now)
    plan = version.plan
    assert client_of(paula).get(page("partner", "detail", plan)).status_code == 404
    plan_agreement.propose(version=version, by=vera, at=now)

    assert b"This plan is proposed" in client_of(paula).get(page("partner", "detail", plan)).content
    assert client_of(pete).post(page("partner", "agree", plan)).status_code == 403
    assert client_of(olga).post(page("partner", "agree", plan)).status_code == 404
    assert client_of(paula).post(page("partner", "agree", plan)).status_code == 302
    plan_drafts.next_draft(plan=plan, by=vera, at=now)
    PlanVersion.objects.filter(number=2).update(summary="CANARY-88")
    for name in ("detail", "versions"):
        assert "CANARY" not in client_of(paula).get(page("partner", name, plan)).text
    assert client_of(paula).get(page("partner", "version", plan, 2)).status_code == 404


def test_a_proposal_sent_back_can_be_read_about(client_of, pinewood, vera, paula, now):
    version = filled(pinewood, vera, now)
    plan_agreement.propose(version=version, by=vera, at=now)
    client = client_of(paula)
    wrong = client.post(page("partner", "changes", version.plan), {"words": ""})
    client.post(page("partner", "changes", version.plan), {"words": "Fewer people."})

    assert wrong.status_code == 422
    assert b"is writing this plan again" in client.get(page("partner", "detail", version.plan)).content
    twice = client.post(page("partner", "agree", version.plan), follow=True)
    assert b"Nothing waits for that here now" in twice.content


def test_versions_show_what_is_different(client_of, pinewood, vera, paula, now):
    version = agreed(pinewood, vera, paula, now)
    draft = plan_drafts.next_draft(plan=version.plan, by=vera, at=now)
    one = draft.objectives.get(name="Employees")
    changed = {"name": "Employees", "expression": one.expression, "targets": quarterly(10, 20, 30, 55)}
    plan_parts.put_objective(version=draft, objective=one, by=vera, at=now, **changed)
    plan_parts.put_milestone(version=draft, by=vera, at=now, name="Fair in May", due_on=date(2030, 5, 1))

    found = client_of(vera).get(page("vendor", "versions", version.plan)).context["pairs"][0][1]
    assert [one.what for one in found] == ["Objective “Employees”", "Milestone “Fair in May”"]
    assert "40" in found[0].before
    assert "55" in found[0].after


def test_a_quarter_is_reviewed_by_both_and_finished_by_the_vendor(client_of, pinewood, vera, paula, erin, now):
    plan = agreed(pinewood, vera, paula, now).plan
    notes = {"went_well": "Two wins", "went_badly": "", "decisions": "", "expected": "0"}
    client_of(vera).post(page("vendor", "review", plan, "2030-01-01"), notes)
    read = QuarterlyReview.objects.get().version
    client_of(paula).post(
        page("partner", "review", plan, "2030-01-01"), {**notes, "decisions": "More calls", "expected": read}
    )

    shown = client_of(paula).get(page("partner", "review", plan, "2030-01-01"))
    assert "Two wins" in shown.text
    assert "More calls" in shown.text
    client_of(erin).post(page("vendor", "review", plan, "2030-01-01"), {**notes, "went_well": "Erin's"})
    assert QuarterlyReview.objects.get().went_well == "Two wins"
    client_of(vera).post(page("vendor", "review-finish", plan, "2030-01-01"))
    assert b"Finished" in client_of(vera).get(page("vendor", "review", plan, "2030-01-01")).content
    for nowhere in ("2029-10-01", "2030-01-02", "nonsense"):
        assert client_of(vera).get(page("vendor", "review", plan, nowhere)).status_code == 404


def test_a_plan_is_ended_only_with_a_reason(client_of, pinewood, vera, paula, now):
    plan = agreed(pinewood, vera, paula, now).plan

    assert client_of(vera).post(page("vendor", "end", plan), {"words": ""}).status_code == 422
    assert client_of(vera).post(page("vendor", "end", plan), {"words": "They were bought."}).status_code == 302
    assert b"They were bought." in client_of(paula).get(page("partner", "detail", plan)).content


def test_templates_are_edited_part_by_part(client_of, victor, vera, now):
    client = client_of(victor)
    made = {"name": "Pilot", "purpose": "", "summary": "", "length_days": "60"}
    client.post(reverse("vendor:plan-template-create"), made)
    template = PlanTemplate.objects.get()
    new = reverse("vendor:template-objective-create", args=[template.public_id])
    asked = {"name": "Deals", "measure": "count:deals", "window": "since-start", "direction": "more", "weight": "1"}

    assert client.post(new, {**asked, "target": "3"}).status_code == 302
    late = reverse("vendor:template-milestone-create", args=[template.public_id])
    assert client.post(late, {"name": "Too late", "after_days": "90"}).status_code == 422
    assert template.objectives.get().expression["window"] == {"since": "start"}
    assert client_of(vera).post(new, {**asked, "target": "3"}).status_code == 403


def test_pages_ask_the_database_as_often_however_much_a_plan_holds(client_of, pinewood, vera, paula, now):
    version = agreed(pinewood, vera, paula, now)
    plan = version.plan
    pages = (
        (vera, page("vendor", "detail", plan)),
        (paula, page("partner", "detail", plan)),
        (vera, page("vendor", "review", plan, "2030-01-01")),
        (vera, page("vendor", "versions", plan)),
        (vera, reverse("vendor:success-plan-list")),
        (vera, reverse("vendor:partner-success-plans-panel", args=[pinewood.public_id])),
    )
    few = [queries(client_of(user), address) for user, address in pages]
    draft = plan_drafts.next_draft(plan=plan, by=vera, at=now)
    for number in range(5):
        made = {"name": f"More {number}", "expression": WON_AMOUNT, "targets": quarterly(1, 2, 3, 4)}
        plan_parts.put_objective(version=draft, by=vera, at=now, **made)
    plan_agreement.propose(version=draft, by=vera, at=now)
    plan_agreement.agree(version=draft, by=paula, at=now)

    assert [queries(client_of(user), address) for user, address in pages] == few
    assert max(few) <= 12
