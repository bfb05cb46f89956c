"""What criteria say of one partner, clause by clause, in a form that can be kept and compared.

The machine that runs criteria is an app above; it registers the one function that examines. What was kept with a
decision is compared here with what holds now.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from partners.models import Category, CategoryMembership, MembershipMove, Partner

#: Under which name an examination stands in the evidence of a move or review.
KEPT = "criteria"
#: From which change on a number is materially another one, as a share of what it was.
MATERIAL_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class ClauseFound:
    """One clause as it stood: what is asked, what the partner has and misses. `value` is what the database had.

    `secret` ones ask about what only the vendor may see.
    """

    path: str
    asked: str
    has: str
    missing: str
    met: bool
    value: Any = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """What the criteria of a category say of a partner: by which version, and of which region where it has its own."""

    met: bool
    number: int
    clauses: tuple[ClauseFound, ...]
    region: str = ""

    def as_evidence(self) -> dict[str, Any]:
        """Return it as it is kept with a decision."""
        clauses = [asdict(one) for one in self.clauses]
        return {KEPT: {"met": self.met, "version": self.number, "region": self.region, "clauses": clauses}}


Examiner = Callable[[Partner, Category, datetime], Examination | None]
_examiners: list[Examiner] = []


def register_examiner(examiner: Examiner) -> Examiner:
    """Register the one function that examines a partner by the criteria of a category that hold for it."""
    _examiners[:] = [examiner]
    return examiner


def examine(*, partner: Partner, category: Category, at: datetime) -> Examination | None:
    """Return what the criteria say now; None where the category asks for nothing or cannot be checked at the moment."""
    return _examiners[0](partner, category, at) if _examiners else None


def evidence_of(*, partner: Partner, category: Category, at: datetime) -> dict[str, Any]:
    """Return the same as it is kept with a decision; nothing where there are no criteria."""
    found = examine(partner=partner, category=category, at=at)
    return found.as_evidence() if found else {}


def kept_in(evidence: Mapping[str, Any] | None) -> Examination | None:
    """Return the examination that was kept with a decision."""
    kept = (evidence or {}).get(KEPT)
    if not kept:
        return None
    clauses = tuple(ClauseFound(**one) for one in kept["clauses"])
    return Examination(kept["met"], kept["version"], clauses, kept.get("region", ""))


def last_kept(membership: CategoryMembership) -> tuple[MembershipMove | None, Examination | None]:
    """Return the last decision about a membership that kept what the criteria said, and what that was."""
    move = (
        MembershipMove.objects.filter(membership=membership, evidence__has_key=KEPT)
        .select_related("moved_by")
        .order_by("-at", "-pk")
        .first()
    )
    return move, kept_in(move.evidence) if move else None


# --- then and now


def key_of(asked: str) -> str:
    """Return a name of bounded length for what a clause asks."""
    return hashlib.sha256(asked.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One clause then and now; either is None where the criteria of that day did not have it."""

    asked: str
    then: ClauseFound | None
    now: ClauseFound | None

    @property
    def key(self) -> str:
        """What remarks name it by."""
        return key_of(self.asked)

    @property
    def is_different(self) -> bool:
        """Whether it makes criteria say something else than at the last decision."""
        return self.turned or (self.is_new and not (self.now and self.now.met))

    @property
    def turned(self) -> bool:
        """Whether it was met then and is not now, or the other way round."""
        return bool(self.then and self.now and self.then.met != self.now.met)

    @property
    def is_new(self) -> bool:
        """Whether it was not asked then."""
        return self.then is None

    @property
    def moved(self) -> bool:
        """Whether the partner has something else than then."""
        return bool(self.then and self.now and self.then.has != self.now.has)


def compared(then: Examination | None, now: Examination | None) -> list[Comparison]:
    """Return every clause of two examinations side by side, those that turned first."""
    before = {one.asked: one for one in then.clauses} if then else {}
    rows = [Comparison(one.asked, before.pop(one.asked, None), one) for one in now.clauses] if now else []
    rows += [Comparison(asked, gone, None) for asked, gone in before.items()]
    return sorted(rows, key=lambda row: (not row.turned, row.now is not None and row.now.met, row.now is None))


def differs(then: Examination | None, now: Examination | None) -> bool:
    """Whether criteria say something else than at the last decision: the verdict, a clause, or a clause that is new.

    Where nothing was kept, what does not hold now is the difference.
    """
    if now is None:
        return False
    if then is None:
        return not now.met
    return then.met != now.met or any(row.is_different for row in compared(then, now))


def materially_differs(then: Examination | None, now: Examination | None) -> list[ClauseFound]:
    """Return which clauses rest on materially other data: another verdict, or a value that is another one.

    A number counts as another from a quarter more or less on.
    """
    if then is None or now is None:
        return []
    before = {one.path: one for one in then.clauses}
    return [one for one in now.clauses if one.path in before and _is_other(before[one.path], one)]


def _is_other(then: ClauseFound, now: ClauseFound) -> bool:
    if then.met != now.met:
        return True
    if _is_number(then.value) and _is_number(now.value):
        return bool(abs(now.value - then.value) > abs(then.value) * MATERIAL_SHARE)
    return bool(then.value != now.value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- verdicts of the last recompute


def stored_verdicts(partner_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return the ids of the categories whose criteria held at the last recompute, for partners that were computed."""
    rows = Partner.objects.filter(pk__in=list(partner_ids), classification__isnull=False)
    return {pk: set(ids or ()) for pk, ids in rows.values_list("pk", "classification__category_ids")}


def asking(category_ids: Iterable[int]) -> set[int]:
    """Return which categories ask for something: their published versions have criteria."""
    rows = Category.objects.filter(
        pk__in=set(category_ids), versions__state="published", versions__criteria__isnull=False
    )
    return set(rows.values_list("pk", flat=True))


def verdict(category_id: int, eligible: set[int], asks: set[int]) -> bool | None:
    """Return whether a category's criteria hold; None where it asks for nothing."""
    if category_id in eligible:
        return True
    return False if category_id in asks else None
