"""For whom branches of journeys are: partners who know little yet, or criteria written for one branch alone."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from enablement.models import Readiness
from enablement.services.keys import free_key
from segmentation.models import Segment
from segmentation.services import segments


def low_readiness(*, measure: str, below: int, by: User | None, at: datetime) -> Segment:
    """Return the segment of partners whose people scored below a level, or of whom none was asked yet.

    It is made and published at first use, and the same for every branch that asks the same.
    """
    rules = [
        {"field": measure, "operator": "<", "value": below},
        {"field": measure, "operator": "is_empty"},
    ]
    name = _("%(measure)s below %(below)d %%") % {"measure": Readiness(measure).label, "below": below}
    return segments.define(
        key=f"readiness-{measure.replace('_', '-')}-below-{below}"[:60],
        name=name[:120],
        description=_("The average of the partner's people, or nobody there took the assessment yet."),
        is_audience=True,
        criteria={"combinator": "or", "not": False, "rules": rules},
        by=by,
        at=at,
    )


def own_criteria(*, name: str, by: User | None, at: datetime) -> Segment:
    """Make a segment for one branch, to write criteria for. Until these are published nobody walks the branch."""
    return segments.create(
        key=free_key(Segment, f"branch-{name}"), name=name.strip(), description=_("For whom a branch of a journey is."),
        is_audience=True, by=by, at=at,
    )  # fmt: skip
