"""What is rendered once for a request is the same wherever it stands, and never another request's."""

from django.http import HttpRequest
from django.template import Context, RequestContext, Template

FIRST, SECOND = "{% once part %}<b>{{ word }}</b>{% endonce %}", "{% once part %}<i>{{ word }}</i>{% endonce %}"
PAGE = Template(f"{{% load shell %}}{FIRST}-{SECOND}")


def test_the_second_place_shows_what_the_first_one_rendered() -> None:
    assert PAGE.render(RequestContext(HttpRequest(), {"word": "one"})) == "<b>one</b>-<b>one</b>"


def test_another_request_renders_its_own() -> None:
    PAGE.render(RequestContext(HttpRequest(), {"word": "one"}))

    assert PAGE.render(RequestContext(HttpRequest(), {"word": "two"})) == "<b>two</b>-<b>two</b>"


def test_without_a_request_each_place_renders_what_is_there() -> None:
    assert PAGE.render(Context({"word": "one"})) == "<b>one</b>-<i>one</i>"
