"""What accounts announces."""

from django.dispatch import Signal

#: Somebody signed in. Arguments: user, at.
signed_in = Signal()
