"""How content, journeys and certifications are written on pages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from core.models import PublishState
from enablement.models import (
    AssetKind,
    AssetPart,
    EventState,
    Medium,
    SalesStage,
    Standard,
    StepKind,
    SurveyQuestionKind,
)
from enablement.queries.certifications import Held

register = template.Library()

ASSET_ICONS = {
    AssetKind.PAGE: "file-text",
    AssetKind.FILE: "file-down",
    AssetKind.LINK: "link",
    AssetKind.VIDEO: "circle-play",
    AssetKind.AUDIO: "headphones",
    AssetKind.KIT: "package",
}
#: Minutes from which hours are easier to read.
HOURS_FROM = 120

MEDIUM_ICONS = {
    Medium.READ: "book-open",
    Medium.WATCH: "circle-play",
    Medium.LISTEN: "headphones",
    Medium.KIT: "package",
}
STEP_ICONS = {
    StepKind.CONTENT: "book-open",
    StepKind.TASK: "square-check-big",
    StepKind.COURSE: "graduation-cap",
    StepKind.QUIZ: "list-checks",
    StepKind.CERTIFICATION: "badge-check",
    StepKind.SURVEY: "message-circle-question-mark",
    StepKind.MEETING: "calendar-days",
    StepKind.FORM: "clipboard-list",
    StepKind.OURS: "handshake",
}
SURVEY_KIND_ICONS = {
    SurveyQuestionKind.NPS: "heart",
    SurveyQuestionKind.SCALE: "sliders-horizontal",
    SurveyQuestionKind.SINGLE: "circle-dot",
    SurveyQuestionKind.MULTIPLE: "square-check-big",
    SurveyQuestionKind.RANKING: "list-ordered",
    SurveyQuestionKind.NUMBER: "hash",
    SurveyQuestionKind.TEXT: "message-square-text",
}
STATE_TONES: dict[str, str] = {
    PublishState.DRAFT: "warning",
    PublishState.SCHEDULED: "info",
    PublishState.PUBLISHED: "success",
    PublishState.EXPIRED: "error",
    PublishState.RETIRED: "plain",
    EventState.CANCELLED: "error",
}


@register.filter
def asset_icon(kind: str) -> str:
    """Return the icon of a kind of content."""
    return ASSET_ICONS.get(kind, "file-text")  # type: ignore[call-overload]


@register.filter
def survey_kind(kind: str) -> Any:
    """Return how a question of a survey is answered, in words."""
    return SurveyQuestionKind(kind).label if kind in SurveyQuestionKind.values else ""


@register.filter
def survey_kind_icon(kind: str) -> str:
    """Return the icon of a kind of question."""
    return SURVEY_KIND_ICONS.get(kind, "message-square-text")  # type: ignore[call-overload]


@register.filter
def medium_icon(medium: str) -> str:
    """Return the icon of a medium."""
    return MEDIUM_ICONS.get(medium, "file-text")  # type: ignore[call-overload]


@register.filter
def item(found: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping has for a key; nothing where it has none."""
    return found.get(key, "")


@register.filter
def is_other_side(user: Any, side: str) -> bool:
    """Whether somebody is on the other side than the reader; who is no longer known is on neither."""
    return user is not None and user.is_vendor != (side == "vendor")


@register.filter
def media_words(media: Sequence[str]) -> str:
    """Say in which media something is there: Read, Watch."""
    return ", ".join(str(one.label) for one in Medium if one in media)


@register.filter
def stage_words(stages: Sequence[str]) -> str:
    """Say for which sales stages something is."""
    return ", ".join(str(one.label) for one in SalesStage if one in stages)


@register.filter
def host_of(url: str) -> str:
    """Return where an address leads, without the rest of it."""
    return urlsplit(url).hostname or ""


@register.filter
def marked(text: str, words: Sequence[str]) -> SafeString:
    """Mark the words of a search in a plain text, where they begin a word."""
    if not words:
        return escape(text)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)
    pieces, end = [], 0
    for found in pattern.finditer(text):
        pieces += [escape(text[end : found.start()]), "<mark>", escape(found[0]), "</mark>"]
        end = found.end()
    return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308 - every piece of the text is escaped


@register.simple_tag
def part_address(side: str, part: AssetPart, door: str) -> str:
    """Return the address of a part's file on a side of the portal: to download, to play, or its captions."""
    return reverse(f"{side}:asset-part-{door}", args=[part.asset.public_id, part.public_id])


@register.filter
def step_icon(kind: str) -> str:
    """Return the icon of what a step asks for."""
    return STEP_ICONS.get(kind, "circle")  # type: ignore[call-overload]


@register.filter
def state_tone(state: str) -> str:
    """Return the tone of a draft, published or retired thing."""
    return STATE_TONES.get(state, "plain")


@register.filter
def minutes(value: int | None) -> str:
    """Write how long something takes, from two hours on in hours; nothing when it is not known."""
    if not value:
        return ""
    if value < HOURS_FROM:
        return _("%(minutes)d min") % {"minutes": value}
    hours, rest = divmod(value, 60)
    return (_("%(hours)d h %(minutes)d min") if rest else _("%(hours)d h")) % {"hours": hours, "minutes": rest}


@register.filter
def language(code: str) -> str:
    """Write the name of a language; its code when nobody knows the name."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def file_facts(part: AssetPart) -> str:
    """Write a file's ending and size: PDF, 1.2 MB."""
    ending = part.file_name.rpartition(".")[2].upper()
    return f"{ending}, {filesizeformat(part.file_bytes)}" if part.file_bytes else ending


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


@register.filter
def standard_name(standard: str) -> str:
    """Return what a standard is called."""
    return str(Standard(standard).label) if standard else ""


@register.filter
def time_spent(seconds: int) -> str:
    """Return a time in whole minutes, at least one where there is any."""
    return minutes(max(1, round(seconds / 60))) if seconds else "–"
