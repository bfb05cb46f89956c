"""What is odd about criteria, told before they are published: each caution names the rule it is about."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from criteria.contradictions import contradictions
from criteria.fields import Catalog, Field, registry
from criteria.operators import BY_KIND
from criteria.tree import Clause, Group, Node, Operand, Problem, clauses
from segmentation.engine.previews import Match, is_large, limit, sampled
from segmentation.engine.stored import rows, stored_book
from segmentation.models import Segment
from segmentation.scope import Scope

MANY_EMPTY_PERCENT = 50
#: Segments of which all of so many members are in another one are looked at closer.
COMPARED_FIRST = 200


def proved(tree: Group) -> list[Problem]:
    """Return the rules that contradict another one, without asking anything of the database."""
    return [
        Problem(
            one.path,
            "contradiction",
            _("No partner can fulfil this and rule %(place)s at once.") % {"place": place_of(one.other)},
        )
        for one in contradictions(tree)
    ]


def cautions(tree: Group, match: Match, *, at: datetime, visible: Any, segment_id: int | None = None) -> list[Problem]:
    """Return what is odd about a tree that picks `match`, an exact one. Raises CriteriaError.

    `segment_id` is the segment being edited: another one with the same partners is named.
    """
    found = proved(tree)
    if match.total:
        found += _of_size(tree, match, at=at, visible=visible, proved_already=bool(found))
        found += _of_empty_fields(tree, at=at, visible=visible)
    if match.count and match.count < match.total:
        found += _of_twins(tree, at=at, besides=segment_id)
    return found


def place_of(path: str) -> str:
    """Return a node's number as the editor shows it: /rules/1/rules/0 is 2.1."""
    return ".".join(str(int(step) + 1) for step in path.split("/") if step.isdigit())


# --- nobody and everybody


def _of_size(tree: Group, match: Match, *, at: datetime, visible: Any, proved_already: bool) -> list[Problem]:
    if match.count == match.total and tree.rules:
        return [Problem("", "everybody", _("These rules pick every partner. Is that meant?"))]
    if match.count:
        return []
    counts = _counts(tree, at=at, visible=visible)
    alone = [
        Problem(path, "nobody_alone", _("No partner fulfils this rule.")) for path in _sources_of_nobody(tree, counts)
    ]
    together = [
        Problem(path, "nobody_together", _("Each of these rules picks partners, but together they pick nobody."))
        for path in _clashes(tree, "", counts)
        if not proved_already
    ]
    return [Problem("", "nobody", _("No partner fulfils these rules.")), *alone, *together]


def _counts(tree: Group, *, at: datetime, visible: Any) -> dict[str, int]:
    """Return how many partners each rule and group picks on its own."""
    book = stored_book(registry.catalog(), at)
    nodes = list(_nodes(tree, ""))
    counted = ", ".join(f"count(*) FILTER (WHERE {book.predicate(node)})" for _path, node in nodes)
    condition, parameters = limit(visible)
    sql = f"SELECT {counted} FROM ({rows(book, Scope.everybody())}) layer WHERE {condition}"
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters})
        return dict(zip([path for path, _node in nodes], cursor.fetchone(), strict=True))


def _nodes(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Yield every node that counts, groups before what is in them."""
    if getattr(node, "disabled", False):
        return
    yield path, node
    if isinstance(node, Group):
        for index, rule in enumerate(node.rules):
            yield from _nodes(rule, f"{path}/rules/{index}")


def _sources_of_nobody(tree: Group, counts: dict[str, int]) -> list[str]:
    return [path for path, node in _nodes(tree, "") if isinstance(node, Clause) and not counts[path]]


def _clashes(group: Group, path: str, counts: dict[str, int]) -> Iterator[str]:
    """Yield the groups that pick nobody although everything in them picks somebody."""
    inside = [(f"{path}/rules/{index}", rule) for index, rule in enumerate(group.rules)]
    inside = [(where, rule) for where, rule in inside if where in counts]
    if len(inside) > 1 and not counts[path] and all(counts[where] for where, _rule in inside):
        yield path
    for where, rule in inside:
        if isinstance(rule, Group):
            yield from _clashes(rule, where, counts)


# --- fields that are empty for many


def _of_empty_fields(tree: Group, *, at: datetime, visible: Any) -> list[Problem]:
    catalog = registry.catalog()
    first_asked: dict[str, tuple[str, Field]] = {}
    for path, clause in clauses(tree):
        one = _can_be_empty(clause, catalog)
        if one is not None:
            first_asked.setdefault(one.key, (path, one))
    if not first_asked:
        return []
    shares = _empty_shares([one for _path, one in first_asked.values()], catalog, at=at, visible=visible)
    return [
        Problem(
            path,
            "empty_for_many",
            _("“%(field)s” is empty for %(percent)s %% of partners.") % {"field": one.label, "percent": shares[key]},
        )
        for key, (path, one) in first_asked.items()
        if shares[key] > MANY_EMPTY_PERCENT
    ]


def _can_be_empty(clause: Clause, catalog: Catalog) -> Field | None:
    one = catalog.fields.get(clause.operand.field)
    asks_emptiness = clause.operator in {"is_empty", "is_set"}
    if one is None or asks_emptiness or getattr(clause, "disabled", False) or "is_empty" not in BY_KIND[one.kind]:
        return None
    return one


def _empty_shares(fields: list[Field], catalog: Catalog, *, at: datetime, visible: Any) -> dict[str, int]:
    """Return the percentage of partners for whom each field is empty; of a sample where there are many partners."""
    book = stored_book(catalog, at)
    empty = [book.predicate(Clause(Operand(field=one.key), "is_empty")) for one in fields]
    counted = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in empty)
    scope = sampled() if is_large(visible) else Scope.everybody()
    condition, parameters = limit(visible)
    sql = f"SELECT count(*), {counted} FROM ({rows(book, scope)}) layer WHERE {condition}"
    with connection.cursor() as cursor:
        cursor.execute(sql, {**book.parameters, **parameters, **scope.parameters})
        total, *counts = cursor.fetchone()
    return {one.key: round(100 * n / max(total, 1)) for one, n in zip(fields, counts, strict=True)}


# --- another segment with the same partners


def _of_twins(tree: Group, *, at: datetime, besides: int | None) -> list[Problem]:
    names = Segment.objects.filter(pk__in=_twin_ids(tree, at=at), retired_at__isnull=True, is_audience=False)
    return [
        Problem("", "same_as_segment", _("The segment “%(name)s” holds exactly the same partners.") % {"name": name})
        for name in names.exclude(pk=besides or 0).order_by("name").values_list("name", flat=True)
    ]


def _twin_ids(tree: Group, *, at: datetime) -> list[int]:
    """Return the segments that hold exactly the partners a tree picks.

    Few segments hold all of the first partners picked; only those are counted, on the index of memberships.
    """
    book = stored_book(registry.catalog(), at)
    condition = book.predicate(tree)
    sql = f"""
WITH found AS MATERIALIZED (
  SELECT partner_id FROM ({rows(book, Scope.everybody())}) layer WHERE {condition}
), first AS (
  SELECT k.segment_ids FROM segmentation_classification k
  WHERE partner_id IN (SELECT partner_id FROM found LIMIT {COMPARED_FIRST})
), likely AS (
  SELECT id FROM (SELECT unnest(segment_ids) AS id FROM first) held
  GROUP BY id HAVING count(*) = (SELECT count(*) FROM first)
)
SELECT id FROM likely
WHERE (SELECT count(*) FROM segmentation_classification k WHERE k.segment_ids @> ARRAY[likely.id])
    = (SELECT count(*) FROM found)
  AND NOT EXISTS (SELECT FROM found LEFT JOIN segmentation_classification k USING (partner_id)
    WHERE k.partner_id IS NULL OR NOT k.segment_ids @> ARRAY[likely.id])"""
    with connection.cursor() as cursor:
        cursor.execute(sql, book.parameters)
        return [row[0] for row in cursor.fetchall()]
