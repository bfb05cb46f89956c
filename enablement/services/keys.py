"""Keys made out of names."""

from django.db import models
from django.utils.text import slugify

KEY_LENGTH = 50


def free_key(model: type[models.Model], name: str) -> str:
    """Return a key that reads like the name and that no row of the model has."""
    base = slugify(name)[:KEY_LENGTH].strip("-") or model._meta.model_name or "key"
    taken = set(model._default_manager.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)
