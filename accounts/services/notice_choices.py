"""What people choose of notices and the digest, and the links in e-mails that choose for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import notice_kinds
from accounts.models import DigestSetting, NoticeChoice, Rhythm, User
from accounts.notice_kinds import NoticeKind, Way
from core.audit import action
from core.refusals import Refusal

SALT = "accounts.unsubscribe"


def choose(*, user: User, by: User | None, at: datetime, ways: Mapping[str, str]) -> list[str]:
    """Keep how somebody wants kinds of notices; an empty way is as suggested. Returns the kinds that changed."""
    for key, way in ways.items():
        kind = notice_kinds.KINDS.get(key)
        if kind is None or not kind.may_be_chosen or way not in {"", *kind.ways}:
            raise Refusal({key: _("This cannot be chosen.")})
    with action("notices.choose", by=by):
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        known = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "way"))
        changed = sorted(key for key, way in ways.items() if known.get(key, "") != way)
        for key in changed:
            if ways[key]:
                NoticeChoice.objects.update_or_create(user=user, kind=key, defaults={"way": ways[key]})
            else:
                NoticeChoice.objects.filter(user=user, kind=key).delete()
    return changed


def set_digest(*, user: User, by: User | None, at: datetime, rhythm: str, weekday: int, hour: int) -> bool:
    """Keep when somebody gets the digest. Returns whether that is new."""
    said: dict[str, Any] = {"rhythm": rhythm, "weekday": weekday, "hour": hour}
    DigestSetting(user=user, **said).clean_fields()
    with action("notices.set_digest", by=by):
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        kept = digest_of(user)
        if {name: getattr(kept, name) for name in said} == said:
            return False
        DigestSetting.objects.update_or_create(user=user, defaults=said)
    return True


def digest_of(user: User) -> DigestSetting:
    """Return when somebody gets the digest; what holds for everybody where they have not said."""
    return DigestSetting.objects.filter(user=user).first() or DigestSetting(user=user)


# --- the link in an e-mail


def token_of(user: User, kind: NoticeKind) -> str:
    """Return what proves that a link was sent to somebody in an e-mail of a kind. It never runs out."""
    return signing.Signer(salt=SALT).sign_object({"user": str(user.public_id), "kind": kind.key})


def read_token(token: str) -> tuple[User, NoticeKind] | None:
    """Return whose link it is and of what kind; nothing for what we did not sign."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    user = User.objects.filter(public_id=said["user"]).first()
    kind = notice_kinds.DIGEST if said["kind"] == notice_kinds.DIGEST.key else notice_kinds.of(said["kind"])
    return (user, kind) if user is not None and kind.may_be_chosen else None


def link_of(user: User, kind: NoticeKind) -> str:
    """Return the address at which somebody ends e-mails of a kind with one click, signed in or not."""
    return settings.PUBLIC_URL + reverse("notices-off", args=[token_of(user, kind)])


def headers_of(user: User, kind: NoticeKind) -> dict[str, str]:
    """Return what lets a mail program offer to unsubscribe (RFC 8058); nothing for what cannot be chosen."""
    if not kind.may_be_chosen:
        return {}
    return {
        "List-Unsubscribe": f"<{link_of(user, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def unsubscribe(*, user: User, kind: NoticeKind, at: datetime) -> bool:
    """End e-mails of a kind; the notices stay in the portal. Returns whether that is new."""
    if kind is notice_kinds.DIGEST:
        kept = digest_of(user)
        said = {"weekday": kept.weekday, "hour": kept.hour}
        return set_digest(user=user, by=user, at=at, rhythm=Rhythm.NEVER, **said)
    return bool(choose(user=user, by=user, at=at, ways={kind.key: Way.PORTAL}))


def subscribe(*, user: User, kind: NoticeKind, at: datetime) -> bool:
    """Take that back: the kind comes as suggested again, the digest weekly. Returns whether that is new."""
    if kind is notice_kinds.DIGEST:
        kept = digest_of(user)
        said = {"weekday": kept.weekday, "hour": kept.hour}
        return set_digest(user=user, by=user, at=at, rhythm=Rhythm.WEEKLY, **said)
    return bool(choose(user=user, by=user, at=at, ways={kind.key: ""}))
