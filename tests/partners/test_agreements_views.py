"""Agreements on the pages: written by those who may, accepted by those entitled, seen by those concerned."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.services import versions
from partners.models import Acceptance, Agreement, Gate
from partners.services import agreements
from segmentation.models import Classification, Segment
from tests.counting import queries
from tests.factories.partners import AcceptanceFactory, PartnerFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def agreement(victor, now):
    made = agreements.create(key="terms", name="Partner terms", text="Be **fair**.", by=victor, at=now)
    agreements.publish(version=versions.existing_draft_of(made), by=victor, at=now)
    return made


def written(**fields):
    return {"name": "Code", "text": "Be kind.", "way": "click", "signers": "admins", "notice_days": "30,7", **fields}


def vendor(name, agreement):
    return reverse(f"vendor:agreement-{name}", args=[agreement.public_id])


def own(agreement):
    return reverse("partner:agreement-detail", args=[agreement.public_id])


def shown_hash(client, agreement):
    return client.get(own(agreement)).context["form"].initial["text_hash"]


def test_an_admin_writes_and_publishes_one(client_of, victor, paula, now):
    desk = client_of(victor)
    made = desk.post(reverse("vendor:agreement-create"), written())
    agreement = Agreement.objects.get()
    assert made.url == vendor("detail", agreement)
    assert client_of(paula).get(own(agreement)).status_code == 404

    for _each in range(2):
        desk.post(vendor("publish", agreement))
    assert agreement.versions.count() == 1
    assert b"Be kind." in client_of(paula).get(own(agreement)).content


def test_two_validities_are_refused_at_their_field(client_of, victor, now):
    wrong = written(valid_days="30", valid_months="3")
    answer = client_of(victor).post(reverse("vendor:agreement-create"), wrong)

    assert answer.status_code == 422
    assert "not several of them" in str(answer.context["form"].errors["valid_until_on"])
    assert b"Be kind." in answer.content


@pytest.mark.parametrize("act", ["edit", "publish", "discard", "retire"])
def test_who_only_reads_definitions_changes_none(act, client_of, agreement, vera, erin, paula):
    for user in (vera, erin):
        assert client_of(user).post(vendor(act, agreement), written()).status_code == 403
    assert client_of(paula).post(vendor(act, agreement), written()).status_code in {403, 404}
    agreement.refresh_from_db()
    assert agreement.retired_at is None


def test_it_is_accepted_by_a_click_once(client_of, agreement, pinewood, paula):
    client = client_of(paula)
    said = {"text_hash": shown_hash(client, agreement), "agreed": "on"}
    assert client.post(own(agreement), {"text_hash": said["text_hash"]}).status_code == 422

    for _each in range(2):
        client.post(own(agreement), said)
    accepted = Acceptance.objects.get()
    assert (accepted.partner, accepted.signed_name) == (pinewood, "Paula Park")


def test_who_is_not_entitled_reads_who_is(client_of, agreement, paula, pete):
    page = client_of(pete).get(own(agreement))

    assert page.context["form"] is None
    assert b"Paula Park" in page.content
    client_of(pete).post(own(agreement), {"agreed": "on", "text_hash": "0" * 64})
    assert not Acceptance.objects.exists()


def test_a_text_that_changed_meanwhile_is_not_accepted(client_of, agreement, paula, victor, now):
    read = shown_hash(client_of(paula), agreement)
    agreements.edit(agreement=agreement, by=victor, at=now, changes={"text": "Be fairer."})
    agreements.publish(version=versions.existing_draft_of(agreement), by=victor, at=now + timedelta(minutes=1))
    answer = client_of(paula).post(own(agreement), {"agreed": "on", "text_hash": read})

    assert answer.status_code == 422
    assert b"changed since you read it" in answer.content


def test_what_one_partner_accepted_is_nothing_to_others(client_of, agreement, paula, vera, vincent, olga):
    one = AcceptanceFactory(person=paula.person, agreement_version=agreement.versions.get())
    at_vendor = reverse("vendor:acceptance-detail", args=[one.public_id])
    at_partner = reverse("partner:acceptance-detail", args=[one.public_id])

    assert client_of(vera).get(at_vendor).status_code == 200
    assert client_of(paula).get(at_partner).status_code == 200
    assert client_of(vincent).get(at_vendor).status_code == 404
    assert client_of(olga).get(at_partner).status_code == 404


def test_only_a_pdf_is_put_beside(client_of, agreement, paula, victor):
    one = AcceptanceFactory(person=paula.person, agreement_version=agreement.versions.get())
    page = reverse("vendor:acceptance-detail", args=[one.public_id])
    wrong = client_of(victor).post(page, {"copy": SimpleUploadedFile("a.txt", b"signed")})

    assert wrong.status_code == 422
    assert b"PDF" in wrong.content
    client_of(victor).post(page, {"copy": SimpleUploadedFile("a.pdf", b"%PDF-1.7 signed")})
    one.refresh_from_db()
    assert one.copy_name == "a.pdf"


def test_a_manager_reminds_only_their_own_partners(client_of, agreement, vera, paula, olga, erin):
    for _each in range(2):
        client_of(vera).post(vendor("remind", agreement))

    assert paula.notifications.filter(kind="agreement").count() == 1
    assert not olga.notifications.exists()
    assert client_of(erin).post(vendor("remind", agreement)).status_code == 403


def test_who_is_asked_by_criteria_comes_and_goes_with_the_segment(client_of, victor, paula, olga, pinewood, now):
    segment = Segment.objects.create(key="big", name="Big partners")
    Classification.objects.update_or_create(partner=pinewood, defaults={"segment_ids": [segment.pk]})
    desk = client_of(victor)
    desk.post(reverse("vendor:agreement-create"), written(audience=segment.pk, gates=[Gate.CONTENT]))
    agreement = Agreement.objects.get()
    desk.post(vendor("publish", agreement))

    page = desk.get(vendor("detail", agreement))
    assert [one.name for one in page.context["page"]] == ["Pinewood"]
    assert b"Big partners" in page.content
    assert client_of(paula).get(own(agreement)).status_code == 200
    assert client_of(olga).get(own(agreement)).status_code == 404
    library = client_of(paula).get(reverse("partner:asset-list")).content
    assert own(agreement).encode() in library  # closed, with the way to open it

    Classification.objects.filter(partner=pinewood).update(segment_ids=[])
    assert client_of(paula).get(own(agreement)).status_code == 404


def test_pages_ask_the_database_as_often_however_many_there_are(
    client_of, agreement, pinewood, vera, victor, paula, now
):
    pages = [
        (victor, reverse("vendor:agreement-list")),
        (victor, vendor("detail", agreement)),
        (victor, vendor("detail", agreement) + "?show=accepted"),
        (vera, reverse("vendor:partner-agreements-panel", args=[pinewood.public_id])),
        (paula, reverse("partner:agreement-list")),
        (paula, own(agreement)),
    ]

    def more(count):
        for number in range(count):
            made = agreements.create(
                key=f"more-{Agreement.objects.count()}", name="More", text="Hm.", by=victor, at=now
            )
            agreements.publish(version=versions.existing_draft_of(made), by=victor, at=now)
            AcceptanceFactory(person=paula.person, agreement_version=made.versions.get())
            person = PersonFactory(partner=PartnerFactory())
            if number % 2:
                AcceptanceFactory(person=person, agreement_version=agreement.versions.get())

    more(2)
    few = [queries(client_of(user), page) for user, page in pages]
    more(6)

    assert [queries(client_of(user), page) for user, page in pages] == few
    assert max(few) <= 12, few
