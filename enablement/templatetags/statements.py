"""How pages write what other learning systems told."""

from django import template
from django.utils.translation import gettext as _

from enablement.models import LearningStatement, StatementOutcome

register = template.Library()

LONGEST = 80
TONES: dict[str, str] = {
    StatementOutcome.RECEIVED: "info",
    StatementOutcome.COUNTED: "success",
    StatementOutcome.NO_PERSON: "warning",
    StatementOutcome.NO_ACTIVITY: "warning",
    StatementOutcome.VOIDED: "error",
}


@register.filter
def outcome_tone(outcome: str) -> str:
    """Return the colour of what became of a statement."""
    return TONES.get(outcome, "plain")


@register.filter
def told_person(statement: LearningStatement) -> str:
    """Return whom a statement is about: by our own name, else as it was told."""
    if statement.person is not None:
        return statement.person.name
    actor = statement.actor
    account = actor.get("account", {})
    address = actor.get("mbox", "").removeprefix("mailto:")
    names = (actor.get("name"), address, account.get("name"), actor.get("openid"), actor.get("mbox_sha1sum"))
    return shortened(next((name for name in names if name), _("A group")))


@register.filter
def told_verb(statement: LearningStatement) -> str:
    """Return what the person did, in the other system's English, else the last word of the verb's address."""
    display = statement.said["verb"].get("display", {})
    english = (words for language, words in display.items() if language.lower().split("-")[0] == "en" and words)
    last = statement.verb.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
    return shortened(next(english, last))


def shortened(words: str) -> str:
    """Return words of strangers no longer than a line."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
