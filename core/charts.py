"""Charts drawn on the server as SVG.

No script and no inline style: colours come from CSS classes (assets/css/charts.css), so that dark mode, print and PDF
work by themselves. "You" is solid, a benchmark dashed or a dark tick, a target dotted; every chart says its content in
words as well.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import cos, floor, log10, pi, sin

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
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


def shown(value: Number, places: int | None = None) -> str:
    """Return a number as people read it: grouped, at most one decimal place, none when it is whole."""
    rounded = round(float(value), 1)
    if places is None:
        places = 0 if rounded.is_integer() else 1
    return number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)


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


def _titled(
    view_box: str, css: str, title: str, description: str, body: SafeString, *, stretched: bool = False
) -> SafeString:
    """Wrap a drawing with its name and description, whose ids are never the same twice, whichever process drew them."""
    key = f"chart-{secrets.token_hex(4)}"
    return format_html(
        '<svg viewBox="{}"{} class="chart {}" role="img" aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}</desc>{}</svg>',
        view_box,
        mark_safe(' preserveAspectRatio="none"') if stretched else "",
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

RADAR_WIDTH, RADAR_HEIGHT = 420, 350
RADAR_RADIUS = 112
RADAR_RINGS = 5
RADAR_LINE_HEIGHT = 17
RADAR_LINE_LETTERS = 13


def _spoken(axis: Axis) -> str:
    if axis.bench is None:
        return _("%(label)s %(value)s") % {"label": axis.label, "value": shown(axis.value)}
    return _("%(label)s %(value)s, benchmark %(bench)s") % {
        "label": axis.label,
        "value": shown(axis.value),
        "bench": shown(axis.bench),
    }


def _lines(label: str) -> list[str]:
    """Break a label at its spaces into lines short enough to stand beside the radar on a phone."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= RADAR_LINE_LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _radar_label(axis: Axis, angle: float, at: Point, places: int) -> SafeString:
    anchor = "middle" if abs(cos(angle)) < 0.3 else "start" if cos(angle) > 0 else "end"
    lines = [str(axis.label)] if anchor == "middle" else _lines(str(axis.label))
    # Above the top corner the text grows upwards, below the bottom one downwards, at the sides both ways.
    share = 1 if sin(angle) < -0.9 else 0 if sin(angle) > 0.9 else 0.5
    top = at[1] - share * len(lines) * RADAR_LINE_HEIGHT
    top += -6 if share == 1 else 14 if share == 0 else 2
    against: SafeString | str = ""
    if axis.bench is not None:
        against = format_html(' <tspan class="chart-sub">{}</tspan>', _("vs %s") % shown(axis.bench, places))
    names = format_html_join(
        "",
        '<text class="chart-label" x="{}" y="{}" text-anchor="{}">{}</text>',
        ((f"{at[0]:.1f}", f"{top + index * RADAR_LINE_HEIGHT:.1f}", anchor, line) for index, line in enumerate(lines)),
    )
    return format_html(
        '{}<text class="chart-value" x="{}" y="{}" text-anchor="{}">{}{}</text>',
        names,
        f"{at[0]:.1f}",
        f"{top + len(lines) * RADAR_LINE_HEIGHT:.1f}",
        anchor,
        shown(axis.value, places),
        against,
    )


def radar(axes: Sequence[Axis], *, title: str, maximum: Number = 5) -> SafeString:
    """Draw five to eight categories against a benchmark. A table with the same numbers belongs beside it."""
    if len(axes) < 3:
        return mark_safe("")
    centre = (RADAR_WIDTH / 2, RADAR_HEIGHT / 2)
    radius = RADAR_RADIUS
    whole = all(float(number).is_integer() for axis in axes for number in (axis.value, axis.bench or 0))
    places = 0 if whole else 1
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
            (_radar_label(axis, angle, _polar(centre, radius + 12, angle), places),)
            for axis, angle in zip(axes, angles, strict=True)
        ),
    )
    return _titled(
        f"0 0 {RADAR_WIDTH} {RADAR_HEIGHT}",
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
    score = None if value is None else round(clamped(value, 100) * 100)
    return _ring(score, str(label), size, get_language() or "")


@lru_cache(maxsize=1024)
def _ring(score: int | None, label: str, size: str, language: str) -> SafeString:
    """Draw each of the few possible rings once: a board shows hundreds of them."""
    around = 2 * pi * 15.5
    large = " chart-ring-lg" if size == "lg" else ""
    if score is None:
        spoken, fill, text = _("%(label)s: not measured yet") % {"label": label}, mark_safe(""), "–"
    else:
        spoken = _("%(label)s %(score)s of 100") % {"label": label, "score": score}
        text = str(score)
        fill = format_html(
            '<circle class="ring-fill tone-{}" cx="20" cy="20" r="15.5" stroke-dasharray="{} {}" '
            'transform="rotate(-90 20 20)"/>',
            tone_of(score),
            f"{around * score / 100:.2f}",
            f"{around:.2f}",
        )
    return format_html(
        '<svg viewBox="0 0 40 40" class="chart-ring{}" role="img" aria-label="{}">'
        '<circle class="ring-track" cx="20" cy="20" r="15.5"/>{}'
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
        '<svg viewBox="0 0 200 14" preserveAspectRatio="none" class="chart-meter" {}>'
        '<rect class="meter-track" y="4" width="200" height="6" rx="3"/>'
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

TREND_WIDTH, TREND_HEIGHT = 600, 200
TREND_LABELS = 5


def nice_ceiling(value: float) -> float:
    """Return the next round number at or above the value: 1, 2, 2.5, 5 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10 ** floor(log10(value))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value))


def trend(
    points: Sequence[tuple[str, Number]],
    *,
    title: str,
    bench: Sequence[tuple[str, Number]] | None = None,
    target: Number | None = None,
) -> SafeString:
    """Draw a figure over time from zero, with an optional dashed benchmark and a dotted target.

    Only the lines are SVG and stretch with the page; the labels are text, so that they keep their size on a phone.
    """
    if len(points) < 2:
        return mark_safe("")
    values = [float(value) for _label, value in points]
    others = [float(value) for _label, value in bench or ()]
    top = nice_ceiling(max([*values, *others, float(target or 0)]))

    def line(numbers: Sequence[float]) -> list[Point]:
        width = TREND_WIDTH / max(len(numbers) - 1, 1)
        return [(index * width, TREND_HEIGHT * (1 - clamped(number, top))) for index, number in enumerate(numbers)]

    you = line(values)
    parts = [
        _trend_level("chart-grid", 0.0),
        _trend_level("chart-grid", 0.5),
        _trend_level("chart-grid", 1.0),
        format_html(
            '<polygon class="chart-area" points="{}"/>', _points([(0, TREND_HEIGHT), *you, (TREND_WIDTH, TREND_HEIGHT)])
        ),
    ]
    if len(others) > 1:
        parts.append(format_html('<polyline class="chart-bench" points="{}"/>', _points(line(others))))
    if target is not None:
        parts.append(_trend_level("chart-target", clamped(target, top)))
    parts.append(format_html('<polyline class="chart-line" points="{}"/>', _points(you)))
    description = _("From %(first)s (%(first_label)s) to %(last)s (%(last_label)s).") % {
        "first": shown(values[0]),
        "first_label": points[0][0],
        "last": shown(values[-1]),
        "last_label": points[-1][0],
    }
    drawing = _titled(
        f"0 -2 {TREND_WIDTH} {TREND_HEIGHT + 4}",
        "trend-plot",
        title,
        description,
        format_html_join("", "{}", ((part,) for part in parts)),
        stretched=True,
    )
    return format_html(
        '<div class="trend"><div class="trend-levels" aria-hidden="true">{}</div>{}'
        '<div class="trend-times" aria-hidden="true">{}</div></div>',
        format_html_join("", "<span>{}</span>", ((shown(level),) for level in (top, top / 2, 0))),
        drawing,
        format_html_join("", "<span>{}</span>", ((label,) for label in _spread([label for label, _value in points]))),
    )


def _trend_level(css: str, share: float) -> SafeString:
    y = f"{TREND_HEIGHT * (1 - share):.1f}"
    return format_html('<line class="{}" x1="0" x2="{}" y1="{}" y2="{}"/>', css, TREND_WIDTH, y, y)


def _spread(labels: Sequence[str]) -> list[str]:
    """Return a few labels at even distances, the first and the last among them."""
    wanted = min(TREND_LABELS, len(labels))
    return [labels[round(index * (len(labels) - 1) / (wanted - 1))] for index in range(wanted)]


MATRIX_WIDTH, MATRIX_HEIGHT = 400, 340
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
        '<rect class="quad{}" x="{}" y="{}" width="{}" height="{}" rx="10"/>'
        '<text class="quad-name" x="{}" y="{}">{}</text>',
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
