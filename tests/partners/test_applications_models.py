"""What the database refuses of applications, whoever writes them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from partners.models import PartnerApplication
from tests.factories.partners import (
    EARLIER,
    ApplicationQuestionFactory,
    ApplicationTermsFactory,
    AttributeDefinitionFactory,
    PartnerApplicationFactory,
    PartnerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"name": ""}, "application_named"),
        ({"country": "de"}, "application_country_shape"),
        ({"state": "submitted", "due_at": EARLIER}, "application_submitted_with_proof"),
        ({"due_at": EARLIER}, "application_due_while_we_owe"),
        (
            {"state": "approved", "submitted_at": EARLIER, "email_proved_at": EARLIER},
            "application_approved_has_partner",
        ),
        ({"state": "declined", "submitted_at": EARLIER, "email_proved_at": EARLIER}, "application_declined_says_why"),
    ],
)
def test_an_application_that_contradicts_itself_is_refused(changes, constraint):
    application = PartnerApplicationFactory()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PartnerApplication.objects.filter(pk=application.pk).update(**changes)


def test_an_applicant_becomes_a_partner_by_approval_only():
    application = PartnerApplicationFactory(handed_in=True)

    with pytest.raises(IntegrityError, match="application_approved_has_partner"), transaction.atomic():
        PartnerApplication.objects.filter(pk=application.pk).update(partner=PartnerFactory())


def test_a_refusal_is_not_final_before_it_is_said():
    application = PartnerApplicationFactory(handed_in=True)
    said = {"state": "declined", "due_at": None, "decline_reason": "fit", "decline_text": "No.", "decided_at": EARLIER}

    with pytest.raises(IntegrityError, match="application_declined_says_why"), transaction.atomic():
        PartnerApplication.objects.filter(pk=application.pk).update(**said, final_at=EARLIER - timedelta(days=1))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"text": ""}, "application_question_says_something"),
        ({"goes_to": "profile"}, "application_question_has_one_place"),
        ({"kind": ""}, "application_question_has_one_place"),
        ({"profile_field": "employees"}, "application_question_has_one_place"),
        ({"kind": "choice"}, "application_question_choices_given"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ApplicationQuestionFactory(**fields)


def test_two_questions_in_use_never_ask_for_the_same():
    attribute = AttributeDefinitionFactory()
    to_profile = {"goes_to": "profile", "profile_field": "employees"}
    for place in (to_profile, {"goes_to": "attribute", "attribute": attribute}):
        ApplicationQuestionFactory(kind="", **place)
        with pytest.raises(IntegrityError, match="_once"), transaction.atomic():
            ApplicationQuestionFactory(kind="", **place)
        ApplicationQuestionFactory(kind="", retired_at=EARLIER, **place)


def test_there_is_one_row_of_terms():
    with pytest.raises(IntegrityError, match="application_terms_single_row"), transaction.atomic():
        ApplicationTermsFactory(id=2)
    with pytest.raises(IntegrityError, match="application_terms_positive"), transaction.atomic():
        ApplicationTermsFactory(response_hours=0)
