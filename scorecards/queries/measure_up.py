"""How a partner measures up in its own eyes: only what it may see, with best practice and what each gap is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from scorecards.queries.cards import MetricRow, ScoreCard, SectionRow
from scorecards.queries.wording import Words

#: Gaps with a word of advice on top of the page.
ADVICE_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of the partner's: where it stands, and what the next step would be."""

    row: MetricRow
    words: str

    @property
    def level(self) -> int | None:
        """The level that was answered; None for what is measured, and before the first answer."""
        return int(self.row.value) if self.row.metric.is_assessed and self.row.value is not None else None

    @property
    def has_faded(self) -> bool:
        """Whether it earns less by now than it did when it was answered."""
        return self.level is not None and (self.row.points or 0) < self.row.metric.points_of(self.row.value)

    @property
    def stands_at(self) -> str:
        """What its level means."""
        return self.row.metric.anchors[self.level - 1] if self.level else ""

    @property
    def next_level(self) -> str:
        """What the next level would mean; nothing on the highest one."""
        anchors = self.row.metric.anchors
        return anchors[self.level] if self.level and self.level < len(anchors) else ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A scorecard as its partner sees it: nothing of its parts where only the score is shared."""

    sections: Sequence[tuple[SectionRow, Sequence[Measure]]]
    gaps: Sequence[Measure]


def measured(card: ScoreCard) -> Measured:
    """Return the parts a partner may see, and its biggest gaps among them."""
    if not card.scorecard.shows_everything:
        return Measured([], [])
    words = Words.now()
    shown = {
        row.metric.pk: Measure(row, "" if row.metric.is_assessed else words.of(row.metric.expression))
        for row in card.rows
        if row.metric.is_assessed or words.for_partners(row.metric.expression)
    }
    sections = [
        (section, [shown[row.metric.pk] for row in section.rows if row.metric.pk in shown]) for section in card.sections
    ]
    gaps = [one for pk, one in shown.items() if one.row.worth > 0 and one.row.points is not None]
    return Measured([(section, rows) for section, rows in sections if rows], gaps[:ADVICE_SHOWN])
