"""Customer references on the pages: named and corrected by partners, validated by those who may, nobody else's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from deals.models import CustomerReference, ReferenceState
from tests.counting import queries
from tests.factories.deals import CustomerReferenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reference(pinewood):
    return CustomerReferenceFactory(partner=pinewood, customer_name="Harbour Bank", project="Cloud move")


def told(**fields):
    return {"customer_name": "St. Anne", "project": "Wards", "year": "2029", "visibility": "vendor", **fields}


def page(side, name, reference):
    return reverse(f"{side}:reference-{name}", args=[reference.public_id])


def test_somebody_names_a_project_and_the_manager_finds_it(client_of, paula, vera, now):
    sent = told(evidence=SimpleUploadedFile("letter.pdf", b"%PDF-1.7 thanks"))
    assert client_of(paula).post(reverse("partner:reference-create"), sent).status_code == 302

    listed = client_of(vera).get(reverse("vendor:reference-list"))
    assert [str(one) for one in listed.context["page"]] == ["St. Anne: Wards"]
    file = client_of(vera).get(page("vendor", "file", CustomerReference.objects.get()))
    assert file["Content-Disposition"].startswith("attachment")


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(client_of, reference, paula, now):
    create, edit = reverse("partner:reference-create"), page("partner", "edit", reference)
    for wrong, field, said in (
        ({"contact_may_be_asked": "on"}, "contact", "Say whom we may ask"),
        ({"year": "2040"}, "year", "too far ahead"),
        ({"customer_name": "Harbour Bank", "project": "Cloud move"}, "project", "told of this project already"),
        ({"evidence": SimpleUploadedFile("run.exe", b"MZ")}, "evidence", ""),
    ):
        answer = client_of(paula).post(create, told(summary="Typed with care", **wrong))
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
        assert said in str(answer.context["form"].errors[field])
        assert b"Typed with care" in answer.content
    other = CustomerReferenceFactory(partner=reference.partner, customer_name="Mill", project="Cloud move", year=2029)
    again = told(customer_name="Mill", project="Cloud move")
    assert client_of(paula).post(edit, again).status_code == 422
    assert CustomerReference.objects.exclude(pk=other.pk).get().customer_name == "Harbour Bank"


def test_it_is_validated_or_declined_with_words(client_of, reference, vera, erin, now):
    desk, detail = client_of(vera), page("vendor", "detail", reference)
    assert desk.post(detail, {"act": "decline"}).status_code == 422
    desk.post(detail, {"act": "validate", "decision": "Spoke to them"})
    reference.refresh_from_db()
    assert (reference.state, reference.decided_by) == (ReferenceState.VALIDATED, vera)

    client_of(erin).post(detail, {"act": "decline", "decision": "No"})
    reference.refresh_from_db()
    assert reference.state == ReferenceState.VALIDATED


def test_a_corrected_one_is_looked_at_anew(client_of, reference, vera, paula, now):
    client_of(vera).post(page("vendor", "detail", reference), {"act": "validate", "decision": "Good"})
    client_of(paula).post(page("partner", "edit", reference), told(project="Cloud move, second part"))

    reference.refresh_from_db()
    assert (reference.state, reference.decided_at) == (ReferenceState.SUBMITTED, None)


def test_strangers_find_nothing(client_of, reference, vincent, olga):
    CustomerReference.objects.update(evidence="references/a.pdf", evidence_name="a.pdf")
    for side, name, user in (
        ("vendor", "detail", vincent),
        ("vendor", "file", vincent),
        ("partner", "edit", olga),
        ("partner", "file", olga),
    ):
        assert client_of(user).get(page(side, name, reference)).status_code == 404
    assert not client_of(olga).get(reverse("partner:reference-list")).context["references"]


def test_pages_ask_the_database_as_often_however_many_there_are(client_of, reference, pinewood, vera, paula):
    pages = (
        (vera, reverse("vendor:reference-list") + "?show=all"),
        (vera, page("vendor", "detail", reference)),
        (paula, reverse("partner:reference-list")),
    )
    few = [queries(client_of(user), address) for user, address in pages]
    CustomerReferenceFactory.create_batch(12, partner=pinewood)

    assert [queries(client_of(user), address) for user, address in pages] == few
    assert max(few) <= 12, few
