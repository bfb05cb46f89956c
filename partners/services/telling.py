"""Who hears of what touches a partner, and how: in the reader's own language, once, with why and what to do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from accounts.roles import VendorRole
from accounts.services import notifications
from partners.models import Partner
from partners.queries import managers


def tell(
    users: Iterable[User],
    *,
    kind: str,
    text: str,
    names: Mapping[str, Any],
    url: str,
    key: str,
    detail: str = "",
    by_mail: bool = False,
) -> None:
    """Tell each of them once. `text` and `detail` are message ids with places for `names`; `key` names the occasion."""
    for user in users:
        with translation.override(user.language):
            said, why = gettext(text) % names, gettext(detail) % names if detail else ""
        notifications.notify(
            user_ids=[user.pk], kind=kind, text=said, detail=why.strip(), url=url, dedupe_key=key, by_mail=by_mail
        )


def people_of(partner: Partner) -> list[User]:
    """Return everybody at a partner who may sign in."""
    return list(User.objects.filter(person__partner=partner, person__left_at__isnull=True, is_active=True))


def admins_of(partner: Partner) -> list[User]:
    """Return the partner's own admins; where it has none, everybody there who may sign in."""
    people = people_of(partner)
    return [user for user in people if user.person.is_admin] or people


def manager_of(partner: Partner) -> list[User]:
    """Return the channel account manager of a partner, and who stands in while the manager is away; perhaps nobody."""
    return list(managers.reached_at([partner], at=timezone.now()).order_by("pk"))


def program_admins() -> list[User]:
    """Return the program admins who may sign in."""
    return list(User.objects.filter(role=VendorRole.PROGRAM_ADMIN, is_active=True))
