"""What is odd about criteria, told before they are published: each caution names the rule it is about."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from criteria.contradictions import contradictions
from criteria.fields import Catalog, Field, registry
from criteria.operators import BY_KIND
from criteria.tree import Clause, Group, Node, Problem, clauses
from segmentation.engine.previews import Match, limit
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


def cautions(
    tree: Group, match: Match, *, empties: list[int], twins: list[int], at: datetime, visible: Any, besides: int | None
) -> list[Problem]:
    """Return what is odd about a tree that picks `match`, an exact one.

    `empties` is for how many partners each of `asked_fields` is empty, `twins` the segments with the same partners, of
    which the one `besides` is being edited.
    """
    found = proved(tree)
    if match.total:
        found += _of_size(tree, match, at=at, visible=visible, proved_already=bool(found))
        found += _of_empty_fields(asked_fields(tree, registry.catalog()), empties, match.total)
    return found + _of_twins(twins, besides=besides)


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
    if node.disabled:
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


def asked_fields(tree: Group, catalog: Catalog) -> list[tuple[str, Field]]:
    """Return the fields a tree asks for that can be empty, each where it is asked for first."""
    first: dict[str, tuple[str, Field]] = {}
    for path, clause in clauses(tree):
        one = _can_be_empty(clause, catalog)
        if one is not None:
            first.setdefault(one.key, (path, one))
    return list(first.values())


def _can_be_empty(clause: Clause, catalog: Catalog) -> Field | None:
    one = catalog.fields.get(clause.operand.field)
    asks_emptiness = clause.operator in {"is_empty", "is_set"}
    return None if one is None or asks_emptiness or "is_empty" not in BY_KIND[one.kind] else one


def _of_empty_fields(asked: list[tuple[str, Field]], empties: list[int], total: int) -> list[Problem]:
    shares = [round(100 * n / total) for n in empties]
    return [
        Problem(
            path,
            "empty_for_many",
            _("“%(field)s” is empty for %(percent)s %% of partners.") % {"field": one.label, "percent": share},
        )
        for (path, one), share in zip(asked, shares, strict=True)
        if share > MANY_EMPTY_PERCENT
    ]


# --- another segment with the same partners

#: The segments that hold exactly the partners `found`, unless that is everybody of `tallies`. Few segments hold all of
#: the first of them; only those are counted, on the index of memberships.
TWINS = f"""first AS (
  SELECT k.segment_ids FROM segmentation_classification k
  WHERE partner_id IN (SELECT partner_id FROM found LIMIT {COMPARED_FIRST})
    AND (SELECT count(*) FROM found) < (SELECT counts[1] FROM tallies)
), likely AS (
  SELECT id FROM (SELECT unnest(segment_ids) AS id FROM first) held
  GROUP BY id HAVING count(*) = (SELECT count(*) FROM first)
), twins AS (
  SELECT id FROM likely
  WHERE (SELECT count(*) FROM segmentation_classification k WHERE k.segment_ids @> ARRAY[likely.id])
      = (SELECT count(*) FROM found)
    AND NOT EXISTS (SELECT FROM found LEFT JOIN segmentation_classification k USING (partner_id)
      WHERE k.partner_id IS NULL OR NOT k.segment_ids @> ARRAY[likely.id])
)"""


def _of_twins(twins: list[int], *, besides: int | None) -> list[Problem]:
    if not twins:
        return []
    names = Segment.objects.filter(pk__in=twins, retired_at__isnull=True, is_audience=False)
    return [
        Problem("", "same_as_segment", _("The segment “%(name)s” holds exactly the same partners.") % {"name": name})
        for name in names.exclude(pk=besides or 0).order_by("name").values_list("name", flat=True)
    ]
