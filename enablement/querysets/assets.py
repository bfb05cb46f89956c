"""Assets and their parts: which are shown to whom, and which a search finds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection, models
from django.db.models import Exists, F, Func, IntegerField, Q, TextField, Value
from django.db.models.functions import Concat, Greatest, Left
from django.utils import timezone

from enablement.querysets.audiences import AudienceQuerySet, IsOneOf
from partners.queries import agreements
from partners.querysets import own_partner_ids

MAX_SEARCH_WORDS = 8
#: Words shorter than this are taken as they are.
SHORTEST_MISTYPED = 4
#: How much of a text is shown around a word that was found in it.
LETTERS_BEFORE, LETTERS_AFTER = 90, 160
WORDS_LIKE = """
    SELECT typed.word, ARRAY(
        SELECT known.word FROM {table} known
        WHERE (known.word %% typed.word AND similarity(known.word, typed.word) >= 0.39)
           OR known.word = ANY(string_to_array(typed.swapped, ' '))
        ORDER BY similarity(known.word, typed.word) DESC, known.word LIMIT 6)
    FROM unnest(%s::text[], %s::text[]) typed(word, swapped)
"""


class AssetQuerySet(AudienceQuerySet):
    """Assets. Partners see none while an agreement that opens the library is not accepted."""

    def published(self) -> Self:
        """What is published now: its moment has come and its last day is not over."""
        now = timezone.now()
        shown = Q(last_day_on__isnull=True) | Q(last_day_on__gte=agreements.program_day())
        return self.filter(shown, published_at__lte=now, retired_at__isnull=True)

    def in_state(self, state: str) -> Self:
        """Drafts, what will be published, is, was, or is retired."""
        if state == "published":
            return self.published()
        if state == "scheduled":
            return self.filter(published_at__gt=timezone.now(), retired_at__isnull=True)
        if state == "expired":
            return self.filter(
                published_at__isnull=False, retired_at__isnull=True, last_day_on__lt=agreements.program_day()
            )
        return super().in_state(state)

    def matching(self, text: "str | SearchWords", *, read_by: Any) -> Self:
        """Assets in which every word of the text occurs, begins a word or is mistyped. The best rank highest.

        `read_by` is who searches: words of another region's variant find nothing for them.
        """
        words = search_words(text) if isinstance(text, str) else text
        if not words:
            blank = isinstance(text, SearchWords) or not text.strip()
            return (self if blank else self.none()).annotate(rank=Value(0.0))
        return self.with_words(words, read_by=read_by).ranked(words)

    def ranked(self, words: "SearchWords") -> Self:
        """With `rank`: words as typed count twice, those that may have been meant once, and likeness of the title."""
        title = TrigramWordSimilarity(" ".join(words.typed), "title")
        exact, wide = SearchRank(F("words"), words.exact), SearchRank(F("words"), words.wide)
        return self.annotate(rank=exact * 2 + wide + title)

    def with_words(self, words: "SearchWords", *, read_by: Any) -> Self:
        """Assets in whose parts for everybody, or in a part for the reader's region, every word occurs; not ranked."""
        parts = _parts().current().readable_by(read_by).filter(region__isnull=False, words=words.wide)
        variant = Q(has_variants=True, pk__in=parts.values("asset"))
        return self.filter(Q(all_words=words.wide) | variant)

    def without_words(self) -> Self:
        """Without the columns that are only there to be searched and counted by, which are long."""
        return self.defer("words", "all_words", "facets")

    def _meant_for(self, partner_ids: Any) -> Self:
        closed = agreements.closing(partner_ids, agreements.Gate.CONTENT, agreements.program_day())
        here = Q(region_ids=[]) | Q(region_ids__overlap=_regions_of(partner_ids))
        return super()._meant_for(partner_ids).filter(~Exists(closed)).filter(here)


class PartQuerySet(models.QuerySet[Any]):
    """Parts of assets."""

    def current(self) -> Self:
        """Parts that were not taken away."""
        return self.filter(removed_at__isnull=True)

    def readable_by(self, user: Any) -> Self:
        """Of the assets somebody sees, the parts that are for their region. At the vendor all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_vendor:
            return self
        return self.in_regions_of(own_partner_ids(user))

    def in_regions_of(self, partner_ids: Any) -> Self:
        """Parts for every region, or for one in which one of the partners is."""
        return self.filter(Q(region__isnull=True) | Q(IsOneOf(F("region_id"), _regions_of(partner_ids))))

    def visible_to(self, user: Any) -> Self:
        """Parts that somebody may see: current, of assets they see, for their region."""
        from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

        assets = apps.get_model("enablement", "Asset").objects.visible_to(user)
        return self.current().readable_by(user).filter(asset__in=assets.order_by())


def _parts() -> Any:
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    return apps.get_model("enablement", "AssetPart").objects


def _regions_of(partner_ids: Any) -> ArraySubquery:
    """Return the regions in which partners are, all the way up, as an array."""
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    regions = apps.get_model("partners", "Region").objects.filter(partners__in=partner_ids)
    return ArraySubquery(regions.values_list(Func("path", function="unnest"), flat=True))


@dataclass(frozen=True)
class SearchWords:
    """The words of a search with those that may have been meant: as queries, and as what is marked on the page."""

    typed: tuple[str, ...] = ()
    meant: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.typed)

    @property
    def exact(self) -> SearchQuery:
        """Every word as it was typed, or the beginning of one."""
        return _query(self.exact_text)

    @property
    def wide(self) -> SearchQuery:
        """Every word as it was typed or as it may have been meant."""
        return _query(self.wide_text)

    @property
    def exact_text(self) -> str:
        """The exact query as PostgreSQL reads it."""
        return " & ".join(f"'{word}':*" for word in self.typed)

    @property
    def wide_text(self) -> str:
        """The wide query as PostgreSQL reads it."""
        return " & ".join(
            "(" + " | ".join([f"'{word}':*", *(f"'{other}'" for other in self.meant.get(word, ()))]) + ")"
            for word in self.typed
        )

    @property
    def all(self) -> list[str]:
        """What is marked: longer words first, so that none is marked within another."""
        found = {*self.typed, *(other for others in self.meant.values() for other in others)}
        return sorted(found, key=lambda word: (-len(word), word))

    def passage(self, *columns: str, reads: int) -> Func:
        """Return what stands around the first word found in some columns, of which so many characters are read.

        The place is looked for first and cut out then: one pattern for both takes a hundred times as long.
        """
        pieces = [part for name in columns for part in (F(name), Value("\n"))]
        text = Left(Concat(*pieces, output_field=TextField()), reads)
        flags = (Value(1), Value(1), Value(0), Value("i"))
        place = Func(text, Value(self._pattern("\\m")), *flags, function="regexp_instr", output_field=IntegerField())
        start = Greatest(place - LETTERS_BEFORE, 1)
        return Func(text, start, Value(LETTERS_BEFORE + LETTERS_AFTER), function="substr", output_field=TextField())

    def line_in(self, passage: str) -> str:
        """Return of a passage the line in which the first word stands; nothing when there is none."""
        found = re.search(self._pattern(r"\b"), passage, re.IGNORECASE)
        if found is None:
            return ""
        end = passage.find("\n", found.end())
        return passage[passage.rfind("\n", 0, found.start()) + 1 : end if end >= 0 else len(passage)]

    def _pattern(self, begin: str) -> str:
        return f"{begin}(?:{'|'.join(self.all)})"


def search_words(text: str) -> SearchWords:
    """Take a search apart, and look up what its words may mean."""
    from django.apps import apps  # noqa: PLC0415 - models are loaded after querysets

    typed = re.findall(r"[^\W_]+", text.lower())[:MAX_SEARCH_WORDS]
    if not typed:
        return SearchWords()
    return SearchWords(tuple(typed), apps.get_model("enablement", "SearchWord").objects.meant_by(typed))


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="raw")


class WordQuerySet(models.QuerySet[Any]):
    """The vocabulary of the library."""

    def meant_by(self, words: list[str]) -> dict[str, list[str]]:
        """Return for each word the ones much like it that occur somewhere, in one statement."""
        long_enough = [word for word in words if len(word) >= SHORTEST_MISTYPED]
        if not long_enough:
            return {}
        with connection.cursor() as cursor:
            swapped = [" ".join(_swapped(word)) for word in long_enough]
            cursor.execute(WORDS_LIKE.format(table=self.model._meta.db_table), [long_enough, swapped])
            return dict(cursor.fetchall())


def _swapped(word: str) -> list[str]:
    """Return a word with two neighbouring letters the other way round: a short one is hardly like itself then."""
    return [f"{word[:n]}{word[n + 1]}{word[n]}{word[n + 2 :]}" for n in range(len(word) - 1)]
