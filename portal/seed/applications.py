"""Writes the application form, and organisations that applied, in every state an application can be in."""

from datetime import datetime, timedelta

from accounts.models import User
from partners.models import ApplicationQuestion, AttributeDefinition, Category, PartnerApplication
from partners.services import (
    application_approvals,
    application_questions,
    application_reviews,
    application_talk,
    applications,
    conversations,
)
from portal.seed.shapes import Applicant, FormQuestion, Programme

WELCOME = (
    "Lumen sells through partners only. Tell us who you are and how you work; you see at once which kind of partnership"
    " fits you and why. We answer within two working days."
)
GRACE = timedelta(hours=2)


def write(programme: Programme, *, by: User, at: datetime) -> None:
    """Write the questions, then each applicant, as of the days on which things happened."""
    categories = {one.key: one for one in Category.objects.all()}
    asked = {one.key: _ask(one, categories, by=by, at=at) for one in programme.questions}
    if programme.questions:
        application_questions.set_terms(by=by, at=at, changes={"welcome": WELCOME})
    for applicant in programme.applicants:
        _apply(applicant, asked, categories, by=by, at=at)


def _ask(one: FormQuestion, categories: dict[str, Category], *, by: User, at: datetime) -> ApplicationQuestion:
    goes_to = "profile" if one.profile_field else "attribute" if one.attribute else "nowhere"
    return application_questions.create(
        text=one.text,
        help_text=one.help_text,
        goes_to=goes_to,
        profile_field=one.profile_field,
        attribute=AttributeDefinition.objects.get(key=one.attribute) if one.attribute else None,
        kind=one.kind,
        choices=list(one.choices),
        categories=[categories[key] for key in one.categories],
        is_required=one.is_required,
        by=by,
        at=at,
    )


def _apply(
    one: Applicant, asked: dict[str, ApplicationQuestion], categories: dict[str, Category], *, by: User, at: datetime
) -> None:
    then = at - timedelta(days=one.days)
    who = {"name": one.name, "domain": one.domain, "country": one.country, "contact_name": one.contact}
    who |= {"contact_title": one.title, "contact_email": f"{one.contact.split()[0].lower()}@{one.domain}"}
    application = applications.start(who=who, language="en", at=then - GRACE)
    values = {str(asked[key].public_id): value for key, value in one.answers.items()}
    chosen = [categories[key] for key in one.categories]
    applications.answer(application=application, asked=asked.values(), values=values, at=then - GRACE)
    applications.choose(application=application, categories=chosen, at=then - GRACE)
    if one.state == "draft":
        return
    applications.prove(application=application, at=then)
    applications.submit(application=application, at=then)
    _decide(one, application, chosen, by=application.reviewer or by, at=min(at, then + timedelta(hours=5)))


def _decide(one: Applicant, application: PartnerApplication, chosen: list[Category], *, by: User, at: datetime) -> None:
    """Bring an application into the state it shall be in."""
    if one.state == "withdrawn":
        applications.withdraw(application=application, at=at)
    elif one.state != "submitted":
        application_reviews.take(application=application, by=by, at=at)
    if one.state == "asked":
        application_reviews.ask(application=application, by=by, at=at, text=one.asked)
    elif one.state == "declined":
        reason, text, outlook = one.declined
        application_reviews.decline(application=application, by=by, at=at, reason=reason, text=text, outlook=outlook)
    elif one.state == "approved":
        application_approvals.approve(
            application=application,
            by=by,
            at=at,
            categories=dict.fromkeys(chosen, "pending"),
            manager=application.reviewer,
        )
    for side, text in one.said:
        if side == "applicant":
            application_talk.say(application=application, at=at, text=text)
        else:
            thread = conversations.thread_of(subject=application, by=by, at=at)
            conversations.post(thread=thread, by=by, at=at, text=text)
