"""Small words on pages."""

from enablement.templatetags.enablement import language


def test_a_language_nobody_knows_is_written_as_its_code():
    assert (language("de"), language("xx")) == ("German", "xx")
