"""What a system does with memberships, flags, reviews, applications, merges, conversations, touches and references."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Integration, User
from core.services import outbox
from partners.models import (
    ApplicationQuestion,
    CategoryMembership,
    Flag,
    MembershipReview,
    Merge,
    Message,
    Partner,
    PartnerApplication,
    Touch,
)
from partners.services import application_questions, applications, categories, memberships
from tests.factories.partners import PartnerApplicationFactory

pytestmark = pytest.mark.django_db
ApiOf = Callable[..., APIClient]


@pytest.fixture
def crm(now: Any, ian: Integration, api_of: ApiOf) -> "Caller":
    """The API as Ian's system calls it, each request with a key of its own."""
    return Caller(api_of(ian))


class Caller:
    """Sends JSON; every POST gets another idempotency key unless one is given."""

    def __init__(self, client: APIClient) -> None:
        self.client, self.sent = client, 0

    def get(self, address: str) -> Any:
        return self.client.get(f"/api/v1/{address}")

    def post(self, address: str, body: Any = None, *, key: str = "") -> Any:
        self.sent += 1
        headers = {"HTTP_IDEMPOTENCY_KEY": key or f"key-{self.sent}"}
        return self.client.post(f"/api/v1/{address}", {} if body is None else body, format="json", **headers)


def id_of(record: Any) -> dict[str, str]:
    return {"id": str(record.public_id)}


def codes(answer: Any) -> tuple[int, str, list[str]]:
    """Return status, code and the places at fault."""
    body = answer.json()
    return answer.status_code, body.get("code", ""), [one.get("pointer", "") for one in body.get("errors", [])]


@pytest.fixture
def msp(victor: User, now: Any) -> Any:
    return categories.define(key="msp", name="MSP", meaning="Runs IT.", by=victor, at=now, review_interval_months=6)


@pytest.fixture
def membership(pinewood: Partner, msp: Any, victor: User, now: Any) -> CategoryMembership:
    return memberships.assign(partner=pinewood, category=msp, by=victor, at=now)


# --- scopes, keys and strangers, the same for all


@pytest.mark.parametrize(
    "resource", ["memberships", "flags", "reviews", "applications", "merges", "messages", "touches", "references"]
)
def test_writing_needs_its_scope_and_a_key(resource: str, ian: Integration, api_of: ApiOf) -> None:
    scope = "conversations" if resource == "messages" else resource
    Integration.objects.filter(pk=ian.pk).update(scopes=[f"{scope}:read"])
    reader = api_of(Integration.objects.get(pk=ian.pk))

    assert reader.get(f"/api/v1/{resource}").status_code == 200
    answer = reader.post(f"/api/v1/{resource}", {}, format="json", HTTP_IDEMPOTENCY_KEY="one")
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")

    Integration.objects.filter(pk=ian.pk).update(scopes=[f"{scope}:write"])
    writer = api_of(Integration.objects.get(pk=ian.pk))
    assert writer.get(f"/api/v1/{resource}").status_code == 403
    assert writer.post(f"/api/v1/{resource}", {}, format="json").json()["code"] == "idempotency_key_required"


def test_a_manager_writes_only_about_their_own_partners(
    client_of: Any, vera: User, oakhurst: Partner, msp: Any
) -> None:
    answer = client_of(vera).post(
        "/api/v1/memberships",
        {"partner": id_of(oakhurst), "category": {"key": "msp"}},
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )

    assert codes(answer) == (422, "unresolved_reference", ["/partner"])


def test_the_trail_says_which_system_somebody_acted_through(crm: Caller, pinewood: Partner, msp: Any) -> None:
    crm.post("memberships", {"partner": id_of(pinewood), "category": {"key": "msp"}})

    event = CategoryMembership.objects.get().events.first()  # type: ignore[attr-defined]
    assert (event.pgh_context["through"], event.pgh_context["by_kind"]) == ("Ian's CRM", "integration")


# --- memberships


def test_a_membership_is_declared_confirmed_and_ended(crm: Caller, pinewood: Partner, msp: Any) -> None:
    body = {"partner": id_of(pinewood), "category": {"key": "msp"}, "statement": "We run forty networks."}
    made = crm.post("memberships", body)
    assert (made.status_code, made.json()["state"]) == (201, "pending"), made.json()
    assert made["Location"].endswith(made.json()["id"])
    here = f"memberships/{made.json()['id']}"

    assert crm.post(f"{here}/confirm", {"reason": "Seen."}).json()["state"] == "active"
    assert crm.post(f"{here}/make-primary").json()["is_primary"] is True
    assert crm.post(f"{here}/start-grace", {"reason": "Two people left."}).json()["state"] == "grace"
    assert crm.post(f"{here}/end", {"reason": "Given up."}).json()["state"] == "ended"
    again = crm.post(f"{here}/confirm", {})
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")


def test_the_same_key_declares_once(crm: Caller, pinewood: Partner, msp: Any) -> None:
    body = {"partner": id_of(pinewood), "category": {"key": "msp"}}

    first, again = (crm.post("memberships", body, key="same") for _ in range(2))

    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert CategoryMembership.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"category": {"key": "nothing"}}, "/category", "unresolved_reference"),
        ({"category": "msp"}, "/category", "validation_failed"),
        ({"partner": {"id": "nobody"}}, "/partner", "unresolved_reference"),
        ({"state": "active"}, "/state", "read_only_field"),
        ({"colour": "red"}, "/colour", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named(change: Any, place: str, code: str, crm: Caller, pinewood: Partner, msp: Any) -> None:
    body = {"partner": id_of(pinewood), "category": {"key": "msp"}, **change}

    assert codes(crm.post("memberships", body)) == (422, code, [place])


def test_an_action_takes_only_its_own_fields(crm: Caller, membership: CategoryMembership) -> None:
    here = f"memberships/{membership.public_id}"

    assert codes(crm.post(f"{here}/end", {}))[2] == ["/reason"]
    assert codes(crm.post(f"{here}/make-primary", {"reason": "So."}))[1] == "unknown_field"


# --- flags


def test_a_flag_is_sent_and_accepted_and_changes_the_membership(
    crm: Caller, membership: CategoryMembership, victor: User, now: Any
) -> None:
    categories.define(key="si", name="Integrator", meaning="Builds.", by=victor, at=now)
    body = {
        "membership": id_of(membership),
        "reason": "other_fits",
        "text": "They build, they do not run.",
        "suggested": {"key": "si"},
    }
    made = crm.post("flags", body)
    assert made.status_code == 201, made.json()
    assert (made.json()["about"], made.json()["category"]["key"]) == ("membership", "msp")

    done = crm.post(
        f"flags/{made.json()['id']}/accept",
        {"reply": "You are right.", "action": "reassign", "category": {"key": "si"}},
    )

    assert (done.json()["state"], done.json()["action"]) == ("accepted", "reassign"), done.json()
    membership.refresh_from_db()
    assert membership.state == "ended"
    late = crm.post(f"flags/{made.json()['id']}/decline", {"reply": "No."})
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")


def test_a_flag_is_about_one_thing(crm: Caller, membership: CategoryMembership) -> None:
    both = {"membership": id_of(membership), "category": {"key": "msp"}, "reason": "other", "text": "Odd."}

    assert codes(crm.post("flags", both))[0] == 422
    assert codes(crm.post("flags", {"reason": "other", "text": "Odd."}))[0] == 422
    assert (
        crm.post("flags", {"category": {"key": "msp"}, "reason": "unclear", "text": "What is IT?"}).status_code == 201
    )
    assert Flag.objects.count() == 1


# --- reviews


def test_a_review_is_opened_answered_and_decided(crm: Caller, membership: CategoryMembership) -> None:
    made = crm.post("reviews", {"membership": id_of(membership), "reason": "New owners."})
    assert (made.status_code, made.json()["due_on"], made.json()["reason"]) == (201, "2030-04-17", "New owners.")
    here = f"reviews/{made.json()['id']}"

    assert crm.post(f"{here}/answer", {"answer": "confirmed"}).json()["state"] == "answered"
    assert codes(crm.post(f"{here}/decide", {"decision": "grace"}))[2] == ["/note"]
    assert crm.post(f"{here}/decide", {"decision": "renewed"}).json()["decision"] == "renewed"
    late = crm.post(f"{here}/answer", {"answer": "no_longer"})

    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
    assert (
        crm.get(f"reviews?partner={membership.partner.public_id}&state=decided").json()["data"][0]["id"]
        == made.json()["id"]
    )
    assert MembershipReview.objects.count() == 1


# --- applications


@pytest.fixture
def question(victor: User, now: Any) -> ApplicationQuestion:
    return application_questions.create(
        text="How many people?", goes_to="profile", profile_field="employees", is_required=True, by=victor, at=now
    )


WHO = {
    "name": "Larch",
    "domain": "larch.example",
    "country": "DE",
    "contact_name": "Ada Alder",
    "contact_email": "ada@larch.example",
}


def test_the_form_is_read_answered_and_handed_in_once_the_address_is_proved(
    crm: Caller, question: ApplicationQuestion, msp: Any, now: Any
) -> None:
    asked = crm.get("application-questions?is_retired=false").json()["data"]
    assert [(one["text"], one["kind"], one["is_required"]) for one in asked] == [
        ("How many people?", "employees", True)
    ]

    made = crm.post("applications", {**WHO, "answers": {asked[0]["id"]: 40}, "categories": [{"key": "msp"}]})
    assert (made.status_code, made.json()["state"], made.json()["is_proved"]) == (201, "draft", False), made.json()
    assert crm.get("applications").json()["data"] == []  # nobody has handed it in yet

    applications.prove(application=PartnerApplication.objects.get(), at=now)
    read = crm.get(f"applications/{made.json()['id']}").json()
    assert (read["state"], read["answers"]) == ("submitted", {asked[0]["id"]: 40})
    assert [one["key"] for one in read["categories"]] == ["msp"]


def test_what_is_missing_or_not_asked_leaves_no_application_behind(
    crm: Caller, question: ApplicationQuestion, msp: Any
) -> None:
    answers = {str(question.public_id): 40}

    assert crm.post("applications", {**WHO, "categories": [{"key": "msp"}]}).status_code == 422
    wrong = {**WHO, "categories": [{"key": "msp"}], "answers": {**answers, "shoe-size": 44}}
    assert codes(crm.post("applications", wrong)) == (422, "unknown_field", ["/answers/shoe-size"])
    assert not PartnerApplication.objects.exists()


def test_an_application_is_taken_asked_about_and_approved(crm: Caller, msp: Any, pinewood: Partner, vera: User) -> None:
    application = PartnerApplicationFactory(handed_in=True, category_ids=[msp.pk])
    here = f"applications/{application.public_id}"

    assert crm.post(f"{here}/take").json()["state"] == "in_review"
    assert crm.post(f"{here}/ask", {"text": "Which regions?"}).json()["state"] == "asked"
    done = crm.post(
        f"{here}/approve",
        {"categories": [{"category": {"key": "msp"}, "state": "active"}], "manager": "vera@vendor.example"},
    )

    assert done.json()["state"] == "approved", done.json()
    partner = Partner.objects.get(public_id=done.json()["partner"]["id"])
    assert partner.memberships.get().category == msp
    assert partner.assignments.get().user == vera
    late = crm.post(f"{here}/decline", {"reason": "fit", "text": "No."})
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")


def test_a_refusal_says_why_and_can_be_taken_back(crm: Caller) -> None:
    here = f"applications/{PartnerApplicationFactory(handed_in=True).public_id}"

    assert codes(crm.post(f"{here}/decline", {"reason": "mood", "text": ""}))[2] == ["/reason", "/text"]
    assert crm.post(f"{here}/decline", {"reason": "fit", "text": "Not yet."}).json()["state"] == "declined"
    assert crm.post(f"{here}/reopen").json()["state"] == "in_review"


# --- merges


def test_a_merge_is_previewed_done_and_undone(crm: Caller, pinewood: Partner, oakhurst: Partner, paula: User) -> None:
    Partner.objects.filter(pk=oakhurst.pk).update(city="Munich", industries=["Retail"])
    both = {"survivor": id_of(pinewood), "merged": id_of(oakhurst)}

    preview = crm.post("merges/preview", both).json()
    fields = {one["name"]: one for one in preview["fields"]}
    assert (fields["city"]["merged"], fields["city"]["proposed"]) == ("Munich", "merged")
    assert [one["survivor"] for one in preview["moving"] if one["label"] == "People"] == [1]
    assert Partner.objects.filter(pk=oakhurst.pk).exists()

    made = crm.post("merges", {**both, "choices": {"name": "merged"}, "note": "One company."})
    assert made.status_code == 201, made.json()
    pinewood.refresh_from_db()
    assert (pinewood.name, pinewood.city) == ("Oakhurst", "Munich")
    assert Merge.objects.get().merged_by is None

    undone = crm.post(f"merges/{made.json()['id']}/undo")
    assert undone.json()["undone_at"] is not None
    assert Partner.objects.filter(public_id=oakhurst.public_id, city="Munich").exists()


def test_choices_name_what_differs(crm: Caller, pinewood: Partner, oakhurst: Partner) -> None:
    both = {"survivor": id_of(pinewood), "merged": id_of(oakhurst)}

    assert codes(crm.post("merges", {**both, "choices": {"shoe_size": "merged"}}))[2] == ["/choices/shoe_size"]
    assert codes(crm.post("merges", {**both, "choices": {"name": "both"}}))[2] == ["/choices/name"]
    same = crm.post("merges", {"survivor": id_of(pinewood), "merged": id_of(pinewood)})
    assert (same.status_code, same.json()["code"]) == (409, "invalid_transition")


# --- conversations, touches, references


def test_a_message_is_said_in_the_name_of_a_person(
    crm: Caller, pinewood: Partner, vera: User, victor: User, paula: User, now: Any
) -> None:
    about = {"kind": "partner", "id": str(pinewood.public_id)}

    said = crm.post("messages", {"about": about, "text": "Your ticket is solved.", "author": "vera@vendor.example"})
    by_owner = crm.post("messages", {"about": about, "text": "Ticket 7.", "is_internal": True})

    assert (said.status_code, said.json()["author_name"], said.json()["came_by"]) == (201, "Vera Vance", "api")
    assert (by_owner.json()["author_name"], by_owner.json()["side"]) == ("Victor Voss", "vendor")
    threads = crm.get(f"conversations?partner={pinewood.public_id}").json()["data"]
    assert threads[0]["about"] == about
    read = crm.get(f"messages?conversation={threads[0]['id']}&is_internal=false").json()["data"]
    assert [one["text"] for one in read] == ["Your ticket is solved."]
    outbox.deliver_due(at=now + timedelta(hours=1))
    assert Message.objects.count() == 2  # noqa: PLR2004 - each once


def test_a_message_needs_a_record_one_may_see(crm: Caller, client_of: Any, vera: User, oakhurst: Partner) -> None:
    about = {"kind": "partner", "id": str(oakhurst.public_id)}
    answer = client_of(vera).post(
        "/api/v1/messages",
        {"about": about, "text": "Hello."},
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )

    assert codes(answer) == (422, "unresolved_reference", ["/about"])
    assert codes(crm.post("messages", {"about": {"kind": "weather", "id": "x"}, "text": "Hello."}))[2] == ["/about"]


def test_executives_read_touches_and_references_and_no_conversation(client_of: Any, erin: User) -> None:
    client = client_of(erin)

    assert client.get("/api/v1/touches").status_code == 200
    assert client.get("/api/v1/references").status_code == 200
    assert client.get("/api/v1/conversations").status_code == 403
    assert client.get("/api/v1/messages").status_code == 403


def test_a_touch_is_logged_for_whoever_it_names(crm: Caller, pinewood: Partner, vera: User, victor: User) -> None:
    body = {"partner": id_of(pinewood), "kind": "call", "happened_at": "2030-03-17T09:00:00Z", "minutes": 20}

    named = crm.post("touches", {**body, "logged_by": "vera@vendor.example", "note": "Price list."})
    by_owner = crm.post("touches", body)
    later = crm.post("touches", {**body, "happened_at": "2031-01-01T00:00:00Z"})

    assert (named.status_code, named.json()["logged_by"]) == (201, "vera@vendor.example"), named.json()
    assert by_owner.json()["logged_by"] == "victor@vendor.example"
    assert codes(later)[2] == ["/happened_at"]
    assert codes(crm.post("touches", {**body, "logged_by": "paula@pinewood.example"}))[2] == ["/logged_by"]
    assert Touch.objects.count() == 2  # noqa: PLR2004 - the two that were logged


def test_a_reference_is_told_and_decided(crm: Caller, pinewood: Partner, victor: User) -> None:
    body = {"partner": id_of(pinewood), "customer_name": "Millstone", "project": "Rollout", "year": 2029}
    made = crm.post("references", body)
    assert (made.status_code, made.json()["state"]) == (201, "submitted"), made.json()
    here = f"references/{made.json()['id']}"

    assert codes(crm.post("references", body))[2] == ["/project"]
    assert codes(crm.post(f"{here}/decline", {}))[2] == ["/decision"]
    valid = crm.post(f"{here}/validate", {"expires_on": "2032-01-01"}).json()
    assert (valid["state"], valid["expires_on"]) == ("validated", "2032-01-01")
