"""The partners a reader may see, as a scope: what others have is not read at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segmentation import engine
from segmentation.engine.previews import EXACT_UP_TO
from segmentation.engine.stored import visible_ids
from segmentation.scope import Scope


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom a statement reads, and the values it needs for that. Of a sample each stands for `factor` partners."""

    scope: Scope
    parameters: Mapping[str, Any]
    factor: float = 1.0
    asked: int | None = None

    @property
    def is_sample(self) -> bool:
        """Whether only some of them are read."""
        return self.asked is not None


def whole(visible: Any) -> Seen:
    """Return all that the reader may see."""
    if not visible.query.where:
        return Seen(Scope.everybody(), {})
    sql, parameters = visible_ids(visible)
    return Seen(Scope.found_by(sql), parameters)


def is_large(visible: Any) -> bool:
    """Say whether there are so many that nobody should wait for all of them."""
    return bool(visible.order_by()[: EXACT_UP_TO + 1].count() > EXACT_UP_TO)


def sample(visible: Any) -> Seen:
    """Return some two thousand of the program's partners, as far as the reader may see them; the same each time."""
    drawn = list(visible.filter(pk__in=engine.sampled().ids or ()).order_by("pk").values_list("pk", flat=True))
    scope = Scope.some(drawn)
    factor = visible.count() / len(drawn) if drawn else 1.0
    return Seen(scope, scope.parameters, factor, len(drawn))
