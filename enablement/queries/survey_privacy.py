"""Which groups of a cut may be shown, so that none below five is seen, nor found by subtracting what is shown."""

from collections.abc import Mapping

MINIMUM = 5


def shown_groups(counts: Mapping[str, int]) -> frozenset[str]:
    """Return the groups to show of a cut that puts every answer into exactly one.

    A group below five is left out. Where all that is left out adds up to fewer than five, the smallest other group is,
    too: the whole minus any shown groups is nobody, or five and more.
    """
    if sum(counts.values()) < MINIMUM:
        return frozenset()
    shown = sorted((group for group, number in counts.items() if number >= MINIMUM), key=lambda one: (counts[one], one))
    rest = sum(number for number in counts.values() if number < MINIMUM)
    while shown and 0 < rest < MINIMUM:
        rest += counts[shown.pop(0)]
    return frozenset(shown)
