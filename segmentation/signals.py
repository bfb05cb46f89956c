"""What this app announces. Senders are services and receivers, for many ids at once."""

from django.dispatch import Signal

#: Verdicts of partners were computed anew and some differ: `partner_ids`, a list of database ids. Listeners bear repeating.
partners_classified = Signal()
