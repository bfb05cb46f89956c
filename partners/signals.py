"""What this app announces. Senders are services, inside their transaction, for many ids at once."""

from collections.abc import Iterable

from django.dispatch import Signal

#: Something changed that criteria could ask about: `partner_ids`, a list of database ids. Apps above send it too.
partners_changed = Signal()

#: A definition was published or withdrawn: `kind` (segment, stage, category, tier, measure), its `rule_id` where it is
#: one rule and no other changed, and `reason`, for people.
rules_changed = Signal()

#: Somebody wants to retire a definition, or to merge a region: `kind` and `key`. Receivers return names of what would
#: break without it.
users_asked = Signal()

#: A region is about to go, or is back under the same key: `region`. Receivers keep its name where the past names it.
region_going = Signal()
region_returned = Signal()

#: An organisation was let in: `partner_id`, `at`. Receivers bring its verdicts up to date in this very transaction.
partner_joined = Signal()


def announce_partners(partner_ids: Iterable[int]) -> None:
    """Send `partners_changed` once for the ids, unless there are none."""
    ids = sorted(set(partner_ids))
    if ids:
        partners_changed.send(sender=None, partner_ids=ids)


#: What do partners qualify for right now? `partner_ids`, `tier_ids`, `at`. A receiver reckons anew and returns
#: {partner_id: (ids of all tiers whose criteria hold, {tier_id: evidence} for the tiers asked about)}.
verdicts_asked = Signal()

#: What is missing of tiers, in words? `partner_ids`, `tier_ids`, `at`. A receiver returns
#: {(partner_id, tier_id): ["80,000 € more won amount …"]}.
gaps_asked = Signal()

#: Is everything reckoned for the program's day at a moment? `at`. A receiver that is not done yet returns False.
day_asked = Signal()
