"""What changed between two texts, word by word."""

from partners.queries.wording import word_diff


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "added": "[+{}]", "removed": "[-{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in word_diff(before, after))


def test_only_the_words_that_differ_are_marked():
    assert shown("Protected for 90 days.", "Protected for 120 days.") == "Protected for [-90][+120] days."


def test_a_new_text_is_all_new_and_the_same_text_all_the_same():
    assert shown("", "Hello") == "[+Hello]"
    assert shown("Hello", "Hello") == "Hello"


def test_very_long_texts_are_shown_before_and_after():
    assert [piece.kind for piece in word_diff("a " * 5000, "b " * 5000)] == ["removed", "added"]
