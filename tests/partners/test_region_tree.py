"""The region tree: what a move changes is shown first, regions are merged and taken apart, steps have a way back."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from partners.models import Partner, Region, RegionGrant, RegionMerge
from partners.queries import region_history, region_uses
from partners.services import categories, definitions, overrides, region_grants, region_merging, regions
from segmentation.services import recompute, region_trials, segments
from tests.factories.goals import GoalFactory, GoalTargetFactory
from tests.factories.partners import PartnerFactory, RegionMergeFactory

pytestmark = pytest.mark.django_db


def named(key: str) -> dict[str, Any]:
    rules = [{"field": "region", "operator": "any_of", "value": [key]}]
    return {"combinator": "and", "not": False, "rules": rules}


@pytest.fixture
def tree(victor, now):
    """Europe with DACH and Nordics, and Asia."""
    made = {"europe": regions.create(name="Europe", by=victor, at=now)}
    for name in ("DACH", "Nordics"):
        made[name.lower()] = regions.create(name=name, parent=made["europe"], by=victor, at=now)
    made["asia"] = regions.create(name="Asia", by=victor, at=now)
    made["munich"] = regions.create(name="Munich", parent=made["dach"], by=victor, at=now)
    return made


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="MSP", meaning="Runs IT.", by=victor, at=now)


def override_in(region, subject, victor, now):
    made = overrides.create(subject=subject, region=region, by=victor, at=now, benefits="More.")
    overrides.publish(version=made.versions.get(), by=victor, at=now)
    return made


def address(verb: str, region: Region) -> str:
    return reverse(f"vendor:region-{verb}", args=[region.public_id])


# --- moving


def test_a_move_counts_who_would_leave_and_enter_and_keeps_nothing(tree, victor, now, client_of):
    PartnerFactory(region=tree["munich"], status="active")
    segments.define(key="europeans", name="Europeans", criteria=named("europe"), by=victor, at=now)
    segments.define(key="asians", name="Asians", criteria=named("asia"), by=victor, at=now)
    recompute.all_stale(at=now)

    found = region_trials.try_move(region=tree["dach"], below=tree["asia"], at=now)

    assert [(one.label, one.entered, one.left) for one in found] == [("Asians", 1, 0), ("Europeans", 0, 1)]
    tree["dach"].refresh_from_db()
    assert tree["dach"].path == [tree["europe"].pk, tree["dach"].pk]
    panel = reverse("vendor:region-move-panel", args=[tree["dach"].public_id])
    assert "Europeans" in client_of(victor).post(panel, {"below": "asia"}).content.decode()
    for wrong in ("nowhere", "munich"):
        assert client_of(victor).post(panel, {"below": wrong}).status_code == 404
    assert panel in client_of(victor).get(address("move", tree["dach"]), {"below": "asia"}).content.decode()


def test_a_move_says_what_counts_no_more_and_what_begins_to(tree, msp, rita, victor, now):
    PartnerFactory(region=tree["munich"])
    at_home = override_in(tree["europe"], msp, victor, now)
    away = override_in(tree["asia"], msp, victor, now)
    own = override_in(tree["dach"], msp, victor, now)
    region_grants.grant(user=rita, regions=[tree["europe"]], by=victor, at=now)
    segments.define(key="asians", name="Asians", criteria=named("asia"), by=victor, at=now)

    move = region_uses.move_of(tree["dach"], tree["asia"])

    assert (move.partners, move.regions) == (1, 1)
    assert [(one.region, one.overrides, one.people) for one in move.left] == [(tree["europe"], [at_home], [rita])]
    assert [(one.region, one.overrides, one.rules) for one in move.entered] == [(tree["asia"], [away], ["Asians"])]
    assert [one.overrides for one in move.along] == [[own]]


def test_the_page_shows_it_before_anything_moves(tree, msp, victor, client_of, now):
    override_in(tree["europe"], msp, victor, now)
    client = client_of(victor)

    page = client.get(address("move", tree["dach"]), {"below": "asia"}).content.decode()
    assert "No longer for them" in page
    assert "MSP" in page
    assert "Move it below Asia" in page
    assert Region.objects.get(pk=tree["dach"].pk).parent == tree["europe"]

    client.post(address("move", tree["dach"]), {"below": "asia"})
    assert Region.objects.get(pk=tree["munich"].pk).path == [tree[key].pk for key in ("asia", "dach", "munich")]


def test_a_region_is_put_at_the_top(tree, victor, client_of):
    client = client_of(victor)
    assert "Move it to the top" in client.get(address("move", tree["dach"]), {"below": ""}).content.decode()

    client.post(address("move", tree["dach"]), {"below": ""})

    assert Region.objects.get(pk=tree["dach"].pk).parent is None


def test_a_region_is_not_offered_to_itself_or_those_below(tree, victor, client_of):
    answer = client_of(victor).post(address("move", tree["dach"]), {"below": "munich"})

    assert answer.status_code == 422
    assert Region.objects.get(pk=tree["dach"].pk).parent == tree["europe"]


def test_htmx_is_answered_the_part_that_changes(tree, victor, client_of):
    answer = client_of(victor).get(address("move", tree["dach"]), {"below": "asia"}, headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<div id="region-move"')


# --- merging


def test_everything_in_a_region_goes_along(tree, msp, rita, victor, now):
    partner = PartnerFactory(region=tree["dach"])
    own = override_in(tree["dach"], msp, victor, now)
    region_grants.grant(user=rita, regions=[tree["dach"]], by=victor, at=now)

    region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)

    partner.refresh_from_db()
    own.refresh_from_db()
    assert partner.region == own.region == tree["nordics"]
    assert Region.objects.get(pk=tree["munich"].pk).path == [tree[key].pk for key in ("europe", "nordics", "munich")]
    assert list(RegionGrant.objects.filter(user=rita).values_list("region__key", flat=True)) == ["nordics"]
    assert not Region.objects.filter(key="dach").exists()


def test_who_acts_in_both_acts_in_the_one_that_stays(tree, rita, victor, now):
    region_grants.grant(user=rita, regions=[tree["dach"], tree["nordics"]], by=victor, at=now)

    made = region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)
    assert RegionGrant.objects.get(user=rita).region == tree["nordics"]

    region_merging.undo(merge=made, by=victor, at=now)
    assert set(RegionGrant.objects.filter(user=rita).values_list("region__key", flat=True)) == {"dach", "nordics"}


def test_rules_that_name_a_region_refuse_its_merge_and_are_listed(tree, victor, client_of, now):
    segments.define(key="dachs", name="All of DACH", criteria=named("dach"), by=victor, at=now)

    with pytest.raises(region_merging.CannotMergeError, match="All of DACH"):
        region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)

    page = client_of(victor).get(address("merge", tree["dach"]), {"into": "nordics"}).content.decode()
    assert "All of DACH" in page
    assert "Merge into Nordics" not in page
    assert Region.objects.filter(key="dach").exists()


def test_a_goal_for_a_region_refuses_its_merge(tree, victor, now):
    goal = GoalFactory(name="Grow DACH")
    root = GoalTargetFactory(goal=goal)
    GoalTargetFactory(goal=goal, parent=root, kind="region", region=tree["dach"])

    with pytest.raises(region_merging.CannotMergeError, match="Grow DACH"):
        region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)


@pytest.mark.parametrize("over", [{"retired_at": "2030-03-01T00:00Z"}, {"ends_on": date(2030, 3, 17)}])
def test_a_goal_that_is_over_keeps_the_name_of_a_region_that_goes(over, tree, victor, now):
    goal = GoalFactory(name="Grow DACH", **over)
    part = GoalTargetFactory(goal=goal, parent=GoalTargetFactory(goal=goal), kind="region", region=tree["dach"])

    made = region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)

    part.refresh_from_db()
    assert (part.region, str(part)) == (None, "DACH")
    back = region_merging.undo(merge=made, by=victor, at=now)
    part.refresh_from_db()
    assert (part.region, part.former_region) == (back, "")


def test_parts_of_two_regions_that_went_stay_apart(tree, victor, now):
    goal = GoalFactory(name="Grow", ends_on=date(2030, 2, 1))
    root = GoalTargetFactory(goal=goal)
    for key in ("munich", "nordics"):
        GoalTargetFactory(goal=goal, parent=root, kind="region", region=tree[key])
        regions.remove(region=tree[key], by=victor, at=now)

    assert sorted(map(str, root.parts.all())) == ["Munich", "Nordics"]


def test_a_part_of_a_goal_names_a_region_or_one_that_went(tree):
    root = GoalTargetFactory(goal=GoalFactory())
    for wrong in ({}, {"region": tree["dach"], "former_region_key": "dach", "former_region": "DACH"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GoalTargetFactory(goal=root.goal, parent=root, kind="region", **wrong)


def test_two_texts_for_one_category_refuse_a_merge(tree, msp, victor, now):
    for key in ("dach", "nordics"):
        override_in(tree[key], msp, victor, now)

    with pytest.raises(region_merging.CannotMergeError, match="MSP"):
        region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)


def test_a_retired_text_is_in_nobodys_way(tree, msp, victor, now):
    for key in ("dach", "nordics"):
        one = override_in(tree[key], msp, victor, now)
        overrides.retire(override=one, by=victor, at=now)

    assert region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)


def test_a_region_is_not_merged_into_what_is_below_it(tree, victor, now):
    for key in ("dach", "munich"):
        with pytest.raises(region_merging.CannotMergeError, match="Choose a region"):
            region_merging.merge(region=tree["dach"], into=tree[key], by=victor, at=now)


def test_taken_apart_everything_that_still_stands_there_goes_back(tree, msp, victor, now):
    stays, moved_on = PartnerFactory(region=tree["dach"]), PartnerFactory(region=tree["dach"])
    own = override_in(tree["dach"], msp, victor, now)
    made = region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)
    Partner.objects.filter(pk=moved_on.pk).update(region=tree["asia"])

    again = region_merging.undo(merge=made, by=victor, at=now)
    assert region_merging.undo(merge=made, by=victor, at=now) == again

    for one in (stays, moved_on, own):
        one.refresh_from_db()
    assert (again.key, again.name, again.parent) == ("dach", "DACH", tree["europe"])
    assert stays.region == own.region == again
    assert moved_on.region == tree["asia"]
    assert Region.objects.get(pk=tree["munich"].pk).path == [tree["europe"].pk, again.pk, tree["munich"].pk]


def test_its_key_given_away_meanwhile_it_stays_merged(tree, victor, now):
    made = region_merging.merge(region=tree["dach"], into=tree["nordics"], by=victor, at=now)
    regions.create(name="DACH", by=victor, at=now)

    with pytest.raises(ValidationError):
        region_merging.undo(merge=made, by=victor, at=now)


def test_it_is_merged_and_taken_apart_on_pages(tree, victor, client_of):
    client = client_of(victor)
    assert "Merge into Nordics" in client.get(address("merge", tree["dach"]), {"into": "nordics"}).content.decode()

    client.post(address("merge", tree["dach"]), {"into": "nordics"})
    made = RegionMerge.objects.get()
    assert "DACH became part of Nordics" in client.get(reverse("vendor:region-history")).content.decode()

    client.post(reverse("vendor:region-unmerge", args=[made.public_id]))
    assert Region.objects.filter(key="dach").exists()


def test_a_merge_is_not_undone_before_it_was_made(now):
    with pytest.raises(IntegrityError), transaction.atomic():
        RegionMergeFactory(merged_at=now, undone_at=now.replace(year=2029))


# --- history


def test_every_step_is_told_and_leads_back(tree, victor, client_of, now):
    regions.move(region=tree["dach"], parent=tree["asia"], by=victor, at=now)
    regions.rename(region=tree["nordics"], name="Scandinavia", by=victor, at=now)
    regions.remove(region=tree["munich"], by=victor, at=now)

    steps = {one.text: one for one in region_history.steps()}

    assert steps["DACH was moved below Asia"].back_url.endswith("?below=europe")
    assert "name=Nordics" in steps["Nordics is called Scandinavia now"].back_url
    assert "key=munich" in steps["Munich was removed"].back_url
    assert steps["Europe was added at the top"].back_url == ""
    client = client_of(victor)
    for one in steps.values():
        assert not one.back_url or client.get(one.back_url).status_code == 200
    assert 'value="Nordics"' in client.get(steps["Nordics is called Scandinavia now"].back_url).content.decode()


def test_a_step_that_stands_no_more_has_no_way_back(tree, victor, now):
    regions.move(region=tree["dach"], parent=tree["asia"], by=victor, at=now)
    regions.move(region=tree["dach"], parent=None, by=victor, at=now)

    steps = {one.text: one.back_url for one in region_history.steps()}

    assert steps["DACH was moved below Asia"] == ""
    assert steps["DACH was moved to the top"].endswith("?below=asia")


def test_the_page_of_a_region_says_what_names_it(tree, msp, victor, client_of, now):
    override_in(tree["dach"], msp, victor, now)
    segments.define(key="dachs", name="All of DACH", criteria=named("dach"), by=victor, at=now)

    page = client_of(victor).get(address("detail", tree["dach"])).content.decode()

    assert "MSP" in page
    assert "All of DACH" in page


def test_who_may_not_write_the_tree_sees_none_of_it(tree, vera, client_of):
    for verb in ("detail", "move", "merge"):
        assert client_of(vera).get(address(verb, tree["dach"])).status_code == 403


def test_definitions_still_say_who_names_them(victor, now, msp):
    segments.define(
        key="msps",
        name="MSPs",
        criteria={
            "combinator": "and",
            "not": False,
            "rules": [{"field": "categories", "operator": "any_of", "value": ["msp"]}],
        },
        by=victor,
        at=now,
    )

    with pytest.raises(definitions.InUse, match="MSPs"):
        categories.retire(category=msp, by=victor, at=now)
