"""What one category means for one partner, as both sides see it."""

from typing import Any

from core.services import versions
from partners.models import MembershipState, Partner
from partners.models.memberships import HOLDING_STATES
from partners.queries import glossary, languages, texts
from partners.queries.categories import GlossaryEntry

#: The parts of the page: its heading, and the texts under it with theirs.
GIVES = ("benefits", "incentives", "marketing_kit")
ASKS = ("eligibility", "requirements", "obligations")
WORKS = ("training", "co_selling", "deal_terms", "contacts")


def context_of(entry: GlossaryEntry, partner: Partner, *, reader: Any, wished: str = "") -> dict[str, Any]:
    """Return what the page of a category shows of its words, in the reader's language and the partner's region."""
    code = languages.language_for(reader, wished)
    read = languages.read(entry.version, code)
    offered = languages.offered()
    membership = entry.membership
    return {
        "entry": entry,
        "category": entry.category,
        "version": read.version,
        "read": read,
        "name": read.name,
        "membership": membership,
        "gives": _said(read.version, GIVES),
        "asks": _said(read.version, ASKS),
        "works": _said(read.version, WORKS),
        "criteria": texts.criteria_in_words(entry.version.criteria),
        "way_up": glossary.way_up(entry.applied, partner),
        "offered": list(offered.items()) if len(offered) > 1 else [],
        "own_language": next(iter(offered.values())),
        "joined_under": _joined_under(entry),
        "is_member": membership is not None and membership.state in HOLDING_STATES,
        "is_open_to_declare": membership is None
        or membership.state in (MembershipState.SUGGESTED, MembershipState.SELF_DECLARED),
    }


def changes_since(entry: GlossaryEntry) -> list[texts.Change]:
    """Return what the program's text says otherwise since the partner joined."""
    joined = _joined_under(entry)
    published = versions.published_of(entry.category)
    return texts.changes_of(joined, published) if joined is not None and published is not None else []


def _joined_under(entry: GlossaryEntry) -> Any | None:
    """Return the version under which the partner joined, when another one holds now."""
    joined = entry.membership.category_version if entry.membership else None
    return joined if joined is not None and joined.number != entry.applied.number else None


def _said(version: Any, names: tuple[str, ...]) -> list[texts.Text]:
    return [texts.Text(languages.label_of(version, name), words) for name in names if (words := getattr(version, name))]
