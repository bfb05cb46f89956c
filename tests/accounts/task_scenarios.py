"""How to try the tasks of accounts twice."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Notification, SignInAttempt
from accounts.services import digests
from core.models import OutboxMessage
from tests.architecture.twice import Scenario, scenario
from tests.factories.accounts import NotificationFactory, SignInAttemptFactory


@scenario("accounts.tasks.clear_leftovers")
def old_and_new_leftovers() -> Scenario:
    """An old failed sign-in and a fresh one, an expired session and a live one."""
    now = timezone.now()
    for name, at in (("old", now - timedelta(days=1)), ("new", now)):
        SignInAttemptFactory(email=f"{name}@example.com", at=at)
        Session.objects.create(session_key=name, session_data="", expire_date=at + timedelta(hours=1))
    return Scenario(
        state=lambda: (
            sorted(SignInAttempt.objects.values_list("email", flat=True)),
            sorted(Session.objects.values_list("session_key", flat=True)),
        )
    )


@scenario("accounts.tasks.collect_digests")
def one_notice_waits_for_a_digest() -> Scenario:
    """One notice is older than a week, another has just been told."""
    for text, days in (("old", 8), ("new", 0)):
        notice = NotificationFactory(text=text, way="digest")
        Notification.objects.filter(pk=notice.pk).update(created_at=timezone.now() - timedelta(days=days))
    return Scenario(
        state=lambda: (
            sorted(Notification.objects.filter(digested_at__isnull=False).values_list("text", flat=True)),
            OutboxMessage.objects.filter(topic=digests.DIGEST).count(),
        )
    )
