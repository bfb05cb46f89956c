"""Plays on pages: the library, gaps and proposals of a partner, and what partners see of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from partners.models import Partner
from scorecards.models import PeriodScore, Play, Prescription, Scorecard
from scorecards.services import outcomes, prescriptions, scores
from tests.factories.enablement import AssetFactory
from tests.factories.plays import PlayFactory, PrescriptionFactory
from tests.factories.scorecards import publish_metrics

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
ClientOf = Callable[[User], Client]
QUERIES_PER_PAGE = 12


@pytest.fixture
def play(main: Scorecard, classified: list[Partner], now: datetime) -> Play:
    """A play for the metric "size", at which Pinewood has 20 points of 100."""
    Partner.objects.update(employees=20)
    publish_metrics(main, {"key": "size", "name": "Size"})
    scores.recompute(partner_ids=None, at=now)
    play: Play = PlayFactory(name="Hire a seller")
    return play


def answers(**differs: Any) -> dict[str, Any]:
    """Return what somebody types for a play."""
    ordinary = {
        "name": "Hire a seller",
        "objective": "One more who sells.",
        "kind": "activity",
        "partner_does": "Hire somebody.",
        "effort_unit": "days",
        "metric_keys": ["size"],
        "position": "10",
        "outcome_days": "30",
    }
    return {**ordinary, **differs}


class TestLibrary:
    """The plays themselves."""

    def test_it_is_found_and_read_in_few_queries(
        self, client_of: ClientOf, vera: User, play: Play, django_assert_max_num_queries: Any
    ) -> None:
        client = client_of(vera)
        for number in range(5):
            PlayFactory(name=f"Other {number}", metric_keys=["other"])
            PrescriptionFactory(play=play)

        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            listed = client.get("/vendor/plays/", {"metric": "size"}).content.decode()
        with django_assert_max_num_queries(QUERIES_PER_PAGE):
            page = client.get(reverse("vendor:play-detail", args=[play.public_id])).content.decode()

        assert "Hire a seller" in listed
        assert "Other 1" not in listed
        assert "Size" in page
        assert "New play" not in listed

    def test_an_admin_makes_edits_publishes_and_retires_one(
        self, client_of: ClientOf, victor: User, main: Scorecard
    ) -> None:
        publish_metrics(main, {"key": "size"})
        client = client_of(victor)

        assert client.post(reverse("vendor:play-create"), answers()).status_code == 302
        play = Play.objects.get()
        assert (play.owner, play.effort_unit, play.metric_keys) == (victor, "days", ["size"])
        client.post(reverse("vendor:play-edit", args=[play.public_id]), answers(name="Hire two"))
        client.post(reverse("vendor:play-publish", args=[play.public_id]))
        play.refresh_from_db()
        assert (play.name, play.state) == ("Hire two", "published")
        client.post(reverse("vendor:play-retire", args=[play.public_id]))
        play.refresh_from_db()
        assert play.state == "retired"

    def test_mistakes_stand_at_their_fields_and_nothing_typed_is_lost(self, client_of: ClientOf, victor: User) -> None:
        answer = client_of(victor).post(
            reverse("vendor:play-create"), answers(kind="asset", name="", metric_keys=[], partner_does="Read it.")
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Choose what this play gives to partners." in page
        assert "Read it." in page

    @pytest.mark.parametrize("person", ["vera", "erin", "paula"])
    def test_only_program_admins_change_plays(
        self, person: str, client_of: ClientOf, play: Play, request: pytest.FixtureRequest
    ) -> None:
        client = client_of(request.getfixturevalue(person))

        for name in ("play-edit", "play-publish", "play-retire"):
            assert client.post(reverse(f"vendor:{name}", args=[play.public_id]), answers()).status_code == 403


class TestPartner:
    """A partner's gaps, and what is done about them."""

    def test_gaps_are_shown_with_plays_in_few_queries(
        self, client_of: ClientOf, vera: User, pinewood: Partner, play: Play, django_assert_max_num_queries: Any
    ) -> None:
        client = client_of(vera)
        for number in range(4):
            PrescriptionFactory(partner=pinewood, play=PlayFactory(name=f"In work {number}"))

        for name in ("partner-plays", "partner-plays-panel"):
            with django_assert_max_num_queries(QUERIES_PER_PAGE):
                page = client.get(reverse(f"vendor:{name}", args=[pinewood.public_id])).content.decode()
            assert "Hire a seller" in page
            assert "Not measured yet: the library’s order decides." in page

    def test_a_manager_accepts_in_her_own_words(
        self, client_of: ClientOf, vera: User, paula: User, pinewood: Partner, play: Play, now: datetime
    ) -> None:
        url = reverse("vendor:prescription-accept", args=[pinewood.public_id, play.public_id]) + "?metric=size"
        client = client_of(vera)
        assert "Size is at 20 of 100 points." in client.get(url).content.decode()

        typed = {"words": "Hire Ann.", "due_on": "2030-03-17", "doer": str(paula.public_id)}
        refused = client.post(url, typed)
        assert refused.status_code == 422
        assert "This day is over." in refused.content.decode()
        assert "Hire Ann." in refused.content.decode()

        assert client.post(url, {**typed, "due_on": "2030-03-25"}).status_code == 302
        one = Prescription.objects.get()
        assert (one.words, one.assignee, one.metric_key, one.worth) == ("Hire Ann.", paula, "size", 80)
        assert one.outcome.points_before == 20

    def test_a_manager_declines_with_a_reason_and_thinks_again(
        self, client_of: ClientOf, vera: User, pinewood: Partner, play: Play
    ) -> None:
        url = reverse("vendor:prescription-decline", args=[pinewood.public_id, play.public_id]) + "?metric=size"
        page_url = reverse("vendor:partner-plays", args=[pinewood.public_id])
        client = client_of(vera)

        assert client.post(url, {"reason": ""}).status_code == 422
        client.post(url, {"reason": "They hire nobody this year."})
        page = client.get(page_url).content.decode()
        assert "They hire nobody this year." in page
        assert "?metric=size" not in page

        client.post(reverse("vendor:prescription-propose-again", args=[Prescription.objects.get().public_id]))
        assert "?metric=size" in client.get(page_url).content.decode()

    def test_any_play_can_be_given_for_no_gap(
        self, client_of: ClientOf, vera: User, pinewood: Partner, play: Play
    ) -> None:
        client = client_of(vera)
        chosen = client.get(reverse("vendor:prescription-choose", args=[pinewood.public_id]))
        assert "Hire a seller" in chosen.content.decode()

        client.post(
            reverse("vendor:prescription-accept", args=[pinewood.public_id, play.public_id]),
            {"words": "Hire.", "doer": "vendor"},
        )

        one = Prescription.objects.get()
        assert (one.metric_key, one.side) == ("", "vendor")

    def test_what_is_in_work_is_changed_and_taken_back(
        self, client_of: ClientOf, vera: User, pinewood: Partner, play: Play, now: datetime
    ) -> None:
        one = prescriptions.accept(partner=pinewood, play=play, by=vera, at=now)
        client = client_of(vera)
        kwargs = {"args": [one.public_id]}

        client.post(reverse("vendor:prescription-edit", **kwargs), {"words": "Hire two.", "doer": "partner"})
        assert "Hire two." in client.get(reverse("vendor:prescription-detail", **kwargs)).content.decode()
        assert client.post(reverse("vendor:prescription-withdraw", **kwargs), {"reason": ""}).status_code == 422
        client.post(reverse("vendor:prescription-withdraw", **kwargs), {"reason": "No more."})

        one.refresh_from_db()
        assert one.state == "withdrawn"

    def test_lists_over_partners_keep_to_few_queries_and_to_those_one_sees(
        self, client_of: ClientOf, vera: User, pinewood: Partner, play: Play, django_assert_max_num_queries: Any
    ) -> None:
        PrescriptionFactory(partner=pinewood, play=play)
        for _number in range(3):
            PrescriptionFactory()

        client = client_of(vera)
        for state in ("", "done", "declined", "nonsense"):
            with django_assert_max_num_queries(QUERIES_PER_PAGE):
                answer = client.get("/vendor/prescriptions/", {"state": state})
            assert answer.status_code == 200
        page = client.get("/vendor/prescriptions/")
        assert [one.partner for one, _now in page.context["rows"]] == [pinewood]

    def test_the_outcome_stands_on_the_prescription_and_on_the_play(
        self, client_of: ClientOf, vera: User, pinewood: Partner, play: Play, main: Scorecard, now: datetime
    ) -> None:
        one = prescriptions.accept(
            partner=pinewood, play=play, by=vera, at=now, scorecard=main, metric_key="size", metric_name="Size"
        )
        prescriptions.finish(prescription=one, by=vera, at=now, note="Hired.")
        PeriodScore.objects.filter(partner=pinewood).update(points=[65])
        outcomes.measure_due(at=now + timedelta(days=60))
        client = client_of(vera)

        page = client.get(reverse("vendor:prescription-detail", args=[one.public_id])).content.decode()
        assert ">65<" in page
        assert "+45" in page
        assert "Meanwhile 1 partner with the same gap and without this play moved by 0 points" in page
        assert "+45" in client.get(reverse("vendor:play-detail", args=[play.public_id])).content.decode()


class TestAtThePartner:
    """What a partner sees and says."""

    def test_agreed_steps_stand_on_the_home_page_with_why_and_worth(
        self,
        client_of: ClientOf,
        vera: User,
        pete: User,
        pinewood: Partner,
        play: Play,
        main: Scorecard,
        now: datetime,
        django_assert_max_num_queries: Any,
    ) -> None:
        prescriptions.accept(
            partner=pinewood,
            play=play,
            by=vera,
            at=now,
            scorecard=main,
            metric_key="size",
            metric_name="Size",
            worth=80,
        )
        client = client_of(pete)
        assert reverse("partner:prescription-panel") in client.get("/partner/").content.decode()

        for name in ("prescription-panel", "prescription-list"):
            with django_assert_max_num_queries(QUERIES_PER_PAGE):
                page = client.get(reverse(f"partner:{name}")).content.decode()
            assert "Size was at 20 of 100 points. Reaching its target raises your score by 80 points." in page

    def test_it_is_done_with_a_note_and_a_proof(
        self, client_of: ClientOf, vera: User, pete: User, pinewood: Partner, play: Play, now: datetime, settings: Any,
        tmp_path: Any,
    ) -> None:  # fmt: skip
        settings.MEDIA_ROOT = tmp_path
        one = prescriptions.accept(partner=pinewood, play=play, by=vera, at=now)
        client = client_of(pete)
        url = reverse("partner:prescription-finish", args=[one.public_id])

        assert client.post(url, {"note": ""}).status_code == 422
        wrong = client.post(url, {"note": "Done.", "proof": SimpleUploadedFile("a.pdf", b"<html>")})
        assert wrong.status_code == 422
        assert "not what its name says" in wrong.content.decode()
        client.post(url, {"note": "Ann starts in May.", "proof": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})

        one.refresh_from_db()
        assert (one.state, one.done_by, one.proof_name) == ("done", pete, "a.pdf")
        proof = client.get(reverse("partner:prescription-proof", args=[one.public_id]))
        assert b"".join(proof.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
        assert "Ann starts in May." in client.get("/partner/plays/" + f"{one.public_id}/").content.decode()

    def test_what_was_declined_is_not_for_partners(
        self, client_of: ClientOf, pete: User, olga: User, pinewood: Partner, play: Play
    ) -> None:
        declined = PrescriptionFactory(partner=pinewood, play=play, state="declined", reason="No.")
        open_one = PrescriptionFactory(partner=pinewood, play=play)

        url = reverse("partner:prescription-detail", args=[declined.public_id])
        assert client_of(pete).get(url).status_code == 404
        assert client_of(olga).get(reverse("partner:prescription-detail", args=[open_one.public_id])).status_code == 404

    def test_content_is_opened_from_the_step(
        self, client_of: ClientOf, vera: User, pete: User, pinewood: Partner, now: datetime
    ) -> None:
        asset = AssetFactory(title="How to sell")
        one = prescriptions.accept(
            partner=pinewood, play=PlayFactory(kind="asset", asset=asset), by=vera, at=now, words="Read it."
        )

        page = client_of(pete).get(reverse("partner:prescription-detail", args=[one.public_id])).content.decode()

        assert reverse("partner:asset-detail", args=[asset.public_id]) in page
        assert "It is done" not in page
