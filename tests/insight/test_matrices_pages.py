"""Pages of matrices: who sees what, marks that move, plays given, segments made, what is handed out."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from insight.marks import Marks
from insight.models import Matrix, MatrixCell
from insight.services import matrices
from partners.models import Partner
from scorecards.models import Prescription
from segmentation.models import Segment
from tests.counting import queries
from tests.factories.partners import PartnerFactory
from tests.factories.plays import PlayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
LIST = "/vendor/matrices/"
MOST_QUERIES = 12
FOUR = Marks((Decimal(50),), (Decimal(2000),))


@pytest.fixture
def two(pinewood: Partner, oakhurst: Partner) -> None:
    """Pinewood is small and old, Oakhurst large and young."""
    Partner.objects.filter(pk=pinewood.pk).update(employees=20, founded_year=1980)
    Partner.objects.filter(pk=oakhurst.pk).update(employees=300, founded_year=2015)


@pytest.fixture
def matrix(victor: User, two: None, now: datetime) -> Matrix:
    made = matrices.create(
        name="Size by age", x_key="employees", y_key="founded_year", marks=FOUR, by=victor, at=now, is_shared=True
    )
    changes = {"name": "Old hands", "play": PlayFactory(name="Grow", objective="More people.")}
    matrices.describe(cell=cell_of(made, 0, 0), by=victor, at=now, changes=changes)
    return made


def cell_of(matrix: Matrix, column: int, row: int) -> MatrixCell:
    return matrix.cells.get(column=column, row=row)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


Sign = Callable[[User], Client]


def test_the_list_is_empty_until_one_is_kept(client_of: Sign, vera: User, matrix: Matrix) -> None:
    Matrix.objects.update(is_shared=False)
    assert "No matrix is kept yet" in text_of(client_of(vera).get(LIST))

    Matrix.objects.update(is_shared=True)
    text = text_of(client_of(vera).get(LIST))
    assert "Size by age" in text
    assert "Victor Voss" in text


def test_a_matrix_is_kept_with_marks_that_part_evenly(client_of: Sign, victor: User, two: None) -> None:
    client = client_of(victor)
    answers = {"name": "Size by age", "x_key": "employees", "y_key": "founded_year", "size": "2"}

    answer = client.post(f"{LIST}new/", answers)

    made = Matrix.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{made.public_id}/")
    assert (made.owner, made.marks) == (victor, Marks((Decimal(20),), (Decimal(2000),)))


def test_a_slip_is_told_at_its_field_and_what_was_typed_stays(client_of: Sign, victor: User, two: None) -> None:
    answers = {"name": "Twice", "x_key": "employees", "y_key": "employees", "size": "3"}

    answer = client_of(victor).post(f"{LIST}new/", answers)

    assert answer.status_code == 422
    assert "Choose two different figures." in text_of(answer)
    assert 'value="Twice"' in text_of(answer)


def test_each_reader_sees_counts_of_their_own_partners(
    client_of: Sign, victor: User, vera: User, matrix: Matrix
) -> None:
    everybody = text_of(client_of(victor).get(f"{LIST}{matrix.public_id}/"))
    own = text_of(client_of(vera).get(f"{LIST}{matrix.public_id}/"))

    assert "Old hands: 1 partner, €0" in everybody
    assert "Oakhurst: Employees 300" in everybody
    assert "Old hands: 1 partner, €0" in own
    assert "Oakhurst" not in own
    assert "Your partners" in own


def test_marks_of_the_address_are_tried_and_can_be_saved(client_of: Sign, victor: User, matrix: Matrix) -> None:
    client = client_of(victor)
    page = f"{LIST}{matrix.public_id}/"

    moved = text_of(client.get(f"{page}?x_low=400&y_low=2000", headers={"HX-Request": "true"}))
    assert "High Founded in, Low Employees: 1 partner" in moved
    assert "These marks are tried, not kept." in moved
    assert "<html" not in moved

    client.post(f"{page}marks/", {"x_low": "400", "y_low": "2000"})
    matrix.refresh_from_db()
    assert matrix.marks.x == (400,)


def test_marks_that_cannot_be_read_are_told_at_their_field(client_of: Sign, victor: User, matrix: Matrix) -> None:
    page = f"{LIST}{matrix.public_id}/"

    answer = client_of(victor).get(f"{page}?x_low=much&y_low=2000")
    fragment = client_of(victor).get(f"{page}?x_low=much&y_low=2000", headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert 'value="much"' in text_of(answer)
    assert "What is drawn are those that were kept." in text_of(fragment)
    assert 'id="x_low-error" role="alert" hx-swap-oob="true">Enter a number.' in text_of(fragment)


def test_others_keep_moved_marks_in_a_copy(client_of: Sign, vera: User, matrix: Matrix) -> None:
    client_of(vera).post(f"{LIST}{matrix.public_id}/marks/", {"x_low": "400", "y_low": "2000"})

    matrix.refresh_from_db()
    assert matrix.marks == FOUR
    assert Matrix.objects.get(owner=vera).marks.x == (400,)


def test_what_is_not_shared_is_not_there_for_others(client_of: Sign, vera: User, matrix: Matrix) -> None:
    Matrix.objects.update(is_shared=False)
    client = client_of(vera)

    for address in (
        f"{LIST}{matrix.public_id}/",
        f"{LIST}{matrix.public_id}/export/",
        f"{LIST}{matrix.public_id}/picture/",
        f"{LIST}{matrix.public_id}/unplaced/",
        f"{LIST}cells/{cell_of(matrix, 0, 0).public_id}/",
    ):
        assert client.get(address).status_code == 404


def test_others_are_told_whose_it_is(client_of: Sign, vera: User, matrix: Matrix) -> None:
    client = client_of(vera)
    for page in ("edit", "cells"):
        answer = client.get(f"{LIST}{matrix.public_id}/{page}/", follow=True)
        assert "This matrix is Victor Voss&#x27;s." in answer.content.decode()
    assert "Names and plays" not in text_of(client.get(f"{LIST}{matrix.public_id}/"))


def test_cells_are_named_together(client_of: Sign, victor: User, matrix: Matrix) -> None:
    play = PlayFactory()
    answers = {"cell-1-1-name": "Young giants", "cell-1-1-play": play.pk, "cell-0-0-name": ""}

    client_of(victor).post(f"{LIST}{matrix.public_id}/cells/", answers)

    assert (cell_of(matrix, 1, 1).name, cell_of(matrix, 1, 1).play) == ("Young giants", play)
    assert (cell_of(matrix, 0, 0).name, cell_of(matrix, 0, 0).play) == ("", None)


def test_with_other_figures_it_is_divided_anew(client_of: Sign, victor: User, matrix: Matrix) -> None:
    answers = {"name": "Size by age", "x_key": "founded_year", "y_key": "employees", "size": "3"}

    client_of(victor).post(f"{LIST}{matrix.public_id}/edit/", answers)

    matrix.refresh_from_db()
    assert (matrix.x_key, matrix.size, matrix.cells.count(), matrix.is_shared) == ("founded_year", 3, 9, False)


def test_it_is_removed(client_of: Sign, victor: User, vera: User, matrix: Matrix) -> None:
    client_of(vera).post(f"{LIST}{matrix.public_id}/remove/")
    assert Matrix.objects.exists()

    client_of(victor).post(f"{LIST}{matrix.public_id}/remove/")
    assert not Matrix.objects.exists()


class TestCell:
    """One cell."""

    def test_it_lists_its_partners_and_what_became_of_the_play(
        self, client_of: Sign, victor: User, matrix: Matrix, pinewood: Partner
    ) -> None:
        client = client_of(victor)
        page = f"{LIST}cells/{cell_of(matrix, 0, 0).public_id}/"

        assert "Pinewood" in text_of(client.get(page))
        answer = client.post(f"{page}give/", {"partner": [pinewood.public_id]}, follow=True)
        again = client.post(f"{page}give/", {"partner": [pinewood.public_id]}, follow=True)

        assert "“Grow” was given to 1 partner." in answer.content.decode()
        assert "“Grow” was given to 0 partners. 1 has it in work." in again.content.decode()
        assert "In work" in text_of(client.get(page))
        assert Prescription.objects.get().partner == pinewood

    def test_a_stranger_is_given_nothing(self, client_of: Sign, vera: User, matrix: Matrix, oakhurst: Partner) -> None:
        page = f"{LIST}cells/{cell_of(matrix, 0, 0).public_id}/"

        answer = client_of(vera).post(f"{page}give/", {"partner": [oakhurst.public_id]}, follow=True)

        assert "Choose the partners who are to get it." in answer.content.decode()
        assert not Prescription.objects.exists()

    def test_everybody_in_it_gets_it_by_workers(self, client_of: Sign, vera: User, matrix: Matrix) -> None:
        page = f"{LIST}cells/{cell_of(matrix, 0, 0).public_id}/"

        answer = client_of(vera).post(f"{page}give/?x_low=50&y_low=2000", {"whom": "all"}, follow=True)
        nobody = client_of(vera).post(f"{page}give/?x_low=5&y_low=2000", {"whom": "all"}, follow=True)

        assert "“Grow” goes to 1 partner, within minutes." in answer.content.decode()
        assert "Nobody is in this cell." in nobody.content.decode()

    def test_readers_give_nothing(self, client_of: Sign, erin: User, matrix: Matrix) -> None:
        cell = cell_of(matrix, 0, 0)
        client = client_of(erin)

        assert client.post(f"{LIST}cells/{cell.public_id}/give/", {"whom": "all"}).status_code == 403
        assert client.post(f"{LIST}cells/{cell.public_id}/segment/").status_code == 403
        assert "Give the play" not in text_of(client.get(f"{LIST}cells/{cell.public_id}/"))

    def test_it_becomes_a_segment(self, client_of: Sign, victor: User, vera: User, matrix: Matrix) -> None:
        address = f"{LIST}cells/{cell_of(matrix, 0, 0).public_id}/segment/"
        assert client_of(vera).post(address).status_code == 403

        answer = client_of(victor).post(f"{address}?x_low=60&y_low=2000")

        segment = Segment.objects.get()
        assert segment.name == "Size by age: Old hands"
        assert answer["Location"] == f"/vendor/criteria/segment/{segment.public_id}/"
        assert segment.versions.get().criteria["rules"][0]["value"] == 60

    def test_pages_beyond_the_last_are_the_first(self, client_of: Sign, victor: User, matrix: Matrix) -> None:
        page = f"{LIST}cells/{cell_of(matrix, 0, 0).public_id}/"

        for number in ("7", "0", "x", "-1", "99999999"):
            assert "Pinewood" in text_of(client_of(victor).get(f"{page}?page={number}"))

    def test_who_has_no_place_is_listed(self, client_of: Sign, victor: User, matrix: Matrix) -> None:
        PartnerFactory(name="Newcomer", employees=5, founded_year=None)

        text = text_of(client_of(victor).get(f"{LIST}{matrix.public_id}/unplaced/"))

        assert "Newcomer" in text
        assert "Pinewood" not in text


class TestExports:
    """What leaves the portal."""

    def test_the_table_has_what_the_reader_sees_and_starts_no_formula(
        self, client_of: Sign, victor: User, vera: User, matrix: Matrix, pinewood: Partner
    ) -> None:
        Partner.objects.filter(pk=pinewood.pk).update(name="=cmd|' /C calc'!A0")

        def rows(user: User) -> list[list[str]]:
            answer = client_of(user).get(f"{LIST}{matrix.public_id}/export/")
            assert "size-by-age.csv" in answer["Content-Disposition"]
            return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))

        assert rows(victor)[0] == ["Partner", "Employees", "Founded in", "Won in 12 months", "Cell", "Play"]
        assert [row[0] for row in rows(victor)[1:]] == ["Oakhurst", "'=cmd|' /C calc'!A0"]
        assert rows(victor)[2][4:] == ["Old hands", "Grow"]
        assert [row[0] for row in rows(vera)[1:]] == ["'=cmd|' /C calc'!A0"]

    def test_the_picture_stands_alone_and_names_nobody(self, client_of: Sign, victor: User, matrix: Matrix) -> None:
        answer = client_of(victor).get(f"{LIST}{matrix.public_id}/picture/?x_low=60&y_low=2000")
        text = answer.content.decode()

        assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert 'filename="size-by-age.svg"' in answer["Content-Disposition"]
        assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert "Old hands" in text
        assert "Pinewood" not in text
        assert "href" not in text

    def test_nothing_to_draw_is_told(self, client_of: Sign, victor: User, matrix: Matrix) -> None:
        Partner.objects.update(employees=None)

        answer = client_of(victor).get(f"{LIST}{matrix.public_id}/picture/", follow=True)

        assert "there is nothing to draw" in answer.content.decode()
        assert "No partner you see has both figures yet." in answer.content.decode()


def test_pages_ask_the_database_as_often_however_many_there_are(
    client_of: Sign,
    victor: User,
    rita: User,
    matrix: Matrix,
) -> None:
    for number in range(60):
        PartnerFactory(employees=number, founded_year=1950 + number)
    addresses = (
        LIST,
        f"{LIST}new/",
        f"{LIST}{matrix.public_id}/",
        f"{LIST}{matrix.public_id}/unplaced/",
        f"{LIST}{matrix.public_id}/picture/",
        f"{LIST}{matrix.public_id}/export/",
        f"{LIST}cells/{cell_of(matrix, 0, 0).public_id}/",
    )
    for user in (victor, rita):
        client = client_of(user)
        for address in addresses:
            assert queries(client, address) <= MOST_QUERIES, address
