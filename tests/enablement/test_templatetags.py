"""Small words on pages."""

import pytest

from enablement.templatetags.enablement import language, minutes


def test_a_language_nobody_knows_is_written_as_its_code():
    assert (language("de"), language("xx")) == ("German", "xx")


@pytest.mark.parametrize(
    ("taken", "words"), [(None, ""), (0, ""), (90, "90 min"), (119, "119 min"), (120, "2 h"), (150, "2 h 30 min")]
)
def test_what_takes_long_is_told_in_hours(taken, words):
    assert minutes(taken) == words
