"""Two partners side by side, what would move, and what a merge did."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Value
from django.db.models.fields import CharField
from django.utils.translation import gettext as _

from partners.models import AttributeDefinition, DuplicatePair, Merge, Partner, PartnerStatus
from partners.profile_fields import BY_NAME, PLACE, PROFILE_FIELDS, Shape
from partners.queries.facts import attribute_words, profile_words

SURVIVOR, MERGED, BOTH = "survivor", "merged", "both"
#: From the farthest away to the nearest.
NEARNESS = [PartnerStatus.ENDED, PartnerStatus.PROSPECT, PartnerStatus.SUSPENDED, PartnerStatus.ACTIVE]
ATTRIBUTE = "attributes."


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both records: what each says, which value survives unless somebody chooses otherwise, and why."""

    name: str
    label: str
    kept: str
    gone: str
    choice: str = ""
    why: str = ""
    may_be_both: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return bool(self.choice)


def comparison(kept: Partner, gone: Partner, attributes: Iterable[AttributeDefinition]) -> list[Line]:
    """Return the fields of which at least one record says something, those that differ first."""
    lines = [_line(name, kept, gone) for name in _chosen_names()]
    for one in attributes:
        mine, theirs = kept.attributes.get(one.key), gone.attributes.get(one.key)
        choice, why = _default("", mine, theirs)
        words = attribute_words(one, mine), attribute_words(one, theirs)
        lines.append(Line(f"{ATTRIBUTE}{one.key}", one.label, *words, choice, why, _are_lists(mine, theirs)))
    said = [line for line in lines if line.kept or line.gone]
    return sorted(said, key=lambda line: not line.differs)


def _chosen_names() -> list[str]:
    return [one.name for one in PROFILE_FIELDS if one.shape is not Shape.PARTNER and one.name != PLACE[1]]


def _line(name: str, kept: Partner, gone: Partner) -> Line:
    one = BY_NAME[name]
    field: Any = Partner._meta.get_field(name)
    columns = PLACE if name in PLACE else (field.attname,)
    mine, theirs = ([getattr(record, column) for column in columns] for record in (kept, gone))
    choice, why = _default(name, *(side if len(columns) > 1 and any(side) else side[0] for side in (mine, theirs)))
    label = _("Place on the map") if name in PLACE else str(one.label)
    both = one.shape in {Shape.LIST, Shape.WEB_ADDRESSES, Shape.LANGUAGES} and _are_lists(mine[0], theirs[0])
    return Line(name, label, profile_words(name, kept), profile_words(name, gone), choice, why, both)


def _are_lists(mine: Any, theirs: Any) -> bool:
    return isinstance(mine, list) and isinstance(theirs, list) and bool(mine and theirs)


def _default(name: str, mine: Any, theirs: Any) -> tuple[str, str]:
    """Return which value survives by itself, and why; nothing when both say the same."""
    if mine == theirs:
        return "", ""
    if theirs in (None, "", []):
        return SURVIVOR, _("The other says nothing.")
    if mine in (None, "", []):
        return MERGED, _("The surviving record says nothing.")
    if isinstance(mine, list) and isinstance(theirs, list) and name not in PLACE:
        return BOTH, _("Nothing is lost.")
    if name == "status" and NEARNESS.index(theirs) > NEARNESS.index(mine):
        return MERGED, _("It is further along.")
    if name == "joined_on":
        return (MERGED if theirs < mine else SURVIVOR), _("The partnership began then.")
    return SURVIVOR, _("It is the surviving record's.")


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of one kind each partner has, and what happens where both have one."""

    label: Any
    kept: int
    gone: int
    rule: Any


def moving(kept: Partner, gone: Partner, parts: Sequence[Any]) -> list[Moving]:
    """Return what there is of each kind, read in one statement."""
    shown = [part for part in parts if not part.is_derived]
    found = [
        part.models[0]
        ._default_manager.filter(**{f"{part.path}__in": [kept.pk, gone.pk]}, **part.only)
        .order_by()
        .annotate(part_=Value(part.key, output_field=CharField()), owner_=F(part.path))
        .values("part_", "owner_")
        .annotate(rows_=Count("pk"))
        .values_list("part_", "owner_", "rows_")
        for part in shown
    ]
    counts = {(key, owner): rows for key, owner, rows in found[0].union(*found[1:], all=True)} if found else {}
    return [
        Moving(part.label, counts.get((part.key, kept.pk), 0), counts.get((part.key, gone.pk), 0), part.rule)
        for part in shown
        if counts.get((part.key, kept.pk)) or counts.get((part.key, gone.pk))
    ]


def reason_words(kind: str) -> str:
    """Return why two partners are alike, or not, in words."""
    return {
        "tax": _("Same tax id"),
        "host": _("Same domain or web site"),
        "id": _("Same id in two systems"),
        "name": _("Names alike"),
        "city": _("Same city"),
        "abroad": _("Different countries"),
        "related": _("One stands below the other"),
        "told_apart": _("One system knows them as two"),
    }.get(kind, kind)


def reasons_of(pair: DuplicatePair) -> list[tuple[str, int]]:
    """Return the reasons of a pair in words, each with its points."""
    return [(reason_words(one["kind"]), one["points"]) for one in pair.reasons]


@dataclass(frozen=True, slots=True)
class Done:
    """What a merge did to one kind of row."""

    label: Any
    moved: int
    changed: int
    set_aside: int


def done(merge: Merge, parts: Sequence[Any]) -> list[Done]:
    """Return what a merge did, by part."""
    labels = {part.key: part.label for part in parts if not part.is_derived}
    moved: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    aside: Counter[str] = Counter()
    for part, before, after in merge.moves.filter(part__in=labels).values_list("part", "before", "after"):
        if after is None:
            aside[part] += 1
        elif {"partner_id", "parent_id", "object_id", "person_id"} & set(before):
            moved[part] += 1
        else:
            changed[part] += 1
    touched = [key for key in labels if moved[key] or changed[key] or aside[key]]
    return [Done(labels[key], moved[key], changed[key], aside[key]) for key in touched]


def made_since(merge: Merge, parts: Sequence[Any]) -> list[tuple[Any, int]]:
    """Return how many rows of each kind came to the survivor since a merge: they stay when it is undone."""
    found = []
    for part in parts:
        model = part.models[0]
        if part.is_derived or not hasattr(model, "created_at"):
            continue
        rows = model._default_manager.filter(**{part.path: merge.survivor_id}, **part.only)
        if count := rows.filter(created_at__gt=_moment(merge)).count():
            found.append((part.label, count))
    return found


def _moment(merge: Merge) -> datetime:
    return max(merge.created_at, merge.merged_at)
