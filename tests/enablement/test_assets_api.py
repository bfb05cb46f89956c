"""Assets over REST: read by integrations, and by people only what is for them; written by scope."""

import pytest

from enablement.models import Asset, AssetPart
from tests.factories.accounts import IntegrationFactory
from tests.factories.enablement import AssetFactory, AssetPartFactory
from tests.factories.partners import RegionFactory

pytestmark = pytest.mark.django_db
ASSETS, PARTS = "/api/v1/assets", "/api/v1/asset-parts"


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


@pytest.mark.parametrize("address", [ASSETS, PARTS])
def test_without_the_scope_nothing_is_read_or_written(api_of, address):
    neither = IntegrationFactory(scopes=["partners:read"])
    reads = IntegrationFactory(scopes=["assets:read"])

    assert api_of(neither).get(address).status_code == 403
    assert api_of(reads).get(address).status_code == 200
    assert api_of(reads).post(address, {"title": "x"}).status_code == 403


def test_nobody_reads_without_a_token(client):
    assert client.get(ASSETS).status_code == 401


def test_a_partner_reads_what_is_for_them(paula, olga, pinewood, gold, classify, client_of):
    classify(pinewood, gold)
    secret = AssetFactory(title="Gold", audience=gold)
    part = secret.parts.get()
    AssetFactory(title="Draft", published_at=None)

    assert titles(client_of(paula).get(ASSETS)) == {"Gold"}
    assert titles(client_of(olga).get(ASSETS)) == set()
    assert titles(client_of(olga).get(ASSETS, {"q": "gold"})) == set()
    assert client_of(olga).get(f"{ASSETS}/count").json()["count"] == 0
    for address in (f"{ASSETS}/{secret.public_id}", f"{PARTS}/{part.public_id}"):
        assert client_of(paula).get(address).status_code == 200
        assert client_of(olga).get(address).status_code == 404
    assert client_of(olga).get(PARTS).json()["data"] == []


def test_a_part_of_another_region_is_not_told(paula, client_of):
    asset = AssetFactory()
    elsewhere = AssetPartFactory(asset=asset, body="Elsewhere only", region=RegionFactory())
    client = client_of(paula)

    assert len(client.get(PARTS).json()["data"]) == 1
    assert client.get(f"{PARTS}/{elsewhere.public_id}").status_code == 404
    assert titles(client.get(ASSETS, {"q": "elsewhere"})) == set()


def test_a_partner_is_not_told_the_audience(paula, client_of):
    asset = AssetFactory()

    record = client_of(paula).get(f"{ASSETS}/{asset.public_id}").json()
    part = client_of(paula).get(f"{PARTS}/{asset.parts.get().public_id}").json()

    assert part["body"] == "Some text."
    assert not {"audience", "review_on", "retired_at", "state", "external_ids", "for_functions"} & set(record)


def test_lists_leave_the_long_text_out(ian, api_of):
    AssetFactory()

    assert "body" not in api_of(ian).get(PARTS).json()["data"][0]


def test_search_and_filters_narrow_the_list(ian, api_of):
    AssetFactory(title="Security basics", language="de", sales_stages=["find"])
    AssetFactory(title="Price list", product_lines=["Cloud"])
    client = api_of(ian)

    assert titles(client.get(ASSETS, {"q": "securty"})) == {"Security basics"}
    assert titles(client.get(ASSETS, {"language": "de"})) == {"Security basics"}
    assert titles(client.get(ASSETS, {"sales_stage": "find"})) == {"Security basics"}
    assert titles(client.get(ASSETS, {"product_line": "Cloud"})) == {"Price list"}
    assert titles(client.get(ASSETS, {"medium": "watch"})) == set()
    assert client.get(ASSETS, {"colour": "red"}).status_code == 400


def test_an_asset_is_made_with_a_part_published_and_retired(ian, gold, api_of):
    client = api_of(ian)

    made = client.post(ASSETS, {"title": "Guide", "audience": "gold", "sales_stages": ["close"]})
    address = f"{ASSETS}/{made.json()['id']}"
    too_soon = client.post(f"{address}/publish", headers={"Idempotency-Key": "a"})
    part = client.post(PARTS, {"asset": {"id": made.json()["id"]}, "language": "de", "body": "Erst fragen."})
    published = client.post(f"{address}/publish", headers={"Idempotency-Key": "b"})
    again = client.post(f"{address}/publish", headers={"Idempotency-Key": "b"})
    retired = client.post(f"{address}/retire", headers={"Idempotency-Key": "c"})

    assert made.status_code == 201, made.content
    assert too_soon.status_code == 422
    assert part.status_code == 201, part.content
    assert (published.json()["state"], published.json()["languages"]) == ("published", ["de"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert retired.json()["state"] == "retired"


def test_an_asset_and_a_part_are_changed_only_as_they_were_read(ian, api_of):
    asset = AssetFactory(title="Old")
    part = asset.parts.get()
    client = api_of(ian)
    etag = client.get(f"{ASSETS}/{asset.public_id}")["ETag"]

    assert client.patch(f"{ASSETS}/{asset.public_id}", {"title": "New"}).status_code == 428
    done = client.patch(f"{ASSETS}/{asset.public_id}", {"title": "New"}, headers={"If-Match": etag})
    late = client.patch(f"{ASSETS}/{asset.public_id}", {"title": "Newer"}, headers={"If-Match": etag})
    wrong = client.patch(f"{PARTS}/{part.public_id}", {"kind": "link"}, headers={"If-Match": "*"})
    right = client.patch(f"{PARTS}/{part.public_id}", {"body": "New text."}, headers={"If-Match": "*"})

    assert (done.status_code, late.status_code, wrong.status_code, right.status_code) == (200, 412, 422, 200)
    assert Asset.objects.get().title == "New"
    stored = AssetPart.objects.get()
    assert (stored.body, stored.number) == ("New text.", 2)


def test_a_system_writes_by_its_own_id(ian, api_of):
    client = api_of(ian)
    address = f"{ASSETS}/by-external-id/{ian.source.key}/cms-7"

    first = client.patch(address, {"title": "From the CMS"})
    second = client.patch(address, {"title": "From the CMS"})

    assert (first.status_code, first["Upsert-Result"]) == (201, "created")
    assert (second.status_code, second["Upsert-Result"]) == (200, "unchanged")
    assert Asset.objects.count() == 1


def test_files_are_not_written_here_and_say_so(ian, api_of):
    asset = AssetFactory()

    answer = api_of(ian).post(PARTS, {"asset": {"id": str(asset.public_id)}, "kind": "file", "file_name": "x.pdf"})

    assert answer.status_code == 422
