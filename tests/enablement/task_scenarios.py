"""How to try the tasks of enablement twice."""

from datetime import timedelta

from django.utils import timezone

from enablement.models import HeldSpecialization
from tests.architecture.twice import Scenario, scenario
from tests.factories.enablement import HeldSpecializationFactory


@scenario("enablement.tasks.review_specializations")
def one_has_reached_its_day() -> Scenario:
    """One whose criteria hold for nobody has reached its day; another has not."""
    today = timezone.now().date()
    for days in (-2, 400):
        HeldSpecializationFactory(expires_on=today + timedelta(days=days))
    return Scenario(state=lambda: sorted(HeldSpecialization.objects.values_list("state", "reason")))
