"""The starter pack: whole, well formed, installed once, and every metric of it can be measured or answered."""

import pytest

from core.services import versions
from scorecards import starter
from scorecards.models import LEVELS, Scorecard
from scorecards.services import scorecards
from scorecards.services import starter as pack
from scorecards.services.scores import is_usable
from tests.factories.partners import LifeStageFactory

METRICS = [
    pytest.param(metric, id=f"{name}-{metric['key']}")
    for name in starter.NAMES
    for section in starter.read(name)["sections"]
    for metric in section["metrics"]
]


@pytest.mark.parametrize("name", starter.NAMES)
def test_a_scorecard_has_a_few_sections_and_enough_metrics(name):
    written = starter.read(name)
    metrics = [metric for section in written["sections"] for metric in section["metrics"]]

    assert 2 <= len(written["sections"]) <= 4
    assert 8 <= len(metrics) <= 15
    assert len({metric["key"] for metric in metrics}) == len(metrics)
    assert any("expression" in metric for metric in metrics)


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_says_what_good_looks_like_and_what_to_do(metric):
    assert metric["best_practice"].endswith((".", "?"))
    assert metric["advice"].endswith((".", "?"))
    if "anchors" in metric:
        assert len(set(metric["anchors"])) == LEVELS
        assert all(10 < len(text) <= 125 and text.endswith((".", "?")) for text in metric["anchors"])
    else:
        assert metric["unit"]


@pytest.mark.django_db
def test_it_is_installed_once_and_published(victor, now):
    LifeStageFactory(key="prospective")
    LifeStageFactory(key="inactive")

    added = pack.install(by=victor, at=now)

    assert [one.key for one in added] == starter.keys()
    assert pack.install(by=victor, at=now) == []
    assert pack.missing() == 0
    profile = versions.published_of(Scorecard.objects.get(key="prospect-profile"))
    assert profile.stages == ["prospective"]
    for scorecard in added:
        published = versions.published_of(scorecard)
        assert all(one.is_assessed or is_usable(one.expression) for one in published.metrics.all())


@pytest.mark.django_db
def test_what_a_program_made_of_it_stays(victor, now):
    mine = scorecards.create(key="reactivation", name="Our own", by=victor, at=now)

    added = pack.install(by=victor, at=now)

    assert len(added) == len(starter.NAMES) - 1
    assert Scorecard.objects.get(key="reactivation") == mine


@pytest.mark.django_db
def test_program_admins_add_it_with_a_button(client_of, victor, vera):
    assert "Add the starter pack" not in client_of(vera).get("/vendor/scorecards/").text
    assert client_of(vera).post("/vendor/scorecards/starter-pack/").status_code == 403
    client = client_of(victor)
    assert "Add the starter pack" in client.get("/vendor/scorecards/").text

    told = client.post("/vendor/scorecards/starter-pack/", follow=True).text

    assert "6 scorecards were added and published" in told
    assert "Add the starter pack" not in told
