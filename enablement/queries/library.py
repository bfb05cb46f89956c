"""The library as a partner's person finds it: searched, narrowed, in a good order, with what was found where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from enablement.models import Activity, ActivityKind, Asset, AssetOpinion, AssetPart
from enablement.queries import facets, hits
from enablement.queries.hits import Hits, Tier
from enablement.querysets.assets import SearchWords, search_words
from partners.models import Partner, Person

SORTS = ("best", "newest", "shortest", "rated")
SHELVES = ("favourites", "recent")
MAX_TEXT_LENGTH = 100
RECENT_DAYS = 180
SUGGESTED = 7
SNIPPET_READS = 60_000
#: A passage longer than this may begin in the middle of a word.
SNIPPET_LEAD = 90
#: Fewer ratings than this are not an average.
ENOUGH_RATINGS = 3


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Values that do not exist are dropped, so that an old link still opens."""

    text: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = "best"
    shelf: str = ""

    @classmethod
    def read(cls, parameters: Any) -> "Search":
        """Read the parameters of an address."""
        sort, shelf = parameters.get("sort", ""), parameters.get("shelf", "")
        return cls(
            text=parameters.get("q", "").strip().replace("\0", "")[:MAX_TEXT_LENGTH],
            chosen=facets.read(parameters),
            sort=sort if sort in SORTS else "best",
            shelf=shelf if shelf in SHELVES else "",
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list."""
        return not (self.text or self.is_narrowed)

    @property
    def is_narrowed(self) -> bool:
        """Whether only a part of the library is looked through."""
        return bool(self.chosen or self.shelf)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What people think of an asset, and what the reader does."""

    average: float | None = None
    ratings: int = 0
    is_favourite: bool = False
    stars: int | None = None
    comment: str = ""

    @property
    def is_told(self) -> bool:
        """Whether enough people have rated it to say an average."""
        return self.average is not None and self.ratings >= ENOUGH_RATINGS


@dataclass(frozen=True, slots=True)
class Found:
    """One asset in a list: with its words in the reader's language, what was found, and what people think."""

    asset: Asset
    title: str
    summary: str
    snippet: str
    opinion: Opinion


def look(*, user: Any, person: Person, search: Search, words: SearchWords, partner: Partner) -> Hits:
    """Return what a search finds of what a person may see: the best first, or as they want it ordered."""
    seen = Asset.objects.visible_to(user)
    if search.text and not words:
        return Hits()
    if search.shelf == "favourites":
        seen = seen.filter(
            Exists(AssetOpinion.objects.filter(asset=OuterRef("pk"), person=person, favourite_at__isnull=False))
        )
    if search.shelf == "recent":
        seen = seen.filter(Exists(_used_by(person).filter(asset=OuterRef("pk"))))
    by_rank = bool(words) and search.sort == "best"
    whole = Asset.objects.with_words(words, read_by=user) if words else Asset.objects.all()
    return hits.look(
        seen,
        whole=whole,
        tiers=_tiers(search, words=words, partner=partner),
        by=_order(search.sort),
        chosen=facets.marked(search.chosen),
        words=words,
        ranked=by_rank,
    )


def _tiers(search: Search, *, words: SearchWords, partner: Partner) -> list[Tier]:
    """Return what is looked at, one after the other: by words, by what was meant for the partner, or in one order."""
    if search.sort != "best":
        return [Tier()]
    if words:
        in_title = Q(words=words.wide)
        return [Tier(in_title, is_within=True), Tier(~in_title)]
    return hits.meant_first(partner.product_lines)


def _order(sort: str) -> tuple[Any, ...]:
    if sort == "shortest":
        return F("minutes").asc(nulls_last=True), *hits.NEWEST
    if sort == "rated":
        rated = AssetOpinion.objects.filter(asset=OuterRef("pk")).order_by().values("asset")
        enough = rated.annotate(raters=Count("stars"), liked=Avg("stars")).filter(raters__gte=ENOUGH_RATINGS)
        return Subquery(enough.values("liked")).desc(nulls_last=True), *hits.NEWEST
    return hits.NEWEST


def in_order(ids: Sequence[int]) -> list[Asset]:
    """Return the assets of a page in its order."""
    there = Asset.objects.without_words().in_bulk(ids)
    return [there[pk] for pk in ids if pk in there]


def found(assets: Sequence[Asset], *, user: Any, person: Person, words: SearchWords) -> list[Found]:
    """Return a page of assets with what belongs to each: two statements however many there are."""
    opinions = opinions_of(assets, person=person)
    best = _best_parts(assets, user=user, words=words, languages=languages_of(user, person))
    shown = []
    for asset in assets:
        part = best.get(asset.pk)
        title = (part.title if part else "") or asset.title
        summary = (part.summary if part else "") or asset.summary
        snippet = _snippet(words.line_in(part.about)) if part and words else ""  # type: ignore[attr-defined]
        shown.append(Found(asset, title, summary, snippet, opinions.get(asset.pk, Opinion())))
    return shown


def opinions_of(assets: Sequence[Asset], *, person: Person | None) -> dict[int, Opinion]:
    """Return what people think of assets, and what one person does."""
    rows = AssetOpinion.objects.filter(asset__in=[one.pk for one in assets]).order_by().values("asset_id")
    return {
        row["asset_id"]: Opinion(row["average"], row["ratings"], bool(row["kept"]), row["own"], row["said"] or "")
        for row in rows.annotate(**judged_by(person, path=""))
    }


def judged_by(person: Person | None, *, path: str = "opinions__") -> dict[str, Any]:
    """Return what of opinions a page shows, as annotations of assets, or of opinions themselves."""
    mine = Q(**{f"{path}person": person}) if person else Q(**{f"{path}pk__in": []})
    kept = mine & Q(**{f"{path}favourite_at__isnull": False})
    return {
        "average": Avg(f"{path}stars"),
        "ratings": Count(f"{path}stars"),
        "own": Max(f"{path}stars", filter=mine),
        "kept": Count(f"{path}pk", filter=kept),
        "said": Max(f"{path}comment", filter=mine),
    }


def recent(*, user: Any, person: Person, limit: int = 4) -> list[Asset]:
    """Return what a person used last, as far as they still may see it."""
    used = dict(
        _used_by(person)
        .order_by()
        .values_list("asset")
        .annotate(last=Max("day"))
        .order_by("-last", "-asset")[: limit * 3]
    )
    rows = Asset.objects.visible_to(user).filter(pk__in=list(used)).without_words()
    return sorted(rows, key=lambda one: (used[one.pk], one.pk), reverse=True)[:limit]


def suggestions(*, user: Any, text: str) -> list[str]:
    """Return titles that somebody who is typing may mean. Only of what they may see."""
    text = text.strip().replace("\0", "")[:MAX_TEXT_LENGTH]
    if len(text) < 2:
        return []
    words = search_words(text)
    if not words:
        return []
    rows = Asset.objects.visible_to(user).filter(words=words.wide).ranked(words)
    begins = Case(When(title__istartswith=text, then=Value(0)), default=Value(1))
    return list(rows.order_by(begins, F("rank").desc(), "pk").values_list("title", flat=True)[:SUGGESTED])


def languages_of(user: Any, person: Person | None) -> list[str]:
    """Return the languages somebody reads, the preferred one first."""
    told = [getattr(person, "language", ""), getattr(user, "language", "")]
    return list(dict.fromkeys(code.split("-")[0] for code in told if code))


def _used_by(person: Person) -> QuerySet[Activity]:
    since = timezone.now().date() - timedelta(days=RECENT_DAYS)
    kinds = (ActivityKind.VIEW, ActivityKind.DOWNLOAD)
    return Activity.objects.filter(
        partner=person.partner_id, person=person, asset__isnull=False, kind__in=kinds, day__gt=since
    )


def _best_parts(
    assets: Sequence[Asset], *, user: Any, words: SearchWords, languages: Sequence[str]
) -> dict[int, AssetPart]:
    """Return for each asset the part that answers best: by the words found, by the reader's language, by order."""
    wanted = [When(language=code, then=Value(place)) for place, code in enumerate(languages)]
    in_language = Case(*wanted, default=Value(len(languages))) if wanted else Value(0)
    rows = AssetPart.objects.current().readable_by(user).filter(asset__in=[one.pk for one in assets])
    order: list[Any] = ["asset", in_language, "position", "pk"]
    if words:
        rows = rows.annotate(about=words.passage("body", "text", reads=SNIPPET_READS))
        order.insert(1, Case(When(words=words.wide, then=Value(0)), default=Value(1)))
    rows = rows.order_by(*order).distinct("asset").defer("body", "text", "words")
    return {part.asset_id: part for part in rows}


def _snippet(passage: str) -> str:
    """Return a passage as plain words, without Markdown and half words at its ends."""
    if not passage:
        return ""
    plain = re.sub(r"\]\([^)]*\)|[#*_`>|\[\]]+|-{3,}", " ", passage)
    pieces = plain.split()
    if len(passage) > SNIPPET_LEAD and not passage[0].isspace() and passage[0].islower():
        pieces = pieces[1:]
    plain = " ".join(pieces)
    return f"… {plain} …" if plain else ""
