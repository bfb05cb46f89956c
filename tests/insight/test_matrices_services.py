"""Matrices kept, changed, divided elsewhere, copied, removed; the play and the segment of a cell."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from core.models import OutboxMessage
from core.refusals import Refusal
from core.services import outbox, versions
from insight.marks import Marks
from insight.models import Matrix, MatrixCell
from insight.services import cell_plays, cell_segments, matrices
from partners.models import Partner
from partners.queries.region_uses import rules_naming
from scorecards.models import Prescription
from scorecards.services import plays
from segmentation.models import Segment
from segmentation.services import segments
from tests.factories.enablement import AssetFactory
from tests.factories.insight import MatrixCellFactory, MatrixFactory
from tests.factories.partners import RegionFactory
from tests.factories.plays import PlayFactory
from tests.factories.segmentation import SegmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]

FOUR = Marks((Decimal(50),), (Decimal(2000),))
NINE = Marks((Decimal(50), Decimal(250)), (Decimal(1990), Decimal(2010)))


def kept(by: User, at: datetime, marks: Marks = FOUR, **fields: Any) -> Matrix:
    words = {"name": "Size by age", "x_key": "employees", "y_key": "founded_year"}
    return matrices.create(marks=marks, by=by, at=at, **{**words, **fields})


def cell_of(matrix: Matrix, column: int, row: int) -> MatrixCell:
    return matrix.cells.get(column=column, row=row)


class TestConstraints:
    """What the database itself refuses."""

    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"name": ""}, "matrix_named"),
            ({"y_key": "employees"}, "matrix_of_two_figures"),
            ({"x_key": ""}, "matrix_of_two_figures"),
            ({"x_high": 50, "y_high": 2010}, "matrix_marks_ascend"),
            ({"x_high": 60}, "matrix_marks_ascend"),
        ],
    )
    def test_a_matrix_has_a_name_two_figures_and_rising_marks(self, fields: dict[str, Any], name: str) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            MatrixFactory(**fields)

    def test_a_cell_is_there_once_and_within(self) -> None:
        cell = MatrixCellFactory()

        with pytest.raises(IntegrityError, match="matrix_cell_once"), transaction.atomic():
            MatrixCellFactory(matrix=cell.matrix)
        with pytest.raises(IntegrityError, match="matrix_cell_within"), transaction.atomic():
            MatrixCellFactory(matrix=cell.matrix, column=3)


class TestKeeping:
    """A matrix comes, changes, and goes."""

    def test_it_has_a_cell_for_each_pair_of_parts(self, vera: User, now: datetime) -> None:
        made = kept(vera, now)

        assert (made.key, made.owner, made.size, made.marks) == ("size-by-age", vera, 2, FOUR)
        assert sorted(made.cells.values_list("column", "row")) == [(0, 0), (0, 1), (1, 0), (1, 1)]
        assert kept(vera, now, NINE).cells.count() == 9

    def test_two_of_one_name_have_keys_of_their_own(self, vera: User, now: datetime) -> None:
        assert [kept(vera, now).key, kept(vera, now).key] == ["size-by-age", "size-by-age-2"]

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [({"name": "  "}, "name"), ({"y_key": "employees"}, "y_key"), ({"x_key": "nonsense"}, "x_key")],
    )
    def test_what_makes_no_matrix_is_refused_at_its_field(
        self, vera: User, now: datetime, fields: dict[str, Any], at_fault: str
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            kept(vera, now, **fields)

        assert list(refused.value.error_dict) == [at_fault]
        assert not Matrix.objects.exists()

    @pytest.mark.parametrize("x", [(250, 50), (50, 50), (50,)])
    def test_marks_that_do_not_rise_are_refused(self, vera: User, now: datetime, x: tuple[int, ...]) -> None:
        with pytest.raises(ValidationError, match="higher than the one before"):
            kept(vera, now, Marks(tuple(map(Decimal, x)), NINE.y))

    def test_nobody_keeps_too_many(self, vera: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(matrices, "MOST", 1)
        kept(vera, now)

        with pytest.raises(Refusal, match="Remove one first"):
            kept(vera, now)

    def test_saying_the_same_again_changes_nothing(self, vera: User, now: datetime) -> None:
        made = kept(vera, now)

        assert matrices.update(matrix=made, by=vera, at=now, changes={"name": "Old and large"}) == ["name"]
        assert matrices.update(matrix=made, by=vera, at=now, changes={"name": "Old and large "}) == []
        assert matrices.move_marks(matrix=made, marks=FOUR, by=vera, at=now) == []

    def test_marks_are_moved_within_the_same_size_only(self, vera: User, now: datetime) -> None:
        made = kept(vera, now)

        assert matrices.move_marks(matrix=made, marks=Marks((Decimal(60),), FOUR.y), by=vera, at=now) == ["x_low"]
        with pytest.raises(Refusal, match="meanwhile"):
            matrices.move_marks(matrix=made, marks=NINE, by=vera, at=now)

    def test_corners_keep_their_names_when_four_become_nine_and_back(self, vera: User, now: datetime) -> None:
        made = kept(vera, now)
        matrices.describe(cell=cell_of(made, 1, 1), by=vera, at=now, changes={"name": "Young giants"})

        matrices.update(matrix=made, by=vera, at=now, changes={}, marks=NINE)
        assert made.cells.count() == 9
        assert cell_of(made, 2, 2).name == "Young giants"

        matrices.update(matrix=made, by=vera, at=now, changes={}, marks=FOUR)
        assert made.cells.count() == 4
        assert cell_of(made, 1, 1).name == "Young giants"

    def test_a_cell_takes_a_published_play_only(self, vera: User, now: datetime) -> None:
        cell = cell_of(kept(vera, now), 0, 0)

        assert matrices.describe(cell=cell, by=vera, at=now, changes={"play": PlayFactory()}) == ["play"]
        assert matrices.describe(cell=cell, by=vera, at=now, changes={"play": cell.play}) == []
        with pytest.raises(Refusal) as refused:
            matrices.describe(cell=cell, by=vera, at=now, changes={"play": PlayFactory(published_at=None)})
        assert list(refused.value.error_dict) == ["play"]

    def test_others_copy_what_they_may_not_change(self, vera: User, vincent: User, victor: User, now: datetime) -> None:
        made = kept(vera, now, is_shared=True)
        matrices.describe(cell=cell_of(made, 0, 1), by=vera, at=now, changes={"name": "Old hands"})

        with pytest.raises(Refusal, match="Vera Vance's"):
            matrices.update(matrix=made, by=vincent, at=now, changes={"name": "Mine"})
        own = matrices.copy(matrix=made, by=vincent, at=now, marks=Marks((Decimal(9),), FOUR.y))

        assert (own.owner, own.name, own.is_shared, own.marks.x) == (vincent, "Size by age (copy)", False, (9,))
        assert cell_of(own, 0, 1).name == "Old hands"
        assert matrices.update(matrix=made, by=victor, at=now, changes={"name": "Ours"}) == ["name"]

    def test_what_is_not_shared_is_the_owners_own(self, vera: User, victor: User, now: datetime) -> None:
        made = kept(vera, now)

        with pytest.raises(Refusal):
            matrices.remove(matrix=made, by=victor, at=now)
        assert not Matrix.objects.visible_to(victor).exists()
        assert not MatrixCell.objects.visible_to(victor).exists()
        assert matrices.remove(matrix=made, by=vera, at=now)
        assert not matrices.remove(matrix=made, by=vera, at=now)

    def test_what_happened_is_in_the_trail(self, vera: User, now: datetime) -> None:
        made = kept(vera, now)
        matrices.update(matrix=made, by=vera, at=now, changes={"name": "Ours"})

        told = made.events.order_by("pgh_id").values_list("pgh_context__action", "pgh_context__by_name")
        assert list(told) == [("matrix.create", "Vera Vance"), ("matrix.update", "Vera Vance")]


class TestGiving:
    """The play of a cell goes to partners."""

    @pytest.fixture
    def cell(self, vera: User, now: datetime) -> MatrixCell:
        cell = cell_of(kept(vera, now), 0, 0)
        matrices.describe(cell=cell, by=vera, at=now, changes={"play": PlayFactory(name="Grow")})
        return cell

    def test_chosen_partners_get_it_once(
        self, cell: MatrixCell, pinewood: Partner, oakhurst: Partner, vera: User, now: datetime
    ) -> None:
        first = cell_plays.give(cell=cell, partners=[pinewood], by=vera, at=now)
        again = cell_plays.give(cell=cell, partners=[pinewood, oakhurst], by=vera, at=now)

        assert (first, again) == (cell_plays.Given(1, 0, 0), cell_plays.Given(1, 1, 0))
        assert Prescription.objects.open().count() == 2

    def test_who_cannot_take_it_up_is_left_out(
        self, cell: MatrixCell, pinewood: Partner, vera: User, now: datetime
    ) -> None:
        elsewhere = AssetFactory(audience=SegmentFactory())
        matrices.describe(cell=cell, by=vera, at=now, changes={"play": PlayFactory(kind="asset", asset=elsewhere)})

        assert cell_plays.give(cell=cell, partners=[pinewood], by=vera, at=now).left_out == 1

    def test_a_whole_cell_gets_it_part_by_part_and_only_whom_the_giver_sees(
        self,
        cell: MatrixCell,
        pinewood: Partner,
        oakhurst: Partner,
        vera: User,
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(cell_plays, "BATCH", 1)

        assert cell_plays.give_to_all(cell=cell, partner_ids=[pinewood.pk, oakhurst.pk], by=vera, at=now) == 2
        while outbox.deliver_one(at=now + timedelta(minutes=1)):
            pass

        assert [one.partner for one in Prescription.objects.open()] == [pinewood]
        assert not OutboxMessage.objects.filter(topic=cell_plays.GIVE).exists()

    def test_a_part_delivered_twice_gives_it_once(
        self, cell: MatrixCell, pinewood: Partner, vera: User, now: datetime
    ) -> None:
        part = {"cell": cell.pk, "play": cell.play_id, "partners": [pinewood.pk], "by": vera.pk}

        assert cell_plays.give_part(part, at=now).new == 1
        assert cell_plays.give_part(part, at=now).new == 0

    def test_a_play_that_is_gone_meanwhile_is_given_to_nobody(
        self, cell: MatrixCell, pinewood: Partner, vera: User, now: datetime
    ) -> None:
        part = {"cell": cell.pk, "play": cell.play_id, "partners": [pinewood.pk], "by": vera.pk}
        plays.retire(play=cell.play, by=vera, at=now)

        assert cell_plays.give_part(part, at=now) == cell_plays.Given()
        cell.refresh_from_db()
        with pytest.raises(Refusal, match="is not published"):
            cell_plays.give(cell=cell, partners=[pinewood], by=vera, at=now)

    def test_without_a_play_there_is_nothing_to_give(self, vera: User, pinewood: Partner, now: datetime) -> None:
        with pytest.raises(Refusal, match="no play yet"):
            cell_plays.give(cell=cell_of(kept(vera, now), 1, 1), partners=[pinewood], by=vera, at=now)

    def test_too_many_at_once_are_sent_to_segments(
        self, cell: MatrixCell, vera: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cell_plays, "MOST", 1)

        with pytest.raises(Refusal, match="Make a segment"):
            cell_plays.give_to_all(cell=cell, partner_ids=[1, 2], by=vera, at=now)


class TestSegments:
    """A cell becomes a segment."""

    def test_its_bounds_are_the_criteria_of_a_draft(self, victor: User, now: datetime) -> None:
        nordic, region = SegmentFactory(key="nordic"), RegionFactory(key="emea")
        made = kept(victor, now, NINE, segment=nordic, region=region)

        segment = cell_segments.draft(cell=cell_of(made, 1, 0), name="Middling", marks=NINE, by=victor, at=now)

        assert versions.published_of(segment) is None
        assert versions.existing_draft_of(segment).criteria["rules"] == [
            {"field": "employees", "operator": ">=", "value": 50},
            {"field": "employees", "operator": "<", "value": 250},
            {"field": "founded_year", "operator": "<", "value": 1990},
            {"field": "segments", "operator": "any_of", "value": ["nordic"]},
            {"field": "region", "operator": "any_of", "value": ["emea"]},
        ]

    def test_said_again_it_is_the_same_segment(self, victor: User, now: datetime) -> None:
        cell = cell_of(kept(victor, now), 0, 0)
        first = cell_segments.draft(cell=cell, name="Small and old", marks=FOUR, by=victor, at=now)
        again = cell_segments.draft(cell=cell, name="Small and old", marks=FOUR, by=victor, at=now)

        assert (first, Segment.objects.count()) == (again, 1)

    def test_other_marks_stand_in_the_draft_while_the_published_ones_hold(self, victor: User, now: datetime) -> None:
        cell = cell_of(kept(victor, now), 0, 0)
        segment = cell_segments.draft(cell=cell, name="Small and old", marks=FOUR, by=victor, at=now)
        segments.publish(version=segments.draft_of(segment=segment, by=victor, at=now), by=victor, at=now)

        cell_segments.draft(cell=cell, name="Small and old", marks=FOUR, by=victor, at=now)
        assert versions.existing_draft_of(segment) is None
        cell_segments.draft(cell=cell, name="", marks=Marks((Decimal(80),), FOUR.y), by=victor, at=now)

        assert versions.existing_draft_of(segment).criteria["rules"][0]["value"] == 80
        assert versions.published_of(segment).criteria["rules"][0]["value"] == 50

    def test_a_retired_one_makes_way_for_another(self, victor: User, now: datetime) -> None:
        cell = cell_of(kept(victor, now), 0, 0)
        first = cell_segments.draft(cell=cell, name="Small and old", marks=FOUR, by=victor, at=now)
        segments.retire(segment=first, by=victor, at=now)

        second = cell_segments.draft(cell=cell, name="Small and old", marks=FOUR, by=victor, at=now)

        assert (second.key, second.name) == ("small-and-old-2", "Small and old 2")


def test_a_region_with_a_matrix_is_not_merged_away(victor: User, now: datetime) -> None:
    region = RegionFactory(key="dach")
    kept(victor, now, region=region)

    assert rules_naming(region) == ["Size by age"]
