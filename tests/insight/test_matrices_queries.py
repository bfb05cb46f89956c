"""Partners by two figures, against populations counted by hand."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from core import planes as charts
from insight.marks import Marks, bounds
from insight.models import Matrix
from insight.queries import matrices as reads
from insight.queries import planes, seen
from insight.services import matrices
from partners.models import Partner, Region
from segmentation.models import Classification
from tests.factories.partners import PartnerFactory, RegionFactory
from tests.factories.segmentation import SegmentFactory
from tests.insight.conftest import won

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]

FOUR = Marks((Decimal(50),), (Decimal(2000),))


@pytest.fixture
def eight(now: datetime) -> list[Partner]:
    """Partners by employees and year of foundation: two old and small, one at both marks, three large, one unknown."""
    figures = [(10, 1980), (49, 1999), (50, 2000), (80, 1990), (200, 2010), (900, 2020), (20, 2015), (None, 1995)]
    made = [
        PartnerFactory(name=f"P{number}", employees=employees, founded_year=year)
        for number, (employees, year) in enumerate(figures)
    ]
    won(made[0], 1_000, (now - timedelta(days=30)).date())
    won(made[1], 4_000, (now - timedelta(days=30)).date())
    won(made[1], 9_000, (now - timedelta(days=400)).date())
    return made


def asked(at: datetime, marks: Marks = FOUR, visible: Any = None) -> planes.Asked:
    return planes.Asked("employees", "founded_year", marks, Partner.objects.all() if visible is None else visible, at)


def kept(by: User, at: datetime, **fields: Any) -> Matrix:
    words = {"name": "Size by age", "x_key": "employees", "y_key": "founded_year"}
    return matrices.create(marks=FOUR, by=by, at=at, **{**words, **fields})


def view_of(matrix: Matrix, marks: Marks, **asked: Any) -> reads.View:
    return reads.drawn(reads.View(matrix, marks, *reads.axes(matrix)), **asked)


def test_each_cell_has_its_partners_and_what_they_won_within_a_year(eight: list[Partner], now: datetime) -> None:
    found = planes.plane(asked(now))

    assert {place: (box.count, box.revenue) for place, box in found.boxes.items()} == {
        (0, 0): (2, 5_000),
        (0, 1): (1, 0),
        (1, 0): (1, 0),
        (1, 1): (3, 0),
    }
    assert (found.total, found.placed, found.unplaced) == (8, 7, 1)
    assert (found.x.lowest, found.x.middle, found.x.highest) == (10, 50, 900)


def test_who_is_at_a_mark_is_in_the_higher_part(eight: list[Partner], now: datetime) -> None:
    _total, rows = planes.listed(asked(now), (1, 1))

    assert eight[2].pk in [row.partner_id for row in rows]
    assert bounds((Decimal(1), Decimal(2)), 1) == (1, 2)
    assert (bounds((Decimal(1),), 0), bounds((Decimal(1),), 1)) == ((None, 1), (1, None))


def test_nine_boxes(eight: list[Partner], now: datetime) -> None:
    nine = Marks((Decimal(50), Decimal(200)), (Decimal(1990), Decimal(2010)))

    found = planes.plane(asked(now, nine))

    assert {place: box.count for place, box in found.boxes.items()} == {
        **{(0, 0): 1, (0, 1): 1, (0, 2): 1},
        **{(1, 1): 2, (2, 2): 2},
    }


def test_a_page_of_a_cell_begins_with_who_won_most(eight: list[Partner], now: datetime) -> None:
    total, rows = planes.listed(asked(now), (0, 0), most=1)
    _total, after = planes.listed(asked(now), (0, 0), offset=1, most=1)

    assert (total, [row.partner_id for row in rows], rows[0].revenue) == (2, [eight[1].pk], 4_000)
    assert [row.partner_id for row in after] == [eight[0].pk]
    assert [row.partner_id for row in planes.listed(asked(now), None)[1]] == [eight[7].pk]


def test_readers_are_shown_the_partners_they_see(
    eight: list[Partner], pinewood: Partner, vera: User, rita: User, now: datetime
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=70, founded_year=2001)
    Partner.objects.filter(pk=eight[0].pk).update(region=pinewood.region)
    Partner.objects.filter(pk=eight[0].pk).update(region=Region.objects.get(key="emea-of-rita"))

    mine = planes.plane(asked(now, visible=Partner.objects.visible_to(vera)))
    regional = planes.plane(asked(now, visible=Partner.objects.visible_to(rita)))

    assert (mine.total, {place: box.count for place, box in mine.boxes.items()}) == (1, {(1, 1): 1})
    assert (regional.total, sorted(regional.boxes)) == (2, [(0, 0), (1, 1)])


def test_a_matrix_of_a_segment_and_a_region_is_of_both(eight: list[Partner], victor: User, now: datetime) -> None:
    emea = RegionFactory(key="emea")
    Region.objects.filter(pk=emea.pk).update(path=[emea.pk])
    emea.refresh_from_db()
    dach = Region.objects.create(key="dach", name="DACH", parent=emea)
    Region.objects.filter(pk=dach.pk).update(path=[emea.pk, dach.pk])
    segment = SegmentFactory()
    for partner in eight[:2]:
        Classification.objects.update_or_create(partner=partner, defaults={"segment_ids": [segment.pk]})
    Partner.objects.filter(pk__in=[eight[1].pk, eight[4].pk]).update(region=dach)
    made = kept(victor, now, segment=segment, region=emea)

    view = view_of(made, made.marks, visible=Partner.objects.visible_to(victor), at=now)

    assert view.plane.total == 1
    assert [dot.title.split(":")[0] for dot in view.chart.dots] == ["P1"]


def test_cells_are_called_by_their_own_name_or_by_what_is_high_there(
    eight: list[Partner], victor: User, now: datetime
) -> None:
    made = kept(victor, now)
    matrices.describe(cell=made.cells.get(column=1, row=1), by=victor, at=now, changes={"name": "Young giants"})

    view = view_of(made, made.marks, visible=Partner.objects.all(), at=now)

    assert [one.name for one in view.cells] == [
        "High Founded in, Low Employees",
        "Young giants",
        "Low Founded in, Low Employees",
        "Low Founded in, High Employees",
    ]
    assert [round(float(one.share), 2) for one in view.cells] == [0.14, 0.43, 0.29, 0.14]


def test_a_figure_that_is_gone_is_told(victor: User, now: datetime) -> None:
    made = kept(victor, now)
    Matrix.objects.filter(pk=made.pk).update(x_key="measure_gone")
    made.refresh_from_db()

    view = view_of(made, made.marks, visible=Partner.objects.all(), at=now)

    assert view.error == "measure_gone cannot be measured any more. Choose other figures."


def test_more_than_can_be_drawn_are_shown_by_density(
    eight: list[Partner], victor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planes, "MOST_DOTS", 3)
    made = kept(victor, now)

    view = view_of(made, made.marks, visible=Partner.objects.all(), at=now)
    drawn = charts.drawing(view.chart, title="T")

    assert view.chart.is_dense
    assert "plane-bin" in drawn
    assert "plane-dot" not in drawn
    assert sum(one.count for one in view.cells) == 7


def test_of_very_many_a_sample_is_asked_and_says_so(
    eight: list[Partner], victor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "EXACT_UP_TO", 3)
    made = kept(victor, now)
    visible = Partner.objects.all()

    about = view_of(made, made.marks, visible=visible, at=now)
    exact = view_of(made, made.marks, visible=visible, at=now, exactly=True)

    assert (about.plane.is_estimate, exact.plane.is_estimate) == (True, False)
    assert (about.plane.total, exact.plane.total) == (8, 8)


def test_a_sample_is_of_those_the_reader_sees(eight: list[Partner], now: datetime) -> None:
    visible = Partner.objects.filter(pk__in=[one.pk for one in eight[:4]])

    found = planes.plane(asked(now, visible=visible), seen.sample(visible))

    assert (found.total, found.is_estimate) == (4, True)


@pytest.mark.parametrize(("parts", "x"), [(2, (50,)), (3, (49, 80))])
def test_even_marks_part_who_has_both_figures(
    eight: list[Partner], now: datetime, parts: int, x: tuple[int, ...]
) -> None:
    marks = planes.parted(asked(now), parts)

    assert marks is not None
    assert marks.ascend
    assert marks.x == x


def test_even_marks_rise_where_many_have_the_same(now: datetime) -> None:
    for _number in range(5):
        PartnerFactory(employees=0, founded_year=2000)

    marks = planes.parted(asked(now), 3)

    assert marks is not None
    assert marks.ascend


def test_nobody_with_both_figures_gives_no_marks(now: datetime) -> None:
    assert planes.parted(asked(now), 2) is None


def test_the_table_goes_cell_by_cell_and_ends_with_those_without_a_place(eight: list[Partner], now: datetime) -> None:
    rows = planes.table(asked(now))

    assert [row[0] for row in rows][-3:] == ["P1", "P0", "P7"]
    assert rows[-1][4:] == (None, 0)


class TestScale:
    """Axes."""

    def test_marks_lie_well_inside(self) -> None:
        scale = charts.scale_over(lowest=10, first=10, middle=20, last=30, highest=30, marks=[5, 40])

        assert 0 < scale.share(5) < scale.share(40) < 1

    def test_a_crowded_axis_is_stretched_and_a_negative_one_is_not(self) -> None:
        crowded = charts.scale_over(lowest=0, first=0, middle=5, last=900, highest=9000, marks=[50])
        negative = charts.scale_over(lowest=-10, first=-10, middle=-9, last=900, highest=900, marks=[50])

        assert (crowded.is_stretched, negative.is_stretched) == (True, False)
        assert not crowded.holds(9000)
        assert crowded.share(9000) == 1

    def test_one_value_for_all_makes_an_axis_too(self) -> None:
        scale = charts.scale_over(lowest=0, first=0, middle=0, last=0, highest=0, marks=[0])

        assert scale.high > scale.low
        assert scale.step > 0
