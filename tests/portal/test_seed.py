"""The demo programmes: what every page of them relies on."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from accounts.models import User
from core.models import OutboxMessage
from core.periods import today as day_at
from criteria.checks import check, check_operand
from criteria.fields import registry
from deals.models import Deal, DealParticipant
from enablement.models import Asset, AssetPart, Enrollment, JourneyVersion, StepProgress, VainSearch
from enablement.queries import progress
from partners.models import (
    Assignment,
    Category,
    CategoryMembership,
    LifeStage,
    Partner,
    PartnerApplication,
    TierHolding,
)
from portal.seed import load, population, records, setup, trade
from portal.seed.brandt import PROGRAMME as BRANDT
from portal.seed.cities import CITIES
from portal.seed.lumen import PROGRAMME as LUMEN
from portal.seed.shapes import Programme
from scorecards.models import Metric, PartnerTask, Score
from segmentation import engine
from segmentation.models import Classification, RuleHealth, Segment, StalePartner
from tests.conftest import NOW

SIZE = 40
#: The last hour of a quarter and a year where the programs are at home; months ago that hour was in the next day.
NEW_YEARS_EVE = datetime(2030, 12, 31, 22, 40, tzinfo=UTC)


@contextmanager
def loaded(programme: Programme, folder: Path) -> Iterator[list[load.SignIn]]:
    """Load a programme, for as long as it is read; its files lie apart."""
    apart = {"MEDIA_ROOT": folder / "media", "DATA_DIR": folder}
    quick = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with override_settings(**apart, **quick), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield load.load(programme, at=NOW, tell=lambda _what: nullcontext(), size=SIZE)
        transaction.set_rollback(True)


def expect_what_every_page_promises(programme: Programme, sign_ins: list[load.SignIn]) -> None:
    size = SIZE + sum(one.state == "approved" for one in programme.applicants)

    assert Partner.objects.count() == size + records.TWINS - 1  # one of them was merged
    assert not RuleHealth.objects.exists()
    assert not StalePartner.objects.exists()
    assert not OutboxMessage.objects.filter(due_at__lte=NOW + timedelta(minutes=1)).exists()
    open_stays = CategoryMembership.objects.open()
    assert {stay.category.key for stay in open_stays.select_related("category")} == {
        category.key for category in programme.categories
    }
    filled = set(Classification.objects.values_list("stage__key", flat=True))
    assert filled == set(LifeStage.objects.values_list("key", flat=True))
    assert all(User.objects.get(email=one.email).check_password(setup.PASSWORD) for one in sign_ins)
    assert Score.objects.filter(is_current=True, scorecard__is_main=True).count() == Partner.objects.count()
    assert Enrollment.objects.exists()
    everything = User.objects.get(email=sign_ins[0].email)
    for text in set(VainSearch.objects.values_list("text", flat=True)):
        assert not Asset.objects.published().matching(text, read_by=everything).exists(), text
    assert VainSearch.objects.values("partner").distinct().count() > 5
    assert StepProgress.objects.exists()
    renewed = JourneyVersion.objects.filter(number=2, state="published").count()
    assert renewed == sum(1 for journey in programme.journeys if journey.added)
    assert TierHolding.objects.open().exists()
    assert Assignment.objects.open().count() >= size
    assert {one.state for one in programme.applicants} == set(
        PartnerApplication.objects.values_list("state", flat=True)
    )
    for metric in Metric.objects.filter(expression__isnull=False):
        assert check_operand(metric.expression, registry.catalog()) == []
    for measure in programme.measures:
        known = engine.values({"": {"field": f"measure_{measure.key}"}}, partner_ids=None, at=NOW)
        assert any(row[""] for row in known.values()), measure.name
    for segment in Segment.objects.filter(kind="dynamic"):
        assert check(segment.versions.get(state="published").criteria, registry.catalog()) == []


def digest() -> str:
    """Return a fingerprint of what was loaded, without keys and moments of the database."""
    queries = (
        "SELECT name, domain, status, country, city, employees, joined_on, attributes::text FROM partners_partner",
        "SELECT email, job_title FROM partners_person",
        "SELECT name, amount, currency, stage, opened_on, closed_on FROM deals_deal",
        "SELECT p.name, c.key, m.state FROM partners_categorymembership m"
        " JOIN partners_partner p ON p.id = m.partner_id JOIN partners_category c ON c.id = m.category_id",
        "SELECT p.name, s.key FROM segmentation_classification k JOIN partners_partner p ON p.id = k.partner_id"
        " JOIN partners_lifestage s ON s.id = k.stage_id",
        "SELECT p.name, s.day, s.value FROM scorecards_score s JOIN partners_partner p ON p.id = s.partner_id",
        "SELECT p.name, a.kind, a.day, a.times FROM enablement_activity a"
        " JOIN partners_partner p ON p.id = a.partner_id",
    )
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ({query}) t")  # noqa: S608
            found.update(str(cursor.fetchone()).encode())
    return found.hexdigest()


@pytest.fixture(scope="class")
def lumen(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[list[load.SignIn]]:
    """The IT vendor's programme, loaded once for several tests that only read."""
    with django_db_blocker.unblock(), loaded(LUMEN, tmp_path_factory.mktemp("lumen")) as sign_ins:
        yield sign_ins


@pytest.mark.django_db
@pytest.mark.xdist_group("lumen")
class TestLumen:
    """What the pages of the IT vendor's demo rely on."""

    def test_every_page_finds_what_it_promises(self, lumen: list[load.SignIn]) -> None:
        expect_what_every_page_promises(LUMEN, lumen)

    def test_the_three_stories_are_where_they_are_told_to_be(self, lumen: list[load.SignIn]) -> None:
        stages = dict(
            Classification.objects.filter(partner__name__in=[story.name for story in LUMEN.stories]).values_list(
                "partner__name", "stage__key"
            )
        )
        assert stages == {
            "MobileInfinity Solutions": "activated",
            "BrandTech": "onboarded",
            "ChannelEdge": "prospective",
        }
        managers = Assignment.objects.open().filter(partner__name__in=stages)
        assert {one.user.name for one in managers.select_related("user")} == {"Dana Whitlock"}
        quiet = Segment.objects.get(key="new-and-quiet")
        assert Partner.objects.get(name="BrandTech").classification.segment_ids.count(quiet.pk) == 1
        of_main = Score.objects.filter(is_current=True, scorecard__is_main=True, partner__name__in=stages)
        score = dict(of_main.values_list("partner__name", "value"))
        assert score["MobileInfinity Solutions"] > 80 > 30 > score["ChannelEdge"]

    def test_assets_come_in_all_kinds_and_states_with_something_to_read(self, lumen: list[load.SignIn]) -> None:
        published = Asset.objects.published()
        pages = AssetPart.objects.current().filter(asset__in=published, kind="page", language="en", region=None)
        assert {asset.kind for asset in published} == {"page", "file", "link", "video", "kit"}
        assert published.count() >= 25
        assert sum(len(part.body.split()) > 120 for part in pages) >= 14
        assert {"de", "en"} <= {language for asset in published for language in asset.languages}
        assert published.filter(kit_items__isnull=False, last_day_on=None).exists()
        assert published.filter(last_day_on__isnull=False).exists()
        pdf = AssetPart.objects.get(file_name="lumen-shield-endpoint.pdf")
        assert pdf.file.read(5) == b"%PDF-"

    def test_most_walks_are_where_they_should_be_and_no_task_is_late_for_weeks(self, lumen: list[load.SignIn]) -> None:
        counts = progress.counts(Enrollment.objects.all(), at=NOW, today=NOW.date())
        assert {"active", "completed", "stopped"} <= counts.keys()
        assert 0 < counts["stuck"] < counts["active"] / 2
        open_ones = PartnerTask.objects.filter(done_at__isnull=True)
        assert not open_ones.filter(due_on__lt=NOW.date() - timedelta(days=21)).exists()

    def test_past_and_present_are_told_apart(self, lumen: list[load.SignIn]) -> None:
        mobile = Partner.objects.get(name="MobileInfinity Solutions")
        held = TierHolding.objects.filter(partner=mobile, track__key="solution").order_by("starts_at")
        assert [holding.tier.rank for holding in held] == sorted(holding.tier.rank for holding in held)
        assert held.count() > 1
        assert mobile.classification.stage_since < NOW - timedelta(days=100)
        assert mobile.scores.count() > 3
        assert Deal.objects.filter(stage="won", closed_on__lt=(NOW - timedelta(days=365)).date()).exists()
        shared = DealParticipant.objects.values("deal").distinct().count() < DealParticipant.objects.count()
        assert shared


@pytest.mark.django_db
def test_the_manufacturer_promises_the_same_and_loads_the_same_again(tmp_path: Path) -> None:
    digests = []
    for number in range(2):
        with loaded(BRANDT, tmp_path / str(number)) as sign_ins:
            digests.append(digest())
            if number == 0:
                expect_what_every_page_promises(BRANDT, sign_ins)

    assert digests[0] == digests[1]


def test_every_city_lies_somewhere() -> None:
    cities = {city for programme in (LUMEN, BRANDT) for place in programme.places for city in place.cities}
    cities |= {story.city for programme in (LUMEN, BRANDT) for story in programme.stories}

    assert cities <= set(CITIES)


def test_inventing_is_the_same_every_time_and_follows_the_day(now: datetime) -> None:
    today = day_at(at=now, zone=now.tzinfo)  # type: ignore[arg-type]

    first, second = (population.invent(LUMEN, size=300, today=today) for _each in range(2))

    assert first == second
    assert len({one.domain for one in first}) == 300
    assert {one.kind.category for one in first} == {category.key for category in LUMEN.categories}
    assert all(one.joined_on is None or one.joined_on < today for one in first)
    assert [deal.name for deal in trade.invent(LUMEN, first, today=today)] == [
        deal.name for deal in trade.invent(LUMEN, second, today=today)
    ]


@pytest.mark.django_db
@time_machine.travel(NEW_YEARS_EVE, tick=False)
def test_the_command_loads_once_at_any_hour_and_writes_down_how_to_sign_in(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path
    call_command("seed", if_empty=True, program="it", size=12, stdout=StringIO())
    partners = Partner.objects.count()
    call_command("seed", if_empty=True, program="it", size=12, stdout=StringIO())

    assert Partner.objects.count() == partners
    text = (tmp_path / "signins.txt").read_text()
    assert setup.PASSWORD in text
    assert "admin@lumen.example" in text
    with pytest.raises(CommandError, match="empty database"):
        call_command("seed", stdout=StringIO())
    assert Category.objects.count() == len(LUMEN.categories)
