"""The partner's pages: every door shows what is for the partner, and answers 404 to everything else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from enablement.models import Activity, ActivityKind, AssetKind, Enrollment, EnrollmentState, StepKind, StepProgress
from enablement.services import content, parts
from tests.factories.enablement import AssetFactory, KitItemFactory
from tests.factories.journeys import EnrollmentFactory, JourneyFactory, JourneyStepFactory, version_of
from tests.factories.learning import CertificationFactory, HeldCertificationFactory

pytestmark = pytest.mark.django_db
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 8
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
PART_DOORS = ["partner:asset-part-download", "partner:asset-part-play", "partner:asset-part-captions"]
ASSET_DOORS = ["partner:asset-detail", *PART_DOORS]


def door_of(name, asset):
    """Return the address of a door of an asset, or of its first part."""
    part = [asset.parts.first().public_id] if name in PART_DOORS else []
    return reverse(name, args=[asset.public_id, *part])


@pytest.fixture
def film(victor, now, gold):
    """A video for gold partners."""
    asset = content.create(
        by=victor,
        at=now,
        title="Secret film",
        kind=AssetKind.VIDEO,
        audience=gold,
        file=SimpleUploadedFile('film "1" ü.mp4', FILM),
    )
    parts.update(part=asset.parts.get(), by=victor, at=now, changes={}, captions=SimpleUploadedFile("a.vtt", CAPTIONS))
    content.publish(asset=asset, by=victor, at=now)
    return asset


# --- nobody ever sees, finds or downloads what is not for them


@pytest.mark.parametrize("door", ASSET_DOORS)
def test_an_asset_of_another_audience_does_not_exist(olga, film, client_of, door):
    assert client_of(olga).get(door_of(door, film)).status_code == 404


@pytest.mark.parametrize("door", ASSET_DOORS)
@pytest.mark.parametrize("fate", ["draft", "retired"])
def test_what_is_not_published_does_not_exist(paula, pinewood, gold, film, classify, client_of, now, door, fate):
    classify(pinewood, gold)
    if fate == "draft":
        film.published_at = None
    else:
        film.retired_at = now
    film.save()

    assert client_of(paula).get(door_of(door, film)).status_code == 404


@pytest.mark.parametrize("door", ASSET_DOORS)
def test_leaving_the_audience_closes_every_door(paula, pinewood, gold, film, classify, client_of, door):
    classify(pinewood, gold)
    client = client_of(paula)
    address = door_of(door, film)
    assert client.get(address).status_code == 200

    classify(pinewood)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("parameters", [{}, {"q": "secret"}, {"q": "secrt"}, {"medium": "watch"}, {"page": "1"}])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_library_shows_and_finds_only_what_is_for_the_reader(
    paula, olga, pinewood, gold, film, classify, client_of, parameters, headers
):
    classify(pinewood, gold)
    address = reverse("partner:asset-list")

    theirs = client_of(paula).get(address, parameters, headers=headers).text
    assert "Secret film" in theirs.replace("<mark>", "").replace("</mark>", "")
    assert str(film.public_id) not in client_of(olga).get(address, parameters, headers=headers).text


def test_filters_do_not_tell_of_product_lines_one_may_not_see(olga, gold, client_of):
    AssetFactory(audience=gold, product_lines=["Classified"])
    AssetFactory(product_lines=["Open"])

    page = client_of(olga).get(reverse("partner:asset-list")).text

    assert "Open" in page
    assert "Classified" not in page


def test_a_stored_file_has_no_address_of_its_own(olga, film, client_of):
    client = client_of(olga)

    name = film.parts.get().file.name
    for address in (f"/{name}", f"/media/{name}", f"/static/{name}"):
        assert client.get(address).status_code == 404


def test_a_journey_step_does_not_name_an_asset_one_may_not_see(olga, film, client_of):
    step = JourneyStepFactory(kind=StepKind.CONTENT, asset=film, title="Watch it")
    EnrollmentFactory(journey=step.journey_version.definition, partner=olga.person.partner)

    page = client_of(olga).get(reverse("partner:journey-detail", args=[step.journey_version.definition.public_id])).text

    assert "Watch it" in page
    assert "Secret film" not in page
    assert str(film.public_id) not in page


def test_a_journey_of_another_audience_does_not_exist(olga, gold, client_of):
    journey = JourneyFactory(audience=gold, name="Gold only")
    step = JourneyStepFactory(journey=journey)
    client = client_of(olga)

    assert "Gold only" not in client.get(reverse("partner:journey-list")).text
    assert client.get(reverse("partner:journey-detail", args=[journey.public_id])).status_code == 404
    assert client.post(reverse("partner:journey-start", args=[journey.public_id])).status_code == 404
    assert client.post(reverse("partner:step-complete", args=[journey.public_id, step.public_id])).status_code == 404
    assert not Enrollment.objects.exists()


def test_certifications_of_another_partner_are_not_listed(paula, olga, client_of):
    HeldCertificationFactory(person=olga.person, certification__name="Oak Expert")

    assert "Oak Expert" in client_of(olga).get(reverse("partner:certification-list")).text
    assert "Oak Expert" not in client_of(paula).get(reverse("partner:certification-list")).text


# --- the library


def test_what_is_meant_for_the_partner_comes_first(paula, pinewood, gold, classify, client_of):
    classify(pinewood, gold)
    mine = AssetFactory(title="Meant for us", audience=gold)
    AssetFactory(title="For all, and newer", published_at=mine.published_at.replace(day=20))

    page = client_of(paula).get(reverse("partner:asset-list")).text

    assert page.index("Meant for us") < page.index("For all, and newer")


def test_filters_that_do_not_exist_are_dropped(paula, client_of):
    AssetFactory(title="A page")

    response = client_of(paula).get(reverse("partner:asset-list"), {"medium": "x", "page": "x", "q": "page\0"})

    assert "A page" in response.text


@pytest.mark.parametrize("text", ["rocket", "!!!", "a & b"])
def test_no_match_names_the_search(paula, client_of, text):
    AssetFactory(title="Other", body="x")

    page = client_of(paula).get(reverse("partner:asset-list"), {"q": text}).text

    assert f"“{escape(text)}”" in page


def test_a_page_is_shown_as_safe_html(paula, client_of):
    asset = AssetFactory(body="# Hello\n\n<script>alert(1)</script> [bad](javascript:alert(1)) **bold**")

    page = client_of(paula).get(reverse("partner:asset-detail", args=[asset.public_id])).text

    assert "<h2>Hello</h2>" in page
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert page.count("<h1") == 1


def test_views_and_downloads_are_counted(paula, pinewood, gold, film, classify, client_of):
    classify(pinewood, gold)
    client = client_of(paula)

    client.get(reverse("partner:asset-detail", args=[film.public_id]))
    client.get(door_of("partner:asset-part-download", film))
    client.get(door_of("partner:asset-part-download", film), headers={"Range": "bytes=100-"})
    client.head(reverse("partner:asset-detail", args=[film.public_id]))

    counted = dict(Activity.objects.filter(asset=film).values_list("kind", "times"))
    assert counted == {ActivityKind.VIEW: 1, ActivityKind.DOWNLOAD: 1}


# --- files


@pytest.fixture
def watcher(paula, pinewood, gold, classify, client_of):
    classify(pinewood, gold)
    return client_of(paula)


def test_a_download_is_an_attachment_under_its_own_name(watcher, film):
    response = watcher.get(door_of("partner:asset-part-download", film))

    assert b"".join(response) == FILM
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''film%20%221%22%20%C3%BC.mp4")
    assert response["Content-Type"] == "video/mp4"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-5", -5, None), ("bytes=0-999999", 0, None)],
)
def test_a_video_is_sent_piece_by_piece(watcher, film, asked, start, end):
    response = watcher.get(door_of("partner:asset-part-play", film), headers={"Range": asked})

    body = b"".join(response)
    assert (response.status_code, body) == (206, FILM[start:end])
    first = start if start >= 0 else len(FILM) + start
    assert response["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(FILM)}"
    assert response["Content-Length"] == str(len(body))


@pytest.mark.parametrize("asked", ["bytes=9-0", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "x"])
def test_ranges_we_do_not_understand_get_the_whole_file(watcher, film, asked):
    response = watcher.get(door_of("partner:asset-part-play", film), headers={"Range": asked})

    assert (response.status_code, b"".join(response)) == (200, FILM)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(watcher, film, asked):
    response = watcher.get(door_of("partner:asset-part-play", film), headers={"Range": asked})

    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(FILM)}")


def test_a_file_missing_in_storage_is_404(watcher, film):
    file = film.parts.get().file
    file.storage.delete(file.name)

    assert watcher.get(door_of("partner:asset-part-download", film)).status_code == 404


def test_only_recordings_are_played(watcher, victor, now):
    asset = content.create(
        by=victor, at=now, title="PDF", kind=AssetKind.FILE, file=SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    )
    content.publish(asset=asset, by=victor, at=now)

    assert watcher.get(door_of("partner:asset-part-play", asset)).status_code == 404


# --- learning


def test_a_step_is_marked_done_by_a_form(pete, now, client_of):
    step = JourneyStepFactory(title="Call us")
    enrollment = EnrollmentFactory(journey=step.journey_version.definition, partner=pete.person.partner)

    response = client_of(pete).post(
        reverse("partner:step-complete", args=[step.journey_version.definition.public_id, step.public_id]), follow=True
    )

    assert StepProgress.objects.get().person == pete.person
    enrollment.refresh_from_db()
    assert enrollment.state == EnrollmentState.COMPLETED
    assert "1 of 1 steps" in response.text


def test_a_certification_step_is_refused_in_words(pete, client_of):
    step = JourneyStepFactory(kind=StepKind.CERTIFICATION, certification=CertificationFactory())
    EnrollmentFactory(journey=step.journey_version.definition, partner=pete.person.partner)

    response = client_of(pete).post(
        reverse("partner:step-complete", args=[step.journey_version.definition.public_id, step.public_id]), follow=True
    )

    assert "completes itself" in response.text
    assert not StepProgress.objects.exists()


@pytest.mark.parametrize("name", ["journey-start", "step-complete"])
def test_nothing_is_done_by_a_link(pete, client_of, name):
    step = JourneyStepFactory()
    arguments = [step.journey_version.definition.public_id, step.public_id][: 2 if name == "step-complete" else 1]

    assert client_of(pete).get(reverse(f"partner:{name}", args=arguments)).status_code == 405


def test_a_journey_open_to_the_partner_is_begun_by_a_button(pete, now, client_of):
    journey = JourneyStepFactory().journey_version.definition

    response = client_of(pete).post(reverse("partner:journey-start", args=[journey.public_id]), follow=True)

    assert Enrollment.objects.get().partner == pete.person.partner
    assert "0 of 1 steps" in response.text


def test_a_late_step_says_so(pete, now, client_of):
    step = JourneyStepFactory(due_days=5)
    EnrollmentFactory(journey=step.journey_version.definition, partner=pete.person.partner)

    page = client_of(pete).get(reverse("partner:journey-detail", args=[step.journey_version.definition.public_id])).text

    assert "Late since 12 January" in page


def test_certifications_say_until_when_they_count(pete, now, client_of):
    for name, expires_on in {"Old": "2030-03-18", "Soon": "2030-03-19", "Long": "2032-01-01", "Ever": None}.items():
        HeldCertificationFactory(person=pete.person, certification__name=name, expires_on=expires_on)

    page = client_of(pete).get(reverse("partner:certification-list")).text

    for words in ("Expired", "Expires in 1 day", "Valid", "Never expires"):
        assert words in page


# --- queries


@pytest.mark.parametrize("name", ["asset-list", "journey-list", "certification-list"])
def test_lists_keep_their_query_count(pete, gold, classify, client_of, django_assert_max_num_queries, name):
    classify(pete.person.partner, gold)
    for _ in range(12):
        AssetFactory(audience=gold, product_lines=["Cloud"])
        step = JourneyStepFactory()
        EnrollmentFactory(journey=step.journey_version.definition, partner=pete.person.partner)
        HeldCertificationFactory(person=pete.person)
    client = client_of(pete)
    client.get(reverse(f"partner:{name}"))

    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"partner:{name}")).status_code == 200


def test_details_keep_their_query_count(pete, client_of, django_assert_max_num_queries):
    journey = JourneyFactory()
    for _ in range(12):
        JourneyStepFactory(journey=journey, kind=StepKind.CONTENT, asset=AssetFactory())
    EnrollmentFactory(journey=journey, partner=pete.person.partner)
    asset = version_of(journey).steps.get(position=1).asset
    kit = AssetFactory(kind="kit", body="")
    KitItemFactory(kit=kit, item=asset)
    client = client_of(pete)
    client.get(reverse("partner:asset-detail", args=[asset.public_id]))

    with django_assert_max_num_queries(12):
        client.get(reverse("partner:journey-detail", args=[journey.public_id]))
    for one in (asset, kit):
        with django_assert_max_num_queries(12):
            client.get(reverse("partner:asset-detail", args=[one.public_id]))
