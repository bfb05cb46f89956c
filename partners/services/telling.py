"""Who hears of what touches a partner, and how: in the reader's own language, once, with why and what to do."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import User
from accounts.roles import VendorRole
from accounts.services import notifications
from core.models import Program
from partners.models import Category, LifeStage, Partner, Tier, TierTrack
from partners.queries import languages, managers


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
    about: str = "",
) -> None:
    """Tell each of them once. `text` and `detail` are message ids with places for `names`; `key` names the occasion.

    `by_mail` says that it is worth an e-mail of its own; whether it becomes one is for each reader to choose, by `kind`
    (`accounts/notice_kinds.py`). `about` names what the reader must still be allowed to see when it is sent.

    Names are written as each reader reads them: definitions in their language, days and `Words` in theirs. Readers of
    the same languages are told together.
    """
    alike: dict[tuple[str, str], list[User]] = {}
    for user in users:
        alike.setdefault((user.language, languages.language_for(user)), []).append(user)
    for (language, reading_language), readers in alike.items():
        with translation.override(language):
            theirs = _as_read(names, reading_language)
            said, why = gettext(text) % theirs, gettext(detail) % theirs if detail else ""
        notifications.notify(
            user_ids=[user.pk for user in readers],
            kind=kind,
            text=said,
            detail=why.strip(),
            url=url,
            dedupe_key=key,
            by_mail=by_mail,
            about=about,
        )


class Day:
    """A day that is written the reader's way when it is read."""

    def __init__(self, day: date | None) -> None:
        self.day = day

    def __str__(self) -> str:
        return date_format(self.day, "DATE_FORMAT") if self.day else ""


class Words:
    """Words that are made when they are read, in the reader's language; once for each language."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = cache(lambda _language: make())

    def __str__(self) -> str:
        return str(self._make(translation.get_language()))


def _as_read(names: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return names as they are called in a language (categories, tiers, tracks, life stages), and days written out."""
    names = {name: Day(one) if type(one) is date else one for name, one in names.items()}
    if language == Program.current().language:
        return names
    own = {
        name: deepcopy(one) for name, one in names.items() if isinstance(one, (Category, LifeStage, Tier, TierTrack))
    }
    tracks = [one for one in own.values() if isinstance(one, TierTrack)]
    languages.name_tracks_in(language, *tracks)
    languages.name_in(language, *(one for one in own.values() if not isinstance(one, TierTrack)))
    return {**names, **own}


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
