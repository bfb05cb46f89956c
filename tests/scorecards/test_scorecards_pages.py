"""Scorecards on pages: staff define them, partners see how they measure up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from partners.models import Partner
from scorecards.models import Metric, Scorecard, ScorecardSection
from scorecards.services import scores
from tests.factories.scorecards import (
    MetricFactory,
    ScorecardFactory,
    ScorecardSectionFactory,
    ScorecardVersionFactory,
    publish_metrics,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
ClientOf = Callable[[User], Client]
QUERIES_PER_PAGE = 12
CHOICES = {"purpose_kind": "other", "reach": "everybody", "period": "quarter", "sharing": "everything"}
WON = {
    "collection": "deals",
    "aggregate": "sum",
    "of": "amount",
    "where": {"combinator": "and", "not": False, "rules": [{"field": "stage", "operator": "in", "value": ["won"]}]},
    "window": {"last": 12, "unit": "months"},
}


@pytest.fixture
def measured(main: Scorecard, classified: list[Partner], now: datetime) -> Scorecard:
    """The main scorecard with two metrics; Pinewood measured at 40 employees and no deals."""
    Partner.objects.update(employees=40)
    publish_metrics(
        main,
        {"name": "Size", "unit": "people", "advice": "Hire somebody."},
        {"name": "Won revenue", "expression": WON, "target": 50_000},
    )
    scores.recompute(partner_ids=None, at=now)
    return main


@pytest.fixture
def section(main: Scorecard) -> ScorecardSection:
    """A section of the main scorecard's draft."""
    return ScorecardSectionFactory(scorecard_version=ScorecardVersionFactory(definition=main))


def answers(**differs: Any) -> dict[str, Any]:
    """Return what somebody types for a metric."""
    ordinary = {
        "name": "Won revenue",
        "measure": "sum:deals.amount",
        "only": ["deals:stage:won"],
        "window": "12-months",
        "asked_of": "nobody",
        "benchmark_kind": "average",
        "timing": "lagging",
        "direction": "more",
        "floor": "0",
        "target": "50000",
        "weight": "2",
    }
    return {**ordinary, **differs}


class TestScorecards:
    """The scorecards themselves."""

    def test_staff_see_what_partners_reach(
        self, client_of: ClientOf, erin: User, measured: Scorecard, django_assert_max_num_queries: Any
    ) -> None:
        client = client_of(erin)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            listed = client.get("/vendor/scorecards/").content.decode()
        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            page = client.get(reverse("vendor:scorecard-detail", args=[measured.public_id])).content.decode()

        assert "Partner score" in listed
        assert "Won revenue" in page
        assert "Add a metric" not in page

    def test_the_first_scorecard_gives_the_score(self, client_of: ClientOf, victor: User) -> None:
        client = client_of(victor)
        client.post("/vendor/scorecards/new/", {"name": "First", **CHOICES})
        client.post("/vendor/scorecards/new/", {"name": "Second", **CHOICES})

        assert list(Scorecard.objects.order_by("pk").values_list("name", "is_main")) == [
            ("First", True),
            ("Second", False),
        ]

    def test_another_can_take_over(self, client_of: ClientOf, victor: User, main: Scorecard) -> None:
        other = ScorecardFactory()

        client_of(victor).post(reverse("vendor:scorecard-make-main", args=[other.public_id]))

        assert Scorecard.objects.get(is_main=True) == other

    def test_a_scorecard_is_renamed(self, client_of: ClientOf, victor: User, main: Scorecard) -> None:
        url = reverse("vendor:scorecard-edit", args=[main.public_id])

        assert client_of(victor).post(url, {"name": "", "purpose": "", **CHOICES}).status_code == 422
        assert client_of(victor).post(url, {"name": "Health", "purpose": "Growth", **CHOICES}).status_code == 302

        main.refresh_from_db()
        assert (main.name, main.purpose) == ("Health", "Growth")

    @pytest.mark.parametrize("person", ["vera", "erin", "paula"])
    def test_only_program_admins_change_them(
        self, person: str, client_of: ClientOf, measured: Scorecard, request: pytest.FixtureRequest
    ) -> None:
        client = client_of(request.getfixturevalue(person))
        metric = MetricFactory(section=ScorecardSectionFactory(scorecard_version__definition=measured))
        before = Metric.objects.count()

        for url in (
            reverse("vendor:scorecard-create"),
            reverse("vendor:scorecard-edit", args=[measured.public_id]),
            reverse("vendor:scorecard-make-main", args=[measured.public_id]),
            reverse("vendor:scorecard-draft", args=[measured.public_id]),
            reverse("vendor:scorecard-publish", args=[measured.public_id]),
            reverse("vendor:scorecard-discard", args=[measured.public_id]),
            reverse("vendor:scorecard-section-create", args=[measured.public_id]),
            reverse("vendor:scorecard-section-edit", args=[metric.section.public_id]),
            reverse("vendor:scorecard-section-remove", args=[metric.section.public_id]),
            reverse("vendor:metric-create", args=[metric.section.public_id]),
            reverse("vendor:metric-duplicate", args=[metric.public_id]),
            reverse("vendor:metric-edit", args=[metric.public_id]),
            reverse("vendor:metric-remove", args=[metric.public_id]),
        ):
            assert client.post(url, answers()).status_code == 403
        assert Metric.objects.count() == before


class TestMetrics:
    """What is measured, chosen in three questions."""

    def test_a_metric_is_made_of_three_answers(
        self, client_of: ClientOf, victor: User, section: ScorecardSection
    ) -> None:
        answer = client_of(victor).post(
            reverse("vendor:metric-create", args=[section.public_id]), answers(section=section.pk)
        )

        assert answer.status_code == 302
        metric = Metric.objects.get()
        assert (metric.expression, metric.weight, metric.timing) == (WON, 2, "lagging")

    @pytest.mark.parametrize(
        ("expression", "measure", "only", "window"),
        [
            ({"field": "employees"}, "field:employees", [], ""),
            (WON, "sum:deals.amount", ["deals:stage:won"], "12-months"),
            (
                {
                    "collection": "deals",
                    "aggregate": "count",
                    "where": {
                        "combinator": "and",
                        "not": False,
                        "rules": [{"field": "roles", "operator": "any_of", "value": ["refer", "resell"]}],
                    },
                },
                "count:deals",
                ["deals:roles:refer", "deals:roles:resell"],
                "",
            ),
            (
                {"collection": "deals", "aggregate": "count_distinct", "of": "customer"},
                "count_distinct:deals.customer",
                [],
                "",
            ),
            ({**WON, "window": {"since": "2026-01-01"}}, "as-it-is", None, None),
            (
                {**WON, "where": {"rules": [{"field": "amount", "operator": ">", "value": 5}]}, "window": None},
                "as-it-is",
                None,
                None,
            ),
        ],
    )
    def test_what_is_stored_is_shown_as_answers_and_kept(
        self,
        expression: dict[str, Any],
        measure: str,
        only: list[str] | None,
        window: str | None,
        client_of: ClientOf,
        victor: User,
        section: ScorecardSection,
        django_assert_max_num_queries: Any,
    ) -> None:
        expression = {key: value for key, value in expression.items() if value is not None}
        metric = MetricFactory(section=section, expression=expression)
        url = reverse("vendor:metric-edit", args=[metric.public_id])
        client = client_of(victor)

        form = client.get(url).context["form"]
        assert (form["measure"].initial, form["only"].initial, form["window"].initial) == (measure, only, window)

        client.post(url, answers(section=section.pk, measure=measure, only=only or [], window=window or ""))
        metric.refresh_from_db()
        assert metric.expression == expression

    @pytest.mark.parametrize(
        ("differs", "field"),
        [
            ({"measure": ""}, "measure"),
            ({"measure": "sum:deals.colour"}, "measure"),
            ({"measure": "field:employees", "window": ""}, "only"),
            ({"measure": "field:employees", "only": []}, "window"),
            ({"target": "-5"}, "target"),
            ({"direction": "less"}, "target"),
            ({"weight": "0"}, "weight"),
            ({"name": ""}, "name"),
        ],
    )
    def test_what_does_not_fit_is_told_beside_its_field(
        self, differs: dict[str, Any], field: str, client_of: ClientOf, victor: User, section: ScorecardSection
    ) -> None:
        page = client_of(victor).post(
            reverse("vendor:metric-create", args=[section.public_id]), answers(section=section.pk, **differs)
        )

        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert not Metric.objects.exists()

    def test_a_metric_is_duplicated_and_removed(
        self, client_of: ClientOf, victor: User, section: ScorecardSection
    ) -> None:
        metric = MetricFactory(section=section, name="Size")

        client_of(victor).post(reverse("vendor:metric-duplicate", args=[metric.public_id]))
        client_of(victor).post(reverse("vendor:metric-remove", args=[metric.public_id]))

        assert list(section.metrics.values_list("name", flat=True)) == ["Size (copy)"]

    def test_a_published_metric_has_no_editor(self, client_of: ClientOf, victor: User, measured: Scorecard) -> None:
        metric = Metric.objects.first()

        assert metric is not None
        assert client_of(victor).get(reverse("vendor:metric-edit", args=[metric.public_id])).status_code == 404

    def test_a_metric_that_cannot_be_measured_any_more_says_so(
        self, client_of: ClientOf, victor: User, main: Scorecard
    ) -> None:
        publish_metrics(main, {"expression": {"field": "gone"}})
        client = client_of(victor)
        client.post(reverse("vendor:scorecard-draft", args=[main.public_id]))
        metric = Metric.objects.get(scorecard_version__state="draft")

        page = client.get(reverse("vendor:scorecard-detail", args=[main.public_id])).content.decode()
        form = client.get(reverse("vendor:metric-edit", args=[metric.public_id])).context["form"]

        assert "Cannot be measured any more" in page
        assert form["measure"].initial == "as-it-is"


class TestPartnerPanel:
    """How one partner stands, for its page at the vendor."""

    def url(self, partner: Partner) -> str:
        """Return the address of a partner's panel."""
        return reverse("vendor:partner-score-panel", args=[partner.public_id])

    def test_a_cam_sees_the_score_and_the_gaps(
        self,
        client_of: ClientOf,
        vera: User,
        pinewood: Partner,
        measured: Scorecard,
        django_assert_max_num_queries: Any,
    ) -> None:
        client = client_of(vera)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            page = client.get(self.url(pinewood))

        assert page.context["card"].value == 20
        assert [row.metric.name for row in page.context["card"].rows] == ["Won revenue", "Size"]
        assert "Not enough partners to compare yet" in page.content.decode()

    def test_a_partner_of_others_is_not_there(
        self, client_of: ClientOf, vera: User, oakhurst: Partner, measured: Scorecard
    ) -> None:
        assert client_of(vera).get(self.url(oakhurst)).status_code == 404

    @pytest.mark.parametrize("exists", [True, False])
    def test_without_figures_it_says_so(
        self, exists: bool, client_of: ClientOf, vera: User, pinewood: Partner, request: pytest.FixtureRequest
    ) -> None:
        if exists:
            request.getfixturevalue("main")

        page = client_of(vera).get(self.url(pinewood)).content.decode()

        assert ("Not measured yet" in page) is exists
