"""What every page of the portal needs, whoever looks at it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.models import Program

THEMES = {"light": "hub-light", "dark": "hub-dark"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the theme the reader chose (nothing: the device decides) and the program whose portal this is."""
    return {
        "theme": THEMES.get(request.COOKIES.get("theme", ""), ""),
        "program": SimpleLazyObject(Program.current),
    }
