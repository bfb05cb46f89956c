"""Criteria while somebody writes them: kept, taken back step by step, never written over somebody else's."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.services import versions
from criteria.fields import RuleKind
from segmentation.models import Segment
from segmentation.services import drafts, segments

pytestmark = pytest.mark.django_db


def employing(value: Any) -> dict[str, Any]:
    rules = [{"field": "employees", "operator": ">=", "value": value}]
    return {"combinator": "and", "not": False, "rules": rules}


@pytest.fixture
def segment(now: datetime) -> Segment:
    """A published segment."""
    return segments.define(key="large", name="Large", by=None, at=now, criteria=employing(1))


def write(segment: Segment, value: Any, now: datetime, by: Any = None) -> Any:
    seen = drafts.stamp(drafts.current(segment))
    return drafts.save(definition=segment, criteria=employing(value), seen=seen, by=by, at=now)


def value_of(segment: Segment) -> Any:
    return drafts.criteria_of(drafts.current(segment))["rules"][0]["value"]


def test_what_was_typed_is_kept_although_it_is_not_finished(segment: Segment, now: datetime) -> None:
    draft = write(segment, None, now)

    assert draft.state == "draft"
    assert value_of(segment) is None


def test_looking_makes_no_draft(segment: Segment, now: datetime) -> None:
    write(segment, 1, now)

    assert versions.existing_draft_of(segment) is None


def test_the_same_text_twice_is_written_once(segment: Segment, now: datetime) -> None:
    first = write(segment, 2, now).version

    assert write(segment, 2, now).version == first


def test_nobody_writes_over_what_they_have_not_seen(segment: Segment, now: datetime, victor: Any) -> None:
    seen = drafts.stamp(drafts.current(segment))
    write(segment, 2, now, by=victor)

    with pytest.raises(versions.Conflict, match="Victor Voss changed these criteria while you were writing"):
        drafts.save(definition=segment, criteria=employing(3), seen=seen, by=None, at=now)

    assert value_of(segment) == 2


def test_a_draft_that_was_thrown_away_meanwhile_is_a_conflict_too(segment: Segment, now: datetime) -> None:
    draft = write(segment, 2, now)
    seen = drafts.stamp(draft)
    versions.discard(version=draft, by=None, at=now)

    with pytest.raises(versions.Conflict):
        drafts.save(definition=segment, criteria=employing(3), seen=seen, by=None, at=now)


def test_another_text_of_the_draft_is_not_in_the_way(segment: Segment, now: datetime) -> None:
    draft = write(segment, 2, now)
    seen = drafts.stamp(draft)
    versions.save_draft(version=draft, by=None, at=now, changes={"note": "Why"})

    drafts.save(definition=segment, criteria=employing(3), seen=seen, by=None, at=now)

    assert value_of(segment) == 3


def test_steps_are_taken_back_and_done_again(segment: Segment, now: datetime) -> None:
    for value in (2, 3, 4):
        write(segment, value, now)

    seen = []
    for _step in range(3):
        drafts.undo(definition=segment, by=None, at=now)
        seen.append(value_of(segment))
    assert seen == [3, 2, 1]
    assert not drafts.can_undo(drafts.current(segment))

    drafts.redo(definition=segment, by=None, at=now)
    drafts.redo(definition=segment, by=None, at=now)
    assert value_of(segment) == 3
    assert drafts.can_redo(drafts.current(segment))


def test_a_change_after_going_back_leaves_out_what_was_taken_back(segment: Segment, now: datetime) -> None:
    for value in (2, 3):
        write(segment, value, now)
    drafts.undo(definition=segment, by=None, at=now)
    write(segment, 9, now)

    assert not drafts.can_redo(drafts.current(segment))
    drafts.undo(definition=segment, by=None, at=now)
    assert value_of(segment) == 2
    drafts.undo(definition=segment, by=None, at=now)
    assert value_of(segment) == 1


def test_going_back_and_forth_beyond_the_ends_does_nothing(segment: Segment, now: datetime) -> None:
    assert not drafts.can_undo(drafts.current(segment))
    drafts.undo(definition=segment, by=None, at=now)
    drafts.redo(definition=segment, by=None, at=now)

    assert value_of(segment) == 1
    assert versions.existing_draft_of(segment) is None


def test_giving_way_keeps_ones_own_one_step_back(segment: Segment, now: datetime) -> None:
    write(segment, 2, now)

    drafts.give_way(definition=segment, mine=employing(3), by=None, at=now)

    assert value_of(segment) == 2
    drafts.undo(definition=segment, by=None, at=now)
    assert value_of(segment) == 3


def test_publishing_checks_and_keeps_the_note(segment: Segment, now: datetime, victor: Any) -> None:
    def publish(value: Any) -> bool:
        return drafts.publish(
            kind=RuleKind.SEGMENT,
            definition=segment,
            criteria=employing(value),
            seen=drafts.stamp(drafts.current(segment)),
            note="Larger ones",
            by=victor,
            at=now,
        )

    with pytest.raises(ValidationError, match="Enter a value"):
        publish(None)
    assert versions.existing_draft_of(segment) is None

    assert publish(100)
    published = versions.published_of(segment)
    assert published is not None
    assert (published.criteria, published.note) == (employing(100), "Larger ones")


def test_an_empty_page_published_is_everybody_as_it_says(now: datetime, victor: Any) -> None:
    segment = segments.create(key="all", name="All", by=victor, at=now)

    drafts.publish(
        kind=RuleKind.SEGMENT,
        definition=segment,
        criteria=dict(drafts.NOTHING_YET),
        seen=drafts.stamp(drafts.current(segment)),
        note="",
        by=victor,
        at=now,
    )

    published = versions.published_of(segment)
    assert published is not None
    assert published.criteria == drafts.NOTHING_YET


def test_publishing_what_is_published_already_is_refused(segment: Segment, now: datetime) -> None:
    with pytest.raises(versions.NothingChanged):
        drafts.publish(
            kind=RuleKind.SEGMENT,
            definition=segment,
            criteria=employing(1),
            seen=drafts.stamp(drafts.current(segment)),
            note="",
            by=None,
            at=now,
        )
