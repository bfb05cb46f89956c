"""What names in the addresses of the dashboard, alerts and leave cover stand for."""

from tests.architecture.subjects import owned, personal, subject
from tests.architecture.world import EVERYBODY, Thing, Variants, World
from tests.factories.accounts import SavedViewFactory
from tests.factories.alerts import ActionChoiceFactory, AlertFactory
from tests.factories.partners import LeaveCoverFactory, SecondaryAssignmentFactory


@subject("leave_cover")
def leave_cover(world: World) -> Variants:
    """Who stands in for Vera, and for Vincent; whoever assigns partners sees both, and so does the integration."""
    vera, vincent = (LeaveCoverFactory(user=world.people[name]) for name in ("vera", "vincent"))
    return Variants(
        Thing(str(vera.public_id), frozenset({"vera", "victor", "ian"}), vera),
        Thing(str(vincent.public_id), frozenset({"vincent", "victor", "ian"}), vincent),
    )


@subject("secondary_manager")
def secondary_manager(world: World) -> Variants:
    """Somebody who helps with each partner."""
    return owned(*(SecondaryAssignmentFactory(partner=one) for one in (world.pinewood, world.oakhurst)))


@subject("alert")
def alert(world: World) -> Variants:
    """Something to know about each partner."""
    facts = {"n": 1, "day": "2030-04-01", "name": "Cloud"}
    both = (world.pinewood, world.oakhurst)
    return owned(*(AlertFactory(partner=partner, kind="certification", facts=facts) for partner in both))


@subject("saved_view")
def saved_view(world: World) -> Variants:
    """A view that Vera keeps, and one of Vincent's."""
    mine, theirs = (SavedViewFactory(user=world.people[name]) for name in ("vera", "vincent"))
    return personal(mine, theirs, me="vera", they="vincent")


@subject("action_choice")
def action_choice(world: World) -> Variants:
    """What Vera put away, and what Vincent did."""
    mine, theirs = (
        ActionChoiceFactory(user=world.people[name], partner=partner, set_aside_at=partner.created_at, reason="Later")
        for name, partner in (("vera", world.pinewood), ("vincent", world.oakhurst))
    )
    return personal(mine, theirs, me="vera", they="vincent")


@subject("manager")
def manager(world: World) -> Variants:
    """Somebody who looks after partners, and somebody who only reads."""
    vera, erin = world.people["vera"], world.people["erin"]
    return Variants(Thing(str(vera.public_id), EVERYBODY, vera), Thing(str(erin.public_id), frozenset(), erin))
