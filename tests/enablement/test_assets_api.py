"""Assets over REST: read by integrations, and by people only what is for them."""

import pytest

from tests.factories.accounts import IntegrationFactory
from tests.factories.enablement import AssetFactory

pytestmark = pytest.mark.django_db
ASSETS = "/api/v1/assets"


def titles(response) -> set[str]:
    assert response.status_code == 200, response.content
    return {row["title"] for row in response.json()["data"]}


def test_an_integration_reads_everything_with_its_state(ian, gold, api_of):
    AssetFactory(title="Draft", published_at=None)
    AssetFactory(title="Gold", audience=gold)

    response = api_of(ian).get(ASSETS)

    assert titles(response) == {"Draft", "Gold"}
    assert {(row["state"], row["audience"]) for row in response.json()["data"]} == {
        ("draft", None),
        ("published", "gold"),
    }


def test_without_the_scope_nothing_is_read(api_of):
    integration = IntegrationFactory(scopes=["partners:read"])

    assert api_of(integration).get(ASSETS).status_code == 403


def test_nobody_reads_without_a_token(client):
    assert client.get(ASSETS).status_code == 401


def test_a_partner_reads_what_is_for_them(paula, olga, pinewood, gold, classify, client_of):
    classify(pinewood, gold)
    secret = AssetFactory(title="Gold", audience=gold)
    AssetFactory(title="Draft", published_at=None)

    assert titles(client_of(paula).get(ASSETS)) == {"Gold"}
    assert titles(client_of(olga).get(ASSETS)) == set()
    assert titles(client_of(olga).get(ASSETS, {"q": "gold"})) == set()
    assert client_of(olga).get(f"{ASSETS}/count").json()["count"] == 0
    assert client_of(paula).get(f"{ASSETS}/{secret.public_id}").status_code == 200
    assert client_of(olga).get(f"{ASSETS}/{secret.public_id}").status_code == 404


def test_a_partner_is_not_told_the_audience(paula, client_of):
    asset = AssetFactory()

    record = client_of(paula).get(f"{ASSETS}/{asset.public_id}").json()

    assert record["body"] == "Some text."
    assert not {"audience", "review_on", "retired_at", "state"} & set(record)


def test_lists_leave_the_long_text_out(ian, api_of):
    AssetFactory()

    assert "body" not in api_of(ian).get(ASSETS).json()["data"][0]


def test_search_and_filters_narrow_the_list(ian, api_of):
    AssetFactory(title="Security basics", language="de")
    AssetFactory(title="Price list")
    client = api_of(ian)

    assert titles(client.get(ASSETS, {"q": "securty"})) == {"Security basics"}
    assert titles(client.get(ASSETS, {"language": "de"})) == {"Security basics"}
    assert client.get(ASSETS, {"colour": "red"}).status_code == 400


@pytest.mark.parametrize("method", ["post", "patch", "put", "delete"])
def test_nothing_is_written(ian, api_of, method):
    assert getattr(api_of(ian), method)(ASSETS).status_code == 405
