"""Keys made out of names."""

from typing import Any

from django.utils.text import slugify

KEY_LENGTH = 60


def free_key(name: str, others: Any) -> str:
    """Return a key made of the name that none of the others has yet."""
    wanted = slugify(name)[: KEY_LENGTH - 4].strip("-") or "scorecard"
    taken = set(others.filter(key__startswith=wanted).values_list("key", flat=True))
    return next(key for key in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)
