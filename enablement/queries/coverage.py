"""Where the library has content and where it has none, and which segments use it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.models import Program
from core.periods import today
from enablement.models import Activity, ActivityKind, Asset, SalesStage
from partners.models import Category, CategoryMembership
from partners.models.memberships import HOLDING_STATES
from segmentation.models import Classification, Segment

USAGE_DAYS = 90
NO_STAGE = ""
#: Which audiences some partner of a category is in. The look ends at the first one found.
REACHED = """
    SELECT category.id, audience.id
    FROM {category} category
    CROSS JOIN (SELECT DISTINCT audience_id AS id FROM ({assets}) AS shown WHERE audience_id IS NOT NULL) audience
    WHERE category.retired_at IS NULL AND EXISTS (
        SELECT FROM {membership} held JOIN {classification} verdict ON verdict.partner_id = held.partner_id
        WHERE held.category_id = category.id AND held.ends_at IS NULL AND held.state = ANY(%s)
          AND verdict.segment_ids @> ARRAY[audience.id]::int[])
"""
PLACES = """
    SELECT audience_id, stage, language, count(*)
    FROM ({assets}) AS shown,
        unnest(CASE WHEN sales_stages = '{{}}' THEN ARRAY['']::varchar[] ELSE sales_stages END) stage,
        unnest(languages) language
    GROUP BY 1, 2, 3
"""
BY_SEGMENT = """
    SELECT seg, sum(views), sum(downloads), count(*), sum(people) FROM (
        SELECT partner_id, coalesce(sum(times) FILTER (WHERE kind = 'view'), 0) AS views,
            coalesce(sum(times) FILTER (WHERE kind = 'download'), 0) AS downloads, count(DISTINCT person_id) AS people
        FROM {activity} WHERE day > %s AND kind = ANY(%s) AND asset_id IS NOT NULL GROUP BY partner_id
    ) AS used JOIN {classification} verdict USING (partner_id), unnest(verdict.segment_ids) seg
    WHERE seg = ANY(%s) GROUP BY seg
"""
SIZES = "SELECT seg, count(*) FROM {classification}, unnest(segment_ids) seg WHERE seg = ANY(%s) GROUP BY seg"


@dataclass
class Cell:
    """What partners of a category find for a stage."""

    category: Category
    total: int = 0
    by_language: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def languages(self) -> list[tuple[str, int]]:
        """The languages with their numbers."""
        return sorted(self.by_language.items())


@dataclass(frozen=True, slots=True)
class Row:
    """A stage with its cells, in the order of the categories."""

    stage: str
    label: str | Promise
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map: stages down, categories across, and how many places are empty."""

    categories: list[Category]
    rows: list[Row]
    languages: list[str]
    holes: int


@dataclass(frozen=True, slots=True)
class SegmentUse:
    """How much the partners of a segment use the library."""

    segment: Segment
    partners: int
    using: int
    people: int
    views: int
    downloads: int

    @property
    def share(self) -> float | None:
        """Which share of its partners uses it at all."""
        return self.using / self.partners if self.partners else None


def coverage(*, language: str = "") -> Coverage:
    """Return how many published assets partners of each category find for each stage, in all languages or in one."""
    categories = list(Category.objects.filter(retired_at__isnull=True).order_by("position", "name"))
    reached, places = _reached(), _places()
    languages = sorted({place[2] for place in places})
    rows = []
    stages: list[tuple[str, Any]] = [*SalesStage.choices, (NO_STAGE, _("No stage told"))]
    for stage, label in stages:
        cells = [Cell(category) for category in categories]
        for audience, of_stage, spoken, count in places:
            if of_stage != stage or (language and spoken != language):
                continue
            for cell in cells:
                if audience is None or (cell.category.pk, audience) in reached:
                    cell.by_language[spoken] += count
                    cell.total += count
        rows.append(Row(stage, label, cells))
    holes = sum(not cell.total for row in rows if row.stage for cell in row.cells)
    return Coverage(categories, rows, languages, holes)


def usage_by_segment(*, at: datetime) -> list[SegmentUse]:
    """Return how much each named segment used the library of late, the largest segments first."""
    segments = {one.pk: one for one in Segment.objects.filter(is_audience=False, retired_at__isnull=True)}
    ids = list(segments)
    since = today(at=at, zone=Program.current().zone) - timedelta(days=USAGE_DAYS)
    names = {"activity": Activity._meta.db_table, "classification": Classification._meta.db_table}
    kinds = [str(ActivityKind.VIEW), str(ActivityKind.DOWNLOAD)]
    with connection.cursor() as cursor:
        cursor.execute(BY_SEGMENT.format(**names), [since, kinds, ids])
        used = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(SIZES.format(**names), [ids])
        sizes = dict(cursor.fetchall())
    found = []
    for pk, segment in segments.items():
        views, downloads, using, people = used.get(pk, (0, 0, 0, 0))
        found.append(SegmentUse(segment, sizes.get(pk, 0), using, people, views, downloads))
    return sorted(found, key=lambda one: (-one.partners, one.segment.name))


def _shown() -> tuple[str, tuple[Any, ...]]:
    rows = Asset.objects.published().order_by().values("audience_id", "sales_stages", "languages")
    return rows.query.sql_with_params()


def _reached() -> set[tuple[int, int]]:
    assets, parameters = _shown()
    names = {
        "category": Category._meta.db_table,
        "membership": CategoryMembership._meta.db_table,
        "classification": Classification._meta.db_table,
    }
    with connection.cursor() as cursor:
        cursor.execute(REACHED.format(assets=assets, **names), [*parameters, [str(one) for one in HOLDING_STATES]])
        return set(cursor.fetchall())


def _places() -> list[tuple[int | None, str, str, int]]:
    assets, parameters = _shown()
    with connection.cursor() as cursor:
        cursor.execute(PLACES.format(assets=assets), list(parameters))
        return cursor.fetchall()
