"""Applications on the applicant's side: begun, filled in, submitted once the address is proved, withdrawn.

draft ─▶ submitted ─▶ in review ─▶ approved
             ▲            │  ├───▶ declined ─▶ (reopened) in review
             └── asked ◀──┘       any of them but approved and declined ─▶ withdrawn

The token of an application's link is derived from it and the installation's secret key, so that only its digest is kept
and the e-mail can be sent again with the same link.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from core.services import outbox
from partners.models import ApplicationQuestion, ApplicationState, Category, PartnerApplication
from partners.models.applications import EDITABLE_STATES, OPEN_STATES
from partners.queries import application_questions as questions
from partners.queries import applications as reads
from partners.queries.finder import open_versions
from partners.services import application_answers

LINK, PROOF_ASKED = "partners.application_link", "partners.application_proof_asked"
SUBMITTED, WITHDRAWN = "partners.application_submitted", "partners.application_withdrawn"
LEFT_ALONE = "partners.application_left_alone"
REMIND_AFTER = timedelta(days=7)
FORGET_AFTER = timedelta(days=60)
MOST_CATEGORIES = 10
MOST_LINKS = 5


class NotEditable(Refusal):
    """The application cannot be changed in its state."""


class Incomplete(Refusal):
    """Something needed is missing; `missing` names the steps."""


# --- the link


def token_of(application: PartnerApplication) -> str:
    """Return the token in the application's link. It changes with the address it is sent to."""
    said = f"{application.public_id} {application.contact_email}"
    return salted_hmac("partners.application", said, algorithm="sha256").hexdigest()


def find(*, token: str) -> PartnerApplication | None:
    """Return the application a link belongs to."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return PartnerApplication.objects.filter(token_digest=digest).select_related("region").first()


def send_links(*, email: str, at: datetime) -> int:
    """Send somebody the links of their applications, newest first. Returns how many; nobody is told."""
    rows = PartnerApplication.objects.filter(contact_email__iexact=email.strip())
    ids = list(rows.order_by("-edited_at", "-pk").values_list("pk", flat=True)[:MOST_LINKS])
    for pk in ids:
        outbox.put(topic=LINK, payload={"application": pk})
    return len(ids)


def send_link(*, application: PartnerApplication, at: datetime) -> None:
    """Send the link of an application again."""
    outbox.put(topic=LINK, payload={"application": application.pk})


# --- filling it in


def start(*, who: Mapping[str, Any], language: str, at: datetime) -> PartnerApplication:
    """Begin an application, and have its link sent."""
    application = PartnerApplication(
        **application_answers.clean_who(who), language=language, edited_at=at, token_digest=secrets.token_hex(32)
    )
    application.region = reads.likely_region(application.country)
    with audit.action("application.start", by=None):
        application.save(force_insert=True)
        application.refresh_from_db()
        _renew_token(application)
        outbox.put(topic=LINK, payload={"application": application.pk})
    return application


def change_who(*, application: PartnerApplication, who: Mapping[str, Any], at: datetime) -> list[str]:
    """Change who applies. A new address is proved anew by the link sent to it. Returns which fields changed."""
    values = application_answers.clean_who(who)
    with audit.action("application.change_who", by=None):
        locked = _locked(application, EDITABLE_STATES)
        changed = [name for name, value in values.items() if getattr(locked, name) != value]
        if not changed:
            return []
        if "contact_email" in changed and locked.state != ApplicationState.DRAFT:
            raise Refusal({"contact_email": _("The address stays once the application was submitted.")})
        for name in changed:
            setattr(locked, name, values[name])
        if "country" in changed:
            locked.region = reads.likely_region(locked.country)
        locked.edited_at = at
        locked.save(update_fields=[*changed, "region", "edited_at"])
        if "contact_email" in changed:
            locked.email_proved_at = locked.wants_to_submit_at = None
            locked.save(update_fields=["email_proved_at", "wants_to_submit_at"])
            _renew_token(locked)
            outbox.put(topic=LINK, payload={"application": locked.pk})
    application.refresh_from_db()
    return changed


def answer(
    *,
    application: PartnerApplication,
    asked: Iterable[ApplicationQuestion],
    values: Mapping[str, Any],
    at: datetime,
) -> bool:
    """Keep answers, by the question's public id. Returns whether any differs from what was kept."""
    cleaned = application_answers.clean(asked, values)
    with audit.action("application.answer", by=None):
        locked = _locked(application, EDITABLE_STATES)
        kept = {key: value for key, value in {**locked.answers, **cleaned}.items() if value not in (None, "", [])}
        changed: bool = kept != locked.answers
        if changed:
            locked.answers, locked.edited_at = kept, at
            locked.save(update_fields=["answers", "edited_at"])
    application.refresh_from_db()
    return changed


def choose(*, application: PartnerApplication, categories: Iterable[Category], at: datetime) -> bool:
    """Choose the categories applied for. Returns whether they are others than before."""
    ids = sorted({category.pk for category in categories})
    is_open = set(open_versions().values_list("definition_id", flat=True))
    if not ids and is_open:
        raise Refusal({"categories": _("Choose at least one category. When in doubt, take the nearest.")})
    if set(ids) - is_open:
        raise Refusal({"categories": _("One of these categories is not open any more.")})
    if len(ids) > MOST_CATEGORIES:
        raise Refusal({"categories": _("Choose %(count)d at most.") % {"count": MOST_CATEGORIES}})
    with audit.action("application.choose", by=None):
        locked = _locked(application, EDITABLE_STATES)
        changed = locked.category_ids != ids
        if changed:
            locked.category_ids, locked.edited_at = ids, at
            locked.save(update_fields=["category_ids", "edited_at"])
    application.refresh_from_db()
    return changed


# --- proved, submitted, withdrawn


def prove(*, application: PartnerApplication, at: datetime) -> bool:
    """Note that the applicant opened the link: the address is theirs. What waited for that is submitted.

    Returns whether it was submitted by this.
    """
    with audit.action("application.prove", by=None):
        locked = _locked(application, tuple(ApplicationState))
        if locked.email_proved_at is None:
            locked.email_proved_at = at
            locked.save(update_fields=["email_proved_at"])
        waits = locked.state == ApplicationState.DRAFT and locked.wants_to_submit_at is not None
        submitted = waits and not what_is_missing(locked) and submit(application=locked, at=at)
    application.refresh_from_db()
    return submitted


def what_is_missing(application: PartnerApplication) -> dict[str, list[str]]:
    """Return what must still be told, by step: the texts of questions, or of the step itself."""
    missing: dict[str, list[str]] = {}
    general, special = questions.about_business(), questions.about_categories(application.category_ids)
    for step, asked in (("business", general), ("questions", special)):
        if found := questions.unanswered(asked, application.answers):
            missing[step] = [one.text for one in found]
    is_open = set(open_versions().values_list("definition_id", flat=True))
    if is_open and not is_open & set(application.category_ids):
        missing["categories"] = [_("The categories you apply for")]
    return missing


def submit(*, application: PartnerApplication, at: datetime) -> bool:
    """Hand an application in; submitted already, nothing changes.

    It counts once the address is proved: until then the wish is kept, and the applicant is asked to open the link.
    Returns whether it is with the vendor now.
    """
    with audit.action("application.submit", by=None):
        locked = _locked(application, (*EDITABLE_STATES, *OPEN_STATES))
        if locked.state not in EDITABLE_STATES:
            return True
        if missing := what_is_missing(locked):
            told = ", ".join(text for texts in missing.values() for text in texts)
            raise Incomplete(_("Still missing: %(what)s.") % {"what": told}, code="incomplete")
        if locked.email_proved_at is None:
            if locked.wants_to_submit_at is None:
                locked.wants_to_submit_at = at
                locked.save(update_fields=["wants_to_submit_at"])
                outbox.put(topic=PROOF_ASKED, payload={"application": locked.pk})
            application.refresh_from_db()
            return False
        _hand_in(locked, at=at)
    application.refresh_from_db()
    return True


def withdraw(*, application: PartnerApplication, at: datetime) -> bool:
    """Take an application back. A draft is removed with all it says. Returns whether that was a change."""
    with audit.action("application.withdraw", by=None):
        found = PartnerApplication.objects.select_for_update(of=("self",)).filter(pk=application.pk).first()
        if found is None or found.state == ApplicationState.WITHDRAWN:
            return False
        if found.state == ApplicationState.DRAFT:
            found.delete()
            return True
        if found.state not in OPEN_STATES:
            raise NotEditable(_("It was decided already."), code="wrong_state")
        found.state, found.due_at, found.closed_at = ApplicationState.WITHDRAWN, None, at
        found.save(update_fields=["state", "due_at", "closed_at"])
        outbox.put(topic=WITHDRAWN, payload={"application": found.pk})
    application.refresh_from_db()
    return True


# --- drafts left alone


def remind(*, at: datetime) -> int:
    """Remind those who left a draft alone for a week, once. Returns how many."""
    with audit.action("application.remind", by=None):
        rows = PartnerApplication.objects.select_for_update(skip_locked=True).filter(
            state=ApplicationState.DRAFT, edited_at__lte=at - REMIND_AFTER, reminded_at__isnull=True
        )
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        PartnerApplication.objects.filter(pk__in=ids).update(reminded_at=at)
        for pk in ids:
            outbox.put(topic=LEFT_ALONE, payload={"application": pk})
    return len(ids)


def forget_drafts(*, at: datetime) -> int:
    """Remove drafts that nobody touched for sixty days, with all they say of people. Returns how many."""
    with audit.action("application.forget", by=None):
        rows = PartnerApplication.objects.select_for_update(skip_locked=True).filter(
            state=ApplicationState.DRAFT, edited_at__lte=at - FORGET_AFTER
        )
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        PartnerApplication.objects.filter(pk__in=ids).delete()
    return len(ids)


# --- inside


def due_after(at: datetime) -> datetime:
    """Return by when an applicant must hear from the vendor who handed in now."""
    return at + timedelta(hours=reads.terms().response_hours)


def _hand_in(application: PartnerApplication, *, at: datetime) -> None:
    first = application.submitted_at is None
    application.state = ApplicationState.SUBMITTED
    application.submitted_at = application.submitted_at or at
    application.due_at, application.escalated_at = due_after(at), None
    if first:
        application.region = application.region or reads.likely_region(application.country)
        application.reviewer = reads.likely_reviewer(application.region)
    fields = ["state", "submitted_at", "due_at", "escalated_at", "region", "reviewer"]
    application.save(update_fields=fields)
    outbox.put(topic=SUBMITTED, payload={"application": application.pk, "at": at.isoformat(), "first": first})


def _locked(application: PartnerApplication, states: tuple[str, ...]) -> PartnerApplication:
    rows = PartnerApplication.objects.select_for_update(of=("self",)).select_related("region")
    locked: PartnerApplication = rows.get(pk=application.pk)
    if locked.state not in states:
        raise NotEditable(
            _("This application cannot be changed now: it is “%(state)s”.") % {"state": locked.get_state_display()},
            code="wrong_state",
        )
    return locked


def _renew_token(application: PartnerApplication) -> None:
    """Keep the digest of the token, which can be derived only once the row has its public id."""
    application.token_digest = hashlib.sha256(token_of(application).encode()).hexdigest()
    application.save(update_fields=["token_digest"])
