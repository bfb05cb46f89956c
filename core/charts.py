"""Charts drawn on the server as SVG.

No script and no inline style: colours come from CSS classes (assets/css/charts.css), so that dark mode, print and PDF work by
themselves. "You" is solid, a benchmark dashed or a dark tick, a target dotted; every chart says its content in words as well.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, floor, log10, pi, sin

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

Number = int | float | Decimal
Point = tuple[float, float]

GOOD_FROM = 70
MIDDLING_FROM = 50


@dataclass(frozen=True, slots=True)
class Axis:
    """One spoke of a radar: its name, the value, and the value to compare with (None: too few to compare)."""

    label: str
    value: Number
    bench: Number | None = None


def clamped(value: Number, maximum: Number) -> float:
    """Return the value as a share of the maximum, from 0 to 1."""
    if not maximum or maximum < 0:
        return 0.0
    return max(0.0, min(1.0, float(value) / float(maximum)))


def shown(value: Number) -> str:
    """Return a number as people read it: grouped, at most one decimal place, none when it is whole."""
    rounded = round(float(value), 1)
    return number_format(int(rounded) if rounded.is_integer() else rounded, use_l10n=True, force_grouping=True)


def tone_of(score: Number) -> str:
    """Return the colour word of a score out of 100."""
    return "good" if score >= GOOD_FROM else "mid" if score >= MIDDLING_FROM else "low"


def _polar(centre: Point, radius: float, angle: float) -> Point:
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _arc(centre: Point, radius: float, start: float, end: float) -> str:
    (x0, y0), (x1, y1) = _polar(centre, radius, start), _polar(centre, radius, end)
    return f"M{x0:.2f} {y0:.2f}A{radius} {radius} 0 {int(end - start > pi)} 1 {x1:.2f} {y1:.2f}"


def _titled(view_box: str, css: str, title: str, description: str, body: SafeString) -> SafeString:
    """Wrap a drawing with its name and description; their ids are never the same twice, fragments of other processes included."""
    key = f"chart-{secrets.token_hex(4)}"
    return format_html(
        '<svg viewBox="{}" class="chart {}" role="img" aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}</desc>{}</svg>',
        view_box,
        css,
        key,
        key,
        key,
        title,
        key,
        description,
        body,
    )


# --- radar ----------------------------------------------------------------------------------------------------

RADAR_SIZE = 340
RADAR_SIDE_ROOM = 75
RADAR_RINGS = 5


def _spoken(axis: Axis) -> str:
    if axis.bench is None:
        return _("%(label)s %(value)s") % {"label": axis.label, "value": shown(axis.value)}
    return _("%(label)s %(value)s, benchmark %(bench)s") % {
        "label": axis.label,
        "value": shown(axis.value),
        "bench": shown(axis.bench),
    }


def _radar_label(axis: Axis, angle: float, at: Point) -> SafeString:
    anchor = "middle" if abs(cos(angle)) < 0.3 else "start" if cos(angle) > 0 else "end"
    lift = -12 if sin(angle) < -0.9 else 10 if sin(angle) > 0.9 else -2
    against = (
        format_html(' <tspan class="chart-sub">{}</tspan>', _("vs %s") % shown(axis.bench))
        if axis.bench is not None
        else ""
    )
    return format_html(
        '<text class="chart-label" x="{}" y="{}" text-anchor="{}">{}</text>'
        '<text class="chart-value" x="{}" y="{}" text-anchor="{}">{}{}</text>',
        f"{at[0]:.1f}",
        f"{at[1] + lift:.1f}",
        anchor,
        axis.label,
        f"{at[0]:.1f}",
        f"{at[1] + lift + 17:.1f}",
        anchor,
        shown(axis.value),
        against,
    )


def radar(axes: Sequence[Axis], *, title: str, maximum: Number = 5) -> SafeString:
    """Draw five to eight categories against a benchmark. A table with the same numbers belongs beside it."""
    if len(axes) < 3:
        return mark_safe("")
    centre = ((RADAR_SIZE + 2 * RADAR_SIDE_ROOM) / 2, RADAR_SIZE / 2)
    radius = RADAR_SIZE * 0.36
    angles = [-pi / 2 + 2 * pi * index / len(axes) for index in range(len(axes))]

    def outline(shares: Iterable[float]) -> list[Point]:
        return [_polar(centre, radius * share, angle) for share, angle in zip(shares, angles, strict=True)]

    rings = format_html_join(
        "",
        '<polygon class="chart-grid" points="{}"/>',
        ((_points(outline([ring / RADAR_RINGS] * len(axes))),) for ring in range(1, RADAR_RINGS + 1)),
    )
    spokes = format_html_join(
        "",
        '<line class="chart-grid" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        ((f"{centre[0]:.1f}", f"{centre[1]:.1f}", f"{x:.1f}", f"{y:.1f}") for x, y in outline([1] * len(axes))),
    )
    bench: SafeString | str = ""
    if all(axis.bench is not None for axis in axes):
        shares = [clamped(axis.bench or 0, maximum) for axis in axes]
        bench = format_html('<polygon class="chart-bench" points="{}"/>', _points(outline(shares)))
    corners = outline([clamped(axis.value, maximum) for axis in axes])
    you = format_html('<polygon class="chart-you" points="{}"/>', _points(corners))
    dots = format_html_join(
        "", '<circle class="chart-dot" cx="{}" cy="{}" r="3.5"/>', ((f"{x:.1f}", f"{y:.1f}") for x, y in corners)
    )
    labels = format_html_join(
        "",
        "{}",
        (
            (_radar_label(axis, angle, _polar(centre, radius + 14, angle)),)
            for axis, angle in zip(axes, angles, strict=True)
        ),
    )
    return _titled(
        f"0 0 {RADAR_SIZE + 2 * RADAR_SIDE_ROOM} {RADAR_SIZE}",
        "chart-radar",
        title,
        "; ".join(_spoken(axis) for axis in axes),
        format_html("{}{}{}{}{}{}", rings, spokes, bench, you, dots, labels),
    )


# --- one number ---------------------------------------------------------------------------------------------------


def gauge(value: Number | None, *, label: str, bench: Number | None = None, maximum: Number = 100) -> SafeString:
    """Draw one number as a half circle, with a dark tick at the benchmark. Amber means below it."""
    centre, radius = (80.0, 80.0), 62

    def angle(number: Number) -> float:
        return pi + pi * clamped(number, maximum)

    parts = [format_html('<path class="gauge-track" d="{}"/>', _arc(centre, radius, pi, 2 * pi))]
    if value is None:
        spoken = _("%(label)s: not measured yet") % {"label": label}
    else:
        spoken = _("%(label)s: %(value)s of %(maximum)s") % {
            "label": label,
            "value": shown(value),
            "maximum": shown(maximum),
        }
        below = bench is not None and value < bench
        drawn = max(clamped(value, maximum), 0.01) * float(maximum)
        parts.append(
            format_html(
                '<path class="gauge-fill tone-{}" d="{}"/>',
                "below" if below else "above",
                _arc(centre, radius, pi, angle(drawn)),
            )
        )
    if bench is not None:
        spoken = _("%(figure)s; benchmark %(bench)s") % {"figure": spoken, "bench": shown(bench)}
        (x0, y0), (x1, y1) = (_polar(centre, radius + reach, angle(bench)) for reach in (-13, 13))
        ends = [f"{number:.1f}" for number in (x0, y0, x1, y1)]
        parts.append(
            format_html_join(
                "",
                '<line class="gauge-{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
                ((kind, *ends) for kind in ("halo", "tick")),
            )
        )
    return format_html(
        '<svg viewBox="0 0 160 92" class="chart chart-gauge" role="img" aria-label="{}">{}'
        '<text x="80" y="76" text-anchor="middle" class="gauge-num">{}</text></svg>',
        spoken,
        format_html_join("", "{}", ((part,) for part in parts)),
        "–" if value is None else shown(value),
    )


def ring(value: Number | None, *, label: str, size: str = "") -> SafeString:
    """Draw a score out of 100 as a ring; a dash when there is none yet."""
    around = 2 * pi * 15.5
    large = " chart-ring-lg" if size == "lg" else ""
    if value is None:
        spoken, fill, text = _("%(label)s: not measured yet") % {"label": label}, mark_safe(""), "–"
    else:
        score = round(clamped(value, 100) * 100)
        spoken = _("%(label)s %(score)s of 100") % {"label": label, "score": score}
        text = str(score)
        fill = format_html(
            '<circle class="ring-fill tone-{}" cx="20" cy="20" r="15.5" stroke-dasharray="{} {}" transform="rotate(-90 20 20)"/>',
            tone_of(score),
            f"{around * score / 100:.2f}",
            f"{around:.2f}",
        )
    return format_html(
        '<svg viewBox="0 0 40 40" class="chart-ring{}" role="img" aria-label="{}"><circle class="ring-track" cx="20" cy="20" r="15.5"/>{}'
        '<text x="20" y="24" text-anchor="middle" class="ring-num">{}</text></svg>',
        large,
        spoken,
        fill,
        text,
    )


def meter(value: Number, *, bench: Number | None = None, maximum: Number = 5, label: str = "") -> SafeString:
    """Draw a bar with a tick at the benchmark."""
    width = 200
    tick: SafeString | str = ""
    if bench is not None:
        at = f"{clamped(bench, maximum) * width:.1f}"
        tick = format_html('<line class="meter-tick" x1="{}" x2="{}" y1="0" y2="14"/>', at, at)
    spoken = _spoken(Axis(label, value, bench)) if label else ""
    return format_html(
        '<svg viewBox="0 0 200 14" preserveAspectRatio="none" class="chart-meter" {}><rect class="meter-track" y="4" width="200" height="6" rx="3"/>'
        '<rect class="meter-fill {}" y="4" width="{}" height="6" rx="3"/>{}</svg>',
        format_html('role="img" aria-label="{}"', spoken) if spoken else mark_safe('aria-hidden="true"'),
        "below" if bench is not None and value < bench else "above",
        f"{clamped(value, maximum) * width:.1f}",
        tick,
    )


def spark(values: Sequence[Number], *, width: int = 96, height: int = 28) -> SafeString:
    """Draw the shape of a few numbers over time. Decoration beside a figure, so it says nothing itself."""
    if len(values) < 2:
        return mark_safe("")
    low, high = float(min(values)), float(max(values))
    span = (high - low) or 1.0
    line = [
        (index * (width - 3) / (len(values) - 1), height - 3 - (float(value) - low) / span * (height - 6))
        for index, value in enumerate(values)
    ]
    last_x, last_y = line[-1]
    return format_html(
        '<svg viewBox="0 0 {} {}" class="chart-spark" aria-hidden="true"><polygon class="spark-area" points="{}"/>'
        '<polyline class="spark-line" points="{}"/><circle class="spark-dot" cx="{}" cy="{}" r="2.5"/></svg>',
        width,
        height,
        _points([(0, height), *line, (last_x, height)]),
        _points(line),
        f"{last_x:.1f}",
        f"{last_y:.1f}",
    )


# --- series and boards ----------------------------------------------------------------------------------------

TREND_WIDTH, TREND_HEIGHT = 640, 220
TREND_LEFT, TREND_BOTTOM, TREND_TOP, TREND_RIGHT = 48, 28, 12, 12
TREND_LABELS = 6


def nice_ceiling(value: float) -> float:
    """Return the next round number at or above the value: 1, 2, 2.5, 5 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10 ** floor(log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def trend(
    points: Sequence[tuple[str, Number]],
    *,
    title: str,
    bench: Sequence[tuple[str, Number]] | None = None,
    target: Number | None = None,
) -> SafeString:
    """Draw a figure over time from zero, with an optional dashed benchmark and a dotted target."""
    if len(points) < 2:
        return mark_safe("")
    values = [float(value) for _label, value in points]
    others = [float(value) for _label, value in bench or ()]
    top = nice_ceiling(max([*values, *others, float(target or 0)]))
    inner_width, inner_height = TREND_WIDTH - TREND_LEFT - TREND_RIGHT, TREND_HEIGHT - TREND_TOP - TREND_BOTTOM

    def x(index: int, count: int) -> float:
        return TREND_LEFT + inner_width * index / max(count - 1, 1)

    def y(value: float) -> float:
        return TREND_TOP + inner_height * (1 - clamped(value, top))

    def line(numbers: Sequence[float]) -> list[Point]:
        return [(x(index, len(numbers)), y(number)) for index, number in enumerate(numbers)]

    grid = format_html_join(
        "",
        '<line class="chart-grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="axis" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                TREND_LEFT,
                TREND_WIDTH - TREND_RIGHT,
                f"{y(mark):.1f}",
                f"{y(mark):.1f}",
                TREND_LEFT - 8,
                f"{y(mark) + 4:.1f}",
                shown(mark),
            )
            for mark in (0, top / 2, top)
        ),
    )
    step = max(1, -(-len(points) // TREND_LABELS))
    labelled = [(index, label) for index, (label, _value) in enumerate(points) if index % step == 0]
    labels = format_html_join(
        "",
        '<text class="axis" x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (
                f"{x(index, len(points)):.1f}",
                TREND_HEIGHT - 8,
                "start" if index == 0 else "end" if index == len(points) - 1 else "middle",
                label,
            )
            for index, label in labelled
        ),
    )
    you = line(values)
    floor_y = y(0)
    area = format_html(
        '<polygon class="chart-area" points="{}"/><polyline class="chart-line" points="{}"/>',
        _points([(you[0][0], floor_y), *you, (you[-1][0], floor_y)]),
        _points(you),
    )
    benchmark = (
        format_html('<polyline class="chart-bench" points="{}"/>', _points(line(others))) if len(others) > 1 else ""
    )
    aim: SafeString | str = ""
    if target is not None:
        level = f"{y(float(target)):.1f}"
        aim = format_html(
            '<line class="chart-target" x1="{}" x2="{}" y1="{}" y2="{}"/>',
            TREND_LEFT,
            TREND_WIDTH - TREND_RIGHT,
            level,
            level,
        )
    description = _("From %(first)s (%(first_label)s) to %(last)s (%(last_label)s).") % {
        "first": shown(values[0]),
        "first_label": points[0][0],
        "last": shown(values[-1]),
        "last_label": points[-1][0],
    }
    return _titled(
        f"0 0 {TREND_WIDTH} {TREND_HEIGHT}",
        "chart-trend",
        title,
        description,
        format_html("{}{}{}{}{}", grid, labels, benchmark, aim, area),
    )


MATRIX_WIDTH, MATRIX_HEIGHT = 520, 360
MATRIX_LEFT, MATRIX_BOTTOM = 30, 28


def matrix(
    points: Sequence[tuple[int, Number, Number]],
    *,
    title: str,
    quadrants: Sequence[str],
    x_label: str,
    y_label: str,
) -> SafeString:
    """Draw numbered pins on a board of four quadrants (named top left, top right, bottom left, bottom right).

    Coordinates go from 0 to 100. The numbers refer to a list beside the board, which has the same content.
    """
    width, height = MATRIX_WIDTH - MATRIX_LEFT, MATRIX_HEIGHT - MATRIX_BOTTOM
    corners = [(0, 0), (1, 0), (0, 1), (1, 1)]
    boxes = format_html_join(
        "",
        '<rect class="quad{}" x="{}" y="{}" width="{}" height="{}" rx="10"/><text class="quad-name" x="{}" y="{}">{}</text>',
        (
            (
                "" if (column, row) != (0, 0) else " is-first",
                MATRIX_LEFT + column * width / 2 + 2,
                row * height / 2 + 2,
                width / 2 - 4,
                height / 2 - 4,
                MATRIX_LEFT + column * width / 2 + 14,
                row * height / 2 + 24,
                name,
            )
            for (column, row), name in zip(corners, quadrants, strict=True)
        ),
    )
    pins = format_html_join(
        "",
        '<g class="pin"><circle cx="{}" cy="{}" r="14"/><text x="{}" y="{}" text-anchor="middle">{}</text></g>',
        (
            (f"{left:.1f}", f"{top:.1f}", f"{left:.1f}", f"{top + 4.5:.1f}", number)
            for number, across, up in points
            for left, top in [(MATRIX_LEFT + clamped(across, 100) * width, height - clamped(up, 100) * height)]
        ),
    )
    axes = format_html(
        '<text class="axis" x="{}" y="{}" text-anchor="middle">{} →</text>'
        '<text class="axis" transform="translate(14 {}) rotate(-90)" text-anchor="middle">{} →</text>',
        MATRIX_LEFT + width / 2,
        MATRIX_HEIGHT - 6,
        x_label,
        height / 2,
        y_label,
    )
    description = _(
        "%(x)s runs to the right, %(y)s upwards. The numbered list beside the board has the same content."
    ) % {
        "x": x_label,
        "y": y_label,
    }
    return _titled(
        f"0 0 {MATRIX_WIDTH} {MATRIX_HEIGHT}",
        "chart-matrix",
        title,
        description,
        format_html("{}{}{}", boxes, pins, axes),
    )
