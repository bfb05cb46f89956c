"""A plane of core/planes.py as a picture of its own, which leaves the portal and its style sheet."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.planes import Plane, contents

WIDTH, HEIGHT = 960, 720
FRAME_LEFT, FRAME_TOP, FRAME_RIGHT, FRAME_BOTTOM = 112, 96, 24, 64
#: A picture leaves the portal and its style sheet, so it brings its colours along: those of the light theme.
STYLE = mark_safe(  # noqa: S308 - our own text
    "text{font-family:Inter,Helvetica,Arial,sans-serif;fill:#131a2a}"
    ".ground{fill:#ffffff}.title{font-size:22px;font-weight:600}.lead,.axis{font-size:14px;fill:#535d72}"
    ".plane-cell{fill:#f5f6f8;stroke:#ffffff;stroke-width:2}"
    ".cell-3{fill:#eef1fb}.cell-4{fill:#e3e9fa}"
    ".plane-dot{fill:#2b4acb;fill-opacity:.75;stroke:#ffffff;stroke-width:1}"
    ".plane-dot.is-beyond{fill:#ffffff;stroke:#2b4acb;stroke-width:2}"
    ".plane-bin{fill:#2b4acb}.bin-1{fill-opacity:.12}.bin-2{fill-opacity:.28}.bin-3{fill-opacity:.45}"
    ".bin-4{fill-opacity:.65}.bin-5{fill-opacity:.85}"
    ".plane-line{stroke:#131a2a;stroke-width:1.5;stroke-dasharray:2 4}.plane-grip{stroke:none}"
    ".plane-name{font-size:14px;font-weight:600}.plane-figure{font-size:18px;font-weight:600}"
    ".plane-note,.plane-value{font-size:13px;fill:#535d72}"
    ".plane-name,.plane-figure,.plane-note,.plane-value{paint-order:stroke;stroke:#ffffff;stroke-width:3px}"
)


def picture(plane: Plane, *, title: str, lead: str, x_label: str, y_label: str, ends: Sequence[str]) -> SafeString:
    """Return a plane as a file of its own. `ends` are the lowest and highest value to the right, and upwards."""
    width, height = WIDTH - FRAME_LEFT - FRAME_RIGHT, HEIGHT - FRAME_TOP - FRAME_BOTTOM
    below, right = HEIGHT - FRAME_BOTTOM, WIDTH - FRAME_RIGHT
    words = (
        ("title", FRAME_LEFT, 40, "start", title),
        ("lead", FRAME_LEFT, 66, "start", lead),
        ("axis", FRAME_LEFT, below + 20, "start", ends[0]),
        ("axis", right, below + 20, "end", ends[1]),
        ("axis", FRAME_LEFT + width // 2, below + 40, "middle", f"{x_label} →"),
        ("axis", FRAME_LEFT - 8, below, "end", ends[2]),
        ("axis", FRAME_LEFT - 8, FRAME_TOP + 12, "end", ends[3]),
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}" role="img"'
        ' aria-label="{}"><style>{}</style><rect class="ground" width="100%" height="100%"/>{}'
        '<text class="axis" text-anchor="middle" transform="translate(18 {}) rotate(-90)">{} →</text>'
        '<svg x="{}" y="{}" width="{}" height="{}">{}</svg></svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        title,
        STYLE,
        format_html_join("", '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', words),
        FRAME_TOP + height // 2,
        y_label,
        FRAME_LEFT,
        FRAME_TOP,
        width,
        height,
        contents(plane, linked=False),
    )
