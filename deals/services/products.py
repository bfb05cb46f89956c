"""Products: found again by key or name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zlib import crc32

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit
from deals.models import Product

KEY_LENGTH = 60
NAME_LENGTH = 200


def key_for(name: str) -> str:
    """Return the key a product of this name gets; names without Latin letters get a number instead."""
    return slugify(name)[:KEY_LENGTH].strip("-") or f"product-{crc32(name.encode()):08x}"


def create(*, name: str, by: Any, at: datetime, line: str = "", key: str = "") -> Product:
    """Make a product. Raises ValidationError by field, `key` when it is taken."""
    product = Product(key=key or key_for(name), name=" ".join(name.split()), line=line.strip())
    product.full_clean(exclude=["public_id"])
    with audit.action("product.create", by=by):
        product.save(force_insert=True)
    return product


def update(*, product: Product, by: Any, at: datetime, changes: dict[str, str]) -> list[str]:
    """Change a product's name or line. Returns the names of the fields that changed."""
    changed: list[str] = [
        field for field in ("name", "line") if field in changes and getattr(product, field) != changes[field]
    ]
    for field in changed:
        setattr(product, field, changes[field])
    if changed:
        product.clean_fields(exclude=["public_id"])
        with audit.action("product.update", by=by):
            product.save(update_fields=changed)
    return changed


def find_or_create_many(*, names: Iterable[str], by: Any, at: datetime) -> dict[str, Product]:
    """Return a product for every key or name, making those that are missing. Raises ValidationError for an odd name."""
    wanted = {text: " ".join(text.split()) for text in names}
    for name in wanted.values():
        if not 0 < len(name) <= NAME_LENGTH:
            raise ValidationError(_("A product's name has 1 to 200 characters."), code="invalid")
    known = _known(wanted.values())
    missing = {key_for(name): name for name in wanted.values() if not _find(known, name)}
    if missing:
        with audit.action("product.create", by=by):
            Product.objects.bulk_create(
                [Product(key=key, name=name) for key, name in sorted(missing.items())], ignore_conflicts=True
            )
        known = _known(wanted.values())
    return {text: known[_find(known, name)] for text, name in wanted.items()}


def _known(names: Iterable[str]) -> dict[str, Product]:
    """Products by key and by name in capitals."""
    upper_names = {name.upper() for name in names}
    keys = {name.lower() for name in names} | {key_for(name) for name in names}
    rows = Product.objects.annotate(upper_name=Upper("name")).filter(Q(key__in=keys) | Q(upper_name__in=upper_names))
    known: dict[str, Product] = {}
    for product in rows.order_by("-pk"):
        known[product.name.upper()] = known[product.key] = product
    return known


def _find(known: dict[str, Product], name: str) -> str:
    return next((text for text in (name.lower(), name.upper(), key_for(name)) if text in known), "")
