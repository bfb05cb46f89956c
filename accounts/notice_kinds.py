"""The kinds of notices, each with who gets it and how it comes as long as its reader has not chosen.

What is told with a kind that is not here goes as "Everything else". What the law or the program needs has a reason
instead of a choice.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """How a notice reaches its reader beside the portal, where every notice stands."""

    AT_ONCE = "at_once", _("At once by e-mail")
    DIGEST = "digest", _("In the digest")
    PORTAL = "portal", _("Only in the portal")


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of notice. `vendor` and `partner` say on which side people get it."""

    key: str
    label: str | Promise
    about: str | Promise
    vendor: bool = True
    partner: bool = True
    #: How those come that are not worth an e-mail of their own, as long as the reader has not chosen.
    light: Way = Way.PORTAL
    has_digest: bool = True
    #: Why it cannot be chosen.
    reason: str | Promise = ""

    @property
    def suggestion(self) -> str | Promise:
        """How it comes as long as its reader has not chosen, in words."""
        if self.light is Way.DIGEST:
            return _("As suggested (what is light in the digest)")
        return _("As suggested (what is light only here)")

    @property
    def ways(self) -> list[Way]:
        """The ways among which its readers choose."""
        return [way for way in Way if self.has_digest or way is not Way.DIGEST]

    @property
    def may_be_chosen(self) -> bool:
        """Whether its readers choose how it comes."""
        return not self.reason

    def is_for(self, *, at_vendor: bool) -> bool:
        """Whether people of a side get it."""
        return self.vendor if at_vendor else self.partner


OTHER = NoticeKind("other", _("Everything else"), _("What has no line of its own here."))
#: The digest itself, in links that end it.
DIGEST = NoticeKind("digest", _("The digest"), _("Several notices in one e-mail."))

_LISTED = (
    NoticeKind(
        "agreement", _("Agreements"), _("What is to be signed, and what changed in it."),
        reason=_("Your organisation is bound by it."),
    ),
    NoticeKind(
        "tier", _("Tiers"), _("What tier a partner reaches, keeps or loses."),
        reason=_("Terms and benefits depend on it."),
    ),
    NoticeKind(
        "news_must", _("News to acknowledge"), _("What everybody has to have read."), vendor=False,
        reason=_("We have to know that you have read it."),
    ),
    NoticeKind(
        "news", _("News"), _("What is new about products and the program."), vendor=False, light=Way.DIGEST
    ),
    NoticeKind(
        "event_new", _("New events"), _("Live training and sessions you may come to."), vendor=False, light=Way.DIGEST
    ),
    NoticeKind(
        "event", _("Your events"), _("Seats, waiting lists, other times, and the day before."), vendor=False
    ),
    NoticeKind(
        "message", _("Messages"), _("What somebody writes to you in a conversation."), has_digest=False
    ),
    NoticeKind("mention", _("Mentions"), _("Somebody names you in a conversation.")),
    NoticeKind("task", _("Tasks"), _("What is to be done, and what is late.")),
    NoticeKind("success_plan", _("Success plans"), _("What is agreed, changed and due in a plan.")),
    NoticeKind("journey", _("Journeys"), _("Steps that are due, proofs and meetings.")),
    NoticeKind("certification", _("Certifications"), _("What was earned, and what runs out.")),
    NoticeKind("skill", _("Skills"), _("What your vendor confirms of skills and ways of working."), vendor=False),
    NoticeKind("specialization", _("Specializations"), _("What was granted, and what runs out.")),
    NoticeKind("membership", _("Categories"), _("How a partner comes into a category and leaves it.")),
    NoticeKind("review", _("Reviews"), _("Whether a category still describes a partner.")),
    NoticeKind("flag", _("Flags"), _("What somebody finds wrong in a category, and what became of it.")),
    NoticeKind("survey", _("Surveys"), _("What is asked of you, and what became of the answers.")),
    NoticeKind("assessment", _("Assessments"), _("What is to be answered, and what came of it.")),
    NoticeKind("prescription", _("Agreed steps"), _("What was proposed to close a gap.")),
    NoticeKind("goal", _("Goals"), _("What is aimed at, and how far it is.")),
    NoticeKind("survey", _("Surveys"), _("What we would like to know, and what became of it.")),
    NoticeKind("reference", _("Customer references"), _("What was sent, and decided.")),
    NoticeKind("assignment", _("Who looks after whom"), _("A partner gets another manager.")),
    NoticeKind("partner", _("Merged partners"), _("Two records became one.")),
    NoticeKind("application", _("Applications"), _("Who wants to become a partner."), partner=False),
    NoticeKind("definition", _("Changes of the program"), _("Categories, tiers and stages that change.")),
    NoticeKind("alerts", _("Alerts"), _("What changed at your partners, once a day."), partner=False),
    NoticeKind("cover", _("Leave cover"), _("Whom you stand in for."), partner=False),
    NoticeKind(
        "asset", _("Content to review"), _("What of yours is to be read again."), partner=False,
    ),
    NoticeKind(
        "rule.failed", _("Rules that fail"), _("A rule cannot be computed."), partner=False
    ),
    OTHER,
)  # fmt: skip
KINDS: dict[str, NoticeKind] = {kind.key: kind for kind in _LISTED}


def of(key: str) -> NoticeKind:
    """Return the kind that a notice counts as."""
    return KINDS.get(key, OTHER)


def way_of(kind: NoticeKind, *, chosen: str | None, by_mail: bool) -> Way:
    """Return how a notice comes: as its reader chose for the kind, else by how much it weighs.

    `by_mail` is what the sender says of its weight: worth an e-mail of its own.
    """
    if chosen and kind.may_be_chosen:
        return Way(chosen)
    if by_mail:
        return Way.AT_ONCE
    return kind.light if kind.may_be_chosen else Way.PORTAL
