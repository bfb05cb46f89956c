"""Plays of the library: made, changed, published, retired; and what the database holds of them."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from core.models import PublishState
from core.refusals import Refusal
from scorecards.models import Play, PlayKind
from scorecards.services import plays
from tests.factories.enablement import AssetFactory
from tests.factories.learning import CertificationFactory
from tests.factories.plays import PlayFactory

pytestmark = pytest.mark.django_db
WORDS = {"name": "Hire a seller", "objective": "One more who sells.", "partner_does": "Hire.", "metric_keys": ["size"]}


def test_a_play_is_made_changed_published_and_retired(victor: User, now: datetime) -> None:
    play = plays.create(by=victor, at=now, **WORDS)
    assert (play.state, play.owner) == (PublishState.DRAFT, victor)

    assert plays.update(play=play, by=victor, at=now, changes={"name": "Hire two", "effort": 5}) == ["effort", "name"]
    assert plays.update(play=play, by=victor, at=now, changes={"name": "Hire two"}) == []
    assert plays.publish(play=play, by=victor, at=now)
    assert not plays.publish(play=play, by=victor, at=now)
    assert list(Play.objects.published()) == [play]

    assert plays.retire(play=play, by=victor, at=now)
    assert not plays.retire(play=play, by=victor, at=now)
    assert plays.publish(play=play, by=victor, at=now)


def test_another_kind_lets_the_old_link_go(victor: User, now: datetime) -> None:
    asset, certification = AssetFactory(), CertificationFactory()
    play = plays.create(by=victor, at=now, **WORDS, kind="asset", asset=asset, certification=certification)
    assert (play.link, play.certification) == (asset, None)

    plays.update(play=play, by=victor, at=now, changes={"kind": "activity"})

    play.refresh_from_db()
    assert (play.asset, play.link) == (None, None)


@pytest.mark.parametrize(
    ("differs", "field"),
    [({"kind": "asset"}, "asset"), ({"partner_does": " "}, "partner_does"), ({"metric_keys": []}, "metric_keys")],
)
def test_what_nobody_could_propose_is_not_published(
    differs: dict[str, Any], field: str, victor: User, now: datetime
) -> None:
    play = plays.create(by=victor, at=now, **{**WORDS, **differs})

    with pytest.raises(Refusal) as refused:
        plays.publish(play=play, by=victor, at=now)

    assert list(refused.value.error_dict) == [field]


def test_a_published_play_stays_whole(victor: User, now: datetime) -> None:
    play = PlayFactory()

    with pytest.raises(Refusal):
        plays.update(play=play, by=victor, at=now, changes={"metric_keys": []})

    play.refresh_from_db()
    assert play.metric_keys == ["size"]


@pytest.mark.parametrize("differs", [{"effort": 0}, {"outcome_days": 0}, {"name": ""}])
def test_numbers_and_names_have_to_say_something(differs: dict[str, Any], victor: User, now: datetime) -> None:
    with pytest.raises(ValidationError) as refused:
        plays.create(by=victor, at=now, **{**WORDS, **differs})

    assert list(refused.value.error_dict) == list(differs)


@pytest.mark.parametrize(
    "broken", [{"name": ""}, {"kind": PlayKind.ASSET}, {"effort": 0}, {"outcome_days": 0}, {"asset": True}]
)
def test_the_database_keeps_plays_whole(broken: dict[str, Any]) -> None:
    if broken.get("asset"):
        broken = {"asset": AssetFactory()}

    with pytest.raises(IntegrityError), transaction.atomic():
        PlayFactory(**broken)
