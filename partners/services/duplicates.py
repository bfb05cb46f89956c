"""Partners that may be one organisation: found, scored with reasons, and dismissed by people who know better.

Writers leave a note of each partner whose telling columns changed (`DuplicateCheck`, by a trigger); a task takes some
notes at a time and compares those partners with all others in one statement, so that the cost follows the changes.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from core import audit
from partners.models import DuplicateCheck, DuplicatePair
from partners.models.partners import PlainName

#: How many partners are compared with all others in one transaction.
BATCH_PARTNERS = 500
#: Pairs with fewer points are not worth anybody's time.
LEAST_SCORE = 50
#: Names less alike than this are not looked at.
LEAST_LIKENESS = 0.55
#: A host or number that more partners share than this tells nothing.
MOST_SHARING = 20
#: Names alike that are looked at for one partner.
MOST_NAMES = 12
#: Hosts on which many companies have a page.
OTHER_PEOPLES_HOSTS = (
    "facebook.com", "github.com", "google.com", "instagram.com", "linkedin.com", "medium.com", "twitter.com", "x.com",
    "xing.com", "youtube.com",
)  # fmt: skip


def _plain(column: str) -> str:
    return PlainName.template % {"expressions": column}


_HOST = r"regexp_replace(lower({0}), '^(https?://)?(www\.)?([^/:?#]+).*$', '\3')"
_NUMBER = "upper(regexp_replace({0}, '[^[:alnum:]]', '', 'g'))"

# All names are our own; values are parameters.
_COMPARED = f"""
WITH claimed AS (SELECT * FROM partners_partner WHERE id = ANY(%(ids)s)),
host AS (
    SELECT id, {_HOST.format("domain")} AS host FROM partners_partner WHERE domain <> ''
    UNION SELECT id, {_HOST.format("site")} FROM partners_partner, unnest(websites) AS site
),
telling AS (
    SELECT id, 'host' AS kind, host AS value FROM host WHERE host <> ALL(%(other_hosts)s)
    UNION ALL SELECT id, 'tax', {_NUMBER.format("tax_id")} FROM partners_partner WHERE length(tax_id) > 4
    UNION ALL SELECT DISTINCT object_id, 'id', value FROM core_externalid WHERE resource_type = 'partners'
),
asked AS (
    SELECT kind, value FROM telling WHERE (kind, value) IN (SELECT kind, value FROM telling WHERE id = ANY(%(ids)s))
    GROUP BY kind, value HAVING count(*) BETWEEN 2 AND %(most_sharing)s
),
shared AS (
    SELECT DISTINCT mine.id AS a, theirs.id AS b, mine.kind
    FROM asked JOIN telling mine USING (kind, value) JOIN telling theirs USING (kind, value)
    WHERE mine.id = ANY(%(ids)s) AND mine.id <> theirs.id
),
named AS (
    SELECT claimed.id AS a, other.id AS b FROM claimed
    CROSS JOIN LATERAL (VALUES (claimed.name), (nullif(claimed.legal_name, ''))) AS called(name)
    CROSS JOIN LATERAL (
        SELECT id FROM partners_partner other
        WHERE {_plain("other.name")} %% {_plain("called.name")} AND other.id <> claimed.id
        ORDER BY similarity({_plain("other.name")}, {_plain("called.name")}) DESC, id LIMIT %(most_names)s
    ) other
),
pairs AS (SELECT DISTINCT least(a, b) AS a, greatest(a, b) AS b FROM (TABLE named UNION SELECT a, b FROM shared) both_),
compared AS (
    SELECT pairs.a, pairs.b,
        greatest(
            similarity({_plain("x.name")}, {_plain("y.name")}),
            CASE WHEN x.legal_name <> '' THEN similarity({_plain("x.legal_name")}, {_plain("y.name")}) END,
            CASE WHEN y.legal_name <> '' THEN similarity({_plain("x.name")}, {_plain("y.legal_name")}) END,
            CASE WHEN x.legal_name <> '' AND y.legal_name <> ''
                THEN similarity({_plain("x.legal_name")}, {_plain("y.legal_name")}) END
        ) AS likeness,
        EXISTS (SELECT FROM shared WHERE kind = 'tax' AND (a, b) IN ((x.id, y.id), (y.id, x.id))) AS tax,
        EXISTS (SELECT FROM shared WHERE kind = 'host' AND (a, b) IN ((x.id, y.id), (y.id, x.id))) AS host,
        EXISTS (SELECT FROM shared WHERE kind = 'id' AND (a, b) IN ((x.id, y.id), (y.id, x.id))) AS id,
        x.city <> '' AND lower(x.city) = lower(y.city) AS city,
        x.country <> '' AND y.country <> '' AND x.country <> y.country AS abroad,
        EXISTS (SELECT FROM partners_grouplink WHERE (top_id, member_id) IN ((x.id, y.id), (y.id, x.id))) AS related,
        EXISTS (
            SELECT FROM core_externalid one JOIN core_externalid two USING (resource_type, source_id)
            WHERE one.resource_type = 'partners' AND one.object_id = x.id AND two.object_id = y.id
                AND one.value <> two.value
        ) AS told_apart
    FROM pairs JOIN partners_partner x ON x.id = pairs.a JOIN partners_partner y ON y.id = pairs.b
),
"""  # noqa: S608 - our own names

#: What each likeness is worth, and what speaks against it.
_POINTS = """
    VALUES ('tax', CASE WHEN tax THEN 60 END), ('host', CASE WHEN host THEN 45 END), ('id', CASE WHEN id THEN 25 END),
        ('name', CASE WHEN likeness >= %(least_likeness)s THEN round(likeness * 60)::int END),
        ('city', CASE WHEN city AND likeness >= %(least_likeness)s THEN 15 END),
        ('abroad', CASE WHEN abroad THEN -15 END), ('related', CASE WHEN related THEN -40 END),
        ('told_apart', CASE WHEN told_apart THEN -25 END)
"""
_WRITE = f"""{_COMPARED}
scored AS (
    SELECT a, b, least(sum(points), 100)::int AS score,
        jsonb_agg(jsonb_build_object('kind', kind, 'points', points) ORDER BY abs(points) DESC, kind) AS reasons
    FROM compared CROSS JOIN LATERAL ({_POINTS}) AS reason(kind, points)
    WHERE points IS NOT NULL GROUP BY a, b HAVING sum(points) >= %(least_score)s
),
gone AS (
    DELETE FROM partners_duplicatepair pair
    WHERE dismissed_at IS NULL AND (first_id = ANY(%(ids)s) OR second_id = ANY(%(ids)s))
        AND NOT EXISTS (SELECT FROM scored WHERE a = first_id AND b = second_id)
)
INSERT INTO partners_duplicatepair AS pair (first_id, second_id, score, reasons, note)
SELECT a, b, score, reasons, '' FROM scored ORDER BY a, b
ON CONFLICT (first_id, second_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
WHERE (pair.score, pair.reasons) IS DISTINCT FROM (excluded.score, excluded.reasons)
"""  # noqa: S608 - our own names


def check_some(*, batch: int = BATCH_PARTNERS) -> int:
    """Compare some partners that changed with all others. Returns how many notes were settled; 0 when none is left.

    The notes are taken away in the transaction that acts on them. Of two that run at once one does the work.
    """
    with audit.action("duplicates.check", by=None), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('partners.duplicates', 0))")
        if not cursor.fetchone()[0]:
            return 0
        notes = list(DuplicateCheck.objects.order_by("pk")[:batch])
        if notes:
            _compare(sorted({note.partner_id for note in notes}))
            DuplicateCheck.objects.filter(pk__in=[note.pk for note in notes]).delete()
    return len(notes)


def _compare(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(LEAST_LIKENESS)])
        cursor.execute(
            _WRITE,
            {
                "ids": ids,
                "other_hosts": list(OTHER_PEOPLES_HOSTS),
                "most_sharing": MOST_SHARING,
                "most_names": MOST_NAMES,
                "least_likeness": LEAST_LIKENESS,
                "least_score": LEAST_SCORE,
            },
        )


def dismiss(*, pair: DuplicatePair, by: Any, at: datetime, note: str = "") -> bool:
    """Remember that two partners are two. Returns whether that was a change."""
    with audit.action("duplicates.dismiss", by=by):
        waiting = DuplicatePair.objects.waiting().filter(pk=pair.pk)
        return bool(waiting.update(dismissed_at=at, dismissed_by=by, note=note[:300]))


def reopen(*, pair: DuplicatePair, by: Any, at: datetime) -> bool:
    """Forget that two partners are two. Returns whether that was a change."""
    with audit.action("duplicates.reopen", by=by):
        dismissed = DuplicatePair.objects.filter(pk=pair.pk, dismissed_at__isnull=False)
        return bool(dismissed.update(dismissed_at=None, dismissed_by=None, note=""))
