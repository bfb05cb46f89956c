"""What this app announces. Senders are services, inside their transaction."""

from django.dispatch import Signal

#: A task was ticked off: `task`, `by`, `at`. What it came from may follow it.
task_done = Signal()
