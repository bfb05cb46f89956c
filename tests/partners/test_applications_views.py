"""The pages of applications: for applicants, reviewers and whoever writes the form; and against abuse."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.services import outbox
from partners.models import ApplicationQuestion, ApplicationState, ApplicationTerms, PartnerApplication
from partners.services import (
    application_approvals,
    application_questions,
    application_reviews,
    applications,
    categories,
)
from tests.factories.partners import ApplicationQuestionFactory, PartnerApplicationFactory, PartnerFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WHO = {
    "name": "Quarry Systems",
    "domain": "quarry.example",
    "country": "DE",
    "contact_name": "Quinn Quade",
    "contact_email": "quinn@quarry.example",
}


@pytest.fixture
def msp(victor, now):
    return categories.define(
        key="msp",
        name="Managed Service Provider",
        meaning="Runs it every day.",
        examples="A desk at night.",
        counter_examples="A shop.",
        criteria={
            "combinator": "and",
            "not": False,
            "rules": [
                {"field": "employees", "operator": ">=", "value": 10},
                {"collection": "deals", "aggregate": "count", "operator": ">=", "value": 3},
            ],
        },
        by=victor,
        at=now,
    )


@pytest.fixture
def size(victor, now):
    return application_questions.create(
        text="How many people?", goes_to="profile", profile_field="employees", is_required=True, by=victor, at=now
    )


@pytest.fixture
def waiting(now, vera):
    return PartnerApplicationFactory(
        name="Quarry Systems", handed_in=True, reviewer=vera, due_at=now + timedelta(hours=3)
    )


def began(client, now):
    """Open the first page and return what its form carries, as of a minute later."""
    return client.get(reverse("apply-start")).context["form"].initial["began"]


def start(client, now, **changes):
    token = began(client, now)
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        return client.post(reverse("apply-start"), {**WHO, "began": token, **changes})


# --- applicants


def test_the_sign_in_page_leads_to_the_form(client):
    assert reverse("apply-start") in client.get("/sign-in/").text


def test_an_applicant_goes_from_the_blank_form_to_its_submission(client, msp, size, now):
    assert start(client, now)["Location"] == reverse("apply-business")
    application = PartnerApplication.objects.get()
    answer = client.post(reverse("apply-business"), {f"q{size.public_id.hex}": "40"})
    assert answer["Location"] == reverse("apply-categories")
    page = client.get(reverse("apply-categories")).text
    for text in ("Fits", "You have: 40", "A desk at night.", "A shop.", "Looked at later"):
        assert text in page
    assert client.post(reverse("apply-categories"), {"categories": "msp"})["Location"] == reverse("apply-review")
    client.post(reverse("apply-review"))
    assert "open the link we sent you" in client.get(reverse("apply-review")).text

    by_mail = Client()
    link = reverse("apply-link", args=[applications.token_of(application)])
    assert by_mail.get(link).status_code == 200
    assert PartnerApplication.objects.get().state == ApplicationState.DRAFT
    assert by_mail.post(link)["Location"] == reverse("apply-status")

    assert PartnerApplication.objects.get().state == ApplicationState.SUBMITTED
    assert "Somebody will look at it" in by_mail.get(reverse("apply-status")).text
    assert client.get(reverse("apply-status"))["Location"] == reverse("apply-start")


def test_a_needed_answer_is_asked_for_and_nothing_typed_is_lost(client, size, now):
    other = ApplicationQuestionFactory(text="Why us?")
    start(client, now)

    page = client.post(reverse("apply-business"), {f"q{other.public_id.hex}": "Because"})

    assert page.status_code == 422
    assert "Because" in page.text


def test_without_the_link_nothing_is_seen(client, now):
    for name in ("who", "business", "categories", "questions", "review", "status"):
        assert client.get(reverse(f"apply-{name}"))["Location"] == reverse("apply-start")


def test_a_link_that_leads_nowhere_says_so(client):
    assert client.get(reverse("apply-link", args=["c0ffee"])).status_code == 410


def test_what_the_vendor_asks_stands_on_the_status_page_and_is_answered_there(client, waiting, vera, now):
    application_reviews.ask(application=waiting, by=vera, at=now, text="Whom do you serve?")
    PartnerApplication.objects.update(token_digest=_digest_of(waiting))
    client.post(reverse("apply-link", args=[applications.token_of(waiting)]))

    page = client.get(reverse("apply-status"))
    key = page.context["form"]["once_key"].value()
    for _twice in range(2):
        client.post(reverse("apply-status"), {"text": "Hospitals.", "once_key": key})

    assert "Whom do you serve?" in page.text
    assert client.get(reverse("apply-status")).text.count("Hospitals.") == 1


def _digest_of(application):
    import hashlib  # noqa: PLC0415 - only this test stands in for the service that keeps it

    return hashlib.sha256(applications.token_of(application).encode()).hexdigest()


def test_a_known_organisation_is_told_so_and_not_which(client, now):
    PartnerFactory(name="Quarry Systems International", domain="quarry.example", city="Secretville")

    first = start(client, now)
    assert first.status_code == 422
    assert "We seem to know your organisation" in first.text
    assert "International" not in first.text
    assert "Secretville" not in first.text
    assert not PartnerApplication.objects.exists()

    assert start(client, now, seen="1").status_code == 302


def test_while_typing_only_a_yes_or_no_is_told(client):
    PartnerFactory(name="Quarry Systems", domain="quarry.example", tax_id="DE123")

    def told(**typed):
        return "We seem to know" in client.post(reverse("apply-known"), typed).text

    assert told(name="Quarry System")
    assert told(name="Something else", domain="https://www.quarry.example/about")
    assert told(name="Something else", tax_id="DE 123")
    assert not told(name="Something else", domain="quarry")
    assert not told()


def test_a_program_that_fills_in_every_field_begins_nothing(client, now):
    answer = start(client, now, company_url="https://spam.example")

    assert answer.status_code == 302
    assert not PartnerApplication.objects.exists()


def test_what_is_filled_in_too_fast_is_asked_again_and_then_taken(client, now):
    token = began(client, now)

    page = client.post(reverse("apply-start"), {**WHO, "began": token})
    assert page.status_code == 422
    assert "quicker than people type" in page.text

    again = {**WHO, "began": page.context["form"]["began"].value()}
    assert client.post(reverse("apply-start"), again).status_code == 302


def test_an_address_is_written_to_only_so_often(client, now):
    for _begun in range(4):
        assert start(Client(), now).status_code == 302

    page = start(Client(), now)

    assert page.status_code == 422
    assert "too many" in page.text
    assert PartnerApplication.objects.count() == 4


def test_asking_for_the_link_tells_nobody_whether_there_is_one(client, now):
    start(Client(), now)
    known = client.post(reverse("apply-again"), {"email": "quinn@quarry.example"})
    unknown = client.post(reverse("apply-again"), {"email": "nobody@quarry.example"})

    assert known.status_code == unknown.status_code == 200
    said = [answer.text.partition("<main")[2] for answer in (known, unknown)]
    assert said[0].replace("quinn@", "") == said[1].replace("nobody@", "")


def test_texts_beyond_measure_are_refused(client, now):
    assert start(client, now, name="x" * 201).status_code == 422
    assert start(client, now, contact_name="x\x00y").status_code == 422


def test_a_closed_program_takes_nothing(client, now):
    ApplicationTerms.objects.create(pk=1, is_open=False)

    assert "no applications at present" in client.get(reverse("apply-start")).text
    client.post(reverse("apply-start"), WHO)
    assert not PartnerApplication.objects.exists()


def test_leaving_the_browser_forgets_the_application(client, now):
    start(client, now)

    client.post(reverse("apply-leave"))

    assert client.get(reverse("apply-review"))["Location"] == reverse("apply-start")
    assert PartnerApplication.objects.exists()


def test_a_draft_can_be_removed(client, now):
    start(client, now)

    client.post(reverse("apply-withdraw"))

    assert not PartnerApplication.objects.exists()


# --- reviewers


def test_the_queue_shows_what_is_due_first_and_what_is_late(client_of, waiting, vera, now):
    PartnerApplicationFactory(name="Older", handed_in=True, reviewer=vera, due_at=now)
    page = client_of(vera).get(reverse("vendor:application-list")).text

    assert page.index("Older") < page.index("Quarry Systems")
    assert page.count("Late since") == 1
    late = client_of(vera).get(reverse("vendor:application-list") + "?late=1", headers=HTMX).text
    assert "Older" in late
    assert "Quarry Systems" not in late


def test_the_queue_and_a_page_keep_their_query_count(
    client_of, waiting, victor, msp, size, now, django_assert_max_num_queries
):
    client = client_of(victor)
    for _one in range(20):
        PartnerApplicationFactory(handed_in=True, category_ids=[msp.pk])
    client.get(reverse("vendor:application-list"))

    with django_assert_max_num_queries(12):
        client.get(reverse("vendor:application-list"))
    for _one in range(5):
        PartnerFactory(name="Quarry Systems")
    with django_assert_max_num_queries(12):
        client.get(reverse("vendor:application-detail", args=[waiting.public_id]))
    application_reviews.decline(application=waiting, by=victor, at=now, reason="fit", text="Not now.")
    with django_assert_max_num_queries(12):
        client.get(reverse("vendor:application-detail", args=[waiting.public_id]))


def test_candidates_are_shown_in_full_to_the_reviewer(client_of, waiting, vera, now):
    PartnerFactory(name="Quarry Systems GmbH", domain="quarry-systems.example")
    page = client_of(vera).get(reverse("vendor:application-detail", args=[waiting.public_id])).text

    assert "quarry-systems.example" in page
    assert "% alike" in page


def test_a_manager_of_another_region_does_not_find_it(client_of, waiting, vincent, erin, now):
    address = reverse("vendor:application-detail", args=[waiting.public_id])

    assert client_of(vincent).get(address).status_code == 404
    assert client_of(erin).get(address).status_code == 403


def test_a_reviewer_approves_on_a_page_and_the_second_is_told_who_was_first(client_of, waiting, vera, victor, msp, now):
    address = reverse("vendor:application-approve", args=[waiting.public_id])
    page = client_of(vera).get(address)
    assert page.status_code == 200

    answer = client_of(vera).post(address, {"category_msp": "active", "is_admin": "on"})
    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert waiting.partner.memberships.get().state == "active"

    late = client_of(victor).post(address, {"category_msp": "pending"}, follow=True)
    assert "Vera Vance was first" in late.text


def test_declining_asks_for_reason_and_text(client_of, waiting, vera, now):
    address = reverse("vendor:application-decline", args=[waiting.public_id])
    client = client_of(vera)

    assert client.post(address, {"reason": "fit", "text": ""}).status_code == 422
    client.post(address, {"reason": "fit", "text": "Not now.", "outlook": "More people."})

    waiting.refresh_from_db()
    assert waiting.state == ApplicationState.DECLINED
    client.post(reverse("vendor:application-reopen", args=[waiting.public_id]))
    waiting.refresh_from_db()
    assert waiting.state == ApplicationState.IN_REVIEW


def test_the_page_of_a_partner_shows_the_application_it_came_by(
    client_of, waiting, vera, vincent, erin, size, msp, now
):
    waiting.answers, waiting.category_ids = {str(size.public_id): 40}, [msp.pk]
    waiting.save()
    application_approvals.approve(application=waiting, by=vera, at=now, categories={}, manager=vera)
    application_questions.retire(question=size, by=vera, at=now)
    partner = PartnerApplication.objects.get().partner
    place = reverse("vendor:partner-application-panel", args=[partner.public_id])

    assert place in client_of(vera).get(reverse("vendor:partner-detail", args=[partner.public_id])).text
    panel = client_of(vera).get(place).text
    for words in ("How many people?", "40", "Managed Service Provider", "Vera Vance approved it"):
        assert words in panel
    assert (
        "How many people?" in client_of(vera).get(reverse("vendor:application-detail", args=[waiting.public_id])).text
    )
    assert client_of(vincent).get(place).status_code == 404
    assert client_of(erin).get(place).status_code == 403


def test_a_partner_without_an_application_has_no_such_panel(client_of, pinewood, vera):
    place = reverse("vendor:partner-application-panel", args=[pinewood.public_id])

    assert place not in client_of(vera).get(reverse("vendor:partner-detail", args=[pinewood.public_id])).text
    assert "did not come by an application" in client_of(vera).get(place).text


# --- the form


def test_a_program_admin_writes_the_form(client_of, victor, msp, now):
    client = client_of(victor)
    wrong = client.post(
        reverse("vendor:application-question-create"), {"text": "A lab?", "goes_to": "nowhere", "kind": "choice"}
    )
    assert wrong.status_code == 422

    for text in ("How do you sell?", "When?"):
        client.post(
            reverse("vendor:application-question-create"),
            {
                "text": text,
                "goes_to": "nowhere",
                "kind": "choice",
                "choices": "Resale, Agency",
                "categories": [msp.pk],
                "is_required": "on",
            },
        )
    first, second = ApplicationQuestion.objects.order_by("position")
    assert (first.choices, first.category_ids, first.is_required) == (["Resale", "Agency"], [msp.pk], True)

    client.post(
        reverse("vendor:application-question-reorder"),
        {"order": [first.public_id, second.public_id], "act": f"down:{first.public_id}"},
    )
    assert list(ApplicationQuestion.objects.order_by("position")) == [second, first]
    client.post(reverse("vendor:application-question-retire", args=[first.public_id]))
    assert "Bring back" in client.get(reverse("vendor:application-question-list")).text
    client.post(reverse("vendor:application-question-restore", args=[first.public_id]))
    first.refresh_from_db()
    assert first.retired_at is None


def test_a_field_of_the_profile_is_asked_for_once(client_of, victor, size, now):
    again = {"text": "People?", "goes_to": "profile", "profile_field": "employees"}

    page = client_of(victor).post(reverse("vendor:application-question-create"), again)

    assert page.status_code == 422
    assert "Another question asks for it already" in page.text


def test_managers_do_not_write_the_form(client_of, vera):
    assert client_of(vera).get(reverse("vendor:application-question-list")).status_code == 403
    assert client_of(vera).get(reverse("vendor:application-terms")).status_code == 403


def test_terms_are_kept(client_of, victor, now):
    client_of(victor).post(
        reverse("vendor:application-terms"), {"is_open": "on", "response_hours": 24, "final_days": 7, "welcome": "Hi"}
    )

    assert ApplicationTerms.objects.values_list("response_hours", "final_days").get() == (24, 7)


def test_every_e_mail_can_be_written(waiting, vera, now):
    application_reviews.decline(application=waiting, by=vera, at=now, reason="fit", text="Not now.")
    application_reviews.reopen(application=waiting, by=vera, at=now)
    draft = PartnerApplicationFactory(edited_at=now - timedelta(days=8))
    applications.remind(at=now)
    applications.send_link(application=draft, at=now)

    outbox.deliver_due(at=now + timedelta(minutes=1))

    told = {one.subject for one in mail.outbox}
    assert "We look at the application of Quarry Systems again" in told
    assert f"Still interested? Your application for {draft.name} waits" in told
    assert all("{" not in one.body + one.subject for one in mail.outbox)
