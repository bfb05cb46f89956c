"""How to try the task of insight twice."""

from typing import Any

from insight.models import CategoryQuarter, Finding
from tests.architecture.twice import Scenario, scenario
from tests.factories.partners import CategoryMembershipFactory, CategoryVersionFactory


def what_is_known() -> Any:
    """Return the figures and the findings."""
    figures = CategoryQuarter.objects.order_by("category_id", "starts_on").values_list("category_id", "members")
    return list(figures), sorted(Finding.objects.values_list("kind", "category_id", "gone_at"))


@scenario("insight.tasks.refresh")
def a_night() -> Scenario:
    """One category with a member, one without."""
    CategoryMembershipFactory(category=CategoryVersionFactory(published=True).definition)
    CategoryVersionFactory(published=True)
    return Scenario(state=what_is_known)
