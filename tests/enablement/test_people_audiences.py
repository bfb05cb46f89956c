"""An audience reaches people: by function, language and certification, at every door alike."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from enablement.models import Asset, Enrollment, Journey
from enablement.querysets import people_reached
from enablement.services import content, entering, journeys
from partners.models import Partner, Person
from tests.conftest import NOW
from tests.factories.enablement import AssetFactory
from tests.factories.journeys import JourneyFactory, JourneyStepFactory
from tests.factories.learning import CertificationFactory, HeldCertificationFactory
from tests.factories.partners import PersonFactory
from tests.factories.segmentation import ClassificationFactory, SegmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
SignIn = Callable[[User], Client]


def is_in(user: User, **what: Any) -> None:
    """Say something of a person."""
    Person.objects.filter(user=user).update(**what)


def sees(user: User) -> set[str]:
    """Return the titles of what a person sees."""
    return set(Asset.objects.visible_to(user).values_list("title", flat=True))


def test_functions_narrow_and_none_chosen_leaves_everybody_in(paula: User, pete: User) -> None:
    AssetFactory(title="for all")
    AssetFactory(title="for sellers", for_functions=["sales", "marketing"])
    is_in(pete, job_function="sales")

    assert sees(pete) == {"for all", "for sellers"}
    assert sees(paula) == {"for all"}


@pytest.mark.parametrize(
    ("told", "uses", "seen"), [("de", "en", True), ("de-AT", "en", True), ("", "de", True), ("fr", "de", False)]
)
def test_languages_are_those_told_else_the_one_used_here(pete: User, told: str, uses: str, seen: bool) -> None:
    AssetFactory(title="auf Deutsch", for_languages=["de"])
    is_in(pete, language=told)
    User.objects.filter(pk=pete.pk).update(language=uses)

    assert ("auf Deutsch" in sees(pete)) is seen


def test_one_of_the_certifications_counts_until_the_day_it_expires(pete: User) -> None:
    first, other = CertificationFactory(), CertificationFactory()
    AssetFactory(title="for the certified", for_certifications=[first.pk, other.pk])
    assert sees(pete) == set()

    held = HeldCertificationFactory(person=pete.person, certification=other, expires_on=NOW.date() + timedelta(days=1))
    assert sees(pete) == {"for the certified"}
    held.expires_on = NOW.date()
    held.save()

    assert sees(pete) == set()


def test_all_that_is_asked_has_to_hold_and_the_partners_segment_too(pete: User, pinewood: Partner) -> None:
    segment = SegmentFactory()
    AssetFactory(title="x", audience=segment, for_functions=["sales"], for_languages=["de"])
    is_in(pete, job_function="sales", language="de")
    assert sees(pete) == set()

    ClassificationFactory(partner=pinewood, segment_ids=[segment.pk])
    assert sees(pete) == {"x"}
    is_in(pete, language="en")

    assert sees(pete) == set()


def test_who_left_sees_nothing_and_the_vendor_everything(pete: User, vera: User) -> None:
    AssetFactory(title="for sellers", for_functions=["sales"])
    is_in(pete, job_function="sales", left_at=NOW)

    assert sees(pete) == set()
    assert sees(vera) == {"for sellers"}


@pytest.mark.parametrize("door", ["page", "download", "watch", "api", "list", "search", "home", "palette"])
def test_every_door_is_closed_to_others(door: str, paula: User, pete: User, client_of: SignIn) -> None:
    kind = "video" if door == "watch" else "file"
    asset = AssetFactory(
        title="Sellers only", kind=kind, file=SimpleUploadedFile("guide.mp4", b"bytes"), for_functions=["sales"]
    )
    is_in(pete, job_function="sales")
    part = f"/partner/assets/{asset.public_id}/parts/{asset.parts.get().public_id}/"
    address = {
        "page": f"/partner/assets/{asset.public_id}/",
        "download": f"{part}download/",
        "watch": f"{part}play/",
        "api": f"/api/v1/assets/{asset.public_id}",
        "list": "/partner/assets/",
        "search": "/partner/assets/?q=Sellers",
        "home": "/partner/",
        "palette": "/search/?q=Sellers",
    }[door]

    theirs, others = client_of(pete).get(address), client_of(paula).get(address)

    if door in {"page", "download", "watch", "api"}:
        assert (theirs.status_code, others.status_code) == (200, 404)
    else:
        assert "Sellers only" in theirs.text.replace("<mark>", "").replace("</mark>", "")
        told = unquote(others.text)  # an address may repeat what was looked for
        assert "Sellers" not in told.replace('value="Sellers"', "").replace("“Sellers”", "")


def journey_for(**whom: Any) -> Journey:
    """A published journey with a step."""
    journey = JourneyFactory(published_at=NOW, **whom)
    JourneyStepFactory(journey=journey)
    return journey


def test_a_journey_for_certain_people_enrolls_partners_that_have_one(
    pinewood: Partner, oakhurst: Partner, pete: User, olga: User
) -> None:
    journey = journey_for(for_functions=["technical"])
    is_in(pete, job_function="technical")

    entering.follow(partner_ids=[pinewood.pk, oakhurst.pk], at=NOW)

    assert list(Enrollment.objects.values_list("journey", "partner")) == [(journey.pk, pinewood.pk)]
    is_in(olga, job_function="technical")
    entering.enroll_audience(journey_id=journey.pk, first_id=0, end_id=oakhurst.pk + 1, at=NOW)
    assert Enrollment.objects.count() == 2


def test_a_journey_is_hidden_from_colleagues_it_is_not_for(
    pinewood: Partner, paula: User, pete: User, client_of: SignIn
) -> None:
    journey = journey_for(name="Labs", for_functions=["technical"])
    is_in(pete, job_function="technical")
    entering.follow(partner_ids=[pinewood.pk], at=NOW)
    page = f"/partner/journeys/{journey.public_id}/"

    assert client_of(pete).get(page).status_code == 200
    assert client_of(paula).get(page).status_code == 404
    assert "Labs" in client_of(pete).get("/partner/").text
    assert "Labs" not in client_of(paula).get("/partner/").text


def test_changing_whom_a_journey_is_for_enrolls_anew(pinewood: Partner, pete: User, victor: User) -> None:
    journey = journey_for(for_functions=["technical"])

    assert journeys.update(journey=journey, by=victor, at=NOW, changes={"for_functions": []}) == ["for_functions"]


def test_the_number_of_people_reached(pinewood: Partner, pete: User, olga: User) -> None:
    segment = SegmentFactory()
    ClassificationFactory(partner=pinewood, segment_ids=[segment.pk])
    PersonFactory(partner=pinewood, job_function="sales")
    is_in(pete, job_function="sales")
    is_in(olga, job_function="sales")

    assert people_reached(AssetFactory(for_functions=["sales"])).count() == 3
    assert people_reached(AssetFactory(for_functions=["sales"], audience=segment)).count() == 2
    assert people_reached(AssetFactory(for_languages=["fi"])).count() == 0


def test_only_known_functions_are_taken(victor: User) -> None:
    asset = AssetFactory()

    with pytest.raises(Exception, match="not a valid choice"):
        content.update(asset=asset, by=victor, at=NOW, changes={"for_functions": ["wizardry"]})


def test_the_editor_writes_it_and_the_page_tells(victor: User, pete: User, client_of: SignIn) -> None:
    asset = AssetFactory(title="Guide")
    is_in(pete, job_function="sales")
    client = client_of(victor)
    form = {"title": "Guide", "kind": "page", "body": "Some text.", "language": "en", "for_functions": ["sales"]}

    client.post(f"/vendor/assets/{asset.public_id}/edit/", {**form, "act": "save"})

    asset.refresh_from_db()
    assert asset.for_functions == ["sales"]
    page = client.get(f"/vendor/assets/{asset.public_id}/").text
    assert "For people who work in" in page
    assert "People reached" in page
