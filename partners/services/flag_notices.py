"""Tells people of flags: the owner that there is one, the sender what the answer is, program admins what is late."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from partners.models import Flag, FlagState
from partners.services.telling import Day, program_admins, tell


def flag_changed(payload: Mapping[str, Any]) -> None:
    """Tell who has to hear of a step of a flag."""
    flag = (
        Flag.objects.select_related("sent_by", "owner", "partner", "category", "tier", "membership")
        .filter(pk=payload["flag_id"])
        .first()
    )
    if flag is None:
        return
    what = payload["what"]
    if what == "decided":
        _tell_sender(flag)
    elif flag.is_open and what == "late":
        text = gettext_noop("Nobody has answered a flag about %(definition)s that was due on %(day)s.")
        tell(program_admins(), text=text, url=_page(flag), **_told(flag, "late"))
    elif flag.is_open and flag.owner is not None:
        text = gettext_noop("%(sender)s flags %(definition)s: please answer by %(day)s.")
        detail = gettext_noop("“%(text)s”")
        occasion = f"owner-{flag.owner_id}"
        tell([flag.owner], text=text, detail=detail, url=_page(flag), by_mail=True, **_told(flag, occasion))


def _tell_sender(flag: Flag) -> None:
    if flag.sent_by is None:
        return
    if flag.state == FlagState.ACCEPTED:
        text = gettext_noop("Your flag about %(definition)s was accepted.")
    else:
        text = gettext_noop("Your flag about %(definition)s was answered: nothing changes.")
    page = reverse("partner:flag-detail", args=[flag.public_id]) if flag.from_partner else _page(flag)
    detail = gettext_noop("%(reply)s")
    tell([flag.sent_by], text=text, detail=detail, url=page, by_mail=True, **_told(flag, "decided"))


def _told(flag: Flag, occasion: str) -> dict[str, Any]:
    names = {
        "definition": flag.definition,
        "sender": flag.sent_by or "",
        "day": Day(flag.due_on),
        "text": flag.text,
        "reply": flag.reply,
    }
    return {"kind": "flag", "names": names, "key": f"flag-{flag.pk}-{occasion}"}


def _page(flag: Flag) -> str:
    return reverse("vendor:flag-detail", args=[flag.public_id])
