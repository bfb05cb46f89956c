"""What was said of promotion before tracks had policies is carried over: at once, or at the next review."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.operations import RunSQL

from partners.models import TierHolding, TierTrack
from tests.factories.accounts import UserFactory
from tests.factories.partners import TierHoldingFactory, TierTrackFactory

MIGRATION = import_module("partners.migrations.0015_tiers_have_policies_reviews_and_a_history").Migration


@pytest.fixture
def data_step(db) -> RunSQL:
    """The step that carries data over, and the column it reads, as it was."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE partners_tiertrack ADD COLUMN promotes_at_once boolean NOT NULL DEFAULT true")
    (found,) = (
        one for one in MIGRATION.operations if isinstance(one, RunSQL) and "promotes_at_once" in "".join(one.sql)
    )
    return found


def run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def promotes() -> dict[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, promotes_at_once FROM partners_tiertrack")
        return dict(cursor.fetchall())


def test_promotion_at_reviews_becomes_a_policy_and_goes_back(data_step):
    TierTrackFactory(key="quick")
    TierTrackFactory(key="slow")
    run(["UPDATE partners_tiertrack SET promotes_at_once = false WHERE key = 'slow'"])

    run(data_step.sql)
    carried = dict(TierTrack.objects.values_list("key", "upward"))
    run(["UPDATE partners_tiertrack SET promotes_at_once = NOT promotes_at_once"])
    run(data_step.reverse_sql)

    assert carried == {"quick": "at_once", "slow": "at_review"}
    assert promotes() == {"quick": True, "slow": False}


def test_tiers_given_by_somebody_are_said_to_be_given_by_hand(data_step):
    by_rule, by_hand = TierHoldingFactory(), TierHoldingFactory(decided_by=UserFactory())
    TierHolding.objects.update(source="rule")

    run(data_step.sql)

    assert dict(TierHolding.objects.values_list("pk", "source")) == {by_rule.pk: "rule", by_hand.pk: "hand"}
