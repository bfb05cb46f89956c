"""News as it is read: in a person's language, what is new to them, and how far an audience is with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from core.models import Program, PublishState
from core.services.translations import old_in
from enablement.models import Importance, NewsItem, NewsKind, NewsRead
from enablement.querysets import IsOneOf, people_reached
from enablement.querysets.audiences import fitting_people
from partners.models import Partner, Person
from partners.queries import languages
from segmentation.models import Classification


@dataclass(frozen=True, slots=True)
class Said:
    """An item's words in one language, text by text; what the language lacks is in the program's own."""

    title: str
    summary: str
    body: str
    language: str
    lacks: bool = False


def said(item: NewsItem, language: str) -> Said:
    """Return an item's words as they are read in a language."""
    program = Program.current().language
    words: Mapping[str, str] = item.translations.get(language, {}) if language != program else {}
    texts = {name: words.get(name) or getattr(item, name) for name in NewsItem.translatable}
    lacks = language != program and any(getattr(item, name) and not words.get(name) for name in NewsItem.translatable)
    return Said(**texts, language=language if words else program, lacks=lacks)


def said_to(item: NewsItem, user: Any) -> Said:
    """Return an item's words as a person reads them."""
    return said(item, languages.language_for(user))


# --- at a partner


def for_person(*, user: Any, person: Person, kind: str = "") -> QuerySet[Any]:
    """Return what a person may read: first what they are asked to acknowledge, then what is unread, newest first."""
    rows: QuerySet[Any] = NewsItem.objects.visible_to(user).with_reading_of(person)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.annotate(place=_place()).order_by("place", "-published_at", "-pk")


def _place() -> Case:
    return Case(
        When(importance=Importance.MUST, acknowledged_at__isnull=True, then=Value(0)),
        When(read_at__isnull=True, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def waiting(*, user: Any, person: Person, limit: int) -> list[NewsItem]:
    """Return what is new to a person, the most pressing first."""
    return list(for_person(user=user, person=person).filter(place__lt=2)[:limit])


# --- at the vendor


@dataclass(frozen=True)
class Search:
    """What somebody at the vendor looks for. Values that do not exist are dropped."""

    text: str = ""
    kind: str = ""
    state: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "Search":
        """Read the parameters of an address."""
        kind, state = parameters.get("kind", ""), parameters.get("state", "")
        return cls(
            text=parameters.get("q", "").strip().replace("\0", "")[:100],
            kind=kind if kind in NewsKind.values else "",
            state=state if state in PublishState.values else "",
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list."""
        return self == Search()


def catalogue(search: Search) -> QuerySet[Any]:
    """Return the vendor's items with `readers`, `were_read` and `acknowledged`, the ones changed last first.

    Readers are the people of the audience who may sign in; who read an item and is none of them now is not counted.
    """
    rows = NewsItem.objects.matching(search.text).select_related("audience", "owner")
    if search.kind:
        rows = rows.filter(kind=search.kind)
    if search.state:
        rows = rows.in_state(search.state)
    inside = Classification.objects.filter(
        IsOneOf(OuterRef(OuterRef("audience_id")), F("segment_ids")), partner_id=OuterRef("partner_id")
    )
    people = fitting_people(OuterRef).filter(user__is_active=True)
    people = people.filter(Exists(inside) | Q(IsNull(OuterRef("audience_id"), True)))
    read = people.filter(news_reads__item=OuterRef("pk"))
    return rows.annotate(
        readers=_number(people),
        were_read=_number(read),
        acknowledged=_number(read.filter(news_reads__acknowledged_at__isnull=False)),
    ).order_by(F("updated_at").desc(), "pk")


def _number(people: QuerySet[Any]) -> Coalesce:
    counted = people.order_by().values(one=Value(1)).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def readers_of(item: NewsItem) -> QuerySet[Person]:
    """Return the people an item is for who may sign in."""
    return people_reached(item).filter(user__is_active=True)


def not_acknowledged(item: NewsItem) -> QuerySet[Person]:
    """Return the readers who were asked to acknowledge an item and have not."""
    done = NewsRead.objects.filter(item=item, person=OuterRef("pk"), acknowledged_at__isnull=False)
    return readers_of(item).filter(~Exists(done))


@dataclass(frozen=True, slots=True)
class Reach:
    """How many an item is for: partners, their people, and those of them who may sign in."""

    partners: int
    people: int
    readers: int


def reach(item: NewsItem) -> Reach:
    """Return how many an item is for, saved or not."""
    return Reach(
        **people_reached(item).aggregate(
            partners=Count("partner", distinct=True),
            people=Count("pk"),
            readers=Count("pk", filter=Q(user__is_active=True)),
        )
    )


def with_reading(item: NewsItem) -> QuerySet[Any]:
    """Return an item's readers with `was_read_at` and `was_acknowledged_at`."""
    theirs = NewsRead.objects.filter(item=item, person=OuterRef("pk"))
    return readers_of(item).annotate(
        was_read_at=Subquery(theirs.values("read_at")[:1]),
        was_acknowledged_at=Subquery(theirs.values("acknowledged_at")[:1]),
    )


COUNTED = {
    "readers": Count("pk"),
    "were_read": Count("was_read_at"),
    "acknowledged": Count("was_acknowledged_at"),
}


def reading(item: NewsItem) -> dict[str, int]:
    """Return how many readers an item has, how many have read it, how many acknowledged."""
    return with_reading(item).aggregate(**COUNTED)


def by_partner(item: NewsItem, *, user: Any) -> QuerySet[Any]:
    """Return the same by partner, of the partners somebody may see; where most are missing comes first."""
    rows = with_reading(item).filter(partner__in=Partner.objects.visible_to(user).order_by()).order_by()
    counted = rows.values("partner__name", "partner__public_id").annotate(**COUNTED)
    asked = F("acknowledged") if item.must_be_acknowledged else F("were_read")
    return counted.annotate(missing=F("readers") - asked).order_by("-missing", "partner__name", "partner__public_id")


#: What the list of an item's readers may be narrowed to.
STANDINGS: Mapping[str, Q] = {
    "unread": Q(was_read_at__isnull=True),
    "read": Q(was_read_at__isnull=False),
    "open": Q(was_acknowledged_at__isnull=True),
    "acknowledged": Q(was_acknowledged_at__isnull=False),
}


def people(item: NewsItem, *, user: Any, standing: str = "", partner: str = "") -> QuerySet[Any]:
    """Return an item's readers at partners somebody may see, those who have not read it first."""
    rows = with_reading(item).filter(partner__in=Partner.objects.visible_to(user).order_by())
    rows = rows.filter(STANDINGS.get(standing, Q()))
    if partner:
        rows = rows.filter(partner__public_id=partner)
    return rows.select_related("partner").order_by(
        F("was_acknowledged_at").asc(nulls_first=True), F("was_read_at").asc(nulls_first=True), "name", "pk"
    )


def completeness(item: NewsItem) -> list[languages.Completeness]:
    """Return for each further language of the program how much of an item it has."""
    names = [name for name in item.translatable if getattr(item, name)]
    rows = []
    for code, name in Program.current().further_languages.items():
        words = item.translations.get(code, {})
        missing = _labels(one for one in names if not words.get(one))
        rows.append(
            languages.Completeness(
                code, name, len(names) - len(missing), len(names), missing, _labels(old_in(item, code))
            )
        )
    return rows


def _labels(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(label_of(one) for one in names)


def label_of(name: str) -> str:
    """Return what people call a text of an item."""
    field: Any = NewsItem._meta.get_field(name)
    return str(field.verbose_name).capitalize()
