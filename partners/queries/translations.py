"""What there is to translate, and to look at again: every definition in every further language of the program."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from core.models import Program, VersionState
from partners.models import (
    CategoryOverride,
    CategoryOverrideVersion,
    CategoryVersion,
    LifeStageVersion,
    Tier,
    TierOverride,
    TierOverrideVersion,
    TierTrack,
    TierVersion,
)
from partners.queries.languages import Completeness, completeness

#: By kind of definition: what is shown with it, and the page on which it is translated.
PAGES: tuple[tuple[Any, str | Promise, tuple[str, ...], str], ...] = (
    (CategoryVersion, _("Category"), ("definition",), "vendor:category-languages"),
    (TierVersion, _("Tier"), ("definition__track",), "vendor:tier-languages"),
    (LifeStageVersion, _("Life stage"), ("definition",), "vendor:life-stage-languages"),
    (
        CategoryOverrideVersion,
        _("Category in a region"),
        ("definition__category", "definition__region"),
        "vendor:category-override-languages",
    ),
    (
        TierOverrideVersion,
        _("Tier in a region"),
        ("definition__tier__track", "definition__region"),
        "vendor:tier-override-languages",
    ),
)
#: What a definition says in a region is written by that region's admins, too.
REGIONAL: Mapping[Any, Any] = {CategoryOverrideVersion: CategoryOverride, TierOverrideVersion: TierOverride}
#: What the list may be narrowed to.
KEEPS: Mapping[str, Callable[[Completeness], bool]] = {
    "open": lambda there: not there.is_complete,
    "old": lambda there: bool(there.old),
    "missing": lambda there: bool(there.missing),
    "all": lambda _there: True,
}


@dataclass(frozen=True, slots=True)
class Work:
    """One definition in one language: how far it is, and where somebody goes on with it."""

    kind: str
    name: str
    url: str
    there: Completeness


def work(*, user: Any, language: str = "") -> list[Work]:
    """Return how far definitions are that somebody may translate, as written now: drafts before what is published.

    Of one `language` only, where one is given.
    """
    tracks = _tracks() if user.has(Permission.MANAGE_CATEGORIES) else ()
    return [one for one in (*_definitions(user), *tracks) if not language or one.there.code == language]


def kept(all_work: Iterable[Work], show: str) -> list[Work]:
    """Return what is old (the original changed since), missing, open (either) or all of it."""
    return [one for one in all_work if KEEPS[show](one.there)]


def _definitions(user: Any) -> Iterable[Work]:
    for model, kind, related, page in PAGES:
        rows = model.objects.exclude(state=VersionState.SUPERSEDED).filter(definition__retired_at__isnull=True)
        if not user.has(Permission.MANAGE_CATEGORIES):
            regional = REGIONAL.get(model)
            if regional is None:
                continue
            rows = rows.filter(definition__in=regional.objects.editable_by(user, Permission.MANAGE_CATEGORIES))
        # A draft comes after what is published, and is what people translate.
        written = {one.definition_id: one for one in rows.select_related(*related).order_by("number")}
        for version in sorted(written.values(), key=lambda one: str(one.definition)):
            url = reverse(page, args=[version.definition.public_id])
            for there in completeness(version):
                if there.total:
                    yield Work(str(kind), _name_of(version.definition), f"{url}?language={there.code}", there)


def _name_of(definition: Any) -> str:
    """Return what a definition is called; of a tier, with its track, for names alone ("Gold") do not tell."""
    tier = definition if isinstance(definition, Tier) else getattr(definition, "tier", None)
    return f"{tier.track}: {definition}" if tier is not None else str(definition)


def _tracks() -> Iterable[Work]:
    label = (str(TierTrack._meta.get_field("name").verbose_name).capitalize(),)
    for track in TierTrack.objects.order_by("position", "pk"):
        url = reverse("vendor:track-edit", args=[track.public_id])
        for code, name in Program.current().further_languages.items():
            there = bool(track.names.get(code))
            missing = () if there else label
            yield Work(str(_("Tier track")), str(track), url, Completeness(code, name, int(there), 1, missing))
