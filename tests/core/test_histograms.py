"""Bars of how many there are of each size."""

from core.histograms import histogram


def test_a_histogram_says_in_words_what_it_shows() -> None:
    drawn = histogram([1, 0, 3], first="0", last="90", title="Points")

    assert drawn.count("<rect") == 3
    assert 'aria-label="Points: 4 partners from 0 to 90, most of them in part 3 of 3."' in drawn


def test_without_a_title_it_is_silent_and_what_is_hostile_is_escaped() -> None:
    assert 'aria-hidden="true"' in histogram([1, 2], first="", last="")
    assert "<script>" not in histogram([1], first="<script>", last="", title="<script>")


def test_nothing_is_drawn_of_nothing() -> None:
    assert histogram([], first="", last="") == histogram([0, 0], first="", last="", title="Points") == ""
