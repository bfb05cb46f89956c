"""How content, journeys and certifications are written on pages."""

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from enablement.models import Asset, AssetKind, AssetState, StepKind
from enablement.queries.certifications import Held

register = template.Library()

ASSET_ICONS = {
    AssetKind.PAGE: "file-text",
    AssetKind.FILE: "file-down",
    AssetKind.LINK: "link",
    AssetKind.VIDEO: "circle-play",
}
STEP_ICONS = {
    StepKind.CONTENT: "book-open",
    StepKind.TASK: "square-check-big",
    StepKind.COURSE: "graduation-cap",
    StepKind.QUIZ: "list-checks",
    StepKind.CERTIFICATION: "badge-check",
}
STATE_TONES = {AssetState.DRAFT: "warning", AssetState.PUBLISHED: "success", AssetState.RETIRED: "plain"}


@register.filter
def asset_icon(kind: str) -> str:
    """Return the icon of a medium."""
    return ASSET_ICONS.get(kind, "file-text")  # type: ignore[call-overload]


@register.filter
def step_icon(kind: str) -> str:
    """Return the icon of what a step asks for."""
    return STEP_ICONS.get(kind, "circle")  # type: ignore[call-overload]


@register.filter
def state_tone(state: str) -> str:
    """Return the tone of a draft, published or retired thing."""
    return STATE_TONES.get(state, "plain")  # type: ignore[call-overload]


@register.filter
def minutes(value: int | None) -> str:
    """Write how long something takes; nothing when it is not known."""
    return _("%(minutes)d min") % {"minutes": value} if value else ""


@register.filter
def language(code: str) -> str:
    """Write the name of a language; its code when nobody knows the name."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def file_facts(asset: Asset) -> str:
    """Write a file's ending and size: PDF, 1.2 MB."""
    ending = asset.file_name.rpartition(".")[2].upper()
    return f"{ending}, {filesizeformat(asset.file_bytes)}" if asset.file_bytes else ending


@register.filter
def expiry_words(one: Held) -> str:
    """Say in words until when a certification counts."""
    if one.held.revoked_at:
        return _("Revoked")
    if one.is_expired:
        return _("Expired")
    if one.days_left is None:
        return _("Never expires")
    if one.expires_soon:
        return ngettext("Expires in %(days)d day", "Expires in %(days)d days", one.days_left) % {"days": one.days_left}
    return _("Valid")


@register.filter
def expiry_tone(one: Held) -> str:
    """Return the tone of those words."""
    if one.is_expired:
        return "error"
    return "warning" if one.expires_soon else "success"
