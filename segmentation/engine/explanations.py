"""Why criteria hold or not for one partner, from the compiled clauses themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from criteria.explain import Explanation, explanation, leaf_columns
from criteria.fields import Catalog, registry
from criteria.sentence import Speak, Speaker
from criteria.sql import Book
from criteria.tree import Group
from segmentation.engine.stand_ins import AS_STORED, StandIns
from segmentation.engine.stored import rows, stored_book
from segmentation.scope import Scope


def explain(
    tree: Group,
    *,
    partner_id: int,
    at: datetime,
    speak: Speak = Speaker,
    substitutes: Mapping[str, Any] | None = None,
) -> Explanation:
    """Return why a tree holds or not for one partner, clause by clause. Raises CriteriaError.

    `substitutes` answer some operands and rules otherwise than they are: see `criteria.sql.Book`.
    """
    trees = {"": tree}
    return explain_many(trees, partner_id=partner_id, at=at, speak=speak, substitutes=substitutes)[""]


def explain_many(
    trees: Mapping[str, Group],
    *,
    partner_id: int,
    at: datetime,
    speak: Speak = Speaker,
    substitutes: Mapping[str, Any] | None = None,
    stand_ins: StandIns = AS_STORED,
    catalog: Catalog | None = None,
) -> dict[str, Explanation]:
    """Return why each of several trees holds or not for one partner, in one statement. Raises CriteriaError.

    `stand_ins` are read in place of stored tables. Who asks several times may give the `catalog` to ask by.
    """
    if not trees:
        return {}
    book = stored_book(catalog or registry.catalog(), at, substitutes)
    return explained(trees, book, partner_id=partner_id, speak=speak, stand_ins=stand_ins)


def explained(
    trees: Mapping[str, Group], book: Book, *, partner_id: int, speak: Speak, stand_ins: StandIns = AS_STORED
) -> dict[str, Explanation]:
    """Return trees explained for one partner with the answers that a book gives."""
    nodes = [(key, *node) for key, tree in trees.items() for node in leaf_columns(tree, book)]
    answers = ", ".join(f"({condition}) IS TRUE" for _, _, condition, _ in nodes)
    values = ", ".join(name or "NULL" for _, _, _, name in nodes)
    scope = Scope.some([partner_id])
    with connection.cursor() as cursor:
        cursor.execute(
            stand_ins.before(f"SELECT {answers}, {values} FROM ({rows(book, scope)}) layer"),
            {**book.parameters, **scope.parameters, **stand_ins.parameters},
        )
        row = cursor.fetchone()
    met: dict[str, dict[str, bool]] = {key: {} for key in trees}
    has: dict[str, dict[str, Any]] = {key: {} for key in trees}
    for (key, path, _condition, _name), holds, value in zip(nodes, row[: len(nodes)], row[len(nodes) :], strict=True):
        met[key][path], has[key][path] = holds, value
    speaker = speak(book.catalog)
    return {key: explanation(tree, book.catalog, speaker, met[key], has[key]) for key, tree in trees.items()}
