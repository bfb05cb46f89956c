"""Content, news, events, specializations and activity."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from enablement.models import (
    Activity,
    ActivityKind,
    Adoption,
    Asset,
    AssetOpinion,
    AssetPart,
    AssetPartVersion,
    CalendarFeed,
    Event,
    EventRegistration,
    HeldSpecialization,
    HeldState,
    KitItem,
    NewsItem,
    NewsRead,
    Process,
    SearchWord,
    Specialization,
    VainSearch,
)
from tests.factories.partners import PartnerFactory, PersonFactory

LONG_AGO = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
#: Before any clock, stopped or not: what was published then is published now.
BEFORE_ALL = datetime(2020, 1, 7, 9, 0, tzinfo=UTC)


class AssetFactory(DjangoModelFactory[Asset]):
    """A published page for every partner. What belongs to a part (kind, body, file …) makes its one part."""

    class Meta:
        model = Asset

    title = factory.Sequence(lambda number: f"Asset {number}")
    body = "Some text."
    published_at = BEFORE_ALL

    @classmethod
    def _create(cls, model: type[Asset], *args: Any, **kwargs: Any) -> Asset:
        """Write the asset, then its part, then that it is published: the database asks for content first."""
        own = {name: kwargs.pop(name) for name in [*kwargs] if name in OF_PARTS}
        published_at = kwargs.pop("published_at", None)
        asset: Asset = super()._create(model, *args, **kwargs)
        if own.get("body") or own.get("url") or own.get("file") or own.get("kind") == "kit":
            AssetPartFactory(asset=asset, **own)
        if published_at is not None:
            Asset.objects.filter(pk=asset.pk).update(published_at=published_at)
        asset.refresh_from_db()
        return asset


OF_PARTS = {
    "kind",
    "body",
    "url",
    "file",
    "file_name",
    "file_type",
    "file_bytes",
    "minutes",
    "language",
    "region",
    "captions",
}


class AssetPartFactory(DjangoModelFactory[AssetPart]):
    """A page in English, for every region."""

    class Meta:
        model = AssetPart

    asset = factory.SubFactory(AssetFactory, published_at=None, body="")
    kind = "page"
    body = "Some text."
    position = factory.LazyAttribute(lambda part: part.asset.parts.count())


class AssetPartVersionFactory(DjangoModelFactory[AssetPartVersion]):
    """What a part was before."""

    class Meta:
        model = AssetPartVersion

    part = factory.SubFactory(AssetPartFactory)
    number = factory.LazyAttribute(lambda version: version.part.versions.count() + 1)
    body = "What it said before."
    kept_at = LONG_AGO


class KitItemFactory(DjangoModelFactory[KitItem]):
    """An asset in a kit."""

    class Meta:
        model = KitItem

    kit = factory.SubFactory(AssetFactory, kind="kit", body="")
    item = factory.SubFactory(AssetFactory)
    position = factory.LazyAttribute(lambda one: one.kit.kit_items.count())


class AssetOpinionFactory(DjangoModelFactory[AssetOpinion]):
    """A favourite."""

    class Meta:
        model = AssetOpinion

    person = factory.SubFactory(PersonFactory)
    asset = factory.SubFactory(AssetFactory)
    favourite_at = LONG_AGO


class SearchWordFactory(DjangoModelFactory[SearchWord]):
    """A word of the vocabulary."""

    class Meta:
        model = SearchWord

    word = factory.Sequence(lambda number: f"word{number}")


class ActivityFactory(DjangoModelFactory[Activity]):
    """Something somebody did on a day."""

    class Meta:
        model = Activity

    person = factory.SubFactory(PersonFactory)
    partner = factory.LazyAttribute(lambda activity: activity.person.partner)
    kind = ActivityKind.VIEW
    day = date(2030, 1, 7)


class VainSearchFactory(DjangoModelFactory[VainSearch]):
    """Words a partner looked for today and did not find."""

    class Meta:
        model = VainSearch

    partner = factory.SubFactory(PartnerFactory)
    day = factory.LazyAttribute(lambda search: search.last_at.date())
    text = factory.Sequence(lambda number: f"missing {number}")
    last_at = factory.LazyFunction(timezone.now)


class SpecializationFactory(DjangoModelFactory):
    """A specialization nobody holds."""

    class Meta:
        model = Specialization

    key = factory.Sequence(lambda number: f"specialization-{number}")
    name = factory.Sequence(lambda number: f"Specialization {number}")
    rule = factory.SubFactory("tests.factories.segmentation.SegmentFactory", is_audience=True)


class HeldSpecializationFactory(DjangoModelFactory):
    """A specialization a partner holds."""

    class Meta:
        model = HeldSpecialization

    partner = factory.SubFactory("tests.factories.partners.PartnerFactory")
    specialization = factory.SubFactory(SpecializationFactory)
    state = HeldState.ACTIVE
    starts_at = datetime(2026, 1, 1, tzinfo=UTC)


class NewsItemFactory(DjangoModelFactory):
    """A published item for everybody."""

    class Meta:
        model = NewsItem

    title = factory.Sequence(lambda number: f"News {number}")
    body = "Some text."
    published_at = BEFORE_ALL


class NewsReadFactory(DjangoModelFactory):
    """That somebody opened an item."""

    class Meta:
        model = NewsRead

    item = factory.SubFactory(NewsItemFactory)
    person = factory.SubFactory(PersonFactory)
    read_at = LONG_AGO


class EventFactory(DjangoModelFactory):
    """A published event for everybody, a week after tests begin, with no end of seats."""

    class Meta:
        model = Event

    title = factory.Sequence(lambda number: f"Event {number}")
    starts_at = datetime(2030, 3, 25, 14, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=2))
    timezone = "UTC"
    url = "https://meet.example/room"
    published_at = BEFORE_ALL


class EventRegistrationFactory(DjangoModelFactory):
    """Somebody with a seat."""

    class Meta:
        model = EventRegistration

    event = factory.SubFactory(EventFactory)
    person = factory.SubFactory(PersonFactory)
    asked_at = LONG_AGO


class CalendarFeedFactory(DjangoModelFactory):
    """Somebody who renewed the address of their calendar once."""

    class Meta:
        model = CalendarFeed

    user = factory.SubFactory("tests.factories.accounts.UserFactory")
    number = 2


class ProcessFactory(DjangoModelFactory):
    """A published way of working that partners tell of."""

    class Meta:
        model = Process

    key = factory.Sequence(lambda number: f"process-{number}")
    name = factory.Sequence(lambda number: f"Process {number}")
    published_at = BEFORE_ALL


class AdoptionFactory(DjangoModelFactory):
    """A partner that says it works this way."""

    class Meta:
        model = Adoption

    partner = factory.SubFactory(PartnerFactory)
    process = factory.SubFactory(ProcessFactory)
    source = "told"
    state = "adopted"
    since_on = date(2026, 1, 5)
    said_at = LONG_AGO
