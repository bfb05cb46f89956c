"""Success plans and tasks over REST."""

import pytest

from scorecards.models import PartnerTask
from tests.scorecards.plans import agreed

pytestmark = pytest.mark.django_db


def test_a_system_reads_plans_with_their_progress(api_of, ian, pinewood, vera, paula, now):
    pinewood.employees = 20
    pinewood.save()
    plan = agreed(pinewood, vera, paula, now).plan
    found = api_of(ian).get("/api/v1/success-plans", {"partner": str(pinewood.public_id), "state": "agreed"}).json()

    one = found["data"][0]
    assert (one["id"], one["agreed_version"], one["ends_on"]) == (str(plan.public_id), 1, "2030-12-31")
    people = one["objectives"][1]
    assert (people["value"], people["progress_percent"], people["pace"]) == ("20.0000", 50, "on_track")
    assert people["quarters"][0] == {
        "quarter_starts_on": "2030-01-01",
        "target": "10.0000",
        "value": "20.0000",
        "attained_percent": 100,
    }
    assert api_of(ian).get(f"/api/v1/success-plans/{plan.public_id}").json()["objectives"] == one["objectives"]


def test_a_system_gives_a_task_once_and_finishes_it(api_of, ian, pinewood, now):
    crm = api_of(ian)
    body = {"partner": {"id": str(pinewood.public_id)}, "title": "Call them", "side": "vendor", "due_on": "2030-04-01"}
    answers = [crm.post("/api/v1/tasks", body, headers={"Idempotency-Key": "k-1"}, format="json") for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    task = PartnerTask.objects.get()
    assert answers[0]["Location"] == f"/api/v1/tasks/{task.public_id}"
    finished = crm.post(f"/api/v1/tasks/{task.public_id}/finish", headers={"Idempotency-Key": "k-2"})
    assert (finished.status_code, finished.json()["is_done"]) == (200, True)
    assert crm.get("/api/v1/tasks", {"is_done": "true"}).json()["data"][0]["id"] == str(task.public_id)


def test_what_is_wrong_with_a_task_is_said_by_field(api_of, ian, pinewood, now):
    body = {"partner": {"id": str(pinewood.public_id)}, "title": " ", "side": "nobody", "colour": "red"}
    answer = api_of(ian).post("/api/v1/tasks", body, headers={"Idempotency-Key": "k-3"}, format="json")

    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/title", "/side", "/colour"}
