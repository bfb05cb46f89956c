"""The starter pack: scorecards written for every program, one file each; `services.starter` installs them.

A file holds a scorecard with `sections` of `metrics`. A metric has either an `expression` (it is measured) or five
`anchors`, one for each level (it is asked of the channel manager, the partner, or both).
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
#: In the order in which a partnership needs them.
NAMES = (
    "prospect_profile",
    "activation_basics",
    "reactivation",
    "sales_capability",
    "marketing_capability",
    "growth_execution",
)


@cache
def read(name: str) -> dict[str, Any]:
    """Return one scorecard of the pack as its file says it."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def keys() -> list[str]:
    """Return the keys of the scorecards in the pack."""
    return [read(name)["key"] for name in NAMES]
