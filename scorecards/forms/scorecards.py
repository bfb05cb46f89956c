"""Shape and validity of what people say about scorecards."""

from core.forms import HubModelForm
from scorecards.models import Scorecard, ScorecardSection


class ScorecardForm(HubModelForm):
    """What stands on a scorecard itself."""

    class Meta:
        model = Scorecard
        fields = ("name", "purpose", "purpose_kind", "reach", "period", "sharing")


class SectionForm(HubModelForm):
    """What a section says."""

    class Meta:
        model = ScorecardSection
        fields = ("name", "description")
