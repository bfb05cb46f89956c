"""What this app announces. Senders are services, inside their transaction, for many ids at once."""

from collections.abc import Iterable

from django.dispatch import Signal

#: Something changed that criteria could ask about: `partner_ids`, a list of database ids. Apps above send it too.
partners_changed = Signal()

#: A definition was published or withdrawn: `kind` (segment, stage, category, tier, measure), its `rule_id` where it is
#: one rule and no other changed, and `reason`, for people.
rules_changed = Signal()

#: Somebody wants to retire a definition: `kind` and `key`. Receivers return names of what would break without it.
users_asked = Signal()


#: An organisation was let in: `partner_id`, `at`. Receivers bring its verdicts up to date in this very transaction.
partner_joined = Signal()


def announce_partners(partner_ids: Iterable[int]) -> None:
    """Send `partners_changed` once for the ids, unless there are none."""
    ids = sorted(set(partner_ids))
    if ids:
        partners_changed.send(sender=None, partner_ids=ids)
