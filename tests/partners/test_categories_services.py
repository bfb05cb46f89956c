"""Categories: drafts, publishing, what is refused, and what never changes again."""

from datetime import timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction

from core.models import VersionState
from core.services import versions
from partners.models import Category, CategoryVersion
from partners.services import categories, definitions, life_stages, memberships, tiers
from partners.signals import rules_changed, users_asked
from tests.factories.partners import CategoryVersionFactory
from tests.factories.segmentation import SegmentFactory, SegmentVersionFactory

GERMAN = {"combinator": "and", "rules": [{"field": "categories", "operator": "any_of", "value": ["msp"]}]}
pytestmark = pytest.mark.django_db


@pytest.fixture
def msp(victor, now):
    return categories.define(key="msp", name="Managed Service Provider", meaning="Runs it", by=victor, at=now)


@pytest.fixture
def draft(msp, victor, now):
    return categories.draft_of(category=msp, by=victor, at=now)


@pytest.fixture
def announced():
    """What the rule book was told."""
    heard = []

    def hear(kind, reason, **kwargs):
        heard.append((kind, reason))

    rules_changed.connect(hear)
    yield heard
    rules_changed.disconnect(hear)


def test_a_category_is_defined_and_published_in_one_go(msp, victor, now):
    version = versions.published_of(msp)

    assert (version.number, version.meaning) == (1, "Runs it")
    assert (version.published_at, version.published_by) == (now, victor)


def test_defining_a_category_twice_makes_one(msp, victor, now):
    again = categories.define(key="msp", name="Other name", by=victor, at=now)

    assert again == msp
    assert again.name == "Managed Service Provider"
    assert CategoryVersion.objects.count() == 1


def test_a_draft_begins_as_a_copy_of_what_is_published(msp, draft):
    assert (draft.number, draft.state, draft.meaning) == (2, VersionState.DRAFT, "Runs it")


def test_asking_for_the_draft_twice_gives_the_same_one(msp, draft, victor, now):
    assert categories.draft_of(category=msp, by=victor, at=now) == draft


def test_saving_a_draft_tells_which_texts_changed(draft, victor, now):
    changed = categories.save_draft(
        version=draft, by=victor, at=now, changes={"meaning": "Runs it", "benefits": "A margin"}
    )

    assert changed == ["benefits"]
    assert draft.benefits == "A margin"


def test_saving_what_stands_there_already_writes_nothing(draft, victor, now):
    before = draft.version

    changed = categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": draft.meaning})

    draft.refresh_from_db()
    assert (changed, draft.version) == ([], before)


def test_whoever_saves_over_a_newer_draft_is_told_who_wrote_it(draft, victor, vera, now):
    read = draft.version
    categories.save_draft(version=draft, by=vera, at=now, changes={"meaning": "Vera's words"}, expected=read)

    with pytest.raises(versions.Conflict, match="Vera Vance saved this draft"):
        categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": "Mine"}, expected=read)

    draft.refresh_from_db()
    assert draft.meaning == "Vera's words"


def test_a_draft_takes_no_unknown_texts(draft, victor, now):
    with pytest.raises(FieldDoesNotExist):
        categories.save_draft(version=draft, by=victor, at=now, changes={"state": "published"})


def test_a_text_too_long_for_its_field_is_refused(draft, victor, now):
    with pytest.raises(ValidationError) as refusal:
        categories.save_draft(version=draft, by=victor, at=now, changes={"note": "x" * 501})

    assert list(refusal.value.message_dict) == ["note"]


def test_publishing_supersedes_the_version_before(msp, draft, victor, now):
    categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": "New words"})

    categories.publish(version=draft, by=victor, at=now + timedelta(days=1))

    assert [(one.number, one.state) for one in msp.versions.order_by("number")] == [
        (1, VersionState.SUPERSEDED),
        (2, VersionState.PUBLISHED),
    ]
    assert msp.versions.get(number=1).meaning == "Runs it"


def test_publishing_twice_publishes_nothing_the_second_time(draft, victor, now, announced):
    categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": GERMAN})
    categories.publish(version=draft, by=victor, at=now)

    again = categories.publish(version=draft, by=victor, at=now + timedelta(days=1))

    assert again is False
    assert draft.published_at == now
    assert len(announced) == 1


def test_publishing_new_criteria_has_the_rule_book_run(draft, victor, now, announced):
    categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": GERMAN})

    categories.publish(version=draft, by=victor, at=now)

    assert announced == [("category", "Managed Service Provider was published")]


def test_publishing_other_words_alone_runs_nothing(draft, victor, now, announced):
    categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": "New words"})

    categories.publish(version=draft, by=victor, at=now)

    assert announced == []


def test_publishing_a_draft_that_says_the_same_is_refused(draft, victor, now):
    with pytest.raises(versions.NothingChanged):
        categories.publish(version=draft, by=victor, at=now)


def test_criteria_that_cannot_be_run_are_refused_with_the_node_at_fault(msp, draft, victor, now):
    unknown = {"combinator": "and", "rules": [{"field": "colour", "operator": "equals", "value": "red"}]}
    categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": unknown})

    with pytest.raises(ValidationError) as refusal:
        categories.publish(version=draft, by=victor, at=now)

    assert "/rules/0" in refusal.value.message_dict["criteria"][0]
    assert versions.published_of(msp).number == 1


def test_criteria_are_one_document(draft, victor, now):
    with pytest.raises(ValidationError):
        categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": ["country"]})


def test_a_published_version_is_neither_edited_nor_discarded(msp, victor, now):
    published = versions.published_of(msp)

    with pytest.raises(versions.NotADraft):
        categories.save_draft(version=published, by=victor, at=now, changes={"meaning": "Other"})
    with pytest.raises(versions.NotADraft):
        versions.discard(version=published, by=victor, at=now)


@pytest.mark.parametrize("write", ["update", "delete"])
def test_the_database_itself_protects_a_published_version(msp, write):
    rows = CategoryVersion.objects.filter(definition=msp)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(meaning="Other") if write == "update" else rows.delete()


def test_the_database_keeps_one_draft_and_one_published_version_of_a_category(msp, draft):
    with pytest.raises(IntegrityError, match="one_draft"), transaction.atomic():
        CategoryVersionFactory(definition=msp)
    with pytest.raises(IntegrityError, match="one_published"), transaction.atomic():
        CategoryVersionFactory(definition=msp, published=True)
    with pytest.raises(IntegrityError, match="number_once"), transaction.atomic():
        CategoryVersionFactory(definition=msp, number=1, state=VersionState.SUPERSEDED, published_at=msp.created_at)


def test_the_database_asks_when_a_version_was_published(msp):
    with pytest.raises(IntegrityError, match="published_at_known"), transaction.atomic():
        CategoryVersionFactory(definition=msp, state=VersionState.SUPERSEDED)


def test_a_discarded_draft_leaves_what_is_published(msp, draft, victor, now):
    versions.discard(version=draft, by=victor, at=now)

    assert [one.state for one in msp.versions.all()] == [VersionState.PUBLISHED]
    with pytest.raises(versions.NotADraft):
        categories.save_draft(version=draft, by=victor, at=now, changes={"meaning": "Too late"})


def test_a_category_in_use_is_not_retired_and_its_users_are_named(msp, pinewood, victor, now):
    memberships.assign(partner=pinewood, category=msp, by=victor, at=now)
    tiers.create_track(key="service", name="Service ladder", category=msp, by=victor, at=now)
    life_stages.define(key="activated", name="Activated", criteria=GERMAN, by=victor, at=now)

    with pytest.raises(definitions.InUse) as refusal:
        categories.retire(category=msp, by=victor, at=now)

    assert "1 partner, Service ladder, Activated" in str(refusal.value)


def test_a_category_named_by_its_own_criteria_alone_is_retired(msp, draft, victor, now):
    categories.save_draft(version=draft, by=victor, at=now, changes={"criteria": GERMAN})

    assert categories.retire(category=msp, by=victor, at=now) is True


def test_a_segment_that_asks_for_a_category_keeps_it(msp, victor, now):
    segment = SegmentFactory(name="Service houses")
    SegmentVersionFactory(definition=segment, criteria=GERMAN)

    with pytest.raises(definitions.InUse, match="Service houses"):
        categories.retire(category=msp, by=victor, at=now)


def test_apps_above_can_say_that_they_use_a_category(msp, victor, now):
    def segments(kind, key, **kwargs):
        return ["Segment: German MSPs"] if (kind, key) == ("category", "msp") else []

    users_asked.connect(segments)
    try:
        with pytest.raises(definitions.InUse, match="German MSPs"):
            categories.retire(category=msp, by=victor, at=now)
    finally:
        users_asked.disconnect(segments)


def test_a_retired_category_gets_no_new_draft(msp, victor, now, announced):
    assert categories.retire(category=msp, by=victor, at=now) is True
    assert categories.retire(category=msp, by=victor, at=now) is False

    with pytest.raises(versions.Retired):
        categories.draft_of(category=msp, by=victor, at=now)
    assert announced == [("category", "Managed Service Provider was retired")]


def test_a_key_is_used_once(msp, victor, now):
    with pytest.raises(ValidationError) as refusal:
        categories.create(key="msp", name="Another", by=victor, at=now)

    assert list(refusal.value.message_dict) == ["key"]
    assert Category.objects.count() == 1


def test_the_trail_says_who_renamed_a_category(msp, victor, now):
    categories.update(category=msp, by=victor, at=now, changes={"name": "MSP"})

    event = msp.events.order_by("-pgh_id").first()
    assert (event.name, event.pgh_context["by_name"]) == ("MSP", "Victor Voss")
