"""How the records of this app move when two partners become one."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest, Lower
from django.utils.translation import gettext_lazy as _

from core.models import ExternalId
from partners.models import (
    Acceptance,
    Assignment,
    CategoryMembership,
    DuplicatePair,
    Flag,
    GroupLink,
    LifeStagePeriod,
    MembershipReview,
    MembershipState,
    Merge,
    Partner,
    PartnerApplication,
    Person,
    ReviewState,
    SecondaryAssignment,
    Thread,
    Touch,
)
from partners.models.reviews import OPEN_REVIEWS
from partners.services.merge_parts import Moves, Part, keep_best

#: Of two open stays in one category the stronger goes on.
STRENGTH = [
    MembershipState.ENDED, MembershipState.SUGGESTED, MembershipState.SELF_DECLARED, MembershipState.PENDING,
    MembershipState.GRACE, MembershipState.ACTIVE,
]  # fmt: skip


def both(model: Any, moves: Moves) -> Any:
    """Return the open rows of both partners, the survivor's first."""
    rows = model.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id], ends_at__isnull=True)
    return sorted(rows, key=lambda row: (row.partner_id != moves.survivor_id, row.starts_at, row.pk))


def end(rows: Sequence[Any], moves: Moves, **values: Any) -> None:
    """End stays at the moment of the merge."""
    if rows:
        chosen = type(rows[0]).objects.filter(pk__in=[row.pk for row in rows])
        moves.change(chosen, ends_at=Greatest(moves.at, F("starts_at")), **values)


def move_people(moves: Moves) -> None:
    """Move people. Who is known to both by one address stays once; the other entry counts as gone."""
    here = Person.objects.filter(left_at__isnull=True).annotate(address=Lower("email"))
    staying = {one.address: one for one in here.filter(partner_id=moves.survivor_id)}
    for twin in here.filter(partner_id=moves.merged_id, address__in=staying).order_by("pk"):
        kept = staying[twin.address]
        moves.twins[twin.pk] = kept.pk
        user_id = twin.user_id
        moves.change(Person.objects.filter(pk=twin.pk), user=None, left_at=moves.at, is_admin=False)
        gains = {"user": user_id} if user_id and not kept.user_id else {}
        gains |= {"is_admin": True} if twin.is_admin and not kept.is_admin else {}
        gains |= {
            name: getattr(twin, name)
            for name in ("phone", "job_title", "job_function", "language")
            if getattr(twin, name) and not getattr(kept, name)
        }
        if gains:
            values = {f"{name}_id" if name == "user" else name: value for name, value in gains.items()}
            moves.change(Person.objects.filter(pk=kept.pk), **values)
        take_external_ids(moves, "people", twin.pk, kept.pk)
    moves.take_all(Person)


def move_assignments(moves: Moves) -> None:
    """Move who looked after the partner; the survivor's manager stays."""
    _kept, rest = keep_best(both(Assignment, moves), group=lambda row: "one", rank=lambda row: 0)
    end(rest, moves)
    moves.take_all(Assignment)


def move_helpers(moves: Moves) -> None:
    """Move who helped to look after the partner. Who helps with both, or is the survivor's manager, helps once."""
    manager = Assignment.objects.open().filter(partner_id=moves.survivor_id).values_list("user_id", flat=True).first()
    kept, rest = keep_best(both(SecondaryAssignment, moves), group=lambda row: row.user_id, rank=lambda row: 0)
    end([*rest, *(row for row in kept if row.user_id == manager)], moves)
    moves.take_all(SecondaryAssignment)


def give_way(
    rows: Iterable[Any], moves: Moves, *, group: Callable[[Any], Any], weakness: Callable[[Any], Any], **values: Any
) -> list[Any]:
    """Shorten stays so that no two of a group share a moment: the weaker one ends where the stronger begins.

    Returns the stays that gave way. One that lies wholly beside a stronger one keeps no moment, and its row.
    """
    ranked = sorted(rows, key=lambda row: (weakness(row), row.partner_id != moves.survivor_id, row.pk))
    kept: list[Any] = []
    gave_way = []
    for row in ranked:
        others = [one for one in kept if group(one) == group(row) and _overlap(one, row)]
        if others:
            ends_at = max(row.starts_at, min(one.starts_at for one in others))
            changes = values if row.ends_at is None else {}
            moves.change(type(row).objects.filter(pk=row.pk), ends_at=ends_at, **changes)
            row.ends_at = ends_at
            gave_way.append(row)
        kept.append(row)
    return gave_way


def move_memberships(moves: Moves) -> None:
    """Move stays in categories. Two never overlap in one category: the stronger keeps its days, the other gives way."""
    rows = CategoryMembership.objects.filter(partner_id__in=[moves.survivor_id, moves.merged_id])
    gave_way = give_way(
        rows, moves, group=lambda row: row.category_id, weakness=_weakness,
        state=MembershipState.ENDED, is_primary=False, grace_ends_on=None,
        reason=str(_("Goes on in the merged record.")),
    )  # fmt: skip
    primary = CategoryMembership.objects.open().filter(is_primary=True)
    if primary.filter(partner_id=moves.survivor_id).exists():
        moves.change(primary.filter(partner_id=moves.merged_id), is_primary=False)
    waiting = MembershipReview.objects.filter(membership__in=[row.pk for row in gave_way], state__in=OPEN_REVIEWS)
    moves.change(waiting, state=ReviewState.DROPPED)
    moves.take_all(CategoryMembership)


def _weakness(row: CategoryMembership) -> tuple[bool, int]:
    return row.ends_at is not None, -STRENGTH.index(MembershipState(row.state))


def _overlap(one: CategoryMembership, other: CategoryMembership) -> bool:
    """Whether two stays share a moment; one without any shares none."""
    begins = max(one.starts_at, other.starts_at)
    return all(row.ends_at is None or begins < row.ends_at for row in (one, other))


def move_flags(moves: Moves) -> None:
    """Move what was flagged about the partner, or by it."""
    moves.take_all(Flag)


def move_applications(moves: Moves) -> None:
    """The applications a partner came of lead to the survivor."""
    moves.take_all(PartnerApplication)


def move_children(moves: Moves) -> None:
    """Put those below the merged partner below the survivor, and the survivor below what the merged one was below."""
    parents = dict(Partner.objects.filter(pk__in=[moves.survivor_id, moves.merged_id]).values_list("pk", "parent_id"))
    above = parents[moves.merged_id]
    ours = GroupLink.objects.filter(top_id=moves.survivor_id, member_id=above)
    survivor_is_below = GroupLink.objects.filter(top_id=moves.merged_id, member_id=moves.survivor_id).exists()
    free = parents[moves.survivor_id] is None and above not in (None, moves.survivor_id) and not ours.exists()
    if survivor_is_below or free:
        moves.change(Partner.objects.filter(pk=moves.survivor_id), parent_id=above)
    moves.take(Partner.objects.filter(parent_id=moves.merged_id), "parent")


def move_names(moves: Moves) -> None:
    """Move the names other systems give; where a system knew both, both names lead to the survivor."""
    take_external_ids(moves, "partners", moves.merged_id, moves.survivor_id)


def take_external_ids(moves: Moves, resource: str, merged_id: int, kept_id: int) -> None:
    """Let the ids of one record lead to another, behind those it has."""
    known: dict[int, int] = {}
    for row in ExternalId.objects.filter(resource_type=resource, object_id=kept_id):
        known[row.source_id] = max(known.get(row.source_id, 0), row.rank)
    rows = ExternalId.objects.filter(resource_type=resource, object_id=merged_id).order_by("source_id", "rank")
    for row in rows:
        rank = known[row.source_id] + 1 if row.source_id in known else 0
        known[row.source_id] = rank
        moves.change(ExternalId.objects.filter(pk=row.pk), object_id=kept_id, rank=rank)


def set_derived_aside(moves: Moves) -> None:
    """Keep the stays in life stages with the record they were worked out for."""
    moves.set_aside(LifeStagePeriod.objects.filter(partner_id=moves.merged_id))


def drop_pairs(moves: Moves) -> None:
    """The pairs the merged record was part of are settled with it; the survivor is looked at anew."""
    moves.set_aside(DuplicatePair.objects.filter(Q(first_id=moves.merged_id) | Q(second_id=moves.merged_id)))


def move_threads(moves: Moves) -> None:
    """Move conversations. That with the merged partner itself goes on as the survivor's, or beside it."""
    own = Thread.objects.filter(subject_kind="partner", subject_id=moves.merged_id)
    if Thread.objects.filter(subject_kind="partner", subject_id=moves.survivor_id).exists():
        merge = moves.merge
        about = {"subject_kind": "merge", "subject_id": merge.pk, "subject_public_id": merge.public_id}
    else:
        survivor = Partner.objects.get(pk=moves.survivor_id)
        about = {"subject_id": survivor.pk, "subject_public_id": survivor.public_id, "title": survivor.name}
    moves.change(own, **about)
    moves.take_all(Thread)


def move_merges(moves: Moves) -> None:
    """What had become part of the merged record leads to the survivor now."""
    moves.take(Merge.objects.filter(survivor_id=moves.merged_id), "survivor")


#: What this app registers.
PARTS = (
    Part(
        "people", _("People"), (Person,), move_people,
        _("Somebody known to both by one address stays once, with what both entries have."),
    ),
    Part(
        "assignments", _("Managers"), (Assignment,), move_assignments,
        _("The manager of the surviving record stays."),
    ),
    Part("secondary_assignments", _("Secondary managers"), (SecondaryAssignment,), move_helpers),
    Part(
        "memberships", _("Category memberships"), (CategoryMembership,), move_memberships,
        _("In a category both are in, the stronger membership goes on; the other gives way."),
    ),
    Part("applications", _("Applications"), (PartnerApplication,), move_applications),
    Part("flags", _("Flags"), (Flag,), move_flags),
    Part("touches", _("Touches"), (Touch,), lambda moves: moves.take_all(Touch)),
    Part("agreements", _("Agreements accepted"), (Acceptance,), lambda moves: moves.take_all(Acceptance)),
    Part(
        "children", _("Organisations below it"), (Partner,), move_children,
        _("They stand below the surviving record."), path="parent",
    ),
    Part(
        "external_ids", _("Ids in other systems"), (ExternalId,), move_names,
        _("Where a system knew both, both ids lead to the surviving record."),
        path="object_id", only={"resource_type": "partners"},
    ),
    Part(
        "conversations", _("Conversations"), (Thread,), move_threads,
        _("Both conversations stay: what was said with the merged partner stands beside the other."),
    ),
    Part("stages", _("Life stages"), (LifeStagePeriod,), set_derived_aside, is_derived=True),
    Part("pairs", _("Possible duplicates"), (DuplicatePair,), drop_pairs, is_derived=True),
    Part("merges", _("Earlier merges"), (Merge,), move_merges, is_derived=True),
)  # fmt: skip
