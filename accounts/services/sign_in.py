"""Failed sign-ins, counted per (address, network), so that nobody can try without end or lock out somebody else."""

from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import SignInAttempt

EMAIL_LENGTH = 254


def take_attempt(*, email: str, network: str, at: datetime) -> bool:
    """Count one attempt before it is made. Returns whether it may be made.

    The row comes first and is counted with the others, so that attempts made at once cannot slip past together.
    """
    attempt = SignInAttempt.objects.create(email=_key(email), network=network, at=at)
    since = at - timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)
    recent = SignInAttempt.objects.filter(email=attempt.email, network=network, at__gt=since)
    if recent.count() <= settings.SIGN_IN_ATTEMPTS:
        return True
    attempt.delete()
    return False


def may_try(*, name: str, network: str, at: datetime) -> bool:
    """Whether somebody has not failed too often of late. For systems, which knock many times at once: none is in the
    way of the others, as it would be if each was counted before it is looked at."""
    since = at - timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)
    failed = SignInAttempt.objects.filter(email=_key(name), network=network, at__gt=since)
    return failed.count() < settings.SIGN_IN_ATTEMPTS


def note_failure(*, name: str, network: str, at: datetime) -> None:
    """Count a try that failed."""
    SignInAttempt.objects.create(email=_key(name), network=network, at=at)


def forget_attempts(*, email: str, network: str) -> None:
    """Forget the failed attempts of somebody who got it right."""
    SignInAttempt.objects.filter(email=_key(email), network=network).delete()


def clear_old_attempts(*, at: datetime) -> int:
    """Remove attempts that count no more. Returns how many."""
    before = at - timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)
    return SignInAttempt.objects.filter(at__lte=before).delete()[0]


def _key(email: str) -> str:
    return email.strip().lower()[:EMAIL_LENGTH]
