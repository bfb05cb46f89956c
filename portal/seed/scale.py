"""A crowd of synthetic partners with deals, certificates and activity, by SQL alone, and rules about them.

For measuring only: nobody in it has a story, and nothing is written through services but the rules.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.models import Program
from core.periods import today as day_at
from portal.seed.rules import (
    Document,
    all_of,
    any_of,
    asked,
    at_least,
    certified_people,
    field,
    figure,
    last,
    won_amount,
    won_count,
)
from segmentation.models import Segment
from segmentation.services import segments

RULES = 100
CLAUSES = (2, 12)
#: Records per partner: the size at which docs/benchmarks.md tells of a million.
DEALS, CERTIFICATES, ACTIVITY_DAYS, PEOPLE = 10, 5, 20, 2
COUNTRIES = ("DE", "AT", "CH", "SE", "NO", "DK", "GB", "IE", "FR", "ES", "PT", "US", "CA", "BR", "MX", "AU", "SG", "JP")
INDUSTRIES = ("Healthcare", "Manufacturing", "Public sector", "Retail", "Education", "Logistics")
CAPABILITIES = ("Implementation", "Support", "Consulting", "Migration", "Integration", "Logistics")
LINES = ("Cloud", "Security", "Network", "Data")
KINDS = ("sign_in", "view", "download", "step")
TABLES = ("partners_partner", "partners_person", "deals_customer", "deals_product", "deals_deal", "deals_dealparticipant",
          "deals_dealline", "enablement_certification", "enablement_heldcertification", "enablement_activity",
          "segmentation_classification")  # fmt: skip

PRODUCTS = "INSERT INTO deals_product (key, name, line) SELECT 'scale-' || n, 'Product ' || n, (%(lines)s::text[])[n] FROM generate_series(1, 4) n"
CERTIFICATIONS = """
INSERT INTO enablement_certification
    (key, name, level, product_line, summary, issued_by, for_company, renewal_days)
SELECT 'scale-' || n, 'Certification ' || n, (ARRAY['associate', 'professional', 'expert'])[1 + n %% 3],
    (%(lines)s::text[])[1 + n %% 4], '', '', false, 90 FROM generate_series(1, 8) n"""
PARTNERS = """
INSERT INTO partners_partner (name, legal_name, description, domain, websites, tax_id, status, country, city, employees,
    annual_revenue, founded_year, industries, languages, selling_motions, capabilities, product_lines, target_markets,
    joined_on, last_active_at, attributes, business_units, locations, resources)
SELECT 'Partner ' || n, '', '', 'p' || n || '.scale.example', '{}', '',
    CASE WHEN random() < 0.1 THEN 'prospect' WHEN random() < 0.05 THEN 'ended' ELSE 'active' END,
    (%(countries)s::text[])[1 + floor(random() * 18)::int], 'City ' || n %% 500, (2 + 900 * random() ^ 3)::int,
    (1e5 + 5e7 * random() ^ 3)::numeric(18, 2), 1970 + n %% 55,
    ARRAY[(%(industries)s::text[])[1 + floor(random() * 6)::int], (%(industries)s::text[])[1 + floor(random() * 6)::int]],
    ARRAY['en'], ARRAY[(ARRAY['Resale', 'Referral', 'Managed service', 'Services'])[1 + floor(random() * 4)::int]],
    ARRAY[(%(capabilities)s::text[])[1 + floor(random() * 6)::int], (%(capabilities)s::text[])[1 + floor(random() * 6)::int]],
    ARRAY[(%(lines)s::text[])[1 + floor(random() * 4)::int]], ARRAY['Mid-market'],
    %(today)s::date - (2500 * random() ^ 2)::int, %(now)s::timestamptz - random() * interval '200 days', '{}', '{}', '{}', '{}'
FROM generate_series(1, %(partners)s) n"""
CUSTOMERS = """
INSERT INTO deals_customer (name, domain, country, industry)
SELECT 'Customer ' || n, 'c' || n || '.scale.example', (%(countries)s::text[])[1 + n %% 18], (%(industries)s::text[])[1 + n %% 6]
FROM generate_series(1, greatest(10, %(partners)s / 2)) n"""
PEOPLE_OF = """
INSERT INTO partners_person (partner_id, name, email, phone, job_title, job_function, language, is_admin)
SELECT p.id, 'Person ' || n, 'u' || n || '@' || p.domain, '', '',
    (ARRAY['technical', 'sales', 'executive'])[1 + n %% 3], 'en', n = 1
FROM partners_partner p CROSS JOIN generate_series(1, %(people)s) n WHERE p.domain LIKE '%%.scale.example'"""
DEALS_OF = """
WITH bounds AS (SELECT min(id) AS first_customer, count(*) AS customers FROM deals_customer WHERE domain LIKE '%%.scale.example'),
drawn AS MATERIALIZED (
    SELECT p.id AS partner_id, n, random() AS stage, random() AS age, (500 + 80000 * random() ^ 4)::numeric(19, 4) AS worth,
        first_customer + floor(random() * customers)::int AS customer_id
    FROM partners_partner p CROSS JOIN generate_series(1, %(deals)s) n CROSS JOIN bounds WHERE p.domain LIKE '%%.scale.example'
), made AS (
    INSERT INTO deals_deal (name, customer_id, stage, amount, currency, program_amount, opened_on, closed_on)
    SELECT partner_id::text, customer_id, CASE WHEN stage < 0.55 THEN 'won' WHEN stage < 0.8 THEN 'lost' ELSE 'open' END,
        worth, 'EUR', worth, %(today)s::date - (760 * age)::int - 30,
        CASE WHEN stage < 0.8 THEN %(today)s::date - (760 * age)::int END
    FROM drawn RETURNING id, name
)
INSERT INTO deals_dealparticipant (deal_id, partner_id, role, split_percent)
SELECT id, name::bigint, (ARRAY['resell', 'refer', 'service', 'manage'])[1 + id %% 4], 100 FROM made"""
LINES_OF = """
INSERT INTO deals_dealline (deal_id, product_id, quantity)
SELECT deal.id, product.id, 1 FROM deals_deal deal JOIN deals_product product
    ON product.key = 'scale-' || (1 + deal.id %% 4) WHERE deal.name ~ '^[0-9]+$'"""
CERTIFICATES_OF = """
INSERT INTO enablement_heldcertification
    (partner_id, person_id, certification_id, earned_on, expires_on, for_company, origin, reference, revoked_reason)
SELECT partner_id, id, certification_id, earned_on, earned_on + 730, false, 'recorded', '', '' FROM (
    SELECT person.partner_id, person.id, first_id + (n * 3 + person.id) %% 8 AS certification_id,
        %(today)s::date - (1000 * random())::int - n AS earned_on
    FROM partners_person person JOIN partners_partner p ON p.id = person.partner_id
    CROSS JOIN generate_series(1, 3) n
    CROSS JOIN (SELECT min(id) AS first_id FROM enablement_certification WHERE key LIKE 'scale-%%') first
    WHERE p.domain LIKE '%%.scale.example' AND random() < %(certificate_share)s
) drawn"""
ACTIVITY_OF = """
INSERT INTO enablement_activity (partner_id, person_id, kind, day, times)
SELECT p.id, person.id, (%(kinds)s::text[])[1 + n %% 4], %(today)s::date - n * 9 - (8 * random())::int, 1 + (4 * random())::int
FROM partners_partner p CROSS JOIN generate_series(1, %(activity_days)s) n
JOIN partners_person person ON person.partner_id = p.id AND person.is_admin
WHERE p.domain LIKE '%%.scale.example'"""

Tell = Callable[[str], AbstractContextManager[None]]


def load(*, partners: int, at: datetime, tell: Tell) -> None:
    """Add so many partners with their records, a hundred published rules, and every verdict still to be computed."""
    values = _values(partners, at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # millions of rows in one statement
        cursor.execute("SET LOCAL transaction_timeout = 0")
        cursor.execute("SELECT setseed(0.42)")
        with _without_triggers(cursor):
            for what, statement in _statements():
                with tell(f"Writing {what}"):
                    cursor.execute(statement, values)
                    cursor.execute(f"ANALYZE {', '.join(TABLES)}")  # each statement joins what the one before wrote
    with tell("Telling the planner"), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    with tell(f"Publishing {RULES} rules"):
        publish_rules(at=at)


@contextmanager
def _without_triggers(cursor: Any) -> Iterator[None]:
    """Write neither trail nor stale marks: the trail is not measured, and a full run follows anyway."""
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _values(partners: int, at: datetime) -> dict[str, Any]:
    return {
        "partners": partners,
        "now": at,
        "today": day_at(at=at, zone=Program.current().zone),
        "deals": DEALS,
        "people": PEOPLE,
        "certificate_share": CERTIFICATES / (PEOPLE * 3),
        "activity_days": ACTIVITY_DAYS,
        "countries": list(COUNTRIES),
        "industries": list(INDUSTRIES),
        "capabilities": list(CAPABILITIES),
        "lines": list(LINES),
        "kinds": list(KINDS),
    }


def _statements() -> Sequence[tuple[str, str]]:
    return (
        ("products", PRODUCTS),
        ("certifications", CERTIFICATIONS),
        ("partners", PARTNERS),
        ("customers", CUSTOMERS),
        ("people", PEOPLE_OF),
        ("deals", DEALS_OF),
        ("deal lines", LINES_OF),
        ("certificates", CERTIFICATES_OF),
        ("activity", ACTIVITY_OF),
    )


def publish_rules(*, at: datetime) -> list[Segment]:
    """Publish a hundred segments of 2 to 12 clauses: three in four about the profile, the rest about figures."""
    lot = random.Random("scale rules")  # noqa: S311 - repeatable on purpose
    return [
        segments.define(key=f"scale-{number}", name=f"Scale {number}", criteria=_rule(lot), by=None, at=at)
        for number in range(1, RULES + 1)
    ]


def _rule(lot: random.Random) -> Document:
    clauses = [_clause(lot) for _each in range(lot.randint(*CLAUSES))]
    half = len(clauses) // 2
    shape = lot.randrange(3)
    if shape == 0 or half < 2:
        return all_of(*clauses[:2], any_of(*clauses[2:])) if len(clauses) > 2 else all_of(*clauses)
    if shape == 1:
        return any_of(all_of(*clauses[:half]), all_of(*clauses[half:]))
    return at_least(half, *clauses)


def _clause(lot: random.Random) -> Document:
    return _figure_clause(lot) if lot.random() < 0.25 else _profile_clause(lot)  # noqa: PLR2004


def _profile_clause(lot: random.Random) -> Document:
    return lot.choice(
        [
            field("country", "in", lot.sample(COUNTRIES, 5)),
            field("industries", "any_of", lot.sample(INDUSTRIES, 2)),
            field("capabilities", "any_of", lot.sample(CAPABILITIES, 2)),
            field("employees", ">=", lot.choice((5, 20, 50, 120))),
            field("annual_revenue", "between", [500_000, lot.choice((5_000_000, 20_000_000))]),
            field("status", "equals", "active"),
            field("joined_on", "within_last", {"n": lot.choice((3, 12, 36)), "unit": "months"}),
            field("last_active_at", "within_last", {"n": lot.choice((14, 30, 90)), "unit": "days"}),
            field("city", "begins_with", f"City {lot.randint(1, 9)}"),
            field("founded_year", ">=", lot.choice((1985, 2000, 2015))),
        ]
    )


def _figure_clause(lot: random.Random) -> Document:
    months = last(lot.choice((6, 12)), "months")
    return lot.choice(
        [
            asked(won_count(window=months), ">=", lot.choice((1, 2, 4))),
            asked(won_amount(window=months), ">=", lot.choice((10_000, 50_000, 100_000))),
            asked(figure("deals", "count", "", field("stage", "equals", "open")), ">=", lot.choice((1, 3))),
            asked(won_count(field("roles", "any_of", ["service", "manage"]), window=months), ">=", 1),
            asked(certified_people(), ">=", lot.choice((1, 2))),
            asked(certified_people(field("level", "in", ["professional", "expert"])), ">=", 1),
            asked(figure("activity", "count_distinct", "day", window=last(90, "days")), ">=", lot.choice((2, 5, 9))),
            asked(
                figure("activity", "sum", "times", field("kind", "equals", "download"), window=last(90, "days")),
                ">=",
                3,
            ),
        ]
    )
