"""Numbers of partners: what metrics and measures are worth."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from criteria.fields import registry
from criteria.tree import parse_operand
from segmentation.engine.stored import rows, stored_book
from segmentation.scope import Scope


def values(
    expressions: Mapping[str, Any], *, partner_ids: Sequence[int] | None, at: datetime
) -> dict[int, dict[str, Decimal | None]]:
    """Return numeric operands (JSON documents by key) of partners, None for all of them: {partner id: {key: value}}.

    Raises CriteriaError when an operand cannot be read.
    """
    if not expressions:
        return {}
    book = stored_book(registry.catalog(), at)
    names = {key: book.operand(parse_operand(document)) for key, document in expressions.items()}
    scope = Scope.everybody() if partner_ids is None else Scope.some(partner_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT partner_id, {', '.join(names.values())} FROM ({rows(book, scope)}) layer",
            {**book.parameters, **scope.parameters},
        )
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor}
