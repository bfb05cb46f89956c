"""Life stages: made, published, put in order, and shown as the recompute found them."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.services import versions
from partners.queries import life_stages as reads
from partners.services import life_stages
from partners.signals import rules_changed
from tests.factories.partners import LifeStagePeriodFactory, LifeStageVersionFactory

pytestmark = pytest.mark.django_db
EVERYBODY = {"combinator": "and", "rules": []}


@pytest.fixture
def activated(victor, now):
    return life_stages.define(
        key="activated", name="Activated", next_step="Sell more", criteria=EVERYBODY, by=victor, at=now
    )


@pytest.fixture
def prospective(activated, victor, now):
    return life_stages.define(key="prospective", name="Prospective", criteria=EVERYBODY, by=victor, at=now)


@pytest.fixture
def pinewood_activated(pinewood, activated, now):
    """What the recompute would write."""
    apps.get_model("segmentation", "Classification").objects.update_or_create(
        partner=pinewood, defaults={"stage": activated, "stage_since": now - timedelta(days=12)}
    )


def test_a_stage_is_defined_once_and_put_last(activated, prospective, victor, now):
    again = life_stages.define(key="activated", name="Other", by=victor, at=now)

    assert again == activated
    assert (activated.precedence, prospective.precedence) == (1, 2)
    assert versions.published_of(activated).next_step == "Sell more"


def test_checking_a_stage_earlier_has_the_rule_book_run(prospective, victor, now):
    heard = []

    def hear(kind, reason, **kwargs):
        heard.append(kind)

    rules_changed.connect(hear)
    life_stages.update(stage=prospective, by=victor, at=now, changes={"precedence": 0})
    life_stages.update(stage=prospective, by=victor, at=now, changes={"name": "Prospects"})
    rules_changed.disconnect(hear)

    assert heard == ["stage"]


def test_the_name_and_the_draft_are_saved_together_or_not_at_all(activated, victor, now):
    with pytest.raises(ValidationError):
        life_stages.edit(
            stage=activated,
            own={"name": "Contributing"},
            texts={"next_step": "x" * 301},
            expected=None,
            by=victor,
            at=now,
        )

    activated.refresh_from_db()
    assert activated.name == "Activated"
    assert versions.existing_draft_of(activated) is None


def test_saving_a_form_that_changes_nothing_makes_no_draft(activated, victor, now):
    changed = life_stages.edit(
        stage=activated, own={"name": "Activated"}, texts={"next_step": "Sell more"}, expected=None, by=victor, at=now
    )

    assert changed == []
    assert versions.existing_draft_of(activated) is None


def test_a_draft_begun_meanwhile_by_somebody_else_is_a_conflict(activated, victor, vera, now):
    given = {"stage": activated, "own": {}, "expected": None, "at": now}
    life_stages.edit(texts={"next_step": "Vera's idea"}, by=vera, **given)

    with pytest.raises(versions.Conflict, match="Vera Vance"):
        life_stages.edit(texts={"next_step": "Victor's idea"}, by=victor, **given)


def test_stages_show_how_many_visible_partners_are_in_each(
    pinewood_activated, activated, prospective, vera, vincent, victor
):
    def counts(user):
        return {row.stage.key: row.partners for row in reads.stage_rows(user)}

    assert counts(victor) == counts(vera) == {"activated": 1, "prospective": 0}
    assert counts(vincent) == {"activated": 0, "prospective": 0}


def test_a_partner_sees_its_stage_and_the_days_in_it(pinewood_activated, pinewood, activated, now):
    standing = reads.standing_of(pinewood)

    assert (standing.stage, standing.days(now), standing.version.next_step) == (activated, 12, "Sell more")


def test_a_partner_never_computed_is_in_no_stage(oakhurst, activated, now):
    standing = reads.standing_of(oakhurst)

    assert (standing.stage, standing.days(now)) == (None, None)


def test_the_database_keeps_one_open_stay(pinewood, activated):
    LifeStagePeriodFactory(partner=pinewood, stage=activated)

    with pytest.raises(IntegrityError, match="life_stage_one_open"), transaction.atomic():
        LifeStagePeriodFactory(partner=pinewood, stage=activated)


def test_nobody_is_stuck_before_a_day_has_passed(activated):
    version = LifeStageVersionFactory(definition=activated, number=9, state="draft", published_at=None)

    with pytest.raises(IntegrityError, match="stuck_after_a_day"), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(stuck_after_days=0)


def test_days_after_which_partners_are_stuck_are_a_text_of_the_version(activated, victor, now):
    draft = life_stages.draft_of(stage=activated, by=victor, at=now)

    assert life_stages.save_draft(version=draft, by=victor, at=now, changes={"stuck_after_days": 60}) == [
        "stuck_after_days"
    ]
    assert versions.differences(versions.published_of(activated), draft) == ["stuck_after_days"]
