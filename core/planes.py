"""Points by two figures in a plane that marks divide into cells: drawn on the server like the charts of core/charts.py.

Positions are shares of the plane, so that it stretches with the page while dots stay round and words keep their size.
Each cell is a link; dots are decoration that tells its name on pointing, for the table beside the plane says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, log10, sqrt
from textwrap import wrap

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Where the middle lies so near the lower end, an axis is stretched there.
CROWDED = 0.15
#: A mark at the end of an axis has so much of it beyond, and values that do not begin near zero so much around them.
ROOM, EDGE = 0.12, 0.03
LINE_HEIGHT = 16
#: So many letters stand in a line of a cell's name, by the number of marks: on a phone a box is narrow.
LETTERS = {1: 18, 2: 10}
#: Dots stand so far from the edge that they are seen whole.
MARGIN = 0.012
BINS_ACROSS, BINS_UP = 24, 16
SHADES = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """Which values an axis shows. A stretched one gives the lower end more room, by the square root."""

    low: float
    high: float
    is_stretched: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies, from 0 to 1; one beyond an end lies at it."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return sqrt(share) if self.is_stretched else share

    def holds(self, value: float) -> bool:
        """Say whether a value lies within the axis."""
        return self.low <= value <= self.high

    @property
    def step(self) -> float:
        """A round number of which some hundred make the axis: how far an arrow key moves a mark."""
        return float(10 ** floor(log10((self.high - self.low) / 50)))


def scale_over(
    *, lowest: float, first: float, middle: float, last: float, highest: float, marks: Sequence[float]
) -> Scale:
    """Return the axis for values of which nearly all lie between `first` and `last`, with all marks well inside."""
    edge = EDGE * (last - first)
    begins_at_zero = lowest >= 0 and first <= last - first
    low = 0.0 if begins_at_zero else first - edge
    high = last if begins_at_zero else last + edge
    spread = max(high, *marks) - min(low, *marks) or 1.0
    low = min(low, marks[0] - ROOM * spread) if marks[0] <= low else low
    high = max(high, marks[-1] + ROOM * spread) if marks[-1] + ROOM * spread / 2 > high else high
    is_crowded = begins_at_zero and low >= 0 and (middle - low) < CROWDED * (high - low)
    return Scale(low, high if high > low else low + 1, is_crowded)


@dataclass(frozen=True, slots=True)
class Square:
    """One cell: its place from the bottom left, the lines of its name, its figures, and where a click leads."""

    column: int
    row: int
    lines: Sequence[str]
    figure: str
    note: str
    href: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One of those shown. A dot that lies beyond an end is hollow."""

    x: float
    y: float
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line between two parts: the name of the field that moves it, its value, and how that is written."""

    name: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Plane:
    """All that is drawn. With `is_dense`, dots are counted in small squares, darker where there are more."""

    x: Scale
    y: Scale
    x_marks: Sequence[Mark]
    y_marks: Sequence[Mark]
    squares: Sequence[Square]
    dots: Sequence[Dot] = field(default=())
    is_dense: bool = False

    @property
    def columns(self) -> list[float]:
        """Where columns begin and end, from the left."""
        return [0.0, *(self.x.share(mark.value) for mark in self.x_marks), 1.0]

    @property
    def rows(self) -> list[float]:
        """Where rows begin and end, from below."""
        return [0.0, *(self.y.share(mark.value) for mark in self.y_marks), 1.0]


def drawing(plane: Plane, *, title: str) -> SafeString:
    """Draw a plane for a page; `title` says in words what it shows."""
    axes = format_html_join(
        "",
        ' data-{}-low="{}" data-{}-high="{}" data-{}-stretched="{}" data-{}-step="{}"',
        (
            (axis, repr(one.low), axis, repr(one.high), axis, int(one.is_stretched), axis, repr(one.step))
            for axis, one in (("x", plane.x), ("y", plane.y))
        ),
    )
    return format_html(
        '<svg class="chart plane" role="group" aria-label="{}"{}>{}</svg>', title, axes, contents(plane, linked=True)
    )


def contents(plane: Plane, *, linked: bool) -> SafeString:
    """Return cells, dots, marks and words, to stand in any frame; without links where nobody can follow them."""
    layers = (
        format_html_join("", "{}", ((_ground(plane, one, linked=linked),) for one in plane.squares)),
        _bins(plane) if plane.is_dense else _dots(plane, linked=linked),
        format_html_join("", "{}", ((_x_mark(plane, one),) for one in plane.x_marks)),
        format_html_join("", "{}", ((_y_mark(plane, one),) for one in plane.y_marks)),
        format_html_join("", "{}", ((_words(plane, one),) for one in plane.squares)),
    )
    return format_html("{}{}{}{}{}", *layers)


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def _box(plane: Plane, one: Square) -> tuple[str, str, str, str]:
    """Return left, top, width and height of a cell."""
    columns, rows = plane.columns, plane.rows
    left, right = columns[one.column], columns[one.column + 1]
    bottom, top = rows[one.row], rows[one.row + 1]
    return _percent(left), _percent(1 - top), _percent(right - left), _percent(top - bottom)


def _ground(plane: Plane, one: Square, *, linked: bool) -> SafeString:
    rank = one.column + one.row
    box = format_html(
        '<rect class="plane-cell cell-{}" x="{}" y="{}" width="{}" height="{}"/>',
        rank,
        *_box(plane, one),
    )
    return format_html('<a href="{}" aria-label="{}">{}</a>', one.href, one.spoken, box) if linked else box


def _words(plane: Plane, one: Square) -> SafeString:
    lines = [part for line in one.lines for part in wrap(line, LETTERS[len(plane.x_marks)], break_long_words=False)]
    names = format_html_join(
        "",
        '<text class="plane-name" x="22" y="{}">{}</text>',
        ((20 + index * LINE_HEIGHT, line) for index, line in enumerate(lines)),
    )
    below = 22 + len(lines) * LINE_HEIGHT
    left, top, width, height = _box(plane, one)
    return format_html(
        '<svg class="plane-words" aria-hidden="true" x="{}" y="{}" width="{}" height="{}">{}'
        '<text class="plane-figure" x="22" y="{}">{}</text><text class="plane-note" x="22" y="{}">{}</text></svg>',
        left,
        top,
        width,
        height,
        names,
        below,
        one.figure,
        below + LINE_HEIGHT,
        one.note,
    )


def _dots(plane: Plane, *, linked: bool) -> SafeString:
    def place(share: float) -> float:
        return MARGIN + share * (1 - 2 * MARGIN)

    drawn = (
        (
            dot,
            _percent(place(plane.x.share(dot.x))),
            _percent(1 - place(plane.y.share(dot.y))),
            "" if plane.x.holds(dot.x) and plane.y.holds(dot.y) else " is-beyond",
        )
        for dot in plane.dots
    )
    circles = (
        (dot, format_html('<circle class="plane-dot{}" cx="{}" cy="{}" r="4.5"/>', beyond, x, y))
        for dot, x, y, beyond in drawn
    )
    if not linked:
        return format_html_join("", "{}", ((circle,) for _dot, circle in circles))
    return format_html(
        '<g aria-hidden="true">{}</g>',
        format_html_join(
            "",
            '<a href="{}" tabindex="-1"><title>{}</title>{}</a>',
            ((dot.href, dot.title, circle) for dot, circle in circles),
        ),
    )


def _bins(plane: Plane) -> SafeString:
    counted: dict[tuple[int, int], int] = {}
    for dot in plane.dots:
        across = min(int(plane.x.share(dot.x) * BINS_ACROSS), BINS_ACROSS - 1)
        up = min(int(plane.y.share(dot.y) * BINS_UP), BINS_UP - 1)
        counted[across, up] = counted.get((across, up), 0) + 1
    most = max(counted.values(), default=1)
    return format_html_join(
        "",
        '<rect class="plane-bin bin-{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (
                min(1 + int(SHADES * sqrt(count / most)), SHADES),
                _percent(across / BINS_ACROSS),
                _percent(1 - (up + 1) / BINS_UP),
                _percent(1 / BINS_ACROSS),
                _percent(1 / BINS_UP),
            )
            for (across, up), count in sorted(counted.items())
        ),
    )


def _x_mark(plane: Plane, mark: Mark) -> SafeString:
    at = _percent(plane.x.share(mark.value))
    return format_html(
        '<g class="plane-mark is-upright" data-mark="{}"><line class="plane-grip" x1="{}" x2="{}" y1="0%" y2="100%"/>'
        '<line class="plane-line" x1="{}" x2="{}" y1="0%" y2="100%"/>'
        '<text class="plane-value" x="{}" y="100%" dx="5" dy="-7">{}</text></g>',
        mark.name,
        *[at] * 5,
        mark.text,
    )


def _y_mark(plane: Plane, mark: Mark) -> SafeString:
    at = _percent(1 - plane.y.share(mark.value))
    return format_html(
        '<g class="plane-mark" data-mark="{}"><line class="plane-grip" x1="0%" x2="100%" y1="{}" y2="{}"/>'
        '<line class="plane-line" x1="0%" x2="100%" y1="{}" y2="{}"/>'
        '<text class="plane-value" x="100%" y="{}" dx="-6" dy="-5" text-anchor="end">{}</text></g>',
        mark.name,
        *[at] * 5,
        mark.text,
    )
