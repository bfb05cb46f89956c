"""Scores and alerts over REST: of visible partners only, with what moved them."""

from datetime import datetime
from typing import Any

import pytest

from partners.models import Partner
from scorecards.models import Scorecard
from scorecards.services import scores
from tests.factories.alerts import AlertFactory
from tests.factories.scorecards import publish_metrics

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(main: Scorecard, classified: list[Partner], now: datetime) -> Scorecard:
    """Pinewood with 40 and 80 points at the end of 2029, with 60 and 80 now; Oakhurst with none."""
    publish_metrics(main, {"key": "size"}, {"key": "age", "expression": {"field": "founded_year"}, "target": 2000})
    for employees, at in ((40, datetime.fromisoformat("2029-12-20T10:00:00+00:00")), (60, now)):
        Partner.objects.filter(name="Pinewood").update(employees=employees, founded_year=1600)
        scores.recompute(partner_ids=None, at=at)
    return main


def test_scores_are_told_with_trend_and_contributions(api_of: Any, ian: Any, measured: Any, pinewood: Any) -> None:
    address = f"/api/v1/scorecards/{measured.public_id}/scores"
    (row,) = api_of(ian).get(f"{address}?partner={pinewood.public_id}").json()["data"]

    assert (row["name"], row["value"], row["zone"], row["change"]) == ("Pinewood", "70.000", "green", "10.0")
    assert (row["trend"], row["points_per_period"], row["period_starts_on"]) == ("rising", "10.0", "2030-01-01")
    assert row["contributions"] == [
        {"metric": "size", "points": "10.0", "before": 40, "after": 60},
        {"metric": "age", "points": "0.0", "before": 80, "after": 80},
    ]
    assert [(one["metric"], one["points"]) for one in row["metrics"]] == [("size", 60), ("age", 80)]
    assert [one["value"] for one in row["periods"]] == ["60.000", "70.000"]


def test_everybody_visible_is_listed_in_few_statements(
    api_of: Any, ian: Any, client_of: Any, vera: Any, paula: Any, measured: Any, django_assert_max_num_queries: Any
) -> None:
    address = f"/api/v1/scorecards/{measured.public_id}/scores"
    client = api_of(ian)
    client.get(address)

    with django_assert_max_num_queries(15):
        rows = client.get(address).json()["data"]

    assert {row["name"] for row in rows} == {"Pinewood", "Oakhurst"}
    assert [row["name"] for row in client_of(vera).get(address).json()["data"]] == ["Pinewood"]
    assert client_of(paula).get(address).status_code == 403
    assert client.get(f"{address}?colour=red").status_code == 400
    assert client.get(f"{address}?partner=nonsense").json()["data"] == []


def test_alerts_are_those_of_visible_partners(
    api_of: Any, ian: Any, client_of: Any, vera: Any, paula: Any, pinewood: Any, oakhurst: Any, now: datetime
) -> None:
    alert = AlertFactory(partner=pinewood)
    AlertFactory(partner=oakhurst, ends_at=now)

    (row,) = api_of(ian).get("/api/v1/alerts?ends_at__isnull=true").json()["data"]

    assert (row["id"], row["kind"], row["reason"][:6]) == (str(alert.public_id), alert.kind, "Nobody")
    assert api_of(ian).get("/api/v1/alerts/count").json()["count"] == 2
    assert len(client_of(vera).get("/api/v1/alerts").json()["data"]) == 1
    assert client_of(paula).get("/api/v1/alerts").status_code == 403
