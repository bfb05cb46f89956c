"""What the floor announces to the apps above."""

from django.dispatch import Signal

#: The program's settings are about to change: `changes`, by name. Receivers raise a ValidationError to refuse.
program_changing = Signal()

#: The program's settings have changed: `changed`, their names.
program_changed = Signal()

#: What a currency is worth has changed: `currency`, and `starts_on`, the first day on which it is worth something else.
rate_changed = Signal()
