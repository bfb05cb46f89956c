"""What the names in addresses of news and events stand for."""

from accounts import notice_kinds
from accounts.services import notice_choices
from enablement.models import CalendarFeed
from enablement.services import calendars
from tests.architecture.subjects import owned, published_or_not, subject
from tests.architecture.world import EVERYBODY, Thing, Variants, World
from tests.factories import enablement


@subject("news")
def news(world: World) -> Variants:
    """An item that is to be acknowledged, and a draft."""
    published = enablement.NewsItemFactory(importance="must")
    return published_or_not(published, enablement.NewsItemFactory(published_at=None))


@subject("unsubscribe_token")
def unsubscribe_token(world: World) -> Variants:
    """The signed link in an e-mail to Pete."""
    token = notice_choices.token_of(world.people["pete"], notice_kinds.of("task"))
    return Variants(Thing(token, EVERYBODY), missing="nothing")


@subject("event")
def event(world: World) -> Variants:
    """A published event to which Pete comes, and a draft."""
    published = enablement.EventFactory()
    enablement.EventRegistrationFactory(event=published, person=world.people["pete"].person)
    return published_or_not(published, enablement.EventFactory(published_at=None))


@subject("event_registration")
def event_registration(world: World) -> Variants:
    """Pete's seat, which his admin may give back too, and Olga's."""
    return owned(*(enablement.EventRegistrationFactory(person=world.people[name].person) for name in ("pete", "olga")))


@subject("feed_token")
def feed_token(world: World) -> Variants:
    """The signed address of Pete's calendar."""
    address = calendars.address_of(CalendarFeed(user=world.people["pete"]))
    return Variants(Thing(address.rstrip("/").rpartition("/")[2], EVERYBODY), missing="nothing")
