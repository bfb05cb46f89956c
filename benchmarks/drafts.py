"""How quick the live count of a rule being written is: estimated at first, exact after, and all else that is said.

python -m benchmarks.drafts     (PARTNERS=200000; run by `make bench`)
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from benchmarks._crowd import print_spread, stand_ready, timed
from criteria.tree import Group, parse
from partners.models import Partner
from segmentation import engine
from segmentation.models import SegmentVersion

DRAFTS = 20


def main() -> None:
    """Measure and print: rules about the profile alone, and those that ask about records too."""
    at = timezone.now()
    stand_ready(at)
    documents = SegmentVersion.objects.filter(state="published").order_by("id").values_list("criteria", flat=True)
    about_records = ['"collection"' in json.dumps(one) for one in documents]
    for kind, wanted in (("plain", False), ("records", True)):
        some = [one for one, asks in zip(documents, about_records, strict=True) if asks is wanted][:DRAFTS]
        for way, count in (("estimate", engine.estimate), ("exact", engine.preview), ("weighed", _weigh)):
            print_spread("draft-count", [_milliseconds(count, one, at) for one in some], about=kind, way=way)


def _weigh(tree: Group, *, at: datetime, visible: Any) -> engine.Weighed:
    """Say everything at once: the exact count, that nobody moves, and what is odd."""
    return engine.weigh(tree, after=tree, before=tree, at=at, visible=visible, movable=visible)


def _milliseconds(count: Callable[..., Any], document: Any, at: datetime) -> float:
    tree = parse(document)
    return timed(lambda: count(tree, at=at, visible=Partner.objects.all())) * 1000


if __name__ == "__main__":
    main()
