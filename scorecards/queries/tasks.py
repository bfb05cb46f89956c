"""Tasks as pages list them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from scorecards.models import PartnerTask

SHOWS = ("open", "late", "done")


@dataclass(frozen=True, slots=True)
class TaskFilters:
    """What a list of tasks is narrowed by."""

    show: str = "open"
    whose: str = "mine"
    words: str = ""

    @classmethod
    def of(cls, query: Any) -> "TaskFilters":
        """Read them from an address; what makes no sense is left out."""
        show, whose = query.get("show", ""), query.get("whose", "")
        return cls(
            show if show in SHOWS else "open",
            whose if whose in {"mine", "all", "partner", "vendor"} else "mine",
            query.get("q", "").strip()[:100],
        )

    @property
    def query(self) -> dict[str, str]:
        """What differs from the list without filters."""
        plain = TaskFilters()
        values = {"show": self.show, "whose": self.whose, "q": self.words}
        return {name: value for name, value in values.items() if value and value != getattr(plain, name, "")}


def listed(user: Any, filters: TaskFilters, day: date) -> Any:
    """Return the tasks of a list: late ones first, then by day; those that are done, the latest first."""
    rows = PartnerTask.objects.visible_to(user).select_related("partner", "assignee", "done_by")
    if filters.whose == "mine" and user.is_vendor:
        rows = rows.on_the_desk_of(user)
    elif filters.whose in {"partner", "vendor"}:
        rows = rows.filter(side=filters.whose)
    elif filters.whose == "mine":
        rows = rows.filter(side="partner")
    if filters.words:
        rows = rows.filter(title__icontains=filters.words) | rows.filter(partner__name__icontains=filters.words)
    if filters.show == "done":
        return rows.done()
    rows = rows.late(day) if filters.show == "late" else rows.open()
    return rows.in_order_of_need()


def of_partner(user: Any, partner: Any, *, limit: int = 8) -> list[PartnerTask]:
    """Return the open tasks about a partner, the most urgent first, then what was done last."""
    rows = PartnerTask.objects.visible_to(user).filter(partner=partner).select_related("assignee", "done_by", "partner")
    is_done = Case(When(done_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(rows.annotate(over=is_done).order_by("over", "due_on", "pk")[:limit])
