"""Badges: the public signs of certificates, at addresses nobody can guess."""

import secrets
from datetime import datetime

from enablement.models import Badge, HeldCertification

TOKEN_BYTES = 24


def issue(*, held: HeldCertification, at: datetime) -> Badge | None:
    """Give a person's certificate of ours its badge. Given once, it keeps its address."""
    if held.person_id is None or not held.certification.is_ours:
        return None
    badge, _created = Badge.objects.get_or_create(
        held=held, defaults={"token": secrets.token_urlsafe(TOKEN_BYTES), "issued_at": at}
    )
    return badge
