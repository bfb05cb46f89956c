"""How to try the tasks of accounts twice."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import SignInAttempt
from tests.architecture.twice import Scenario, scenario
from tests.factories.accounts import SignInAttemptFactory


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
