"""Tells those whom it concerns that two partners are one, or two again."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from partners.models import Merge
from partners.services.telling import admins_of, manager_of, tell


def merged(payload: Mapping[str, Any]) -> None:
    """Tell the surviving partner's admins and its manager what became of the other record."""
    merge = Merge.objects.select_related("survivor", "merged_by").filter(pk=payload["merge_id"]).first()
    if merge is None:
        return
    partner, undone = merge.survivor, payload["undone"]
    names = {"partner": partner, "merged": merge.merged_name, "note": merge.note}
    told: dict[str, Any] = {"kind": "partner", "names": names, "key": f"merge-{merge.pk}-{undone}"}
    if undone:
        own = gettext_noop("%(merged)s is a partner of its own again.")
        theirs = gettext_noop("%(merged)s was taken out of %(partner)s again.")
        why = gettext_noop("What belonged to it went back; what came since stays with %(partner)s.")
    else:
        own = gettext_noop("%(merged)s is part of your record now.")
        theirs = gettext_noop("%(merged)s is part of %(partner)s now.")
        why = gettext_noop("Both are one organisation: people, deals and history are together. %(note)s")
    tell(admins_of(partner), text=own, detail=why, url=reverse("partner:profile"), by_mail=True, **told)
    page = reverse("vendor:partner-detail", args=[partner.public_id])
    tell(manager_of(partner), text=theirs, detail=why, url=page, **told)
