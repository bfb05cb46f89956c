"""Drafting, comparing and publishing versions of a scorecard on its pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from partners.models import Partner
from scorecards.models import Scorecard, ScorecardSection, ScorecardVersion
from scorecards.services import scores
from tests.factories.partners import LifeStageFactory
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
ANCHORS = {f"anchor_{level}": f"Level {level}" for level in range(1, 6)}


@pytest.fixture
def measured(main: Scorecard, classified: list[Partner], now: datetime) -> Scorecard:
    """The main scorecard, by which Pinewood and Oakhurst have 40 points."""
    Partner.objects.update(employees=40)
    publish_metrics(main, {"key": "size", "name": "Size"})
    scores.recompute(partner_ids=None, at=now)
    return main


@pytest.fixture
def drafted(measured: Scorecard, client_of: ClientOf, victor: User) -> ScorecardVersion:
    """Its next version, being drafted."""
    client_of(victor).post(page("draft", measured))
    return measured.versions.get(state="draft")


@pytest.fixture
def section(drafted: ScorecardVersion) -> ScorecardSection:
    """The draft's one section."""
    return drafted.sections.get()


def page(verb: str, scorecard: Scorecard, *more: Any) -> str:
    """Return the address of a page of a scorecard."""
    return reverse(f"vendor:scorecard-{verb}", args=[scorecard.public_id, *more])


def text_of(answer: Any) -> str:
    """Return what a page says, in one line."""
    return " ".join(answer.content.decode().split())


def test_the_pages_keep_their_budget(
    drafted: ScorecardVersion, client_of: ClientOf, victor: User, django_assert_max_num_queries: Any
) -> None:
    for _more in range(3):
        MetricFactory(section=ScorecardSectionFactory(scorecard_version=drafted))
    client, scorecard = client_of(victor), drafted.definition

    for address in (
        page("detail", scorecard),
        page("draft", scorecard),
        page("settings", scorecard),
        page("versions", scorecard),
        page("version", scorecard, scorecard.versions.get(state="published").number),
        page("duplicate", scorecard),
    ):
        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            assert client.get(address).status_code == 200


def test_a_draft_says_whose_score_would_move_and_publishing_moves_it(
    drafted: ScorecardVersion, client_of: ClientOf, victor: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client, scorecard = client_of(victor), drafted.definition
    drafted.metrics.update(target=80)

    with django_assert_max_num_queries(QUERIES_PER_PAGE):
        answer = client.get(page("publish", scorecard))

    impact = answer.context["impact"]
    assert (impact.measured, impact.rises, impact.falls, impact.stays) == (2, 2, 0, 0)
    assert [(one.partner.name, one.before, one.after, one.change) for one in impact.movers] == [
        ("Pinewood", 40, 50, 10),
        ("Oakhurst", 40, 50, 10),
    ]
    assert "100 points at" in text_of(answer)

    drafted.refresh_from_db()
    client.post(page("publish", scorecard), {"note": "Smaller ones count", "expected": drafted.version})
    scores.recompute(partner_ids=None, at=now)

    assert set(scorecard.scores.filter(is_current=True).values_list("value", flat=True)) == {50}
    assert "Smaller ones count" in text_of(client.get(page("versions", scorecard)))


def test_who_is_left_out_is_counted(
    drafted: ScorecardVersion, pinewood: Partner, client_of: ClientOf, victor: User
) -> None:
    Partner.objects.exclude(pk=pinewood.pk).update(country="CL")
    rule = {"field": "country", "operator": "in", "value": ["CL"]}
    ScorecardVersion.objects.filter(pk=drafted.pk).update(criteria={"combinator": "and", "not": True, "rules": [rule]})

    impact = client_of(victor).get(page("publish", drafted.definition)).context["impact"]

    assert (impact.measured, impact.enters, impact.leaves, impact.stays) == (1, 0, 1, 1)


def test_what_somebody_else_saved_meanwhile_is_not_published_unread(
    drafted: ScorecardVersion, client_of: ClientOf, victor: User
) -> None:
    drafted.metrics.update(target=80)

    answer = client_of(victor).post(page("publish", drafted.definition), {"note": "x", "expected": drafted.version + 5})

    assert answer.status_code == 422
    assert "saved this draft after you opened it" in text_of(answer)


def test_a_draft_without_changes_is_refused_in_words(
    drafted: ScorecardVersion, client_of: ClientOf, victor: User
) -> None:
    answer = client_of(victor).post(page("publish", drafted.definition), {"expected": drafted.version})

    assert answer.status_code == 422
    assert "says the same as what is published" in text_of(answer)


def test_without_a_draft_its_pages_lead_back(measured: Scorecard, client_of: ClientOf, victor: User) -> None:
    for verb in ("draft", "publish", "settings", "criteria"):
        answer = client_of(victor).get(page(verb, measured))
        assert (answer.status_code, answer.headers["Location"]) == (302, page("detail", measured))


def test_zones_peers_and_stages_are_saved_in_the_draft(
    drafted: ScorecardVersion, client_of: ClientOf, victor: User
) -> None:
    LifeStageFactory(key="new")
    client, address = client_of(victor), page("settings", drafted.definition)
    given = {"amber_from": 30, "green_from": 60, "peers": "country", "stages": ["new"], "expected": drafted.version}

    wrong = client.post(address, given | {"amber_from": 90})
    right = client.post(address, given)

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["green_from"])
    assert right.status_code == 302
    drafted.refresh_from_db()
    assert (drafted.amber_from, drafted.green_from, drafted.peers, drafted.stages) == (30, 60, "country", ["new"])


def test_whom_it_applies_to_is_written_in_the_rule_editor(
    drafted: ScorecardVersion, client_of: ClientOf, victor: User
) -> None:
    client, address = client_of(victor), page("criteria", drafted.definition)

    shown = client.get(address)
    seen = shown.context["editor"].seen
    saved = client.post(address, {"act": "save", "seen": seen, "r.combinator": "and"})

    assert shown.status_code == saved.status_code == 200
    assert 'value="publish"' not in text_of(shown)
    assert client.post(address, {"act": "publish", "seen": seen}).status_code in {200, 409}
    assert drafted.definition.versions.get(state="draft").metrics.count() == 1


def test_metrics_and_sections_are_put_in_order_with_and_without_scripts(
    section: ScorecardSection, client_of: ClientOf, victor: User
) -> None:
    draft, client = section.scorecard_version, client_of(victor)
    second = MetricFactory(section=section, key="second")
    other = ScorecardSectionFactory(scorecard_version=draft, key="other")

    def keys(parts: Any) -> list[str]:
        return list(parts.order_by("position").values_list("key", flat=True))

    of_section = reverse("vendor:scorecard-section-order", args=[section.public_id])
    client.post(of_section, {"act": f"up:{second.public_id}"})
    assert keys(section.metrics) == ["second", "size"]
    client.post(of_section, {"order": [str(section.metrics.get(key="size").public_id), str(second.public_id)]})
    assert keys(section.metrics) == ["size", "second"]
    client.post(page("order", draft.definition), {"act": f"up:{other.public_id}"})
    assert keys(draft.sections) == ["other", section.key]
    answer = client.post(
        page("order", draft.definition), {"order": [str(section.public_id)]}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, keys(draft.sections)) == (204, [section.key, "other"])


def test_an_answered_metric_is_made_of_five_sentences(
    section: ScorecardSection, client_of: ClientOf, victor: User
) -> None:
    client, address = client_of(victor), reverse("vendor:metric-create", args=[section.public_id])
    given = {
        "name": "Sales team",
        "section": section.pk,
        "timing": "leading",
        "weight": 2,
        "asked_of": "both",
        "benchmark_kind": "percentile",
        "benchmark_percentile": 75,
        "half_life_days": 180,
        **ANCHORS,
    }

    wrong = client.post(address, given | {"anchor_3": ""})
    right = client.post(address, given)

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["anchor_1"])
    assert right.status_code == 302
    metric = section.metrics.get(name="Sales team")
    assert (metric.asked_of, metric.anchors, metric.target) == ("both", list(ANCHORS.values()), 5)
    assert (metric.benchmark_percentile, metric.half_life_days) == (75, 180)
    edited = client.get(reverse("vendor:metric-edit", args=[metric.public_id]))
    assert edited.context["form"]["anchor_2"].value() == "Level 2"


def test_a_scorecard_is_copied_retired_and_restored(measured: Scorecard, client_of: ClientOf, victor: User) -> None:
    client = client_of(victor)

    client.post(page("duplicate", measured), {"name": "Second opinion"})
    copy = Scorecard.objects.get(name="Second opinion")
    assert copy.versions.get().metrics.get().key == "size"

    client.post(page("retire", copy))
    copy.refresh_from_db()
    assert copy.retired_at is not None
    refused = client.post(page("retire", measured), follow=True)
    assert "gives the score on the dashboard" in text_of(refused)
    client.post(page("restore", copy))
    copy.refresh_from_db()
    assert copy.retired_at is None


def test_executives_read_and_do_not_write(drafted: ScorecardVersion, client_of: ClientOf, erin: User) -> None:
    client, scorecard = client_of(erin), drafted.definition

    assert "Draft a new version" not in text_of(client.get(page("detail", scorecard)))
    assert client.get(page("versions", scorecard)).status_code == 200
    for verb in ("draft", "publish", "settings", "criteria", "duplicate", "retire", "restore", "order", "discard"):
        assert client.post(page(verb, scorecard)).status_code == 403


class TestHistoryOfAPartner:
    """Period by period, with what each metric contributed."""

    def address(self, scorecard: Scorecard, partner: Partner) -> str:
        """Return the address of a partner's history."""
        return reverse("vendor:partner-score-history", args=[scorecard.public_id, partner.public_id])

    def test_a_cam_reads_it(
        self,
        measured: Scorecard,
        pinewood: Partner,
        client_of: ClientOf,
        vera: User,
        django_assert_max_num_queries: Any,
    ) -> None:
        client = client_of(vera)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            answer = client.get(self.address(measured, pinewood))

        assert "There is no earlier period to compare with." in text_of(answer)

    def test_a_partner_of_others_is_not_there(
        self, measured: Scorecard, oakhurst: Partner, client_of: ClientOf, vera: User
    ) -> None:
        assert client_of(vera).get(self.address(measured, oakhurst)).status_code == 404

    def test_without_a_score_it_says_so(self, pinewood: Partner, client_of: ClientOf, vera: User) -> None:
        answer = client_of(vera).get(self.address(ScorecardFactory(), pinewood))

        assert "There is no score yet" in text_of(answer)


def test_a_new_scorecard_opens_its_draft(client_of: ClientOf, victor: User) -> None:
    client = client_of(victor)
    given = {"name": "Growth", "purpose_kind": "growth", "reach": "switched_on", "period": "month", "sharing": "score"}

    answer = client.post(reverse("vendor:scorecard-create"), given)

    scorecard = Scorecard.objects.get()
    assert answer.headers["Location"] == page("draft", scorecard)
    assert "No sections yet" in text_of(client.get(page("draft", scorecard)))
    client.post(page("section-create", scorecard), {"name": "Execution", "description": ""})
    assert scorecard.versions.get().sections.get().key == "execution"


@pytest.mark.usefixtures("measured")
def test_a_missing_version_is_not_there(main: Scorecard, client_of: ClientOf, erin: User) -> None:
    assert client_of(erin).get(page("version", main, 77)).status_code == 404


def test_sections_of_others_are_not_changed(client_of: ClientOf, victor: User) -> None:
    published = ScorecardSectionFactory(scorecard_version=ScorecardVersionFactory())
    ScorecardVersion.objects.update(state="published", published_at="2030-01-01T00:00Z")

    for verb in ("edit", "remove", "order"):
        address = reverse(f"vendor:scorecard-section-{verb}", args=[published.public_id])
        assert client_of(victor).post(address).status_code == 404
