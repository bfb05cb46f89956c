"""Tables that are stacked on a phone: headings of columns stand beside the cells."""

from core.templatetags.tables import labelled

HEAD = (
    '<th scope="col"><label><input type="checkbox" data-select-all>All</label></th><th scope="col">Partner</th>'
    '<th scope="col" class="num">Days &amp; <b>nights</b></th><th scope="col"><span class="sr-only">Actions</span></th>'
)


def test_each_cell_says_its_column_where_people_see_a_heading():
    rows = '<tr><td><input></td><th scope="row">Alder</th><td class="num">3</td><td><a href="/">Look</a></td></tr>'

    assert labelled(rows, HEAD) == (
        '<tr><td><input></td><th scope="row" data-label="Partner">Alder</th>'
        '<td class="num" data-label="Days &amp; nights">3</td><td><a href="/">Look</a></td></tr>'
    )


def test_every_row_begins_anew_and_cells_over_several_columns_count_as_many():
    rows = '<tr><td colspan="2">all</td><td>3</td></tr><tr><td></td><td>Birch</td></tr>'

    assert labelled(rows, HEAD) == (
        '<tr><td colspan="2">all</td><td data-label="Days &amp; nights">3</td></tr>'
        '<tr><td></td><td data-label="Partner">Birch</td></tr>'
    )


def test_a_heading_over_several_columns_is_the_label_of_each():
    head = '<th colspan="2">Sold "here"</th>'

    assert labelled("<tr><td>1</td><td>2</td></tr>", head) == (
        '<tr><td data-label="Sold &quot;here&quot;">1</td><td data-label="Sold &quot;here&quot;">2</td></tr>'
    )


def test_more_cells_than_headings_and_no_headings_are_left_alone():
    assert labelled("<tr><td>1</td></tr>", "") == "<tr><td>1</td></tr>"


def test_a_cell_that_says_nothing_is_marked():
    rows = "<tr><td>x</td><td> – </td><td>–3</td></tr>"

    assert labelled(rows, "<th>A</th><th>B</th><th>C</th>") == (
        '<tr><td data-label="A">x</td><td data-label="B" data-none> – </td><td data-label="C">–3</td></tr>'
    )
