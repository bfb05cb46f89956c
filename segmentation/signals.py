"""What this app announces. The worker sends it in a transaction of its own, for many ids at once."""

from django.dispatch import Signal

#: Verdicts of partners were computed: `partner_ids`, a list of database ids, as of `at`. Listeners bear
#: repeating.
partners_classified = Signal()
