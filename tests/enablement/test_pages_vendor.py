"""The vendor's pages: content and journeys made, published and watched."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enablement.models import Asset, Certification, Journey, StepKind
from tests.factories.enablement import ActivityFactory, AssetFactory, AssetPartFactory
from tests.factories.journeys import EnrollmentFactory, JourneyFactory, JourneyStepFactory, version_of
from tests.factories.learning import CertificationFactory, HeldCertificationFactory

pytestmark = pytest.mark.django_db
ASSET = {"title": "Pitch", "kind": "page", "body": "# Pitch", "language": "en", "act": "save"}


# --- assets


def test_an_asset_is_made_published_and_retired(victor, now, client_of):
    client = client_of(victor)

    client.post(reverse("vendor:asset-create"), ASSET)
    asset = Asset.objects.get()
    client.post(reverse("vendor:asset-publish", args=[asset.public_id]))
    assert Asset.objects.published().exists()

    client.post(reverse("vendor:asset-retire", args=[asset.public_id]))
    assert not Asset.objects.published().exists()


def test_the_preview_button_shows_the_text_and_saves_nothing(victor, client_of):
    response = client_of(victor).post(
        reverse("vendor:asset-create"), ASSET | {"act": "preview", "body": "**strong words**", "title": ""}
    )

    assert "<strong>strong words</strong>" in response.text
    assert not Asset.objects.exists()


def test_the_preview_keeps_what_was_typed(victor, gold, client_of):
    response = client_of(victor).post(
        reverse("vendor:asset-create"),
        ASSET | {"act": "preview", "title": "New title", "audience": gold.pk, "product_lines": "Cloud,Edge"},
    )

    assert 'value="New title"' in response.text
    assert 'value="Cloud,Edge"' in response.text
    assert f'<option value="{gold.pk}" selected' in response.text


def test_the_live_preview_is_a_fragment(victor, client_of):
    response = client_of(victor).post(reverse("vendor:asset-preview"), {"body": "<b>raw</b> _soft_"})

    assert "<em>soft</em>" in response.text
    assert "&lt;b&gt;raw" in response.text
    assert "<html" not in response.text


def test_a_file_we_do_not_take_is_refused_at_its_field(victor, client_of):
    response = client_of(victor).post(
        reverse("vendor:asset-create"),
        ASSET | {"kind": "file", "file": SimpleUploadedFile("page.html", b"<html>")},
    )

    assert response.status_code == 422
    assert "Files of this kind are not taken" in str(response.context["part_form"].errors["file"])
    assert not Asset.objects.exists()


def test_a_file_is_taken_with_its_form(victor, client_of):
    client_of(victor).post(
        reverse("vendor:asset-create"),
        ASSET | {"kind": "file", "file": SimpleUploadedFile("deck.pdf", b"%PDF-1.7 x")},
    )

    assert Asset.objects.get().parts.get().file_name == "deck.pdf"


def test_editing_keeps_the_file(victor, client_of):
    client = client_of(victor)
    client.post(
        reverse("vendor:asset-create"),
        ASSET | {"kind": "file", "file": SimpleUploadedFile("deck.pdf", b"%PDF-1.7 x")},
    )
    asset = Asset.objects.get()

    part = asset.parts.get()

    client.post(
        reverse("vendor:asset-part-edit", args=[asset.public_id, part.public_id]),
        {"language": "de", "part_title": "Vortrag", "act": "save"},
    )

    part.refresh_from_db()
    assert (part.title, part.language, part.file_name) == ("Vortrag", "de", "deck.pdf")


def test_a_medium_is_added_with_what_is_wrong_at_its_field(victor, client_of):
    asset = AssetFactory()
    address = f"{reverse('vendor:asset-part-add', args=[asset.public_id])}?kind=link"
    client = client_of(victor)

    wrong = client.post(
        address, {"language": "en", "url": "http://vendor.example/", "part_title": "Typed", "act": "save"}
    )
    client.post(address, {"language": "en", "url": "https://vendor.example/", "act": "save"})

    assert wrong.status_code == 422
    assert "must begin with https" in str(wrong.context["form"].errors["url"])
    assert 'value="Typed"' in wrong.text
    assert asset.parts.filter(kind="link").exists()


def test_an_upload_that_shows_its_progress_is_told_where_to_go(victor, client_of):
    response = client_of(victor).post(
        reverse("vendor:asset-create"),
        ASSET | {"kind": "file", "file": SimpleUploadedFile("deck.pdf", b"%PDF-1.7 x")},
        headers={"HX-Request": "true"},
    )

    assert response["HX-Redirect"] == reverse("vendor:asset-detail", args=[Asset.objects.get().public_id])


def test_parts_are_moved_taken_away_and_brought_back(victor, client_of):
    asset = AssetFactory()
    link = AssetPartFactory(asset=asset, kind="link", body="", url="https://vendor.example/")
    client = client_of(victor)

    client.post(reverse("vendor:asset-order", args=[asset.public_id]), {"part": link.public_id, "act": "up"})
    assert Asset.objects.get().kind == "link"

    client.post(reverse("vendor:asset-part-remove", args=[asset.public_id, link.public_id]))
    assert Asset.objects.get().kind == "page"
    last = asset.parts.get(kind="page")
    refused = client.post(reverse("vendor:asset-part-remove", args=[asset.public_id, last.public_id]), follow=True)
    assert "needs its content" in refused.text

    client.post(reverse("vendor:asset-part-restore", args=[asset.public_id, link.public_id]))
    assert Asset.objects.get().kind == "link"


def test_an_earlier_version_is_read_and_used_again(victor, client_of):
    asset = AssetFactory(body="As it was.")
    part = asset.parts.get()
    client = client_of(victor)
    client.post(
        reverse("vendor:asset-part-edit", args=[asset.public_id, part.public_id]),
        {"language": "en", "body": "As it is.", "note": "Spring prices", "act": "save"},
    )

    page = client.get(reverse("vendor:asset-part-versions", args=[asset.public_id, part.public_id])).text
    client.post(reverse("vendor:asset-part-version-restore", args=[asset.public_id, part.public_id, 1]))

    assert "As it was." in page
    assert "Spring prices" in page
    part.refresh_from_db()
    assert part.body == "As it was."


def test_an_asset_is_published_on_a_day(victor, now, client_of):
    asset = AssetFactory(published_at=None)
    address = reverse("vendor:asset-publish", args=[asset.public_id])
    client = client_of(victor)

    early = client.post(address, {"on": "2030-03-17"})
    client.post(address, {"on": "2030-03-25"})

    assert early.status_code == 422
    assert "begun already" in early.text
    asset.refresh_from_db()
    assert asset.state == "scheduled"


def test_a_kit_is_filled_ordered_and_emptied(victor, client_of):
    kit = AssetFactory(kind="kit", body="")
    first, second = AssetFactory(title="First"), AssetFactory(title="Second")
    client = client_of(victor)
    for one in (first, second):
        client.post(reverse("vendor:asset-kit-add", args=[kit.public_id]), {"item": one.public_id})

    client.post(reverse("vendor:asset-kit-order", args=[kit.public_id]), {"item": second.public_id, "act": "up"})
    assert list(kit.kit_items.order_by("position").values_list("item__title", flat=True)) == ["Second", "First"]

    client.post(reverse("vendor:asset-kit-remove", args=[kit.public_id, first.public_id]))
    assert kit.kit_items.get().item == second


def test_criteria_for_one_asset_alone_are_a_button_away(victor, client_of):
    asset = AssetFactory()

    response = client_of(victor).post(reverse("vendor:asset-audience", args=[asset.public_id]))

    asset.refresh_from_db()
    assert response.url == reverse("vendor:segment-detail", args=[asset.audience.public_id])


def test_publishing_without_content_says_why_not(victor, client_of):
    asset = AssetFactory(body="", published_at=None)

    response = client_of(victor).post(reverse("vendor:asset-publish", args=[asset.public_id]), follow=True)

    assert "Add the content first" in response.text


def test_the_list_tells_state_audience_owner_and_use(victor, gold, client_of, pete):
    asset = AssetFactory(title="Pitch", audience=gold, owner=victor)
    ActivityFactory(person=pete.person, asset=asset, times=41)

    page = client_of(victor).get(reverse("vendor:asset-list"), {"q": "pitc", "state": "published"}).text

    for words in ("Pitch", "Published", "Gold partners", "Victor Voss", "41"):
        assert words in page


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_the_list_is_filtered_by_state(victor, now, client_of, state):
    AssetFactory(title="The draft", published_at=None)
    AssetFactory(title="The retired", retired_at=now)

    page = client_of(victor).get(reverse("vendor:asset-list"), {"state": state}, headers={"HX-Request": "true"}).text

    assert ("The draft" in page, "The retired" in page) == (state == "draft", state == "retired")


@pytest.mark.parametrize("name", ["asset-create", "journey-create", "certification-create"])
def test_a_cam_reads_and_makes_nothing(vera, client_of, name):
    client = client_of(vera)

    assert client.get(reverse(f"vendor:{name}")).status_code == 403
    assert client.get(reverse(f"vendor:{name.replace('create', 'list')}")).status_code == 200


@pytest.mark.parametrize("door", ["detail", "edit", "publish", "retire", "part-add"])
def test_people_of_partners_have_no_vendor_door(paula, client_of, door):
    asset = AssetFactory()
    client = client_of(paula)
    address = reverse(f"vendor:asset-{door}", args=[asset.public_id])

    assert (client.post if door in {"publish", "retire"} else client.get)(address).status_code == 403


# --- journeys


@pytest.fixture
def journey():
    journey = JourneyFactory(published_at=None, name="Onboarding")
    for title in "ABC":
        JourneyStepFactory(journey=journey, title=title)
    return journey


def order(journey: Journey) -> str:
    return "".join(version_of(journey).steps.order_by("position").values_list("title", flat=True))


def test_a_journey_is_made_with_its_steps_and_published(victor, gold, client_of):
    client = client_of(victor)

    client.post(reverse("vendor:journey-create"), {"name": "First steps", "audience": gold.pk})
    journey = Journey.objects.get()
    client.post(reverse("vendor:step-add", args=[journey.public_id]), {"kind": "task", "title": "Say hello"})
    client.post(reverse("vendor:journey-publish", args=[journey.public_id]))

    journey.refresh_from_db()
    assert journey.published_at
    assert (journey.audience, journey.owner) == (gold, victor)
    assert order(journey) == "Say hello"


def test_the_arrow_buttons_move_a_step(victor, journey, client_of):
    step = version_of(journey).steps.get(title="C")

    client_of(victor).post(reverse("vendor:journey-order", args=[journey.public_id]), {"act": f"up:{step.public_id}"})

    assert order(journey) == "ACB"


def test_dragging_sends_the_whole_order(victor, journey, client_of):
    ids = [str(version_of(journey).steps.get(title=title).public_id) for title in "CAB"]

    response = client_of(victor).post(
        reverse("vendor:journey-order", args=[journey.public_id]), {"order": ids}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 204
    assert order(journey) == "CAB"


@pytest.mark.parametrize("act", ["up:x", "up:", "sideways:1", "up:01890000-0000-7000-8000-000000000000"])
def test_nonsense_moves_nothing(victor, journey, client_of, act):
    client_of(victor).post(reverse("vendor:journey-order", args=[journey.public_id]), {"act": act})

    assert order(journey) == "ABC"


def test_a_step_is_edited_and_removed(victor, journey, client_of):
    client = client_of(victor)
    step = version_of(journey).steps.get(title="A")

    client.post(
        reverse("vendor:step-edit", args=[journey.public_id, step.public_id]),
        {"kind": "certification", "title": "X", "certification": CertificationFactory().pk},
    )
    second = version_of(journey).steps.get(title="B")
    client.post(reverse("vendor:step-remove", args=[journey.public_id, second.public_id]))

    assert order(journey) == "XC"
    assert version_of(journey).steps.get(title="X").kind == StepKind.CERTIFICATION


def test_a_step_without_what_its_kind_needs_says_so(victor, journey, client_of):
    response = client_of(victor).post(
        reverse("vendor:step-add", args=[journey.public_id]), {"kind": "content", "title": "Read"}
    )

    assert response.status_code == 422
    assert "asset" in response.context["form"].errors


def test_a_step_of_another_journey_is_404(victor, journey, client_of):
    step = JourneyStepFactory()

    response = client_of(victor).get(reverse("vendor:step-edit", args=[journey.public_id, step.public_id]))

    assert response.status_code == 404


def test_a_cam_sees_how_the_own_partners_fare_and_no_others(vera, pinewood, oakhurst, journey, client_of):
    EnrollmentFactory(journey=journey, partner=pinewood)
    EnrollmentFactory(journey=journey, partner=oakhurst)

    page = client_of(vera).get(reverse("vendor:journey-detail", args=[journey.public_id])).text

    assert "Pinewood" in page
    assert "Oakhurst" not in page


# --- certifications


def test_a_certification_is_defined_changed_retired_and_offered_again(victor, client_of):
    client = client_of(victor)
    client.post(reverse("vendor:certification-create"), {"name": "Cloud", "level": "expert", "valid_months": 24})
    certification = Certification.objects.get()

    client.post(
        reverse("vendor:certification-edit", args=[certification.public_id]), {"name": "Cloud 2", "level": "expert"}
    )
    client.post(reverse("vendor:certification-retire", args=[certification.public_id]), {"act": "retire"})
    certification.refresh_from_db()
    assert (certification.name, certification.valid_months, bool(certification.retired_at)) == ("Cloud 2", None, True)

    client.post(reverse("vendor:certification-retire", args=[certification.public_id]), {"act": "restore"})
    certification.refresh_from_db()
    assert certification.retired_at is None


def test_two_certifications_of_one_name_are_refused_in_words(victor, client_of):
    client = client_of(victor)
    CertificationFactory(name="cloud")

    response = client.post(reverse("vendor:certification-create"), {"name": "Cloud", "level": "expert"})

    assert response.status_code == 422
    assert Certification.objects.count() == 1


def test_what_expires_soon_is_listed_for_the_own_partners(vera, pete, olga, now, client_of):
    for person, name in ((pete, "Pine cert"), (olga, "Oak cert")):
        HeldCertificationFactory(person=person.person, certification__name=name, expires_on="2030-04-01")
    renewed = HeldCertificationFactory(person=pete.person, certification__name="Renewed", expires_on="2030-04-01")
    HeldCertificationFactory(person=pete.person, certification=renewed.certification, earned_on="2030-03-01")

    response = client_of(vera).get(reverse("vendor:certification-list"))

    assert [held.certification.name for held in response.context["page"].object_list] == ["Pine cert"]


# --- on the partner's page


def test_the_panel_shows_certifications_journeys_and_activity(vera, pete, pinewood, now, journey, client_of):
    journey.published_at = now
    journey.save()
    HeldCertificationFactory(person=pete.person, certification__name="Cloud Expert")
    EnrollmentFactory(journey=journey, partner=pinewood)
    ActivityFactory(person=pete.person, times=73)
    ActivityFactory(person=pete.person, day="2029-01-01", times=500)

    response = client_of(vera).get(reverse("vendor:partner-enablement-panel", args=[pinewood.public_id]))

    for words in ("Cloud Expert", "Onboarding", "Next: A", "73"):
        assert words in response.text
    assert "500" not in response.text


def test_the_panel_of_another_managers_partner_does_not_exist(vera, oakhurst, client_of):
    response = client_of(vera).get(reverse("vendor:partner-enablement-panel", args=[oakhurst.public_id]))

    assert response.status_code == 404


# --- queries


@pytest.mark.parametrize("name", ["asset-list", "journey-list", "certification-list"])
def test_lists_keep_their_query_count(victor, pete, client_of, django_assert_max_num_queries, name):
    for _ in range(8):
        asset = AssetFactory(owner=victor)
        ActivityFactory(person=pete.person, asset=asset)
        EnrollmentFactory(journey=JourneyStepFactory().journey_version.definition)
        HeldCertificationFactory(person=pete.person)
    client = client_of(victor)

    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"vendor:{name}")).status_code == 200


def test_details_keep_their_query_count(
    victor, pete, pinewood, journey, program, client_of, django_assert_max_num_queries
):
    for _ in range(8):
        EnrollmentFactory(journey=journey)
        JourneyStepFactory(journey=journey, kind=StepKind.CONTENT, asset=AssetFactory())
        HeldCertificationFactory(person=pete.person)
    client = client_of(victor)
    addresses = [
        reverse("vendor:journey-detail", args=[journey.public_id]),
        reverse("vendor:asset-detail", args=[AssetFactory().public_id]),
        reverse("vendor:asset-edit", args=[AssetFactory().public_id]),
        reverse("vendor:partner-enablement-panel", args=[pinewood.public_id]),
    ]

    for address in addresses:
        with django_assert_max_num_queries(12, info=address):
            assert client.get(address).status_code == 200
