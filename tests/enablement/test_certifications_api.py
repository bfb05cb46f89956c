"""What another system does with certifications: reads them, records who holds them, never twice."""

import pytest

from enablement.models import HeldCertification
from tests.factories.learning import CertificationFactory, CourseFactory, HeldCertificationFactory, LessonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm(ian, api_of):
    return api_of(ian)


def body(person, **more):
    return {"person": {"id": str(person.public_id)}, "certification": "cloud", "earned_on": "2030-01-07", **more}


def test_a_certificate_is_upserted_by_the_id_of_its_source(crm, ian, pete):
    CertificationFactory(key="cloud", valid_months=12)
    address = f"/api/v1/held-certifications/by-external-id/{ian.source.key}/C-1"

    answers = [crm.patch(address, body(pete.person, reference="C-1"), format="json") for _ in range(2)]
    corrected = crm.patch(address, {"expires_on": "2031-06-01"}, format="json")

    assert [one.status_code for one in (*answers, corrected)] == [201, 200, 200], answers[0].json()
    assert [one["Upsert-Result"] for one in (*answers, corrected)] == ["created", "unchanged", "updated"]
    assert answers[0].json()["expires_on"] == "2031-01-07"
    assert str(HeldCertification.objects.get().expires_on) == "2031-06-01"


def test_a_company_holds_one_without_a_person(crm, pinewood):
    CertificationFactory(key="cloud", for_company=True)
    sent = {"partner": {"id": str(pinewood.public_id)}, "certification": "cloud", "earned_on": "2030-01-07"}

    answer = crm.post("/api/v1/held-certifications", sent, format="json", headers={"Idempotency-Key": "one"})

    assert answer.status_code == 201, answer.json()
    assert answer.json()["person"] is None
    assert HeldCertification.objects.get().partner == pinewood


def test_wrong_values_are_named_at_their_field(crm, ian, pete, oakhurst):
    CertificationFactory(key="cloud")
    address = f"/api/v1/held-certifications/by-external-id/{ian.source.key}/C-2"
    tries = {
        "/person": {"certification": "cloud", "earned_on": "2030-01-07"},
        "/certification": body(pete.person, certification="rocket"),
        "/partner": body(pete.person, partner={"id": str(oakhurst.public_id)}),
        "/expires_on": body(pete.person, expires_on="2030-01-07"),
    }

    for pointer, sent in tries.items():
        answer = crm.patch(address, sent, format="json")
        assert answer.status_code == 422, pointer
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not HeldCertification.objects.exists()


def test_whose_it_is_stays(crm, pete, paula):
    held = HeldCertificationFactory(person=pete.person, certification__key="cloud")

    answer = crm.patch(
        f"/api/v1/held-certifications/{HeldCertification.objects.get(pk=held.pk).public_id}",
        {"person": {"id": str(paula.person.public_id)}},
        format="json",
        headers={"If-Match": "*"},
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "read_only_field"


def test_partners_read_the_courses_that_are_for_them(client_of, pete, gold, now):
    LessonFactory(course=CourseFactory(key="open"), title="First")
    CourseFactory(key="gold-only", audience=gold)

    rows = client_of(pete).get("/api/v1/courses").json()["data"]

    assert [(row["key"], row["lessons"]) for row in rows] == [("open", ["First"])]
    assert "audience" not in rows[0]
