"""The functions a formula is built of, as blocks people choose: their words, what each takes, and its constants."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

MANY = 50


@dataclass(frozen=True, slots=True)
class Setting:
    """A constant of a function. An empty `blank` leaves it out."""

    key: str
    label: Words
    blank: str = ""
    width: str = "w-24"


@dataclass(frozen=True, slots=True)
class Block:
    """One function: its name, what it does, and what each of its places is called.

    `roles` name the first places; where there may be more, the last role names the rest.
    """

    key: str
    label: Words
    description: Words
    roles: tuple[Words, ...] = ()
    most: int = 1
    settings: tuple[Setting, ...] = ()
    has_condition: bool = False
    compares: bool = False

    @property
    def fewest(self) -> int:
        """How many places it cannot do without."""
        return max(1, min(len(self.roles), self.most))

    def role(self, index: int) -> Words:
        """Return what a place is called."""
        return self.roles[min(index, len(self.roles) - 1)] if self.roles else ""


_CALCULATE = (
    Block("sum", _("Sum"), _("Everything added up. An empty part counts as 0."), most=MANY),
    Block(
        "difference",
        _("Difference"),
        _("The first number less all the others."),
        (_("From"), _("take away")),
        most=MANY,
    ),
    Block("product", _("Product"), _("Everything multiplied."), most=MANY),
    Block(
        "ratio",
        _("Ratio"),
        _("The first number divided by the second."),
        (_("Divide"), _("by")),
        most=2,
        settings=(Setting("if_zero", _("when divided by 0")),),
    ),
    Block(
        "growth",
        _("Growth in percent"),
        _("By how many percent the number now exceeds the one before."),
        (_("Now"), _("Before")),
        most=2,
        settings=(Setting("if_zero", _("when there was nothing before")),),
    ),
    Block("average", _("Average of several"), _("The mean of those that are known."), most=MANY),
    Block("best", _("Highest of several"), _("The highest of those that are known."), most=MANY),
    Block("worst", _("Lowest of several"), _("The lowest of those that are known."), most=MANY),
    Block(
        "first_known", _("First that is known"), _("The first that is not empty."), (_("Take"), _("else")), most=MANY
    ),
    Block(
        "clamp",
        _("Keep within limits"),
        _("Never below the lower and never above the upper limit."),
        settings=(Setting("from", _("at least")), Setting("to", _("at most"))),
    ),
    Block(
        "round", _("Round"), _("To so many decimal places."), settings=(Setting("places", _("places"), "0", "w-16"),)
    ),
)
_SCORE = (
    Block(
        "points",
        _("Weighted points"),
        _("Each part earns points per unit, up to a cap of its own."),
        most=MANY,
        settings=(Setting("cap", _("at most, all together")),),
    ),
    Block("bands", _("Bands"), _("The value of the highest band that a number reaches.")),
    Block(
        "credit",
        _("Credit up to a target"),
        _("A share of the points that grows with the number, all of them at the target."),
        settings=(Setting("target", _("target")), Setting("points", _("points at the target"), "100")),
    ),
    Block(
        "gate",
        _("Only if"),
        _("A number for partners who fulfil a condition; something else for all others."),
        (_("Then"),),
        settings=(Setting("otherwise", _("for all others"), "0"),),
        has_condition=True,
    ),
)
_PEERS = (
    Block(
        "percentile",
        _("Percentile among peers"),
        _("The share of peers, 0 to 100, that a partner is ahead of."),
        (_("Compare"),),
        has_condition=True,
        compares=True,
    ),
    Block(
        "rank",
        _("Rank among peers"),
        _("The place among peers; 1 is best."),
        (_("Compare"),),
        has_condition=True,
        compares=True,
    ),
)

#: What is chosen from, in groups. Only a whole formula compares peers.
GROUPS: tuple[tuple[Words, tuple[Block, ...]], ...] = ((_("Calculate"), _CALCULATE), (_("Score"), _SCORE))
PEER_GROUP: tuple[Words, tuple[Block, ...]] = (_("Compare peers"), _PEERS)
BLOCKS: dict[str, Block] = {block.key: block for _name, blocks in (*GROUPS, PEER_GROUP) for block in blocks}

PEERS: tuple[tuple[str, Words], ...] = (
    ("everybody", _("all partners")),
    ("country", _("partners of the same country")),
    ("region", _("partners of the same region")),
    ("category", _("partners of the same primary category")),
)
FREEZES: tuple[tuple[str, Words], ...] = (
    ("", _("always up to date")),
    ("month", _("kept for a month")),
    ("quarter", _("kept for a quarter")),
    ("year", _("kept for a year")),
    ("fiscal_quarter", _("kept for a fiscal quarter")),
    ("fiscal_year", _("kept for a fiscal year")),
    ("day", _("as of a fixed day")),
)
